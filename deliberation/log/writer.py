"""Group commit: one thread a process takes all waiting commands and appends them in one transaction a community.

A disk flush costs the same for one ballot as for sixty; and SQLite's lock is not a queue, so writers that wait for each
other in one line are also served in order. A command is answered only after the commit that holds it.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from eventsourcing.persistence import StoredEvent

from deliberation.log.aggregate import Event

#: Commands in one transaction at most, so that one answer never waits long for the others.
MOST = 256


class Receipt(NamedTuple):
    """Where a command's events stand: positions in the log and their leaf hashes (32 bytes each).

    ``again`` is true when the command had been recorded before and was not recorded twice.
    """

    positions: tuple[int, ...]
    leaves: tuple[bytes, ...]
    again: bool = False


@dataclass
class Command:
    """What is appended together or not at all."""

    events: Sequence[Event]
    stored: Sequence[StoredEvent]
    matters: Sequence[str | None]
    key: str | None = None
    asides: Sequence[Any] = ()
    receipt: Receipt | None = field(default=None, init=False)


Answer = Receipt | BaseException


class Appends(Protocol):
    """Appends commands of one community in one transaction and answers each."""

    def __call__(self, community: str, commands: Sequence[Command]) -> Sequence[Answer]: ...


class Writer:
    """The line in which commands wait."""

    def __init__(self, append: Appends, close: Callable[[], None]) -> None:
        self._append = append
        self._close = close
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process = 0
        self._line: queue.SimpleQueue[tuple[str, Command, Future[Receipt]] | None] = queue.SimpleQueue()

    def submit(self, community: str, command: Command) -> Receipt:
        """Wait in line and return the receipt. Raises what the append answers."""
        if self._process != os.getpid():
            self._start()
        answer: Future[Receipt] = Future()
        self._line.put((community, command, answer))
        return answer.result()

    def close(self) -> None:
        """Finish what waits, then stop."""
        if self._thread is not None and self._process == os.getpid():
            self._line.put(None)
            self._thread.join()
        self._process = 0
        self._close()

    def _start(self) -> None:
        """A forked child has no thread of its own yet; nor has a new process."""
        with self._lock:
            if self._process == os.getpid():
                return
            self._line = queue.SimpleQueue()
            self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
            self._thread.start()
            self._process = os.getpid()

    def _run(self) -> None:
        line = self._line
        while (first := line.get()) is not None:
            waiting = [first]
            while len(waiting) < MOST and not line.empty():
                following = line.get()
                if following is None:
                    line.put(None)
                    break
                waiting.append(following)
            for community in dict.fromkeys(entry[0] for entry in waiting):
                self._serve(community, [entry for entry in waiting if entry[0] == community])

    def _serve(self, community: str, entries: Sequence[tuple[str, Command, Future[Receipt]]]) -> None:
        try:
            answers = self._append(community, [command for _, command, _ in entries])
        except BaseException as error:  # the line must go on, whatever happened to this batch
            answers = [error] * len(entries)
        for (_, _, future), answer in zip(entries, answers, strict=True):
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)

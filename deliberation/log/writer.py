"""Group commit: one thread a process takes all waiting commands and appends them in one transaction a
community.

A disk flush costs the same for one ballot as for sixty; and SQLite's lock is not a queue, so writers that
wait for each other in one line are also served in order. A command is answered only after the commit that
holds it.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from eventsourcing.persistence import StoredEvent

from deliberation.errors import NotStored, Refusal
from deliberation.log.aggregate import Event
from deliberation.log.turns import Turns

#: Commands in one transaction at most, so that one answer never waits long for the others.
MOST = 256
#: Seconds to spare for those who are about to come.
MOMENT = 0.002


_KEY = re.compile(r"[!-~]{1,64}")


class KeyUnusable(Refusal):
    """A command key that is empty, too long, or has other than visible ASCII characters."""

    zh = "这次提交的编号不对，所以没有记下，您填的内容还在。请刷新页面，再交一次。"
    en = "The number of this form is unusable, so nothing was recorded. Your entry is kept: reload, resend."
    status = 422


def usable(key: str) -> str:
    """Return the command key. Raises KeyUnusable."""
    if not _KEY.fullmatch(key):
        raise KeyUnusable
    return key


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


class Waiting:
    """Somebody in the line with a command, and the answer once there is one."""

    __slots__ = ("_served", "answer", "command", "community")

    def __init__(self, community: str, command: Command) -> None:
        self.community = community
        self.command = command
        self.answer: Answer | None = None
        # A bare lock costs a fifth of a Future, for every command.
        self._served = threading.Lock()
        self._served.acquire()

    def serve(self, answer: Answer) -> None:
        """Give the answer and let its owner go on."""
        self.answer = answer
        self._served.release()

    def result(self) -> Receipt:
        """Wait for the answer and return it, or raise it."""
        self._served.acquire()
        if isinstance(self.answer, Receipt):
            return self.answer
        assert self.answer is not None
        raise self.answer


class Writer:
    """The line in which commands wait."""

    def __init__(self, append: Appends, close: Callable[[], None], turns: Turns | None = None) -> None:
        self._append = append
        self._turns = turns or Turns(1)
        self._close = close
        self._closed = False
        self.forget()

    def forget(self) -> None:
        """Begin anew without a thread, as a forked child must: what waits is the parent's to append."""
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._line: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()

    def submit(self, community: str, command: Command) -> Receipt:
        """Wait in line and return the receipt. Raises what the append answers, NotStored after ``close``."""
        waiting = Waiting(community, command)
        # Under the lock, so that nobody joins the line behind its end.
        with self._lock:
            if self._closed:
                raise NotStored
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
                self._thread.start()
            self._line.put(waiting)
        with self._turns.aside():
            return waiting.result()

    def close(self) -> None:
        """Finish what waits, then stop."""
        with self._lock:
            self._closed = True
            thread, self._thread = self._thread, None
            self._line.put(None)
        if thread is not None:
            thread.join()
        self._close()

    def _run(self) -> None:
        batch: list[Waiting] = []
        took = 0.0
        while batch := self._next(len(batch), took):
            begun = time.monotonic()
            with self._turns.taken(first=True):
                for community in dict.fromkeys(one.community for one in batch):
                    self._serve(community, [one for one in batch if one.community == community])
            took = time.monotonic() - begun

    def _next(self, before: int, took: float) -> list[Waiting]:
        """Return who waits, at least one; nobody at the end of the line.

        Where a transaction takes long, a moment is spared for as many as last time: whoever was answered just now often comes
        again at once, and one for the first two would let the others wait for a whole flush.
        """
        one = self._line.get()
        end = time.monotonic() + (MOMENT if took > 2 * MOMENT else 0)
        while self._line.qsize() + 1 < before and time.monotonic() < end:
            time.sleep(MOMENT / 20)
        batch: list[Waiting] = []
        while one is not None:
            batch.append(one)
            if len(batch) == MOST or self._line.empty():
                return batch
            one = self._line.get()
        self._line.put(None)
        return batch

    def _serve(self, community: str, batch: Sequence[Waiting]) -> None:
        try:
            answers = self._append(community, [one.command for one in batch])
        except BaseException as error:  # the line must go on, whatever happened to this batch
            answers = [error] * len(batch)
        for one, answer in zip(batch, answers, strict=True):
            one.serve(answer)

"""Group commit: whoever comes first appends all waiting commands of the process in one transaction a
community.

A disk flush costs the same for one ballot as for sixty; and SQLite's lock is not a queue, so writers that
wait for each other in one line are also served in order. A command is answered only after the commit that
holds it.
"""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from eventsourcing.persistence import StoredEvent

from deliberation.errors import NotStored, Refusal, Unsure
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
    """Somebody in the line with a command, who is answered, or told to lead."""

    __slots__ = ("_turn", "answer", "command", "community", "leads")

    def __init__(self, community: str, command: Command) -> None:
        self.community = community
        self.command = command
        self.answer: Answer | None = None
        #: Whether it is this one's part to append for those in the line.
        self.leads = False
        # A bare lock costs a fifth of a Future, for every command.
        self._turn = threading.Lock()
        self._turn.acquire()

    def serve(self, answer: Answer) -> None:
        """Give the answer and let its owner go on."""
        self.answer = answer
        self._turn.release()

    def lead(self) -> None:
        """Let its owner append for all who wait."""
        self.leads = True
        self._turn.release()

    def wait(self) -> None:
        """Wait for the answer, or to lead."""
        self._turn.acquire()

    def result(self) -> Receipt:
        """Return the answer, or raise it."""
        if isinstance(self.answer, Receipt):
            return self.answer
        assert self.answer is not None
        raise self.answer


class Writer:
    """The line in which commands wait: whoever is first appends for all who wait behind, and then lets the next one lead."""

    def __init__(self, append: Appends, close: Callable[[], None], turns: Turns | None = None) -> None:
        self._append = append
        self._turns = turns or Turns(1)
        self._close = close
        self._closed = False
        self.forget()

    def forget(self) -> None:
        """Begin anew, as a forked child must: what waits is the parent's to append."""
        self._changed = threading.Condition(threading.Lock())
        self._line: deque[Waiting] = deque()
        self._led = False
        self._before, self._took = 0, 0.0

    def submit(self, community: str, command: Command) -> Receipt:
        """Wait in line and return the receipt; this thread has no turn then. Raises what the append answers, NotStored after
        ``close``."""
        mine = Waiting(community, command)
        try:
            self._join(mine)
            if not mine.leads:
                self._turns.let_go()
                mine.wait()
            if mine.leads:
                self._append_for_all(mine)
        finally:
            if mine.leads or mine.answer is None:
                self._leave(mine)
        return mine.result()

    def close(self) -> None:
        """Finish what waits, then stop."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: not self._led)
        self._close()

    def between(self, act: Callable[[], None]) -> None:
        """Do something while nobody appends; whoever comes meanwhile waits."""
        with self._changed:
            self._changed.wait_for(lambda: not self._led)
            act()

    def _join(self, mine: Waiting) -> None:
        with self._changed:
            if self._closed:
                raise NotStored
            self._line.append(mine)
            mine.leads, self._led = not self._led, True

    def _append_for_all(self, mine: Waiting) -> None:
        """Append for those in the line, oneself first."""
        begun, batch = 0.0, list[Waiting]()
        self._spare()
        try:
            with self._turns.taken():
                begun = time.monotonic()
                with self._changed:
                    while self._line and len(batch) < MOST:
                        batch.append(self._line.popleft())
                for community in dict.fromkeys(one.community for one in batch):
                    self._serve(community, [one for one in batch if one.community == community])
        finally:  # an interruption is this one's alone: the others do not wait for ever
            for one in batch:
                if one.answer is None and one is not mine:
                    one.serve(Unsure())
        self._before, self._took = len(batch), time.monotonic() - begun

    def _leave(self, mine: Waiting) -> None:
        """Go, and if it was one's part to lead, let the next one: also whoever is interrupted while waiting."""
        with self._changed:
            if mine in self._line:
                self._line.remove(mine)
            if mine.leads and self._line:
                self._line[0].lead()
            elif mine.leads:
                self._led = False
                self._changed.notify_all()

    def _spare(self) -> None:
        """Where a transaction takes long, wait a moment for as many as last time.

        Whoever was answered just now often comes again at once, and one for the first two would let the others wait for a
        whole flush.
        """
        if self._took > 2 * MOMENT:
            end = time.monotonic() + MOMENT
            with self._turns.aside():
                while len(self._line) < self._before and time.monotonic() < end:
                    time.sleep(MOMENT / 20)

    def _serve(self, community: str, batch: Sequence[Waiting]) -> None:
        answers: Sequence[Answer]
        try:
            answers = self._append(community, [one.command for one in batch])
        except Exception as error:  # the line must go on, whatever happened to this batch
            answers = [error] * len(batch)
        for one, answer in zip(batch, answers, strict=True):
            one.serve(answer)

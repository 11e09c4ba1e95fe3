"""Turns: threads of one interpreter compute one after the other, instead of taking it from each other all the time.

Each statement of a database lets the interpreter go for an instant; with many threads under way each of them is then taken up
and put down a hundred times for one form, and all are ready late. So whoever computes has a turn, and gives it up while waiting
for the disk or for somebody else. It is a courtesy, not a lock: whoever has waited long enough goes on, and correctness never
rests on it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

#: Seconds that one thread waits for another's turn: a page takes a few thousandths, what takes longer is overtaken.
PATIENCE = 0.05


class _Slot:
    """One turn: who has it, and who waits for it, in order."""

    __slots__ = ("guard", "owner", "waiting")

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.owner: threading.Lock | None = None
        self.waiting: deque[threading.Lock] = deque()

    def take(self, *, first: bool) -> threading.Lock:
        """Wait for the turn, ``first`` before all others; return what gives it back. After a while it is taken away from
        whoever has it."""
        mine = threading.Lock()
        with self.guard:
            if self.owner is None:
                self.owner = mine
                return mine
            mine.acquire()
            (self.waiting.appendleft if first else self.waiting.append)(mine)
        if not mine.acquire(timeout=PATIENCE):
            with self.guard:
                if mine in self.waiting:  # else it was given this very instant, and perhaps taken away again
                    self.waiting.remove(mine)
                self.owner = mine
        return mine

    def give(self, mine: threading.Lock) -> None:
        """Give the turn to the next, unless it was taken away."""
        with self.guard:
            if self.owner is mine:
                self.owner = self.waiting.popleft() if self.waiting else None
                if self.owner is not None:
                    self.owner.release()


class Turns:
    """The turns of one database: ``at_once`` threads compute at the same time, each thread always in the same line."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self.forget()

    def forget(self) -> None:
        """Begin anew, as a forked child must: whoever had a turn is in the parent."""
        self._slots = [_Slot() for _ in range(self._at_once)]
        self._threads = threading.local()

    @contextmanager
    def taken(self, *, first: bool = False) -> Iterator[None]:
        """Have a turn, ``first`` before all who wait for one; a thread that has one goes on with it."""
        if self.held():
            yield
            return
        self.take(first=first)
        try:
            yield
        finally:
            self.let_go()

    @contextmanager
    def aside(self, *, first: bool = False) -> Iterator[None]:
        """Let others have the turn, if this thread has one, until there is something to compute again; ``first`` of all then, for
        whoever holds what others wait for."""
        had = self.let_go()
        try:
            yield
        finally:
            if had:
                self.take(first=first)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Give this thread its turn back at the end, if it had one and let it go inside: first, for it has little left to do."""
        had = self.held()
        try:
            yield
        finally:
            if had and not self.held():
                self.take(first=True)

    def held(self) -> bool:
        """Whether this thread has a turn."""
        return getattr(self._threads, "mine", None) is not None

    def take(self, *, first: bool = False) -> None:
        """Wait for a turn, which this thread does not have."""
        slot = self._slots[threading.get_ident() // 64 % len(self._slots)]
        self._threads.mine = slot, slot.take(first=first)

    def let_go(self) -> bool:
        """Give the turn to others; return whether there was one to give."""
        held, self._threads.mine = getattr(self._threads, "mine", None), None
        if held is not None:
            slot, mine = held
            slot.give(mine)
        return held is not None

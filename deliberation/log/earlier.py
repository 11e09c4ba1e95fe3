"""Reading the log as it stood earlier, and folding a long one meanwhile, so that nobody waits before a blank page."""

from __future__ import annotations

import logging
import threading
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from deliberation.errors import NotFound
from deliberation.log.cuts import Cut, Source
from deliberation.log.moments import Moments
from deliberation.log.store import head_of, size_at

#: So many entries are folded while somebody waits for the page; more than that are folded beside it.
AT_ONCE = 30_000
#: Long folds that wait their turn or go on; who asks for one more is told to ask again.
LINE = 3

_log = logging.getLogger(__name__)


class Snapshots(Protocol):
    """A database: its moments, and snapshots of what is in use."""

    moments: Moments

    def snapshot(self) -> AbstractContextManager[Connection]:
        """Return a connection that reads one unchanging state."""


class Progress(NamedTuple):
    """How many entries of how many are folded."""

    done: int
    total: int


class Ahead:
    """Folds that are under way beside the pages of this process, one after the other."""

    def __init__(self) -> None:
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._under_way: dict[Cut, Progress] = {}

    def of(self, cut: Cut, database: Snapshots) -> Progress | None:
        """Return how far a long fold is, which is begun if it was not; None where a page may fold by itself."""
        moments = database.moments
        if cut.part or cut.size <= AT_ONCE or moments.ready(cut):
            return None
        near = moments.nearest(cut)
        if near is not None and cut.size - near.size <= AT_ONCE:
            return None
        with self._lock:
            known = self._under_way.get(cut) or Progress(near.size if near else 0, cut.size)
            if cut not in self._under_way and len(self._under_way) < LINE:
                self._under_way[cut] = known
                threading.Thread(target=self._fold, args=(cut, database), daemon=True).start()
        return known

    def _fold(self, cut: Cut, database: Snapshots) -> None:
        def told(done: int, _total: int) -> None:
            self._under_way[cut] = Progress(done, cut.size)

        try:
            with self._turn, database.snapshot() as live, database.moments.at(cut, Source(live, told)):
                pass
        except Exception:  # the page that asks next begins anew
            _log.exception("a fold to %s failed", cut.size)
        finally:
            with self._lock:
                self._under_way.pop(cut, None)


def size_of(connection: Connection, community: str, *, position: int | None = None, time: int | None = None) -> int:
    """Return how many events there were at a position or a time (seconds UTC).

    Raises NotFound beyond the end and for a community that was never founded.
    """
    head = head_of(connection, community)
    if head is None:
        raise NotFound
    if time is not None:
        return size_at(connection, community, time)
    if position is None or not 0 <= position <= head.size:
        raise NotFound
    return position

"""Earlier moments: the log folded up to a position into a small database of its own, kept while people look at it.

An auditor who walks through pages of one day asks for the same moment again and again; it is folded once.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine

from deliberation.log import database, views

#: Moments kept at the same time, beside those that somebody is reading.
KEPT = 6

Fold = Callable[[Connection], object]


@dataclass
class _Moment:
    """A folded moment: where it lies, who reads it, whether it is ready."""

    folder: str
    engine: Engine
    lock: threading.Lock = field(default_factory=threading.Lock)
    readers: int = 0
    ready: bool = False


class Moments:
    """The moments kept by one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int, str], _Moment] = OrderedDict()

    @contextmanager
    def at(self, key: tuple[str, int, str], fold: Fold) -> Iterator[Connection]:
        """A connection to the views of a moment (community, size, matter or ""); ``fold`` fills them if they are not kept."""
        moment = self._take(key)
        try:
            with moment.lock:
                if not moment.ready:
                    with moment.engine.begin() as connection:
                        views.tables.create_all(connection)
                        with database.in_bulk(connection, views.tables.sorted_tables):
                            fold(connection)
                    moment.ready = True
            with moment.engine.connect() as connection:
                yield connection
        finally:
            self._give_back(key, moment)

    def close(self) -> None:
        """Forget all."""
        with self._lock:
            kept, self._kept = list(self._kept.values()), OrderedDict()
        for moment in kept:
            _forget(moment)

    def _take(self, key: tuple[str, int, str]) -> _Moment:
        with self._lock:
            moment = self._kept.get(key)
            if moment is None:
                folder = tempfile.mkdtemp(prefix="deliberation-")
                moment = self._kept[key] = _Moment(folder, database.scratch(str(Path(folder) / "views.db")))
            self._kept.move_to_end(key)
            moment.readers += 1
            return moment

    def _give_back(self, key: tuple[str, int, str], moment: _Moment) -> None:
        """What broke while it was folded is not kept; what nobody reads makes room, the longest unread first."""
        with self._lock:
            moment.readers -= 1
            if not moment.ready and not moment.readers:
                self._kept.pop(key, None)
            idle = [name for name, kept in self._kept.items() if not kept.readers]
            gone = [self._kept.pop(name) for name in idle[: max(0, len(self._kept) - KEPT)]]
            gone += [] if moment.ready or moment.readers else [moment]
        for each in gone:
            _forget(each)


def _forget(moment: _Moment) -> None:
    moment.engine.dispose()
    shutil.rmtree(moment.folder, ignore_errors=True)

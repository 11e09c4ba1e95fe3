"""Earlier moments: the log folded up to a position into a small database of its own, kept while people look at it.

An auditor who walks through pages of one day asks for the same moment again and again; it is folded once. A later moment
goes on from a copy of an earlier one, so that the next entry costs little.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine

from deliberation.log import database, views
from deliberation.log.cuts import REGISTER, Cut

#: Moments of everything kept at the same time, beside those that somebody is reading; and of parts, which are smaller.
KEPT, PARTS = 6, 16
#: From so many entries on, tables are written without their indexes, which are made at the end.
BULK = 20_000


class Folds(Protocol):
    """What a moment is made of."""

    def base(self, cut: Cut) -> Cut | None:
        """Return the earlier cut to go on from."""

    def fold(self, target: Connection, cut: Cut, base: Cut | None) -> None:
        """Write what a cut has beyond its base."""


@dataclass
class _Moment:
    """A folded moment: where it lies, who reads it, whether it is ready."""

    folder: str
    engine: Engine
    lock: threading.Lock = field(default_factory=threading.Lock)
    readers: int = 0
    ready: bool = False

    @property
    def file(self) -> Path:
        return Path(self.folder) / "views.db"


class Moments:
    """The moments kept by one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Cut, _Moment] = OrderedDict()
        self._blank = b""

    @contextmanager
    def at(self, cut: Cut, folds: Folds) -> Iterator[Connection]:
        """A connection to the views of a moment; they are folded if they are not kept."""
        with self._made(cut, folds) as moment, moment.engine.connect() as connection:
            yield connection

    def ready(self, cut: Cut) -> bool:
        """Whether a moment is kept."""
        with self._lock:
            return cut in self._kept and self._kept[cut].ready

    def nearest(self, cut: Cut) -> Cut | None:
        """Return the latest kept moment of the same part that is not later."""
        with self._lock:
            return max(
                (each for each, moment in self._kept.items() if moment.ready and _leads_to(each, cut)),
                key=lambda each: each.size, default=None,
            )  # fmt: skip

    def close(self) -> None:
        """Forget all."""
        with self._lock:
            kept, self._kept = list(self._kept.values()), OrderedDict()
        for moment in kept:
            _forget(moment)

    @contextmanager
    def _made(self, cut: Cut, folds: Folds) -> Iterator[_Moment]:
        moment = self._take(cut)
        try:
            with moment.lock:
                if not moment.ready:
                    self._make(cut, moment, folds)
                    moment.ready = True
            yield moment
        finally:
            self._give_back(cut, moment)

    def _make(self, cut: Cut, moment: _Moment, folds: Folds) -> None:
        """A base is always smaller, or of the register where this is of a matter: nobody waits for himself."""
        base, near = folds.base(cut), self.nearest(cut)
        if near is not None and (base is None or near.size >= base.size):
            base = near
        if base is None:
            moment.file.write_bytes(self._blanks())
        else:
            with self._made(base, folds) as earlier:
                shutil.copyfile(earlier.file, moment.file)
        begun = base.size if base else 0
        tables = views.tables.sorted_tables if not cut.part and cut.size - begun >= BULK else []
        with moment.engine.begin() as connection, database.in_bulk(connection, tables):
            folds.fold(connection, cut, base)

    def _blanks(self) -> bytes:
        """A file with all tables and nothing in them: making them takes longer than folding a small matter."""
        if not self._blank:
            with tempfile.TemporaryDirectory(prefix="deliberation-") as folder:
                engine = database.scratch(str(Path(folder) / "views.db"))
                with engine.begin() as connection:
                    views.tables.create_all(connection)
                engine.dispose()
                self._blank = (Path(folder) / "views.db").read_bytes()
        return self._blank

    def _take(self, cut: Cut) -> _Moment:
        with self._lock:
            moment = self._kept.get(cut)
            if moment is None:
                folder = tempfile.mkdtemp(prefix="deliberation-")
                moment = self._kept[cut] = _Moment(folder, database.scratch(str(Path(folder) / "views.db")))
            self._kept.move_to_end(cut)
            moment.readers += 1
            return moment

    def _give_back(self, cut: Cut, moment: _Moment) -> None:
        """What broke while it was folded is not kept; what nobody reads makes room, the longest unread first."""
        with self._lock:
            moment.readers -= 1
            if not moment.ready and not moment.readers:
                self._kept.pop(cut, None)
            gone = [self._kept.pop(each) for each in self._too_many(whole=True) + self._too_many(whole=False)]
            gone += [] if moment.ready or moment.readers else [moment]
        for each in gone:
            _forget(each)

    def _too_many(self, *, whole: bool) -> list[Cut]:
        some = [cut for cut in self._kept if (not cut.part) == whole]
        idle = [cut for cut in some if not self._kept[cut].readers]
        return idle[: max(0, len(some) - (KEPT if whole else PARTS))]


def _leads_to(each: Cut, cut: Cut) -> bool:
    """A report may be taken up at any time and bring its past along: a matter is not folded on from itself."""
    same = (each.community, each.part) == (cut.community, cut.part)
    return same and each.size < cut.size and cut.part in ("", REGISTER)


def _forget(moment: _Moment) -> None:
    moment.engine.dispose()
    shutil.rmtree(moment.folder, ignore_errors=True)

"""Which entries an earlier moment is folded from: the first of all, or only those that one matter needs.

A matter needs its own entries, those of the reports that were taken up into it (filed under themselves before), and the
register's, which belong to no matter. The register is folded once for many moments: handlers only name rows by their key,
and no entry of a matter writes to a row of the register or the other way round, so that it may come first.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, select

from deliberation.log import fold
from deliberation.log.store import PAGE, events, rows_between

#: What is folded of the register alone.
REGISTER = "register"
#: Moments of everything are folded on from round sizes, and the register's from every so many of its entries.
STEP, ROUND = 20_000, 16


class Cut(NamedTuple):
    """The first ``size`` entries of a community: of ``part``, which is a matter, REGISTER or "" for all."""

    community: str
    size: int
    part: str = ""


class Source:
    """The log in use, from which cuts are folded; ``progress`` is told how many entries of how many are done."""

    def __init__(self, live: Connection, progress: Callable[[int, int], None] | None = None) -> None:
        self.live = live
        self._progress = progress

    def base(self, cut: Cut) -> Cut | None:
        """Return the cut that this one is folded on from, or None for the very beginning."""
        if cut.part == REGISTER:
            return None
        if not cut.part:
            return None if cut.size <= STEP or cut.size % STEP == 0 else cut._replace(size=cut.size - cut.size % STEP)
        size = self._round_size(cut)
        return Cut(cut.community, size, REGISTER) if size else None

    def fold(self, target: Connection, cut: Cut, base: Cut | None) -> None:
        """Fold into ``target`` what a cut has beyond its base."""
        told = self._progress
        begun = base.size if base else 0
        with closing(self._rows(cut, base)) as rows:
            done = (lambda count: told(begun + count, cut.size)) if told else None
            fold.take(rows, target, cut.community, done)

    def _rows(self, cut: Cut, base: Cut | None) -> Generator[Any]:
        start = base.size if base else 0
        if not cut.part:
            yield from rows_between(self.live, cut.community, start, cut.size)
            return
        wanted = [self._of(cut, None, start)]
        if cut.part != REGISTER:
            wanted += [self._of(cut, matter, 0) for matter in (cut.part, *self._taken_up(cut))]
        with ExitStack() as open_:
            yield from heapq.merge(*(open_.enter_context(closing(rows)) for rows in wanted), key=lambda row: row[0])

    def _of(self, cut: Cut, matter: str | None, start: int) -> Generator[Any]:
        """The rows of one matter (None: the register) from a position on, found by their index."""
        c = events.c
        query = select(c.position, c.matter, c.leaf).where(filed(cut.community, matter, start, cut.size))
        with self.live.execute(query.order_by(c.position).execution_options(yield_per=PAGE)) as rows:
            yield from rows

    def _taken_up(self, cut: Cut) -> list[str]:
        """The reports of a matter, under whose own ids lies what happened to them before."""
        c = events.c
        query = select(c.stream).where(filed(cut.community, cut.part, 0, cut.size), c.type == "report.taken_up")
        return list(self.live.execute(query).scalars())

    def _round_size(self, cut: Cut) -> int:
        """The size at the last entry of the register whose number is round; 0 for none."""
        mine = _under(cut.community, None, 0, cut.size)
        number = self.live.execute(select(func.count()).select_from(mine.subquery())).scalar_one()
        if number < ROUND:
            return 0
        query = mine.order_by(mine.selected_columns.position).offset(number - number % ROUND - 1).limit(1)
        return int(self.live.execute(query).scalar_one()) + 1


def matter_of(live: Connection, community: str, stream: str) -> str | None:
    """Return the matter under which a stream's latest entry is filed; None for the register and for no such stream."""
    c = events.c
    query = select(c.matter).where(c.community == community, c.stream == stream).order_by(c.version.desc())
    found = live.execute(query.limit(1)).scalar()
    return None if found is None else str(found)


def filed(community: str, matter: str | None, start: int, stop: int) -> ColumnElement[bool]:
    """Return the condition for the entries of a matter (None: of the register) from ``start`` to before ``stop``.

    Their positions are found by the index first: asked for at once, SQLite walks through the whole log.
    """
    c = events.c
    return (c.community == community) & c.position.in_(_under(community, matter, start, stop))


def _under(community: str, matter: str | None, start: int, stop: int) -> Select[Any]:
    c = events.alias().c
    query = select(c.position).where(c.community == community, c.matter == matter)
    return query.where(c.position >= start, c.position < stop)

"""Walking through the log for those who read it: pages of it, newest first, and how much happened on which day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select

from deliberation.deadlines import SHANGHAI
from deliberation.log.cuts import filed
from deliberation.log.history import Entry
from deliberation.log.leaf import read_leaf
from deliberation.log.store import PAGE, events

DAY = 86_400
#: Days begin at midnight in China.
AHEAD = int(SHANGHAI.utcoffset(None).total_seconds())


class Day(NamedTuple):
    """A day on which something happened: how many entries, and how many there were at its end."""

    date: date
    entries: int
    size: int


class Part(NamedTuple):
    """Which entries: before a position, of one matter ("" for all), of some types (none for all), with some text
    in the stored bytes (the id of what they are about; "" for all), from a position on."""

    stop: int
    matter: str = ""
    kinds: Sequence[str] = ()
    about: str = ""
    start: int = 0

    def of(self, connection: Connection, query: Select[Any], community: str) -> Select[Any]:
        """Return a query narrowed to these."""
        c = events.c
        if self.matter:
            query = query.where(filed(community, self.matter, self.start, self.stop))
        else:
            query = query.where(c.community == community, c.position >= self.start, c.position < self.stop)
        query = query.where(_named(connection, self.about)) if self.about else query
        return query.where(c.type.in_(self.kinds)) if self.kinds else query


def _named(connection: Connection, id: str) -> ColumnElement[bool]:
    """Whether the stored bytes hold an id: an entry names whatever it is about."""
    leaf, wanted = events.c.leaf, literal(id.encode())
    if connection.dialect.name == "sqlite":
        return func.instr(leaf, wanted) > 0
    return func.position(wanted.op("IN")(leaf)) > 0


def count(connection: Connection, community: str, part: Part) -> int:
    """Return how many entries there are."""
    return int(connection.execute(part.of(connection, select(func.count()).select_from(events), community)).scalar_one())


def latest(connection: Connection, community: str, part: Part, *, limit: int, skip: int = 0) -> list[Entry]:
    """Return entries, the newest first, behind the first ``skip``."""
    c = events.c
    query = part.of(connection, select(c.position, c.matter, c.leaf), community).order_by(c.position.desc())
    rows = connection.execute(query.limit(limit).offset(skip))
    return [Entry(row.position, read_leaf(bytes(row.leaf)), row.matter, bytes(row.leaf)) for row in rows]


def every(connection: Connection, community: str, part: Part) -> Iterator[Entry]:
    """Yield all entries in order, read in pages."""
    c = events.c
    after = part.start
    while True:
        query = part._replace(start=after).of(connection, select(c.position, c.matter, c.leaf), community)
        rows = connection.execute(query.order_by(c.position).limit(PAGE)).fetchall()
        for row in rows:
            yield Entry(row.position, read_leaf(bytes(row.leaf)), row.matter, bytes(row.leaf))
        if len(rows) < PAGE:
            return
        after = rows[-1].position + 1


def days(connection: Connection, community: str) -> list[Day]:
    """Return the days on which something happened, by the log's time, in order."""
    day = (events.c.time + AHEAD) // DAY
    query = select(day, func.count(), func.max(events.c.position)).where(events.c.community == community)
    rows = connection.execute(query.group_by(day).order_by(day))
    return [Day(datetime.fromtimestamp(row[0] * DAY, UTC).date(), row[1], row[2] + 1) for row in rows]


def sums(connection: Connection, community: str, part: Part) -> list[tuple[str | None, str, int]]:
    """Return (matter, type, how many) of entries, None for what is of no matter."""
    query = part.of(connection, select(events.c.matter, events.c.type, func.count()), community)
    return [(row[0], row[1], row[2]) for row in connection.execute(query.group_by(events.c.matter, events.c.type))]

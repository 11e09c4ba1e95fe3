"""The history: every event as a sentence that a neighbour can read."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from deliberation.log.aggregate import Event
from deliberation.log.leaf import read_leaf
from deliberation.log.store import events
from deliberation.log.tlog import leaf_hash


class Entry(NamedTuple):
    """One line of history: position, event, the stored bytes and their leaf hash."""

    position: int
    event: Event
    matter: str | None
    leaf: bytes

    @property
    def hash(self) -> str:
        """The leaf hash in hex."""
        return leaf_hash(self.leaf).hex()

    def sentence(self, language: str, name: Callable[[str], str]) -> str:
        """Return the event's sentence; ``name`` turns a person's id into what may be shown."""
        template = self.event.en if language.startswith("en") else self.event.zh
        return _Words(name(self.event.by.person)).format(template, **self.event.body())


class _Words(string.Formatter):
    """Fills a sentence; what a very old event does not carry is left out rather than an error."""

    def __init__(self, by: str) -> None:
        self.by = by

    def get_value(self, key: Any, args: Sequence[Any], kwargs: Any) -> Any:
        return self.by if key == "by" else kwargs.get(key, "…")


def entries(
    connection: Connection,
    community: str,
    *,
    after: int = 0,
    limit: int = 50,
    stop: int | None = None,
    matter: str | None = None,
    kinds: Sequence[str] = (),
) -> list[Entry]:
    """Return up to ``limit`` entries from position ``after`` on; of one matter, of some types, if given."""
    c = events.c
    query = select(c.position, c.matter, c.leaf).where(c.community == community, c.position >= after)
    if stop is not None:
        query = query.where(c.position < stop)
    if matter is not None:
        query = query.where(c.matter == matter)
    if kinds:
        query = query.where(c.type.in_(kinds))
    rows = connection.execute(query.order_by(c.position).limit(limit))
    return [Entry(row.position, read_leaf(bytes(row.leaf)), row.matter, bytes(row.leaf)) for row in rows]


def entry(connection: Connection, community: str, position: int) -> Entry | None:
    """Return the entry at a position, or None."""
    found = entries(connection, community, after=position, limit=1, stop=position + 1)
    return found[0] if found else None


def counts(connection: Connection, community: str, stop: int | None = None) -> dict[str, int]:
    """Return how many events of each type there are (before ``stop``)."""
    query = select(events.c.type, func.count()).where(events.c.community == community).group_by(events.c.type)
    if stop is not None:
        query = query.where(events.c.position < stop)
    return {row[0]: row[1] for row in connection.execute(query)}

"""Views: tables folded from events, and the guards that stand before the fold.

A *handler* (``@on``) turns one event into keyed changes, as data: total, without clock, question or refusal.
So the same handlers serve the append, the rebuild and the fold to an earlier position, and changes can be
merged and written in bulk. A *guard* (``@guard``) asks the tables, runs only in the append, before any write
of its command, and alone may refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Index, MetaData, Select, String, Table

from deliberation.log.aggregate import Event
from deliberation.log.changes import (
    Add,
    Change,
    Delete,
    Insert,
    Key,
    Pending,
    Row,
    Update,
)
from deliberation.log.driver import Driver

__all__ = ["Change", "Row", "Tx", "add", "delete", "fold", "guard", "insert", "on", "update", "view"]

#: Every view table of the project. Rows of all communities share them; the community is the first column of
#: each key.
tables = MetaData()

Handler = Callable[[Any, int], Iterable[Change]]
Guard = Callable[[Any, "Tx"], None]

HANDLERS: dict[str, list[Handler]] = {}
GUARDS: dict[str, list[Guard]] = {}
EVERY: list[Guard] = []


def view(name: str, *columns: Column[Any], index: Sequence[str | tuple[str, ...]] = ()) -> Table:
    """Declare a view table. ``index`` names columns (or tuples of columns) to index behind the community."""
    indexes = []
    for entry in index:
        named = (entry,) if isinstance(entry, str) else entry
        indexes.append(Index(f"{name}_by_{'_'.join(named)}", "community", *named))
    community = Column("community", String(40), primary_key=True)
    table = Table(name, tables, community, *columns, *indexes, sqlite_with_rowid=False)
    keys = tuple(c.name for c in table.primary_key if c.name != "community")
    table.info["keys"] = keys
    table.info["columns"] = tuple(table.columns.keys())
    table.info["key_of"] = itemgetter(*keys) if len(keys) > 1 else lambda row: (row[keys[0]],)
    # In the order of the columns: so stand the values of every new row.
    table.info["blank"] = {c.name: None for c in table.columns if c.name != "community"}
    return table


def insert(table: Table, **row: Any) -> Insert:
    """Return the change that adds a row; columns not named are NULL."""
    info = table.info
    blank = info["blank"]
    whole = blank | row
    if len(whole) != len(blank):
        raise TypeError(f"{table.name} has no column {', '.join(row.keys() - blank.keys())}")
    return Insert(table, info["key_of"](row), whole)


def update(table: Table, *key: Any, **values: Any) -> Update:
    """Return the change that sets columns of the row with this key (without the community)."""
    return Update(table, key, values)


def add(table: Table, *key: Any, **amounts: int) -> Add:
    """Return the change that adds to columns of the row with this key."""
    return Add(table, key, amounts)


def delete(table: Table, *key: Any) -> Delete:
    """Return the change that removes the row with this key."""
    return Delete(table, key, {})


def on(*event_classes: type[Event]) -> Callable[[Handler], Handler]:
    """Register a handler ``(event, position) -> changes`` for the given events."""

    def register(handler: Handler) -> Handler:
        for event_class in event_classes:
            HANDLERS.setdefault(event_class.TYPE, []).append(handler)
        return handler

    return register


def guard(*event_classes: type[Event]) -> Callable[[Guard], Guard]:
    """Register a guard ``(event, tx) -> None``, which may raise a Refusal (no classes: all events)."""

    def register(check: Guard) -> Guard:
        if not event_classes:
            EVERY.append(check)
        for event_class in event_classes:
            GUARDS.setdefault(event_class.TYPE, []).append(check)
        return check

    return register


def fold(pending: Pending, event: Event, position: int) -> None:
    """Take the changes that the handlers make of an event."""
    for handler in HANDLERS.get(event.TYPE, ()):
        pending.take(handler(event, position))


class Tx:
    """What a guard may ask inside the append: the tables as they will be after the commands before it."""

    def __init__(self, connection: Connection, community: str, pending: Pending, time: int) -> None:
        self.connection = connection
        self.community = community
        self.pending = pending
        #: The later of the log's time and the event's own, in seconds UTC.
        self.time = time
        #: The events of the command that is asked about: none of them is in the tables yet.
        self.together: Sequence[Event] = ()
        self._driver = Driver(connection)
        self._seen: dict[tuple[Table, Key], Row | None] = {}
        self._asked: dict[tuple[Table, Key], Sequence[Any]] = {}

    def row(self, table: Table, *key: Any) -> Row | None:
        """Return the row with that key (without the community), or None."""
        waiting = self.pending.tables.get(table)
        if waiting is None:
            return self._stored(table, key)
        return waiting.over(key, lambda: self._stored(table, key))

    def rows(self, select: Select[Any]) -> Sequence[Any]:
        """Return the rows of a query; whatever is pending is written first so that it is seen."""
        self.pending.flush(self.connection, self.community)
        self._seen.clear()
        self._asked.clear()
        return self.connection.execute(select).fetchall()

    def rows_of(self, table: Table, select: Select[Any], *key: Any) -> Sequence[Any]:
        """Return the rows of a query that asks one table only, ``key`` telling it from others that do.

        Every event signed in an office asks for it: it is asked anew only when that table changes.
        """
        if table in self.pending.tables:
            return self.rows(select)
        if (table, key) not in self._asked:
            self._asked[table, key] = self.connection.execute(select).fetchall()
        return self._asked[table, key]

    def _stored(self, table: Table, key: Key) -> Row | None:
        if (table, key) not in self._seen:
            found = self._driver.one(table, (self.community, *key))
            row = None if found is None else dict(zip(table.info["columns"], found, strict=True))
            self._seen[table, key] = row
        return self._seen[table, key]

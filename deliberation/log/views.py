"""Views: tables folded from events, and the guards that stand before the fold.

A *handler* (``@on``) turns one event into keyed changes, as data: total, without clock, question or refusal. So the same
handlers serve the append, the rebuild and the fold to an earlier position, and changes can be merged and written in bulk.
A *guard* (``@guard``) asks the tables, runs only in the append, before any write of its command, and alone may refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Index, MetaData, Select, String, Table, bindparam

from deliberation.log.aggregate import Event

#: Every view table of the project. Rows of all communities share them; the community is the first column of each key.
tables = MetaData()

Row = dict[str, Any]
Key = tuple[Any, ...]


class Insert(NamedTuple):
    """A new row."""

    table: Table
    key: Key
    row: Row


class Update(NamedTuple):
    """New values in the row with that key."""

    table: Table
    key: Key
    row: Row


class Add(NamedTuple):
    """Whole numbers added to columns of the row with that key."""

    table: Table
    key: Key
    row: Row


class Delete(NamedTuple):
    """The row with that key goes."""

    table: Table
    key: Key
    row: Row


Change = Insert | Update | Add | Delete
Handler = Callable[[Any, int], Iterable[Change]]

HANDLERS: dict[str, list[Handler]] = {}
GUARDS: dict[str, list[Callable[[Any, Tx], None]]] = {}
EVERY: list[Callable[[Event, Tx], None]] = []


def view(name: str, *columns: Column[Any], index: Sequence[str | tuple[str, ...]] = ()) -> Table:
    """Declare a view table. ``index`` names columns (or tuples of columns) to index behind the community."""
    indexes = []
    for entry in index:
        named = (entry,) if isinstance(entry, str) else entry
        indexes.append(Index(f"{name}_by_{'_'.join(named)}", "community", *named))
    community = Column("community", String(40), primary_key=True)
    table = Table(name, tables, community, *columns, *indexes, sqlite_with_rowid=False)
    table.info["keys"] = tuple(c.name for c in table.primary_key if c.name != "community")
    table.info["blank"] = {c.name: None for c in table.columns if c.name != "community"}
    return table


def insert(table: Table, **row: Any) -> Insert:
    """Return the change that adds a row; columns not named are NULL."""
    return Insert(table, tuple(row[name] for name in table.info["keys"]), table.info["blank"] | row)


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


def guard(*event_classes: type[Event]) -> Callable[[Callable[[Any, Tx], None]], Callable[[Any, Tx], None]]:
    """Register a guard ``(event, tx) -> None`` that raises a Refusal; without event classes it stands before every event."""

    def register(check: Callable[[Any, Tx], None]) -> Callable[[Any, Tx], None]:
        if not event_classes:
            EVERY.append(check)
        for event_class in event_classes:
            GUARDS.setdefault(event_class.TYPE, []).append(check)
        return check

    return register


class _Waiting:
    """Changes of one table that are not written yet, merged by key."""

    def __init__(self) -> None:
        self.gone: set[Key] = set()
        self.new: dict[Key, Row] = {}
        self.patch: dict[Key, Row] = {}
        self.plus: dict[Key, Row] = {}

    def take(self, change: Change) -> None:
        key, row = change.key, change.row
        if isinstance(change, Insert):
            self.new[key] = row
        elif isinstance(change, Delete):
            for place in (self.new, self.patch, self.plus):
                place.pop(key, None)
            self.gone.add(key)
        elif isinstance(change, Update):
            (self.new if key in self.new else self.patch).setdefault(key, {}).update(row)
            if key in self.plus:
                self.plus[key] = {name: n for name, n in self.plus[key].items() if name not in row}
        else:
            self._add(key, row)

    def _add(self, key: Key, amounts: Row) -> None:
        known = self.new.get(key)
        sums = self.plus.setdefault(key, {}) if known is None else known
        for name, amount in amounts.items():
            if known is None and name in self.patch.get(key, ()):
                self.patch[key][name] += amount
            else:
                sums[name] = (sums.get(name) or 0) + amount

    def over(self, key: Key, stored: Callable[[], Row | None]) -> Row | None:
        if key in self.new:
            return self.new[key]
        row = None if key in self.gone else stored()
        if row is None:
            return None
        row = row | self.patch.get(key, {})
        for name, amount in self.plus.get(key, {}).items():
            row[name] = (row[name] or 0) + amount
        return row


class Pending:
    """Changes on their way to the tables: taken one by one, written in bulk."""

    def __init__(self) -> None:
        self.tables: dict[Table, _Waiting] = {}

    def fold(self, event: Event, position: int) -> None:
        """Take the changes that the handlers make of an event."""
        for handler in HANDLERS.get(event.TYPE, ()):
            for change in handler(event, position):
                self.take(change)

    def take(self, change: Change) -> None:
        """Take one change."""
        waiting = self.tables.get(change.table)
        if waiting is None:
            waiting = self.tables[change.table] = _Waiting()
        waiting.take(change)

    def merge(self, other: Pending) -> None:
        """Take over what another has pending, after one's own."""
        for table, theirs in other.tables.items():
            for change in _as_changes(table, theirs):
                self.take(change)

    def flush(self, connection: Connection, community: str) -> None:
        """Write everything pending and forget it."""
        for table, waiting in self.tables.items():
            _write(connection, community, table, waiting)
        self.tables = {}


def _as_changes(table: Table, waiting: _Waiting) -> Iterable[Change]:
    yield from (Delete(table, key, {}) for key in waiting.gone)
    yield from (Insert(table, key, row) for key, row in waiting.new.items())
    yield from (Update(table, key, row) for key, row in waiting.patch.items())
    yield from (Add(table, key, row) for key, row in waiting.plus.items())


def _write(connection: Connection, community: str, table: Table, waiting: _Waiting) -> None:
    names = table.info["keys"]

    def keyed(key: Key) -> Row:
        return {f"k_{name}": value for name, value in zip(names, key, strict=True)} | {"k_community": community}

    if waiting.gone:
        connection.execute(_where(table, table.delete()), [keyed(key) for key in waiting.gone])
    if waiting.new:
        connection.execute(table.insert(), [{"community": community, **row} for row in waiting.new.values()])
    for values, statement in ((waiting.patch, _set), (waiting.plus, _plus)):
        for columns, keys in _by_columns(values).items():
            rows = [keyed(key) | {f"v_{name}": values[key][name] for name in columns} for key in keys]
            connection.execute(statement(table, columns), rows)


def _by_columns(values: dict[Key, Row]) -> dict[tuple[str, ...], list[Key]]:
    groups: dict[tuple[str, ...], list[Key]] = {}
    for key, row in values.items():
        if row:
            groups.setdefault(tuple(row), []).append(key)
    return groups


def _where(table: Table, statement: Any) -> Any:
    for name in ("community", *table.info["keys"]):
        statement = statement.where(table.c[name] == bindparam(f"k_{name}"))
    return statement


def _set(table: Table, columns: tuple[str, ...]) -> Any:
    return _where(table, table.update().values({name: bindparam(f"v_{name}") for name in columns}))


def _plus(table: Table, columns: tuple[str, ...]) -> Any:
    return _where(table, table.update().values({name: table.c[name] + bindparam(f"v_{name}") for name in columns}))


class Tx:
    """What a guard may ask inside the append: the tables as they will be after the commands before it."""

    def __init__(self, connection: Connection, community: str, pending: Pending, time: int) -> None:
        self.connection = connection
        self.community = community
        self.pending = pending
        #: The later of the log's time and the event's own, in seconds UTC.
        self.time = time
        self._seen: dict[tuple[Table, Key], Row | None] = {}

    def row(self, table: Table, *key: Any) -> Row | None:
        """Return the row with that key (without the community), or None."""
        waiting = self.pending.tables.get(table)
        if waiting is None:
            return self._stored(table, key)
        return waiting.over(key, lambda: self._stored(table, key))

    def rows(self, select: Select[Any]) -> Sequence[Any]:
        """Return the rows of a query; whatever is pending is written first so that it is seen."""
        self.pending.flush(self.connection, self.community)
        self.forget()
        return self.connection.execute(select).fetchall()

    def forget(self) -> None:
        """Look into the tables again: they were written to, or what was written was taken back."""
        self._seen.clear()

    def _stored(self, table: Table, key: Key) -> Row | None:
        if (table, key) not in self._seen:
            found = self.connection.execute(_one(table), self._named(table, key)).mappings().first()
            self._seen[table, key] = None if found is None else dict(found)
        return self._seen[table, key]

    def _named(self, table: Table, key: Key) -> Row:
        named = {f"k_{name}": value for name, value in zip(table.info["keys"], key, strict=True)}
        return named | {"k_community": self.community}


def _one(table: Table) -> Any:
    if "one" not in table.info:
        table.info["one"] = _where(table, table.select())
    return table.info["one"]

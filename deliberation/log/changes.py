"""Changes to view tables as data: merged by key while they wait, then written in bulk.

What is written is what applying the changes one by one would leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table

from deliberation.log.driver import Driver

Row = dict[str, Any]
Key = tuple[Any, ...]


class Insert(NamedTuple):
    """A new row, whole: a value for each column in the order of the table's, without the community."""

    table: Table
    key: Key
    row: Row


class Update(NamedTuple):
    """New values in the row with that key, if there is one."""

    table: Table
    key: Key
    row: Row


class Add(NamedTuple):
    """Whole numbers added to columns (NULL counts as 0) of the row with that key, if there is one."""

    table: Table
    key: Key
    row: Row


class Delete(NamedTuple):
    """The row with that key goes, if there is one."""

    table: Table
    key: Key
    row: Row


Change = Insert | Update | Add | Delete


class RowTaken(Exception):
    """Two inserts of one key: a handler is wrong, since a log cannot make the same thing twice."""


class _Waiting:
    """Changes of one table that are not written yet, merged by key.

    They are written in the order of these fields: rows that go, new ones, values set, amounts added.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.gone: set[Key] = set()
        self.new: dict[Key, Row] = {}
        self.patch: dict[Key, Row] = {}
        self.plus: dict[Key, Row] = {}

    def take(self, change: Change) -> None:
        _, key, row = change
        kind = type(change)
        if kind is Insert:
            if key in self.new:
                raise RowTaken(f"{self.table.name} {key}")
            if self.patch or self.plus:
                self._forget(key)
            self.new[key] = row
        elif kind is Delete:
            self.new.pop(key, None)
            self._forget(key)
            self.gone.add(key)
        elif kind is Update:
            self._set(key, row)
        else:
            self._add(key, row)

    def over(self, key: Key, stored: Callable[[], Row | None]) -> Row | None:
        """Return the row as it will stand, given how it stands in the table."""
        if key in self.new:
            return dict(self.new[key])
        row = None if key in self.gone else stored()
        if row is None:
            return None
        row = row | self.patch.get(key, {})
        for name, amount in self.plus.get(key, {}).items():
            row[name] = (row[name] or 0) + amount
        return row

    def _forget(self, key: Key) -> None:
        """Values for a row that goes, or that was not there, concern no row."""
        self.patch.pop(key, None)
        self.plus.pop(key, None)

    def _set(self, key: Key, values: Row) -> None:
        known = self.new.get(key)
        if known is not None:
            known.update(values)
            return
        self.patch.setdefault(key, {}).update(values)
        if key in self.plus:
            self.plus[key] = {name: amount for name, amount in self.plus[key].items() if name not in values}

    def _add(self, key: Key, amounts: Row) -> None:
        known = self.new.get(key)
        sums = self.plus.setdefault(key, {}) if known is None else known
        for name, amount in amounts.items():
            sums[name] = (sums.get(name) or 0) + amount


class Pending:
    """Changes on their way to the tables: taken one by one, written in bulk."""

    def __init__(self) -> None:
        self.tables: dict[Table, _Waiting] = {}
        #: How many were taken since the last flush.
        self.taken = 0

    def take(self, changes: Iterable[Change]) -> None:
        """Take changes in order. Raises RowTaken."""
        for change in changes:
            waiting = self.tables.get(change.table)
            if waiting is None:
                waiting = self.tables[change.table] = _Waiting(change.table)
            waiting.take(change)
            self.taken += 1

    def flush(self, connection: Connection, community: str, place: Callable[[Table], Table] | None = None) -> None:
        """Write everything pending and forget it; ``place`` says which table to write instead of a view's own."""
        if self.tables:
            driver = Driver(connection)
            for table, waiting in self.tables.items():
                _write(driver, community, waiting, place(table) if place else table)
            self.tables, self.taken = {}, 0


def _write(driver: Driver, community: str, waiting: _Waiting, table: Table) -> None:
    if waiting.gone:
        driver.write(table, "delete", [(community, *key) for key in waiting.gone])
    if waiting.new:
        driver.write(table, "insert", [(community, *row.values()) for row in waiting.new.values()])
    for kind, values in (("update", waiting.patch), ("add", waiting.plus)):
        for columns, keys in _by_columns(values).items():
            rows = [(*(values[key][name] for name in columns), community, *key) for key in keys]
            driver.write(table, kind, rows, columns)


def _by_columns(values: dict[Key, Row]) -> dict[tuple[str, ...], list[Key]]:
    groups: dict[tuple[str, ...], list[Key]] = {}
    for key, row in values.items():
        if row:
            groups.setdefault(tuple(row), []).append(key)
    return groups

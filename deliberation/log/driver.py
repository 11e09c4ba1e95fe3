"""The few statements that run for every event, handed to the database driver as they are.

They are the same each time, so their text is made once for each table; SQLAlchemy would spend more on each of
them than the database does.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Dialect, Select, Table
from sqlalchemy.exc import DBAPIError

Values = tuple[Any, ...]

#: Rows from which on PostgreSQL takes them faster as a stream (COPY).
MANY = 20
#: Rows fetched at a time where there may be very many.
SOME = 4000


class Prepared:
    """A query about texts, numbers and bytes that is made once for all who ask it, and put into words once for each database.
    Its rows have the names of its columns; ``values`` are those of its parameters."""

    def __init__(self, query: Select[Any] | CompoundSelect[Any]) -> None:
        self._query = query
        self._said: dict[str, tuple[str, dict[str, Any], Sequence[str] | None]] = {}
        self.row = _shape(query)

    def said(self, dialect: Dialect, values: dict[str, Any]) -> tuple[str, Any]:
        """Return the statement and its values as the database's driver takes them."""
        said = self._said.get(dialect.name)
        if said is None:
            compiled = self._query.compile(dialect=dialect)
            said = self._said[dialect.name] = str(compiled), dict(compiled.params), getattr(compiled, "positiontup", None)
        text, given, places = said
        given = given | values
        return text, given if places is None else [given[name] for name in places]


class Driver:
    """The driver's own cursor of a connection, inside its transaction.

    Values are given and returned in the order in which the table declares its columns, keys behind the
    community.
    """

    def __init__(self, connection: Connection) -> None:
        dialect = connection.dialect
        if not connection.in_transaction():  # only SQLAlchemy's own statements begin one by themselves
            connection.begin()
        self._connection = connection
        self._cursor: Any = connection.connection.cursor()
        self._error: type[Exception] = dialect.loaded_dbapi.Error
        self._quote = dialect.identifier_preparer.quote
        self._streams = dialect.driver == "psycopg"
        self._mark = "?" if dialect.paramstyle == "qmark" else "%s"

    def one(self, table: Table, key: Values, *, lock: bool = False) -> Values | None:
        """Return the row with that key, or None. ``lock``: nobody else changes it until the transaction ends.

        SQLite's writer has locked everything already. Raises DBAPIError.
        """
        statement = self._statement(table, "lock" if lock and self._streams else "select")
        try:
            self._cursor.execute(statement, key)
            row: Values | None = self._cursor.fetchone()
        except self._error as error:
            raise self._failed(statement, error) from error
        return row

    def ask(self, prepared: Prepared, **values: Any) -> list[Any]:
        """Return the rows that a prepared query asks for. Raises DBAPIError."""
        text, given = prepared.said(self._connection.dialect, values)
        try:
            self._cursor.execute(text, given)
            return list(map(prepared.row._make, self._cursor.fetchall()))
        except self._error as error:
            raise self._failed(text, error) from error

    def stream(self, prepared: Prepared, **values: Any) -> Iterator[Any]:
        """Yield the rows of a prepared query, without names, a few thousand at a time, however many there are. Raises DBAPIError."""
        text, given = prepared.said(self._connection.dialect, values)
        cursor = self._cursor.connection.cursor(f"stream_{id(self)}", binary=True) if self._streams else self._cursor
        try:
            cursor.execute(text, given)
            while rows := cursor.fetchmany(SOME):
                yield from rows
        except self._error as error:
            raise self._failed(text, error) from error
        finally:
            cursor.close()

    def among(self, statement: str, community: str, some: Collection[str]) -> Sequence[Values]:
        """Return the rows of a statement that asks for a community and, as ``{some}``, for a list of texts.

        The whole list is one value, so that the statement stays the same. Raises DBAPIError.
        """
        listed = "= ANY(%s)" if self._streams else "IN (SELECT value FROM json_each(?))"
        text = statement.format(community=f"community = {self._mark}", some=listed)
        try:
            self._cursor.execute(text, (community, list(some) if self._streams else json.dumps(list(some))))
            rows: Sequence[Values] = self._cursor.fetchall()
        except self._error as error:
            raise self._failed(text, error) from error
        return rows

    def each(self, query: Select[Any]) -> Iterator[Values]:
        """Yield the rows of a query about texts and numbers, a few thousand at a time. Raises DBAPIError.

        Tables joined here are read whole: PostgreSQL is kept from looking up row by row, which it chooses for tables that
        it has not measured yet and which takes minutes for a large poll.
        """
        compiled = query.compile(dialect=self._connection.dialect)
        text, given = str(compiled), compiled.params
        places = getattr(compiled, "positiontup", None)
        try:
            self._look_up_singly("off")
            self._cursor.execute(text, given if places is None else [given[name] for name in places])
            self._look_up_singly("DEFAULT")  # the whole answer is here already
            while rows := self._cursor.fetchmany(SOME):
                yield from rows
        except self._error as error:
            raise self._failed(text, error) from error

    def _look_up_singly(self, setting: str) -> None:
        if self._streams:
            self._cursor.connection.execute(f"SET LOCAL enable_nestloop TO {setting}")

    def write(self, table: Table, kind: str, rows: Sequence[Values], columns: tuple[str, ...] = ()) -> None:
        """Run "insert" (whole rows), "delete" (keys), "update" or "add" (values of ``columns``, then keys).

        Raises DBAPIError.
        """
        streamed = kind == "insert" and self._streams and len(rows) >= MANY
        statement = self._statement(table, "copy" if streamed else kind, columns)
        try:
            if streamed:
                with self._cursor.copy(statement) as copy:
                    for row in rows:
                        copy.write_row(row)
                self._plan_anew()
            else:
                self._cursor.executemany(statement, rows)
        except self._error as error:
            raise self._failed(statement, error) from error

    def _plan_anew(self) -> None:
        """How a table is looked into was settled while it was empty, where any index looks as good as its key."""
        self._cursor.execute("DISCARD PLANS")

    def _failed(self, statement: str, error: Exception) -> DBAPIError:
        """A connection that went away is not given to anybody again."""
        driver = self._connection.connection.dbapi_connection
        if self._connection.dialect.is_disconnect(error, driver, self._cursor):  # type: ignore[arg-type]
            self._connection.invalidate(error)
        return DBAPIError(statement, None, error)

    def _statement(self, table: Table, kind: str, columns: tuple[str, ...] = ()) -> str:
        made: dict[Values, str] = table.info.setdefault("statements", {})
        text = made.get((kind, columns, self._mark))
        if text is None:
            text = made[kind, columns, self._mark] = self._make(table, kind, columns)
        return text

    def _make(self, table: Table, kind: str, columns: tuple[str, ...]) -> str:
        quote, mark = self._quote, self._mark
        name, every = quote(table.name), [quote(column.name) for column in table.columns]
        where = " AND ".join(f"{quote(column.name)} = {mark}" for column in table.primary_key.columns)
        change = "{0} = " + mark if kind == "update" else "{0} = coalesce({0}, 0) + " + mark
        values = ", ".join(change.format(quote(column)) for column in columns)
        return {
            "copy": f"COPY {name} ({', '.join(every)}) FROM STDIN",
            "select": f"SELECT {', '.join(every)} FROM {name} WHERE {where}",
            "lock": f"SELECT {', '.join(every)} FROM {name} WHERE {where} FOR UPDATE",
            "insert": f"INSERT INTO {name} ({', '.join(every)}) VALUES ({', '.join(mark for _ in every)})",
            "delete": f"DELETE FROM {name} WHERE {where}",
        }.get(kind, f"UPDATE {name} SET {values} WHERE {where}")


def _shape(query: Select[Any] | CompoundSelect[Any]) -> Any:
    """The named tuple for the rows of a query."""
    return namedtuple("_Row", [str(column.key) for column in query.selected_columns])

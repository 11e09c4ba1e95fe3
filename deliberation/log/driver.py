"""The few statements that run for every event, handed to the database driver as they are.

They are the same each time, so their text is made once for each table; SQLAlchemy would spend more on each of
them than the database does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

Values = tuple[Any, ...]

#: Rows from which on PostgreSQL takes them faster as a stream (COPY).
MANY = 20


class Driver:
    """The driver's own cursor of a connection, inside its transaction.

    Values are given and returned in the order in which the table declares its columns, keys behind the
    community.
    """

    def __init__(self, connection: Connection) -> None:
        dialect = connection.dialect
        self._cursor: Any = connection.connection.cursor()
        self._error: type[Exception] = dialect.loaded_dbapi.Error
        self._quote = dialect.identifier_preparer.quote
        self._streams = dialect.driver == "psycopg"
        self._mark = "?" if dialect.paramstyle == "qmark" else "%s"

    def one(self, table: Table, key: Values) -> Values | None:
        """Return the row with that key, or None. Raises DBAPIError."""
        statement = self._statement(table, "select")
        try:
            self._cursor.execute(statement, key)
            row: Values | None = self._cursor.fetchone()
        except self._error as error:
            raise DBAPIError(statement, None, error) from error
        return row

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
            else:
                self._cursor.executemany(statement, rows)
        except self._error as error:
            raise DBAPIError(statement, None, error) from error

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
            "insert": f"INSERT INTO {name} ({', '.join(every)}) VALUES ({', '.join(mark for _ in every)})",
            "delete": f"DELETE FROM {name} WHERE {where}",
        }.get(kind, f"UPDATE {name} SET {values} WHERE {where}")

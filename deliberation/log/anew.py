"""Views compared with their log and set right, inside one transaction that holds the head: nobody sees less than all of them.

The log is folded into temporary tables, and only what differs is replaced: views that were right are not written at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, and_, exists, func, literal, select
from sqlalchemy.exc import DatabaseError

from deliberation.log import fold, views
from deliberation.log.changes import Pending
from deliberation.log.fold import Progress
from deliberation.log.store import rows_between


def rebuild(source: Connection, target: Connection, community: str, progress: Progress | None = None) -> int:
    """Fold the log as ``source`` reads it beside the views, then replace what differs there; return the number of events.

    ``target`` is in a transaction within ``database.room_beside``.
    """
    tables = _Beside(target, community)
    with closing(rows_between(source, community)) as rows:
        if target.dialect.name == "sqlite":  # it computes in this thread
            count = fold.in_batches(rows, tables.write, progress)
        else:
            count = _in_two(rows, tables, progress)
    tables.replace()
    return count


def _in_two(rows: Iterator[Any], tables: _Beside, progress: Progress | None) -> int:
    """The database computes elsewhere, so one batch is read and folded while the one before is written."""
    with ThreadPoolExecutor(1) as thread:
        behind = _Behind(tables.write, thread)
        count = fold.in_batches(rows, behind.write, progress)
        behind.end()
    return count


class _Beside:
    """Temporary tables of the views that the log fills, gone with the transaction (PostgreSQL) or the room (SQLite)."""

    def __init__(self, connection: Connection, community: str) -> None:
        self._connection, self._community = connection, community
        self._made: dict[Table, Table] = {}

    def write(self, pending: Pending) -> None:
        """Write a batch of changes."""
        pending.flush(self._connection, self._community, self._of)

    def replace(self) -> None:
        """Take out of the views what the log does not say, and put in what it says besides."""
        if self._connection.dialect.name == "postgresql":
            # Joined whole: the temporary tables were never measured, and row by row it might take minutes.
            for setting in ("enable_nestloop = off", "work_mem = '64MB'"):
                self._connection.exec_driver_sql(f"SET LOCAL {setting}")
        for table in views.tables.sorted_tables:
            if self._connection.dialect.name == "sqlite":
                self._with_sound_indexes(table)
            else:
                self._replace(table)

    def _with_sound_indexes(self, table: Table) -> None:
        """A file that was damaged may hold indexes that miss rows, or find some that are gone: such are made anew."""
        name = self._connection.dialect.identifier_preparer.quote(table.name)
        many = [f"INDEXED BY {index.name}" for index in table.indexes]
        counts = {self._connection.exec_driver_sql(f"SELECT count(*) FROM {name} {which}").scalar() for which in ("NOT INDEXED", *many)}
        if len(counts) > 1:
            self._connection.exec_driver_sql(f"REINDEX {name}")
        try:
            self._replace(table)
        except DatabaseError:
            self._connection.exec_driver_sql(f"REINDEX {name}")
            self._replace(table)

    def _replace(self, table: Table) -> None:
        made, mine = self._made.get(table), table.c.community == self._community
        if made is None:
            self._connection.execute(table.delete().where(mine))
            return
        same = [table.c[column.name].is_not_distinct_from(column) for column in made.columns if not column.primary_key]
        key = [table.c[column.name] == column for column in made.primary_key.columns]
        one = literal(1)
        self._connection.execute(table.delete().where(mine, ~exists(select(one).select_from(made).where(*key, *same))))
        if self._count(table, mine) == self._count(made):  # what is left is what the log says, row for row
            return
        missing = select(made).where(~exists(select(one).select_from(table).where(mine, and_(*key))))
        self._connection.execute(table.insert().from_select(list(made.columns.keys()), missing))

    def _count(self, table: Table, *which: Any) -> int:
        return int(self._connection.execute(select(func.count()).select_from(table).where(*which)).scalar_one())

    def _of(self, table: Table) -> Table:
        if table not in self._made:
            columns = [Column(column.name, column.type, primary_key=column.primary_key) for column in table.columns]
            made = Table(
                f"anew_{table.name}", MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP",
                sqlite_with_rowid=False,
            )  # fmt: skip
            made.create(self._connection)
            self._made[table] = made
        return self._made[table]


class _Behind:
    """Writes one batch while the next is made."""

    def __init__(self, write: Callable[[Pending], None], thread: Executor) -> None:
        self._write, self._thread = write, thread
        self._last: Future[None] | None = None

    def write(self, pending: Pending) -> None:
        """Begin to write a batch, once the one before is written. Raises what went wrong with that."""
        self.end()
        self._last = self._thread.submit(self._write, pending)

    def end(self) -> None:
        """Wait for the last batch. Raises what went wrong with it."""
        if self._last is not None:
            self._last.result()

"""What a page reads from: the views at one moment, live or folded to an earlier one."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Select, Table
from sqlalchemy.exc import SQLAlchemyError

from deliberation.errors import NotFound
from deliberation.log.driver import Driver, Prepared
from deliberation.log.store import Head, head_of


class Reading:
    """One snapshot of a community's views.

    ``connection`` holds the views as of ``size`` events; ``live`` is the database in use, where the vault lies: pages of
    the past apply today's erasures. Both are the same connection unless this is an earlier moment (``past``), for which
    ``until`` gives its size and time.
    """

    def __init__(self, connection: Connection, live: Connection, community: str, until: tuple[int, int] | None = None) -> None:
        self.connection = connection
        self.live = live
        self.community = community
        self._until = until
        self._head: Head | None = None

    def begin(self) -> Head:
        """Read the head, with which a snapshot begins. Raises NotFound for a community that was never founded."""
        self._head = head_of(self.live, self.community)
        if self._head is None:
            raise NotFound
        return self._head

    @property
    def head(self) -> Head:
        """The head of the live log with its tree. Raises as ``begin``."""
        return self._head or self.begin()

    @property
    def size(self) -> int:
        """The number of events up to here. Raises as ``head``."""
        return self._until[0] if self._until else self.head.size

    @property
    def time(self) -> int:
        """The log's time: latest event time up to here, seconds UTC. Raises as ``head``."""
        return self._until[1] if self._until else self.head.time

    def renew(self) -> None:
        """Let the snapshot go: what is read next sees what was recorded meanwhile. A folded moment stays as it is."""
        with suppress(SQLAlchemyError):  # one that the database lost is gone already, and the next is asked for anew
            self.live.rollback()
        self._head = None

    @property
    def past(self) -> bool:
        """Whether this is an earlier moment, read-only."""
        return self.connection is not self.live

    def all(self, query: Select[Any]) -> Sequence[Any]:
        """Return the rows of a query; a view's rows are those of this community (see ``mine``)."""
        return self.connection.execute(query).fetchall()

    def each(self, query: Select[Any]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query about texts and numbers as plain tuples: for the many rows of a count."""
        return Driver(self.connection).each(query)

    def ask(self, prepared: Prepared, **values: Any) -> Sequence[Any]:
        """Return the rows of a query made once for all readers: its parameters are ``values`` and, as ``mine``, the
        community. Building a query anew costs more than asking it."""
        return Driver(self.connection).ask(prepared, mine=self.community, **values)

    def first(self, query: Select[Any]) -> Any | None:
        """Return the first row of a query, or None."""
        return self.connection.execute(query).first()

    def count(self, query: Select[Any]) -> int:
        """Return the single number that a query asks for."""
        return int(self.connection.execute(query).scalar_one())

    def row(self, table: Table, *key: Any) -> Any | None:
        """Return the row of a view with that key (without the community), or None. Columns are attributes."""
        values = Driver(self.connection).one(table, (self.community, *key))
        return None if values is None else _shape(table)._make(values)

    def mine(self, table: Table) -> Any:
        """Return the condition that a view's row is of this community."""
        return table.c.community == self.community


def _shape(table: Table) -> Any:
    """Return the named tuple for the rows of a table."""
    if "shape" not in table.info:
        table.info["shape"] = namedtuple(table.name, [str(column.name) for column in table.columns])
    return table.info["shape"]

"""One transaction after another, and what became of one when the database went away.

A command is answered with its receipt, its refusal, ``NotStored`` (surely not in the log) or ``Unsure``
(nobody can tell yet), never with success while there is doubt.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from deliberation.errors import AlreadyDone, NotStored, Unsure
from deliberation.log.append import Shelve, at_once, one_by_one
from deliberation.log.store import Head, events, head_of, receipt_at, receipt_of
from deliberation.log.turns import Turns
from deliberation.log.writer import Answer, Command

#: Seconds to look for a database that went away before saying so.
PATIENCE = 10

Way = Callable[[Connection, str, Head | None, Sequence[Command], Shelve], list[Answer]]


class Gone(Exception):
    """The connection was lost before the commit, so nothing was stored."""


class Doubtful(Exception):
    """The commit itself failed: it may have arrived or not."""


class Appender:
    """Appends batches on one connection of its own; ``engine`` takes SQLite's write lock at the beginning."""

    def __init__(self, engine: Engine, shelve: Shelve, turns: Turns | None = None) -> None:
        self._engine = engine
        self._shelve = shelve
        self._turns = turns or Turns(1)
        self._connection: Connection | None = None

    def __call__(self, community: str, commands: Sequence[Command]) -> Sequence[Answer]:
        """Append the commands in one transaction and answer each."""
        try:
            try:
                return self._twice(at_once, community, commands)
            except (Gone, Doubtful, NotStored):
                raise
            except Exception:  # something broke: the careful way names the command that did it
                return self._twice(one_by_one, community, commands)
        except (Gone, NotStored):
            return [NotStored() for _ in commands]
        except Doubtful:
            return self._settle(community, commands)

    def close(self) -> None:
        """Give the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.close()

    def forget(self) -> Connection | None:
        """Let go of the connection without touching it and return it: in a forked child it is the
        parent's."""
        inherited, self._connection = self._connection, None
        return inherited

    def _twice(self, way: Way, community: str, commands: Sequence[Command]) -> Sequence[Answer]:
        """A connection that died while nobody used it is noticed only now: once more, on a new one."""
        try:
            return self._transact(way, community, commands)
        except Gone:
            return self._transact(way, community, commands)

    def _transact(self, way: Way, community: str, commands: Sequence[Command]) -> Sequence[Answer]:
        """Append in one transaction, at whose end this thread has no turn. Raises Gone, Doubtful, NotStored (the lock stays taken), what broke."""
        connection, head = self._begin(community)
        try:
            answers = way(connection, community, head, commands, self._shelve)
        except BaseException as error:
            if not self._undo(connection):
                raise Gone from error
            raise
        self._turns.let_go()  # from here on nothing is left to compute, only to be told
        try:
            connection.commit()
        except Exception as error:
            self.close()
            raise Doubtful from error
        except BaseException:
            self.close()
            raise
        return answers

    def _begin(self, community: str) -> tuple[Connection, Head | None]:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            self._connection.begin()
            return self._connection, head_of(self._connection, community, lock=True)
        except SQLAlchemyError as error:
            gone = self._connection is None or self._connection.invalidated
            self.close()
            raise (Gone if gone else NotStored)() from error

    def _undo(self, connection: Connection) -> bool:
        """Roll back; return whether the connection still stands."""
        with suppress(SQLAlchemyError):
            connection.rollback()
        if connection.invalidated:
            self.close()
            return False
        return True

    def _settle(self, community: str, commands: Sequence[Command]) -> Sequence[Answer]:
        """Look which commands reached the log before saying that any did not."""
        for _ in range(PATIENCE):
            try:
                with self._engine.connect() as connection:
                    # The lost transaction may still be at it on the server; it holds the head until it has
                    # ended.
                    head_of(connection, community, lock=True)
                    return [_found(connection, community, command) for command in commands]
            except SQLAlchemyError:
                time.sleep(1)
        return [Unsure() for _ in commands]


def _found(connection: Connection, community: str, command: Command) -> Answer:
    first, c = command.stored[0], events.c
    mine = (
        (c.community == community)
        & (c.stream == first.originator_id)
        & (c.version == first.originator_version)
    )
    row = connection.execute(select(c.position, c.leaf).where(mine)).first()
    if row is not None and bytes(row.leaf) == first.state:
        return receipt_at(connection, community, row.position, len(command.stored))._replace(again=False)
    known = None if command.key is None else receipt_of(connection, community, command.key)
    return NotStored() if known is None else AlreadyDone(known)

"""The append transaction: head locked, then command by command, then all rows at once, then commit.

Each command passes: its key and its versions are free; the guards, which see the tables as the commands before it will
leave them; then its handlers. A command that is refused or fails never harms the others of its batch: the batch runs
without savepoints, and if anything breaks, once more with one for each command.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from deliberation.errors import AlreadyDone, NotFound, NotStored, Refusal, Unsure
from deliberation.log.store import Head, events, head_of, heads, receipt_at, receipt_of
from deliberation.log.tlog import Frontier, leaf_hash
from deliberation.log.views import EVERY, GUARDS, Pending, Tx
from deliberation.log.writer import Answer, Command, Receipt

Shelve = Callable[[Connection, str, Sequence[Any]], None]

#: The only event that may begin a log.
FOUNDING = "community.founded"
#: Seconds to look for a database that went away before saying so.
PATIENCE = 10


class VersionTaken(Exception):
    """Another command has that version of the stream."""

    def __init__(self, stream: str, version: int) -> None:
        super().__init__(f"{stream} v{version}")
        self.stream = stream
        self.version = version


class Batch:
    """One transaction's worth of commands of one community."""

    def __init__(self, connection: Connection, community: str, commands: Sequence[Command], shelve: Shelve) -> None:
        self.connection = connection
        self.community = community
        self.commands = commands
        self.shelve = shelve
        found = head_of(connection, community, lock=True)
        self.founding = found is None
        self.head = found or Head(0, 0, Frontier())
        self.size, self.time, self.frontier = self.head
        self.pending = Pending()
        self.tx = Tx(connection, community, self.pending, self.time)
        self.rows: list[dict[str, Any]] = []
        self.asides: list[Any] = []
        self.done: dict[str, Receipt] = {}
        self.versions = self._versions()

    def run(self, *, careful: bool) -> list[Answer]:
        """Return an answer for each command, in order; ``careful`` gives each command a savepoint of its own."""
        recorded = self._recorded()
        answers = [self._answer(command, recorded, careful) for command in self.commands]
        if self.rows:
            self.pending.flush(self.connection, self.community)
            self.connection.execute(events.insert(), self.rows)
            self._move_head()
            self.shelve(self.connection, self.community, self.asides)
        return answers

    def _answer(self, command: Command, recorded: set[str], careful: bool) -> Answer:
        try:
            if not careful:
                return self._one(command, recorded)
            self.tx.forget()
            with self.connection.begin_nested():
                return self._one(command, recorded, flush=True)
        except (Refusal, VersionTaken) as refusal:
            return refusal
        except Exception as error:
            if not careful:
                raise
            self.pending.tables.clear()
            return error

    def _one(self, command: Command, recorded: set[str], *, flush: bool = False) -> Receipt:
        if command.key is not None and (command.key in recorded or command.key in self.done):
            raise AlreadyDone(self._first_receipt(command.key))
        self._admit(command)
        for position, event in enumerate(command.events, start=self.size):
            self.pending.fold(event, position)
        if flush:
            self.pending.flush(self.connection, self.community)
        receipt = self._write(command)
        if command.key is not None:
            self.done[command.key] = receipt._replace(again=True)
        return receipt

    def _admit(self, command: Command) -> None:
        if self.founding and not self.size and command.stored[0].topic != FOUNDING:
            raise NotFound
        expected: dict[str, int] = {}
        for stored in command.stored:
            stream = str(stored.originator_id)
            version = expected.get(stream, self.versions.get(stream, 0)) + 1
            if stored.originator_version != version:
                raise VersionTaken(stream, stored.originator_version)
            expected[stream] = version
        for event in command.events:
            self.tx.time = max(self.time, event.at)
            for check in (*EVERY, *GUARDS.get(event.TYPE, ())):
                check(event, self.tx)

    def _write(self, command: Command) -> Receipt:
        positions, leaves = [], []
        for index, (event, stored, matter) in enumerate(zip(command.events, command.stored, command.matters, strict=True)):
            self.time = max(self.time, event.at)
            self.versions[str(stored.originator_id)] = stored.originator_version
            leaves.append(leaf_hash(stored.state))
            positions.append(self.size)
            self.rows.append({
                "community": self.community,
                "position": self.size,
                "stream": stored.originator_id,
                "version": stored.originator_version,
                "type": stored.topic,
                "matter": matter,
                "command": None if index else command.key,
                "span": 0 if index else len(command.stored),
                "time": self.time,
                "leaf": stored.state,
            })
            self.frontier.push(leaves[-1])
            self.size += 1
        self.asides.extend(command.asides)
        return Receipt(tuple(positions), tuple(leaves))

    def _versions(self) -> dict[str, int]:
        streams = {str(stored.originator_id) for command in self.commands for stored in command.stored}
        query = select(events.c.stream, func.max(events.c.version)).group_by(events.c.stream)
        query = query.where(events.c.community == self.community, events.c.stream.in_(streams))
        return {stream: version for stream, version in self.connection.execute(query)}

    def _recorded(self) -> set[str]:
        keys = {command.key for command in self.commands if command.key is not None}
        if not keys:
            return set()
        query = select(events.c.command).where(events.c.community == self.community, events.c.command.in_(keys))
        return set(self.connection.execute(query).scalars())

    def _first_receipt(self, key: str) -> Receipt:
        receipt = self.done.get(key) or receipt_of(self.connection, self.community, key)
        assert receipt is not None
        return receipt

    def _move_head(self) -> None:
        values = {"size": self.size, "time": self.time, "frontier": self.frontier.to_bytes()}
        if self.founding:
            self.connection.execute(heads.insert().values(community=self.community, **values))
        else:
            self.connection.execute(heads.update().where(heads.c.community == self.community).values(**values))


class Appender:
    """Appends batches on one connection of its own, and finds out what became of them when the database went away."""

    def __init__(self, engine: Engine, shelve: Shelve) -> None:
        self._engine = engine
        self._shelve = shelve
        self._connection: Connection | None = None

    def __call__(self, community: str, commands: Sequence[Command]) -> Sequence[Answer]:
        """Append the commands in one transaction and answer each."""
        try:
            return self._attempt(community, commands, careful=False)
        except DBAPIError as error:
            if error.connection_invalidated:
                return self._settle(community, commands)
        except Exception:  # a handler broke: the careful run below names the command that did it
            pass
        return self._attempt(community, commands, careful=True)

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _attempt(self, community: str, commands: Sequence[Command], *, careful: bool) -> Sequence[Answer]:
        if self._connection is None or self._connection.invalidated:
            self.close()
            self._connection = self._engine.connect()
        with self._connection.begin():
            return Batch(self._connection, community, commands, self._shelve).run(careful=careful)

    def _settle(self, community: str, commands: Sequence[Command]) -> Sequence[Answer]:
        """The connection broke: look which commands reached the log before saying that any did not."""
        for _ in range(PATIENCE):
            try:
                with self._engine.connect() as connection:
                    return [self._found(connection, community, command) for command in commands]
            except SQLAlchemyError:
                time.sleep(1)
        return [Unsure() for _ in commands]

    def _found(self, connection: Connection, community: str, command: Command) -> Answer:
        first = command.stored[0]
        query = select(events.c.position, events.c.leaf).where(
            events.c.community == community,
            events.c.stream == str(first.originator_id),
            events.c.version == first.originator_version,
        )
        row = connection.execute(query).first()
        if row is None or bytes(row.leaf) != first.state:
            return NotStored()
        return receipt_at(connection, community, row.position, len(command.stored))

"""The append transaction: head locked, then command by command, then all rows at once, then commit.

Each command passes: its key and its versions are free; the guards, which see the tables as the commands
before it will leave them; then its handlers. A command that is refused or fails never harms the others of its
batch: the batch runs without savepoints, and if anything breaks, once more with a savepoint for each command.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from deliberation.errors import AlreadyDone, NotFound, Refusal
from deliberation.log.changes import Pending
from deliberation.log.driver import Driver
from deliberation.log.store import Head, events, head_of, heads, receipt_of
from deliberation.log.tlog import Frontier, leaf_hash
from deliberation.log.views import EVERY, GUARDS, Tx, fold
from deliberation.log.writer import Answer, Command, Receipt

Shelve = Callable[[Connection, str, Sequence[Any]], None]

#: The only event that may begin a log, and it never comes again.
FOUNDING = "community.founded"
_LATEST = "SELECT stream, max(version) FROM events WHERE {community} AND stream {some} GROUP BY stream"
_KNOWN = "SELECT command FROM events WHERE {community} AND command {some}"
_MOVED = ("size", "time", "frontier")


class VersionTaken(Exception):
    """Another command has that version of the stream, whose latest one is given."""

    def __init__(self, stream: str, version: int, latest: int) -> None:
        super().__init__(f"{stream} v{version}")
        self.stream = stream
        self.version = version
        self.latest = latest


def at_once(
    connection: Connection, community: str, head: Head | None, commands: Sequence[Command], shelve: Shelve
) -> list[Answer]:
    """Append the commands, answer each. Raises what breaks, refusals apart: then commit nothing."""
    return Batch(connection, community, head, commands).run(shelve)


def one_by_one(
    connection: Connection, community: str, head: Head | None, commands: Sequence[Command], shelve: Shelve
) -> list[Answer]:
    """Append the commands, each in a savepoint, and answer each, also with what broke it."""
    answers: list[Answer] = []
    for command in commands:
        try:
            with connection.begin_nested():
                answers += Batch(connection, community, head_of(connection, community), [command]).run(shelve)
        except Exception as error:
            if connection.invalidated:
                raise
            answers.append(error)
    return answers


class Batch:
    """Commands of one community on their way into one transaction, behind its head (None: empty log)."""

    def __init__(
        self, connection: Connection, community: str, head: Head | None, commands: Sequence[Command]
    ) -> None:
        self.connection = connection
        self.driver = Driver(connection)
        self.community = community
        self.commands = commands
        self.founding = head is None
        self.size, self.time, self.frontier = head or Head(0, 0, Frontier())
        self.pending = Pending()
        self.tx = Tx(connection, community, self.pending, self.time)
        self.rows: list[tuple[Any, ...]] = []
        self.asides: list[Any] = []
        self.done: dict[str, Receipt] = {}

    def run(self, shelve: Shelve) -> list[Answer]:
        """Check, fold and write everything; return an answer for each command, in order."""
        self.versions = self._versions()
        self.recorded = self._recorded()
        answers = [self._answer(command) for command in self.commands]
        if self.rows:
            self.pending.flush(self.connection, self.community)
            self.driver.write(events, "insert", self.rows)
            self._move_head()
            shelve(self.connection, self.community, self.asides)
        return answers

    def _answer(self, command: Command) -> Answer:
        try:
            self._check_key(command.key)
            self._check_versions(command)
            self._ask_guards(command)
        except (Refusal, VersionTaken) as refusal:
            return refusal
        # Nothing below may refuse: a handler that raises breaks the batch, for some of its changes are taken.
        for position, event in enumerate(command.events, start=self.size):
            fold(self.pending, event, position)
        receipt = self._write(command)
        self.asides.extend(command.asides)
        if command.key is not None:
            self.done[command.key] = receipt._replace(again=True)
        return receipt

    def _check_key(self, key: str | None) -> None:
        if key is None:
            return
        first = self.done.get(key)
        if first is None and key in self.recorded:
            first = receipt_of(self.connection, self.community, key)
        if first is not None:
            raise AlreadyDone(first)

    def _check_versions(self, command: Command) -> None:
        expected: dict[str, int] = {}
        for place, stored in enumerate(command.stored, start=self.size):
            stream = str(stored.originator_id)
            latest = expected.get(stream, self.versions.get(stream, 0))
            version = latest + 1
            if stored.originator_version != version:
                raise VersionTaken(stream, stored.originator_version, latest)
            expected[stream] = version
            if place == 0 and stored.topic != FOUNDING:
                raise NotFound
            if place > 0 and stored.topic == FOUNDING:
                raise VersionTaken(stream, version, latest)

    def _ask_guards(self, command: Command) -> None:
        self.tx.time, self.tx.together = self.time, command.events
        for event in command.events:
            self.tx.time = max(self.tx.time, event.at)
            for check in (*EVERY, *GUARDS.get(event.TYPE, ())):
                check(event, self.tx)

    def _write(self, command: Command) -> Receipt:
        """Make the rows, in the order of the columns of ``events``, and let the tree grow."""
        start, hashes = self.size, []
        key, span = command.key, len(command.stored)
        for event, one, matter in zip(command.events, command.stored, command.matters, strict=True):
            stream, version, leaf = one.originator_id, one.originator_version, one.state
            self.time = max(self.time, event.at)
            self.versions[str(stream)] = version
            beside = (one.topic, matter, key, span, self.time)
            self.rows.append((self.community, self.size, stream, version, *beside, leaf))
            key, span = None, 0
            hashes.append(leaf_hash(leaf))
            self.frontier.push(hashes[-1])
            self.size += 1
        return Receipt(tuple(range(start, self.size)), tuple(hashes))

    def _versions(self) -> dict[str, int]:
        streams = {str(stored.originator_id) for command in self.commands for stored in command.stored}
        return dict(self.driver.among(_LATEST, self.community, streams))

    def _recorded(self) -> set[str]:
        keys = {command.key for command in self.commands if command.key is not None}
        return {key for (key,) in self.driver.among(_KNOWN, self.community, keys)} if keys else set()

    def _move_head(self) -> None:
        moved = (self.size, self.time, self.frontier.to_bytes())
        if self.founding:
            self.driver.write(heads, "insert", [(self.community, *moved)])
        else:
            self.driver.write(heads, "update", [(*moved, self.community)], _MOVED)

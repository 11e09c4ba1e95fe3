"""The one door to a community's proceedings.

    council = Council.open("sqlite:///jiahe.db", "jiahe")
    with council.change(Motion, motion_id, command=key) as motion:
        motion.admit(by=actor)
    receipt = council.save(Second.of(motion_id, by=actor), command=key)
    with council.reading() as r: ...
    with council.as_of(position=1200) as r: ...

Whatever is entered here is in the log and in every view when the call returns, or nowhere.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar, cast

from eventsourcing.application import AggregateNotFoundError, Repository
from eventsourcing.persistence import EventStore
from sqlalchemy import Connection

from deliberation import capabilities
from deliberation.databases import Database as Database
from deliberation.errors import AlreadyDone, ChangedMeanwhile, NotFound
from deliberation.log import anew, fold, store
from deliberation.log.aggregate import OWNERS, Aggregate
from deliberation.log.append import VersionTaken
from deliberation.log.cuts import Cut, Source
from deliberation.log.database import room_beside
from deliberation.log.earlier import size_of
from deliberation.log.leaf import LeafMapper
from deliberation.log.moments import Moments
from deliberation.log.reading import Reading
from deliberation.log.store import CommunityLog, Head, head_of, receipt_of
from deliberation.log.writer import Command, Receipt, usable
from deliberation.register.private import Keys

A = TypeVar("A", bound=Aggregate)

#: One lock serves many aggregates, so a thread that changes two may meet its own (hence RLock), and two
#: threads may wait for each other (hence TURN).
_LOCKS = tuple(threading.RLock() for _ in range(256))
#: Seconds to wait for whoever changes the same aggregate in this process.
TURN = 10


class Compared(NamedTuple):
    """Digests (hex) of the live views and of a fresh fold of the first ``size`` events."""

    size: int
    views: str
    log: str


class Council:
    """One community of a database."""

    def __init__(self, db: Database, community: str) -> None:
        self.database = db
        self.community = community
        self.log = CommunityLog(db.reader, db.writer, community)
        self.mapper = LeafMapper()
        self._repository: Repository[str] = Repository(EventStore(self.mapper, self.log))
        #: Told whenever something was entered that others rely on: then a checkpoint is due.
        self.relied_on: Callable[[], None] = _nobody
        #: Told before anything is written: a thread that keeps a reading open renews it. While it is read from where it
        #: was, SQLite's write-ahead log can only grow.
        self.about_to_write: Callable[[], None] = _nobody

    @classmethod
    def open(cls, url: str, community: str, keys: Keys | None = None) -> Council:
        """Return the door to a community; its tables are made when they are missing. Raises KeysElsewhere."""
        return cls(Database(url, keys), community)

    def close(self) -> None:
        """Close the database behind this door."""
        self.database.close()

    # writing

    def save(self, *aggregates: Aggregate, command: str | None = None) -> Receipt:
        """Append what was recorded on new or loaded aggregates, all or nothing, and return the receipt.

        A command key (up to 64 visible ASCII characters) that is in the log already is answered by its first
        receipt. Raises Refusal from guards, the aggregate's ``ALREADY`` for an id that exists,
        ChangedMeanwhile for an overtaken version, KeyUnusable, NotStored, Unsure; ValueError if nothing was
        recorded.
        """
        try:
            return self._append(aggregates, command)
        except AlreadyDone as done:
            return cast(Receipt, done.receipt)
        except VersionTaken as taken:
            aggregate = next(a for a in aggregates if a.id == taken.stream)
            raise aggregate.overtaken(taken.version, taken.latest)() from None

    @contextmanager
    def change(self, kind: type[A], id: str, *, command: str | None = None) -> Iterator[A]:
        """Load an aggregate, let the body act on it, save it; ``aggregate.receipt`` is set afterwards.

        Raises NotFound, AlreadyDone (on entry, for a command key in the log), ChangedMeanwhile, KeyUnusable,
        NotStored, Unsure, Refusal from guards.
        """
        with _turn(id):
            if command is not None:
                self._refuse_again(command)
            aggregate = self.get(kind, id)
            yield aggregate
            if aggregate.pending_events:
                try:
                    aggregate.receipt = self._append((aggregate,), command)
                except VersionTaken:
                    raise ChangedMeanwhile from None

    def _append(self, aggregates: tuple[Aggregate, ...], key: str | None) -> Receipt:
        events: list[Any] = []
        matters: list[str | None] = []
        asides: list[Any] = []
        for aggregate in aggregates:
            collected = aggregate.collect_events()
            events.extend(collected)
            matters.extend([aggregate.matter] * len(collected))
            asides.extend(aggregate.take_asides())
        if not events:
            raise ValueError("nothing was recorded since the last save")
        with self.database.turns.kept(), self.database.turns.taken():
            stored = [self.mapper.to_stored_event(event) for event in events]
            command = Command(events, stored, matters, None if key is None else usable(key), asides)
            self.about_to_write()
            self.log.insert_events(stored, command=command)
        self.database.ring.erase(self.community, asides)
        if any(event.RELIED_ON for event in events):
            self.relied_on()
        return cast(Receipt, command.receipt)

    def _refuse_again(self, command: str) -> None:
        receipt = self.receipt(usable(command))
        if receipt is not None:
            raise AlreadyDone(receipt)

    @contextmanager
    def beside(self) -> Iterator[Connection]:
        """A short transaction on what is kept beside the log: sessions, tries, consents, further keys."""
        self.about_to_write()
        with self.database.to_write.connect() as connection, connection.begin():
            yield connection

    # reading

    def get(self, kind: type[A], id: str) -> A:
        """Return an aggregate as the log has it. Raises NotFound for an unknown id or one of another kind."""
        try:
            aggregate: Aggregate = self._repository.get(id)
        except AggregateNotFoundError:
            raise NotFound from None
        if not isinstance(aggregate, kind):
            raise NotFound
        return aggregate

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """One snapshot of the live views. Raises NotFound for a community that was never founded."""
        with self.database.snapshot() as connection:
            r = Reading(connection, connection, self.community)
            r.begin()
            yield r

    @contextmanager
    def as_of(
        self, *, position: int | None = None, time: int | None = None, matter: str | None = None
    ) -> Iterator[Reading]:
        """The views as they stood after the first ``position`` events, or at a time (seconds UTC).

        With a matter, only its own events and the register's are folded. Raises NotFound beyond the end.
        """
        with self.database.snapshot() as live:
            size = size_of(live, self.community, position=position, time=time)
            cut = Cut(self.community, size, matter or "")
            with self.database.moments.at(cut, Source(live)) as past:
                yield Reading(past, live, self.community, (size, store.time_at(live, self.community, size)))

    def head(self) -> Head:
        """Return size, time and tree of the log. Raises NotFound for a community that was never founded."""
        with self.database.engine.connect() as connection:
            return self._head(connection)

    def receipt(self, command: str) -> Receipt | None:
        """Return the receipt of a command key, or None if it is not in the log."""
        with self.database.engine.connect() as connection:
            return receipt_of(connection, self.community, command)

    def _head(self, connection: Connection) -> Head:
        head = head_of(connection, self.community)
        if head is None:
            raise NotFound
        return head

    # views

    def rebuild(self, progress: Callable[[int], None] | None = None) -> int:
        """Fold the log anew and set this community's views right by it (one transaction), return the number of events."""
        with self.database.to_write.connect() as connection, room_beside(connection), connection.begin():
            head_of(connection, self.community, lock=True)
            if connection.dialect.name == "sqlite":  # which reads and writes one after the other in any case
                return anew.rebuild(connection, connection, self.community, progress)
            with self.database.snapshot() as source:
                return anew.rebuild(source, connection, self.community, progress)

    def compared(self, progress: Callable[[int, int], None] | None = None) -> Compared:
        """Fold the whole log beside the live views and return the digests of both at one and the same length of the log.

        Nobody waits for it: what is entered meanwhile is in neither. ``progress`` is told how many events of how many are folded.
        """
        fresh = Moments()  # not those that are kept for pages: every event is read again
        try:
            with self.database.snapshot() as live:
                size = self._head(live).size
                with fresh.at(Cut(self.community, size), Source(live, progress)) as folded:
                    return Compared(size, fold.digest(live, self.community), fold.digest(folded, self.community))
        finally:
            fresh.close()

    def digest(self) -> str:
        """Return the digest (hex) of this community's live views."""
        with self.database.reader.connect() as connection:
            return fold.digest(connection, self.community)


def _nobody() -> None:
    """Nobody wants to know."""


@contextmanager
def _turn(id: str) -> Iterator[None]:
    lock = _LOCKS[hash(id) % len(_LOCKS)]
    if not lock.acquire(timeout=TURN):
        raise ChangedMeanwhile
    try:
        yield
    finally:
        lock.release()


def kinds() -> dict[str, type[Aggregate]]:
    """Return which aggregate each event type belongs to."""
    capabilities.load()
    return dict(OWNERS)

"""The log's two tables, and the recorder through which the library reads and writes them.

``events`` holds the leaves in order; ``matter``, ``command`` and ``span`` stand beside the leaf, derivable
and outside it: the proceeding an event is filed under, the key of the command on its first event, how many
events that command made;
``time`` is the log's time at that position, the latest event time so far, so that it never steps back.
``heads`` holds for each community the size of its tree, the latest event time and the tree's frontier, so
that the root is known at each commit. Positions count from 0; the library's notification ids count from 1,
inside this file only.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, NamedTuple

from eventsourcing.persistence import (
    ApplicationRecorder,
    Notification,
    StoredEvent,
    Subscription,
)
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    select,
)

from deliberation.log.driver import Driver, Prepared
from deliberation.log.tlog import Frontier, leaf_hash
from deliberation.log.writer import Command, Receipt, Writer

tables = MetaData()

#: Rows read at a time where many are read; more than a log has.
PAGE, MOST = 2_000, 1 << 60

events = Table(
    "events",
    tables,
    Column("community", String(40), primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("stream", String(36), nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String(64), nullable=False),
    Column("matter", String(36)),
    Column("command", String(64)),
    Column("span", Integer, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    UniqueConstraint("community", "stream", "version"),
    UniqueConstraint("community", "command"),
    Index("events_by_matter", "community", "matter", "position"),
    sqlite_with_rowid=False,
)

heads = Table(
    "heads",
    tables,
    Column("community", String(40), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
    postgresql_with={"fillfactor": "50"},
)

_BETWEEN = Prepared(
    select(events.c.position, events.c.matter, events.c.leaf)
    .where(events.c.community == bindparam("mine"))
    .where(events.c.position >= bindparam("start", type_=BigInteger()), events.c.position < bindparam("stop", type_=BigInteger()))
    .order_by(events.c.position)
)


class Head(NamedTuple):
    """Where a log stands: number of events, latest event time (seconds UTC), the tree over them."""

    size: int
    time: int
    frontier: Frontier

    @property
    def root(self) -> bytes:
        """The RFC 6962 root over all events, 32 bytes."""
        return self.frontier.root()


def head_of(connection: Connection, community: str, *, lock: bool = False) -> Head | None:
    """Return the community's head, or None for an empty log. ``lock`` holds it until the transaction ends."""
    row = Driver(connection).one(heads, (community,), lock=lock)
    if row is None:
        return None
    _, size, time, frontier = row
    return Head(size, time, Frontier.from_bytes(size, bytes(frontier)))


def receipt_of(connection: Connection, community: str, command: str) -> Receipt | None:
    """Return the receipt of a command that is in the log."""
    mine = (events.c.community == community) & (events.c.command == command)
    first = connection.execute(select(events.c.position, events.c.span).where(mine)).first()
    return None if first is None else receipt_at(connection, community, first.position, first.span)


def receipt_at(connection: Connection, community: str, position: int, span: int) -> Receipt:
    """Return the receipt for ``span`` events from a position on."""
    rows = few_between(connection, community, position, position + span)
    return Receipt(
        tuple(row.position for row in rows), tuple(leaf_hash(bytes(row.leaf)) for row in rows), again=True
    )


def version_of(connection: Connection, community: str, stream: str) -> int:
    """Return the latest version of a stream, 0 if it has none."""
    c = events.c
    return int(
        connection.execute(select(func.max(c.version)).where(c.community == community, c.stream == stream)).scalar() or 0
    )


def size_at(connection: Connection, community: str, time: int) -> int:
    """Return the length of the longest prefix whose log time is not after ``time`` (seconds UTC)."""
    head = head_of(connection, community)
    low, high = 0, 0 if head is None else head.size
    while low < high:
        middle = (low + high) // 2
        if time_at(connection, community, middle + 1) <= time:
            low = middle + 1
        else:
            high = middle
    return low


def time_at(connection: Connection, community: str, size: int) -> int:
    """Return the log's time (seconds UTC) after the first ``size`` events; 0 for none."""
    query = select(events.c.time).where(events.c.community == community, events.c.position == size - 1)
    return int(connection.execute(query).scalar() or 0)


def rows_between(
    connection: Connection, community: str, start: int = 0, stop: int | None = None
) -> Generator[Any]:
    """Yield plain rows (position, matter, leaf) in order from ``start`` to before ``stop``, some thousands at a time."""
    stop = MOST if stop is None else stop
    yield from Driver(connection).stream(_BETWEEN, mine=community, start=start, stop=stop)


def few_between(connection: Connection, community: str, start: int, stop: int) -> list[Any]:
    """Return the same rows at once, where there are not many."""
    return Driver(connection).ask(_BETWEEN, mine=community, start=start, stop=stop)


class CommunityLog(ApplicationRecorder):
    """The log of one community, behind the library's recorder interface."""

    def __init__(self, engine: Engine, writer: Writer, community: str) -> None:
        self.engine = engine
        self.writer = writer
        self.community = community
        self._mine = events.c.community == community

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append one command. ``command`` is a writer.Command; its ``receipt`` is set when this returns.

        Raises Refusal, VersionTaken, AlreadyDone.
        """
        command: Command = kwargs["command"]
        command.receipt = self.writer.submit(self.community, command)
        return [position + 1 for position in command.receipt.positions]

    def select_events(
        self,
        originator_id: Any,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return the events of one stream by version."""
        query = self._columns().where(events.c.stream == originator_id)
        if gt is not None:
            query = query.where(events.c.version > gt)
        if lte is not None:
            query = query.where(events.c.version <= lte)
        rows = self._rows(query.order_by(events.c.version.desc() if desc else events.c.version), limit)
        return [StoredEvent(row.stream, row.version, row.type, bytes(row.leaf)) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return events in log order; ids are position + 1."""
        query = self._columns()
        if start is not None:
            query = query.where(events.c.position >= start - (1 if inclusive_of_start else 0))
        if stop is not None:
            query = query.where(events.c.position < stop)
        if topics:
            query = query.where(events.c.type.in_(topics))
        rows = self._rows(query.order_by(events.c.position), limit)
        return [
            Notification(row.stream, row.version, row.type, bytes(row.leaf), row.position + 1) for row in rows
        ]

    def max_notification_id(self) -> int | None:
        """Return the number of events, or None for an empty log."""
        with self.engine.connect() as connection:
            head = head_of(connection, self.community)
        return head.size if head is not None and head.size else None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Not offered: views are inline; a follower reads pages by position."""
        raise NotImplementedError("read pages by position instead")

    def _columns(self) -> Select[Any]:
        c = events.c
        return select(c.position, c.stream, c.version, c.type, c.leaf).where(self._mine)

    def _rows(self, query: Select[Any], limit: int | None) -> Sequence[Any]:
        with self.engine.connect() as connection:
            return connection.execute(query.limit(limit)).fetchall()

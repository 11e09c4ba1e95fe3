"""Full checks of the log, beside it: when each began, how far it is, what it found. Every process of a server sees them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, String, Table, Text, select

tables = MetaData()

#: Seconds without a sign of life after which a check counts as broken off: its process ended.
SILENT = 180

#: ``seen`` and ``ended`` in seconds UTC, ``ended`` 0 until then; ``report``: JSON, "" until then.
check_runs = Table(
    "check_runs",
    tables,
    Column("community", String(40), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("person", String(36), nullable=False),
    Column("began", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("ended", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("findings", Integer, nullable=False),
    Column("report", Text, nullable=False),
)


def begin(connection: Connection, community: str, id: str, *, person: str, total: int, at: int) -> None:
    """Write down that a check of ``total`` entries began."""
    row = {"community": community, "id": id, "person": person, "began": at, "seen": at, "ended": 0}
    connection.execute(check_runs.insert().values(**row, done=0, total=total, findings=0, report=""))


def tell(connection: Connection, community: str, id: str, *, done: int, at: int) -> None:
    """Write down how far it is."""
    connection.execute(check_runs.update().where(_one(community, id)).values(done=done, seen=at))


def finish(connection: Connection, community: str, id: str, *, done: int, findings: int, report: str, at: int) -> None:
    """Write down what it found."""
    values = {"done": done, "findings": findings, "report": report, "seen": at, "ended": at}
    connection.execute(check_runs.update().where(_one(community, id)).values(**values))


def run(connection: Connection, community: str, id: str) -> Any | None:
    """Return a check, or None."""
    return connection.execute(check_runs.select().where(_one(community, id))).first()


def latest(connection: Connection, community: str, limit: int) -> list[Any]:
    """Return the last checks, the newest first."""
    query = select(check_runs).where(check_runs.c.community == community)
    return list(connection.execute(query.order_by(check_runs.c.began.desc(), check_runs.c.id).limit(limit)))


def state(row: Any, now: int) -> str:
    """Return "running", "broken" (its process ended before it did), "good" or "bad"."""
    if not row.ended:
        return "running" if now - row.seen <= SILENT else "broken"
    return "bad" if row.findings or not row.report else "good"


def _one(community: str, id: str) -> Any:
    return (check_runs.c.community == community) & (check_runs.c.id == id)

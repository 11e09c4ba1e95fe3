"""One engine for SQLite and PostgreSQL, chosen by URL.

SQLite: write-ahead log, every commit flushed, transactions begun by ourselves (IMMEDIATE for the writer, so that it waits
for the lock once instead of failing in the middle). PostgreSQL: the writer reads what is committed; readers see one
snapshot a page.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

#: Threads of the web server, the writer and some to spare.
POOL = 40
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=60000", "temp_store=MEMORY", "cache_size=-16000")


def connect(url: str) -> Engine:
    """Return an engine for a SQLAlchemy URL (``sqlite:///file`` or ``postgresql+psycopg://…``)."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, pool_size=POOL, max_overflow=0, pool_pre_ping=True)


def scratch(path: str) -> Engine:
    """Return an engine for a throw-away SQLite file, such as a fold of the log: fast, not durable."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    _begin_ourselves(engine, ("journal_mode=OFF", "synchronous=OFF", "temp_store=MEMORY", "cache_size=-32000"))
    return engine


def reader(engine: Engine) -> Engine:
    """Return the engine whose connections see one unchanging snapshot for each transaction."""
    return engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="REPEATABLE READ")


def writer(engine: Engine) -> Engine:
    """Return the engine whose transactions take the write lock when they begin."""
    return engine.execution_options(immediate=True)


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, pool_size=POOL, max_overflow=0, connect_args={"check_same_thread": False})
    _begin_ourselves(engine, _PRAGMAS)
    return engine


def _begin_ourselves(engine: Engine, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

"""One engine for SQLite and PostgreSQL, chosen by URL.

SQLite: write-ahead log, every commit flushed, transactions begun by ourselves (IMMEDIATE for the writer, so
that it waits for the lock once instead of failing in the middle). PostgreSQL: the writer reads what is
committed; readers see one snapshot a page.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from deliberation.log.filelock import begin_to_write, busy

#: Seconds to wait for others who open the same new file.
PATIENCE = 60
#: Memory of SQLite's cache while tables are written anew, KiB.
BULK_KIB = 36_000
#: KiB of it where much is read once, from its beginning to its end.
PASSING_KIB = 4_000
#: Threads of the web server, the writer and some to spare.
POOL = 40
#: Patience for a lock comes first: many processes may open a new file at once.
_PRAGMAS = (
    "busy_timeout=60000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=4000",
    "temp_store=MEMORY",
    "cache_size=-16000",
    "secure_delete=ON",
)
#: The same patience; and a client that died in a transaction, its machine and all, gives its locks back.
_SETTINGS = ("lock_timeout='60s'", "idle_in_transaction_session_timeout='5min'")
#: Any number that no other program asks this server to lock.
_TURN = 6_019_521_019

#: Tables from which what is kept of persons is deleted.
_PRIVATE = ["access_consents", "access_keys", "access_sessions", "person_keys", "vault_people", "vault_words"]


def connect(url: str) -> Engine:
    """Return an engine for a SQLAlchemy URL (``sqlite:///file`` or ``postgresql+psycopg://…``). What goes wrong is told without
    what was to be written: that would put tokens and telephone numbers into the log of the machine."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return _postgres(parsed)


def scratch(path: str) -> Engine:
    """Return an engine for a throw-away SQLite file, such as a fold of the log: fast, not durable."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, hide_parameters=True)
    # A journal all the same: a fold that breaks is taken back, and tried again on the same file.
    _begin_ourselves(
        engine, ("journal_mode=MEMORY", "synchronous=OFF", "temp_store=MEMORY", "cache_size=-32000")
    )
    return engine


def reader(engine: Engine) -> Engine:
    """Return the engine whose connections see one unchanging snapshot for each transaction."""
    return (
        engine
        if engine.dialect.name == "sqlite"
        else engine.execution_options(isolation_level="REPEATABLE READ")
    )


def writer(engine: Engine, aside: Callable[[], AbstractContextManager[None]] = nullcontext) -> Engine:
    """Return the engine whose transactions take the write lock when they begin; ``aside``: within which it is waited for."""
    return engine.execution_options(immediate=True, aside=aside)


@contextmanager
def in_bulk(connection: Connection, tables: Iterable[Table]) -> Iterator[None]:
    """Writing whole tables anew, inside a transaction: with more memory, and indexes made once at the end (SQLite).

    PostgreSQL would shut other communities' readers out meanwhile.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    indexes = [index for table in tables for index in table.indexes]
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar()
    connection.exec_driver_sql(f"PRAGMA cache_size=-{BULK_KIB}")
    try:
        for index in indexes:
            index.drop(connection)
        yield
        for index in indexes:
            index.create(connection)
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size={before}")


@contextmanager
def room_beside(connection: Connection) -> Iterator[None]:
    """Around a transaction with temporary tables as large as the views (SQLite): they are kept in a file of the machine's folder
    for such, as comparing does, and are gone at the end."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    (before,) = driver.execute("PRAGMA main.cache_size").fetchone()
    try:
        driver.execute("PRAGMA temp_store=FILE")
        driver.execute(f"PRAGMA temp.cache_size=-{BULK_KIB}")
        driver.execute(f"PRAGMA main.cache_size=-{PASSING_KIB}")
        yield
    finally:
        with suppress(sqlite3.ProgrammingError):  # a connection that is closed has nothing left
            driver.execute("PRAGMA temp_store=MEMORY")
            driver.execute(f"PRAGMA main.cache_size={before}")


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """A transaction in which no other process is at the same time, for making tables. It is waited for."""
    with writer(engine).connect() as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
        yield connection


def swept(engine: Engine, *, whole: bool = False) -> bool:
    """Leave nothing of what was deleted in SQLite's write-ahead log, and with ``whole`` nothing in free pages of the file.

    Deleted cells are overwritten as they go (secure_delete). Nobody waits for others who read: then it is False, to be
    tried again later. PostgreSQL gives rows up with its next VACUUM, which is done here.
    """
    with suppress(DBAPIError, sqlite3.Error), closing(engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        connection.info.pop("patience", None)
        return _swept_sqlite(driver, whole) if engine.dialect.name == "sqlite" else _swept_postgres(driver)
    return False


def _swept_sqlite(driver: Any, whole: bool) -> bool:
    driver.execute("PRAGMA busy_timeout=0")
    try:
        if whole:
            driver.execute("VACUUM")
        return not driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        driver.execute(f"PRAGMA {_PRAGMAS[0]}")


def _swept_postgres(driver: Any) -> bool:
    """VACUUM stands in no transaction; tables of others it passes over with a warning."""
    driver.autocommit = True
    try:
        for (name,) in driver.execute("SELECT tablename FROM pg_tables WHERE tablename = ANY(%s)", [_PRIVATE]).fetchall():
            driver.execute(f"VACUUM {name}")
    finally:
        driver.autocommit = False
    return True


def _postgres(url: URL) -> Engine:
    engine = create_engine(url, pool_size=POOL, max_overflow=0, pool_pre_ping=True, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.cursor_factory = _in_bytes(connection.cursor_factory)
        for setting in _SETTINGS:
            connection.execute(f"SET {setting}")
        connection.commit()

    return engine


def _in_bytes(cursor_of: Callable[..., Any]) -> Callable[..., Any]:
    """Cursors to which PostgreSQL sends numbers and leaves as they are: as text, reading leaves takes three times as long."""
    from psycopg.pq import Format

    def cursor(connection: Any, **given: Any) -> Any:
        made = cursor_of(connection, **given)
        made.format = Format.BINARY
        return made

    return cursor


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, pool_size=POOL, max_overflow=0, hide_parameters=True, connect_args={"check_same_thread": False})
    _begin_ourselves(engine, _PRAGMAS)
    return engine


def _set(connection: Any, pragma: str) -> None:
    """SQLite's patience does not cover the change to a write-ahead log, which several may make at once on a new file."""
    for left in reversed(range(PATIENCE)):
        try:
            connection.execute(f"PRAGMA {pragma}")
            return
        except sqlite3.OperationalError as error:
            if not busy(error) or not left:
                raise
            time.sleep(1)


def _begin_ourselves(engine: Engine, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            _set(connection, pragma)

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        driver: Any = connection.connection.driver_connection
        try:  # by the driver itself: every page and every ballot begins so
            if options.get("immediate"):
                _have_patience(connection, driver, "busy_timeout=0")
                begin_to_write(driver, options["aside"])
            else:
                _have_patience(connection, driver, _PRAGMAS[0])
                driver.execute("BEGIN")
        except sqlite3.Error as error:
            raise DBAPIError("BEGIN", None, error) from error


def _have_patience(connection: Connection, driver: Any, pragma: str) -> None:
    """Whoever writes waits for others by itself; once it has begun there is nobody to wait for. Most connections stay one or the
    other."""
    if connection.info.get("patience", _PRAGMAS[0]) != pragma:
        driver.execute(f"PRAGMA {pragma}")
        connection.info["patience"] = pragma

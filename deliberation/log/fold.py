"""Folding the log into views: rebuild them, fold a prefix elsewhere, and take their digest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, closing
from typing import Any

from sqlalchemy import Connection, Table, func, select

from deliberation.log import views
from deliberation.log.aggregate import Event
from deliberation.log.changes import Pending
from deliberation.log.database import in_bulk
from deliberation.log.leaf import canonical, read_leaf
from deliberation.log.store import PAGE, events, rows_between

#: Changes that are merged before they are written; enough to write in bulk, little enough to stay small.
BATCH = 2_000

Progress = Callable[[int], None]


def fold(
    source: Connection,
    target: Connection,
    community: str,
    *,
    stop: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Fold a prefix of the log from one database into the views of another.

    Returns the number of events folded; ``progress`` is told the number after each batch.
    """
    with closing(rows_between(source, community, 0, stop)) as rows:
        return take(rows, target, community, progress)


def take(rows: Iterable[Any], target: Connection, community: str, progress: Progress | None = None) -> int:
    """Fold rows (position, matter, leaf) that are in order into views; return how many there were."""
    return in_batches(rows, lambda pending: pending.flush(target, community), progress)


def in_batches(rows: Iterable[Any], write: Callable[[Pending], None], progress: Progress | None = None) -> int:
    """Fold rows that are in order and have each batch of changes written; return how many rows there were."""
    pending, count = Pending(), 0
    for position, _, leaf in rows:
        views.fold(pending, read_leaf(leaf), position)
        count += 1
        if pending.taken >= BATCH:
            write(pending)
            pending = Pending()
            if progress is not None:
                progress(count)
    write(pending)
    if progress is not None:
        progress(count)
    return count


def anew(connection: Connection) -> AbstractContextManager[None]:
    """Around writing all views anew."""
    return in_bulk(connection, views.tables.sorted_tables)


def clear(connection: Connection, community: str) -> None:
    """Empty the views of one community.

    SQLite has one writer, so a table that holds no other community can be emptied whole, which takes no time; elsewhere
    another community may be writing.
    """
    for table in views.tables.sorted_tables:
        mine = table.c.community == community
        alone = connection.dialect.name == "sqlite" and not connection.execute(select(table).where(~mine).limit(1)).first()
        connection.execute(table.delete() if alone else table.delete().where(mine))


def digest(connection: Connection, community: str) -> str:
    """Return a digest (hex) over all rows of all views of a community, the same on every database."""
    whole = hashlib.sha256()
    for table in views.tables.sorted_tables:
        count, total = _sum(connection, table, community)
        whole.update(f"{table.name} {count} {total:064x}\n".encode())
    return whole.hexdigest()


def _sum(connection: Connection, table: Table, community: str) -> tuple[int, int]:
    """Rows are hashed alone and added up modulo 2^256: no order is needed, so none can differ."""
    total, count = 0, 0
    names = [str(column.name) for column in table.columns if column.name != "community"]
    query = select(*(table.c[name] for name in names)).where(table.c.community == community)
    for row in connection.execute(query.execution_options(yield_per=PAGE)):
        plain = {name: _plain(value) for name, value in zip(names, row, strict=True)}
        total += int.from_bytes(hashlib.sha256(canonical(plain)).digest(), "big")
        count += 1
    return count, total % (1 << 256)


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, (bytes, memoryview)) else value


def read_events(
    connection: Connection, community: str, start: int = 0, stop: int | None = None
) -> Iterable[tuple[int, Event]]:
    """Yield (position, event) in order."""
    for position, _, leaf in rows_between(connection, community, start, stop):
        yield position, read_leaf(leaf)


def length(connection: Connection, community: str) -> int:
    """Return the number of events counted row by row (not what the head says)."""
    return int(connection.execute(select(func.count()).where(events.c.community == community)).scalar_one())

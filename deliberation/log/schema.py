"""The tables: made where they are missing; views, being disposable, made anew when they are declared
differently.

``view_shapes`` keeps what each view looked like when it was made. A release that declares a view differently,
or a database that was restored without its views, finds that out on opening and folds the log anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    inspect,
    select,
)

from deliberation.log import database, fold, views
from deliberation.log.store import heads

_own = MetaData()

shapes = Table(
    "view_shapes",
    _own,
    Column("name", String(63), primary_key=True),
    Column("shape", String(64), nullable=False),
)


def prepare(engine: Engine, lasting: Sequence[MetaData]) -> None:
    """Make what is missing of the ``lasting`` tables and the views; fold all logs if views had to be made."""
    lasting = (*lasting, _own)
    with engine.connect() as connection:
        if _stands(connection, lasting):
            return
    with database.alone(engine) as connection:
        for metadata in lasting:
            metadata.create_all(connection)
        if not _stands(connection, lasting):
            _make_views(connection)


def _stands(connection: Connection, lasting: Sequence[MetaData]) -> bool:
    present = set(inspect(connection).get_table_names())
    return all(metadata.tables.keys() <= present for metadata in (*lasting, views.tables)) and (
        _stored(connection) == _declared()
    )


def _make_views(connection: Connection) -> None:
    locked = select(heads.c.community).order_by(heads.c.community).with_for_update()
    communities = connection.execute(locked).scalars().all()
    for name in _stored(connection).keys() | views.tables.tables.keys():
        Table(name, MetaData()).drop(connection, checkfirst=True)
    views.tables.create_all(connection)
    connection.execute(shapes.delete())
    if declared := _declared():
        connection.execute(
            shapes.insert(), [{"name": name, "shape": shape} for name, shape in declared.items()]
        )
    for community in communities:
        fold.fold(connection, connection, community)


def _stored(connection: Connection) -> dict[str, str]:
    return {row.name: row.shape for row in connection.execute(shapes.select())}


def _declared() -> dict[str, str]:
    return {name: _shape(table) for name, table in views.tables.tables.items()}


def _shape(table: Table) -> str:
    """Return a digest (hex) of columns with their types and keys, and of indexes."""
    columns = [
        f"{column.name} {column.type!r} {column.primary_key} {column.nullable}" for column in table.columns
    ]
    indexes = sorted(f"{index.name} {[column.name for column in index.columns]}" for index in table.indexes)
    return hashlib.sha256("\n".join([*columns, *indexes]).encode()).hexdigest()

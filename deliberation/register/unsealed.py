"""Databases of before: names, words and keys that lay in plain text are sealed when such a database is opened.

In place and in one transaction; the old tables are gone after it, and no byte of them is left in the file. (PostgreSQL
removes the files of a table that was dropped; older backups and archived logs are for whoever keeps them to destroy.)
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Engine, LargeBinary, MetaData, String, Table, Text, inspect

from deliberation.log import database
from deliberation.register import vault
from deliberation.register.private import PersonName, PollKey, Words

PAGE = 500

_tables = MetaData()


def _old(name: str, key: str, *columns: Column[Any]) -> Table:
    community = Column("community", String(40), primary_key=True)
    return Table(name, _tables, community, Column(key, String(64), primary_key=True), *columns)


contents = _old(
    "vault_contents", "commitment", Column("person", String(36)), Column("salt", LargeBinary), Column("text", Text)
)
names = _old("vault_names", "person", Column("name", Text), Column("phone", Text))
poll_keys = _old("vault_poll_keys", "poll", Column("key", LargeBinary))


def seal_all(engine: Engine) -> bool:
    """Seal what lies open; return whether anything did."""
    if not _lie_open(engine):
        return False
    with database.alone(engine) as connection:
        for table, read in ((contents, _words), (names, _name), (poll_keys, _key)):
            if inspect(connection).has_table(table.name):
                _seal(connection, table, read)
                table.drop(connection)
    database.swept(engine, whole=True)
    return True


def _lie_open(engine: Engine) -> bool:
    with engine.connect() as connection:
        return not _tables.tables.keys().isdisjoint(inspect(connection).get_table_names())


def _seal(connection: Connection, table: Table, read: Any) -> None:
    rows = connection.execute(table.select().order_by(table.c.community)).fetchall()
    for community in dict.fromkeys(row.community for row in rows):
        mine = [read(row) for row in rows if row.community == community]
        for at in range(0, len(mine), PAGE):
            vault.shelve(connection, community, mine[at : at + PAGE])


def _words(row: Any) -> tuple[Any, ...]:
    return Words(bytes(row.salt), row.text, row.person)


def _name(row: Any) -> tuple[Any, ...]:
    return PersonName(row.person, row.name, row.phone)


def _key(row: Any) -> tuple[Any, ...]:
    return PollKey(row.poll, bytes(row.key))

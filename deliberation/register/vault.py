"""The vault: names, phones, words and unpublished keys. Erasable; nothing here is needed to replay or recount.

Rows are written in the transaction of the events that commit to them, so no commitment ever stands without its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
    bindparam,
    select,
)

from deliberation.log.driver import Driver
from deliberation.log.reading import Reading
from deliberation.register.private import PersonName, PollKey, Words

tables = MetaData()


def _community() -> Column[str]:
    return Column("community", String(40), primary_key=True)


contents = Table(
    "vault_contents",
    tables,
    _community(),
    Column("commitment", String(64), primary_key=True),
    Column("person", String(36), nullable=False, index=True),
    Column("salt", LargeBinary, nullable=False),
    Column("text", Text, nullable=False),
)

names_table = Table(
    "vault_names",
    tables,
    _community(),
    Column("person", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False),
)

keys_table = Table(
    "vault_poll_keys",
    tables,
    _community(),
    Column("poll", String(36), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)


def shelve(connection: Connection, community: str, asides: Sequence[Any]) -> None:
    """Write what events set aside, in their transaction."""
    if words := [thing for thing in asides if isinstance(thing, Words)]:
        _shelve_words(connection, community, words)
    if people := [thing for thing in asides if isinstance(thing, PersonName)]:
        _shelve_names(connection, community, people)
    if keys := [thing for thing in asides if isinstance(thing, PollKey)]:
        _shelve_keys(connection, community, keys)


def texts(r: Reading, commitments: Iterable[str]) -> dict[str, str]:
    """Return the words behind commitments; one that was erased is missing."""
    return {row.commitment: row.text for row in _some(r, _TEXTS, commitments)}


def salts(r: Reading, commitments: Iterable[str]) -> dict[str, bytes]:
    """Return the salts behind commitments, for whoever may check a text against the log."""
    return {row.commitment: bytes(row.salt) for row in _some(r, _SALTS, commitments)}


def names(r: Reading, persons: Iterable[str]) -> dict[str, str]:
    """Return the names of persons; one that was erased is missing."""
    return {row.person: row.name for row in _some(r, _NAMES, persons)}


def called(r: Reading, name: str) -> list[str]:
    """Return the ids of those who are called exactly so."""
    c = names_table.c
    query = select(c.person).where(c.community == r.community, c.name == name).order_by(c.person)
    return [row.person for row in r.live.execute(query)]


def all_names(r: Reading) -> dict[str, str]:
    """Return person -> name of everybody: to tell who is in the register already."""
    c = names_table.c
    return {row.person: row.name for row in r.live.execute(select(c.person, c.name).where(c.community == r.community))}


def poll_key(r: Reading, poll: str) -> bytes | None:
    """Return the sealing key of a poll that is not counted yet."""
    found = Driver(r.live).one(keys_table, (r.community, poll))
    return None if found is None else bytes(found[-1])


def _of(column: Column[Any], *columns: Column[Any]) -> Select[Any]:
    """Return the statement for the rows whose ``column`` is among some, made once: every page asks it."""
    mine = column.table.c.community == bindparam("mine")
    return select(column, *columns).where(mine, column.in_(bindparam("some", expanding=True)))


_NAMES = _of(names_table.c.person, names_table.c.name)
_TEXTS = _of(contents.c.commitment, contents.c.text)
_SALTS = _of(contents.c.commitment, contents.c.salt)


def _some(r: Reading, statement: Select[Any], wanted: Iterable[str]) -> Sequence[Any]:
    chosen = sorted({value for value in wanted if value})
    return r.live.execute(statement, {"mine": r.community, "some": chosen}).fetchall() if chosen else []


def _shelve_words(connection: Connection, community: str, words: Sequence[Words]) -> None:
    rows = [
        {"community": community, "commitment": w.commitment, "person": w.person, "salt": w.salt, "text": w.text}
        for w in words
    ]
    connection.execute(contents.insert(), rows)


def _shelve_names(connection: Connection, community: str, people: Sequence[PersonName]) -> None:
    """A name given again replaces the old one: the vault keeps what is so today."""
    latest, driver = {p.person: p for p in people}, Driver(connection)
    driver.write(names_table, "delete", [(community, person) for person in latest])
    driver.write(names_table, "insert", [(community, p.person, p.name, p.phone) for p in latest.values()])


def _shelve_keys(connection: Connection, community: str, keys: Sequence[PollKey]) -> None:
    rows = [{"community": community, "poll": k.poll, "key": k.key} for k in keys]
    connection.execute(keys_table.insert(), rows)

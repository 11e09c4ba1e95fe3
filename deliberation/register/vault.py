"""The vault: names, phones, words and unpublished keys. Erasable; nothing here is needed to replay or recount.

Rows are written in the transaction of the events that commit to them, so no commitment ever stands without its text.
Each is sealed under the key of the person whose it is (``keyring``); erasing somebody deletes the rows and destroys the key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    bindparam,
    select,
)

from deliberation.log.driver import Driver
from deliberation.log.reading import Reading
from deliberation.register.cipher import opened, seal
from deliberation.register.keyring import NOBODY, Keyring
from deliberation.register.private import PersonGone, PersonName, PollKey, Words, WordsGone

tables = MetaData()

#: What stands in place of a row that somebody altered: it opens under no key.
ALTERED = "（存的内容被改动过，不能显示）"
#: Rows read at a time where all are read.
PAGE = 1000


def _community() -> Column[str]:
    return Column("community", String(40), primary_key=True)


#: ``sealed``: length of the salt (one byte), salt, text.
words_table = Table(
    "vault_words",
    tables,
    _community(),
    Column("commitment", String(64), primary_key=True),
    Column("person", String(36), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
)

#: ``sealed``: JSON [name, phone].
people_table = Table(
    "vault_people",
    tables,
    _community(),
    Column("person", String(36), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

seals_table = Table(
    "vault_seals",
    tables,
    _community(),
    Column("poll", String(36), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)


# writing


def shelve(connection: Connection, community: str, asides: Sequence[Any]) -> None:
    """Write what events set aside, in their transaction; delete what they erase, the keys too where they stand beside it."""
    if words := [thing for thing in asides if isinstance(thing, Words)]:
        _shelve_words(connection, community, words)
    if people := [thing for thing in asides if isinstance(thing, PersonName)]:
        _shelve_names(connection, community, people)
    if keys := [thing for thing in asides if isinstance(thing, PollKey)]:
        _shelve_keys(connection, community, keys)
    for thing in asides:
        if isinstance(thing, PersonGone):
            _forget_person(connection, community, thing.person)
        elif isinstance(thing, WordsGone):
            Driver(connection).write(words_table, "delete", [(community, thing.commitment)])


def _shelve_words(connection: Connection, community: str, words: Sequence[Words]) -> None:
    """Words of somebody who was erased are nobody's."""
    keys = _ring(connection).made(connection, community, {NOBODY, *(w.person for w in words)})
    rows = []
    for w in words:
        person = w.person if w.person in keys else NOBODY
        inner = bytes([len(w.salt)]) + w.salt + w.text.encode()
        sealed = seal(keys[person], inner, community, person, w.commitment)
        rows.append({"community": community, "commitment": w.commitment, "person": person, "sealed": sealed})
    connection.execute(words_table.insert(), rows)


def _shelve_names(connection: Connection, community: str, people: Sequence[PersonName]) -> None:
    """A name given again replaces the old one: the vault keeps what is so today. Who was erased stays without one."""
    latest, driver = {p.person: p for p in people}, Driver(connection)
    keys = _ring(connection).made(connection, community, latest)
    driver.write(people_table, "delete", [(community, person) for person in latest])
    rows = [
        (community, who, seal(key, json.dumps([latest[who].name, latest[who].phone]).encode(), community, who, "name"))
        for who, key in keys.items()
    ]
    if rows:
        driver.write(people_table, "insert", rows)


def _shelve_keys(connection: Connection, community: str, keys: Sequence[PollKey]) -> None:
    key = _ring(connection).made(connection, community, [NOBODY])[NOBODY]
    rows = [(community, k.poll, seal(key, k.key, community, NOBODY, f"poll {k.poll}")) for k in keys]
    Driver(connection).write(seals_table, "insert", rows)


def _forget_person(connection: Connection, community: str, person: str) -> None:
    connection.execute(words_table.delete().where(words_table.c.community == community, words_table.c.person == person))
    Driver(connection).write(people_table, "delete", [(community, person)])
    ring = _ring(connection)
    if ring.apart is None:
        ring.destroy(connection, community, person)


# reading


def texts(r: Reading, commitments: Iterable[str]) -> dict[str, str]:
    """Return the words behind commitments; one that was erased is missing."""
    rows = _some(r, _WORDS, commitments)
    return {row[0]: row[2] for row in _opened_words(r.live, r.community, rows)}


def salts(r: Reading, commitments: Iterable[str]) -> dict[str, bytes]:
    """Return the salts behind commitments, for whoever may check a text against the log."""
    rows = _some(r, _WORDS, commitments)
    return {row[0]: row[1] for row in _opened_words(r.live, r.community, rows)}


def of_person(connection: Connection, community: str, person: str) -> list[str]:
    """Return the commitments of a person's words that are still here."""
    c = words_table.c
    query = select(c.commitment).where(c.community == community, c.person == person).order_by(c.commitment)
    return [row.commitment for row in connection.execute(query)]


def holders(connection: Connection, community: str, commitments: Iterable[str]) -> dict[str, str]:
    """Return commitment -> person ("" for nobody) of the words that are still here."""
    rows = connection.execute(_WORDS, {"mine": community, "some": sorted({*commitments})})
    return {row.commitment: row.person for row in rows}


def names(r: Reading, persons: Iterable[str]) -> dict[str, str]:
    """Return the names of persons; one that was erased is missing."""
    return {who.person: who.name for who in _opened_people(r.live, r.community, _some(r, _PEOPLE, persons))}


def name_within(r: Reading, person: str, sealed: bytes | None) -> str:
    """Return the name in a row of ``people_table`` that was read together with others, "" for none."""
    rows = [] if sealed is None else [(person, sealed)]
    return next((who.name for who in _opened_people(r.live, r.community, rows)), "")


def called(r: Reading, name: str) -> list[str]:
    """Return the ids of those who are called exactly so."""
    return sorted(person for person, called in all_names(r).items() if called == name)


def all_names(r: Reading) -> dict[str, str]:
    """Return person -> name of everybody: to tell who is in the register already."""
    return {who.person: who.name for who in everybody(r)}


def everybody(r: Reading) -> list[PersonName]:
    """Return everybody with name and phone."""
    c = people_table.c
    rows = r.live.execute(select(c.person, c.sealed).where(c.community == r.community)).fetchall()
    return list(_opened_people(r.live, r.community, rows))


def poll_key(r: Reading, poll: str) -> bytes | None:
    """Return the sealing key of a poll, None if it is not there."""
    found = Driver(r.live).one(seals_table, (r.community, poll))
    return unsealed_key(r, poll, None if found is None else found[-1])


def unsealed_key(r: Reading, poll: str, sealed: bytes | None) -> bytes | None:
    """Return the sealing key of a poll as the vault's row has it sealed; None for none, and of an altered row."""
    if sealed is None:
        return None
    return dict(_opened_seals(r.live, r.community, [(poll, sealed)]))[poll] or None


def every_text(connection: Connection, community: str) -> Iterator[tuple[str, bytes, str]]:
    """Yield (commitment, salt, text) of all words; of an altered row salt and text are not those committed to."""
    c = words_table.c
    yield from _every(connection, community, (c.commitment, c.person, c.sealed), _opened_words)


def every_poll_key(connection: Connection, community: str) -> Iterator[tuple[str, bytes]]:
    """Yield (poll, key) of all sealing keys; that of an altered row is empty."""
    c = seals_table.c
    yield from _every(connection, community, (c.poll, c.sealed), _opened_seals)


def _every(connection: Connection, community: str, columns: Sequence[Any], open: Any) -> Iterator[Any]:
    """Bytes as bytes: SQLite lets anybody put text where bytes belong."""
    *named, sealed = columns
    query = select(*named, sealed.cast(LargeBinary)).where(columns[0].table.c.community == community).order_by(columns[0])
    with connection.execute(query.execution_options(yield_per=PAGE)) as found:
        for rows in found.partitions():
            yield from open(connection, community, rows)


def _of(column: Column[Any], *columns: Column[Any]) -> Select[Any]:
    """Return the statement for the rows whose ``column`` is among some, made once: every page asks it."""
    mine = column.table.c.community == bindparam("mine")
    return select(column, *columns).where(mine, column.in_(bindparam("some", expanding=True)))


_PEOPLE = _of(people_table.c.person, people_table.c.sealed)
_WORDS = _of(words_table.c.commitment, words_table.c.person, words_table.c.sealed)


def _some(r: Reading, statement: Select[Any], wanted: Iterable[str]) -> Sequence[Any]:
    chosen = sorted({value for value in wanted if value})
    return r.live.execute(statement, {"mine": r.community, "some": chosen}).fetchall() if chosen else []


def _ring(connection: Connection) -> Keyring:
    """The keys go with the engine, as its option: whoever has a connection can read what its rows say."""
    ring: Keyring = connection.get_execution_options()["keyring"]
    return ring


def _keys(connection: Connection, community: str, people: Iterable[str]) -> Mapping[str, AESGCM]:
    return _ring(connection).known(connection, community, people)


def _opened_words(connection: Connection, community: str, rows: Sequence[Any]) -> Iterator[tuple[str, bytes, str]]:
    keys = _keys(connection, community, {row[1] for row in rows})
    for commitment, person, sealed in rows:
        if person not in keys:
            if _ring(connection).lost(connection, community, person):
                yield commitment, b"", ALTERED
            continue
        inner = opened(keys[person], bytes(sealed), community, person, commitment)
        if inner is None:
            yield commitment, b"", ALTERED
        else:
            yield commitment, inner[1 : 1 + inner[0]], inner[1 + inner[0] :].decode()


def _opened_people(connection: Connection, community: str, rows: Sequence[Any]) -> Iterator[PersonName]:
    keys = _keys(connection, community, {row[0] for row in rows})
    for person, sealed in rows:
        if person in keys:
            inner = opened(keys[person], bytes(sealed), community, person, "name")
            yield PersonName(person, *([ALTERED] if inner is None else json.loads(inner)))


def _opened_seals(connection: Connection, community: str, rows: Sequence[Any]) -> Iterator[tuple[str, bytes]]:
    keys = _keys(connection, community, [NOBODY])
    for poll, sealed in rows:
        found = opened(keys[NOBODY], bytes(sealed), community, NOBODY, f"poll {poll}") if keys else None
        yield poll, found or b""

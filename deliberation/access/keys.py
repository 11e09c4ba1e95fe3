"""Keys beside the log: digests of codes, hashes, public keys. Written with the events that speak of them; erasable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from deliberation.access.beside import codes, consents, keys, sessions
from deliberation.access.private import Code, Key, KeyGone, KeysDead
from deliberation.log.driver import Driver
from deliberation.log.reading import Reading
from deliberation.register.private import PersonGone


def shelve(connection: Connection, community: str, asides: Sequence[Any]) -> None:
    """Write what events set aside, in their transaction and in the order in which it was said."""
    for thing in asides:
        if isinstance(thing, KeysDead):
            forget(connection, community, thing.person)
        elif isinstance(thing, PersonGone):
            # Any form that waits for a second person may speak of them; whoever sent it is asked again.
            connection.execute(consents.delete().where(consents.c.community == community))
        elif isinstance(thing, KeyGone):
            c = keys.c
            connection.execute(keys.delete().where(c.community == community, c.person == thing.person, c.id == thing.id))
    driver = Driver(connection)
    if made := [thing for thing in asides if isinstance(thing, Code)]:
        driver.write(codes, "insert", [(community, code.letter, code.digest) for code in made])
    if given := [thing for thing in asides if isinstance(thing, Key)]:
        driver.write(keys, "insert", [(community, *_row(key)) for key in given])


def forget(connection: Connection, community: str, person: str) -> None:
    """Erase all keys and sessions of a person."""
    for table in (keys, sessions):
        connection.execute(table.delete().where(table.c.community == community, table.c.person == person))


def counted(connection: Connection, community: str, id: str, count: int, *, equal: bool = False) -> bool:
    """Remember how often a passkey says it was used, or the step of the last one-time code; False if somebody else showed a
    later one meanwhile, or (unless ``equal``, for devices that do not count) the same."""
    c = keys.c
    later = c.count <= count if equal else c.count < count
    done = connection.execute(keys.update().where(c.community == community, c.id == id, later).values(count=count))
    return bool(done.rowcount)


def digest_of(r: Reading, letter: str) -> str | None:
    """Return the digest (hex) of a letter's code, None for an unknown one."""
    row = Driver(r.live).one(codes, (r.community, letter))
    return None if row is None else str(row[-1])


def keys_of(r: Reading, person: str, kinds: Iterable[str] = ()) -> list[Key]:
    """Return the keys of a person, oldest first."""
    c, wanted = keys.c, [*kinds]
    query = select(c.id, c.person, c.kind, c.secret, c.label, c.made, c.count).where(c.community == r.community, c.person == person)
    query = query.where(c.kind.in_(wanted)) if wanted else query
    return [_key(row) for row in r.live.execute(query.order_by(c.made, c.id))]


def key_with(r: Reading, id: str) -> Key | None:
    """Return the key with that id, or None."""
    row = Driver(r.live).one(keys, (r.community, id))
    return None if row is None else _key(row[1:])


def _key(row: Sequence[Any]) -> Key:
    id, person, kind, secret, label, made, count = row
    return Key(id, person, kind, bytes(secret), label, made, count)


def _row(key: Key) -> tuple[Any, ...]:
    return key.id, key.person, key.kind, key.secret, key.label, key.made, key.used

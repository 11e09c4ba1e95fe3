"""One AES-256 key a person, under which all lies that the vault keeps of them; destroying it erases them in old backups too.

The keys lie in a small database apart, wrapped by a master key that lies in no database: a backup of the main database is
ciphertext without both. A destroyed key leaves an empty row behind, so that nobody ever gets a second one by mistake. Where
no such database is named, the keys stand beside what they open (for trials and tests: whoever copies the file has both).

Bytes are nonce (12) ‖ AES-256-GCM ciphertext and tag; a wrapped key is bound to community and person.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Connection, Engine, LargeBinary, MetaData, String, Table, select
from sqlalchemy.exc import DBAPIError

from deliberation.errors import Refusal
from deliberation.log import database
from deliberation.log.aggregate import new_id
from deliberation.log.database import swept
from deliberation.log.driver import Driver
from deliberation.register.cipher import opened, seal
from deliberation.register.private import Keys, PersonGone, WordsGone

tables = MetaData()

#: Seconds for which an unwrapped key is remembered; a process that did not erase somebody itself forgets the key by then.
REMEMBERED = 300
#: The key of what belongs to nobody in the register: words of nobody, sealing keys of polls.
NOBODY = ""
_DESTROYED = b""
_KEYS = "SELECT person, wrapped FROM person_keys WHERE {community} AND person {some}"

person_keys = Table(
    "person_keys",
    tables,
    Column("community", String(40), primary_key=True),
    Column("person", String(36), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
#: Where the keys are: in their own database its id and a proof of the master key; in the main one the id of that database.
keys_home = Table(
    "person_keys_home",
    tables,
    Column("id", String(36), primary_key=True),
    Column("proof", LargeBinary, nullable=False),
)


class KeysElsewhere(Refusal):
    """The database's keys of persons lie in another database than the one that was opened, or under another master key."""

    zh = (
        "没有打开：这个数据库里的姓名和原话要用另外保管的钥匙才能读，这里的钥匙库或 vault.key 不是那一份。什么也没有改动。"
        "请把原来的钥匙库（DELIBERATION_KEYS）和主钥匙（DELIBERATION_VAULT 或 vault.key）放回原处再运行。"
    )
    en = (
        "Not opened: names and words in this database need keys that are kept elsewhere, and the key database or the master key "
        "here are not those. Nothing was changed. Put the key database (DELIBERATION_KEYS) and the master key "
        "(DELIBERATION_VAULT or vault.key) back where they were and run again."
    )


class Keyring:
    """The keys of the persons of one main database."""

    def __init__(self, main: Engine, keys: Keys | None) -> None:
        self._main = main
        self._master = AESGCM(bytes(32) if keys is None else keys.master)
        #: The database of the keys, None where they stand beside what they open.
        self.apart: Engine | None = None if keys is None else database.connect(keys.url)
        #: (community, person) -> the wrapped key and what it opens.
        self._known: dict[tuple[str, str], tuple[bytes, AESGCM]] = {}
        self._since, self._unswept = time.monotonic(), False
        #: (community, person) of those erased whose key could not be destroyed yet.
        self._standing: set[tuple[str, str]] = set()

    def close(self) -> None:
        """Let the database of the keys go."""
        if self.apart is not None:
            self.apart.dispose()

    def forget(self) -> object:
        """Begin anew in a forked child and return what is the parent's."""
        if self.apart is None:
            return None
        pool = self.apart.pool
        self.apart.dispose(close=False)
        return pool

    def prepare(self) -> None:
        """Make the tables of the key database, and see that it is the one of the main database. Raises KeysElsewhere.

        Keys that stand in the main database are moved out of it.
        """
        with self._main.connect() as connection:
            named = connection.execute(select(keys_home.c.id)).scalar()
        if self.apart is None:
            if named is not None:
                raise KeysElsewhere
            return
        home = self._home(self.apart)
        if named is None:
            self._move(home)
        elif named != home:
            raise KeysElsewhere

    def known(self, connection: Connection, community: str, people: Iterable[str]) -> Mapping[str, AESGCM]:
        """Return person -> key of those who have one; ``connection`` is one of the main database."""
        if time.monotonic() - self._since > REMEMBERED:
            self._known, self._since = {}, time.monotonic()
        wanted = {*people}
        unknown = [person for person in wanted if (community, person) not in self._known]
        if unknown:
            with self._where(connection) as where:
                rows = Driver(where).among(_KEYS, community, unknown)
            for person, wrapped in rows:
                if wrapped != _DESTROYED:
                    self._known[community, person] = bytes(wrapped), self._unwrapped(community, person, bytes(wrapped))
        known = self._known
        return {person: known[community, person][1] for person in wanted if (community, person) in known}

    def made(self, connection: Connection, community: str, people: Collection[str]) -> Mapping[str, AESGCM]:
        """Return person -> key for writing, made where there is none; without those whose key was destroyed.

        A new key is durable before anything under it: it is committed here, or together with it. The rows themselves are
        asked, not the memory: somebody may have been erased by another process. Nothing is remembered: what was made within
        a transaction may be taken back with it.
        """
        with self._where(connection) as where:
            rows = self._stored(where, community, people)
        if {*people} - rows.keys():
            with self._writing(connection) as where:
                rows = self._stored(where, community, people)
                fresh = {who: self._wrap(community, who, secrets.token_bytes(32)) for who in {*people} - rows.keys()}
                if fresh:
                    Driver(where).write(person_keys, "insert", [(community, who, key) for who, key in fresh.items()])
                rows |= fresh
        return {who: self._unwrapped(community, who, key) for who, key in rows.items() if key != _DESTROYED}

    def destroy(self, connection: Connection | None, community: str, person: str) -> None:
        """Destroy a person's key for ever. Keys beside what they open are destroyed on the given connection, in its transaction;
        those apart in one of their own, for which no connection is given."""
        self._known.pop((community, person), None)
        with self._writing(connection) as where:
            driver = Driver(where)
            driver.write(person_keys, "delete", [(community, person)])
            driver.write(person_keys, "insert", [(community, person, _DESTROYED)])

    def erase(self, community: str, asides: Iterable[object]) -> None:
        """After the commit: destroy the keys of those who were erased, leave nothing of what was deleted in the files.

        What cannot be done now, because the key database is away or pages are read, is done with the next entry. Raises
        DBAPIError if it is the key of somebody of these.
        """
        gone = [thing for thing in asides if isinstance(thing, PersonGone | WordsGone)]
        mine = {(community, thing.person) for thing in gone if isinstance(thing, PersonGone)}
        if self.apart is not None:
            self._standing |= mine
            self._destroy_those_left(mine)
        if gone or self._unswept:
            done = [swept(engine) for engine in (self._main, self.apart) if engine is not None]
            self._unswept = not all(done)

    def _destroy_those_left(self, now: Collection[tuple[str, str]]) -> None:
        for owner in sorted(self._standing):
            try:
                self.destroy(None, *owner)
            except DBAPIError:
                if owner in now:
                    self._unswept = True
                    raise
            else:
                self._standing.discard(owner)

    def finish(self, erased: Callable[[Connection], Mapping[str, Collection[str]]]) -> None:
        """Destroy the keys of those whose erasure was recorded when a process ended too early."""
        if self.apart is None:
            return
        with self._main.connect() as connection:
            people = erased(connection)
        for community, some in people.items():
            self.erase(community, [PersonGone(person) for person in self.standing(community, some)])

    def standing(self, community: str, people: Collection[str]) -> list[str]:
        """Return those of the people whose key has not been destroyed."""
        with (self.apart or self._main).connect() as connection:
            rows = self._stored(connection, community, people)
        return sorted({*people} - {who for who, wrapped in rows.items() if wrapped == _DESTROYED})

    def lost(self, connection: Connection, community: str, person: str) -> bool:
        """Whether a person has no key though none was ever destroyed."""
        with self._where(connection) as where:
            return person not in self._stored(where, community, [person])

    @contextmanager
    def _where(self, connection: Connection) -> Iterator[Connection]:
        if self.apart is None:
            yield connection
        else:
            with self.apart.connect() as apart:
                yield apart

    @contextmanager
    def _writing(self, connection: Connection | None) -> Iterator[Connection]:
        if self.apart is None and connection is not None:
            yield connection
        else:
            with database.writer(self.apart or self._main).connect() as apart, apart.begin():
                yield apart

    def _stored(self, where: Connection, community: str, people: Collection[str]) -> dict[str, bytes]:
        return {person: bytes(wrapped) for person, wrapped in Driver(where).among(_KEYS, community, people)}

    def _unwrapped(self, community: str, person: str, wrapped: bytes) -> AESGCM:
        """Return the key itself. Raises KeysElsewhere for one under another master key."""
        before = self._known.get((community, person))
        if before is not None and before[0] == wrapped:
            return before[1]
        key = opened(self._master, wrapped, community, person, "key")
        if key is None:
            raise KeysElsewhere
        return AESGCM(key)

    def _wrap(self, community: str, person: str, key: bytes) -> bytes:
        return seal(self._master, key, community, person, "key")

    def _home(self, apart: Engine) -> str:
        """Return the id of the key database, given to it when it is made. Raises KeysElsewhere for another master key."""
        with database.alone(apart) as connection:
            tables.create_all(connection)
            row = connection.execute(keys_home.select()).first()
            if row is None:
                id = new_id()
                connection.execute(keys_home.insert(), {"id": id, "proof": seal(self._master, id.encode(), id, "", "proof")})
                return id
        if opened(self._master, bytes(row.proof), row.id, "", "proof") is None:
            raise KeysElsewhere
        return str(row.id)

    def _move(self, home: str) -> None:
        """Move the keys out of the main database. They stand in the other one before they go from here."""
        beside = AESGCM(bytes(32))
        assert self.apart is not None
        with database.alone(self._main) as connection:
            if connection.execute(keys_home.select()).first() is not None:
                return
            rows = connection.execute(person_keys.select()).fetchall()
            with database.writer(self.apart).connect() as apart, apart.begin():
                there = {(row.community, row.person): bytes(row.wrapped) for row in apart.execute(person_keys.select())}
                moved = [again for row in rows if (again := self._moved(beside, row, there)) is not None]
                if moved:
                    Driver(apart).write(person_keys, "insert", moved)
            connection.execute(person_keys.delete())
            connection.execute(keys_home.insert(), {"id": home, "proof": b""})
        if rows:
            swept(self._main, whole=True)

    def _moved(self, beside: AESGCM, row: Any, there: Mapping[tuple[str, str], bytes]) -> tuple[str, str, bytes] | None:
        """Return a key as it stands in the other database, None if it stands there. Raises KeysElsewhere for another one."""
        owner, wrapped = (row.community, row.person), bytes(row.wrapped)
        key = wrapped and opened(beside, wrapped, *owner, "key")
        if owner in there:
            if key == (there[owner] and opened(self._master, there[owner], *owner, "key")):
                return None
            raise KeysElsewhere
        if key is None:
            raise KeysElsewhere
        return (*owner, key and self._wrap(*owner, key))


def beside(url: str) -> Keys | None:
    """Return the keys that lie beside a SQLite file under their usual names, None where there are none."""
    path = Path(url.removeprefix("sqlite:///"))
    keys, master = path.with_suffix(".keys.db"), path.with_name("vault.key")
    if path == Path(url) or not keys.exists() or not master.exists():
        return None
    return Keys(f"sqlite:///{keys}", bytes.fromhex(master.read_text(encoding="ascii")))

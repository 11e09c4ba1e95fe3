"""存证点: what the log says of itself at a moment, signed, so that it can never say otherwise.

A seal is a checkpoint (C2SP tlog-checkpoint 1.0.0) as a signed note. It is made at each act that others rely on and at least
once a day. Before it is signed, the entries since the last one are read and hashed again and must lead to the head's own tree; it
is written durably before anybody sees it, and never are two roots signed for one size.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from sqlalchemy import BigInteger, Column, Connection, Engine, LargeBinary, String, Table, Text, select

from deliberation.errors import NotFound, Refusal
from deliberation.log import database, hashes
from deliberation.log.note import Checkpoint, NoteUnreadable, Signer, Verifier, opened
from deliberation.log.store import Head, head_of, rows_between, tables, version_of
from deliberation.log.tlog import Frontier, leaf_hash

#: Inner hashes of a level written in one transaction.
SOME = 32

seals = Table(
    "log_seals",
    tables,
    Column("community", String(40), primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("note", Text, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("made", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)


class LogBroken(Refusal):
    """The stored entries are not those that were appended. Fact: size."""

    zh = "存证没有做：库里的条目与它自己的指纹对不上（前{size}条），说明有人改过数据库。什么也没有签。请保留现场，马上找审计员核对。"
    en = (
        "No checkpoint was made: the first {size} stored entries do not hash to the log's own root, so the database was changed "
        "behind its back. Nothing was signed. Leave everything as it is and call the auditor."
    )
    status = 500


class LogWentBack(Refusal):
    """The database is older than what was signed. Facts: signed, size."""

    zh = "存证没有做：已经给前{signed}条签过名，库里现在只有{size}条，说明恢复了旧备份，后面的丢了。请用更新的备份恢复，并告诉审计员；其他功能照常。"
    en = (
        "No checkpoint was made: {signed} entries were signed for, the database has {size} now, so an older backup was restored and "
        "what followed is lost. Restore a newer backup and tell the auditor; all else goes on."
    )
    status = 503


class Memory(Protocol):
    """Where a key remembers, outside the database, what it signed last: an older backup must not make it say otherwise."""

    def last(self) -> str:
        """Return the note signed last, "" for none."""

    def keep(self, note: str) -> None:
        """Remember a note, durably, before anybody sees it."""


class KeyChanged(Exception):
    """The log hands over to another key than those known here."""


class Seal(NamedTuple):
    """A signed checkpoint: number of entries, the note as published, its root (32 bytes), when it was made (seconds UTC)."""

    size: int
    note: str
    root: bytes
    made: int


class Sealer:
    """Makes the checkpoints of one community with one key; ``known`` are all keys up to it, ``stream`` is where they are on
    record, ``memory`` what the key signed last."""

    def __init__(
        self, engine: Engine, community: str, signer: Signer, known: Sequence[Verifier], stream: str, memory: Memory
    ) -> None:
        self._engine, self._community, self.signer = engine, community, signer
        self._known, self._stream, self._memory = known, stream, memory
        self._lock = threading.Lock()

    def seal(self, at: int, *, fresh: int = 0, whole: bool = False) -> Seal:
        """Return a seal over all entries; the latest one if nothing came since, or if it is younger than ``fresh`` seconds.

        ``whole``: hash every entry from the first on again, instead of those since the last seal. Raises NotFound for a
        community that was never founded, LogBroken, LogWentBack, KeyChanged.
        """
        with self._lock:
            with database.reader(self._engine).connect() as connection:
                head, last = head_of(connection, self._community), _last(connection, self._community)
                if head is None:
                    raise NotFound
                if version_of(connection, self._community, self._stream) != len(self._known):
                    raise KeyChanged
                covered = last is not None and last.size == head.size
                if last is not None and not whole and (covered or last.made <= at < last.made + fresh):
                    return _seal(last)
                self._check(connection, head, None if whole else last)
            return _seal(last) if covered else self._write(head, at)

    def _check(self, connection: Connection, head: Head, last: Any) -> None:
        """Hash what came since the last seal once more."""
        frontier = Frontier() if last is None else self._trusted(last)
        size = frontier.size
        for _, _, leaf in rows_between(connection, self._community, size, head.size):
            frontier.push(leaf_hash(leaf))
        if frontier != head.frontier:
            raise LogBroken(size=head.size)

    def _trusted(self, last: Any) -> Frontier:
        """Return the tree at the last seal, if it is the one that was signed."""
        frontier = Frontier.from_bytes(last.size, bytes(last.frontier))
        try:
            signed = Checkpoint.read(opened(last.note, self._known).text)
        except NoteUnreadable:
            raise LogBroken(size=last.size) from None
        if signed != (self._community, last.size, frontier.root()):
            raise LogBroken(size=last.size)
        return frontier

    def _write(self, head: Head, at: int) -> Seal:
        """Sign, write, and read back what was written: only that is published."""
        note = self.signer.sign(Checkpoint(self._community, head.size, head.root).text())
        row = {"community": self._community, "size": head.size, "note": note, "frontier": head.frontier.to_bytes(), "made": at}
        with database.writer(self._engine).connect() as connection, connection.begin():
            head_of(connection, self._community, lock=True)  # one process after the other
            last = _last(connection, self._community)
            if last is None or last.size < head.size:
                self._never_otherwise(connection, head.size)
                self._memory.keep(note)
                connection.execute(seals.insert(), row)
        while self._some_hashes(head.size):
            pass
        with self._engine.connect() as connection:
            written = at_size(connection, self._community, head.size) or latest(connection, self._community)
        if written is None or (written.size == head.size and written.root != head.root):
            raise LogBroken(size=head.size)
        opened(written.note, self._known)
        return written

    def _never_otherwise(self, connection: Connection, size: int) -> None:
        """What was signed last must be the beginning of what is signed now, whatever database this is."""
        note = self._memory.last()
        if not note:
            return
        signed = Checkpoint.of(note)
        if signed.size > size:
            raise LogWentBack(signed=signed.size, size=size)
        if hashes.Hashes(connection, self._community).root(0, signed.size) != signed.root:
            raise LogBroken(size=signed.size)

    def _some_hashes(self, size: int) -> bool:
        """Write some of the tree's inner hashes in a short transaction: nobody who votes waits for them."""
        with database.writer(self._engine).connect() as connection, connection.begin():
            return hashes.keep(connection, self._community, size, SOME)


def latest(connection: Connection, community: str, stop: int | None = None) -> Seal | None:
    """Return the newest seal, of at most ``stop`` entries if given; None if there is none."""
    row = _last(connection, community, stop)
    return None if row is None else _seal(row)


def covering(connection: Connection, community: str, position: int) -> Seal | None:
    """Return the first seal over an entry, None if it came since the last one."""
    c = seals.c
    query = seals.select().where(c.community == community, c.size > position).order_by(c.size).limit(1)
    row = connection.execute(query).first()
    return None if row is None else _seal(row)


def at_size(connection: Connection, community: str, size: int) -> Seal | None:
    """Return the seal over exactly so many entries."""
    row = connection.execute(seals.select().where(seals.c.community == community, seals.c.size == size)).first()
    return None if row is None else _seal(row)


def every(connection: Connection, community: str) -> list[Seal]:
    """Return all seals, by size."""
    rows = connection.execute(seals.select().where(seals.c.community == community).order_by(seals.c.size))
    return [_seal(row) for row in rows]


def newest(connection: Connection, community: str, count: int) -> list[Seal]:
    """Return the newest seals, the last one first."""
    rows = connection.execute(seals.select().where(seals.c.community == community).order_by(seals.c.size.desc()).limit(count))
    return [_seal(row) for row in rows]


def _last(connection: Connection, community: str, stop: int | None = None) -> Any:
    query = select(seals).where(seals.c.community == community)
    if stop is not None:
        query = query.where(seals.c.size <= stop)
    return connection.execute(query.order_by(seals.c.size.desc()).limit(1)).first()


def _seal(row: Any) -> Seal:
    return Seal(row.size, row.note, Checkpoint.of(row.note).root, row.made)

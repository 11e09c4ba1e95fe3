"""A whole community from its bundle: checked first, then written into an empty place in one transaction, or not at all.

What a bundle does not hold cannot come back from it: names, words, keys of open polls, sessions. They lie in the vault's own
backup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from deliberation.audit import verify
from deliberation.audit.beside import matter_of
from deliberation.audit.unpacking import BundleChanged, opened
from deliberation.council import Council
from deliberation.errors import Refusal
from deliberation.log import database, fold, hashes, seals
from deliberation.log.leaf import UnknownEvent, read_leaf
from deliberation.log.note import Checkpoint
from deliberation.log.store import PAGE, events, head_of, heads
from deliberation.log.tlog import Frontier, leaf_hash

Progress = Callable[[int, int], None]


class BundleUnsound(Refusal):
    """Something in the bundle does not hold. Facts: count, finding, finding_en."""

    zh = "这份记录没有导入：核对时有{count}处对不上，第一处是：{finding}。库里什么也没有写。请找给您的人另要一份完整的。"
    en = (
        "This bundle was not imported: {count} findings, the first: {finding_en}. Nothing was written. Ask whoever gave it to you "
        "for a whole one."
    )


class OfAnother(Refusal):
    """A bundle of another community. Facts: origin, community."""

    zh = "这份记录是“{origin}”的，不是“{community}”的，没有导入。要导入它，请先设 DELIBERATION_COMMUNITY={origin}。"
    en = "This bundle is of “{origin}”, not of “{community}”; nothing was imported. Set DELIBERATION_COMMUNITY={origin} to import it."


class PlaceTaken(Refusal):
    """There is a log of that name already. Facts: community, size."""

    zh = "“{community}”已经有{size}条记录，没有导入，原有的都没有动。请换一个空的数据库：--database"
    en = "“{community}” has {size} entries already; nothing was imported and nothing changed. Name an empty database: --database"


class FromALaterRelease(Refusal):
    """The bundle holds events that this release does not know. Fact: name."""

    zh = "这份记录里有这个版本还不认识的内容（{name}），没有导入，库里什么也没有写。请先升级程序。"
    en = "This bundle holds what this release does not know ({name}); nothing was imported. Upgrade the program first."


class NoPlaceForIt(Refusal):
    """The log holds, but the tables cannot take what it says. Fact: reason."""

    zh = "这份记录核对无误，但有的内容这里的库存不下（{reason}），没有导入，库里什么也没有写。请把这句话和记录一起交给维护的人。"
    en = "This bundle holds, but the tables here cannot take something of it ({reason}); nothing was imported. Show this to whoever looks after the program."


#: What tables and handlers raise over contents that no page of this program could have made.
_UNFIT = (DataError, IntegrityError, LookupError, TypeError, ValueError, AttributeError)


class Restored(NamedTuple):
    """How many entries and checkpoints came back."""

    events: int
    checkpoints: int


def restore(council: Council, bundle: Path, progress: Progress = lambda done, size: None) -> Restored:
    """Check a bundle (folder or .tar) and write its log, checkpoints and views. ``progress`` is told entries done and in all.

    Raises BundleUnsound, BundleChanged, OfAnother, PlaceTaken, FromALaterRelease, NoPlaceForIt: then nothing was written.
    """
    checker = verify.check(bundle, progress=lambda done, size: progress(done, 2 * size))
    if checker.findings:
        first = checker.findings[0]
        raise BundleUnsound(count=len(checker.findings), finding=first.line("zh"), finding_en=first.line("en"))
    with opened(bundle) as files:
        newest = files.checkpoint()
        if newest.origin != council.community:
            raise OfAnother(origin=newest.origin, community=council.community)
        notes = dict(files.checkpoints())
        _must_be_signed(checker, newest.size, notes)
        leaves = files.leaves(newest.size)
        try:
            with database.writer(council.database.engine).connect() as connection, connection.begin():
                _into(connection, council.community, newest, notes, leaves, lambda n: progress(newest.size + n, 2 * newest.size))
        except _UNFIT as error:
            raise NoPlaceForIt(reason=f"{type(error).__name__}: {error}"[:200]) from error
    return Restored(newest.size, len(notes))


def _must_be_signed(checker: verify.Checker, size: int, notes: dict[int, str]) -> None:
    """Notes are read once more after they were checked: they must still be there, and signed by a key of the log if it has any."""
    keys = [key for _, key in checker.keys]
    signed = (any(verify.read_note(note.encode()).signed(key) for key in keys) for note in notes.values())
    if keys and not (size in notes and all(signed)):
        raise BundleChanged


def _into(
    connection: Connection, community: str, newest: Checkpoint, notes: dict[int, str], leaves: Iterable[bytes],
    progress: Callable[[int], None],
) -> None:  # fmt: skip
    taken = head_of(connection, community, lock=True)
    if taken is not None:
        raise PlaceTaken(community=community, size=taken.size)
    if _write(connection, community, leaves, notes, progress).root() != newest.root:
        raise BundleChanged
    hashes.keep(connection, community, newest.size)
    with fold.anew(connection):
        fold.clear(connection, community)
        fold.fold(connection, connection, community)


def _write(
    connection: Connection, community: str, leaves: Iterable[bytes], notes: dict[int, str], progress: Callable[[int], None]
) -> Frontier:
    """Write rows, seals and head; return the tree."""
    frontier, rows, time = Frontier(), Rows(community), 0
    waiting: list[dict[str, Any]] = []
    for leaf in leaves:
        frontier.push(leaf_hash(leaf))
        waiting += rows.take(leaf)
        time = rows.time
        if len(waiting) >= PAGE:
            connection.execute(events.insert(), waiting)
            waiting = []
            progress(frontier.size)
        if frontier.size in notes:
            if Checkpoint.of(notes[frontier.size]) != (community, frontier.size, frontier.root()):
                raise BundleChanged
            made = {"note": notes[frontier.size], "frontier": frontier.to_bytes(), "made": time}
            connection.execute(seals.seals.insert(), {"community": community, "size": frontier.size, **made})
    waiting += rows.rest()
    if waiting:
        connection.execute(events.insert(), waiting)
    head = {"community": community, "size": frontier.size, "time": time, "frontier": frontier.to_bytes()}
    connection.execute(heads.insert(), head)
    return frontier


class Rows:
    """Makes the columns beside the leaves anew. What one person did at one second counts as one command: it is not on record
    which entries came together, and a command is never more than that."""

    def __init__(self, community: str) -> None:
        self.community, self.time, self.position = community, 0, 0
        self._filed: dict[str, str | None] = {}
        self._run: list[dict[str, Any]] = []
        self._by: object = None

    def take(self, leaf: bytes) -> Iterator[dict[str, Any]]:
        """Yield the rows of a command that has ended before this entry. Raises FromALaterRelease, BundleChanged."""
        try:
            event = read_leaf(leaf)
        except UnknownEvent as unknown:
            raise FromALaterRelease(name=str(unknown)) from None
        except (ValueError, LookupError, TypeError):
            raise BundleChanged from None
        if event.by != self._by:
            yield from self.rest()
            self._by = event.by
        self.time = max(self.time, event.at)
        self._filed[event.id] = matter_of(event.TYPE, event.id, event.body(), self._filed)
        self._run.append(
            {
                "community": self.community, "position": self.position, "stream": event.id, "version": event.originator_version,
                "type": event.TYPE, "matter": None, "command": None, "span": 0, "time": self.time, "leaf": leaf,
            }
        )  # fmt: skip
        self.position += 1

    def rest(self) -> list[dict[str, Any]]:
        """Return the rows of the command that is open."""
        run, self._run = self._run, []
        for row in run:
            row["matter"] = self._filed[row["stream"]]
        if run:
            run[0]["span"] = len(run)
        return run

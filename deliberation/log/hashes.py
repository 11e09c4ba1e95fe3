"""The tree's inner hashes, kept where they save work: proofs and tiles of a log of any length from a few short reads.

A row holds the root of one complete subtree of 256, 256², … leaves; it is written once and never changes. Leaf hashes are made
from the leaves. What is not written yet is computed, so that a proof is right before the next seal too.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, String, Table, bindparam, select

from deliberation.log.store import events, tables
from deliberation.log.tlog import Range, consistency_ranges, inclusion_ranges, leaf_hash, root_of

#: Hashes in a tile (C2SP tlog-tiles), and the height of the subtree above it.
WIDTH, HEIGHT = 256, 8

subtrees = Table(
    "log_subtrees",
    tables,
    Column("community", String(40), primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Made once: a proof is some five short reads, and to put them into words would take longer than to read.
_FIRST, _STOP = bindparam("first", type_=BigInteger()), bindparam("stop", type_=BigInteger())
_LEAVES = (
    select(events.c.leaf)
    .where(events.c.community == bindparam("community"), events.c.position >= _FIRST, events.c.position < _STOP)
    .order_by(events.c.position)
)
_WRITTEN = (
    select(subtrees.c.hash)
    .where(subtrees.c.community == bindparam("community"), subtrees.c.level == bindparam("level"))
    .where(subtrees.c.number >= _FIRST, subtrees.c.number < _STOP)
    .order_by(subtrees.c.number)
)


class Hashes:
    """The hashes of one community's tree, read as they are asked for; one of these serves one answer."""

    def __init__(self, connection: Connection, community: str) -> None:
        self._connection, self._community = connection, community
        self._read: dict[Range, list[bytes]] = {}

    def tile(self, level: int, number: int, width: int = WIDTH) -> list[bytes]:
        """Return the first ``width`` hashes of a tile: at level 0 of leaves, above of complete subtrees of 256**level leaves.

        Raises ValueError if the log is too short for it.
        """
        known = self._read.get((level, number), [])
        if len(known) < width:
            known = self._read[level, number] = self._tile(level, number, width)
        if len(known) < width:
            raise ValueError(f"tile {level}/{number} has no {width} hashes yet")
        return known[:width]

    def root(self, start: int, stop: int) -> bytes:
        """Return the root over leaves ``start`` to before ``stop``, where the tree has a node for that range."""
        peaks = []
        while start < stop:
            # The largest complete subtree that begins here and ends in time.
            height = (stop - start).bit_length() - 1
            if start:
                height = min(height, (start & -start).bit_length() - 1)
            peaks.append(self._subtree(start, height))
            start += 1 << height
        root = peaks.pop()
        for peak in reversed(peaks):
            root = root_of([peak, root])
        return root

    def prove_inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the audit path of a leaf in the tree of the first ``size`` leaves. Raises ValueError."""
        return [self.root(*one) for one in inclusion_ranges(index, size)]

    def prove_consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the tree of ``new`` leaves begins with that of ``old``. Raises ValueError."""
        return [self.root(*one) for one in consistency_ranges(old, new)]

    def _subtree(self, start: int, height: int) -> bytes:
        level, up = divmod(height, HEIGHT)
        first, count = start >> HEIGHT * level, 1 << up
        number, at = divmod(first, WIDTH)
        return root_of(self.tile(level, number, at + count)[at:])

    def _tile(self, level: int, number: int, width: int) -> list[bytes]:
        first = number * WIDTH
        if level == 0:
            return [leaf_hash(leaf) for leaf in leaves(self._connection, self._community, first, first + WIDTH)]
        found = _written(self._connection, self._community, level, first, first + WIDTH)
        while len(found) < width:
            found.append(root_of(self.tile(level - 1, first + len(found))))
        return found


def keep(connection: Connection, community: str, size: int, most: int | None = None) -> bool:
    """Write the subtrees that the first ``size`` leaves complete and that are not written yet, at most so many of a level if
    given. Return whether more are left."""
    level, count = 1, size // WIDTH
    while count:
        known = _last(connection, community, level) + 1
        stop = count if most is None else min(count, known + most)
        for first in range(known, stop, WIDTH):
            hashes, last = Hashes(connection, community), min(first + WIDTH, stop)
            rows = [
                {"community": community, "level": level, "number": n, "hash": root_of(hashes.tile(level - 1, n))}
                for n in range(first, last)
            ]
            connection.execute(subtrees.insert(), rows)
        if stop < count:
            return True
        level, count = level + 1, count // WIDTH
    return False


def leaves(connection: Connection, community: str, start: int, stop: int) -> list[bytes]:
    """Return the stored bytes of entries ``start`` to before ``stop``."""
    return [bytes(leaf) for (leaf,) in connection.execute(_LEAVES, {"community": community, "first": start, "stop": stop})]


def _written(connection: Connection, community: str, level: int, first: int, stop: int) -> list[bytes]:
    mine = {"community": community, "level": level, "first": first, "stop": stop}
    return [bytes(hash) for (hash,) in connection.execute(_WRITTEN, mine)]


def _last(connection: Connection, community: str, level: int) -> int:
    c = subtrees.c
    mine = (c.community == community) & (c.level == level)
    number = connection.execute(select(c.number).where(mine).order_by(c.number.desc()).limit(1)).scalar()
    return -1 if number is None else int(number)



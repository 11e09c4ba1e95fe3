"""The tree's inner hashes, kept where they save work: proofs and tiles of a log of any length from a few short reads.

A row holds the root of one complete subtree of 256, 256², … leaves; it is written once and never changes. Leaf hashes are made
from the leaves. What is not written yet is computed, so that a proof is right before the next seal too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, String, Table, bindparam, select

from deliberation.log.driver import Driver, Prepared
from deliberation.log.store import events, few_between, tables
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


def _two(column: Column[Any], order: Column[Any], *where: Any) -> Prepared:
    """Rows of two stretches at once: a proof has two edges, that of its entry and that of the tree."""
    near, far = (
        select(order, column).where(order.table.c.community == bindparam("mine"), *where)
        .where(order >= bindparam(f"first_{name}", type_=BigInteger()), order < bindparam(f"stop_{name}", type_=BigInteger()))
        for name in ("near", "far")
    )  # fmt: skip
    return Prepared(near.union_all(far))


_LEAVES = _two(events.c.leaf, events.c.position)
_WRITTEN = _two(subtrees.c.hash, subtrees.c.number, subtrees.c.level == bindparam("level"))


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
        peaks = [root_of(self.tile(level, number, stop)[first:]) for level, number, first, stop in _peaks(start, stop)]
        root = peaks.pop()
        for peak in reversed(peaks):
            root = root_of([peak, root])
        return root

    def prove_inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the audit path of a leaf in the tree of the first ``size`` leaves. Raises ValueError."""
        return self._roots(inclusion_ranges(index, size))

    def prove_consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the tree of ``new`` leaves begins with that of ``old``. Raises ValueError."""
        return self._roots(consistency_ranges(old, new))

    def _roots(self, ranges: Sequence[Range]) -> list[bytes]:
        wanted: dict[int, dict[int, int]] = defaultdict(dict)
        for level, number, _, stop in (peak for one in ranges for peak in _peaks(*one)):
            wanted[level][number] = max(stop, wanted[level].get(number, 0))
        for level, tiles in wanted.items():
            if len(tiles) == 2:
                self._read_two(level, tiles)
        return [self.root(*one) for one in ranges]

    def _read_two(self, level: int, tiles: dict[int, int]) -> None:
        """Two tiles of a level, each with how many hashes are needed of it, by one question; what is not written is left out."""
        (near, near_width), (far, far_width) = sorted(tiles.items())
        edges = {"first_near": near * WIDTH, "stop_near": near * WIDTH + near_width}
        edges |= {"first_far": far * WIDTH, "stop_far": far * WIDTH + far_width}
        rows = self._asked(level, edges)
        for number, width in tiles.items():
            first = number * WIDTH
            found = [bytes(row[1]) for row in rows if first <= row[0] < first + width]
            if len(found) == width:
                self._read[level, number] = found if level else list(map(leaf_hash, found))

    def _asked(self, level: int, edges: dict[str, int]) -> list[Any]:
        driver = Driver(self._connection)
        if level:
            return sorted(driver.ask(_WRITTEN, mine=self._community, level=level, **edges))
        return sorted(driver.ask(_LEAVES, mine=self._community, **edges))

    def _tile(self, level: int, number: int, width: int) -> list[bytes]:
        first = number * WIDTH
        if level == 0:
            return [leaf_hash(leaf) for leaf in leaves(self._connection, self._community, first, first + WIDTH)]
        found = _written(self._connection, self._community, level, first, first + WIDTH)
        while len(found) < width:
            found.append(root_of(self.tile(level - 1, first + len(found))))
        return found


def _peaks(start: int, stop: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the largest complete subtrees that make up a range: level and number of the tile, and where in it they stand."""
    while start < stop:
        height = (stop - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        level, up = divmod(height, HEIGHT)
        number, first = divmod(start >> HEIGHT * level, WIDTH)
        yield level, number, first, first + (1 << up)
        start += 1 << height


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
    return [bytes(row.leaf) for row in few_between(connection, community, start, stop)]


def _written(connection: Connection, community: str, level: int, first: int, stop: int) -> list[bytes]:
    c = subtrees.c
    mine = (c.community == community) & (c.level == level) & (c.number >= first) & (c.number < stop)
    return [bytes(hash) for hash in connection.execute(select(c.hash).where(mine).order_by(c.number)).scalars().all()]


def _last(connection: Connection, community: str, level: int) -> int:
    c = subtrees.c
    mine = (c.community == community) & (c.level == level)
    number = connection.execute(select(c.number).where(mine).order_by(c.number.desc()).limit(1)).scalar()
    return -1 if number is None else int(number)



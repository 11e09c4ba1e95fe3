"""The tree: its share of an append, proofs and checkpoints of a long log, and a log that leaves and comes back."""

import itertools
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import select

from deliberation.audit import bundle
from deliberation.audit.checkpoints import Checkpoints
from deliberation.audit.logkeys import LogKeys
from deliberation.audit.restoring import restore
from deliberation.council import Council
from deliberation.discussion.model import Comment
from deliberation.log.hashes import Hashes, leaves
from deliberation.log.store import events, head_of
from deliberation.log.tlog import Frontier, check_inclusion, leaf_hash
from tests.bench import past, town, verifying
from tests.bench.report import Figure
from tests.bench.web import folder

#: Appends one after another; proofs of entries anywhere; entries since the last checkpoint.
APPENDS, PROOFS, SINCE = 300, 100, 100


def tree(count: int, postgres: str = "") -> Iterator[Figure]:
    """What the tree costs in a log of so many entries."""
    with folder() as place:
        url = postgres or f"sqlite:///{place / 'town.db'}"
        town.prepare(url, 300)
        motion = town.discuss(url, comments=10)
        size = past.lengthen(url, count)
        council = Council.open(url, town.SLUG)
        checkpoints = Checkpoints(council, LogKeys())
        name = "PostgreSQL" if postgres else "SQLite"
        yield Figure(f"{name}: first checkpoint over {size:,} events, s", _seconds(checkpoints.seal), None, "", None)
        yield _share(council, motion, name)
        checkpoints.seal()  # a receipt leads to the checkpoint that covers it
        yield from _proofs(council, name)
        _append(council, motion, SINCE)
        taken = 1000 * _seconds(checkpoints.seal)
        yield Figure(f"{name}: checkpoint over {SINCE} new of {size:,}, ms", taken, None, "<= 50", lambda ms: ms <= 50)
        council.close()


def bundles(count: int, postgres: str = "") -> Iterator[Figure]:
    """A log of so many entries comes from a bundle, checked, and goes into another."""
    with folder() as place:
        old, new = place / "old", place / "new"
        old.mkdir()
        size = verifying.write(old, itertools.islice(verifying.leaves(), count))
        council = Council.open(postgres or f"sqlite:///{place / 'town.db'}", town.SLUG)
        name = "PostgreSQL" if postgres else "SQLite"
        most = count / 2_500
        taken = _seconds(lambda: restore(council, old))
        yield Figure(f"{name}: import of {size:,} events, checked, s", taken, None, f"<= {most:g}", lambda s: s <= most)
        least = count / 10_000
        taken = _seconds(lambda: bundle.export(Checkpoints(council, LogKeys()), new))
        yield Figure(f"{name}: export of {size:,} events, s", taken, None, f"<= {least:g}", lambda s: s <= least)
        assert _files(new) > _files(old)
        council.close()


def _files(place: Path) -> int:
    return sum(path.is_file() for path in place.rglob("*"))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _append(council: Council, motion: str, count: int) -> list[float]:
    """Append so many comments, each by itself and safe on the disk; return the seconds that each took."""
    matter = _matter(council, motion)
    comments: list[Comment] = [town.comment(motion, matter, number) for number in range(count)]
    return [_seconds(lambda one=one: council.save(one)) for one in comments]  # type: ignore[misc]


def _matter(council: Council, motion: str) -> str:
    with council.database.snapshot() as connection:
        found = connection.execute(select(events.c.matter).where(events.c.stream == motion)).scalars().first()
    assert found is not None
    return found


def _share(council: Council, motion: str, name: str) -> Figure:
    """Hash of the leaf and its place in the tree, of the very leaves that were appended, against the appends."""
    before = council.head().size
    append = statistics.median(_append(council, motion, APPENDS))
    with council.database.snapshot() as connection:
        head, some = head_of(connection, council.community), leaves(connection, council.community, before, before + APPENDS)
    assert head is not None
    frontier = Frontier.from_bytes(head.size, head.frontier.to_bytes())
    took = _seconds(lambda: [frontier.push(leaf_hash(leaf)) for leaf in some]) / len(some)
    return Figure(f"{name}: leaf hash and tree, share of a durable append, %", 100 * took / append, None, "<= 1", lambda part: part <= 1)


def _proofs(council: Council, name: str) -> Iterator[Figure]:
    head, chance = council.head(), random.Random(7)
    taken = []
    for index in [0, head.size - 1, *(chance.randrange(head.size) for _ in range(PROOFS))]:
        begun = time.perf_counter()
        with council.database.snapshot() as connection:
            path = Hashes(connection, council.community).prove_inclusion(index, head.size)
        taken.append(1000 * (time.perf_counter() - begun))
        with council.database.snapshot() as connection:
            (leaf,) = leaves(connection, council.community, index, index + 1)
        assert check_inclusion(leaf_hash(leaf), index, head.size, path, head.root)
    label = f"{name}: proof that one of {head.size:,} is in the tree, ms"
    yield Figure(f"{label}: median", statistics.median(taken), None, "<= 5", lambda ms: ms <= 5)
    yield Figure(f"{label}: longest of {len(taken)}", max(taken), None, "", None)

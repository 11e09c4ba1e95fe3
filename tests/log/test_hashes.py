"""Inner hashes of a stored log: the same proofs and tiles as from all leaves at once, before and after they are written."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select

from deliberation.council import Council
from deliberation.log import database, hashes
from deliberation.log.hashes import Hashes, subtrees
from deliberation.log.store import events
from deliberation.log.tlog import leaf_hash, prove_consistency, prove_inclusion, root_of

SIZE = 1_300
LEAVES = [f'{{"n":{n}}}'.encode() for n in range(SIZE)]
LEAF_HASHES = [leaf_hash(leaf) for leaf in LEAVES]


@pytest.fixture
def long(board: Council) -> Iterator[Connection]:
    """A log of thirteen hundred leaves, put into the table as they are."""
    rows = [
        {"community": "long", "position": n, "stream": f"{n:036d}", "version": 1, "type": "x", "span": 1, "time": n, "leaf": leaf}
        for n, leaf in enumerate(LEAVES)
    ]
    with database.writer(board.database.engine).connect() as connection, connection.begin() as transaction:
        connection.execute(events.insert(), rows)
        yield connection
        transaction.rollback()


@pytest.mark.parametrize("written", [False, True])
def test_proofs_are_those_of_the_whole_tree(long: Connection, written: bool) -> None:
    if written:
        hashes.keep(long, "long", SIZE)
    for size in (1, 2, 255, 256, 257, 700, 1_024, SIZE):
        for position in {0, size // 3, size - 1}:
            assert Hashes(long, "long").prove_inclusion(position, size) == prove_inclusion(LEAF_HASHES[:size], position)
    for old, new in ((1, 2), (256, 257), (255, 1_024), (700, SIZE), (1_024, SIZE)):
        assert Hashes(long, "long").prove_consistency(old, new) == prove_consistency(LEAF_HASHES[:new], old)


def test_subtrees_are_written_once_as_the_log_grows(long: Connection) -> None:
    for size in (255, 256, 256, 900, SIZE, SIZE):
        hashes.keep(long, "long", size)
        written = long.execute(select(subtrees.c.number).where(subtrees.c.community == "long")).scalars().all()
        assert sorted(written) == list(range(size // 256))
    roots = long.execute(subtrees.select().where(subtrees.c.community == "long").order_by(subtrees.c.number))
    assert [bytes(row.hash) for row in roots] == [root_of(LEAF_HASHES[n * 256 : n * 256 + 256]) for n in range(5)]


def test_tiles_are_hashes_of_their_level(long: Connection) -> None:
    hashes.keep(long, "long", SIZE)
    assert Hashes(long, "long").tile(0, 1) == LEAF_HASHES[256:512]
    assert Hashes(long, "long").tile(0, 5, 20) == LEAF_HASHES[1_280:1_300]
    assert Hashes(long, "long").tile(1, 0, 5) == [root_of(LEAF_HASHES[n * 256 : n * 256 + 256]) for n in range(5)]


def test_a_tile_that_the_log_does_not_reach_is_refused(long: Connection) -> None:
    with pytest.raises(ValueError, match="no 21 hashes"):
        Hashes(long, "long").tile(0, 5, 21)

"""Many write at the same time, in threads and processes: nothing acknowledged is lost, skipped, reordered."""

import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deliberation import council
from deliberation.council import Council
from deliberation.environment import ROOT
from deliberation.errors import ChangedMeanwhile
from deliberation.log.store import rows_between
from deliberation.log.tlog import leaf_hash, root_of
from deliberation.log.turns import PATIENCE
from deliberation.log.writer import Receipt
from tests import postgres
from tests.given import replays
from tests.log import pinboard, workers
from tests.log.pinboard import Note


def holds(council: Council, acknowledged: Iterable[tuple[int, bytes]]) -> int:
    """The log has no gaps, the root of its leaves, and all that was acknowledged; return its length."""
    with council.database.engine.connect() as connection:
        rows = list(rows_between(connection, council.community))
    hashes = [leaf_hash(leaf) for _, _, leaf in rows]
    assert [position for position, _, _ in rows] == list(range(len(rows)))
    head = council.head()
    assert (head.size, head.root) == (len(rows), root_of(hashes))
    told = dict(acknowledged)
    assert {position: hashes[position] for position in told} == told
    return len(rows)


def test_thirty_two_threads_lose_nothing(board: Council) -> None:
    def pin(number: int) -> Receipt:
        return board.save(Note.pin(str(number)), command=str(number))

    with ThreadPoolExecutor(32) as pool:
        receipts = list(pool.map(pin, range(640)))
    told = [(receipt.positions[0], receipt.leaves[0]) for receipt in receipts]
    assert holds(board, told) == 641
    assert len({position for position, _ in told}) == 640
    assert pinboard.counted(board) == 640
    replays(board)


def test_each_thread_finds_its_own_notes_in_the_order_in_which_it_pinned_them(board: Council) -> None:
    def pin(thread: int) -> list[int]:
        return [board.save(Note.pin(f"{thread}/{count}")).positions[0] for count in range(20)]

    with ThreadPoolExecutor(16) as pool:
        positions = list(pool.map(pin, range(16)))
    assert all(mine == sorted(mine) for mine in positions)
    hanging = pinboard.texts(board)
    for thread, mine in enumerate(positions):
        assert [hanging[position - 1] for position in mine] == [f"{thread}/{count}" for count in range(20)]


@pytest.mark.slow
def test_eight_processes_lose_nothing_and_a_reader_that_follows_skips_nothing(
    database_url: str, board: Council
) -> None:
    with workers.working(8, workers.write, database_url, 40, 2) as processes:
        seen: list[int] = []
        deadline = time.monotonic() + 60
        while len(seen) < 321 and time.monotonic() < deadline:
            page = board.log.select_notifications(len(seen) + 1, limit=50)
            seen += [int(notification.id) - 1 for notification in page]
        told = [told for process in processes for told in process.tells()]
    assert seen == list(range(321))
    assert len(told) == 320
    assert holds(board, told) == 321
    replays(board)


@pytest.mark.slow
def test_what_was_acknowledged_outlives_a_process_that_is_killed(database_url: str, board: Council) -> None:
    chance, told = random.Random(8), []
    for attempt in "abcd":
        with workers.working(1, workers.write, database_url, 10_000, 4, attempt) as (process,):
            patience = chance.randrange(5, 80)
            for telling in process.tells():
                told.append(telling)
                patience -= 1
                if not patience:
                    process.process.kill()
        assert patience <= 0
    size = holds(board, told)
    assert len(told) < size <= len(told) + 1 + 4 * 4, (
        "only what each thread had in hand may be there unacknowledged"
    )
    replays(board)


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.skipif(
    "DELIBERATION_TEST_POSTGRES" in os.environ, reason="only a server of our own may be crashed"
)
def test_what_was_acknowledged_outlives_a_server_that_crashes() -> None:
    from tests import postgres

    url = postgres.fresh_url(durable=True)
    board = pinboard.open_board(url)
    try:
        with workers.working(1, workers.write, url, 10_000, 8) as (process,):
            told = []
            for telling in process.tells():
                told.append(telling)
                if len(told) == 100:
                    postgres.server(durable=True).crash()
                    process.process.kill()
        postgres.server(durable=True).start()
        assert holds(board, told) > len(told)
        replays(board)
    finally:
        board.close()
        postgres.drop(url)


@pytest.mark.slow
def test_of_two_processes_that_change_the_same_note_one_is_told(database_url: str, board: Council) -> None:
    note = Note.pin("0")
    board.save(note)
    with workers.working(2, workers.contend, database_url, note.id, 60) as processes:
        told = [list(process.tells()) for process in processes]
    assert all(len(mine) == 60 for mine in told)
    answers = [answer for mine in told for answer in mine]
    positions = [answer for answer in answers if isinstance(answer, int)]
    assert {answer for answer in answers if isinstance(answer, str)} <= {"ChangedMeanwhile"}
    assert len(positions) == board.head().size - 2
    assert board.get(Note, note.id).version == 1 + len(positions)
    replays(board)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def nowhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A file that does not exist yet; a database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    url = postgres.fresh_url()
    yield url
    postgres.drop(url)


@pytest.mark.slow
def test_a_new_database_may_be_opened_by_many_at_once_and_is_founded_once(nowhere: str) -> None:
    with workers.working(6, workers.found, nowhere) as processes:
        told = [answer for process in processes for answer in process.tells()]
    assert len(told) == 6
    board = pinboard.open_board(nowhere)
    assert holds(board, []) == 1
    board.close()


def test_two_doors_that_change_the_same_note_do_not_overwrite_each_other(
    database_url: str, board: Council
) -> None:
    other = Council.open(database_url, board.community)
    note = Note.pin("before")
    board.save(note)
    mine, theirs = board.get(Note, note.id), other.get(Note, note.id)
    theirs.alter("theirs")
    other.save(theirs)
    mine.alter("mine")
    with pytest.raises(ChangedMeanwhile):
        board.save(mine)
    with board.change(Note, note.id) as again:
        assert again.text == "theirs"
        again.alter("mine, seen theirs")
    assert pinboard.texts(board) == ["mine, seen theirs"]
    other.close()


def test_a_thread_may_change_two_things_at_once_whatever_their_ids(
    board: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deliberation.council._LOCKS", council._LOCKS[:1])
    monkeypatch.setattr("deliberation.council.TURN", 0.2)
    one, other = Note.pin("one"), Note.pin("other")
    board.save(one, other)
    with board.change(Note, one.id) as first, board.change(Note, other.id) as second:
        first.alter("1")
        second.alter("2")
    assert pinboard.texts(board) == ["1", "2"]


def test_two_threads_that_wait_for_each_other_are_not_stuck(
    board: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deliberation.council.TURN", 0.2)
    note, both = Note.pin("before"), threading.Barrier(2)
    board.save(note)

    def hold(_: int) -> str:
        both.wait()
        try:
            with board.change(Note, note.id) as mine:
                time.sleep(0.5)
                mine.alter("after")
        except ChangedMeanwhile:
            return "told"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(hold, range(2))) == ["done", "told"]


def test_a_reading_that_is_renewed_sees_what_was_recorded_meanwhile(board: Council) -> None:
    board.save(Note.pin("one"))
    with board.reading() as r:
        before = r.size
        board.save(Note.pin("two"))
        assert (r.size, pinboard.texts(board)) == (before, ["one", "two"])
        r.renew()
        assert (r.size, r.head.size) == (before + 1, before + 1)


def test_who_waits_for_another_process_lets_others_compute(sqlite_url: str) -> None:
    """SQLite has one writer at a time, whom others look for; PostgreSQL's lock is waited for in the database."""
    board = pinboard.open_board(sqlite_url)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    turns = board.database.turns
    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(board.save, Note.pin("waits"))
        time.sleep(0.2)
        begun = time.monotonic()
        with turns.taken():
            assert time.monotonic() - begun < PATIENCE
        assert not saving.done()
        other.execute("COMMIT")
        assert len(saving.result(10).positions) == 1
    other.close()
    board.close()


def test_at_rest_nothing_of_the_database_is_open_and_it_opens_again(database_url: str, board: Council) -> None:
    """A fork takes along what SQLite knows of its locks, but not the locks."""
    board.save(Note.pin("one"))
    board.database.rest()
    assert board.database.engine.pool.checkedin() == 0  # type: ignore[attr-defined]
    if database_url.startswith("sqlite") and Path("/proc/self/fd").exists():
        path = database_url.removeprefix("sqlite:///")
        assert [link for link in map(_target, Path("/proc/self/fd").iterdir()) if link.startswith(path)] == []
    board.save(Note.pin("two"))
    assert pinboard.texts(board) == ["one", "two"]


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except OSError:  # the one by which the others are listed
        return ""


FORK = """
import os, sys
from tests.log import pinboard
from tests.log.pinboard import Note
with pinboard.hung():
    board = pinboard.open_board(sys.argv[1])
    board.save(Note.pin("before"))
    with board.reading() as r:
        child = os.fork()
    for count in range(30):
        board.save(Note.pin("parent" if child else "child"))
        assert len(pinboard.texts(board)) > count
    if not child:
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    texts = pinboard.texts(board)
    assert (texts[0], texts.count("parent"), texts.count("child"), len(texts)) == ("before", 30, 30, 61)
    board.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_writes_through_connections_of_its_own(database_url: str) -> None:
    # Without warnings: newer Pythons advise against the very thing that is tried here.
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK, database_url], cwd=ROOT, check=True, timeout=60
    )

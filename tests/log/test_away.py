"""When the database goes away, a command is answered with what became of it, never with a guess."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, text

from deliberation.council import Council
from deliberation.errors import AlreadyDone, NotStored, Unsure
from deliberation.log import database, filelock, views
from deliberation.log.append import at_once
from deliberation.log.appender import Appender
from deliberation.log.store import head_of
from deliberation.log.views import Tx
from deliberation.log.writer import Receipt
from deliberation.register import vault
from tests.given import refuses, replays
from tests.log import pinboard
from tests.log.pinboard import Note

Break = Callable[[Callable[[Any], None]], None]


@pytest.fixture
def next_commit(board: Council, monkeypatch: pytest.MonkeyPatch) -> Break:
    """Let something else happen at the next commit; all later ones are as usual."""
    dialect = board.database.engine.dialect
    commit = dialect.do_commit

    def set_up(instead: Callable[[Any], None]) -> None:
        def once(connection: Any) -> None:
            monkeypatch.setattr(dialect, "do_commit", commit)
            instead(connection)

        monkeypatch.setattr(dialect, "do_commit", once)

    return set_up


def lost(connection: Any) -> None:
    """Raise what the driver raises when the line is cut."""
    module = sqlite3 if isinstance(connection.driver_connection, sqlite3.Connection) else psycopg
    raise module.OperationalError("the line was cut")


def test_a_commit_whose_answer_was_lost_is_answered_with_the_receipt(
    board: Council, next_commit: Break
) -> None:
    def commit_then_lose(connection: Any) -> None:
        connection.commit()
        lost(connection)

    next_commit(commit_then_lose)
    receipt = board.save(Note.pin("1"), Note.pin("2"), command="key")
    assert (receipt.positions, receipt.again) == ((1, 2), False)
    assert board.receipt("key") == receipt._replace(again=True)
    assert board.save(Note.pin("3")).positions == (3,)
    replays(board)


def test_a_commit_that_did_not_arrive_is_not_stored_and_may_be_sent_again(
    board: Council, next_commit: Break
) -> None:
    next_commit(lost)
    with refuses(NotStored):
        board.save(Note.pin("1"), command="key")
    assert board.head().size == 1
    assert board.save(Note.pin("1"), command="key").positions == (1,)
    replays(board)


def test_a_double_click_whose_first_one_arrived_is_done_already(board: Council, next_commit: Break) -> None:
    appender = Appender(database.writer(board.database.engine), vault.shelve)
    first, second = (pinboard.command(Note.pin(which), key="key") for which in ("1", "2"))
    next_commit(lambda connection: (connection.commit(), lost(connection))[0])
    receipt, done = appender(board.community, [first, second])
    assert isinstance(receipt, Receipt)
    assert isinstance(done, AlreadyDone)
    assert done.receipt.positions == receipt.positions == (1,)
    appender.close()


def test_whoever_cannot_be_told_for_sure_is_told_that(
    board: Council, next_commit: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deliberation.log.appender.PATIENCE", 0)
    next_commit(lost)
    with refuses(Unsure):
        board.save(Note.pin("1"))


def test_a_commit_that_is_still_under_way_is_waited_for(board: Council) -> None:
    """The line may be cut while the server still commits: looking too early would say "not stored"."""
    appender, command = (
        Appender(database.writer(board.database.engine), vault.shelve),
        pinboard.command(Note.pin("1")),
    )
    with ThreadPoolExecutor(1) as pool, database.writer(board.database.engine).connect() as connection:
        connection.begin()
        head = head_of(connection, board.community, lock=True)
        (expected,) = at_once(connection, board.community, head, [command], vault.shelve)
        answers: Future[Any] = pool.submit(appender._settle, board.community, [command])
        with pytest.raises(TimeoutError):
            answers.result(timeout=0.3)
        connection.commit()
        assert answers.result() == [expected]


# PostgreSQL


@pytest.fixture
def postgres_board(postgres_url: str) -> Iterator[Council]:
    council = pinboard.open_board(postgres_url)
    yield council
    council.close()


def end(board: Council, backend: int) -> None:
    """End a connection from the server's side, and wait until it is gone."""
    with board.database.engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})


def backend_of(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


@pytest.mark.postgres
def test_a_connection_that_died_while_nobody_wrote_is_replaced_unnoticed(postgres_board: Council) -> None:
    board = postgres_board
    connection = board.database._appender._connection
    assert connection is not None
    backend = backend_of(connection)
    connection.rollback()
    end(board, backend)
    assert board.save(Note.pin("1")).positions == (1,)
    assert pinboard.texts(board) == ["1"]


@pytest.mark.postgres
def test_a_connection_that_dies_before_the_commit_is_replaced_and_all_is_recorded_once(
    postgres_board: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, ended = postgres_board, []

    def end_it(e: Any, tx: Tx) -> None:
        if not ended:
            ended.append(backend_of(tx.connection))
            end(board, ended[0])

    monkeypatch.setitem(views.GUARDS, Note.Pinned.TYPE, [end_it])
    assert board.save(Note.pin("1"), command="key").positions == (1,)
    assert ended
    assert pinboard.texts(board) == ["1"]
    replays(board)


@pytest.mark.postgres
def test_a_connection_that_dies_in_the_commit_leaves_nothing(
    postgres_board: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, dialect = postgres_board, postgres_board.database.engine.dialect
    commit = dialect.do_commit

    def die(connection: Any) -> None:
        monkeypatch.setattr(dialect, "do_commit", commit)
        end(board, connection.driver_connection.info.backend_pid)
        commit(connection)

    monkeypatch.setattr(dialect, "do_commit", die)
    with refuses(NotStored):
        board.save(Note.pin("1"))
    assert board.save(Note.pin("2")).positions == (1,)


@pytest.mark.postgres
@pytest.mark.slow
def test_while_the_server_is_away_nothing_is_stored_and_afterwards_all_goes_on() -> None:
    from tests import postgres

    url = postgres.fresh_url(durable=True)
    board = pinboard.open_board(url)
    try:
        postgres.server(durable=True).crash()
        with refuses(NotStored):
            board.save(Note.pin("1"))
        postgres.server(durable=True).start()
        assert board.save(Note.pin("2")).positions == (1,)
    finally:
        board.close()
        postgres.drop(url)


# patience


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_whoever_waits_too_long_for_the_lock_is_told_and_may_come_again(
    kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filelock, "PATIENCE", 0.1)
    monkeypatch.setattr(database, "_SETTINGS", ("lock_timeout='100ms'",))
    board = pinboard.open_board(request.getfixturevalue(f"{kind}_url"))
    with database.writer(board.database.engine).connect() as another:
        another.begin()
        head_of(another, board.community, lock=True)
        with refuses(NotStored):
            board.save(Note.pin("1"))
    assert board.save(Note.pin("2")).positions == (1,)
    board.close()


def test_everybody_in_the_line_is_answered(board: Council, next_commit: Break) -> None:
    """Sixteen at once, and the line is cut at one commit: each is recorded or told, and the log agrees."""
    next_commit(lost)
    start = threading.Barrier(16)

    def pin(number: int) -> int | None:
        start.wait()
        try:
            return board.save(Note.pin(str(number))).positions[0]
        except NotStored:
            return None

    with ThreadPoolExecutor(16) as pool:
        positions = list(pool.map(pin, range(16)))
    recorded = {position: str(n) for n, position in enumerate(positions) if position is not None}
    assert None in positions
    assert pinboard.texts(board) == [recorded[position] for position in sorted(recorded)]

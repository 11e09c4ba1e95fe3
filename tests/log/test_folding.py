"""Views are what the log makes of them: rebuilt, folded to an earlier moment, remade by another release."""

import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    select,
    text,
)

from deliberation.council import Council
from deliberation.errors import NotFound
from deliberation.log import fold, schema, views
from deliberation.log.aggregate import new_id
from deliberation.log.leaf import UnknownEvent
from deliberation.log.store import events, size_at, time_at
from deliberation.log.views import Change, insert
from deliberation.register import vault
from deliberation.register.model import Community
from deliberation.register.private import Words
from tests.given import refuses, replays
from tests.log import pinboard
from tests.log.pinboard import BY, FOUNDED, Note


def moment(hours: int) -> datetime:
    return FOUNDED + timedelta(hours=hours)


def seconds(hours: int) -> int:
    return int(moment(hours).timestamp())


def past_texts(board: Council, **when: Any) -> list[str]:
    with board.as_of(**when) as r:
        assert r.past
        query = (
            select(pinboard.notes.c.text).where(r.mine(pinboard.notes)).order_by(pinboard.notes.c.position)
        )
        return [row.text for row in r.all(query)]


@contextmanager
def pinned_meanwhile(board: Council) -> Iterator[None]:
    stop = threading.Event()

    def pin() -> None:
        while not stop.is_set():
            board.save(Note.pin("meanwhile"))

    threads = [threading.Thread(target=pin) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


# rebuild


def test_a_rebuild_gives_the_same_views_and_keeps_the_vault(
    board: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fold, "BATCH", 7)
    words = Words(secrets.token_bytes(32), "为什么", new_id())
    board.save(*(Note.pin(str(n)) for n in range(30)), Note.pin("with words", words=words))
    told: list[int] = []
    live = board.digest()
    assert board.rebuild(told.append) == 32
    assert told[-1] == 32
    assert told == sorted(told)
    assert len(told) > 3
    assert board.digest() == live
    with board.reading() as r:
        assert vault.texts(r, [words.commitment]) == {words.commitment: "为什么"}


def test_a_digest_sees_every_row_and_every_value(board: Council) -> None:
    board.save(Note.pin("1"), Note.pin("2"))
    whole, table = board.digest(), pinboard.notes.name
    for damage in (
        f"UPDATE {table} SET text = 'x' WHERE text = '1'",
        f"UPDATE {table} SET text = NULL WHERE text = '1'",
        f"UPDATE {table} SET id = 'x' WHERE text = '1'",
        f"DELETE FROM {table} WHERE text = '1'",
        f"INSERT INTO {table} SELECT community, 'x', text, versions, position FROM {table} WHERE text = '1'",
        f"DELETE FROM {table}",
    ):
        with board.database.engine.begin() as connection:
            connection.exec_driver_sql(damage)
        assert board.digest() != whole
        board.rebuild()
        assert board.digest() == whole


@pytest.mark.postgres
def test_views_that_are_right_are_not_written_again(postgres_url: str) -> None:
    """Given a board with one note that somebody changed, when PostgreSQL rebuilds it, then only that note's row is a new one."""
    board = pinboard.open_board(postgres_url)
    try:
        board.save(*(Note.pin(str(n)) for n in range(30)))
        before = _rows_lie(board)
        with board.database.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE {pinboard.notes.name} SET text = 'x' WHERE text = '7'")
        board.rebuild()
        after = _rows_lie(board)
        assert {text for text in after if after[text] != before[text]} == {"7"}
        board.rebuild()
        assert _rows_lie(board) == after
    finally:
        board.close()


def test_a_view_without_events_is_emptied_and_another_communitys_rows_stay(board: Council) -> None:
    table = Table("comments", MetaData(), *(Column(name, Text) for name in ("community", "id", "stance")))
    whole = board.digest()
    with board.database.engine.begin() as connection:
        rows = [{"community": community, "id": "nobody made it", "stance": "x"} for community in (board.community, "other")]
        connection.execute(table.insert(), rows)
    board.rebuild()
    assert board.digest() == whole
    with board.database.engine.connect() as connection:
        assert connection.execute(select(table.c.community)).scalars().all() == ["other"]


@pytest.mark.parametrize("damage", ["DELETE FROM test_notes WHERE text = '7'", "UPDATE test_notes SET text = 'x' WHERE text = '7'"])
def test_an_index_that_lost_its_table_is_made_anew(sqlite_url: str, damage: str) -> None:
    """Given a view that was changed behind the back of its index, when it is rebuilt, then rows and index are right."""
    board = pinboard.open_board(sqlite_url)
    board.save(*(Note.pin(str(n)) for n in range(30)))
    whole, file = board.digest(), sqlite_url.removeprefix("sqlite:///")
    board.close()
    _behind_its_index(file, "test_notes_by_text", damage)
    board = pinboard.open_board(sqlite_url)
    board.rebuild()
    assert board.digest() == whole
    board.close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def _behind_its_index(file: str, index: str, damage: str) -> None:
    """Change a table while the schema does not know of its index."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        kept = connection.execute("SELECT * FROM sqlite_master WHERE name = ?", [index]).fetchone()
        connection.execute("DELETE FROM sqlite_master WHERE name = ?", [index])
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        assert connection.execute(damage).rowcount == 1
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", kept)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]


def test_views_that_are_right_change_nothing_in_the_file(sqlite_url: str) -> None:
    """Given a board on SQLite, when it is rebuilt, then whoever reads it finds it changed only if a note was."""
    board, reader = pinboard.open_board(sqlite_url), sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    try:
        board.save(*(Note.pin(str(n)) for n in range(30)))
        right = reader.execute("PRAGMA data_version").fetchone()
        board.rebuild()
        assert reader.execute("PRAGMA data_version").fetchone() == right
        with board.database.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE {pinboard.notes.name} SET text = 'x' WHERE text = '7'")
        wrong = reader.execute("PRAGMA data_version").fetchone()
        board.rebuild()
        assert reader.execute("PRAGMA data_version").fetchone() not in (right, wrong)
    finally:
        reader.close()
        board.close()


def _rows_lie(board: Council) -> dict[str, str]:
    with board.database.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT text, ctid::text FROM {pinboard.notes.name}").fetchall()
    return {row[0]: row[1] for row in rows}


def test_views_and_log_are_compared_at_one_moment(board: Council) -> None:
    """Given notes that are pinned all the time, when views and log are compared, then nobody is accused of what came between."""
    board.save(Note.pin("1"))
    with pinned_meanwhile(board):
        compared = [board.compared() for _ in range(5)]
    assert all(each.views == each.log for each in compared)
    assert compared[-1].size > compared[0].size
    with board.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {pinboard.notes.name} SET text = 'x' WHERE text = '1'")
    told: list[tuple[int, int]] = []
    size, shown, log = board.compared(lambda done, whole: told.append((done, whole)))
    assert (shown, told[-1]) == (board.digest(), (size, size))
    assert log != shown
    board.rebuild()
    assert board.digest() == log


def test_a_rebuild_that_breaks_leaves_the_views_as_they_were(
    board: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    board.save(Note.pin("1"), Note.pin("2"))
    live = board.digest()

    def broken(e: Note.Pinned, position: int) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as then:
        then.setitem(views.HANDLERS, Note.Pinned.TYPE, [broken])
        with pytest.raises(ZeroDivisionError):
            board.rebuild()
    assert board.digest() == live
    with board.database.engine.begin() as connection:
        connection.execute(pinboard.notes.delete())
    board.rebuild()
    assert board.digest() == live


def test_notes_may_be_pinned_while_the_views_are_rebuilt(board: Council) -> None:
    with pinned_meanwhile(board):
        for _ in range(5):
            board.rebuild()
    assert pinboard.counted(board) == len(pinboard.texts(board)) == board.head().size - 1
    replays(board)


def test_a_page_sees_one_moment_whatever_is_recorded_meanwhile(board: Council) -> None:
    board.save(Note.pin("1"))
    query = select(pinboard.notes.c.text)
    with board.reading() as r:
        before = r.all(query)
        board.save(Note.pin("2"))
        assert r.all(query) == before
        assert (r.size, r.past) == (2, False)
    with board.reading() as r:
        assert len(r.all(query)) == 2


# as of


def test_as_of_a_position_shows_what_was_there(board: Council) -> None:
    note = Note.pin("first")
    board.save(note)
    with board.change(Note, note.id) as changed:
        changed.alter("altered")
    assert past_texts(board, position=1) == []
    assert past_texts(board, position=2) == ["first"]
    assert past_texts(board, position=3) == ["altered"]
    for position in (4, -1):
        with refuses(NotFound):
            past_texts(board, position=position)
    with refuses(NotFound):
        past_texts(board)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hours=st.lists(st.integers(0, 9), min_size=1, max_size=12))
def test_as_of_a_time_is_the_longest_prefix_whose_latest_event_is_not_later(
    hours: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Clocks step back; the log's time does not."""
    board = pinboard.open_board(f"sqlite:///{tmp_path_factory.mktemp('log') / 'board.db'}")
    board.save(*(Note.pin(str(n), by=BY.later(moment(hour))) for n, hour in enumerate(hours)))
    times = [max([0, *hours[:n]]) for n in range(len(hours) + 1)]
    with board.database.engine.connect() as connection:
        for hour in range(-1, 11):
            expected = sum(time <= hour for time in times)
            for time in (seconds(hour), seconds(hour + 1) - 1):
                assert size_at(connection, board.community, time) == expected
            now = time_at(connection, board.community, expected)
            assert now == (seconds(times[expected - 1]) if expected else 0)
    assert board.head().time == seconds(times[-1])
    board.close()


def test_an_event_whose_clock_steps_back_is_seen_behind_the_later_one(board: Council) -> None:
    for name, hour in (("at five", 5), ("at three", 3), ("at six", 6)):
        board.save(Note.pin(name, by=BY.later(moment(hour))))
    assert past_texts(board, time=seconds(3)) == []
    assert past_texts(board, time=seconds(4)) == []
    assert past_texts(board, time=seconds(5)) == ["at five", "at three"]
    assert past_texts(board, time=seconds(6)) == ["at five", "at three", "at six"]


def test_as_of_one_matter_folds_its_own_events_and_the_registers(board: Council) -> None:
    mine, other = Note.pin("mine"), Note.pin("other")
    board.save(mine)
    board.save(other)
    assert past_texts(board, position=3, matter=mine.id) == ["mine"]
    with board.as_of(position=3, matter=mine.id) as r:
        assert r.row(pinboard.boards, "all").notes == 1


def test_closing_the_door_leaves_nothing_of_a_fold_behind(
    board: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folds"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    past_texts(board, position=1)
    with pytest.raises(ZeroDivisionError), board.as_of(position=1):
        raise ZeroDivisionError
    assert list(folder.iterdir()) != []
    board.close()
    assert list(folder.iterdir()) == []


# communities


def test_communities_in_one_database_stay_apart(database_url: str, board: Council) -> None:
    other = Council(board.database, "other")
    other.save(Community.found("other", "乙村", kind="village", street="丁街道", by=BY), command="key")
    id = new_id()
    board.save(Note.pin("mine", id=id), command="key")
    other.save(Note.pin("theirs", id=id))
    assert other.save(Note.pin("again"), command="key").again
    assert board.receipt("key").positions == (1,)
    assert other.receipt("key").positions == (0,)
    assert (pinboard.texts(board), pinboard.texts(other)) == (["mine"], ["theirs"])
    with other.change(Note, id) as changed:
        changed.alter("theirs, altered")
    assert board.get(Note, id).text == "mine"
    mine = board.digest()
    other.rebuild()
    assert board.digest() == mine
    with board.database.engine.begin() as connection:
        connection.execute(pinboard.notes.delete())
    other.rebuild()
    assert pinboard.texts(other) == ["theirs, altered"]
    assert pinboard.texts(board) == []
    board.rebuild()
    assert board.digest() == mine
    assert [board.head().size, other.head().size] == [2, 3]
    with refuses(NotFound):
        Council(board.database, "third").head()


# another release


@pytest.fixture
def reopened(database_url: str, board: Council) -> Iterator[Any]:
    """Close the board and open it again, as the next release would."""
    doors = [board]

    def again() -> Council:
        doors[-1].close()
        doors.append(Council.open(database_url, board.community))
        return doors[-1]

    yield again
    doors[-1].close()


def test_views_that_stand_as_declared_are_left_alone(
    board: Council, reopened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    board.save(Note.pin("1"))
    monkeypatch.setattr(schema, "_make_views", lambda *_: pytest.fail("nothing is to be made"))
    assert pinboard.texts(reopened()) == ["1"]


@pytest.mark.parametrize(
    "columns", [{"added": Integer}, {"versions": String(8)}, {}], ids=["more", "other", "fewer"]
)
def test_a_view_that_is_declared_differently_is_made_anew_from_the_log(
    board: Council, reopened: Any, monkeypatch: pytest.MonkeyPatch, columns: dict[str, Any]
) -> None:
    board.save(Note.pin("1"), Note.pin("2"))
    other = Council(board.database, "other")
    other.save(Community.found("other", "乙村", kind="village", street="丁街道", by=BY), Note.pin("theirs"))
    old = pinboard.notes
    views.tables.remove(old)
    same = [Column("id", String(36), primary_key=True), Column("text", Text), Column("position", BigInteger)]
    new = views.view(old.name, *same, *(Column(name, kind) for name, kind in columns.items()))
    monkeypatch.setattr(pinboard, "notes", new)

    def pinned(e: Note.Pinned, position: int) -> Iterable[Change]:
        yield insert(new, id=e.id, text=e.text, position=position)

    monkeypatch.setitem(views.HANDLERS, Note.Pinned.TYPE, [pinned])
    again = reopened()
    assert pinboard.texts(again) == ["1", "2"]
    assert pinboard.texts(Council(again.database, "other")) == ["theirs"]
    found = {c["name"] for c in inspect(again.database.engine).get_columns(old.name)}
    assert found == {"community", "id", "text", "position", *columns}
    replays(again)


def test_a_view_that_is_no_longer_declared_goes(board: Council, reopened: Any) -> None:
    gone = views.view("test_gone", Column("id", String(36), primary_key=True))
    reopened()
    assert inspect(board.database.engine).has_table("test_gone")
    views.tables.remove(gone)
    again = reopened()
    assert not inspect(again.database.engine).has_table("test_gone")


@pytest.mark.parametrize("shapes_too", [False, True])
def test_a_log_that_was_restored_without_its_views_is_folded_on_opening(
    board: Council, reopened: Any, shapes_too: bool
) -> None:
    board.save(Note.pin("1"))
    live = board.digest()
    with board.database.engine.begin() as connection:
        views.tables.drop_all(connection)
        if shapes_too:
            schema.shapes.drop(connection)
    again = reopened()
    assert again.digest() == live
    assert again.save(Note.pin("2")).positions == (2,)


def test_opening_leaves_all_as_it_was_when_the_log_cannot_be_folded(
    board: Council, reopened: Any, database_url: str
) -> None:
    """An older release does not know all events: it must not take the newer one's views away."""
    board.save(Note.pin("1"))
    board.close()
    with board.database.engine.begin() as connection:
        connection.execute(events.update().where(events.c.position == 1).values(leaf=_unknown(connection)))
    extra = views.view("test_extra", Column("id", String(36), primary_key=True))
    with pytest.raises(UnknownEvent):
        Council.open(database_url, board.community)
    views.tables.remove(extra)
    assert not inspect(board.database.engine).has_table("test_extra")
    board.database.engine.dispose()
    assert pinboard.texts(reopened()) == ["1"]


def _unknown(connection: Any) -> bytes:
    leaf = bytes(connection.execute(select(events.c.leaf).where(events.c.position == 1)).scalar_one())
    return leaf.replace(b"note.pinned", b"note.future")


def test_the_shapes_are_those_of_the_declared_views(board: Council) -> None:
    with board.database.engine.connect() as connection:
        rows = connection.execute(text("SELECT name FROM view_shapes")).scalars()
        assert set(rows) == set(views.tables.tables)
    same = Table("x", MetaData(), Column("a", Integer, primary_key=True), Column("b", String(8)))
    other = Table("x", MetaData(), Column("a", Integer, primary_key=True), Column("b", String(9)))
    assert schema._shape(same) != schema._shape(other)

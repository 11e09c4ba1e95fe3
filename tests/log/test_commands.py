"""A command is recorded once, whole or not at all, and never at the cost of another one."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from deliberation.council import Council
from deliberation.errors import AlreadyDone, ChangedMeanwhile, NotFound, RoleNotHeld
from deliberation.log import database, views
from deliberation.log.aggregate import new_id
from deliberation.log.appender import Appender
from deliberation.log.store import events
from deliberation.log.views import Tx
from deliberation.log.writer import Command, KeyUnusable
from deliberation.register import vault
from deliberation.register.model import Community, CommunityExists, Holding
from deliberation.register.private import PersonName, Words
from tests.given import actor, refuses, replays, village
from tests.log import pinboard
from tests.log.pinboard import (
    BEHIND_KEY,
    BEHIND_QUERY,
    BREAKS,
    BREAKS_THE_GUARD,
    BY,
    FORBIDDEN,
    REFUSES,
    AlreadyPinned,
    Note,
)


def test_the_same_key_is_answered_by_the_first_receipt(board: Council) -> None:
    first = board.save(Note.pin("once"), command="key")
    again = board.save(Note.pin("twice"), command="key")
    assert (first.again, again.again) == (False, True)
    assert (again.positions, again.leaves) == (first.positions, first.leaves)
    assert board.receipt("key") == again
    assert board.receipt("other") is None
    assert pinboard.texts(board) == ["once"]


def test_of_sixteen_threads_with_one_key_one_is_recorded(board: Council) -> None:
    for key in "abcde":
        with ThreadPoolExecutor(16) as pool:
            receipts = list(pool.map(lambda n, key=key: board.save(Note.pin(str(n)), command=key), range(16)))
        assert len({receipt.positions for receipt in receipts}) == 1
        assert [receipt.again for receipt in receipts].count(False) == 1
    assert pinboard.counted(board) == 5


def test_of_sixteen_threads_with_one_note_one_is_recorded_and_the_others_are_told(board: Council) -> None:
    id = new_id()

    def pin(number: int) -> str:
        try:
            return str(board.save(Note.pin(str(number), id=id)).positions)
        except AlreadyPinned:
            return "told"

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(pin, range(16))) == ["(1,)", *["told"] * 15]


def test_changing_with_a_used_key_says_so_before_anything_is_done(board: Council) -> None:
    note = Note.pin("before")
    board.save(note)
    with board.change(Note, note.id, command="key") as changed:
        changed.alter("after")
    assert changed.receipt == board.receipt("key")._replace(again=False)
    with pytest.raises(AlreadyDone) as done, board.change(Note, note.id, command="key"):
        pytest.fail("the body must not run")
    assert done.value.receipt.positions == changed.receipt.positions
    assert "2" in done.value.say("zh")
    assert pinboard.texts(board) == ["after"]


def test_a_command_of_many_events_has_one_receipt_for_all(board: Council) -> None:
    board.save(Note.pin("before"))
    one, other = Note.pin("one"), Note.pin("other")
    one.alter("1")
    receipt = board.save(one, other, command="key")
    assert receipt.positions == (2, 3, 4)
    assert board.save(Note.pin("late"), command="key") == receipt._replace(again=True)
    with board.database.engine.connect() as connection:
        stored = connection.execute(select(events.c.leaf).order_by(events.c.position)).scalars().all()
    hashes = [hashlib.sha256(b"\x00" + bytes(leaf)).digest() for leaf in stored]
    assert list(receipt.leaves) == hashes[2:]


@pytest.mark.parametrize("key", ["", "x" * 65, "two words", "钥匙", "nul\x00", "line\n"])
def test_an_unusable_key_is_refused_and_harms_nobody(board: Council, key: str) -> None:
    note = Note.pin("before")
    board.save(note, command="x" * 64)
    with refuses(KeyUnusable):
        board.save(Note.pin("lost"), command=key)
    with refuses(KeyUnusable), board.change(Note, note.id, command=key):
        pytest.fail("the body must not run")
    assert pinboard.texts(board) == ["before"]


def test_saving_nothing_is_an_error_and_no_receipt(board: Council) -> None:
    note = Note.pin("once")
    board.save(note)
    with pytest.raises(ValueError, match="nothing was recorded"):
        board.save(note)
    with board.change(Note, note.id, command="unused") as unchanged:
        pass
    assert unchanged.receipt is None
    assert board.receipt("unused") is None


def test_an_unknown_thing_or_one_of_another_kind_is_not_found(board: Council) -> None:
    note = Note.pin("a note")
    board.save(note)
    for kind, id in ((Note, new_id()), (Holding, note.id)):
        with refuses(NotFound):
            board.get(kind, id)


# what begins a log


def test_a_log_begins_with_its_founding_and_nothing_else(database_url: str) -> None:
    council = Council.open(database_url, "jiahe")
    with refuses(NotFound):
        council.save(Note.pin("too early"))
    with refuses(NotFound), council.reading():
        pytest.fail("nothing can be read")
    founding = Community.found("jiahe", "甲河村", kind="village", street="丙街道", by=BY)
    assert council.save(founding, Note.pin("at once")).positions == (0, 1)
    for slug in ("jiahe", "other"):
        with refuses(CommunityExists):
            council.save(Community.found(slug, "乙村", kind="village", street="丙街道", by=BY))
    with refuses(CommunityExists):
        council.save(Note.pin("x"), Community.found("third", "乙村", kind="village", street="丙街道", by=BY))
    assert council.head().size == 2
    council.close()


# batches: many commands in one transaction


@pytest.fixture
def together(board: Council) -> Iterator[Callable[..., list[Any]]]:
    """Append notes in one transaction, a command each, and return the answers."""
    appender = Appender(database.writer(board.database.engine), vault.shelve)

    def append(*made: Note | Command) -> list[Any]:
        commands = [one if isinstance(one, Command) else pinboard.command(one) for one in made]
        return list(appender(board.community, commands))

    yield append
    appender.close()


def kinds(answers: list[Any]) -> list[str]:
    return [type(answer).__name__ for answer in answers]


def test_a_refused_command_harms_no_other_of_its_batch(
    board: Council, together: Callable[..., list[Any]]
) -> None:
    taken = Note.pin("taken")
    board.save(taken)
    answers = together(
        Note.pin("1"), Note.pin(FORBIDDEN), Note.pin("2"), Note.pin("again", id=taken.id), Note.pin("3")
    )
    assert kinds(answers) == ["Receipt", "NotWelcome", "Receipt", "VersionTaken", "Receipt"]
    assert [answer.positions for answer in answers[::2]] == [(2,), (3,), (4,)]
    assert pinboard.texts(board) == ["taken", "1", "2", "3"]
    replays(board)


@pytest.mark.parametrize("bad", [BREAKS, REFUSES, BREAKS_THE_GUARD])
def test_what_breaks_a_handler_or_guard_fails_its_own_command_and_nothing_of_it_is_written(
    board: Council, together: Callable[..., list[Any]], bad: str
) -> None:
    words = [Words(secrets.token_bytes(32), text, new_id()) for text in ("kept", "lost")]
    answers = together(
        Note.pin("1", words=words[0]),
        Note.pin(bad, words=words[1]),
        Note.pin("2"),
        pinboard.command(Note.pin("3"), Note.pin(bad)),
        Note.pin("4"),
    )
    broken = "NotWelcome" if bad == REFUSES else "ZeroDivisionError"
    assert kinds(answers) == ["Receipt", broken, "Receipt", broken, "Receipt"]
    assert [answer.positions for answer in answers[::2]] == [(1,), (2,), (3,)]
    assert pinboard.texts(board) == ["1", "2", "4"]
    assert pinboard.counted(board) == 3
    with board.reading() as r:
        assert vault.texts(r, [one.commitment for one in words]) == {words[0].commitment: "kept"}
    replays(board)


def test_words_that_cannot_be_kept_fail_their_own_command(
    board: Council, together: Callable[..., list[Any]]
) -> None:
    twice = Words(b"salt", "the same", new_id())
    answers = together(Note.pin("1", words=twice), Note.pin("2", words=twice), Note.pin("3"))
    assert kinds(answers) == ["Receipt", "IntegrityError", "Receipt"]
    assert pinboard.texts(board) == ["1", "3"]


@pytest.mark.parametrize("careful", [False, True])
def test_a_guard_sees_what_the_commands_before_it_in_the_batch_left(
    board: Council, together: Callable[..., list[Any]], careful: bool
) -> None:
    first, unknown = Note.pin("1"), new_id()
    notes = [Note.pin(BEHIND_QUERY), Note.pin(BEHIND_KEY + unknown), first]
    notes += [Note.pin(BEHIND_KEY + first.id), Note.pin(BEHIND_QUERY)]
    answers = together(*notes, *([Note.pin(BREAKS)] if careful else []))
    refused, recorded = ["NotWelcome"] * 2, ["Receipt"] * 3
    assert kinds(answers) == refused + recorded + (["ZeroDivisionError"] if careful else [])
    assert pinboard.texts(board) == ["1", BEHIND_KEY + first.id, BEHIND_QUERY]


@pytest.mark.parametrize("careful", [False, True])
@pytest.mark.parametrize("written", [False, True])
def test_a_guard_sees_a_row_as_the_commands_before_it_changed_it(
    board: Council,
    together: Callable[..., list[Any]],
    careful: bool,
    written: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []

    def look(e: Any, tx: Tx) -> None:
        if written:
            tx.rows(select(pinboard.notes.c.id))
        row = tx.row(pinboard.boards, "all")
        assert row is not None
        seen.append(row["notes"])

    monkeypatch.setitem(views.GUARDS, Note.Pinned.TYPE, [look])
    together(Note.pin("1"), Note.pin("2"), Note.pin("3"), *([Note.pin(BREAKS)] if careful else []))
    assert seen[-3 - careful :][:3] == [None, 1, 2]


def test_a_guard_is_told_the_later_of_the_logs_time_and_the_events_own(
    board: Council, together: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setitem(
        views.GUARDS, Note.Pinned.TYPE, [lambda e, tx: told.append(tx.time - int(BY.at.timestamp()))]
    )
    moments = [BY.later(BY.at + timedelta(seconds=after)) for after in (0, 50, 20, 90)]
    together(*(Note.pin(str(by.at), by=by) for by in moments))
    board.save(Note.pin("a slow clock", by=BY))
    board.save(
        Note.pin("a fast clock", by=BY.later(BY.at + timedelta(seconds=95))), Note.pin("behind it", by=BY)
    )
    assert told == [0, 50, 50, 90, 90, 95, 95]


def test_one_batch_may_alter_what_it_pinned_and_reads_no_version_twice(
    board: Council, together: Callable[..., list[Any]]
) -> None:
    note = Note.pin("1")
    first = pinboard.command(note)
    note.alter("2")
    second = pinboard.command(note)
    assert kinds(together(first, second, second)) == ["Receipt", "Receipt", "VersionTaken"]
    assert pinboard.texts(board) == ["2"]


def test_the_same_key_twice_in_one_batch_is_recorded_once(
    board: Council, together: Callable[..., list[Any]]
) -> None:
    answers = together(*(pinboard.command(Note.pin(str(n)), key="key") for n in range(3)))
    assert kinds(answers) == ["Receipt", "AlreadyDone", "AlreadyDone"]
    assert {answer.receipt.positions for answer in answers[1:]} == {answers[0].positions}


def test_a_command_with_many_streams_is_recorded(board: Council, together: Callable[..., list[Any]]) -> None:
    taken = Note.pin("taken")
    board.save(taken)
    many = [Note.pin(str(n)) for n in range(40)]
    answers = together(
        pinboard.command(*many), *(pinboard.command(Note.pin(f"k{n}"), key=str(n)) for n in range(20))
    )
    assert kinds(answers) == ["Receipt"] * 21
    assert answers[0].positions == tuple(range(2, 42))
    again = together(
        *(pinboard.command(Note.pin(f"k{n}"), key=str(n)) for n in range(20)), Note.pin("x", id=taken.id)
    )
    assert kinds(again) == ["AlreadyDone"] * 20 + ["VersionTaken"]


@pytest.mark.slow
def test_forty_thousand_streams_fit_into_one_command(board: Council) -> None:
    receipt = board.save(*(Note.pin("x") for _ in range(40_000)))
    assert receipt.positions == tuple(range(1, 40_001))
    assert pinboard.counted(board) == 40_000


@pytest.mark.slow
def test_forty_thousand_names_fit_into_one_command_and_a_new_one_replaces_the_old(board: Council) -> None:
    people = [new_id() for _ in range(40_000)]
    with database.writer(board.database.engine).connect() as connection, connection.begin():
        for name in ("old", "new"):
            vault.shelve(connection, board.community, [PersonName(person, name) for person in people])
    with board.reading() as r:
        assert vault.names(r, people[:3]) == dict.fromkeys(people[:3], "new")
        assert len(vault.all_names(r)) == 40_000


def test_many_changes_at_once_reach_the_tables_whole(board: Council) -> None:
    some = [Note.pin(f"“{n}”\t\\N\n’") for n in range(60)]
    some[7].alter("altered")
    board.save(*some)
    hanging = pinboard.texts(board)
    assert hanging[7] == "altered"
    assert hanging[8] == "“8”\t\\N\n’"
    replays(board)


# roles


def test_a_role_that_nobody_gave_is_refused(database_url: str) -> None:
    with village(database_url) as town:
        before = town.head()
        forged = (
            actor("secretary", person="zhang"),
            actor("secretary", at="2026-01-03 12:00"),
            actor("mayor", person="li"),
        )
        for by in forged:
            with refuses(RoleNotHeld):
                town.save(Note.pin("forged", by=by))
        assert town.head() == before
        town.save(Note.pin("held", by=actor("secretary")))
        assert pinboard.texts(town) == ["held"]


def test_an_event_of_another_version_tells_from_a_second_first_one(board: Council) -> None:
    note = Note.pin("1")
    board.save(note)
    one, other = board.get(Note, note.id), board.get(Note, note.id)
    one.alter("2")
    board.save(one)
    other.alter("3")
    with refuses(ChangedMeanwhile):
        board.save(other)
    with refuses(AlreadyPinned):
        board.save(Note.pin("4", id=note.id))
    with board.reading() as r:
        assert r.count(select(func.count()).select_from(events).where(events.c.stream == note.id)) == 2


def test_a_reading_is_one_snapshot_from_its_first_word(board: Council) -> None:
    board.save(Note.pin("before"))
    with board.reading() as r:
        board.save(Note.pin("meanwhile"))
        seen = r.all(select(pinboard.notes.c.text).where(r.mine(pinboard.notes)))
        assert (r.size, [row.text for row in seen]) == (2, ["before"])
    assert len(pinboard.texts(board)) == 2

"""Checkpoints: made at what others rely on, signed only over what was hashed again, never twice for one size."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from deliberation.audit import checkpoints as checkpoints_module
from deliberation.council import Council
from deliberation.custody.refusals import KeyMissing, TwoForTheKey
from deliberation.errors import NotFound
from deliberation.intake.model import Report
from deliberation.log import seals
from deliberation.log.note import Checkpoint, opened
from deliberation.log.proof import Proof
from deliberation.log.seals import LogBroken, LogWentBack
from tests.audit.conftest import checkpoints_of as of
from tests.audit.conftest import show_of_hands
from tests.given import SLUG, actor, refuses, village, who, words


def speak(council: Council, number: int = 1) -> int:
    """Record something small and return its position."""
    report = Report.receive(
        f"R-{number}", words=words("楼道堆物"), place="3号楼", colour="blue", channel="patrol", by=actor("grid_worker")
    )
    return council.save(report).positions[0]


@pytest.fixture
def village_() -> Iterator[Council]:
    with village() as council:
        yield council


def test_a_checkpoint_says_what_the_log_is(village_: Council) -> None:
    made = of(village_)
    seal = made.seal()
    head = village_.head()
    note = opened(seal.note, made.keys())
    assert Checkpoint.read(note.text) == (SLUG, head.size, head.root)
    assert seal.size == head.size


def test_nothing_new_nothing_signed(village_: Council) -> None:
    made = of(village_)
    assert made.seal() == made.seal(whole=True) == made.seal()
    with village_.reading() as r:
        assert len(seals.every(r.connection, SLUG)) == 1


def test_what_others_rely_on_is_due_at_once(village_: Council) -> None:
    made = of(village_)
    made.seal()
    speak(village_)
    assert not made.due
    show_of_hands(village_)
    assert made.due
    made.seal_if_due()
    assert not made.due


def test_in_the_background_it_is_made_without_being_asked(village_: Council) -> None:
    made = of(village_)
    made.start()
    show_of_hands(village_)
    made.close()
    with village_.reading() as r:
        newest = seals.latest(r.connection, SLUG)
    assert newest is not None
    assert newest.size == village_.head().size


@pytest.mark.parametrize("moment", [0, 0.02, 0.1])
def test_it_stops_when_it_is_told_to_whatever_it_is_at(village_: Council, moment: float) -> None:
    made = of(village_)
    made.start()
    time.sleep(moment)
    speak(village_)
    begun = time.monotonic()
    made.close()
    assert time.monotonic() - begun < 20


def test_a_key_lies_outside_the_database_and_is_found_again(village_: Council, tmp_path: Path) -> None:
    first = of(village_, tmp_path / "keys")
    first.seal()
    (file,) = (tmp_path / "keys").glob("*.log-key")
    assert file.stat().st_mode & 0o777 == 0o600
    speak(village_)
    again = of(village_, tmp_path / "keys")
    assert opened(again.seal().note, first.keys()).signed == tuple(first.keys())
    assert len(again.keys()) == 1


def test_without_its_key_nothing_is_signed_and_nothing_else_stops(village_: Council, tmp_path: Path) -> None:
    of(village_, tmp_path / "keys").seal()
    (file,) = (tmp_path / "keys").glob("*.log-key")
    file.write_text("PRIVATE+KEY+spoiled")
    speak(village_)
    with pytest.raises(KeyMissing):
        of(village_, tmp_path / "keys").seal()
    speak(village_, 2)


def test_two_logs_of_one_name_never_share_a_key(tmp_path: Path) -> None:
    keys = []
    for _ in range(2):
        with village() as council:
            made = of(council, tmp_path)
            made.seal()
            keys += made.keys()
    assert keys[0] != keys[1]


def test_before_the_founding_there_is_nothing_to_sign(village_: Council) -> None:
    with pytest.raises(NotFound):
        of(Council(village_.database, "elsewhere")).seal()


# what was changed behind the log's back


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET leaf = CAST(replace(CAST(leaf AS TEXT), '2026', '2025') AS BLOB) WHERE position = (SELECT max(position) FROM events)",
        "DELETE FROM events WHERE position = (SELECT max(position) FROM events)",
        "UPDATE heads SET size = size - 1",
        "UPDATE log_seals SET note = replace(note, 'jiahe\n', 'jiahe\n1')",
        "UPDATE log_seals SET frontier = (SELECT frontier FROM heads)",
    ],
)
def test_nothing_is_signed_over_what_was_changed(village_: Council, statement: str) -> None:
    made = of(village_)
    made.seal()
    speak(village_)
    with village_.database.engine.begin() as connection:
        connection.execute(text(statement))
    with pytest.raises((LogBroken, ValueError)):
        made.seal()


def test_what_was_changed_long_ago_is_found_when_all_is_hashed_again(village_: Council) -> None:
    made = of(village_)
    made.seal()
    with village_.database.engine.begin() as connection:
        connection.execute(text("UPDATE events SET leaf = CAST(replace(CAST(leaf AS TEXT), '2026', '2025') AS BLOB) WHERE position = 3"))
    with refuses(LogBroken, size=village_.head().size):
        made.seal(whole=True)


def test_a_database_that_went_back_gets_no_checkpoint(village_: Council, tmp_path: Path) -> None:
    made = of(village_, tmp_path / "keys")
    made.seal()
    kept = village_.head()
    speak(village_)
    signed = made.seal()
    with village_.database.engine.begin() as connection:
        for table in ("events", "log_seals"):
            column = "position" if table == "events" else "size"
            connection.execute(text(f"DELETE FROM {table} WHERE {column} >= {kept.size + (table != 'events')}"))
        connection.execute(text("UPDATE heads SET size = :size, frontier = :frontier"), {"size": kept.size, "frontier": kept.frontier.to_bytes()})
    assert made.seal().size == kept.size  # nothing new is said
    with village_.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM log_seals"))
    with refuses(LogWentBack, signed=signed.size, size=kept.size):
        made.seal()


# handing over to another key


def test_after_a_change_the_new_key_signs_and_the_old_ones_stay_good(village_: Council) -> None:
    made = of(village_)
    before = made.seal()
    made.rotate(reason="moved", second=who("chair"), by=actor("secretary"))
    after = made.seal()
    old, new = made.keys()
    assert opened(before.note, [old]).signed == (old,)
    assert opened(after.note, [new]).signed == (new,)
    assert after.size == before.size + 1


def test_a_change_that_is_refused_leaves_the_old_key(village_: Council) -> None:
    made = of(village_)
    with refuses(TwoForTheKey):
        made.rotate(reason="moved", second="", by=actor("secretary"))
    assert len(made.keys()) == 1


def test_another_process_follows_the_change(village_: Council, tmp_path: Path) -> None:
    one, other = of(village_, tmp_path), of(village_, tmp_path)
    one.seal()
    other.seal()
    one.rotate(reason="planned", second=who("chair"), by=actor("secretary"))
    speak(village_)
    seal = other.seal()
    assert opened(seal.note, one.keys()[-1:]).signed == tuple(one.keys()[-1:])


def test_many_at_once_share_checkpoints_and_none_contradicts_another(village_: Council) -> None:
    made = of(village_)
    threads = [threading.Thread(target=lambda n=n: (speak(village_, n), made.seal())) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with village_.reading() as r:
        signed = seals.every(r.connection, SLUG)
    assert signed[-1].size == village_.head().size
    assert len({seal.size for seal in signed}) == len(signed)


# receipts


def test_a_receipt_waits_for_the_next_checkpoint_and_a_crowd_shares_one(
    village_: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = of(village_)
    speak(village_)
    made.seal()
    positions = [speak(village_, n) for n in range(2, 5)]
    assert made.covering(positions[0]) is None
    monkeypatch.setattr(checkpoints_module, "APART", 0)
    first = made.covering(positions[0])
    assert first is not None
    assert {made.covering(position) for position in positions} == {first}
    assert first.size == positions[-1] + 1
    assert Proof.read(Proof(0, (), first.note).text()).checkpoint(made.keys()).size == first.size


def test_who_asks_for_a_receipt_cannot_make_what_is_due_be_forgotten(village_: Council) -> None:
    """Within the seconds after a checkpoint a receipt has to wait; what others rely on is sealed by itself all the same."""
    made = of(village_)
    made.seal()
    show_of_hands(village_)
    made.clock = lambda: _just_after(village_)
    assert made.covering(village_.head().size - 1) is None
    assert made.due
    made.seal_if_due()
    assert not made.due
    assert made.covering(village_.head().size - 1) is not None


def _just_after(council: Council) -> datetime:
    with council.reading() as r:
        last = seals.latest(r.connection, SLUG)
    assert last is not None
    return datetime.fromtimestamp(last.made + 1, UTC)


def test_a_clock_set_back_holds_no_receipt_up(village_: Council) -> None:
    made = of(village_)
    made.seal()
    made.clock = lambda: datetime(2020, 1, 1, tzinfo=UTC)
    assert made._a_day_old()
    assert made.covering(speak(village_)) is not None

"""What deserves a look is found in the log, with its reason, and nothing else is."""

from types import SimpleNamespace
from typing import Any

from deliberation.audit.attention import DAY, GAP, KINDS, LATE, Late, Overdue, attention, gaps, late, overdue
from deliberation.council import Council
from deliberation.intake.model import Report
from deliberation.log.aggregate import EVENTS
from deliberation.log.seals import seals
from tests.audit.conftest import show_of_hands
from tests.given import actor, moment, village, words

NOW = 10_000_000


def entry(position: int, type: str, id: str, at: int, **body: Any) -> Any:
    """An entry as the rules read it."""
    event = SimpleNamespace(TYPE=type, id=id, at=at, body=lambda: body, by=SimpleNamespace(person="clerk"))
    return SimpleNamespace(position=position, event=event)


def sealed(at: int) -> Any:
    return entry(1, "box.sealed", "box", at, label="一号箱")


def test_slips_entered_days_after_their_box_was_sealed_are_late():
    slips = [entry(2 + n, "slip.read", f"s{n}", 100 + n * LATE, box="box") for n in range(4)]
    assert list(late([sealed(100), *slips])) == [Late("一号箱", 4, 5, 2, 3 * LATE)]


def test_slips_entered_in_time_and_ballots_without_a_box_are_not_late():
    slips = [entry(2, "slip.read", "s", 100 + LATE, box="box"), entry(3, "ballot.cast", "b", NOW, box="", channel="paper")]
    assert list(late([sealed(100), *slips])) == []


def announced(closes: int) -> Any:
    return entry(5, "poll.announced", "poll", 0, title="楼道", closes=closes)


def test_a_vote_past_its_end_is_overdue_until_it_is_closed_and_then_until_it_is_counted():
    assert list(overdue([announced(NOW - 2 * DAY)], NOW)) == [Overdue("楼道", "poll", 5, NOW - 2 * DAY, False)]
    closed = entry(6, "poll.closed", "poll", NOW - 4 * DAY)
    assert list(overdue([announced(NOW - 5 * DAY), closed], NOW)) == [Overdue("楼道", "poll", 5, NOW - 4 * DAY, True)]
    counted = entry(7, "poll.counted", "count", NOW - DAY, poll="poll")
    assert list(overdue([announced(NOW - 5 * DAY), closed, counted], NOW)) == []


def test_a_vote_that_was_extended_cancelled_or_is_still_running_is_not_overdue():
    extended = entry(6, "poll.extended", "poll", 0, title="楼道", closes=NOW)
    cancelled = entry(6, "poll.cancelled", "poll", 0, title="楼道")
    assert list(overdue([announced(NOW - 2 * DAY), extended], NOW)) == []
    assert list(overdue([announced(NOW - 2 * DAY), cancelled], NOW)) == []
    assert list(overdue([announced(NOW + DAY)], NOW)) == []


def seal(council: Council, size: int, made: int) -> None:
    with council.database.engine.begin() as connection:
        row = {"community": council.community, "size": size, "note": NOTE, "frontier": b"", "made": made}
        connection.execute(seals.insert().values(row))


NOTE = "jiahe\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— jiahe AAAAAA==\n"


def test_entries_that_lay_long_without_a_checkpoint_are_found(monkeypatch):
    with village() as council:
        head = council.head()
        assert list(gaps(council, head.size, head.time + 9 * GAP)) == []
        monkeypatch.setattr("deliberation.log.seals._seal", lambda row: row)
        seal(council, head.size, head.time + 1)
        assert list(gaps(council, head.size, head.time + 9 * GAP)) == []
        by = actor("secretary", at="2026-04-02 12:00")
        made = Report.receive("诉1", channel="hotline", place="1号楼", colour="gold", words=words("灯不亮"), by=by)
        council.save(made)
        at = int(moment("2026-04-02 12:00").timestamp())
        assert list(gaps(council, head.size + 1, at + GAP)) == []
        (found,) = gaps(council, head.size + 1, at + GAP + 1)
        assert (found.first, found.last, found.seconds, found.open) == (head.size, head.size, GAP + 1, True)
        seal(council, head.size + 1, at + 2 * GAP)
        (found,) = gaps(council, head.size + 1, at + 9 * GAP)
        assert (found.seconds, found.open) == (2 * GAP, False)


def test_every_kind_is_told_in_both_languages_and_names_events_that_exist():
    for kind in KINDS:
        assert all(kind.title)
        assert all(kind.why)
        for name in kind.events:
            exists = any(known.startswith(name) for known in EVENTS)
            assert exists or name.endswith("."), name


def test_an_ordinary_village_has_nothing_to_look_at():
    with village() as council:
        show_of_hands(council)
        size = council.head().size
        assert [group.kind.code for group in attention(council, size, council.head().time) if group.number] == []

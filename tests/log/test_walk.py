"""Walking through the log: pages, newest first, and how much happened on which day in China."""

from datetime import date

import pytest

from deliberation.council import Council
from deliberation.log import walk
from deliberation.log.walk import Day, Part
from deliberation.procedures.model import Matter
from tests.given import actor, village
from tests.log.pinboard import Note


@pytest.fixture
def council(database_url: str):
    with village(database_url if database_url.startswith("postgresql") else "") as town:
        for number, at in enumerate(("2026-04-02 23:59", "2026-04-03 00:00", "2026-04-03 12:00")):
            town.save(Matter.open(f"甲〔2026〕{number}号", "楼道堆物", "SI_YI", by=actor("secretary", at=at)))
        yield town


def test_days_begin_at_midnight_in_china_and_say_how_far_the_log_had_come(council: Council) -> None:
    size = council.head().size
    with council.reading() as r:
        *_, before, last = walk.days(r.connection, r.community)
    assert before == Day(date(2026, 4, 2), 1, size - 2)
    assert last == Day(date(2026, 4, 3), 2, size)


def test_pages_come_newest_first_and_can_be_narrowed(council: Council) -> None:
    size = council.head().size
    with council.reading() as r:
        opened = Part(size, kinds=["matter.opened"])
        assert walk.count(r.connection, r.community, opened) == 3
        newest = walk.latest(r.connection, r.community, opened, limit=2)
        assert [entry.position for entry in newest] == [size - 1, size - 2]
        assert [each.position for each in walk.latest(r.connection, r.community, opened, limit=2, skip=2)] == [size - 3]
        one = Part(size, matter=newest[0].matter or "")
        assert walk.count(r.connection, r.community, one) == 1
        assert walk.count(r.connection, r.community, Part(size - 1, kinds=["matter.opened"])) == 2


def test_all_entries_are_read_in_pages(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "PAGE", 2)
    size = council.head().size
    with council.reading() as r:
        assert [entry.position for entry in walk.every(r.connection, r.community, Part(size))] == list(range(size))


def test_entries_are_found_by_what_they_name_and_by_their_matter(board):
    """The same on both databases, with and without a matter."""
    mine, other = Note.pin("mine"), Note.pin("other")
    board.save(mine)
    board.save(other)
    with board.change(Note, mine.id) as note:
        note.alter("altered")
    size = board.head().size
    with board.reading() as r:
        for part in (walk.Part(size, about=mine.id), walk.Part(size, mine.id), walk.Part(size, mine.id, about=mine.id)):
            assert [entry.position for entry in walk.every(r.live, r.community, part)] == [1, 3]
            assert [entry.position for entry in walk.latest(r.live, r.community, part, limit=1)] == [3]
            assert walk.count(r.live, r.community, part._replace(start=2)) == 1
        assert walk.count(r.live, r.community, walk.Part(size, mine.id, about=other.id)) == 0
        assert sorted(walk.sums(r.live, r.community, walk.Part(size, start=1)), key=str) == sorted(
            [(mine.id, "note.pinned", 1), (mine.id, "note.altered", 1), (other.id, "note.pinned", 1)], key=str
        )


def test_all_entries_are_read_over_many_pages(board, monkeypatch):
    monkeypatch.setattr(walk, "PAGE", 2)
    board.save(*(Note.pin(str(n)) for n in range(5)))
    with board.reading() as r:
        found = walk.every(r.live, r.community, walk.Part(board.head().size, kinds=["note.pinned"]))
        assert [entry.position for entry in found] == [1, 2, 3, 4, 5]

"""Slips, letters and boxes of one poll at the pages of another: nothing of either changes."""

import io

import pytest

from deliberation.polls import entry, queries
from tests.given import household, replays, who
from tests.web.test_polls import NOTICE, announced, door, motion, opened, seal, send

__all__ = ["announced", "motion", "opened"]


@pytest.fixture
def both(site, announced, motion):
    """Two polls, open at the same time."""
    secretary = site.visitor("secretary")
    secretary.press(f"/polls/new/{motion.matter}/motion/{motion.id}", "announce", **NOTICE | {"number": "甲表2号"})
    site.at("2026-04-27 08:30")
    with site.council.reading() as r:
        (other,) = [row.id for row in queries.polls_at(r, "announced") if row.id != announced]
    for poll in (announced, other):
        secretary.press(f"/polls/{poll}/desk", f"/polls/{poll}/open")
    return announced, other


def read_in(site, poll):
    """Let the secretary read one slip of a box of the poll; return the box and the slip."""
    box = seal(site, poll, 1)
    site.visitor("secretary").press(f"/polls/{poll}/slips/{box}", "slip", door=door("li"), found="for")
    with site.council.reading() as r:
        (sheet,) = entry.sheets_to_confirm(r, box, who("scrutineer"))
    return box, sheet.id


def test_a_slip_of_another_polls_box_is_neither_read_again_nor_settled(site, both):
    opened, other = both
    box, sheet = read_in(site, other)
    own = seal(site, opened, 1)
    clerk = site.visitor("scrutineer")
    again = send(clerk, f"/polls/{opened}/slips/{box}/again", box=box, door=door("li"), found="for")
    assert again.status_code == 404
    fields = {"sheet": sheet, "door": door("li"), "found": "for", "second": who("secretary")}
    assert send(clerk, f"/polls/{opened}/slips/{box}/settle", **fields).status_code == 404
    assert send(clerk, f"/polls/{opened}/slips/{own}/settle", **fields).status_code == 404
    assert send(clerk, f"/polls/{other}/slips/{box}/settle", **fields | {"sheet": household("li")}).status_code == 404
    with site.council.reading() as r:
        assert queries.cast_of(r, opened) == queries.cast_of(r, other) == set()
        assert [waiting.id for waiting in entry.sheets_to_confirm(r, box, who("scrutineer"))] == [sheet]
    told = clerk.press(f"/polls/{other}/slips/{box}/again", "slip", door=door("li"), found="for")
    assert "计入了" in told.text
    replays(site.council)


def test_a_scan_or_a_first_reading_goes_to_a_box_of_its_own_poll(site, both):
    opened, other = both
    box = seal(site, other, 1)
    clerk = site.visitor("scrutineer")
    scan = (io.BytesIO(b"%PDF-1.4 one slip"), "slips.pdf")
    assert send(clerk, f"/polls/{opened}/slips/{box}/scans", pages="1", scan=scan).status_code == 404
    assert send(clerk, f"/polls/{opened}/slips/{box}", box=box, door=door("li"), found="for").status_code == 404


def test_a_slip_without_a_door_is_nobodys(site, opened):
    box = seal(site, opened, 1)
    clerk = site.visitor("secretary")
    answer = clerk.press(f"/polls/{opened}/slips/{box}", "slip", door="", found="for")
    assert answer.status_code == 403
    with site.council.reading() as r:
        assert entry.voter_at(r, opened, "") is None

"""Two clerks enter the slips of a box by keyboard; letters, deliveries and help at the staff's desk and on a telephone."""

import re
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from playwright.sync_api import expect

from deliberation.actors import SECRETARY, Actor
from deliberation.polls import entry, queries
from deliberation.polls.paper import Box
from deliberation.polls.readings import SlipReading
from deliberation.polls.sealing import unseal
from deliberation.polls.views import ballots, deliveries
from deliberation.register import vault
from tests.browser.conftest import DESK, PHONE, picture

pytestmark = pytest.mark.browser

SLIPS = 200
KEYS = {"for": "1", "against": "2", "abstain": "3", "blank": "0"}


@pytest.fixture
def parking(site):
    """The open vote on the parking."""
    with site.council.reading() as r:
        return next(row for row in queries.polls_at(r, "open") if "停车场" in row.title)


@pytest.fixture
def box(site, parking):
    """A box with two hundred slips, of every other door that is left."""
    by = Actor.of(site.people["clerk"], SECRETARY, datetime.now(UTC))
    made = Box.seal(parking.id, parking.matter, 7, "二百张的票箱", "station", SLIPS, second=site.people["scrutineer"], by=by)
    site.council.save(made)
    return made.id


def written(doors):
    """What stands on the slips: of six doors in a row one has none, one of ten is blank."""
    choices = ("for", "for", "against", "for", "abstain", "for", "for", "for", "blank")
    with_slip = [door for n, door in enumerate(doors) if n % 6 != 5][:SLIPS]
    return {door: choices[n % len(choices)] for n, door in enumerate(with_slip)}


def pressed(page, keys, until):
    """Press keys as fast as they come; wait until the server has them all."""
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator(".big.num")).to_contain_text(until, timeout=60_000)


def test_two_hundred_slips_need_at_most_two_key_strokes_each(enter, site, parking, box):
    with site.council.reading() as r:
        doors = entry.doors_left(r, parking.id)
        key = vault.poll_key(r, parking.id)
    slips = written(doors)
    keys = [KEYS[slips[door]] if door in slips else "ArrowDown" for door in doors[: doors.index([*slips][-1]) + 1]]
    assert len(keys) <= 2 * SLIPS
    first = enter("secretary", DESK, f"/polls/{parking.id}/slips/{box}")
    picture(first, "slips-keys")
    pressed(first, keys, f"{SLIPS} / {SLIPS}")
    second = enter("scrutineer", DESK, f"/polls/{parking.id}/slips/{box}/again")
    picture(second, "slips-again")
    # The second reading follows the first, slip by slip: one stroke each.
    pressed(second, [KEYS[found] for found in slips.values()], f"{SLIPS} / {SLIPS}")
    with site.council.reading() as r:
        row = next(each for each in queries.boxes_of(r, parking.id) if each.id == box)
        assert (row.read, row.entered, row.refused) == (SLIPS, SLIPS, 0)
        lines = {line.voter: line.label for line in queries.lines_of(r, parking.id, "binding")}
        cast = r.all(_paper(r, parking.id, box))
        got = {lines[each.voter]: unseal(key, each.id, 1, each.sealed) for each in cast}
        paces = [pace for pace in entry.paces(r, parking.id) if pace.box == "二百张的票箱"]
    assert got == {door: "abstain" if found == "blank" else found for door, found in slips.items()}
    assert Counter(pace.second for pace in paces) == Counter([False, True])
    assert all(pace.slips == SLIPS and pace.hasty for pace in paces)
    desk = enter("secretary", DESK, f"/polls/{parking.id}/desk")
    expect(desk.locator("main")).to_contain_text("偏快，请抽查")
    picture(desk, "poll-desk-paces")


def _paper(r, poll, box):
    return ballots.select().where(r.mine(ballots), ballots.c.poll == poll, ballots.c.box == box)


def test_a_slip_that_is_turned_back_is_named_and_offered_again(enter, site, parking, box):
    with site.council.reading() as r:
        door = entry.doors_left(r, parking.id)[0]
        voter = entry.voter_at(r, parking.id, door).voter
        key = vault.poll_key(r, parking.id)
    by = Actor.of(site.people["clerk"], SECRETARY, datetime.now(UTC))
    site.council.save(SlipReading.read(parking.id, parking.matter, box, 1, voter, "for", key=key, by=by))
    page = enter("scrutineer", DESK, f"/polls/{parking.id}/slips/{box}/again")
    expect(page.locator("#next")).to_have_text(door)
    page.keyboard.press("2")
    expect(page.locator("#refused")).to_contain_text("两遍录得不一样")
    expect(page.locator("#next")).to_have_text(door)
    page.keyboard.press("1")
    expect(page.locator("main")).to_contain_text("没有等您录第二遍的票")


def test_slips_are_entered_on_a_telephone_without_a_keyboard(enter, parking, box, site):
    with site.council.reading() as r:
        door = entry.doors_left(r, parking.id)[3]
    page = enter("secretary", PHONE, f"/polls/{parking.id}/slips/{box}")
    page.get_by_label("票上的门牌").fill(door)
    page.get_by_role("radio", name=re.compile("^同意")).check()
    picture(page, "slips-phone")
    page.get_by_role("button", name="记下这一张").click()
    expect(page.locator(".big.num")).to_contain_text("1 / 200")


def test_deliveries_with_their_evidence(enter, site, parking, size):
    with site.council.reading() as r:
        doors = entry.doors_left(r, parking.id)[:3]
    page = enter("secretary", size, f"/polls/{parking.id}/desk")
    page.locator("summary", has_text="逐户登记送达").click()
    page.get_by_role("radio", name=re.compile("本人签收纸票")).check()
    page.get_by_label(re.compile("送到哪些户")).fill("\n".join([*doors, "99号楼1户"]))
    list_ = {"name": "list.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 signed"}
    page.get_by_label(re.compile("签收单扫描件")).set_input_files(list_)
    picture(page, "served")
    page.get_by_role("button", name="登记这些户送达了").click()
    expect(page.locator("main")).to_contain_text("名册里没有：99号楼1户")
    page.get_by_label(re.compile("送到哪些户")).fill("\n".join(doors))
    page.get_by_role("radio", name=re.compile("本人签收纸票")).check()
    page.get_by_label(re.compile("签收单扫描件")).set_input_files(list_)
    page.get_by_role("button", name="登记这些户送达了").click()
    expect(page.locator("body")).to_contain_text("送达 3 户，记下了")
    with site.council.reading() as r:
        assert len(queries.served(r, parking.id)) == 3
        rows = r.all(_deliveries(r, parking.id))
    assert {row.evidence for row in rows} == {sha256(b"%PDF-1.4 signed").hexdigest()}


def _deliveries(r, poll):
    return deliveries.select().where(r.mine(deliveries), deliveries.c.poll == poll)

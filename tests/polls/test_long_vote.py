"""An honest vote in which nearly everything happens that may happen leaves nothing for the verifier to find."""

from collections.abc import Iterator

import pytest

from deliberation.audit.recount import recount
from deliberation.council import Council
from deliberation.polls.annulling import Annulment
from deliberation.polls.model import Poll
from deliberation.polls.paper import Box, RefusedSlip
from deliberation.polls.proxies import Proxy
from deliberation.polls.readings import ReadingsDiffer, SlipReading
from tests.given import actor, place, refuses, replays, village, who, words
from tests.polls.estates import (
    KEY,
    SCAN,
    announce,
    begin,
    furnish,
    head,
    law,
    serve,
    vote,
)
from tests.polls.votes import CLOSES, MATTER, OPEN, end, read, seconds, slip

LATE = "2026-04-29 17:50"


@pytest.fixture
def estate(database_url: str) -> Iterator[Council]:
    with village(database_url) as town:
        furnish(town)
        yield town


def letter(town: Council, poll: str, until: str, at: str) -> None:
    by = actor("resident", person="li", at=at)
    given = Proxy.grant(town.get(Poll, poll), head("couple"), who("zhao"), until=seconds(until), key=KEY, by=by)
    town.save(given)


def box(town: Council, poll: str, number: int, slips: int) -> str:
    sealed = Box.seal(poll, MATTER, number, f"{number}号箱", "station", slips, second=who("chair"), by=actor("scrutineer", at=LATE))
    town.save(sealed)
    return sealed.id


@pytest.mark.parametrize("how", ["national-strict", "sichuan", "rules-deemed"])
def test_a_vote_with_two_boxes_a_settled_slip_a_double_and_a_letter_that_ran_out(estate, how):
    by_law = law(how=how, proxies=1, unit_kinds=("dwelling", "shop", "parking"))
    withdrawn = announce(estate, by_law)
    serve(estate, withdrawn, "signed", "five", evidence=SCAN)
    with estate.change(Poll, withdrawn) as changed:
        changed.cancel(words("另定时间"), by=actor("secretary", at="2026-04-18 09:00"))
    poll = begin(estate, by_law)
    with estate.change(Poll, poll) as changed:
        changed.deliver(1, 5, by=actor("secretary", at=OPEN))
    serve(estate, poll, "left", "five", "couple", "qian", "firm", evidence=SCAN)
    letter(estate, poll, "2026-04-28 09:00", "2026-04-27 10:00")
    letter(estate, poll, CLOSES, "2026-04-28 10:00")
    vote(estate, poll, "five", "for")
    vote(estate, poll, "couple", "against")
    one, two = box(estate, poll, 1, 3), box(estate, poll, 2, 1)
    differs = read(estate, poll, KEY, one, head("qian"), "for", at=LATE)
    by = actor("scrutineer", at=LATE)
    with refuses(ReadingsDiffer):
        differs.again(MATTER, "against", door="3号楼202", key=KEY, by=by)
    with estate.change(SlipReading, differs.id) as first:
        first.settle(MATTER, head("sun"), "abstain", second=who("secretary"), key=KEY, by=by)
    estate.save(first.again(MATTER, "abstain", door="3号楼203", key=KEY, by=by))
    double = read(estate, poll, KEY, one, head("five"), "against", at=LATE)
    estate.save(double.aside(MATTER, "duplicate", by=by))
    estate.save(slip(estate, poll, KEY, one, "", "not_on_roll", at=LATE))
    estate.save(slip(estate, poll, KEY, two, head("wu"), "blank", at=LATE))
    estate.save(RefusedSlip.refuse(poll, MATTER, "", "late", voter=head("firm"), by=actor("scrutineer", at="2026-04-29 18:02")))
    row = end(estate, poll)
    assert row.stage == "counted"
    told = {"ground": "count", "authority": "监票组", "document": "复核1号", "by": actor("secretary", at="2026-05-02 09:00")}
    estate.save(Annulment.declare(estate.get(Poll, poll), **told))
    replays(estate)
    assert recount(estate).findings == []


def test_a_vote_of_one_building_by_heads_alone(estate):
    poll = begin(estate, law("OWN_279"), within=place("4号楼"))
    vote(estate, poll, "wu", "for")
    assert end(estate, poll).outcome == "FAIL"
    assert recount(estate).findings == []

"""Owners vote by heads and by area: who stands on the roll, a flat sold meanwhile, silence that counts, paper that does not."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from deliberation.audit.recount import recount
from deliberation.council import Council
from deliberation.log.aggregate import id_of
from deliberation.polls.catalogue import rule
from deliberation.polls.electorate import electorate
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.paper import Box
from deliberation.polls.queries import can_be_held, lines_of, served
from deliberation.polls.refusals import (
    AlreadyVoted,
    BallotStands,
    BoxFault,
    NotOnRoll,
    NotYourBallot,
    PollClosed,
    RollChanged,
    RollFault,
    WrongStage,
)
from deliberation.polls.roll import BINDING, Line
from deliberation.polls.serving import OWN, ServedAlready, Serving
from deliberation.register.model import Page
from deliberation.register.ownership import Title, TitlePage, Unit
from deliberation.register.private import PersonName
from tests.given import VILLAGE, actor, place, refuses, replays, village, who, words
from tests.polls.estates import (
    BY,
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
from tests.polls.votes import (
    CLOSES,
    MATTER,
    OPEN,
    OPENS,
    OVER,
    Ballot,
    end,
    seconds,
    slip,
)


@pytest.fixture
def estate(database_url: str) -> Iterator[Council]:
    with village(database_url) as town:
        furnish(town)
        yield town


def counted(town: Council, poll: str) -> dict[str, object]:
    result = json.loads(end(town, poll).result)
    replays(town)
    assert recount(town).findings == []
    return result


# the roll


def test_an_owner_of_five_flats_counts_once_with_all_their_area(estate):
    with estate.reading() as r:
        lines = {line.voter: line for line in electorate(r, rule("OWN_G"), "2026-04-17", place("网格二")).lines}
    assert len(lines) == 6
    five = lines[head("five")]
    assert (five.area, five.holder, five.label) == (5_000_00, who("zhang"), "3号楼101等5套")
    assert lines[head("wu")].area == 90_00
    with estate.reading() as r:
        parking = replace(rule("OWN_G"), unit_kinds=("dwelling", "shop", "parking"))
        lines = {line.voter: line for line in electorate(r, parking, "2026-04-17", place("网格二")).lines}
    assert lines[head("wu")].area == 102_50


def test_owners_of_one_building_vote_alone_and_only_there(estate):
    with estate.reading() as r:
        with refuses(RollFault, fault="这条规则只用于一栋楼或一个网格，请选是哪一个"):
            electorate(r, rule("OWN_PART"), "2026-04-17")
        lines = electorate(r, rule("OWN_PART"), "2026-04-17", place("4号楼")).lines
    assert {line.voter for line in lines} == {head("wu"), head("firm")}
    poll = begin(estate, law("OWN_PART"), within=place("4号楼"))
    vote(estate, poll, "wu", "for")
    with refuses(NotOnRoll):
        vote(estate, poll, "qian", "for")
    assert counted(estate, poll)["outcome"] == "NO_QUORUM"


def test_a_unit_without_owner_or_area_stops_the_notice_instead_of_falling_out_of_the_denominator(estate):
    bare = [[id_of(VILLAGE, "unit", "4号楼103"), place("4号楼"), "4号楼103", 0]]
    estate.save(Page.of_units(bare, by=BY))
    with estate.reading() as r, refuses(RollFault, fault="4号楼103没有登记产权人，先在产权名册里补上"):
        electorate(r, rule("OWN_G"), "2026-04-17", place("网格二"))
    estate.save(TitlePage.of_titles([[bare[0][0], head("wu"), "dwelling", "contract"]], by=BY))
    with estate.reading() as r, refuses(RollFault, fault="4号楼103没有面积，先在名册里补上"):
        electorate(r, rule("OWN_G"), "2026-04-17", place("网格二"))


@pytest.mark.parametrize("area", [0, -1])
def test_a_line_without_area_or_with_a_negative_one_is_refused(area):
    question = Question(MATTER, "1", "更换电梯", "question", MATTER, "d" * 64)
    lines = [Line(head("wu"), "4号楼101", place("网格二"), who("wu"), area)]
    with refuses(RollFault):
        Poll.announce(question, rule("OWN_G"), Window("2026-04-17", 1, 2), ["phone"], KEY, binding=lines, by=actor("secretary"))


def test_a_roll_frozen_with_another_area_than_the_register_is_found_by_the_verifier(estate):
    by_law = law()
    with estate.reading() as r:
        lines = electorate(r, by_law, "2026-04-17", place("网格二")).lines
    lines[0] = lines[0]._replace(area=lines[0].area + 1)
    question = Question(MATTER, "1", "更换电梯", "question", MATTER, "d" * 64)
    window = Window("2026-04-17", seconds(OPENS), seconds(CLOSES))
    poll, pages = Poll.announce(
        question, by_law, window, ["phone"], KEY, binding=lines, scope=place("网格二"), by=actor("secretary", at="2026-04-17 09:00")
    )
    estate.save(poll, *pages)
    with estate.change(Poll, poll.id) as opening:
        opening.open(by=actor("secretary", at=OPEN))
    assert {finding.code for finding in recount(estate).findings} == {"C10"}


# heads and areas


def test_most_of_the_area_is_not_most_of_the_owners(estate):
    poll = begin(estate, law())
    vote(estate, poll, "five", "for")
    for owner in ("couple", "qian", "sun", "wu"):
        vote(estate, poll, owner, "against")
    result = counted(estate, poll)
    assert result["outcome"] == "FAIL"
    assert result["tallies"]["binding"] == {
        "for": 1, "against": 4, "abstain": 0, "roll": 6,
        "area": {"for": 5_000_00, "against": 360_00, "abstain": 0, "roll": 5_660_00, "silent": 0},
    }  # fmt: skip
    said = [(step["measure"], step["holds"]) for step in result["steps"] if step["kind"] == "majority"]
    assert sorted(said) == [("area", True), ("heads", False)]


def test_owners_carry_by_both_measures(estate):
    poll = begin(estate, law("OWN_S"))
    for owner in ("five", "couple", "qian", "sun"):
        vote(estate, poll, owner, "for")
    vote(estate, poll, "wu", "against")
    assert counted(estate, poll)["outcome"] == "PASS"


# a flat sold meanwhile


def transfer(town: Council, door: str, buyer: str) -> None:
    """Record in the register that a flat was sold."""
    title = Title.transfer(
        id_of(VILLAGE, "unit", door), head(f"{buyer}, new"), label=door, kind="dwelling", evidence="contract", on="2026-04-01", by=BY
    )
    heads = [[head(f"{buyer}, new"), "person", who(buyer)]]
    town.save(TitlePage.of_owners(heads, [PersonName(heads[0][0], f"{buyer}某")], by=BY))
    town.save(title)


def sell(town: Council, poll: str, seller: str, buyer: str, at: str) -> None:
    with town.reading() as r:
        before = lines_of(r, poll, BINDING)
    old = next(line for line in before if line.voter == head(seller))
    new = old._replace(voter=head(f"{buyer}, new"), holder=who(buyer))
    with town.change(Poll, poll) as selling:
        selling.correct_roll(
            BINDING, before, add=[new], remove=[old.voter], second=who("chair"), words=words("过户"), by=actor("secretary", at=at)
        )


def test_a_sellers_ballot_stands_and_the_buyer_does_not_vote_again(estate):
    poll = begin(estate, law())
    vote(estate, poll, "qian", "for")
    with refuses(BallotStands, door="3号楼202"):
        sell(estate, poll, "qian", "zhou", "2026-04-28 10:00")
    with refuses(NotOnRoll):
        estate.save(
            Ballot.cast(poll, MATTER, head("zhou, new"), "against", key=KEY, by=actor("resident", person="zhou", at="2026-04-28 11:00"))
        )
    assert counted(estate, poll)["tallies"]["binding"]["for"] == 1


def test_a_buyer_votes_where_the_seller_did_not(estate):
    poll = begin(estate, law())
    with refuses(RollFault, fault="“3号楼202”和产权登记不一致，请先在“产权”页登记过户"):
        sell(estate, poll, "qian", "zhou", "2026-04-28 10:00")
    transfer(estate, "3号楼202", "zhou")
    sell(estate, poll, "qian", "zhou", "2026-04-28 10:00")
    with refuses(NotOnRoll):
        vote(estate, poll, "qian", "against", at="2026-04-28 11:00")
    by = actor("resident", person="zhou", at="2026-04-28 11:00")
    estate.save(Ballot.cast(poll, MATTER, head("zhou, new"), "for", key=KEY, by=by))
    assert counted(estate, poll)["tallies"]["binding"]["for"] == 1


def test_no_area_comes_or_goes_while_owners_vote_and_households_change_nothing(estate):
    poll = begin(estate, law())
    with estate.reading() as r:
        before = lines_of(r, poll, BINDING)
    with refuses(RollFault), estate.change(Poll, poll) as changed:
        changed.correct_roll(
            BINDING, before, remove=[before[0].voter], second=who("chair"), words=words("少一户"), by=actor("secretary", at=OPEN)
        )


def test_a_correction_gives_no_owner_more_than_the_register_and_drops_none_who_owns(estate):
    poll = announce(estate, law())
    with estate.reading() as r:
        before = lines_of(r, poll, BINDING)
    told = {"second": who("chair"), "by": actor("secretary", at="2026-04-20 10:00")}
    wu = next(line for line in before if line.voter == head("wu"))
    with refuses(RollFault), estate.change(Poll, poll) as changed:
        changed.correct_roll(BINDING, before, add=[wu._replace(area=5_000_00)], remove=[wu.voter], words=words("更正"), **told)
    with refuses(RollFault), estate.change(Poll, poll) as changed:
        changed.correct_roll(BINDING, before, remove=[wu.voter], words=words("更正"), **told)
    estate.save(Unit.measure(id_of(VILLAGE, "unit", "4号楼101"), 91_00, label="4号楼101", evidence="survey", by=BY))
    with estate.change(Poll, poll) as changed:
        changed.correct_roll(BINDING, before, add=[wu._replace(area=91_00)], remove=[wu.voter], words=words("更正"), **told)
    with estate.reading() as r:
        before = lines_of(r, poll, BINDING)
    qian = next(line for line in before if line.voter == head("qian"))
    with estate.change(Poll, poll) as changed:
        changed.correct_roll(BINDING, before, add=[qian._replace(holder=who("zhou"))], remove=[qian.voter], words=words("更正"), **told)
        changed.open(by=actor("secretary", at=OPEN))
    vote(estate, poll, "qian", "for", person="zhou")
    assert counted(estate, poll)["tallies"]["binding"]["area"]["roll"] == 5_661_00


def test_whoever_signs_beside_the_clerk_is_in_office(estate):
    poll = announce(estate, law())
    with estate.reading() as r:
        before = lines_of(r, poll, BINDING)
    told = {"second": who("zhang"), "words": words("更正"), "by": actor("secretary", at="2026-04-20 10:00")}
    with refuses(RollFault, fault="另一位经手人要是工作人员"), estate.change(Poll, poll) as changed:
        changed.correct_roll(BINDING, before, add=[before[0]._replace(holder=who("zhou"))], remove=[before[0].voter], **told)
    with estate.change(Poll, poll) as opening:
        opening.open(by=actor("secretary", at=OPEN))
    by = actor("scrutineer", at="2026-04-29 17:50")
    with refuses(BoxFault, fault="另一位封箱人要是工作人员"):
        estate.save(Box.seal(poll, MATTER, 1, "一号箱", "station", 1, second=who("zhang"), by=by))


def test_a_seller_does_not_leave_the_roll_without_the_buyer(estate):
    poll = announce(estate, law())
    transfer(estate, "3号楼202", "zhou")
    with estate.reading() as r:
        before = lines_of(r, poll, BINDING)
    by = actor("secretary", at="2026-04-20 10:00")
    with refuses(RollFault, fault="更正以后总面积和产权登记对不上：有人卖了房，要把买的人一起写进名册"), estate.change(Poll, poll) as changed:
        changed.correct_roll(BINDING, before, remove=[head("qian")], second=who("chair"), words=words("卖了"), by=by)
    sell(estate, poll, "qian", "zhou", "2026-04-20 11:00")


def test_a_sale_or_a_new_measurement_after_the_notice_leaves_the_frozen_roll_alone(estate):
    poll = announce(estate, law())
    transfer(estate, "3号楼202", "zhou")
    estate.save(Unit.measure(id_of(VILLAGE, "unit", "4号楼101"), 91_00, label="4号楼101", evidence="survey", by=BY))
    with estate.change(Poll, poll) as opening:
        opening.open(by=actor("secretary", at=OPEN))
    vote(estate, poll, "qian", "for")
    assert counted(estate, poll)["tallies"]["binding"]["area"]["roll"] == 5_660_00


# silence


def test_in_sichuan_who_signed_for_the_ballot_and_is_silent_abstains(estate):
    poll = begin(estate, law(how="sichuan"))
    serve(estate, poll, "signed", "five", "couple", "qian", evidence=SCAN)
    serve(estate, poll, OWN, "sun")
    vote(estate, poll, "five", "for")
    vote(estate, poll, "couple", "for")
    result = counted(estate, poll)
    assert (result["outcome"], result["cast_only"]) == ("FAIL", "NO_QUORUM")
    binding = result["tallies"]["binding"]
    assert (binding["silent"], binding["area"]["silent"], binding["abstain"]) == (2, 180_00, 0)


def test_where_silence_joins_the_majority_it_counts_of_those_alone_who_were_served(estate):
    by_law = law(how="rules-deemed")
    assert can_be_held(by_law)
    assert by_law.contested
    poll = begin(estate, by_law)
    serve(estate, poll, "posted", "five", "couple", "qian", "sun", evidence=SCAN)
    vote(estate, poll, "five", "for")
    result = counted(estate, poll)
    assert (result["outcome"], result["cast_only"], result["tallies"]["binding"]["silent"]) == ("PASS", "NO_QUORUM", 3)


def test_a_delivery_is_proved_once_of_somebody_on_the_roll_and_before_the_end(estate):
    poll = begin(estate, law(how="sichuan"))
    with refuses(RollFault, fault="送达要有凭证，请选签收单的扫描件"):
        serve(estate, poll, "signed", "five")
    with refuses(RollFault):
        serve(estate, poll, "signed", "five", "five", evidence=SCAN)
    with refuses(RollFault):
        serve(estate, poll, "pigeon", "five", evidence=SCAN)
    with refuses(NotOnRoll):
        serve(estate, poll, "signed", "stranger", evidence=SCAN)
    serve(estate, poll, "signed", "five", evidence=SCAN)
    with refuses(ServedAlready, door="3号楼101等5套"):
        serve(estate, poll, "left", "five", evidence=SCAN)
    with refuses(NotYourBallot):
        stranger = actor("resident", person="sun", at=OPEN)
        estate.save(*Serving.record(estate.get(Poll, poll), OWN, [head("couple")], by=stranger))
    with refuses(PollClosed):
        late = actor("secretary", at="2026-04-29 18:01")
        estate.save(*Serving.record(estate.get(Poll, poll), "signed", [head("couple")], evidence=SCAN, by=late))
    with estate.reading() as r:
        assert served(r, poll) == {head("five"): "signed"}
    end(estate, poll)
    with refuses(WrongStage):
        Serving.record(estate.get(Poll, poll), "signed", [head("couple")], evidence=SCAN, by=actor("secretary", at=OVER))


# paper


def test_more_slips_than_were_handed_out_void_the_count(estate):
    poll = begin(estate, law())
    serve(estate, poll, "signed", "couple", evidence=SCAN)
    for owner in ("five", "qian", "sun", "wu"):
        vote(estate, poll, owner, "for")
    box = Box.seal(poll, MATTER, 1, "一号箱", "station", 2, second=who("chair"), by=actor("scrutineer", at="2026-04-29 17:50"))
    estate.save(box)
    estate.save(slip(estate, poll, KEY, box.id, head("couple"), "for"))
    estate.save(slip(estate, poll, KEY, box.id, "", "unidentified"))
    result = counted(estate, poll)
    assert (result["outcome"], result["slips"]) == ("VOID", {"issued": 1, "returned": 2})
    assert "收回的纸票 2 > 发出的纸票 1" in result["steps"][0]["zh"]


def test_a_list_by_doors_after_the_number_declared_makes_no_paper_vanish(estate):
    poll = begin(estate, law())
    with estate.change(Poll, poll) as delivering:
        delivering.deliver(0, 6, by=actor("secretary", at=OPEN))
    serve(estate, poll, "signed", "couple", evidence=SCAN)
    box = Box.seal(poll, MATTER, 1, "一号箱", "station", 2, second=who("chair"), by=actor("scrutineer", at="2026-04-29 17:50"))
    estate.save(box)
    for owner in ("qian", "sun"):
        estate.save(slip(estate, poll, KEY, box.id, head(owner), "for"))
    result = counted(estate, poll)
    assert (result["outcome"], result["slips"]) == ("NO_QUORUM", {"issued": 6, "returned": 2})


def test_a_ballot_of_an_owner_is_cast_once(estate):
    poll = begin(estate, law())
    vote(estate, poll, "wu", "for")
    with refuses(AlreadyVoted):
        vote(estate, poll, "wu", "against")


def test_a_roll_line_changed_in_the_tables_stops_the_opening(estate):
    poll = announce(estate, law())
    with estate.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE roll_lines SET area = area + 1 WHERE voter = '{head('wu')}'")
    with refuses(RollChanged), estate.change(Poll, poll) as opening:
        opening.open(by=actor("secretary", at=OPEN))

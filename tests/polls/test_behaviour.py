"""The behaviour that the law of votes asks for, given and expected, B1 to B18; those of rules alone stand in ``vectors.txt``."""

import json
import secrets
import threading
from collections import Counter
from dataclasses import replace

import pytest

from deliberation.actors import COMMITTEE, VILLAGE_DELEGATE, Actor
from deliberation.audit.recount import recount
from deliberation.clauses import Replace, Text
from deliberation.council import Council
from deliberation.motions.model import Motion
from deliberation.numbering import by_door
from deliberation.polls import entry
from deliberation.polls.ballots import Ballot
from deliberation.polls.catalogue import profile, rule
from deliberation.polls.electorate import Electorate, electorate, members_of
from deliberation.polls.lawbook import Adoption, RuleNotAdopted
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.paper import Box, RefusedSlip
from deliberation.polls.queries import (
    can_be_held,
    law_of,
    put_aside_of,
    slips_of,
    turnout,
)
from deliberation.polls.refusals import (
    AlreadyVoted,
    BoxFault,
    NotOnRoll,
    PollClosed,
    RollFault,
    TextChanged,
    WindowFault,
)
from deliberation.polls.roll import BINDING
from deliberation.polls.views import polls
from deliberation.procedures.model import Matter
from deliberation.register import vault
from deliberation.register.model import Holding, Page
from deliberation.register.private import PersonName
from tests.given import (
    RESIDENTS,
    actor,
    household,
    refuses,
    replays,
    town,
    village,
    who,
    words,
)
from tests.polls.estates import announce, furnish
from tests.polls.estates import vote as cast
from tests.polls.votes import (
    CLOSES,
    MATTER,
    OPEN,
    OPENS,
    OVER,
    announced,
    begin,
    end,
    line,
    read,
    seconds,
    slip,
    vote,
)

__all__ = ["town"]
BY = actor("operator", at="2026-01-05 09:00")


def boxed(council: Council, poll: str, slips: int) -> str:
    box = Box.seal(poll, MATTER, 1, "党群中心", "station", slips, second=who("chair"), by=actor("scrutineer", at="2026-04-29 17:50"))
    council.save(box)
    return box.id


def test_b1_a_phone_then_paper_of_the_same_door_counts_once_and_the_second_is_on_record(town):
    poll, key = begin(town)
    vote(town, poll, key, "zhang", "for")
    box = boxed(town, poll, 1)
    first = read(town, poll, key, box, household("zhang"), "against", at=OVER)
    by = actor("scrutineer", at=OVER)
    with refuses(AlreadyVoted):
        town.save(first.again(MATTER, "against", door="张", key=key, by=by))
    town.save(first.aside(MATTER, "duplicate", by=by))
    row = end(town, poll)
    result = json.loads(row.result)
    assert result["tallies"]["binding"]["for"] == 1
    assert result["refused"] == {"duplicate": 1}
    with town.reading() as r:
        assert [aside.reason for aside in put_aside_of(r, poll, household("zhang"))] == ["duplicate"]


def test_b4_a_slip_signed_by_a_tenant_without_a_letter_does_not_participate(town):
    poll, key = begin(town)
    box = boxed(town, poll, 1)
    town.save(slip(town, poll, key, box, household("li"), "no_letter"))
    result = json.loads(end(town, poll).result)
    assert (result["in_favour"], result["refused"]) == (0, {"no_letter": 1})
    assert sum(result["tallies"]["binding"][choice] for choice in ("for", "against", "abstain")) == 0


def test_b6_a_text_changed_after_the_notice_cannot_be_voted_on(town):
    by = actor("secretary", at="2026-04-01 09:00")
    matter = Matter.open("甲事1号", "安全", "WU_BU", by=by)
    motion = Motion.propose(matter.id, "甲议1号", "公约", "compact", Text.of("公约", ["不停车。"]), 0, by=by)
    town.save(matter)
    town.save(motion)
    question = Question(matter.id, "甲表1号", "公约", "motion", motion.id, motion.text.digest())
    poll, pages, _ = announced(question=question)
    town.save(poll, *pages)
    with town.change(Motion, motion.id) as changed:
        changed.revise([Replace("c1", "不停车。", "不乱停车。")], "drafting", "补一个字", by=actor("secretary", at="2026-04-20 09:00"))
    with refuses(TextChanged), town.change(Poll, poll.id) as opening:
        opening.open(by=actor("secretary", at=OPEN))


def delegates(council: Council, villagers: int, committee: int) -> None:
    """Make so many delegates of the villagers, and members of the committee beside them."""
    people = [(who(f"delegate {n}"), VILLAGE_DELEGATE) for n in range(villagers)]
    people += [(who(f"member {n}"), COMMITTEE) for n in range(committee - 1)]  # one there is already
    names = [PersonName(person, f"代表{n}") for n, (person, _) in enumerate(people)]
    council.save(Page.of_persons([[person, "", "villager", 1, 0] for person, _ in people], names, by=BY))
    council.save(*(Holding.grant(person, role, since="2026-01-04", by=BY) for person, role in people))


def convene(council: Council, women: int) -> tuple[str, bytes, Electorate]:
    """Announce a delegates' assembly by phone; return its poll, key and body."""
    key, law = secrets.token_bytes(32), rule("VIL_R")
    with council.reading() as r:
        body = electorate(r, law, "2026-04-17")
    question = Question(MATTER, "甲代1号", "道路", "question", MATTER, "d" * 64)
    poll, pages = Poll.announce(
        question, law, Window("2026-04-01", seconds(OPENS), seconds(CLOSES)), ["phone"], key, binding=body.lines,
        members=members_of(body, women), by=actor("secretary", at="2026-04-01 09:00"),
    )  # fmt: skip
    council.save(poll, *pages)
    return poll.id, key, body


def assembly(council: Council, women: int) -> str:
    """Hold a delegates' assembly by phone in which all agree; return the outcome."""
    poll, key, body = convene(council, women)
    with council.change(Poll, poll) as opening:
        opening.open(by=actor("secretary", at=OPEN))
    for each in body.lines:
        council.save(Ballot.cast(poll, MATTER, each.voter, "for", key=key, by=actor(person=each.holder, at=OPEN)))
    row = end(council, poll)
    replays(council)
    assert recount(council).findings == []
    return str(row.outcome)


@pytest.mark.parametrize(
    ("villagers", "committee", "women", "expected"), [(41, 5, 16, "PASS"), (36, 10, 16, "VOID"), (41, 5, 15, "VOID")]
)
def test_b8_an_assembly_of_delegates_is_composed_as_the_law_asks(town, villagers, committee, women, expected):
    """41·5 ≥ 4·46, and a third of the 46 are women (act of the villagers' committees, article 29)."""
    delegates(town, villagers, committee)
    assert assembly(town, women) == expected


def test_b8_an_assembly_whose_members_change_is_announced_anew(town):
    delegates(town, 4, 1)
    poll, _, body = convene(town, 2)
    gone = {"remove": [body.lines[0].voter], "second": who("chair"), "words": words("迁走"), "by": actor("secretary")}
    with refuses(RollFault, fault="代表会议的人数变了，组成要重新算，请撤销公告再公告一次"):
        town.get(Poll, poll).correct_roll(BINDING, body.lines, **gone)


def test_b8_a_mixed_body_says_of_whom_it_consists_and_the_verifier_looks_it_up(town):
    delegates(town, 4, 1)
    with town.reading() as r:
        body = electorate(r, rule("VIL_R"), "2026-04-17")
    with refuses(RollFault, fault="没有写代表和妇女代表各几位"):
        town.save(*flat(announced("VIL_R", roll=body.lines)))
    poll, *pages = flat(announced("VIL_R", roll=body.lines, members={"delegate": 5, "woman": 2}))
    town.save(poll, *pages)
    with town.change(Poll, poll.id) as opening:
        opening.open(by=actor("secretary", at=OPEN))
    assert [finding.code for finding in recount(town).findings] == ["C10"]


def test_b8_the_number_of_women_must_be_given_and_possible(town):
    delegates(town, 4, 1)
    with town.reading() as r:
        body = electorate(r, rule("VIL_R"), "2026-04-17")
    assert (body.delegates, len(body.lines)) == (4, 5)
    for women in (-1, 5):
        with refuses(RollFault):
            members_of(body, women)
    assert members_of(Electorate(body.lines), 0) is None


def test_b11_a_notice_comes_ten_days_before_and_not_nine(town):
    late = Window("2026-04-17", seconds("2026-04-26 08:00"), seconds(CLOSES))
    poll, pages, _ = announced(window=late)
    with refuses(WindowFault):
        town.save(poll, *pages)
    poll, pages, _ = announced(window=late._replace(opens=seconds("2026-04-27 08:00")))
    town.save(poll, *pages)


def test_b11_a_notice_is_not_dated_back(town):
    with refuses(WindowFault, fault="公告日不能早于今天（2026-04-18），名册和文字今天才冻结"):
        town.save(*flat(announced(by=actor("secretary", at="2026-04-18 09:00"))))


def flat(made):
    poll, pages, _ = made
    return [poll, *pages]


def test_b14_an_extension_after_the_end_is_refused(town):
    poll, _ = begin(town)
    with refuses(PollClosed), town.change(Poll, poll) as late:
        late.extend(seconds("2026-05-02 18:00"), words("票不够"), by=actor("secretary", at="2026-04-29 18:01"))


def test_b15_dissent_decides_only_where_a_council_adopted_it():
    """The vectors B15a to B15c say how; an older local rule (河南 66) holds nowhere by itself."""
    with village() as estate:
        furnish(estate)
        with estate.reading() as r, refuses(RuleNotAdopted):
            law_of(r, "OWN_DISSENT")
        with refuses(RuleNotAdopted):
            announce(estate, rule("OWN_DISSENT"))
        told = {"basis": "业主大会议事规则", "since": "2026-03-01", "second": who("chair")}
        told["by"] = actor("secretary", at="2026-03-01 09:00")
        estate.save(Adoption.adopt(profile("national-strict"), [rule("OWN_DISSENT")], **told))
        with estate.reading() as r:
            law = law_of(r, "OWN_DISSENT")
        poll = announce(estate, law)
        with estate.change(Poll, poll) as opening:
            opening.open(by=actor("secretary", at=OPEN))
        cast(estate, poll, "wu", "against")
        assert end(estate, poll).outcome == "PASS"
        assert recount(estate).findings == []


def test_b16_before_the_count_nobody_can_read_a_choice_not_even_the_chair(town):
    poll, key = begin(town)
    for person in RESIDENTS[:5]:
        vote(town, poll, key, person, "against")
    with town.reading() as r:
        row = r.row(polls, poll)
        assert turnout(r, row).cast == 5
    assert (row.result, row.key, row.outcome) == (None, "", "")


def test_b18_signatures_collected_after_the_end_are_on_record_and_do_not_count(town):
    poll, key = begin(town)
    vote(town, poll, key, "zhang", "for")
    with refuses(BoxFault):
        town.save(RefusedSlip.refuse(poll, MATTER, "", "late", by=actor("secretary", at=OPEN)))
    for minute in range(46):
        town.save(RefusedSlip.refuse(poll, MATTER, "", "late", by=actor("secretary", at=f"2026-04-29 19:{minute:02}")))
    result = json.loads(end(town, poll, at="2026-04-29 20:00", counted_at="2026-04-29 20:30").result)
    assert (result["in_favour"], result["refused"]) == (1, {"late": 46})
    with town.reading() as r:
        assert {aside.clerk for aside in slips_of(r, poll)} == {who("secretary")}
        assert len({aside.at for aside in slips_of(r, poll)}) == 46


def test_a_vote_by_signatures_or_in_secret_is_not_held_here():
    assert not any(can_be_held(rule(id)) for id in ("CALL_V", "OWN_CALL", "ELE_V", "REC_V"))


# one unit, a thousand at once

ATTEMPTS, THREADS = 1_000, 16


def test_of_a_thousand_ballots_of_one_door_at_once_exactly_one_is_accepted(database_url):
    with village(database_url) as council:
        poll, key = begin(council)
        answers: Counter[str] = Counter()
        gate, lock = threading.Barrier(THREADS), threading.Lock()

        def hurry(share: range) -> None:
            gate.wait()
            for n in share:
                by = Actor.of(who("zhang"), "resident", actor(at=OPEN).at)
                ballot = Ballot.cast(poll, MATTER, household("zhang"), ("for", "against")[n % 2], key=key, by=by)
                try:
                    council.save(ballot)
                    said = "accepted"
                except AlreadyVoted:
                    said = "refused"
                with lock:
                    answers[said] += 1

        shares = [range(start, ATTEMPTS, THREADS) for start in range(THREADS)]
        threads = [threading.Thread(target=hurry, args=(share,)) for share in shares]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == {"accepted": 1, "refused": ATTEMPTS - 1}
        assert json.loads(end(council, poll).result)["tallies"]["binding"]["roll"] == len(RESIDENTS)
        with council.reading() as r:
            assert turnout(r, r.row(polls, poll), BINDING).cast == 1
        assert recount(council).findings == []


def test_a_ballot_for_another_poll_or_by_a_stranger_is_refused(town):
    poll, key = begin(town)
    with refuses(NotOnRoll):
        town.save(Ballot.cast(poll, MATTER, who("a stranger"), "for", key=key, by=actor(person="zhang", at=OPEN)))
    other, pages, other_key = announced(replace(rule("VIL_H"), notice_days=0), roll=[line("li")])
    town.save(other, *pages)
    with town.change(Poll, other.id) as opening:
        opening.open(by=actor("secretary", at=OPEN))
    with refuses(NotOnRoll):
        vote(town, other.id, other_key, "zhang", "for")
    with town.reading() as r:
        assert vault.poll_key(r, poll) == key


def test_two_adults_behind_one_door_are_told_apart_by_name_on_their_slips(town):
    """By persons: a slip that names nobody is that of whoever has not voted yet."""
    wife = who("zhang's wife")
    by = actor("operator", at="2026-01-05 09:00")
    town.save(Page.of_persons([[wife, household("zhang"), "villager", 1, 0]], [PersonName(wife, "陈某", "")], by=by))
    with town.reading() as r:
        body = electorate(r, rule("VIL_P"), "2026-04-17").lines
    door = next(each.label for each in body if each.voter == wife)
    poll, pages, key = announced(law="VIL_P", roll=body)
    town.save(poll, *pages)
    with town.change(Poll, poll.id) as opening:
        opening.open(by=actor("secretary", at=OPEN))
    box = boxed(town, poll.id, 2)
    with town.reading() as r:
        left = entry.doors_left(r, poll.id)
        assert [called for called in left if called.startswith(door)] == sorted([f"{door} 张某", f"{door} 陈某"], key=by_door)
        assert entry.voter_at(r, poll.id, f"{door} 陈某").voter == wife
        assert {entry.voter_at(r, poll.id, door).voter} <= {wife, who("zhang")}
    town.save(slip(town, poll.id, key, box, wife, "for"))
    with town.reading() as r:
        assert entry.voter_at(r, poll.id, door).voter == who("zhang")
        assert entry.doors_left(r, poll.id).count(f"{door} 陈某") == 0
    read(town, poll.id, key, box, who("zhang"), "against", at=OVER)
    with town.reading() as r:
        (sheet,) = entry.sheets_to_confirm(r, box, who("scrutineer"))
        assert (sheet.door, sheet.voter) == (f"{door} 张某", who("zhang"))

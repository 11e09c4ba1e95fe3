"""What must not go through, tried at the moment in the story where somebody might try it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from deliberation.actors import RESIDENT, SCRUTINEER, SECRETARY
from deliberation.audit.recount import recount
from deliberation.clauses import Replace
from deliberation.log.aggregate import id_of
from deliberation.motions.model import Amendment, Motion
from deliberation.polls import queries as polls
from deliberation.polls.ballots import PAPER, Ballot
from deliberation.polls.counting import PollCount
from deliberation.polls.model import Poll
from deliberation.polls.paper import Box
from deliberation.polls.readings import NotReadYet, SlipReading
from deliberation.polls.refusals import (
    AlreadyVoted,
    BoxFault,
    CountDiffers,
    NotOnRoll,
    NotYourBallot,
    OtherOutcome,
    PollClosed,
    ReviewOpen,
    TextChanged,
    WrongStage,
)
from deliberation.polls.roll import BINDING, Line
from deliberation.polls.tallying import count_of
from deliberation.procedures.model import Matter
from deliberation.resolutions.model import OnlyAnOpinion, Resolution
from deliberation.scenario import voting
from deliberation.scenario.data import load, seconds
from deliberation.scenario.stage import Stage
from tests.given import refuses

Branch = Callable[[str], AbstractContextManager[Stage]]

SECOND_DAY = "2026-04-28 09:00"
LATE = "2026-04-29 18:01"


@pytest.fixture
def evening(branch: Branch) -> Iterator[Stage]:
    """The evening of 29 April: all boxes are entered, the poll is not closed yet."""
    with branch("third day") as stage:
        yield stage


@pytest.fixture
def morning(branch: Branch) -> Iterator[Stage]:
    """The morning of 28 April: one day of voting is over."""
    with branch("first day") as stage:
        yield stage


def silent(stage: Stage) -> Line:
    """Return a household that does not take part."""
    return voting.planned(stage).silent[-1]


def ballot(stage: Stage, line: Line, at: str, person: str = "", **channel: str) -> Ballot:
    """Return a ballot of a household, by its own telephone unless told otherwise."""
    poll, key = stage.ids["poll"], voting.sealing_key(stage, stage.ids["poll"])
    by = stage.by(person or line.holder, SECRETARY if channel else RESIDENT, at)
    return Ballot.cast(poll, stage.ids["matter"], line.voter, "for", key=key, by=by, **channel)


# text and review


def test_voting_cannot_open_on_a_text_changed_after_the_notice(branch: Branch) -> None:
    with branch("corrections") as stage:
        with stage.change(Motion, "motion") as motion:
            old = motion.text.clause("c7").text
            change = Replace("c7", old, old.replace("三日", "二十四小时"))
            motion.revise(
                [change], "drafting", "统一写法", by=stage.by("secretary", SECRETARY, "2026-04-26 09:00")
            )
        with refuses(TextChanged):
            voting.open_poll(stage)


def test_voting_cannot_open_while_the_fine_stands_in_clause_nine(branch: Branch) -> None:
    with branch("review") as stage:
        voting.announce(stage)
        with refuses(ReviewOpen, clause="c9", wording="罚款二百元"):
            voting.open_poll(stage)


def test_the_councils_opinion_does_not_become_a_resolution(branch: Branch) -> None:
    with branch("corrections") as stage:
        motion = stage.council.get(Motion, stage.ids["motion"])
        made = Resolution.adopt(
            motion.matter, "甲决〔2026〕9号", "决议", motion=motion.id, poll=stage.ids["submit"], text=motion.text,
            assembly="老甲议事会", adopted_on="2026-04-02", effective_on="2026-05-01",
            by=stage.by("secretary", SECRETARY, "2026-04-26 09:00"),
        )  # fmt: skip
        with refuses(OnlyAnOpinion):
            stage.save(made)


def test_the_villages_stage_is_not_decided_by_the_vote_of_the_party_members(branch: Branch) -> None:
    with branch("corrections") as stage, stage.change(Matter, "matter") as matter:
        by = stage.by("secretary", SECRETARY, "2026-04-26 09:00")
        matter.pass_gate("decided", on="2026-04-26", poll=stage.ids["party poll"], by=by)
        with refuses(OtherOutcome):
            stage.save(matter)
        matter.collect_events()


def test_a_vote_on_one_amendment_does_not_carry_another(branch: Branch) -> None:
    with branch("corrections") as stage:
        by = stage.by("secretary", SECRETARY, "2026-04-26 09:00")
        amendment = Amendment.move(stage.ids["motion"], stage.ids["matter"], "丁", *_change(stage), by=by)
        stage.save(amendment)
        amendment.settle(stage.ids["yi_second"], "PASS", by=by)
        with refuses(OtherOutcome):
            stage.save(amendment)


def _change(stage: Stage) -> tuple[str, list[Replace]]:
    text = stage.council.get(Motion, stage.ids["motion"]).text
    return text.digest(), [Replace("c1", text.clause("c1").text, "消防车通道全天畅通。")]


# opening and roll


def test_the_same_poll_is_not_opened_a_second_time(morning: Stage) -> None:
    with refuses(WrongStage, stage="投票中"):
        voting.open_poll(morning)


def test_the_roll_is_not_changed_on_the_second_day(morning: Stage) -> None:
    line = silent(morning)
    with morning.council.reading() as r:
        before = polls.lines_of(r, morning.ids["poll"], BINDING)
    words = morning.words("今天才说要换人", line.holder)
    with refuses(WrongStage, stage="投票中"), morning.change(Poll, "poll") as poll:
        poll.correct_roll(
            BINDING, before, remove=[line.voter], second=morning.person("clerk"), words=words,
            by=morning.by("secretary", SECRETARY, SECOND_DAY),
        )  # fmt: skip


# ballots


def test_a_telephone_at_18_01_is_too_late(evening: Stage) -> None:
    with refuses(PollClosed, when="2026-04-29 18:00"):
        evening.save(ballot(evening, silent(evening), LATE))


def test_a_ballot_after_the_close_is_refused_and_the_count_stays(evening: Stage) -> None:
    voting.count(evening)
    size = evening.council.head().size
    with refuses(PollClosed):
        evening.save(ballot(evening, silent(evening), "2026-04-29 18:40"))
    assert evening.council.head().size == size


def test_a_box_that_is_not_sealed_by_18_00_stays_outside(evening: Stage) -> None:
    poll, matter, by = evening.ids["poll"], evening.ids["matter"], evening.by("clerk", SECRETARY, LATE)
    late = Box.seal(poll, matter, 5, "晚到的票箱", "station", 1, second=evening.person("scrutineer"), by=by)
    with refuses(PollClosed, when="2026-04-29 18:00"):
        evening.save(late)
    with refuses(BoxFault, fault="没有这个票箱"):
        evening.save(ballot(evening, silent(evening), LATE, "clerk", channel=PAPER, box=late.id))


def test_one_household_votes_once_by_telephone_or_paper(morning: Stage) -> None:
    voted = next(call.line for call in voting.planned(morning).days[0] if call.roll == BINDING)
    with refuses(AlreadyVoted):
        morning.save(ballot(morning, voted, SECOND_DAY))
    by = morning.by("clerk", SECRETARY, "2026-04-28 12:00")
    poll, matter = morning.ids["poll"], morning.ids["matter"]
    box = Box.seal(poll, matter, 9, "中午的票箱", "station", 1, second=morning.person("scrutineer"), by=by)
    morning.save(box)
    key = voting.sealing_key(morning, poll)
    read = SlipReading.read(poll, matter, box.id, 1, voted.voter, "for", key=key, by=by)
    morning.save(read)
    again = morning.by("scrutineer", SCRUTINEER, "2026-04-28 12:05")
    with refuses(AlreadyVoted):
        morning.save(read.again(matter, "for", door=voted.label, key=key, by=again))
    morning.save(read.aside(matter, "duplicate", by=again))


def test_a_tenant_without_a_letter_does_not_vote_for_the_landlord(morning: Stage) -> None:
    with refuses(NotYourBallot):
        morning.save(ballot(morning, silent(morning), SECOND_DAY, "tenant"))
    tenant = morning.person("tenant")
    with refuses(NotOnRoll):
        morning.save(ballot(morning, Line(tenant, "", "", tenant), SECOND_DAY))


# the count


def test_a_375th_slip_does_not_come_out_of_boxes_with_142(evening: Stage) -> None:
    box = id_of(evening.ids["poll"], "box", "4")
    poll, matter, by = evening.ids["poll"], evening.ids["matter"], evening.by("clerk", SECRETARY, "2026-04-29 18:10")
    key = voting.sealing_key(evening, poll)
    with refuses(BoxFault, fault="“固定票箱（4月29日）”清点是22张"):
        evening.save(SlipReading.read(poll, matter, box, 23, silent(evening).voter, "for", key=key, by=by))
    with refuses(NotReadYet):
        evening.save(ballot(evening, silent(evening), "2026-04-29 18:10", "clerk", channel=PAPER, box=box))


def test_375_are_not_declared_where_374_are_on_record(evening: Stage) -> None:
    with evening.change(Poll, "poll") as poll:
        poll.close(by=evening.by("secretary", SECRETARY, load("vote")["closed"]))
    with evening.council.reading() as r:
        counted = count_of(r, polls.poll_row(r, poll.id))
    counted.result["tallies"]["binding"]["for"] += 1
    forged = PollCount.declare(
        poll, **counted._asdict(), by=evening.by("scrutineer", SCRUTINEER, "2026-04-29 18:30")
    )
    with refuses(CountDiffers):
        evening.save(forged)
    assert evening.council.head().time == seconds(load("vote")["closed"])


def test_choices_that_were_exchanged_in_the_count_are_found_by_the_recount(evening: Stage) -> None:
    with evening.change(Poll, "poll") as poll:
        poll.close(by=evening.by("secretary", SECRETARY, load("vote")["closed"]))
    with evening.council.reading() as r:
        counted = count_of(r, polls.poll_row(r, poll.id))
    binding = counted.result["tallies"]["binding"]
    binding["for"], binding["against"] = binding["for"] + 1, binding["against"] - 1
    by = evening.by("scrutineer", SCRUTINEER, "2026-04-29 18:30")
    evening.save(PollCount.declare(poll, **counted._asdict(), by=by))
    checker = recount(evening.council)
    assert {finding.code for finding in checker.findings} == {"C14"}
    assert [same.same for same in checker.recounted] == [True] * 5 + [False]

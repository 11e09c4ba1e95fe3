"""By-laws of a poll: from the notice to the count."""

import json
from dataclasses import replace

import pytest

from deliberation.audit.recount import recount
from deliberation.clauses import Replace, Text
from deliberation.motions.model import Motion
from deliberation.polls import booth, queries
from deliberation.polls.ballots import HANDS, Ballot
from deliberation.polls.catalogue import rule
from deliberation.polls.counting import CountedAlready, PollCount
from deliberation.polls.electorate import advice, electorate
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.paper import Box
from deliberation.polls.refusals import (
    AlreadyVoted,
    BoxFault,
    ChannelClosed,
    HandsDoNotAddUp,
    NotOnRoll,
    NotYet,
    NotYourBallot,
    PollClosed,
    PollNotOpen,
    RollFault,
    SealingKeyGone,
    TextChanged,
    UnknownChoice,
    VoteUnderWay,
    WindowFault,
    WrongStage,
)
from deliberation.polls.roll import BINDING, Line
from deliberation.polls.tallying import count_of
from deliberation.procedures.model import Matter
from deliberation.register import vault
from tests.given import (
    DELEGATES,
    RESIDENTS,
    actor,
    given,
    household,
    refuses,
    replays,
    town,
    who,
    words,
)
from tests.polls.votes import (
    CLOSES,
    MATTER,
    OPEN,
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


# the notice


def test_a_roll_names_nobody_twice():
    with refuses(RollFault):
        announced(roll=[line("zhang"), line("li"), line("zhang")])


def test_a_poll_needs_a_roll():
    with refuses(RollFault):
        announced(roll=[])


def test_a_window_does_not_end_before_it_begins():
    with refuses(WindowFault):
        announced(window=Window("2026-04-17", seconds(CLOSES), seconds(OPEN)))


def test_a_village_assembly_is_announced_ten_days_ahead(town):
    early = announced(window=Window("2026-04-17", seconds("2026-04-26 08:00"), seconds(CLOSES)))
    with refuses(WindowFault):
        town.save(early[0], *early[1])
    poll, pages, _ = announced()
    town.save(poll, *pages)


def test_the_root_of_a_roll_does_not_depend_on_the_order_of_its_lines():
    forward, _, _ = announced(roll=[line("zhang"), line("li"), line("wang")])
    backward, _, _ = announced(roll=[line("wang"), line("li"), line("zhang")])
    assert forward.rolls == backward.rolls


def test_a_roll_is_corrected_by_two_persons_before_the_opening(town):
    poll, pages, _ = announced()
    town.save(poll, *pages)
    with town.reading() as r:
        before = queries.lines_of(r, poll.id, BINDING)
    by = actor("secretary", at="2026-04-20 10:00")
    moved = line("zhang")._replace(holder=who("li"))
    with town.change(Poll, poll.id) as changed:
        with refuses(RollFault):
            changed.correct_roll(BINDING, before, remove=["nobody"], second=who("chair"), words=words("?"), by=by)
        with refuses(RollFault):
            changed.correct_roll(BINDING, before, remove=[], second=by.person, words=words("一个人"), by=by)
        changed.correct_roll(
            BINDING, before, add=[moved], remove=[moved.voter], second=who("chair"), words=words("换人"), by=by
        )
    with town.reading() as r:
        after = {row.voter: row.holder for row in queries.lines_of(r, poll.id, BINDING)}
    assert len(after) == len(RESIDENTS)
    assert after[household("zhang")] == who("li")
    with town.change(Poll, poll.id) as opening:
        opening.open(by=actor("secretary", at=OPEN))
    replays(town)


# voting


def test_no_ballot_before_the_opening(town):
    poll, pages, key = announced()
    town.save(poll, *pages)
    with refuses(PollNotOpen):
        vote(town, poll.id, key, "zhang", "for")


def test_a_poll_opens_when_its_window_begins_and_only_once(town):
    poll, pages, _ = announced()
    town.save(poll, *pages)
    with refuses(NotYet), town.change(Poll, poll.id) as early:
        early.open(by=actor("secretary", at="2026-04-27 07:59"))
    with town.change(Poll, poll.id) as opening:
        opening.open(by=actor("secretary", at=OPEN))
    with refuses(WrongStage), town.change(Poll, poll.id) as again:
        again.open(by=actor("secretary", at=OPEN))


def test_one_household_has_one_ballot(town):
    poll, key = begin(town)
    vote(town, poll, key, "zhang", "for")
    with refuses(AlreadyVoted):
        vote(town, poll, key, "zhang", "against")
    with town.reading() as r:
        assert queries.turnout(r, queries.poll_row(r, poll)) == (1, len(RESIDENTS), 1, 0)


def test_a_household_votes_by_the_phone_of_its_speaker_only(town):
    poll, key = begin(town)
    by = actor("resident", person="li", at=OPEN)
    with refuses(NotYourBallot):
        town.save(Ballot.cast(poll, MATTER, household("zhang"), "for", key=key, by=by))


def test_who_is_not_on_the_roll_does_not_vote(town):
    poll, key = begin(town, roll=[line("zhang"), line("li")])
    with refuses(NotOnRoll):
        vote(town, poll, key, "wang", "for")


def test_a_choice_outside_the_ballot_is_refused():
    with refuses(UnknownChoice):
        Ballot.cast(MATTER, MATTER, household("li"), "maybe", key=bytes(32), by=actor())


def test_a_channel_that_the_notice_does_not_name_stays_closed(town):
    poll, key = begin(town, channels=["paper"])
    with refuses(ChannelClosed):
        vote(town, poll, key, "zhang", "for")


def test_phones_stop_at_the_end_of_the_window_and_all_ballots_at_the_close(town):
    poll, key = begin(town)
    vote(town, poll, key, "zhang", "for", at=CLOSES)
    with refuses(PollClosed):
        vote(town, poll, key, "li", "for", at="2026-04-29 18:01")
    # the log's clock is that of the latest event, so a slow clock does not reopen the window
    with town.change(Poll, poll) as closing:
        closing.close(by=actor("secretary", at=OVER))
    with refuses(PollClosed):
        vote(town, poll, key, "wang", "for", at=OPEN)


def test_a_poll_is_not_closed_before_its_window_ends(town):
    poll, _ = begin(town)
    with refuses(NotYet), town.change(Poll, poll) as early:
        early.close(by=actor("secretary", at="2026-04-29 17:59"))


def test_choices_are_sealed_in_the_log_until_the_count(town):
    poll, key = begin(town)
    ballot = vote(town, poll, key, "zhang", "for")
    with town.database.engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())
    state = town.get(Ballot, ballot.id)
    assert state.version == 1
    assert '"for"' not in dump.split("ballot.cast")[1].split("\n")[0]
    with town.reading() as r:
        assert vault.poll_key(r, poll) == key
        assert queries.poll_row(r, poll).key == ""


def test_the_end_may_be_moved_back_before_it_has_come_and_not_after(town):
    poll, _ = begin(town)
    with town.change(Poll, poll) as changed:
        with refuses(WindowFault):
            changed.extend(seconds(CLOSES), words("票不够"), by=actor("secretary", at=OPEN))
        changed.extend(seconds("2026-05-02 18:00"), words("票不够"), by=actor("secretary", at=OPEN))
    with refuses(PollClosed), town.change(Poll, poll) as late:
        late.extend(seconds("2026-05-09 18:00"), words("还是不够"), by=actor("secretary", at="2026-05-02 18:01"))


# paper


def sealed(town, poll, slips=3, at="2026-04-29 17:50"):
    box = Box.seal(poll, MATTER, 1, "党群中心", "station", slips, second=who("chair"), by=actor("scrutineer", at=at))
    town.save(box)
    return box.id


def paper(town, poll, key, box, person, choice, at="2026-04-29 18:10"):
    town.save(slip(town, poll, key, box, household(person), choice, at=at))


def test_a_box_is_sealed_by_two_persons_before_the_end(town):
    poll, _ = begin(town)
    with refuses(BoxFault):
        Box.seal(poll, MATTER, 1, "箱", "station", 3, second=who("scrutineer"), by=actor("scrutineer", at=OPEN))
    with refuses(PollClosed):
        sealed(town, poll, at="2026-04-29 18:01")


def test_slips_of_a_box_sealed_in_time_are_entered_until_the_close(town):
    poll, key = begin(town)
    box = sealed(town, poll, slips=2)
    paper(town, poll, key, box, "zhang", "for")
    with refuses(BoxFault):
        town.save(Ballot.cast(poll, MATTER, household("li"), "for", key=key, channel="paper", by=actor("scrutineer", at=OVER)))
    town.save(slip(town, poll, key, box, "", "no_letter", at="2026-04-29 18:12"))
    with refuses(BoxFault):
        paper(town, poll, key, box, "li", "for")


def test_no_slip_is_lost_by_closing(town):
    poll, key = begin(town)
    box = sealed(town, poll, slips=2)
    paper(town, poll, key, box, "zhang", "for")
    with refuses(BoxFault), town.change(Poll, poll) as early:
        early.close(by=actor("secretary", at=OVER))
    paper(town, poll, key, box, "li", "for")
    with town.change(Poll, poll) as closing:
        closing.close(by=actor("secretary", at=OVER))


def test_the_first_ballot_of_a_household_counts_and_the_second_is_put_aside(town):
    poll, key = begin(town)
    vote(town, poll, key, "zhang", "for")
    box = sealed(town, poll, slips=1)
    first = read(town, poll, key, box, household("zhang"), "against", at=OVER)
    by = actor("scrutineer", at=OVER)
    with refuses(AlreadyVoted):
        town.save(first.again(MATTER, "against", door="张", key=key, by=by))
    town.save(first.aside(MATTER, "duplicate", by=by))
    with town.reading() as r:
        assert [row.reason for row in queries.slips_of(r, poll)] == ["duplicate"]
    row = end(town, poll)
    assert json.loads(row.result)["refused"] == {"duplicate": 1}
    assert json.loads(row.result)["tallies"]["binding"] == {"for": 1, "against": 0, "abstain": 0, "roll": 8}


# the count


def test_a_count_shows_every_step(town):
    poll, key = begin(town)
    for person in RESIDENTS[:4]:
        vote(town, poll, key, person, "for")
    vote(town, poll, key, "qian", "against")
    vote(town, poll, key, "sun", "abstain")
    row = end(town, poll)
    result = json.loads(row.result)
    assert (row.stage, row.outcome, row.key) == ("counted", "PASS", key.hex())
    assert [step["zh"][:9] for step in result["steps"]][-1].startswith("同意 4 × 2")
    assert result["groups"]["grid"] == [{"name": line("li").grid, "for": 4, "against": 1, "abstain": 1}]
    replays(town)


def test_too_few_households_decide_nothing(town):
    poll, key = begin(town)
    for person in RESIDENTS[:5]:
        vote(town, poll, key, person, "for")
    assert end(town, poll).outcome == "NO_QUORUM"


def test_a_poll_is_counted_once_and_after_the_close(town):
    poll, key = begin(town)
    vote(town, poll, key, "zhang", "for")
    with refuses(WrongStage):
        PollCount.declare(town.get(Poll, poll), key=key, cut_off=0, result={}, refused={}, by=actor("scrutineer"))
    end(town, poll)
    with town.reading() as r:
        row = queries.poll_row(r, poll)
    result = {name: value for name, value in json.loads(row.result).items() if name in _result_fields()}
    again = PollCount.declare(
        town.get(Poll, poll), key=key, cut_off=row.closed_position, result=result, refused={}, by=actor("scrutineer", at=OVER)
    )
    with refuses(CountedAlready):
        town.save(again)


def _result_fields():
    return (
        "cast_only", "slips", "outcome", "result_zh", "result_en", "in_favour", "against", "abstain", "tallies", "groups", "steps",
    )  # fmt: skip


def test_advice_is_counted_apart_and_never_added(town):
    tenants = [line("zhou"), line("wu")]
    poll, key = begin(town, roll=[line(person) for person in RESIDENTS[:3]], advisory=tenants)
    for person in RESIDENTS[:3]:
        vote(town, poll, key, person, "for")
    for person in ("zhou", "wu"):
        vote(town, poll, key, person, "against", roll="advisory")
    tallies = json.loads(end(town, poll).result)["tallies"]
    assert tallies == {
        "binding": {"for": 3, "against": 0, "abstain": 0, "roll": 3},
        "advisory": {"for": 0, "against": 2, "abstain": 0, "roll": 2},
    }


def test_one_question_tells_what_a_ballot_is_cast_with(town):
    poll, key = begin(town, roll=[line("zhang")], advisory=[line("zhou")])
    asked = [household("zhang"), household("zhou"), household("nobody")]
    with town.reading() as r:
        assert [booth.to_cast(r, poll, voter) for voter in asked] == [
            (MATTER, key, "binding", who("zhang"), 0),
            (MATTER, key, "advisory", who("zhou"), 0),
            (MATTER, key, "", "", 0),
        ]
        assert booth.to_cast(r, MATTER, asked[0]) is None


def test_without_its_key_no_ballot_is_sealed_and_none_counted(town):
    poll, key = begin(town)
    vote(town, poll, key, "zhang", "for")
    with town.change(Poll, poll) as closing:
        closing.close(by=actor("secretary", at=CLOSES))
    with town.database.engine.begin() as connection:
        connection.execute(vault.seals_table.delete())
    with town.reading() as r:
        with refuses(SealingKeyGone):
            booth.to_cast(r, poll, household("zhang"))
        with refuses(SealingKeyGone):
            count_of(r, queries.poll_row(r, poll))


def test_groups_too_small_to_hide_one_door_are_not_shown(town):
    roll = [line(person) for person in RESIDENTS]
    roll[0] = roll[0]._replace(grid="elsewhere")
    poll, key = begin(town, roll=roll)
    for person in RESIDENTS:
        vote(town, poll, key, person, "for")
    assert json.loads(end(town, poll).result)["groups"]["grid"] == []


# hands


def by_hands():
    poll, _, key = announced("DELIB", channels=[HANDS])
    return given(poll), key


def test_hands_must_add_up_to_those_present():
    poll, _ = by_hands()
    poll.open(by=actor("secretary"))
    with refuses(HandsDoNotAddUp, missing=1):
        poll.count_hands(due=46, present=42, in_favour=36, against=4, abstain=1, by=actor("secretary"))
    with refuses(WrongStage):
        poll.close(by=actor("secretary"))


@pytest.mark.parametrize(("hands", "outcome"), [((36, 4, 2), "PASS"), ((20, 20, 2), "FAIL")])
def test_a_tie_of_hands_is_not_passed(hands, outcome):
    from deliberation.polls.counting import count_hands

    poll, _ = by_hands()
    poll.open(by=actor("secretary"))
    poll.count_hands(due=46, present=42, in_favour=hands[0], against=hands[1], abstain=hands[2], by=actor("secretary"))
    poll.close(by=actor("secretary"))
    assert count_hands(rule("DELIB"), poll.hands)["outcome"] == outcome


# the text


def test_no_word_changes_while_people_vote(town):
    by = actor("secretary", at="2026-04-16 09:00")
    matter = Matter.open("甲事1号", "安全", "WU_BU", by=by)
    town.save(matter)
    text = Text.of("安全自治十条", ["不停车。", "不充电。"])
    motion = Motion.propose(matter.id, "甲议1号", "安全自治十条", "compact", text, 0, by=by)
    town.save(motion)
    question = Question(matter.id, "甲表1号", "安全自治十条", "motion", motion.id, text.digest())
    poll, key = begin(town, question=question)
    revise = [Replace("c1", "不停车。", "可以停车。")]
    with refuses(VoteUnderWay), town.change(Motion, motion.id) as changed:
        changed.revise(revise, "drafting", "", by=actor("secretary", at=OPEN))
    for person in RESIDENTS[:6]:
        vote(town, poll, key, person, "for")
    end(town, poll)
    other = Text.of("安全自治十条", ["可以停车。", "不充电。"])
    with refuses(TextChanged):
        town.save(*announced(replace(rule("VIL_H"), notice_days=0), question=question._replace(number="甲表2号", digest=other.digest()))[:1])


def test_several_rolls_are_asked_for_advice_beside_the_vote_and_never_added(town):
    tenants = [Line(who(person), "", "", who(person)) for person in ("secretary", "chair")]
    delegates = [Line(who(person), "", "", who(person)) for person in DELEGATES]
    poll, key = begin(town, advisory={"advisory": tenants, "delegates": delegates})
    for person in RESIDENTS[:6]:
        vote(town, poll, key, person, "for")
    for person in DELEGATES:
        by = actor("resident", person=person, at=OPEN)
        town.save(Ballot.cast(poll, MATTER, who(person), "against", key=key, roll="delegates", by=by))
    result = json.loads(end(town, poll).result)
    assert (result["outcome"], result["in_favour"]) == ("PASS", 6)
    assert result["tallies"]["advisory"] == {"for": 0, "against": 0, "abstain": 0, "roll": 2}
    assert result["tallies"]["delegates"] == {"for": 0, "against": 4, "abstain": 0, "roll": 4}
    replays(town)
    assert recount(town).findings == []


def test_nobody_stands_on_two_rolls_of_one_poll():
    with refuses(RollFault, fault="“zhang的门”在两份名册上"):
        announced(advisory={"advisory": [line("zhang")]})


def test_those_asked_for_advice_are_not_those_who_decide(town):
    with town.reading() as r:
        binding = electorate(r, rule("VIL_P"), "2026-04-17").lines
        with refuses(RollFault, fault="“成年村民”里没有可以另外征询的人"):
            advice(r, ["villagers"], "2026-04-17", "", binding)
        homes = electorate(r, rule("VIL_H"), "2026-04-17").lines
        asked = advice(r, ["delegates", "villagers"], "2026-04-17", "", homes)
    assert {name: len(lines) for name, lines in asked.items()} == {"delegates": 4, "villagers": 4}  # whoever is asked as a delegate is not asked again

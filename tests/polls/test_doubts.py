"""Given a count under a rule with days for asking, when people ask, then nothing rests on it before they are answered."""

from dataclasses import replace

import pytest

from deliberation.deadlines import UnknownYear
from deliberation.motions.model import Motion
from deliberation.polls import aftermath, queries
from deliberation.polls.annulling import Annulment
from deliberation.polls.catalogue import rule
from deliberation.polls.doubts import (
    FINDINGS,
    CountFoundWrong,
    Doubt,
    DoubtAnswered,
    DoubtsOpen,
    DoubtStands,
    DoubtTooLate,
    FindingMissing,
    NoDoubtDays,
    NotInRegister,
    OwnDoubt,
    Standing,
    StillPreliminary,
    due_of,
)
from deliberation.polls.model import Poll
from deliberation.polls.refusals import OtherOutcome, WrongStage
from deliberation.resolutions.views import to_adopt
from tests.given import actor, moment, refuses, replays, town, village, who, words
from tests.polls import votes
from tests.resolutions.adoptions import resolution, voted
from tests.resolutions.conftest import town as proceeding

#: Counted on 29 April; the third day after it and those that follow are off until 6 May.
LAW = replace(rule("VIL_H"), doubt_days=3)
LAST = "2026-05-06"
IN_TIME, OVER = "2026-04-30 09:00", "2026-05-07 00:00"


@pytest.fixture
def vote(proceeding):
    return voted(proceeding, law=LAW)


def row(council, poll):
    with council.reading() as r:
        return queries.poll_row(r, poll)


def doubt(council, poll, person="zhang", *, at=IN_TIME, **more):
    return Doubt.raise_(row(council, poll), words("少算了一票", person), by=actor("resident", person=person, at=at), **more)


def asked(council, poll, person="zhang", **more):
    made = doubt(council, poll, person, **more)
    council.save(made)
    return made.id


def answer(council, id, finding="stands", *, at=IN_TIME, role="scrutineer", person=""):
    with council.change(Doubt, id) as changed:
        changed.answer(finding, words("逐张核对过", ""), by=actor(role, at=at, person=person))


def adopt(council, vote, at):
    return council.save(resolution(vote, by=actor("secretary", at=at)))


def settle(council, vote, at):
    with council.change(Motion, vote.motion) as motion:
        motion.admit(by=actor("chair", at=at))
        motion.settle(vote.poll, "PASS", by=actor("chair", at=at))


def test_the_last_day_moves_over_a_holiday(proceeding, vote):
    firm = aftermath.standing(row(proceeding, vote.poll))
    assert (firm.until, firm.days, firm.open, firm.wrong) == (LAST, 3, 0, 0)


@pytest.mark.parametrize("at", ["2026-04-30 09:00", "2026-05-06 23:59"])
def test_nothing_rests_on_a_preliminary_count(proceeding, vote, at):
    with refuses(StillPreliminary, until=LAST):
        adopt(proceeding, vote, at)
    with refuses(StillPreliminary, until=LAST):
        settle(proceeding, vote, at)
    with proceeding.reading() as r:
        assert to_adopt(r, int(moment(at).timestamp())) == []
        assert len(to_adopt(r, int(moment(OVER).timestamp()))) == 1


def test_after_the_last_day_it_is_final(proceeding, vote):
    settle(proceeding, vote, OVER)
    adopt(proceeding, vote, OVER)


def test_without_days_a_count_is_final_at_once(proceeding):
    vote = voted(proceeding)
    with refuses(NoDoubtDays):
        asked(proceeding, vote.poll)
    adopt(proceeding, vote, IN_TIME)


def test_a_doubt_keeps_it_open_until_it_is_answered(proceeding, vote):
    id = asked(proceeding, vote.poll)
    with refuses(DoubtsOpen, open=1):
        adopt(proceeding, vote, OVER)
    answer(proceeding, id, at="2026-05-08 09:00")
    adopt(proceeding, vote, "2026-05-08 10:00")
    with proceeding.reading() as r:
        (line,) = aftermath.doubts_of(r, vote.poll)
    assert (line.said, line.finding, line.answer) == ("少算了一票", "stands", "逐张核对过")
    replays(proceeding)


def test_a_count_found_wrong_must_be_annulled(proceeding, vote):
    answer(proceeding, asked(proceeding, vote.poll), "wrong")
    with refuses(CountFoundWrong):
        adopt(proceeding, vote, OVER)
    with proceeding.reading() as r:
        assert [one.id for one in aftermath.to_annul(r)] == [vote.poll]
    told = {"ground": "count", "authority": "监票组", "document": "复核1号", "by": actor("secretary", at=OVER)}
    proceeding.save(Annulment.declare(proceeding.get(Poll, vote.poll), **told))
    with proceeding.reading() as r:
        assert aftermath.to_annul(r) == []
    with refuses(OtherOutcome):
        settle(proceeding, vote, OVER)
    replays(proceeding)


def test_one_person_has_one_open_doubt(proceeding, vote):
    id = asked(proceeding, vote.poll)
    with refuses(DoubtStands):
        asked(proceeding, vote.poll)
    asked(proceeding, vote.poll, "li")
    answer(proceeding, id)
    asked(proceeding, vote.poll)
    assert row(proceeding, vote.poll).doubts_open == 2


def test_asking_ends_with_the_last_day(proceeding, vote):
    asked(proceeding, vote.poll, at="2026-05-06 23:59")
    with refuses(DoubtTooLate, until=LAST):
        asked(proceeding, vote.poll, "li", at=OVER)


def test_whoever_is_in_no_register_asks_nothing(proceeding, vote):
    poll, by = row(proceeding, vote.poll), actor("secretary", at=IN_TIME)
    with refuses(NotInRegister):
        proceeding.save(Doubt.raise_(poll, words("?"), person=who("a stranger"), by=by))


def test_only_a_count_that_stands_is_asked_about(town):
    poll, _key = votes.begin(town, law=LAW)
    with refuses(WrongStage):
        asked(town, poll, at=votes.OPEN)


def test_an_answer_is_given_once_by_another_and_says_what_was_found(proceeding, vote):
    id = asked(proceeding, vote.poll)
    with refuses(FindingMissing):
        answer(proceeding, id, "perhaps")
    answer(proceeding, id)
    with refuses(DoubtAnswered):
        answer(proceeding, id, "wrong")
    own = Doubt.raise_(row(proceeding, vote.poll), words("?", "scrutineer"), by=actor("scrutineer", at=IN_TIME))
    proceeding.save(own)
    with refuses(OwnDoubt):
        answer(proceeding, own.id)
    answer(proceeding, own.id, role="secretary")


def test_an_answer_is_due_in_thirty_days(proceeding, vote):
    asked(proceeding, vote.poll)
    with proceeding.reading() as r:
        (waiting,) = aftermath.to_answer(r)
    assert (waiting.poll, waiting.due.isoformat()) == (vote.poll, "2026-06-01")
    assert due_of(int(moment("2031-12-20 09:00").timestamp())).isoformat() == "2032-01-19"


def test_where_the_holidays_are_not_known_yet_asking_goes_on():
    counted = int(moment("2031-12-30 09:00").timestamp())
    firm = Standing("?", 5, counted, 0, 0)
    assert firm.until == ""
    assert firm.asking(counted + 30 * 86_400)
    assert isinstance(firm.hindrance(counted), UnknownYear)


def test_findings_have_words():
    assert all(zh and en for zh, en in FINDINGS.values())


@pytest.mark.postgres
def test_it_is_so_on_postgresql(postgres_url):
    with village(postgres_url) as council:
        poll, key = votes.begin(council, law=LAW)
        for person in ("zhang", "li", "wang", "zhao", "qian", "sun"):
            votes.vote(council, poll, key, person, "for")
        votes.end(council, poll)
        id = asked(council, poll)
        with refuses(DoubtStands):
            asked(council, poll)
        answer(council, id, "wrong")
        with council.reading() as r:
            assert [one.id for one in aftermath.to_annul(r)] == [poll]
        replays(council)


__all__ = ["proceeding", "town"]

"""Given a declared count, when two look at the paper again, then what they found stands beside it, and it is not edited."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from deliberation.audit.recount import recount as audited
from deliberation.polls import aftermath, queries
from deliberation.polls.annulling import Annulment
from deliberation.polls.bearing import must_be_final
from deliberation.polls.catalogue import rule
from deliberation.polls.doubts import CountFoundWrong
from deliberation.polls.model import Poll
from deliberation.polls.recounts import (
    OneRecounter,
    PollRecount,
    RecountDiffers,
    RecountFault,
)
from deliberation.polls.refusals import WrongStage
from tests.given import RESIDENTS, actor, facts, refuses, replays, town, who, words
from tests.polls.votes import announced, begin, end, vote

BY = actor("scrutineer", at="2026-05-01 09:00")
FOUND = {"in_favour": 6, "against": 0, "abstain": 0, "refused": 0}
DECLARED = {"in_favour": 6, "against": 0, "abstain": 0, "refused": {}}


@pytest.fixture
def counted(town):
    poll, key = begin(town)
    for person in RESIDENTS[:6]:
        vote(town, poll, key, person, "for")
    assert end(town, poll).outcome == "PASS"
    return poll


def recount(town, poll, **changes):
    with town.reading() as r:
        row = queries.poll_row(r, poll)
    told = FOUND | {"second": who("second_scrutineer"), "by": BY, "declared": DECLARED} | changes
    return PollRecount.declare(row, told.pop("declared"), words("当众重新唱票", "scrutineer"), **told)


def test_the_same_numbers_are_the_same(town, counted):
    ((kind, body),) = facts(made := recount(town, counted))
    assert (kind, body["same"], body["same_zh"]) == ("poll.recounted", True, "与公布的一致")
    town.save(made)
    with town.reading() as r:
        (line,) = aftermath.recounts_of(r, counted)
        assert (line.said, line.row.same, aftermath.to_annul(r)) == ("当众重新唱票", 1, [])
    replays(town)


@pytest.mark.parametrize("found", [{"in_favour": 5, "abstain": 1}, {"against": 1}, {"refused": 1}])
def test_other_numbers_ask_for_an_annulment_and_change_nothing(town, counted, found):
    with town.reading() as r:
        before = queries.poll_row(r, counted)
    town.save(recount(town, counted, **found))
    town.save(recount(town, counted))
    with town.reading() as r:
        after = queries.poll_row(r, counted)
        assert [line.row.same for line in aftermath.recounts_of(r, counted)] == [0, 1]
        assert [row.id for row in aftermath.to_annul(r)] == [counted]
    assert (after.stage, after.result) == ("counted", before.result)
    replays(town)


def test_a_recount_cannot_say_that_other_numbers_are_the_same(town, counted):
    with refuses(RecountDiffers):
        town.save(recount(town, counted, against=1, declared=DECLARED | {"against": 1}))


@pytest.mark.parametrize("second", ["", BY.person])
def test_one_person_recounts_nothing(town, counted, second):
    with refuses(OneRecounter):
        recount(town, counted, second=second)


def test_the_second_is_of_the_staff(town, counted):
    with refuses(OneRecounter):
        town.save(recount(town, counted, second=who("zhang")))


def test_nothing_is_fewer_than_none(town, counted):
    with refuses(RecountFault):
        recount(town, counted, against=-1)


def test_there_must_be_a_count_that_stands(town, counted):
    poll, pages, _key = announced(replace(rule("VIL_H"), notice_days=0))
    town.save(poll, *pages)
    with refuses(WrongStage):
        town.save(recount(town, poll.id))
    told = {"ground": "count", "authority": "监票组", "document": "复核1号", "by": actor("secretary", at="2026-05-02 09:00")}
    town.save(Annulment.declare(town.get(Poll, counted), **told))
    with refuses(WrongStage):
        town.save(recount(town, counted))


__all__ = ["town"]


def test_nothing_rests_on_a_count_while_the_latest_recount_found_other_numbers(town, counted):
    def gate():
        with town.reading() as r:
            must_be_final(queries.poll_row(r, counted)._asdict(), SimpleNamespace(time=1_900_000_000))

    gate()
    town.save(recount(town, counted, against=1))
    with refuses(CountFoundWrong):
        gate()
    town.save(recount(town, counted))
    gate()
    assert audited(town).findings == []

"""What a forger plants after a count, or before the same is voted on again, is found; what is honest is not."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deliberation.audit import verify
from deliberation.audit.recount import recount
from deliberation.council import Council
from deliberation.log.aggregate import new_id
from deliberation.polls import queries
from deliberation.polls.catalogue import rule
from deliberation.polls.doubts import Doubt
from deliberation.polls.recounts import PollRecount
from tests.audit.forging import Log, found, whole
from tests.given import actor, moment, who, words

#: Three days after the count of 29 April end on 2 May, 24:00 (holidays only make it later).
IN_TIME, AFTER = "2026-04-30T01:00:00Z", "2026-05-02T16:00:00Z"


@pytest.fixture
def days(log: Log) -> Log:
    """The small council with three days for asking, one doubt answered, and what rests on the count after them."""
    log.body("poll.announced", 1)["rule"]["doubt_days"] = 3
    for type in ("motion.settled", "resolution.adopted"):
        log.find(type)["at"] = AFTER
    poll = log.find("poll.opened", 1)["agg"]
    at = log.where("motion.settled")
    log.entries[at:at] = [
        entry("doubt.raised", who("doubt"), {"poll": poll, "person": who("zhang")}),
        entry("doubt.answered", who("doubt"), {"poll": poll, "finding": "stands"}, version=2, person="scrutineer"),
        entry("poll.recounted", who("recount"), {
            "poll": poll, "second": who("second_scrutineer"), "in_favour": 6, "against": 1, "abstain": 1, "refused": 1, "same": True,
        }, person="scrutineer"),
    ]  # fmt: skip
    return log


def entry(type: str, agg: str, body: Any, *, version: int = 1, person: str = "zhang", at: str = IN_TIME) -> Any:
    actor = {"person": who(person), "role": "resident" if person == "zhang" else person}
    return {"actor": actor, "agg": agg, "aggv": version, "at": at, "body": whole(type, body), "type": type, "v": 1}


def test_the_honest_log_holds(days: Log, tmp_path: Path) -> None:
    assert found(days, tmp_path) == set()


def settled_too_early(log: Log) -> None:
    log.find("motion.settled")["at"] = "2026-05-02T15:59:59Z"


def adopted_too_early(log: Log) -> None:
    log.drop("motion.settled")
    log.find("resolution.adopted")["at"] = "2026-05-02T15:59:59Z"


def never_answered(log: Log) -> None:
    log.drop("doubt.answered")


def found_wrong(log: Log) -> None:
    log.body("doubt.answered")["finding"] = "wrong"


def answered_by_oneself(log: Log) -> None:
    log.find("doubt.answered")["actor"]["person"] = who("zhang")


def answered_twice(log: Log) -> None:
    again = copy.deepcopy(log.find("doubt.answered"))
    log.entries.insert(log.where("doubt.answered") + 1, again | {"aggv": 3})


def asked_twice(log: Log) -> None:
    again = copy.deepcopy(log.find("doubt.raised"))
    log.entries.insert(log.where("doubt.raised") + 1, again | {"agg": who("another doubt")})


def asked_before_the_count(log: Log) -> None:
    log.move("doubt.raised", before="poll.counted")


def asked_where_no_days_are(log: Log) -> None:
    del log.body("poll.announced", 1)["rule"]["doubt_days"]


def rests_on_an_annulled_result(log: Log) -> None:
    told = {"poll": log.find("poll.opened", 1)["agg"], "ground": "court"}
    log.entries.insert(log.where("motion.settled"), entry("poll.annulled", who("annulment"), told, person="chair"))


def recounted_before_the_count(log: Log) -> None:
    log.move("poll.recounted", before="poll.opened")


@pytest.mark.parametrize(
    "forge",
    [
        settled_too_early, adopted_too_early, never_answered, found_wrong, answered_by_oneself, answered_twice, asked_twice,
        asked_before_the_count, asked_where_no_days_are, rests_on_an_annulled_result, recounted_before_the_count,
    ],
)  # fmt: skip
def test_a_step_on_a_count_that_is_not_final_is_found(days: Log, tmp_path: Path, forge: Callable[[Log], None]) -> None:
    forge(days)
    assert "C08" in found(days, tmp_path)


@pytest.mark.parametrize("lie", [{"same": False}, {"against": 2}, {"refused": 0}, {"in_favour": 5, "abstain": 2}])
def test_a_recount_that_lies_about_itself_is_found(days: Log, tmp_path: Path, lie: Any) -> None:
    days.body("poll.recounted").update(lie)
    # Other numbers also take the ground from under what rests on the count.
    assert found(days, tmp_path) == ({"C14"} if "same" in lie else {"C14", "C08"})


@pytest.mark.parametrize("second", ["", who("scrutineer")])
def test_a_recount_by_one_alone_is_found(days: Log, tmp_path: Path, second: str) -> None:
    days.body("poll.recounted")["second"] = second
    assert found(days, tmp_path) == {"C16"}


# held again


@pytest.fixture
def again(log: Log) -> Log:
    """The show of hands ended in a tie; the same question, to the same people, is announced once more in July."""
    log.body("poll.announced", 0)["rule"] |= {"id": "VIL_H", "bar_months": 3}
    once_more = copy.deepcopy(log.find("poll.announced", 0))
    once_more |= {"agg": new_id(), "at": "2026-07-02T16:00:00Z"}
    once_more["body"] |= {"repeats": log.find("poll.announced", 0)["agg"], "petition": 0}
    log.entries.append(once_more)
    return log


def test_after_its_months_it_may_be_held_again(again: Log, tmp_path: Path) -> None:
    assert found(again, tmp_path) <= {"C14"}, "the steps of the first one name the rule that it was held by"


def a_second_too_early(log: Log) -> None:
    log.entries[-1]["at"] = "2026-07-02T15:59:59Z"


def with_a_petition_that_no_rule_knows(log: Log) -> None:
    a_second_too_early(log)
    log.entries[-1]["body"]["petition"] = 4


def repeats_what_is_preliminary(log: Log) -> None:
    log.body("poll.announced", 0)["rule"] |= {"doubt_days": 60, "bar_months": 0}
    log.entries[-1]["at"] = "2026-06-01T00:00:00Z"


def repeats_another_question(log: Log) -> None:
    log.entries[-1]["body"]["repeats"] = log.find("poll.announced", 1)["agg"]


def repeats_what_carried(log: Log) -> None:
    carried = log.find("poll.announced", 1)
    log.entries[-1]["body"] |= {"subject": carried["body"]["subject"], "subject_kind": "motion", "repeats": carried["agg"]}


@pytest.mark.parametrize(
    "forge", [a_second_too_early, with_a_petition_that_no_rule_knows, repeats_what_is_preliminary, repeats_another_question, repeats_what_carried]
)  # fmt: skip
def test_a_vote_held_again_out_of_turn_is_found(again: Log, tmp_path: Path, forge: Callable[[Log], None]) -> None:
    forge(again)
    assert "C08" in found(again, tmp_path)


@pytest.mark.parametrize(("signed", "good"), [(0, False), (1, True), (4, True)])
def test_a_petition_lifts_the_bar_by_the_adopted_rule(again: Log, tmp_path: Path, signed: int, good: bool) -> None:
    a_second_too_early(again)
    again.entries[-1]["body"]["petition"] = signed
    laws = [again.body("poll.announced", 0)["rule"], rule("CALL_V").to_json()]
    again.entries.insert(-1, entry("rules.adopted", new_id(), {"rules": laws}, person="secretary", at="2026-06-01T01:00:00Z"))
    assert ("C08" not in found(again, tmp_path)) is good


@pytest.mark.parametrize(
    ("from_", "months", "end"),
    [("2026-04-29 18:30", 3, "2026-07-30 00:00"), ("2026-11-30 00:00", 3, "2027-03-01 00:00"), ("2027-12-31 23:59", 2, "2028-03-01 00:00"),
     ("2026-09-15 08:00", 3, "2026-12-16 00:00"), ("2026-01-05 08:00", 12, "2027-01-06 00:00")],
)  # fmt: skip
def test_months_end_as_the_law_has_it(from_: str, months: int, end: str) -> None:
    assert verify.end_of_months(int(moment(from_).timestamp()), months) == int(moment(end).timestamp())


def test_the_program_s_own_doubts_and_recounts_hold(town: Council) -> None:
    with town.reading() as r:
        (poll,) = queries.polls_at(r, "counted")
    by = actor("scrutineer", at="2026-04-03 09:00")
    numbers = {"in_favour": 3, "against": 1, "abstain": 0, "refused": 0}
    declared = numbers | {"refused": {}}
    town.save(PollRecount.declare(poll, declared, words("再数一遍"), **numbers, second=who("second_scrutineer"), by=by))
    assert recount(town).findings == []
    assert Doubt.raise_(poll, words("?"), by=by).pending_events

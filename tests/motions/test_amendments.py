"""Amendments: voted on as they stand, a tie is not a pass, another try names the one that failed."""

import pytest

from deliberation.clauses import Replace, Text, WordingDiffers
from deliberation.council import Council
from deliberation.motions import changes, queries
from deliberation.motions.model import Amendment, Motion
from deliberation.motions.refusals import (
    AmendmentSettled,
    LabelTaken,
    MotionClosed,
    NoSuchMotion,
    NothingChanged,
    NotReplaceable,
    OtherOperations,
    PollMissing,
    TextMovedOn,
    TextTooLarge,
)
from deliberation.procedures.model import Matter
from tests.given import (
    actor,
    facts,
    given,
    polls_taken_for_granted,
    refuses,
    replays,
    who,
    words,
)

SECRETARY = actor("secretary")
DRAFT = Text.of("十条", ["通道畅通。", "电动自行车不进楼。", "二十四小时内登记人脸照片。"])
CHARGING = [Replace("c2", "电动自行车不进楼。", "电动自行车不进楼。充电位不少于三十个。")]
SEVEN_DAYS = [Replace("c3", "二十四小时内登记人脸照片。", "七日内登记，照片自愿。")]
THREE_DAYS = [Replace("c3", "二十四小时内登记人脸照片。", "三日内登记，不收集照片。")]
POLL = who("a poll")


def moved(label: str = "甲", operations: list[Replace] = CHARGING, replaces: str = "") -> Amendment:
    return Amendment.move(
        who("a motion"), who("a matter"), label, DRAFT.digest(), operations, replaces, by=actor("delegate")
    )


def test_an_amendment_is_named_by_base_and_operations():
    [(kind, body)] = facts(moved())
    assert (kind, body["count"], body["label"]) == ("amendment.moved", 1, "甲")
    assert body["digest"] == changes.digest_of(DRAFT.digest(), CHARGING)
    assert body["digest"] != changes.digest_of("0" * 64, CHARGING)
    assert body["digest"] != changes.digest_of(DRAFT.digest(), SEVEN_DAYS)


def test_an_amendment_changes_something_and_fits_into_an_event():
    with refuses(NothingChanged):
        moved(operations=[])
    with refuses(TextTooLarge):
        moved(operations=[Replace("c1", "旧" * 4_000, "新" * 4_001)])


@pytest.mark.parametrize(
    ("outcome", "state"), [("PASS", "passed"), ("FAIL", "not_passed"), ("NO_QUORUM", "not_passed")]
)
def test_whatever_is_not_a_pass_is_not_passed(outcome, state):
    it = given(moved())
    it.settle(POLL, outcome, by=SECRETARY)
    assert it.state == state
    assert facts(it)[0][1]["outcome"] == outcome
    with refuses(AmendmentSettled, label="甲"):
        it.settle(POLL, "PASS", by=SECRETARY)


def test_a_result_names_its_poll():
    with refuses(PollMissing):
        moved().settle("", "PASS", by=SECRETARY)


# with the tables


@pytest.fixture
def motion(town: Council) -> Motion:
    matter = Matter.open("1", "安全自治十条", "SI_YI", by=SECRETARY)
    town.save(matter)
    it = Motion.propose(matter.id, "1", "安全自治十条", "compact", DRAFT, 0, by=actor())
    town.save(it)
    return it


def move(
    town: Council, it: Motion, label: str, operations: list[Replace], replaces: str = "", base: Text = DRAFT
) -> Amendment:
    amendment = Amendment.move(
        it.id, it.matter, label, base.digest(), operations, replaces, by=actor("delegate")
    )
    town.save(amendment)
    return amendment


def settle(town: Council, it: Motion, amendment: Amendment, outcome: str) -> None:
    """As the secretary's desk does it: the result and, if it passed, the new text, in one step."""
    motion, found = town.get(Motion, it.id), town.get(Amendment, amendment.id)
    found.settle(POLL, outcome, by=SECRETARY)
    with polls_taken_for_granted():
        if outcome == "PASS":
            motion.amend(found.id, found.label, found.operations, POLL, by=SECRETARY)
        town.save(*([found, motion] if outcome == "PASS" else [found]))


def test_the_evening_of_the_council(town: Council, motion: Motion):
    first = move(town, motion, "甲", CHARGING)
    tied = move(town, motion, "乙", SEVEN_DAYS)
    settle(town, motion, first, "PASS")
    settle(town, motion, tied, "FAIL")
    now = town.get(Motion, motion.id).text
    again = move(town, motion, "乙", THREE_DAYS, tied.id, now)
    settle(town, motion, again, "PASS")
    with town.reading() as r:
        assert [(row.label, row.state, row.version) for row in queries.amendments_of(r, motion.id)] == [
            ("甲", "passed", 2),
            ("乙", "not_passed", None),
            ("乙", "passed", 3),
        ]
        found = queries.amendment_row(r, again.id)
        assert found is not None
        assert found.replaces == tied.id
        assert [(row.origin, row.label) for row in queries.clauses_of(r, motion.id)] == [
            ("draft", ""),
            ("amendment", "甲"),
            ("amendment", "乙"),
        ]
        assert queries.versions_of(r, motion.id)[2].amendment == again.id
    replays(town)


def test_an_amendment_is_moved_to_the_present_text(town: Council, motion: Motion):
    settle(town, motion, move(town, motion, "甲", CHARGING), "PASS")
    with refuses(TextMovedOn, version=2):
        move(town, motion, "乙", SEVEN_DAYS)
    now = town.get(Motion, motion.id).text
    with refuses(WordingDiffers, clause="c2"):
        move(town, motion, "乙", CHARGING, base=now)


def test_an_amendment_waits_while_another_changes_other_clauses(town: Council, motion: Motion):
    first, second = move(town, motion, "甲", CHARGING), move(town, motion, "乙", SEVEN_DAYS)
    settle(town, motion, first, "PASS")
    settle(town, motion, second, "PASS")
    assert town.get(Motion, motion.id).edition == 3


def test_an_amendment_to_a_clause_that_has_changed_cannot_be_written_in(town: Council, motion: Motion):
    first, second = move(town, motion, "甲", SEVEN_DAYS), move(town, motion, "乙", THREE_DAYS)
    settle(town, motion, first, "PASS")
    with refuses(WordingDiffers, clause="c3"):
        settle(town, motion, second, "PASS")
    assert town.get(Amendment, second.id).state == "moved"


def test_a_label_is_used_once_but_for_another_try(town: Council, motion: Motion):
    first = move(town, motion, "甲", CHARGING)
    with refuses(LabelTaken, label="甲"):
        move(town, motion, "甲", SEVEN_DAYS)
    with refuses(NotReplaceable):
        move(town, motion, "甲", SEVEN_DAYS, first.id)
    with refuses(NotReplaceable):
        move(town, motion, "乙", SEVEN_DAYS, who("no amendment"))


def test_only_what_was_moved_is_written_in(town: Council, motion: Motion):
    amendment = move(town, motion, "甲", CHARGING)
    for id, operations in ((amendment.id, THREE_DAYS), (who("no amendment"), CHARGING)):
        it = town.get(Motion, motion.id)
        it.amend(id, "甲", operations, POLL, by=SECRETARY)
        with polls_taken_for_granted(), refuses(OtherOperations):
            town.save(it)


def test_a_motion_that_has_ended_takes_no_amendment(town: Council, motion: Motion):
    with refuses(NoSuchMotion):
        town.save(moved())
    with town.change(Motion, motion.id) as it:
        it.withdraw(words("不提了"), by=actor())
    with refuses(MotionClosed):
        move(town, motion, "甲", CHARGING)

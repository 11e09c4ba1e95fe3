"""Motions: proposed, seconded by neighbours, admitted, withdrawn, settled."""

from typing import Any

import pytest

from deliberation.clauses import (
    Insert,
    Remove,
    Replace,
    Text,
    UnchangedWording,
    WordingDiffers,
)
from deliberation.council import Council
from deliberation.forms import load
from deliberation.motions import changes, queries, schemas
from deliberation.motions.model import Motion, Second
from deliberation.motions.refusals import (
    MotionClosed,
    MotionFault,
    MotionNumberTaken,
    NoClauses,
    NotAdmitted,
    NothingChanged,
    NotProposed,
    NotYours,
    OtherOperations,
    OutcomeUnclear,
    PollMissing,
    TextTooLarge,
)
from deliberation.procedures.model import Matter
from deliberation.procedures.refusals import MatterClosed, NoSuchMatter
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
DRAFT = Text.of(
    "甲河村安全自治十条", ["消防车通道全天畅通。", "电动自行车不进楼。", "逾期不改的，罚款二百元。"]
)
POLL = who("a poll")


def motion(matter: str = who("a matter"), number: str = "1", needed: int = 3, text: Text = DRAFT) -> Motion:
    return Motion.propose(matter, number, "安全自治十条", "compact", text, needed, by=actor())


def admitted() -> Motion:
    it = motion()
    it.admit(by=SECRETARY)
    return given(it)


def test_a_motion_carries_its_text_and_digest():
    [(kind, body)] = facts(motion())
    assert kind == "motion.proposed"
    assert (body["version"], body["seconds_needed"], body["kind_zh"]) == (1, 3, "公约")
    assert Text.from_json(body["text"]).digest() == body["digest"] == DRAFT.digest()


def test_a_motion_says_something():
    with refuses(NoClauses):
        motion(text=Text.of("空", []))


def test_a_text_fits_into_one_event():
    motion(text=Text.of("长文", ["畅" * 5_900] * 2))
    with refuses(TextTooLarge, limit=12_000):
        motion(text=Text.of("长文", ["畅" * 6_001] * 2))


@pytest.mark.parametrize(("kind", "needed"), [("law", 3), ("compact", -1)])
def test_a_motion_is_of_a_known_kind(kind, needed):
    with refuses(MotionFault):
        Motion.propose(who("a matter"), "1", "题", kind, DRAFT, needed, by=actor())


ENDED: dict[str, Any] = {
    "withdrawn": lambda it: it.withdraw(words("另提"), by=actor()),
    "adopted": lambda it: it.settle(POLL, "PASS", by=SECRETARY),
    "rejected": lambda it: it.settle(POLL, "FAIL", by=SECRETARY),
}
CHANGE = [Replace("c2", "电动自行车不进楼。", "电动自行车及其电池不进楼。")]
VERBS: dict[str, Any] = {
    "admit": lambda it: it.admit(by=SECRETARY),
    "revise": lambda it: it.revise(CHANGE, "drafting", "补一个词", by=SECRETARY),
    "amend": lambda it: it.amend(who("an amendment"), "甲", CHANGE, POLL, by=SECRETARY),
    "withdraw": lambda it: it.withdraw(words("另提"), by=actor()),
    "settle": lambda it: it.settle(POLL, "PASS", by=SECRETARY),
}


@pytest.mark.parametrize("state", ENDED)
@pytest.mark.parametrize("verb", VERBS)
def test_a_motion_that_has_ended_does_not_change(state, verb):
    it = admitted()
    ENDED[state](it)
    assert it.state == state
    with refuses(MotionClosed, number="1"):
        VERBS[verb](it)


def test_a_motion_is_admitted_once_and_settled_only_after_it():
    it = given(motion())
    with refuses(NotAdmitted):
        it.settle(POLL, "PASS", by=SECRETARY)
    it.admit(by=SECRETARY)
    with refuses(NotProposed):
        it.admit(by=SECRETARY)


@pytest.mark.parametrize("outcome", ["NO_QUORUM", "VOID", "REPORTED", ""])
def test_only_a_valid_result_settles_a_motion(outcome):
    with refuses(OutcomeUnclear, outcome=outcome):
        admitted().settle(POLL, outcome, by=SECRETARY)


def test_a_result_names_its_poll():
    with refuses(PollMissing):
        admitted().settle("", "PASS", by=SECRETARY)
    with refuses(PollMissing):
        admitted().amend(who("an amendment"), "甲", CHANGE, "", by=SECRETARY)


def test_a_motion_is_withdrawn_by_its_proposer_or_for_them():
    for by in (actor(person="li"), actor("grid_worker")):
        with refuses(NotYours):
            given(motion()).withdraw(words("不提了"), by=by)
    for by in (actor(), actor("chair"), SECRETARY):
        it = given(motion())
        it.withdraw(words("不提了"), by=by)
        assert it.state == "withdrawn"


def test_a_revision_says_why_and_changes_something():
    it = admitted()
    with refuses(MotionFault):
        it.revise(CHANGE, "whim", "随手改", by=SECRETARY)
    with refuses(NothingChanged):
        it.revise([], "review", "没有改", by=SECRETARY)
    with refuses(UnchangedWording):
        it.revise(
            [Replace("c2", "电动自行车不进楼。", "电动自行车不进楼。 ")], "review", "没有改", by=SECRETARY
        )
    with refuses(WordingDiffers):
        it.revise([Replace("c2", "自行车不进楼。", "都不进楼。")], "review", "照旧稿改", by=SECRETARY)
    assert facts(it) == []


def test_the_fine_is_struck_after_the_review():
    it = admitted()
    it.revise(
        [Replace("c3", "逾期不改的，罚款二百元。", "逾期不改的，公示隐患位置。")],
        "review",
        "删去罚款",
        label="丙",
        by=SECRETARY,
    )
    [(kind, body)] = facts(it)
    assert (kind, body["version"], body["reason_zh"], body["label"]) == (
        "motion.revised",
        2,
        "按审核意见",
        "丙",
    )
    assert body["digest"] == it.text.digest() != DRAFT.digest()


def test_an_amendment_is_written_in_once():
    it = admitted()
    it.amend(who("an amendment"), "甲", CHANGE, POLL, by=SECRETARY)
    with refuses(OtherOperations):
        it.amend(who("an amendment"), "甲", CHANGE, POLL, by=SECRETARY)


def test_two_amendments_may_each_add_a_clause():
    it = admitted()
    first, second = Insert("c4", "c3", "租户同样遵守。"), Insert("c4", "c1", "楼道同样畅通。")
    it.amend(who("first"), "甲", [first], POLL, by=SECRETARY)
    it.amend(
        who("second"), "乙", [second, Replace("c4", "楼道同样畅通。", "楼道也畅通。")], POLL, by=SECRETARY
    )
    assert [(clause.id, clause.text) for clause in it.text.clauses][1] == ("c5", "楼道也畅通。")
    assert changes.same([first], [Insert("c9", "c3", "租户同样遵守。")])
    assert not changes.same([first], [Insert("c4", "c3", "租户不必遵守。")])


def test_operations_are_named_as_a_form_names_them():
    assert changes.operation_on(DRAFT, "replace", "c1", "新") == Replace("c1", "消防车通道全天畅通。", "新")
    assert changes.operation_on(DRAFT, "insert", "", "新") == Insert("c4", "", "新")
    assert changes.operation_on(DRAFT, "remove", "c2") == Remove("c2", "c1", "电动自行车不进楼。")


# with the tables


@pytest.fixture
def matter(town: Council) -> str:
    it = Matter.open("1", "安全自治十条", "SI_YI", by=SECRETARY)
    town.save(it)
    return it.id


def test_a_motion_belongs_to_an_open_matter_and_has_its_own_number(town: Council, matter: str):
    with refuses(NoSuchMatter):
        town.save(motion())
    first = motion(matter)
    town.save(first)
    with refuses(MotionNumberTaken, number="1"):
        town.save(motion(matter))
    with town.reading() as r:
        assert queries.next_number(r, matter) == "2"
    with town.change(Matter, matter) as it:
        it.close(words=words("撤回"), by=SECRETARY)
    for late in (motion(matter, "2"), Second.of(first.id, matter, "1", by=actor(person="li"))):
        with refuses(MatterClosed):
            town.save(late)


def test_each_version_of_the_text_stays_legible(town: Council, matter: str):
    it = motion(matter, needed=0)
    town.save(it)
    with town.change(Motion, it.id) as found:
        found.revise([Insert("c4", "", "总则。")], "comments", "加总则", by=SECRETARY)
        found.revise(
            [Remove("c2", "c1", "电动自行车不进楼。"), Replace("c4", "总则。", "为了安全。")],
            "drafting",
            "删第三条",
            label="丙",
            by=SECRETARY,
        )
    with town.reading() as r:
        rows = queries.clauses_of(r, it.id)
        assert [(row.clause, row.ordinal, row.since_version, row.origin, row.label) for row in rows] == [
            ("c4", 1, 3, "drafting", "丙"),
            ("c1", 2, 1, "draft", ""),
            ("c3", 3, 1, "draft", ""),
        ]
        assert [(w.version, w.what, w.text) for w in queries.wordings_of(r, it.id, "c4")] == [
            (2, "inserted", "总则。"),
            (3, "replaced", "为了安全。"),
        ]
        assert [w.what for w in queries.wordings_of(r, it.id, "c2")] == ["drafted", "removed"]
        assert [row.note for row in queries.versions_of(r, it.id)] == ["", "加总则", "删第三条"]
        assert queries.text_at(r, it.id, 1) == DRAFT
        assert queries.text_at(r, it.id, 4) is None
        assert queries.provenance(r, it.id)[0] == {
            "clause": "c4",
            "origin": "drafting",
            "label": "丙",
            "version": 3,
            "position": rows[0].position,
        }
    replays(town)


def test_a_motion_is_settled_by_a_poll(town: Council, matter: str):
    it = motion(matter, needed=0)
    town.save(it)
    it.admit(by=SECRETARY)
    town.save(it)
    with polls_taken_for_granted(), town.change(Motion, it.id) as found:
        found.settle(POLL, "PASS", by=SECRETARY)
    with town.reading() as r:
        row = queries.motion_row(r, it.id)
        assert row is not None
        assert (row.state, row.outcome, row.poll) == ("adopted", "PASS", POLL)
        assert queries.open_motions(r) == []
        assert [m.id for m in queries.motions_of(r, matter)] == [it.id]


def test_a_form_of_a_motion_lists_its_clauses():
    entry = {"title": "停车", "kind": "决定", "wordings": ["第一句。", "第二句。"], "seconds_needed": "3"}
    assert load(schemas.Propose, entry) == {
        "number": "",
        "title": "停车",
        "kind": "decision",
        "heading": "",
        "wordings": ["第一句。", "第二句。"],
        "seconds_needed": 3,
    }

"""Matters: a gate is passed in its turn, with numbers that fit, or it is not passed."""

import json
from typing import Any

import pytest

from deliberation.council import Council
from deliberation.forms import BadForm, load
from deliberation.intake.model import Report
from deliberation.procedures import schemas, views
from deliberation.procedures.model import Matter
from deliberation.procedures.refusals import (
    DayOutOfOrder,
    FindingFault,
    HeadsDoNotFit,
    MatterClosed,
    MatterNumberTaken,
    NoReviewAsked,
    NoSuchMatter,
    NotAReviewer,
    ReviewPending,
    StageNeedsPoll,
    StageOutOfOrder,
    StagesLeft,
    UnknownTemplate,
)
from deliberation.procedures.templates import SI_YI, TEMPLATES
from tests.given import actor, facts, given, refuses, replays, who, words

AUTUMN = "2026-11-23 10:00"
SECRETARY = actor("secretary", at=AUTUMN)
POLL = who("some poll")
#: The gates of the village compact: day, due, present, for, against, abstain.
DAYS: list[tuple[str, str, tuple[int, ...]]] = [
    ("proposed", "2026-03-24", (7, 7, 7, 0, 0)),
    ("consulted", "2026-03-27", (11, 9, 0, 0, 0)),
    ("reviewed_by_party", "2026-03-30", (62, 51, 47, 2, 2)),
    ("deliberated", "2026-04-02", (46, 42, 40, 1, 1)),
    ("commented", "2026-04-13", (0, 0, 0, 0, 0)),
    ("prefiled", "2026-04-16", (0, 0, 0, 0, 0)),
    ("decided", "2026-04-29", (486, 371, 338, 21, 12)),
    ("published", "2026-04-30", (0, 0, 0, 0, 0)),
    ("filed", "2026-05-11", (0, 0, 0, 0, 0)),
    ("result_published", "2026-11-18", (0, 0, 0, 0, 0)),
]


def opened(template: str = "SI_YI", number: str = "1") -> Matter:
    return Matter.open(number, "安全自治十条", template, by=SECRETARY)


def heads(numbers: tuple[int, ...]) -> dict[str, int]:
    return dict(zip(("due", "present", "in_favour", "against", "abstain"), numbers, strict=True))


def pass_gates(matter: Matter, count: int) -> Matter:
    rules = {stage.stage: stage.rules for stage in SI_YI.stages}
    for stage, on, numbers in DAYS[:count]:
        matter.pass_gate(stage, on=on, poll=POLL if rules[stage] else "", by=SECRETARY, **heads(numbers))
    return matter


def test_the_stages_are_copied_into_the_opening():
    [(kind, body)] = facts(opened())
    assert kind == "matter.opened"
    assert [stage["stage"] for stage in body["stages"]] == [stage for stage, _, _ in DAYS]
    assert body["stages"][2] == {
        "stage": "reviewed_by_party",
        "zh": "党员大会审议",
        "en": "reviewed by the Party members",
        "rules": ["PARTY4"],
        "review": False,
    }
    assert [stage["stage"] for stage in body["stages"] if stage["review"]] == ["prefiled"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_can_be_opened_and_has_each_stage_once(template):
    stages = [stage["stage"] for stage in opened(template).stages]
    assert len(set(stages)) == len(stages) >= 5


def test_an_unknown_template_opens_nothing():
    with refuses(UnknownTemplate):
        opened("SAN_HUI")


def test_the_village_compact_passes_every_gate_in_order():
    matter = pass_gates(given(opened()), 10)
    assert matter.next_stage is None
    assert [body["next"] for _, body in facts(matter)] == [stage for stage, _, _ in DAYS[1:]] + [""]
    party = facts(matter)[2][1]
    assert party["heads_zh"] == "：应到62人，实到51人，同意47、反对2、弃权2"
    assert facts(matter)[4][1]["heads_zh"] == "", "nobody met for the comments"


@pytest.mark.parametrize("stage", ["consulted", "decided", "proposed_again", ""])
def test_a_gate_is_passed_only_in_its_turn(stage):
    with refuses(StageOutOfOrder, next="党总支提议"):
        given(opened()).pass_gate(stage, on="2026-03-24", by=SECRETARY)


def test_no_gate_comes_after_the_last():
    matter = pass_gates(opened(), 10)
    with refuses(StageOutOfOrder):
        matter.pass_gate("filed", on="2026-11-18", by=SECRETARY)


def test_a_stage_with_a_rule_needs_its_poll():
    matter = given(pass_gates(opened(), 2))
    with refuses(StageNeedsPoll, stage="党员大会审议", rules="PARTY4"):
        matter.pass_gate("reviewed_by_party", on="2026-03-30", due=62, present=51, by=SECRETARY)
    assert facts(matter) == []


@pytest.mark.parametrize("numbers", [(7, 8, 0, 0, 0), (7, 7, 7, 1, 0), (-1, -1, 0, 0, 0), (7, 7, 8, -1, 0)])
def test_nobody_votes_who_is_not_there(numbers):
    with refuses(HeadsDoNotFit):
        given(opened()).pass_gate("proposed", on="2026-03-24", by=SECRETARY, **heads(numbers))


def test_a_stage_lies_neither_before_the_last_nor_in_the_future():
    matter = given(pass_gates(opened(), 1))
    for on in ("2026-03-23", "2026-11-24"):
        with refuses(DayOutOfOrder, on=on):
            matter.pass_gate("consulted", on=on, by=SECRETARY)
    matter.pass_gate("consulted", on="2026-03-24", by=SECRETARY)


def test_a_matter_with_stages_left_closes_only_with_words_why():
    matter = given(opened())
    with refuses(StagesLeft, stage="党总支提议"):
        matter.close(by=SECRETARY)
    matter.close(words=words("提案人搬走，无人接手"), by=SECRETARY)
    [(kind, body)] = facts(matter)
    assert (kind, body["complete"], body["passed"], body["stages"]) == ("matter.closed", False, 0, 10)


def test_a_matter_with_no_stage_left_closes_without_words():
    matter = given(pass_gates(opened(), 10))
    matter.close(by=SECRETARY)
    assert facts(matter)[0][1]["words"] == ""
    assert facts(matter)[0][1]["complete"]


CLOSED: dict[str, Any] = {
    "pass_gate": lambda m: m.pass_gate("proposed", on="2026-03-24", by=SECRETARY),
    "ask_review": lambda m: m.ask_review(who("motion"), "a" * 64, 1, "丙街道", by=SECRETARY),
    "answer_review": lambda m: m.answer_review(who("motion"), "a" * 64, [], by=SECRETARY),
    "close": lambda m: m.close(by=SECRETARY),
}


@pytest.mark.parametrize("verb", CLOSED)
def test_a_closed_matter_refuses_every_verb(verb):
    matter = opened()
    matter.close(words=words("撤回"), by=SECRETARY)
    with refuses(MatterClosed, number="1"):
        CLOSED[verb](matter)


# the street office's review

MOTION, V3, V4 = who("motion"), "3" * 64, "4" * 64
FINE = {"clause": "c9", "wording": "逾期不改的，罚款二百元。", "ground": "行政处罚法第十六条"}


def asked() -> Matter:
    matter = opened()
    matter.ask_review(MOTION, V3, 3, "丙街道", by=SECRETARY)
    return given(matter)


def test_a_review_names_wording_clause_and_ground():
    matter = asked()
    matter.answer_review(MOTION, V3, [FINE], by=actor("street_office", at=AUTUMN))
    [(kind, body)] = facts(matter)
    assert (kind, body["review"], body["version"], body["count"]) == ("matter.reviewed", 1, 3, 1)
    assert body["findings"] == [FINE]


def test_a_review_without_findings_is_an_answer_too():
    matter = asked()
    matter.answer_review(MOTION, V3, [], by=SECRETARY)
    assert facts(matter)[0][1]["count"] == 0


@pytest.mark.parametrize("part", FINE)
def test_a_finding_lacks_nothing(part):
    with refuses(FindingFault):
        asked().answer_review(MOTION, V3, [FINE | {part: " "}], by=SECRETARY)


def test_only_the_street_office_or_the_secretary_for_it_enters_a_review():
    with refuses(NotAReviewer):
        asked().answer_review(MOTION, V3, [], by=actor("chair", at=AUTUMN))


def test_a_text_is_with_the_reviewer_once_and_answered_once():
    matter = asked()
    with refuses(ReviewPending, version=3):
        matter.ask_review(MOTION, V3, 3, "丙街道", by=SECRETARY)
    with refuses(NoReviewAsked):
        matter.answer_review(MOTION, V4, [], by=SECRETARY)
    matter.answer_review(MOTION, V3, [FINE], by=SECRETARY)
    with refuses(NoReviewAsked):
        matter.answer_review(MOTION, V3, [], by=SECRETARY)
    matter.ask_review(MOTION, V4, 4, "丙街道", by=SECRETARY)
    assert facts(matter)[-1][1]["review"] == 2


# with the tables


def test_a_matter_number_is_given_once(town: Council):
    town.save(opened(number="1"))
    with refuses(MatterNumberTaken, number="1"):
        town.save(opened(number="1"))
    with town.reading() as r:
        assert views.next_number(r) == "2"


def test_reports_are_taken_up_under_an_open_matter(town: Council):
    matter = opened()
    entry = {"channel": "patrol", "place": "3号楼东侧", "colour": "red"}
    report = Report.receive("1", words=words("消防车道停车4辆"), by=SECRETARY, **entry)
    town.save(matter)
    town.save(report)
    for id, number in ((who("no matter"), "1"), (matter.id, "7")):
        with refuses(NoSuchMatter), town.change(Report, report.id) as it:
            it.take_up(id, number, by=SECRETARY)
    with town.change(Report, report.id) as it:
        it.take_up(matter.id, "1", by=SECRETARY)
    with town.change(Matter, matter.id) as closing:
        closing.close(words=words("撤回"), by=SECRETARY)
    late = Report.receive("2", words=words("又停了"), by=SECRETARY, **entry)
    town.save(late)
    with refuses(MatterClosed), town.change(Report, late.id) as it:
        it.take_up(matter.id, "1", by=SECRETARY)


def test_the_stage_bar_shows_what_is_done_and_what_comes(town: Council):
    matter = pass_gates(opened(), 2)
    town.save(matter)
    with town.reading() as r:
        page = views.matter_page(r, matter.id)
        assert page is not None
        assert page.row.stage == "reviewed_by_party"
        assert [(gate.stage, gate.on) for gate in page.gates[:3]] == [
            ("proposed", "2026-03-24"),
            ("consulted", "2026-03-27"),
            ("reviewed_by_party", ""),
        ]
        assert json.loads(page.gates[6].rules) == ["VIL_H", "VIL_P"]
        assert [row.id for row in views.matters_list(r)] == [matter.id]
        assert views.matters_list(r, state="closed") == []
        assert views.matter_page(r, who("no matter")) is None
    replays(town)


def test_the_form_of_a_gate_counts_nobody_where_nobody_met():
    assert load(schemas.PassGate, {"stage": "公开征求意见", "on": "2026-04-13"})["due"] == 0
    with pytest.raises(BadForm) as caught:
        load(schemas.AnswerReview, {"motion": MOTION, "digest": V3, "findings": [{"clause": "c9"}]})
    assert set(caught.value.errors) == {"findings.0.wording", "findings.0.ground"}

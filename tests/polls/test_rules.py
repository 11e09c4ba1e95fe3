"""A vote is decided exactly, by the rule it was noticed under, and each step can be read."""

import json
from dataclasses import replace
from datetime import date

import pytest

from deliberation.polls.catalogue import RULES, UnknownRule, rule
from deliberation.polls.conditions import Condition
from deliberation.polls.rules import Measures, Rule, Tally, decide, percentage

# id | rule | roll | participating | for | against | abstain | expected
VECTORS = """
V21|VIL_H|486|324|163|150|11|PASS
V22|VIL_H|486|323|323|0|0|NO_QUORUM
V23|VIL_H|120|100|50|30|20|FAIL
V24|VIL_P|1452|726|726|0|0|NO_QUORUM
V25|VIL_P|1452|727|364|363|0|PASS
V37|PARTY4|62|51|31|20|0|PASS
V38|DELIB|46|42|20|20|2|FAIL
V40|VIL_P|1452|0|0|0|0|NO_QUORUM
村民会议|VIL_H|486|371|338|21|12|PASS
党员大会|PARTY4|62|51|47|2|2|PASS
修正案甲|DELIB|46|42|36|4|2|PASS
修正案乙|DELIB|46|42|20|20|2|FAIL
修正案乙改|DELIB|46|42|31|9|2|PASS
提交村民会议|DELIB|46|42|40|1|1|PASS
租户|ADV|2310|1126|987|96|43|REPORTED
差一人不过半|VIL_P|1452|727|363|364|0|FAIL
应到半数少一|PARTY4|62|51|30|20|1|FAIL
应到三分之二少一|PARTY4|62|41|41|0|0|NO_QUORUM
席位三分之二|DELIB|46|31|16|15|0|PASS
席位三分之二少一|DELIB|46|30|30|0|0|NO_QUORUM
同意与反对各半|PARTY4|62|62|31|31|0|FAIL
"""

# The dual measure of an owners' assembly: what the catalogue will hold must already be expressible as data.
OWNERS = Rule(
    "OWN_G", "2021-01-01", "业主大会一般事项", "Owners, general matters", "业主大会", "Owners' assembly",
    "《中华人民共和国民法典》第二百七十八条", "owner",
    quorum=tuple(Condition(measure, "participating", "roll", ">=", 2, 3) for measure in ("area", "heads")),
    majority=tuple(Condition(measure, "for", "participating", ">", 1, 2) for measure in ("area", "heads")),
    proxies=None, notice_days=15,
)  # fmt: skip


def tally(roll, participating, for_, against, abstain, present=None):
    return Tally(*(Measures(heads) for heads in (roll, participating, for_, against, abstain)), present)


def owners(*pairs):
    return Tally(*(Measures(heads, area) for heads, area in pairs))


def status(rule_id, *numbers, **room):
    return decide(rule(rule_id), tally(*numbers, **room)).status


def sentences(outcome):
    return [step.zh for step in outcome.steps]


@pytest.mark.parametrize("line", VECTORS.split())
def test_the_vectors_of_the_law(line):
    _, rule_id, *numbers, expected = line.split("|")
    assert status(rule_id, *map(int, numbers)) == expected


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (((300, 3000000), (200, 2000000), (101, 1000001), (99, 999999), (0, 0)), "PASS"),  # V01
        (((300, 3000000), (200, 2000000), (101, 1000000), (99, 1000000), (0, 0)), "FAIL"),  # V02
        (((300, 3000000), (199, 2050000), (150, 1500000), (49, 550000), (0, 0)), "NO_QUORUM"),  # V03
        (((2782, 25000000), (1854, 18000000), (1800, 17500000), (54, 500000), (0, 0)), "NO_QUORUM"),  # V09
    ],
)
def test_a_rule_with_two_measures_is_only_data(pairs, expected):
    assert decide(OWNERS, owners(*pairs)).status == expected


def test_the_village_vote_is_explained_step_by_step():
    outcome = decide(rule("VIL_H"), tally(486, 371, 338, 21, 12))
    assert sentences(outcome) == [
        "参加 371 × 3 = 1113 ≥ 486 × 2 = 972，达到名册的 2/3",
        "同意 338 × 2 = 676 > 371，超过参加的 1/2",
    ]
    assert [step.en for step in outcome.steps] == [
        "Taking part 371 × 3 = 1113 ≥ 486 × 2 = 972, at least 2/3 of the roll",
        "For 338 × 2 = 676 > 371, more than 1/2 of those taking part",
    ]
    for step in outcome.steps:
        assert step.authority.rule == "VIL_H"
        assert "第二十六条" in step.authority.source


def test_steps_of_areas_show_square_metres():
    pairs = (300, 3000000), (200, 2000000), (101, 1000000), (99, 1000000), (0, 0)
    outcome = decide(OWNERS, owners(*pairs))
    assert sentences(outcome)[2] == "同意面积 10000.00 × 2 = 20000.00 ≤ 20000.00，未超过参加面积的 1/2"
    english = "For (m²) 10000.00 × 2 = 20000.00 ≤ 20000.00, not more than 1/2 of those taking part"
    assert outcome.steps[2].en == english


def test_steps_are_stored_with_their_integers():
    outcome = decide(rule("VIL_H"), tally(486, 323, 323, 0, 0))
    stored = json.loads(json.dumps(outcome.to_json()))
    assert stored["status"] == "NO_QUORUM"
    [step] = stored["steps"]
    assert step == {
        "rule": "VIL_H", "version": "2026-01-01", "source": rule("VIL_H").source, "kind": "quorum",
        "measure": "heads", "subject": "participating", "count": 323, "times": 3, "left": 969,
        "operator": ">=", "base": "roll", "of": 486, "base_times": 2, "right": 972, "holds": False,
        "zh": "参加 323 × 3 = 969 < 486 × 2 = 972，未达到名册的 2/3",
        "en": "Taking part 323 × 3 = 969 < 486 × 2 = 972, less than 2/3 of the roll",
    }  # fmt: skip


def test_a_tie_has_not_passed_and_says_so():
    outcome = decide(rule("DELIB"), tally(46, 42, 20, 20, 2))
    assert sentences(outcome)[1:] == [
        "同意 20 × 2 = 40 ≤ 42，未超过参加的 1/2",
        "同意 20 ≤ 反对 20，票数相等，不通过",
    ]
    assert outcome.steps[-1].en == "For 20 ≤ those against 20: a tie, not passed"
    outvoted = decide(rule("DELIB"), tally(46, 42, 19, 20, 3))
    assert outvoted.steps[-1].zh == "同意 19 ≤ 反对 20，同意没有多于反对，不通过"
    assert outvoted.steps[-1].en.endswith("no more for than against, not passed")


def test_nobody_taking_part_is_no_quorum_and_no_division_by_zero():
    outcome = decide(rule("VIL_P"), tally(1452, 0, 0, 0, 0))
    assert sentences(outcome) == ["参加 0 ≤ 0，没有人参加", "参加 0 × 2 = 0 ≤ 1452，未超过名册的 1/2"]
    without_quorum = replace(rule("VIL_P"), quorum=())
    assert decide(without_quorum, tally(1452, 0, 0, 0, 0)).status == "NO_QUORUM"


def test_an_advisory_poll_reports_counts_and_decides_nothing():
    outcome = decide(rule("ADV"), tally(2310, 1126, 987, 96, 43))
    assert sentences(outcome) == [
        "参加 1126 / 名册 2310 = 48.74%",
        "同意 987 / 参加 1126 = 87.66%",
        "反对 96 / 参加 1126 = 8.53%",
        "弃权 43 / 参加 1126 = 3.82%",
    ]
    assert outcome.steps[1].en == "For 987 / those taking part 1126 = 87.66%"
    assert status("ADV", 2310, 0, 0, 0, 0) == "REPORTED"
    assert status("ADV", 10, 11, 11, 0, 0) == "VOID"


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ((100, 101, 101, 0, 0), "参加 101 > 名册 100，数目对不上，计票作废"),
        ((486, 375, 338, 21, 12), "同意、反对、弃权合计 371 ≠ 参加 375，数目对不上，计票作废"),
        ((486, 371, 383, -12, 0), "反对 -12 < 0，数目对不上，计票作废"),
    ],
)
def test_numbers_that_cannot_be_right_make_the_count_void(numbers, sentence):
    outcome = decide(rule("VIL_H"), tally(*numbers))
    assert outcome.status == "VOID"
    assert sentence in sentences(outcome)
    assert all("void" in step.en and not step.holds for step in outcome.steps)


def test_areas_that_cannot_be_right_make_the_count_void():
    pairs = (300, 3000000), (200, 3000001), (101, 2000000), (99, 1000001), (0, 0)
    outcome = decide(OWNERS, owners(*pairs))
    assert (outcome.status, sentences(outcome)) == (
        "VOID",
        ["参加面积 30000.01 > 名册面积 30000.00，数目对不上，计票作废"],
    )
    pairs = (300, 3000000), (200, 2000000), (101, 2000001), (99, -1), (0, 0)
    assert sentences(decide(OWNERS, owners(*pairs))) == ["反对面积 -0.01 < 0.00，数目对不上，计票作废"]


def test_who_is_in_the_room_and_says_nothing_is_present_all_the_same():
    assert status("DELIB", 46, 30, 24, 6, 0, present=42) == "PASS"
    assert status("DELIB", 46, 30, 21, 9, 0, present=42) == "FAIL"
    assert status("DELIB", 46, 30, 30, 0, 0, present=30) == "NO_QUORUM"
    assert sentences(decide(rule("DELIB"), tally(46, 42, 36, 4, 2, present=42))) == [
        "到会 42 × 3 = 126 ≥ 46 × 2 = 92，达到名册的 2/3",
        "同意 36 × 2 = 72 > 42，超过到会的 1/2",
    ]
    assert status("DELIB", 46, 42, 36, 4, 2, present=41) == "VOID"
    assert status("DELIB", 46, 42, 36, 4, 2, present=47) == "VOID"


def test_abstentions_count_against_unless_the_rule_lets_them_leave():
    numbers = tally(120, 100, 50, 30, 20)
    assert decide(rule("VIL_H"), numbers).status == "FAIL"
    leaving = replace(rule("VIL_H"), abstention="leaves")
    outcome = decide(leaving, numbers)
    assert outcome.status == "PASS"
    assert sentences(outcome)[1] == "同意 50 × 2 = 100 > 80，超过同意、反对合计的 1/2"
    lenient = replace(leaving, majority=(Condition("heads", "for", "present", ">=", 1, 2),))
    assert decide(lenient, tally(120, 100, 0, 0, 100)).status == "FAIL", "no share of nothing is a majority"


def test_the_catalogue_says_what_the_law_says():
    assert {one.id for one in RULES.values()} == set(RULES) >= {"DELIB", "VIL_P", "VIL_H", "PARTY4", "ADV"}
    assert rule("DELIB").opinion
    assert not rule("VIL_H").opinion
    assert [one.id for one in RULES.values() if not one.binding] == ["ADV"]
    assert (rule("VIL_P").notice_days, rule("VIL_H").notice_days) == (10, 10)
    assert {rule(id).tie for id in RULES} == {"fails", "ignored"}
    assert rule("ELE_V").proxies == 3
    assert (rule("VIL_P").unit, rule("VIL_H").unit) == ("person", "household")
    for one in RULES.values():
        assert one.version == date.fromisoformat(one.version).isoformat()
        assert one.source
        assert one.name_zh
        assert one.name_en


def test_an_unknown_rule_is_refused():
    with pytest.raises(UnknownRule, match="没有“过半就行”") as caught:
        rule("过半就行")
    assert "过半就行" in caught.value.say("en")


@pytest.mark.parametrize("one", [*RULES.values(), OWNERS], ids=lambda one: one.id)
def test_a_rule_is_stored_as_plain_data_and_cannot_be_edited(one):
    stored = json.loads(json.dumps(one.to_json()))
    assert Rule.from_json(stored) == one
    assert json.loads(json.dumps(Rule.from_json(stored).to_json())) == stored
    with pytest.raises(AttributeError):
        one.majority = ()


def test_a_rule_stored_before_a_field_existed_can_still_be_read():
    stored = rule("VIL_H").to_json()
    for name in ("composition", "proxies", "opinion", "abstention"):
        del stored[name]
    assert Rule.from_json(stored) == rule("VIL_H")


@pytest.mark.parametrize(
    "fault",
    [
        {"numerator": 0.5},
        {"denominator": 2.0},
        {"numerator": True},
        {"numerator": -1},
        {"denominator": 0},
        {"operator": "≥"},
        {"base": "everyone"},
        {"subject": "chair"},
        {"measure": "weight"},
    ],
)
def test_a_rule_takes_whole_numbers_and_known_words_only(fault):
    stored = rule("VIL_H").to_json()
    stored["majority"] = [{**stored["majority"][0], **fault}]
    with pytest.raises(ValueError, match="no condition"):
        Rule.from_json(stored)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (47, 49, "95.92%"),  # B13; printed as 95.91 by the press
        (338, 371, "91.11%"),
        (338, 486, "69.55%"),
        (2066, 2261, "91.38%"),
        (1854, 2782, "66.64%"),
        (1, 20_000, "0.01%"),
        (1, 20_001, "0.00%"),
        (1, 1, "100.00%"),
        (0, 7, "0.00%"),
        (0, 0, "—"),
    ],
)
def test_percentages_are_rounded_half_up_for_display(part, whole, shown):
    assert percentage(part, whole) == shown

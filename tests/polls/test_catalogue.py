"""The catalogue of rules decides as the law says, and what was published in it is never edited."""

import hashlib
import json
from pathlib import Path

import pytest

from deliberation.polls import vectors
from deliberation.polls.catalogue import (
    EVERY,
    PROFILES,
    RULES,
    UnknownProfile,
    profile,
    rule,
    rule_of,
)
from deliberation.polls.rules import Measures, Tally, decide
from tests.given import refuses

LINES = (Path(__file__).parent / "vectors.txt").read_text("utf-8").splitlines()
#: Digest of each rule as it was first published. A line is added for a new version, none is changed.
PUBLISHED = json.loads((Path(__file__).parent / "published_rules.json").read_text("utf-8"))


@pytest.mark.parametrize("line", [line for line in LINES if not line.startswith("#")], ids=lambda line: line.split("|")[0])
def test_the_vectors_of_the_law(line):
    (verdict,) = vectors.check([line])
    assert (verdict.got, verdict.refusal) == (verdict.expected, None)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("X|NOPE|strict|1|1|1|0|0|PASS", "没有“NOPE”"),
        ("X|VIL_P|strict|1|1|1|0|PASS", "有8栏，应有9栏"),
        ("X|VIL_P|strict|1|1|1|0|0.5|PASS", "“0.5”不是数目"),
        ("X|VIL_P|strict|-1|1|1|0|0|PASS", "“-1”不是数目"),
        ("X|OWN_G|strict|1/1.005|1|1|0|0|PASS", "“1/1.005”不是数目"),
        ("X", "有1栏"),
    ],
)
def test_a_line_that_is_no_vector_is_refused_and_the_others_are_checked(line, said):
    strange, fine = vectors.check(["# 说明", line, "", LINES[1]])
    assert (strange.got, strange.right, fine.right) == ("REFUSED", False, True)
    assert strange.refusal is not None
    assert said in strange.refusal.say("zh")
    assert strange.refusal.say("en")


def _digest(law):
    return hashlib.sha256(json.dumps(law.to_json(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def test_a_published_rule_is_never_edited():
    assert {f"{law.id} {law.version}": _digest(law) for law in EVERY} == PUBLISHED


def test_every_rule_names_its_source_and_speaks_both_languages():
    for law in RULES.values():
        assert law.source
        assert "{" not in law.source
        assert all((law.name_zh, law.name_en, law.body_zh, law.body_en, law.unit))
        assert law.majority or not law.binding


def composition(law, of):
    return decide(rule(law), Tally(*map(Measures, (46, 40, 40, 0, 0)), composition=of)).status


def test_a_mixed_body_is_composed_as_the_law_asks_or_its_vote_is_void():
    assert composition("VIL_R", {"delegate": 41, "woman": 16}) == "PASS"
    assert composition("VIL_R", {"delegate": 36, "woman": 16}) == "VOID"
    assert composition("VIL_R", {"delegate": 41, "woman": 15}) == "VOID"
    assert composition("RES_R", {"delegate": 37}) == "PASS"


def owners(silent, *chosen, roll=(2261, 226100)):
    for_, against, abstain = (Measures(heads, heads * 100) for heads in chosen)
    return Tally(Measures(*roll), for_ + against + abstain, for_, against, abstain, silent=Measures(silent, silent * 100))


def outcome(profile_id, *numbers):
    return decide(profile(profile_id).shape(rule("OWN_G")), owners(*numbers))


def test_silence_is_heard_as_the_profile_says_and_told_apart():
    strict, deemed, sichuan = (outcome(name, 1071, 995, 27, 125) for name in ("national-strict", "rules-deemed", "sichuan"))
    assert (strict.status, strict.cast_only) == ("NO_QUORUM", None)
    assert (deemed.status, deemed.cast_only) == ("PASS", "NO_QUORUM")
    assert (sichuan.status, sichuan.cast_only) == ("FAIL", "NO_QUORUM")
    assert [step.zh for step in deemed.steps[:2]] == [
        "收到选票没有表态 1071，依规则计入同意",
        "收到选票没有表态面积 1071.00，依规则计入同意面积",
    ]


def test_silence_joins_no_majority_that_is_none_by_both_measures():
    heads_only = Tally(
        Measures(10, 1000), Measures(6, 600), Measures(4, 200), Measures(2, 400), Measures(0), silent=Measures(4, 400)
    )
    told = decide(profile("rules-deemed").shape(rule("OWN_G")), heads_only)
    assert {step.base for step in told.steps if step.kind == "silence"} == {"abstain"}
    assert told.status == "FAIL"


def test_whoever_took_part_is_not_silent():
    assert outcome("sichuan", 2200, 995, 27, 125).status == "VOID"


def test_a_profile_shapes_only_the_rules_that_it_is_about():
    for each in PROFILES.values():
        assert each.shape(rule("VIL_H")).silence == "out"
        assert each.shape(rule("VIL_H")).profile == each.id
    assert PROFILES["sichuan"].shape(rule("OWN_CALL")).either
    assert PROFILES["rules-deemed"].shape(rule("OWN_S")).contested
    with refuses(UnknownProfile):
        profile("随便")


@pytest.mark.parametrize("strange", [{"quorum": ["present >= 2 roll"]}, {"majority": ["for > 0.5 roll"]}, {"colour": "red"}])
def test_what_is_no_rule_is_not_read_as_one(strange):
    entry = {"id": "LOCAL_1", "version": "2026-01-01", "name": "甲|a", "body": "乙|b", "source": "丙", "unit": "seat", **strange}
    with pytest.raises(ValueError, match=r"no condition|unknown"):
        rule_of(entry)

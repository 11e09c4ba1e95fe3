"""The verifier says nothing against an honest log, and counts for itself."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from deliberation.audit import verify
from deliberation.polls.catalogue import PROFILES, RULES, profile
from deliberation.polls.conditions import Condition
from deliberation.polls.lawbook import Adoption
from deliberation.polls.rules import Measures, Rule, Tally, decide
from tests.audit.forging import Log, found
from tests.given import actor, who

# an honest log


def test_an_honest_log_verifies(log: Log, tmp_path: Path) -> None:
    checker = verify.check(log.write(tmp_path))
    assert [finding.line() for finding in checker.findings] == []
    assert checker.size == len(log.entries)
    assert checker.resolutions == 1
    assert [(poll.number, poll.declared["outcome"], poll.same) for poll in checker.recounted] == [
        ("2026-B1", "FAIL", True),
        ("2026-B2", "PASS", True),
    ]


def test_the_file_alone_verifies_with_nothing_but_python(log: Log, tmp_path: Path) -> None:
    alone = shutil.copy(verify.__file__, tmp_path / "verify.py")
    bundle = log.write(tmp_path / "bundle")
    command = [sys.executable, "-I", "-S", str(alone), str(bundle)]
    good = subprocess.run([*command, "--english"], capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout.splitlines()[-1], good.stderr) == (0, "Everything holds.", "")
    log.body("poll.counted", 1)["in_favour"] += 1
    log.write(bundle)
    bad = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (bad.returncode, bad.stderr) == (1, "")
    assert bad.stdout.splitlines()[-1].startswith("有 1 处对不上。最早的一处：")


@pytest.mark.parametrize("arguments", [[], ["one", "two"], ["one", "--pin"], ["one", "--pin", "x:y"]])
def test_wrong_use_says_how_it_is_used(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(arguments) == 2
    assert "verify.py FOLDER" in capsys.readouterr().err


def test_the_verifier_imports_the_standard_library_only() -> None:
    lines = Path(verify.__file__).read_text("utf-8").splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names


# the count


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "VOID"},
        {"outcome": "NO_QUORUM"},
        {"in_favour": 99},
        {"tallies": {}},
        {"groups": {"channel": [{"name": "phone", "for": 99, "against": 0, "abstain": 0}]}},
        {"refused": {"duplicate": 9}},
        {"steps": []},
        {"key": "00" * 32},
        {"title": "别的事"},
    ],
)
def test_a_declaration_that_does_not_follow_from_the_ballots_is_found(
    log: Log, tmp_path: Path, number: int, change: dict[str, object]
) -> None:
    body = log.body("poll.counted", number)
    body |= change
    assert found(log, tmp_path) & {"C13", "C14"}


def test_a_rule_changed_in_the_notice_changes_the_outcome_and_is_found(log: Log, tmp_path: Path) -> None:
    log.body("poll.announced", 1)["rule"]["majority"][0] |= {"numerator": 3, "denominator": 4}
    assert found(log, tmp_path) == {"C14"}


def test_a_rule_it_cannot_apply_is_a_finding_and_never_a_pass(log: Log, tmp_path: Path) -> None:
    log.body("poll.announced", 1)["rule"]["silence"] = "chorus"
    assert found(log, tmp_path) == {"C14"}


def adopt(log: Log, *laws: Rule) -> None:
    """Adopt rules before any matter is opened; whatever names a position moves on by one."""
    side = Log()
    by = actor("secretary", at="2026-01-05 09:00")
    side.add(Adoption.adopt(profile("national-strict"), laws, basis="村民会议", since="2026-01-05", second=who("chair"), by=by))
    side.entries[0]["body"]["rules"] = [law.to_json() for law in laws]
    at = log.where("matter.opened")
    log.entries[at:at] = side.entries
    for entry in log.entries:
        if entry["type"] == "poll.counted" and entry["body"]["cut_off"]:
            entry["body"]["cut_off"] += 1


def test_votes_by_adopted_rules_are_right(log: Log, tmp_path: Path) -> None:
    adopt(log, RULES["DELIB"], RULES["VIL_H"])
    assert found(log, tmp_path) == set()


@pytest.mark.parametrize("laws", [["DELIB"], ["VIL_H"], ["VIL_P"]])
def test_a_vote_by_a_rule_that_was_not_adopted_is_found(log: Log, tmp_path: Path, laws: list[str]) -> None:
    adopt(log, *(RULES[law] for law in laws))
    assert found(log, tmp_path) == {"C14"}


def annul(log: Log, poll: str) -> None:
    ending = {"type": "poll.annulled", "v": 1, "agg": who("end"), "aggv": 1, "at": "2026-06-01T01:00:00Z"}
    told = {"ground": "court", "ground_zh": "", "ground_en": "", "authority": "法院", "document": "1号"}
    signed = log.find("poll.announced", 1)["actor"]
    log.entries.append(ending | {"actor": signed, "body": told | {"poll": poll, "number": "", "title": ""}})


def test_a_result_that_fell_is_still_counted_and_checked(log: Log, tmp_path: Path) -> None:
    annul(log, log.body("poll.counted", 1)["poll"])
    assert found(log, tmp_path) == set()
    log.body("poll.counted", 1)["outcome"] = "FAIL"
    assert "C14" in found(log, tmp_path)


def test_a_result_annulled_before_it_was_counted_is_found(log: Log, tmp_path: Path) -> None:
    annul(log, log.body("poll.counted", 1)["poll"])
    log.move("poll.annulled", before="poll.closed")
    assert "C08" in found(log, tmp_path)


def test_a_poll_counted_twice_is_found(log: Log, tmp_path: Path) -> None:
    again = log.copy().find("poll.counted", 1)
    log.entries.append(again | {"agg": who("another count")})
    assert "C14" in found(log, tmp_path)


def test_the_report_names_position_and_check_in_both_languages(log: Log, tmp_path: Path) -> None:
    log.body("poll.counted", 1)["outcome"] = "FAIL"
    checker = verify.check(log.write(tmp_path))
    position = log.where("poll.counted", 1)
    assert f"C14 [{position}] 结果应为 PASS" in verify.report(checker)
    assert f"C14 [{position}] the outcome should be PASS" in verify.report(checker, "en")
    assert any(line.startswith("✕ 2026-B2") for line in verify.report(checker))


# the law, read twice

numbers = some.integers(-1, 9)
quantities = some.sampled_from(
    ["participating", "present", "for", "against", "abstain", "votes", "decided", "roll", "all", "zero", "silent", "reached",
     "delegate", "woman", "returned", "issued"]
)  # fmt: skip
conditions = some.builds(
    Condition,
    some.sampled_from(["heads", "heads", "area"]),
    quantities,
    quantities,
    some.sampled_from([">=", ">", "<=", "=="]),
    some.integers(0, 4),
    some.integers(1, 4),
)
rules = some.builds(
    Rule,
    *(some.just(name) for name in ("X", "1", "甲", "x", "体", "body", "源", "person")),
    quorum=some.lists(conditions, max_size=2).map(tuple),
    majority=some.lists(conditions, max_size=2).map(tuple),
    composition=some.lists(conditions, max_size=1).map(tuple),
    abstention=some.sampled_from(["stays", "leaves"]),
    silence=some.sampled_from(["out", "abstain", "majority"]),
    tie=some.sampled_from(["fails", "ignored"]),
    binding=some.sampled_from([True, True, False]),
    either=some.booleans(),
    dissent=some.booleans(),
) | some.sampled_from([*RULES.values(), *(each.shape(one) for each in PROFILES.values() for one in RULES.values())])
crowds = some.tuples(numbers, numbers, numbers, some.integers(-1, 6), some.integers(0, 20))
paper = some.just({}) | some.fixed_dictionaries({"issued": some.integers(0, 5), "returned": some.integers(0, 5)})
members = some.none() | some.fixed_dictionaries({"delegate": some.integers(0, 12), "woman": some.integers(0, 12)})


@settings(max_examples=400)
@given(rules, crowds, crowds, some.none() | some.integers(0, 12), members, paper)
def test_both_readings_of_the_law_agree_on_every_tally(
    law: Rule, heads: tuple[int, ...], areas: tuple[int, ...], present: int | None, of: dict[str, int] | None,
    slips: dict[str, int],
) -> None:  # fmt: skip
    in_favour, against, abstain, silent, roll = map(Measures, heads, areas)
    tally = Tally(roll, in_favour + against + abstain, in_favour, against, abstain, present, silent, of, slips)
    theirs = decide(law, tally)
    by = {"heads": heads, "area": areas}
    chosen = {name: dict(zip(verify.CHOICES, amounts, strict=False)) for name, amounts in by.items()}
    crowd = verify.Crowd(
        chosen, {n: a[4] for n, a in by.items()}, {n: a[3] for n, a in by.items()}, present, of, slips
    )  # fmt: skip
    status, steps, cast_only = verify.judge(_as_json(law), crowd)
    assert (status, cast_only) == (theirs.status, theirs.cast_only)
    assert steps == [{name: step.to_json()[name] for name in verify.STEP} for step in theirs.steps]


def _as_json(law: Rule) -> verify.Json:
    read: verify.Json = json.loads(json.dumps(law.to_json()))
    return read

"""The verifier finds every fault that a forger plants, for what it is, and nothing in an honest log."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from deliberation.audit import verify
from deliberation.log.tlog import leaf_hash, root_of
from deliberation.polls.conditions import Condition
from deliberation.polls.rules import RULES, Measures, Rule, Tally, decide
from deliberation.polls.sealing import seal
from tests.audit.forging import KEY, Log, small_council, write
from tests.given import household, who

HONEST = small_council()


@pytest.fixture
def log() -> Log:
    return HONEST.copy()


def codes(folder: Path) -> set[str]:
    return {finding.code for finding in verify.check(folder).findings}


def found(log: Log, folder: Path) -> set[str]:
    """What is found after the forger has made every byte, length and hash anew."""
    return codes(log.write(folder))


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
    assert (bad.returncode, bad.stdout.splitlines()[-1], bad.stderr) == (1, "有 1 处对不上。", "")


@pytest.mark.parametrize("arguments", [[], ["one", "two"], ["one", "--pin"], ["one", "--pin", "x:y"]])
def test_wrong_use_says_how_it_is_used(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(arguments) == 2
    assert "verify.py FOLDER" in capsys.readouterr().err


def test_the_verifier_imports_the_standard_library_only() -> None:
    lines = Path(verify.__file__).read_text("utf-8").splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names


# files


def _flip(folder: Path, name: str, at: int) -> None:
    data = bytearray((folder / name).read_bytes())
    data[at] ^= 1
    (folder / name).write_bytes(data)


def _entries(folder: Path) -> str:
    (path,) = (folder / "tile").rglob("*/*.p/*")
    return str(path.relative_to(folder))


def test_a_flipped_byte_is_found(log: Log, tmp_path: Path) -> None:
    log.write(tmp_path)
    _flip(tmp_path, _entries(tmp_path), 200)
    assert "C03" in codes(tmp_path)


def test_a_missing_file_is_found(log: Log, tmp_path: Path) -> None:
    (log.write(tmp_path) / _entries(tmp_path)).unlink()
    assert codes(tmp_path) == {"C03"}


def test_bytes_behind_the_last_entry_are_found(log: Log, tmp_path: Path) -> None:
    path = log.write(tmp_path) / _entries(tmp_path)
    path.write_bytes(path.read_bytes() + b"\0")
    assert codes(tmp_path) == {"C03"}


def test_a_file_cut_short_is_found(log: Log, tmp_path: Path) -> None:
    path = log.write(tmp_path) / _entries(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    assert codes(tmp_path) == {"C03"}


def test_a_log_of_many_files_is_read(tmp_path: Path) -> None:
    leaves = HONEST.leaves()
    filler = [leaf.replace(b'"community.founded"', b'"community.noted"') for leaf in leaves[:1]] * 600
    checker = verify.check(write(tmp_path, leaves + filler))
    assert checker.size == len(leaves) + 600
    assert {finding.code for finding in checker.findings} == {"C06"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jiahe\n",
        "jiahe\nx\nAAAA\n",
        "\n{size}\n{root}\n",
        "jiahe\n0\n{root}\n",
        "jiahe\n+{size}\n{root}\n",
        "jiahe\n{size}\n{root}",
        "jiahe\n{size}\n{root} \n",
        "jiahe\n{size}\nAAAA\n",
        "jiahe\n{size}\n{root}\nextra\n",
    ],
)
def test_a_malformed_checkpoint_is_found(log: Log, tmp_path: Path, text: str) -> None:
    _, size, root = (log.write(tmp_path) / "checkpoint").read_text().split()
    (tmp_path / "checkpoint").write_text(text.format(size=size, root=root))
    assert codes(tmp_path) == {"C01"}


def test_a_checkpoint_may_carry_signatures(log: Log, tmp_path: Path) -> None:
    with (log.write(tmp_path) / "checkpoint").open("a", encoding="utf-8") as file:
        file.write("\n— jiahe AAAA\n")
    assert codes(tmp_path) == set()


def test_a_folder_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert codes(tmp_path / "nowhere") == {"C01"}


def test_a_log_under_another_name_is_found(tmp_path: Path) -> None:
    assert codes(write(tmp_path, HONEST.leaves(), origin="yihe")) == {"C01"}


def test_a_checkpoint_of_fewer_entries_is_found(log: Log, tmp_path: Path) -> None:
    log.write(tmp_path)
    shorter = Log(log.entries[:-1]).write(tmp_path / "shorter")
    shutil.copy(shorter / "checkpoint", tmp_path / "checkpoint")
    assert codes(tmp_path) == {"C03"}


def test_another_root_is_found(log: Log, tmp_path: Path) -> None:
    other = log.copy()
    other.body("community.founded")["name"] = "乙河村"
    other.write(tmp_path)
    log.write(tmp_path, seal=False)
    assert codes(tmp_path) == {"C03"}


@given(some.integers(0, 1 << 40), some.integers(1, 255), some.booleans())
def test_no_damage_makes_it_crash_and_none_is_missed(place: int, mask: int, in_checkpoint: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = HONEST.write(Path(name))
        path = folder / ("checkpoint" if in_checkpoint else _entries(folder))
        data = bytearray(path.read_bytes())
        data[place % len(data)] ^= mask
        path.write_bytes(data)
        assert codes(folder)


@given(some.integers(0, len(HONEST.entries) - 1), some.data())
def test_no_forged_body_makes_it_crash(position: int, data: some.DataObject) -> None:
    """A forger who makes every hash anew may write anything JSON knows in place of any value."""
    log = HONEST.copy()
    body = log.entries[position]["body"]
    anything = some.recursive(
        some.none() | some.booleans() | some.integers(-9, 9) | some.text(max_size=3),
        lambda inner: some.lists(inner, max_size=2) | some.dictionaries(some.sampled_from(["a", "b"]), inner, max_size=2),
    )
    body[data.draw(some.sampled_from(sorted(body)))] = data.draw(anything)
    with tempfile.TemporaryDirectory() as name:
        verify.report(verify.check(log.write(Path(name))))


# pins


def test_an_earlier_checkpoint_is_continued(log: Log, tmp_path: Path) -> None:
    leaves = log.leaves()
    root = root_of(map(leaf_hash, leaves[:9]))
    log.write(tmp_path)
    assert verify.check(tmp_path, {9: root, len(leaves): root_of(map(leaf_hash, leaves))}).findings == []
    assert verify.main([str(tmp_path), "--pin", f"9:{root.hex()}"]) == 0


@pytest.mark.parametrize("size", [9, 5000])
def test_a_log_that_does_not_continue_an_earlier_checkpoint_is_found(log: Log, tmp_path: Path, size: int) -> None:
    findings = verify.check(log.write(tmp_path), {size: bytes(32)}).findings
    assert {finding.code for finding in findings} == {"C04"}


def test_a_ballot_taken_out_with_the_result_mended_is_found_by_a_pin_alone(log: Log, tmp_path: Path) -> None:
    seen = {len(log.entries): root_of(map(leaf_hash, log.leaves()))}
    drop_a_ballot(log)
    assert "C04" in {finding.code for finding in verify.check(log.write(tmp_path), seen).findings}


# the way an entry is written


@pytest.mark.parametrize(
    "spoil",
    [
        lambda leaf: leaf.replace(b"{", b"{ ", 1),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":1.0}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":1e0}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":NaN}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":-0}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":true}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":9007199254740992}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":' + b"1" * 5000 + b"}"),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":1,"v":1}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":1,"w":1}'),
        lambda leaf: leaf.replace(b'"v":1}', '"v":1,"一":1}'.encode()),
        lambda leaf: leaf.replace(b',"v":1}', b"}"),
        lambda leaf: b'{"v":1,' + leaf[1:].replace(b',"v":1}', b"}"),
        lambda leaf: leaf.replace("村".encode(), b"\\u6751"),
        lambda leaf: leaf.replace("村".encode(), b"\\ud800"),
        lambda leaf: leaf.replace("村".encode(), b"\xff"),
        lambda leaf: leaf.replace(b'"body":{', b'"body":' + b"[" * 9000 + b"{"),
        lambda leaf: leaf.replace(b"Z\"", b"+00:00\""),
        lambda leaf: leaf.replace(b"2026-01-04", b"2026-13-04"),
        lambda leaf: leaf.replace(b'"aggv":1', b'"aggv":"1"'),
        lambda leaf: leaf.replace(b'"role":"operator"', b'"name":"x","role":"operator"'),
        lambda leaf: leaf + b" ",
        lambda leaf: b"\xef\xbb\xbf" + leaf,
        lambda leaf: b"[]",
        lambda leaf: b"",
    ],
)
def test_an_entry_written_in_another_way_is_found(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    first, *rest = HONEST.leaves()
    spoilt = spoil(first)
    assert spoilt != first
    assert "C05" in codes(write(tmp_path, [spoilt, *rest]))


# order


def swap(log: Log) -> None:
    one, other = log.where("ballot.cast", 0), log.where("motion.admitted")
    log.entries[one], log.entries[other] = log.entries[other], log.entries[one]


def test_entries_in_another_order_are_found(log: Log, tmp_path: Path) -> None:
    log.write(tmp_path)
    swap(log)
    assert "C03" in codes(log.write(tmp_path, seal=False))


def test_a_version_left_out_is_found(log: Log, tmp_path: Path) -> None:
    log.drop("motion.admitted")
    assert "C06" in found(log, tmp_path)


def test_a_log_without_its_founding_is_found(log: Log, tmp_path: Path) -> None:
    log.drop("community.founded")
    assert {"C01", "C08"} <= found(log, tmp_path)


# ballots


def drop_a_ballot(log: Log) -> None:
    log.drop("ballot.cast", 0)
    body = log.body("poll.counted", 1)
    body["cut_off"] -= 1
    body["in_favour"] -= 1
    body["tallies"]["binding"]["for"] -= 1


def second_ballot(log: Log) -> None:
    again = log.copy().find("ballot.cast")
    again["aggv"] = 2
    log.entries.insert(log.where("poll.closed", 1), again)
    log.body("poll.counted", 1)["cut_off"] += 1


def second_ballot_under_another_id(log: Log) -> None:
    second_ballot(log)
    again = log.entries[log.where("poll.closed", 1) - 1]
    again["agg"], again["aggv"] = who("another ballot"), 1


def after_the_close(log: Log) -> None:
    ballot = log.find("ballot.cast")
    log.entries.remove(ballot)
    log.entries.insert(log.where("poll.closed", 1) + 1, ballot)
    log.body("poll.counted", 1)["cut_off"] -= 1


def before_the_opening(log: Log) -> None:
    log.move("ballot.cast", before="roll.corrected")


def late_by_phone(log: Log) -> None:
    log.find("ballot.cast")["at"] = "2026-04-29T10:00:01Z"


def late_behind_a_later_entry(log: Log) -> None:
    """The log's own time is past the end, whatever the ballot says of itself."""
    log.find("roll.page_frozen", 1)["at"] = "2026-04-29T10:00:01Z"


def not_on_the_roll(log: Log) -> None:
    ballot = log.find("ballot.cast")
    ballot["agg"], ballot["body"]["voter"] = verify.id_of(ballot["body"]["poll"], who("ghost")), who("ghost")


def by_another_phone(log: Log) -> None:
    log.find("ballot.cast")["actor"]["person"] = who("wu")


def by_unknown_channel(log: Log) -> None:
    log.body("ballot.cast")["channel"] = "pigeon"


def changed_choice(log: Log) -> None:
    sealed = bytearray.fromhex(log.body("ballot.cast")["sealed"])
    sealed[0] ^= ord("f") ^ ord("F")
    log.body("ballot.cast")["sealed"] = sealed.hex()


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (second_ballot, "C12"),
        (second_ballot_under_another_id, "C12"),
        (after_the_close, "C12"),
        (before_the_opening, "C12"),
        (late_by_phone, "C12"),
        (late_behind_a_later_entry, "C12"),
        (not_on_the_roll, "C12"),
        (by_another_phone, "C12"),
        (by_unknown_channel, "C12"),
        (changed_choice, "C12"),
        (drop_a_ballot, "C14"),
    ],
)
def test_a_forged_ballot_is_found(log: Log, tmp_path: Path, forge: Callable[[Log], None], code: str) -> None:
    forge(log)
    assert code in found(log, tmp_path)


def test_a_vote_turned_with_the_published_key_is_found_by_the_count(log: Log, tmp_path: Path) -> None:
    ballot = log.find("ballot.cast")
    ballot["body"]["sealed"] = seal(KEY, ballot["agg"], 1, "against")
    assert found(log, tmp_path) == {"C14"}


def test_two_ballots_in_another_order_make_no_difference(log: Log, tmp_path: Path) -> None:
    first, second = log.find("ballot.cast", 0), log.find("ballot.cast", 1)
    one, other = log.entries.index(first), log.entries.index(second)
    log.entries[one], log.entries[other] = second, first
    assert found(log, tmp_path) == set()


# the roll and the text


def roll_changed_after_the_opening(log: Log) -> None:
    log.move("roll.corrected", after="ballot.cast")
    log.renumber()


def line_slipped_in(log: Log) -> None:
    log.body("roll.page_frozen", 1)["lines"].append([household("ghost"), "鬼", "", who("ghost")])


def line_twice(log: Log) -> None:
    body = log.body("roll.page_frozen", 1)
    body["lines"].append(body["lines"][0])


def line_slipped_in_by_correction(log: Log) -> None:
    log.body("roll.corrected")["added"].append([household("ghost"), "鬼", "", who("ghost")])


def corrected_alone(log: Log) -> None:
    entry = log.find("roll.corrected")
    entry["body"]["second"] = entry["actor"]["person"]


def text_changed_after_the_notice(log: Log) -> None:
    revised = log.copy().find("motion.proposed")
    revised["type"], revised["body"]["text"]["title"] = "motion.revised", "改了"
    revised["body"]["digest"] = verify.text_digest(revised["body"]["text"])
    log.entries.insert(log.where("poll.opened", 1), revised)
    log.body("poll.counted", 1)["cut_off"] += 1
    log.renumber()


def text_with_another_digest(log: Log) -> None:
    log.body("motion.proposed")["text"]["clauses"][0][1] = "楼道可以堆放物品。"


@pytest.mark.parametrize(
    "forge",
    [
        roll_changed_after_the_opening,
        line_slipped_in,
        line_twice,
        line_slipped_in_by_correction,
        corrected_alone,
        text_changed_after_the_notice,
        text_with_another_digest,
    ],
)
def test_a_roll_or_text_that_is_not_the_one_announced_is_found(
    log: Log, tmp_path: Path, forge: Callable[[Log], None]
) -> None:
    forge(log)
    assert found(log, tmp_path) >= {"C10"}


# steps in their order


def opened_twice(log: Log) -> None:
    log.entries.insert(log.where("poll.opened", 1) + 1, log.copy().find("poll.opened", 1))


def closed_too_early(log: Log) -> None:
    log.entries = [entry | {"at": min(entry["at"], "2026-04-29T09:59:59Z")} for entry in log.entries]


def opened_too_early(log: Log) -> None:
    log.find("poll.opened", 1)["at"] = "2026-04-26T10:00:00Z"


def counted_to_another_cut(log: Log) -> None:
    log.body("poll.counted", 1)["cut_off"] += 1


def resolution_on_a_failed_vote(log: Log) -> None:
    log.body("resolution.adopted")["poll"] = log.find("poll.opened", 0)["agg"]


def resolution_with_another_text(log: Log) -> None:
    log.body("resolution.adopted")["text"]["clauses"][0][1] = "楼道可以堆放物品。"


def settled_against_the_count(log: Log) -> None:
    log.body("motion.settled")["outcome"] = "FAIL"


def gate_on_a_failed_vote(log: Log) -> None:
    gate = log.copy().find("motion.settled")
    gate |= {"agg": log.body("poll.announced")["matter"], "aggv": 1, "type": "matter.gate_passed"}
    gate["body"] = {"poll": log.find("poll.opened", 0)["agg"]}
    log.entries.append(gate)


def amended_on_a_failed_vote(log: Log) -> None:
    gate = log.copy().find("motion.settled")
    gate |= {"type": "motion.amended", "aggv": gate["aggv"] + 1}
    gate["body"] = {"poll": log.find("poll.opened", 0)["agg"], "amendment": log.body("poll.announced")["subject"]}
    log.entries.append(gate)


def extended_after_the_end(log: Log) -> None:
    later = log.copy().find("poll.opened", 1)
    later |= {"type": "poll.extended", "at": "2026-04-29T10:05:00Z", "body": {"closes": 2_000_000_000}}
    log.entries.insert(log.where("poll.closed", 1), later)
    log.renumber()


@pytest.mark.parametrize(
    "forge",
    [
        opened_twice,
        closed_too_early,
        opened_too_early,
        counted_to_another_cut,
        resolution_on_a_failed_vote,
        resolution_with_another_text,
        settled_against_the_count,
        gate_on_a_failed_vote,
        amended_on_a_failed_vote,
        extended_after_the_end,
    ],
)
def test_a_step_out_of_turn_is_found(log: Log, tmp_path: Path, forge: Callable[[Log], None]) -> None:
    forge(log)
    assert "C08" in found(log, tmp_path)


# boxes and hands


def more_slips_than_sealed(log: Log) -> None:
    log.body("box.sealed")["slips"] = 1


def slips_never_entered(log: Log) -> None:
    log.body("box.sealed")["slips"] = 3


def sealed_alone(log: Log) -> None:
    box = log.find("box.sealed")
    box["body"]["second"] = box["actor"]["person"]


def sealed_too_late(log: Log) -> None:
    log.find("box.sealed")["at"] = "2026-04-29T10:00:01Z"


def hands_that_do_not_add_up(log: Log) -> None:
    log.body("poll.hands_counted")["present"] = 3


def more_hands_than_seats(log: Log) -> None:
    log.body("poll.hands_counted")["due"] = 5


@pytest.mark.parametrize(
    "forge",
    [
        more_slips_than_sealed,
        slips_never_entered,
        sealed_alone,
        sealed_too_late,
        hands_that_do_not_add_up,
        more_hands_than_seats,
    ],
)
def test_paper_and_hands_that_do_not_add_up_are_found(
    log: Log, tmp_path: Path, forge: Callable[[Log], None]
) -> None:
    forge(log)
    assert "C16" in found(log, tmp_path)


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
    assert "C14" in found(log, tmp_path)


def test_a_rule_changed_in_the_notice_changes_the_outcome_and_is_found(log: Log, tmp_path: Path) -> None:
    log.body("poll.announced", 1)["rule"]["majority"][0] |= {"numerator": 3, "denominator": 4}
    assert found(log, tmp_path) == {"C14"}


def test_a_rule_it_cannot_apply_is_a_finding_and_never_a_pass(log: Log, tmp_path: Path) -> None:
    log.body("poll.announced", 1)["rule"]["silence"] = "majority"
    assert found(log, tmp_path) == {"C14"}


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
    ["participating", "present", "for", "against", "abstain", "votes", "decided", "roll", "all", "zero"]
)
conditions = some.builds(
    Condition,
    some.sampled_from(["heads", "heads", "heads", "area"]),
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
    abstention=some.sampled_from(["stays", "leaves"]),
    binding=some.sampled_from([True, True, False]),
) | some.sampled_from(list(RULES.values()))


@given(rules, numbers, numbers, numbers, some.integers(0, 12), some.none() | some.integers(0, 12))
def test_both_readings_of_the_law_agree_on_every_tally(
    law: Rule, in_favour: int, against: int, abstain: int, roll: int, present: int | None
) -> None:
    chosen = {"for": in_favour, "against": against, "abstain": abstain}
    heads = [Measures(number) for number in (roll, sum(chosen.values()), in_favour, against, abstain)]
    theirs = decide(law, Tally(*heads, present=present))
    status, steps = verify.judge(_as_json(law), chosen, roll, present)
    assert status == theirs.status
    assert steps == [{name: step.to_json()[name] for name in verify.STEP} for step in theirs.steps]


def _as_json(law: Rule) -> verify.Json:
    read: verify.Json = json.loads(json.dumps(law.to_json()))
    return read

"""What is published about the log follows from the program, and is not out of date."""

import base64
import json
import re
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from deliberation.audit import shapes, spec, verify
from deliberation.log import tlog
from deliberation.log.aggregate import EVENTS
from tests.audit.forging import SLUG, Log
from tests.given import who
from tests.golden import keeping
from tests.tamper import attacks
from tests.tamper.procedure import honest


@pytest.mark.parametrize("path", spec.written(), ids=lambda path: path.name)
def test_it_was_written_anew_since_the_program_changed(path: Path) -> None:
    """Otherwise: ``python -m deliberation.audit.spec``."""
    assert path.read_text(encoding="utf-8") == spec.written()[path]


def test_every_version_of_every_event_has_its_shape() -> None:
    assert shapes.tables().keys() == {
        (name, version) for name, kind in EVENTS.items() for version in range(1, kind.class_version + 1)
    }


def test_the_verifier_reads_the_table_as_it_was_meant() -> None:
    assert verify.read_schemas(shapes.table_text()).keys() == shapes.tables().keys()
    for fields in shapes.tables().values():
        for shape in fields.values():
            assert "@" not in shape
            verify.shape(shape)


@pytest.mark.parametrize("name", keeping.names())
def test_logs_of_earlier_releases_have_these_shapes(name: str) -> None:
    tests = verify.read_schemas(shapes.table_text())
    for leaf in keeping.read(name).leaves:
        entry = json.loads(leaf)
        assert tests[entry["type"], entry["v"]](entry["body"]), entry


@pytest.mark.parametrize(
    ("shape", "good", "bad"),
    [
        ("t", ["", "x"], [1, None, True, [], {}]),
        ("n", [0, 9007199254740991], [-1, 9007199254740992, True, "1", 1.0, None]),
        ("b", [True, False], [0, 1, "true", None]),
        ("u", ["6f1e7c1e-9f0b-5a3c-8a54-1c7f0d8f4a10"], ["", "6F1E7C1E-9f0b-5a3c-8a54-1c7f0d8f4a10", "6f1e7c1e9f0b5a3c8a541c7f0d8f4a10", "6f1e7c1e-9f0b-5a3c-8a54-1c7f0d8f4a10\n"]),
        ("U", ["", "6f1e7c1e-9f0b-5a3c-8a54-1c7f0d8f4a10"], ["x"]),
        ("h", ["0" * 64], ["", "0" * 63, "A" * 64]),
        ("H", ["", "0" * 64], ["0"]),
        ("d", ["2026-04-17"], ["", "2026-4-17", "2026-13-01", "２026-04-17"]),
        ("D", ["", "2026-04-17"], ["x"]),
        ("~n", [None, 3], ["", False]),
        ("[t]", [[], ["a"]], [["a", 1], "a", {}]),
        ("(u?)", [[], ["6f1e7c1e-9f0b-5a3c-8a54-1c7f0d8f4a10"]], [["x"], "x"]),
        ("(t,n?)", [["a"], ["a", 1]], [[], ["a", "b"], ["a", 1, 1]]),
        ("<n>", [{}, {"a": 1}], [{"a": "1"}, {"一": 1}, []]),
        ("{a:t,b?:[n]}", [{"a": ""}, {"a": "", "b": [1]}], [{}, {"b": []}, {"a": "", "c": 1}, {"a": "", "b": ["1"]}, []]),
        ("<{a:(t,t)}>", [{"x": {"a": ["", ""]}}], [{"x": {"a": [""]}}, {"x": {}}]),
    ],
)  # fmt: skip
def test_a_shape_holds_what_it_says(shape: str, good: list[object], bad: list[object]) -> None:
    test = verify.shape(shape)
    assert all(test(value) for value in good)
    for value in bad:
        with suppress(TypeError):
            assert not test(value), value


def test_the_published_schemas_say_the_same() -> None:
    schemas = shapes.schemas()["$defs"]
    assert schemas["ballot.cast/1"]["required"] == ["box", "channel", "poll", "roll", "sealed", "voter"]
    assert "aid" in schemas["ballot.cast/2"]["properties"]
    assert shapes.json_schema("(t,n?)") == {
        "type": "array",
        "prefixItems": [{"type": "string"}, {"type": "integer", "minimum": 0, "maximum": 9007199254740991}],
        "minItems": 1,
        "maxItems": 2,
    }
    assert all(re.fullmatch(shapes.json_schema("D")["pattern"], day) for day in ("", "2026-04-17"))
    assert not any(re.fullmatch(shapes.json_schema("D")["pattern"], day) for day in ("2026-13-01", "2026-04-32", "x"))
    rule = schemas["poll.announced/2"]["properties"]["rule"]
    assert "quorum" not in rule["required"]
    assert rule["additionalProperties"] is False
    assert rule["properties"]["proxies"]["anyOf"][0] == {"type": "null"}


# the text, which alone must be enough


@pytest.fixture(scope="module")
def text() -> str:
    return (spec.HERE / "SPEC.md").read_text(encoding="utf-8")


def rows(text: str, title: str) -> list[list[str]]:
    """The rows of the table under a title, without its head."""
    part = text.partition(f"### {title}\n")[2].partition("\n### ")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in part.split("\n") if line.startswith("| ")][1:]


def test_the_text_says_who_signs_what(text: str) -> None:
    told = {type: {*roles.split()} for types, roles in rows(text, "Who signs") for type in types.split(", ")}
    assert told == {type: {*roles} for type, roles in verify.SIGNERS.items()}


def test_the_text_says_in_what_state_each_step_comes(text: str) -> None:
    steps = " ".join(" ".join(row) for row in rows(text, "Steps"))
    for type, step in verify.TRANSITIONS.items():
        assert (type if not step.before else type.partition(".")[2]) in steps, type


def test_the_text_points_to_nothing_but_what_is_published_with_it(text: str) -> None:
    rules = text.partition("## 9. What each entry must satisfy")[2]
    assert not re.findall(r"\w+\.py|LABELS|table of the (program|verifier)", rules)
    named = {*re.findall(r"`([a-z_]+\.[a-z_]+)`", text)} - {"schemas.json", "vectors.json", "verify.py", "actor.person", "actor.role", "aid.proxy", "aid.slip"}
    assert named <= EVENTS.keys()


def test_the_names_of_codes_are_published() -> None:
    published = json.loads((spec.HERE / "schemas.json").read_text(encoding="utf-8"))["names"]
    assert published["role"]["role"]["chair"] == ["主持人", "chair"]
    assert {room: {*fields} for room, fields in published.items()} == {room: {*fields} for room, fields in verify.LABELLED.items()}


# the vectors, as the verifier reads them: the program made them


@pytest.fixture(scope="module")
def vectors() -> Any:
    return json.loads((spec.HERE / "vectors.json").read_text(encoding="utf-8"))


def test_leaves_and_trees(vectors: Any) -> None:
    leaves = [each["leaf"].encode() for each in vectors["leaves"]]
    tree, hashes = verify.Tree(), [bytes.fromhex(each["hash"]) for each in vectors["leaves"]]
    for size, leaf in enumerate(leaves):
        assert tree.root().hex() == vectors["tree"]["roots"][str(size)]
        assert tree.push(leaf) == hashes[size]
        assert verify.parse(leaf, size).version == size + 1
    root = bytes.fromhex(vectors["tree"]["roots"][str(len(leaves))])
    for one in vectors["tree"]["inclusion"]:
        path = [bytes.fromhex(hash) for hash in one["path"]]
        assert verify.included(hashes[one["index"]], one["index"], one["size"], path, root)
        assert not verify.included(hashes[one["index"]], one["index"], one["size"], path[:-1], root)
        assert not verify.included(hashes[one["index"]], one["index"], one["size"], [*path, root], root)
        assert not verify.included(hashes[one["index"] - 1], one["index"], one["size"], path, root)
        assert not verify.included(hashes[one["index"]], one["size"], one["size"], path, root)
    for one in vectors["tree"]["consistency"]:
        old = bytes.fromhex(vectors["tree"]["roots"][str(one["old"])])
        assert tlog.check_consistency(one["old"], one["new"], old, root, [bytes.fromhex(hash) for hash in one["path"]])


def test_what_is_no_leaf(vectors: Any) -> None:
    for one in vectors["not_leaves"]:
        checker = verify.Checker()
        checker.take(bytes.fromhex(one["leaf"]))
        assert {finding.code for finding in checker.findings} & {"C05"}, one["why"]


def test_ids_digests_seals_and_rolls(vectors: Any) -> None:
    assert all(verify.id_of(*one["parts"]) == one["id"] for one in vectors["ids"])
    assert str(verify.ORIGINS) == vectors["ids"][0]["parts"][0]
    assert verify.text_digest(vectors["text_digest"]["text"]) == vectors["text_digest"]["digest"]
    said = vectors["commitment"]
    assert sha256(bytes.fromhex(said["salt"]) + said["text"].encode()).hexdigest() == said["commitment"]
    for one in vectors["seal"]:
        key = bytes.fromhex(one["key"])
        ballot = verify.Entry(0, one["ballot"], one["version"], 0, "", "ballot.cast", {"sealed": one["sealed"]}, 2)
        assert verify._open(ballot, key) == one["choice"]
        assert sha256(key).hexdigest() == one["key_commitment"]
    roll = vectors["roll"]
    assert verify.Tree(verify.canonical(line) for line in sorted(roll["lines"])).root().hex() == roll["root"]


def test_notes_keys_and_receipts(vectors: Any) -> None:
    notes = vectors["notes"]
    key, note = verify.read_key(notes["key"], verify.LOG), verify.read_note(notes["checkpoint"].encode())
    assert note.signed(key)
    assert note.root.startswith(verify.read_pin(notes["short"]).root)
    signature = base64.b64decode(notes["rotation"]["signature"])
    assert verify.ed25519(key.public, notes["rotation"]["signed"].encode(), signature)
    receipt = verify.read_receipt(notes["receipt"].encode())
    leaf = bytes.fromhex(vectors["leaves"][receipt.position]["hash"])
    assert verify.included(leaf, receipt.position, receipt.note.size, receipt.path, receipt.note.root)


def test_days_months_and_rules(vectors: Any) -> None:
    for one in vectors["months"]:
        noon = int(datetime.fromisoformat(f"{one['day']}T12:00:00+08:00").timestamp())
        assert verify.end_of_months(noon, one["months"]) == one["end"]
    for one in vectors["days"]:
        assert verify.end_of_days(one["moment"], one["days"]) == one["end"]
    for one in vectors["rules"]:
        by = {"heads": one["heads"], "area": one["area"]}
        crowd = verify.Crowd(
            by, {name: found["roll"] for name, found in by.items()}, {name: found["silent"] for name, found in by.items()},
            one.get("present"), one.get("members"), one.get("slips"),
        )  # fmt: skip
        status, steps, cast_only = verify.judge(one["rule"], crowd)
        assert (status, cast_only or "", [list(step.values()) for step in steps]) == (one["outcome"], one["cast_only"], one["steps"]), one


def test_a_rule_that_leaves_a_word_out_means_what_the_text_says() -> None:
    whole = {"quorum": [], "majority": [], "silence": "out", "abstention": "stays", "tie": "fails", "binding": True}
    for chosen in ({"for": 3, "against": 1, "abstain": 0}, {"for": 1, "against": 1, "abstain": 2}):
        assert verify.judge({}, verify.crowd(chosen, 5)) == verify.judge(whole, verify.crowd(chosen, 5))


# what another verifier, written from the text alone, found otherwise


def codes(log: Log) -> set[str]:
    checker = verify.Checker()
    for leaf in log.leaves():
        checker.take(leaf)
    checker.finish(checker.size, checker.tree.root(), SLUG)
    return {finding.code for finding in checker.findings}


def test_to_name_what_does_not_exist_is_no_fault_of_form() -> None:
    log = honest().copy()
    fallen = attacks.inserted(log, "poll.closed", attacks.VOTE, before="motion.settled")
    told = {"poll": who("no poll"), "number": "", "title": "", "ground": "court", "ground_zh": "", "ground_en": ""}
    fallen |= {"type": "poll.annulled", "actor": {"person": who("chair"), "role": "chair"}, "aggv": 1}
    fallen["body"] = told | {"authority": "法院", "document": "1号"}
    for line in log.body("resolution.adopted")["provenance"]:
        line["position"] += line["position"] >= log.entries.index(fallen)
    assert codes(log) == {"C08"}


def test_a_ballot_on_a_roll_that_there_is_not_is_none() -> None:
    log = honest().copy()
    attacks.ballot(log, "wang")["body"]["roll"] = "other"
    assert codes(log) == {"C12", "C13"}


def test_a_rule_with_a_word_that_nobody_knows_is_not_applied() -> None:
    log = honest().copy()
    log.body("poll.announced", attacks.VOTE)["rule"]["majority"][0]["subject"] = "everybody"
    assert "C14" in codes(log)


def test_a_box_has_the_id_of_its_number() -> None:
    log = honest().copy()
    log.body("box.sealed")["number"] += 1
    assert codes(log) == {"C16"}

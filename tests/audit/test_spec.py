"""What is published about the log follows from the program, and is not out of date."""

import json
from contextlib import suppress
from pathlib import Path

import pytest

from deliberation.audit import shapes, spec, verify
from deliberation.log.aggregate import EVENTS
from tests.golden import keeping


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
    rule = schemas["poll.announced/2"]["properties"]["rule"]
    assert "quorum" not in rule["required"]
    assert rule["additionalProperties"] is False
    assert rule["properties"]["proxies"]["anyOf"][0] == {"type": "null"}

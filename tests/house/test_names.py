"""Names are permanent and sentences are complete: what happened, and why something cannot be done, in both
languages.

``event_names.txt`` lists the names of all events. They stand in every log for ever, so one that is changed or
missing makes old logs unreadable: a new one is added to the list by hand, an old one is never taken out.
"""

import ast
import importlib
import inspect
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deliberation import capabilities
from deliberation.environment import ROOT
from deliberation.errors import Refusal
from deliberation.log.aggregate import ENVELOPE, EVENTS, OWNERS, Event

LIST = Path(__file__).with_name("event_names.txt")
NAME = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
#: Participles that do not end in -ed.
IRREGULAR = {"made", "read", "cast", "taken", "split", "frozen", "withdrawn"}
CHINESE = re.compile("[\u4e00-\u9fff]")

capabilities.load()
OURS = {name: event for name, event in sorted(EVENTS.items()) if event.__module__.startswith("deliberation.")}


def fields(template: str) -> set[str]:
    """The names that a sentence asks for; anything cleverer than a name is an error."""
    names = {name for _, name, form, conversion in string.Formatter().parse(template) if name is not None}
    parts = [part for part in string.Formatter().parse(template) if part[1] is not None]
    assert all(not form and not conversion for _, _, form, conversion in parts), template
    assert all(name.isidentifier() for name in names), template
    return names


def body_of(event: type[Event]) -> set[str]:
    """The names of an event's own fields."""
    found: set[str] = set()
    for base in event.__mro__:
        if issubclass(base, Event) and base is not Event:
            found |= {name for name in vars(base).get("__annotations__", {}) if name not in ENVELOPE}
    return found


# events


def test_the_names_of_events_are_those_on_the_list() -> None:
    assert list(OURS) == LIST.read_text(encoding="utf-8").split(), "see the docstring of this file"


@pytest.mark.parametrize("name", OURS)
def test_an_event_is_named_by_what_it_is_about_and_what_happened(name: str) -> None:
    assert NAME.fullmatch(name)
    words = name.partition(".")[2].split("_")
    assert any(word.endswith("ed") or word in IRREGULAR for word in words), (
        "an event is a fact in the past tense"
    )
    assert len(name) <= 64
    assert OURS[name].__qualname__.startswith(OWNERS[name].__name__)


@pytest.mark.parametrize("name", OURS)
def test_an_event_says_what_happened_in_both_languages(name: str) -> None:
    event = OURS[name]
    body = dict.fromkeys(body_of(event), "字")
    for template in (event.zh, event.en):
        assert fields(template) <= {"by", *body}, f"{name}: {template}"
        sentence = template.format(by="某人", **body)
        assert len(sentence) > 4
        assert not re.search(r"[{}]", sentence)
    assert CHINESE.search(event.zh)
    # A sentence may end with what somebody wrote.
    assert event.zh.endswith(("。", "。”", "。）", "}"))
    assert event.en.endswith((".", ".”", ".)", "}"))
    assert re.search("[A-Za-z]{2}", event.en)
    assert not CHINESE.search(event.en)


@pytest.mark.parametrize("name", OURS)
def test_an_event_shows_no_id(name: str) -> None:
    """Who acts is ``{by}``; all else is called by its number, title or label."""
    ids = {
        "id",
        "person",
        "voter",
        "reporter",
        "originator_id",
        "matter",
        "motion",
        "meeting",
        "poll",
        "subject",
        "resolution",
    }
    for template in (OURS[name].zh, OURS[name].en):
        assert not fields(template) & ids


# refusals


def every(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for refusal in kind.__subclasses__():
        yield refusal
        yield from every(refusal)


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in ("deliberation", "web"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            if not name.endswith("__main__"):
                yield name, ast.parse(path.read_text(encoding="utf-8"))


SOURCES = dict(modules())
for _name in SOURCES:
    importlib.import_module(_name)
REFUSALS = [r for r in dict.fromkeys(every(Refusal)) if r.__module__.startswith(("deliberation.", "web."))]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.__name__)
def test_a_refusal_is_said_in_both_languages(refusal: type[Refusal]) -> None:
    assert CHINESE.search(refusal.zh)
    assert re.search("[A-Za-z]{3}", refusal.en)
    assert not CHINESE.search(refusal.en)
    assert len(refusal.zh) >= 12
    assert len(refusal.en) >= 30
    assert 400 <= refusal.status < 600
    for template in (refusal.zh, refusal.en):
        fields(template)


def raised() -> Iterator[tuple[str, type[Refusal], set[str] | None]]:
    """Yield (where, refusal, the facts it is given), None for facts that are not written out."""
    for name, tree in SOURCES.items():
        known = vars(importlib.import_module(name))
        calls = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                refusal, facts = resolve(node.func, known), given(node)
            elif isinstance(node, ast.Raise) and node.exc is not None and id(node.exc) not in calls:
                refusal, facts = resolve(node.exc, known), set()
            else:
                continue
            if refusal is not None and refusal.__init__ is Refusal.__init__:
                yield f"{name}:{node.lineno}", refusal, facts


def resolve(node: ast.expr, known: dict[str, Any]) -> type[Refusal] | None:
    """The refusal that an expression names, if it names one."""
    if isinstance(node, ast.Name):
        found = known.get(node.id)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        module = known.get(node.value.id)
        found = getattr(module, node.attr, None) if inspect.ismodule(module) else None
    else:
        found = None
    return found if isinstance(found, type) and issubclass(found, Refusal) else None


def given(call: ast.Call) -> set[str] | None:
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else {str(name) for name in names}


def test_a_refusal_is_given_all_that_its_sentences_ask_for() -> None:
    found = list(raised())
    lacking = [
        f"{where}: {refusal.__name__} lacks {', '.join(sorted(missing))}"
        for where, refusal, facts in found
        if facts is not None and (missing := (fields(refusal.zh) | fields(refusal.en)) - facts)
    ]
    assert lacking == []
    assert len(found) > 50, "nothing was looked at"


def test_a_refusal_of_a_second_first_one_asks_for_nothing() -> None:
    """``ALREADY`` is raised without facts."""
    for owner in set(OWNERS.values()):
        assert not fields(owner.ALREADY.zh) | fields(owner.ALREADY.en), owner.__name__

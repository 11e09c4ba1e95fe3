"""The house describes itself from its code: no event without a sentence, none without a verb."""

import json

import pytest

from deliberation import capabilities
from deliberation.cli.describing import description
from deliberation.log.aggregate import EVENTS
from tests.cli.conftest import Run

capabilities.load()


@pytest.fixture(scope="module")
def described() -> dict[str, dict[str, object]]:
    return {str(entry["event"]): entry for entry in description()}


def test_every_event_is_described(described: dict[str, dict[str, object]]) -> None:
    assert set(described) == set(EVENTS)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_has_sentences_a_body_and_a_verb(described: dict[str, dict[str, object]], name: str) -> None:
    entry = described[name]
    assert entry["zh"]
    assert entry["en"]
    assert entry["body"]
    assert entry["verbs"], "no public method records it"


def test_a_verb_is_shown_with_what_it_takes(run: Run) -> None:
    shown = run("describe", "--english").stdout
    assert "Ballot.cast(poll, matter, voter, choice" in shown
    entries = {entry["event"]: entry for entry in json.loads(run("describe", "--json").stdout)}
    (verb,) = entries["poll.opened"]["verbs"]
    assert verb["verb"] == "Poll.open"
    assert entries["poll.opened"]["body"]["digest"] == "str"


def test_who_may_is_read_from_the_routes(described: dict[str, dict[str, object]]) -> None:
    (verb,) = described["ballot.cast"]["verbs"]  # type: ignore[misc]
    assert "resident" in verb["roles"]
    assert "auditor" not in verb["roles"]

"""A stage is decided by a vote of its own kind, and says of it no other numbers than were counted."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from deliberation.polls import bearing

POLL = {"rule": json.dumps({"id": "VIL_H/甲村"}), "result": json.dumps({"in_favour": 6, "against": 1, "abstain": 1})}


@pytest.mark.parametrize(
    ("rules", "votes", "good"),
    [
        (["VIL_H", "VIL_P"], (6, 1, 1), True),
        (["VIL_H", "VIL_P"], (0, 0, 0), True),
        ([], (6, 1, 1), True),
        (["VIL_H"], (7, 0, 1), False),
        (["VIL_H"], (0, 0, 1), False),
        (["PARTY4"], (6, 1, 1), False),
    ],
)
def test_a_stage_rests_on_a_vote_of_its_own_kind(rules: list[str], votes: tuple[int, ...], good: bool) -> None:
    gate: Any = SimpleNamespace(rules=rules, in_favour=votes[0], against=votes[1], abstain=votes[2])
    poll: Any = POLL
    assert bearing._decides(gate, poll) is good

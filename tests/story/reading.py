"""What the tests of the story read from the views."""

import json
from datetime import UTC, datetime
from typing import Any

from deliberation import deadlines
from deliberation.log.reading import Reading
from deliberation.polls import queries as polls


def day(seconds: int) -> str:
    """Return "04-17 09:00" on the clocks of China."""
    return deadlines.local(datetime.fromtimestamp(seconds, UTC)).strftime("%m-%d %H:%M")


def result(r: Reading, poll: str) -> dict[str, Any]:
    """Return what was declared of a poll."""
    declared: dict[str, Any] = json.loads(polls.poll_row(r, poll).result)
    return declared


def hands(r: Reading, poll: str) -> tuple[str, int, int, int]:
    """Return outcome, for, against and abstaining."""
    counted = result(r, poll)
    return counted["outcome"], counted["in_favour"], counted["against"], counted["abstain"]

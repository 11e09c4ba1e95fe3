"""A log to forge, and a village in which a vote by show of hands has been counted."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deliberation.audit.checkpoints import Checkpoints
from deliberation.audit.logkeys import LogKeys
from deliberation.council import Council
from deliberation.polls import counting
from deliberation.polls.catalogue import rule
from deliberation.polls.counting import PollCount
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.roll import Line
from deliberation.procedures.model import Matter
from tests.audit.forging import Log, honest
from tests.given import DELEGATES, SLUG, actor, moment, village, who

KEY = bytes(range(32))


def checkpoints_of(council: Council, folder: Path | None = None) -> Checkpoints:
    """Who makes checkpoints there, dated as the log is."""
    return Checkpoints(council, LogKeys(folder), lambda: datetime.fromtimestamp(council.head().time, UTC))


@pytest.fixture
def log() -> Log:
    """A copy of an honest log."""
    return honest().copy()


@pytest.fixture
def town() -> Iterator[Council]:
    with village() as council:
        show_of_hands(council)
        yield council


def show_of_hands(council: Council) -> str:
    """Count a show of hands in the village, three for and one against, and return the poll's id."""
    by = actor("secretary", at="2026-04-02 19:30")
    matter = Matter.open("甲〔2026〕1号", "楼道堆物", "SI_YI", by=by)
    at = int(moment("2026-04-02 19:00").timestamp())
    question = Question(matter.id, "2026-B1", "先征求意见", "question", who("question"), "0" * 64)
    seats = [Line(who(person), f"席位{n}", "", who(person)) for n, person in enumerate(DELEGATES, start=1)]
    window = Window("2026-04-02", at, at + 7200)
    poll, pages = Poll.announce(question, rule("DELIB"), window, ["hands"], KEY, binding=seats, by=by)
    council.save(matter, poll, *pages)
    poll.open(by=by)
    poll.count_hands(due=4, present=4, in_favour=3, against=1, abstain=0, by=by)
    poll.close(by=by)
    result = counting.count_hands(rule("DELIB"), poll.hands)
    council.save(poll, PollCount.declare(poll, key=KEY, cut_off=0, result=result, refused={}, by=by))
    return poll.id


@pytest.fixture
def made(town: Council, tmp_path: Path) -> Checkpoints:
    """Who makes the checkpoints of the village, with keys in a folder."""
    return checkpoints_of(town, tmp_path / "keys")


@pytest.fixture
def elsewhere(database_url: str) -> Iterator[Council]:
    """An empty place for the village's log, on each database."""
    council = Council.open(database_url, SLUG)
    yield council
    council.close()

"""Polls as the tests of polls begin them."""

import secrets
from typing import Any

from deliberation.council import Council
from deliberation.log.aggregate import id_of
from deliberation.polls.ballots import PAPER, PHONE, Ballot
from deliberation.polls.catalogue import rule
from deliberation.polls.counting import PollCount
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.queries import poll_row
from deliberation.polls.readings import SlipReading
from deliberation.polls.roll import BINDING, Line, RollPage
from deliberation.polls.rules import Rule
from deliberation.polls.tallying import count_of
from deliberation.polls.views import boxes
from deliberation.register import vault
from tests.given import RESIDENTS, VILLAGE, actor, household, moment, place, who

MATTER = id_of(VILLAGE, "matter", "compact")
OPENS, CLOSES = "2026-04-27 08:00", "2026-04-29 18:00"
OPEN, OVER = "2026-04-27 09:00", "2026-04-29 18:05"


def seconds(at: str) -> int:
    """Return a moment on the clocks of China as seconds UTC."""
    return int(moment(at).timestamp())


def line(person: str) -> Line:
    """Return the roll line of a resident's household."""
    return Line(household(person), f"{person}的门", place("网格一"), who(person))


def announced(law: Rule | str = "VIL_H", roll: Any = None, **changes: Any) -> tuple[Poll, list[RollPage], bytes]:
    """Return a poll of the village's households with its roll pages and its key."""
    key = secrets.token_bytes(32)
    question = Question(MATTER, "甲表〔2026〕1号", "安全自治十条", "question", MATTER, "d" * 64)
    window = Window("2026-04-17", seconds(OPENS), seconds(CLOSES))
    binding = [line(person) for person in RESIDENTS] if roll is None else roll
    options = {"channels": [PHONE, PAPER], "binding": binding, "by": actor("secretary", at="2026-04-17 09:00")} | changes
    poll, pages = Poll.announce(
        options.pop("question", question), law if isinstance(law, Rule) else rule(law), options.pop("window", window), options.pop("channels"), key, **options
    )
    return poll, pages, key


def begin(council: Council, **changes: Any) -> tuple[str, bytes]:
    """Announce and open a poll in a village; return its id and key."""
    poll, pages, key = announced(**changes)
    council.save(poll, *pages)
    with council.change(Poll, poll.id) as opening:
        opening.open(by=actor("secretary", at=OPEN))
    return poll.id, key


def vote(council: Council, poll: str, key: bytes, person: str, choice: str, *, at: str = OPEN, **more: Any) -> Ballot:
    """Cast the ballot of a resident's household by phone."""
    ballot = Ballot.cast(poll, MATTER, household(person), choice, key=key, by=actor("resident", person=person, at=at), **more)
    council.save(ballot)
    return ballot


def read(council: Council, poll: str, key: bytes, box: str, voter: str, found: str, *, at: str) -> SlipReading:
    """Read the next slip of a box for the first time, as the secretary."""
    with council.reading() as r:
        sheet = r.row(boxes, box).read + 1
    first = SlipReading.read(poll, MATTER, box, sheet, voter, found, key=key, by=actor("secretary", at=at))
    council.save(first)
    return first


def slip(council: Council, poll: str, key: bytes, box: str, voter: str, found: str, *, at: str = OVER) -> Any:
    """Read the next slip of a box for the first time and return the scrutineer's second reading of it."""
    first = read(council, poll, key, box, voter, found, at=at)
    return first.again(MATTER, found, door=voter, key=key, by=actor("scrutineer", at=at))


def end(council: Council, poll: str, *, at: str = OVER, counted_at: str = "2026-04-29 18:30") -> Any:
    """Close and count; return the poll's row."""
    with council.change(Poll, poll) as closing:
        closing.close(by=actor("secretary", at=at))
    with council.reading() as r:
        counted = count_of(r, poll_row(r, poll))
    by = actor("scrutineer", at=counted_at)
    council.save(PollCount.declare(council.get(Poll, poll), **counted._asdict(), by=by))
    with council.reading() as r:
        return poll_row(r, poll)


__all__ = ["BINDING", "announced", "begin", "end", "line", "vault", "vote"]

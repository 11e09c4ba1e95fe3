"""What comes after a count: the tables of doubts and recounts, and what pages ask of them and of polls held again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Integer, String, select

from deliberation.log.reading import Reading
from deliberation.log.views import Change, add, insert, on, update, view
from deliberation.polls.doubts import Doubt, Standing, due_of
from deliberation.polls.recounts import PollRecount
from deliberation.polls.repeats import REPEATABLE, barred_until, outcome_of
from deliberation.polls.views import polls
from deliberation.register import vault

#: ``finding`` and ``answer`` (a commitment) are "" until somebody answers; times in seconds UTC.
doubts = view(
    "doubts",
    Column("id", String(36), primary_key=True),
    Column("poll", String(36)),
    Column("person", String(36)),
    Column("words", String(64)),
    Column("raised", BigInteger),
    Column("finding", String(8)),
    Column("answer", String(64)),
    Column("answered", BigInteger),
    Column("position", BigInteger),
    index=["poll", "finding"],
)
#: ``same`` is 0 or 1.
recounts = view(
    "recounts",
    Column("id", String(36), primary_key=True),
    Column("poll", String(36)),
    Column("in_favour", Integer),
    Column("against", Integer),
    Column("abstain", Integer),
    Column("refused", Integer),
    Column("same", Integer),
    Column("words", String(64)),
    Column("clerk", String(36)),
    Column("second", String(36)),
    Column("at", BigInteger),
    Column("position", BigInteger),
    index=["poll", "same"],
)


@on(Doubt.Raised)
def doubt_raised(e: Doubt.Raised, position: int) -> Iterable[Change]:
    yield insert(
        doubts, id=e.id, poll=e.poll, person=e.person, words=e.words, raised=e.at, finding="", answer="", position=position
    )
    yield add(polls, e.poll, doubts_open=1)


@on(Doubt.Answered)
def doubt_answered(e: Doubt.Answered, position: int) -> Iterable[Change]:
    yield update(doubts, e.id, finding=e.finding, answer=e.words, answered=e.at)
    yield add(polls, e.poll, doubts_open=-1, doubts_wrong=int(e.finding == "wrong"))


@on(PollRecount.Recounted)
def recounted(e: PollRecount.Recounted, position: int) -> Iterable[Change]:
    found = {"in_favour": e.in_favour, "against": e.against, "abstain": e.abstain, "refused": e.refused, "same": int(e.same)}
    yield insert(
        recounts, id=e.id, poll=e.poll, words=e.words, clerk=e.by.person, second=e.second, at=e.at, position=position, **found
    )
    yield update(polls, e.poll, recount_same=int(e.same))


# what pages ask


class DoubtLine(NamedTuple):
    """A doubt with its words and answer ("" while there is none); times in seconds UTC, ``due`` the last day to answer."""

    id: str
    person: str
    said: str
    raised: int
    due: date
    finding: str
    answer: str
    answered: int | None


class RecountLine(NamedTuple):
    """A recount as declared, with what was said of it; ``row`` has the numbers."""

    row: Any
    said: str


class ToAnswer(NamedTuple):
    """A doubt that waits for its answer: of which poll, since when (seconds UTC), until when it is due."""

    poll: str
    number: str
    title: str
    doubt: str
    raised: int
    due: date


def standing(row: Any) -> Standing | None:
    """Return how firm the count of a poll (its row) is, None where there is no count that stands."""
    return Standing.of(row, json.loads(row.rule)) if row.stage == "counted" else None


def preliminary(row: Any, now: int) -> bool:
    """Whether nothing may rest yet on the count of a poll (its row) at a moment (seconds UTC)."""
    firm = standing(row)
    return firm is not None and firm.hindrance(now) is not None


def doubts_of(r: Reading, poll: str) -> list[DoubtLine]:
    """Return the doubts about a count in the order they were raised, in two queries."""
    rows = r.all(doubts.select().where(r.mine(doubts), doubts.c.poll == poll).order_by(doubts.c.position))
    said = vault.texts(r, [commitment for row in rows for commitment in (row.words, row.answer)]) if rows else {}

    def read(commitment: str) -> str:
        return said.get(commitment, "（已删除）") if commitment else ""

    return [
        DoubtLine(d.id, d.person, read(d.words), d.raised, due_of(d.raised), d.finding, read(d.answer), d.answered) for d in rows
    ]


def recounts_of(r: Reading, poll: str) -> list[RecountLine]:
    """Return the recounts of a poll in the order they were held, in two queries."""
    rows = r.all(recounts.select().where(r.mine(recounts), recounts.c.poll == poll).order_by(recounts.c.position))
    said = vault.texts(r, [row.words for row in rows]) if rows else {}
    return [RecountLine(row, said.get(row.words, "（已删除）")) for row in rows]


def to_answer(r: Reading) -> list[ToAnswer]:
    """Return the doubts that wait for an answer, the oldest first."""
    of_poll = (polls.c.community == doubts.c.community) & (polls.c.id == doubts.c.poll)
    query = select(doubts.c.id, doubts.c.poll, doubts.c.raised, polls.c.number, polls.c.title)
    query = query.select_from(doubts.join(polls, of_poll)).where(r.mine(doubts), doubts.c.finding == "")
    rows = r.all(query.order_by(doubts.c.position))
    return [ToAnswer(row.poll, row.number, row.title, row.id, row.raised, due_of(row.raised)) for row in rows]


def to_annul(r: Reading) -> Sequence[Any]:
    """Return the counted polls whose count was found wrong, by an answer or by a recount."""
    differing = select(recounts.c.poll).where(r.mine(recounts), recounts.c.same == 0)
    wrong = (polls.c.doubts_wrong > 0) | polls.c.id.in_(differing)
    query = polls.select().where(r.mine(polls), polls.c.stage == "counted", wrong)
    return r.all(query.order_by(polls.c.counted_position))


def repeatable(r: Reading, kind: str, subject: str) -> list[Any]:
    """Return the polls on a subject that may be held again, the latest first."""
    query = polls.select().where(r.mine(polls), polls.c.subject == subject, polls.c.subject_kind == kind)
    rows = r.all(query.order_by(polls.c.announced_position.desc()))
    return [row for row in rows if outcome_of(row.stage, row.outcome) in REPEATABLE]


def bar_on(rows: Iterable[Any]) -> date | None:
    """Return until which day the subject of these polls is barred by their rules, the day included, or None."""
    lost = ((row, json.loads(row.rule).get("bar_months", 0)) for row in rows if outcome_of(row.stage, row.outcome) == "FAIL")
    return max((barred_until(row.counted_at, months) for row, months in lost if months), default=None)


def linked(r: Reading, row: Any) -> tuple[Any | None, Sequence[Any]]:
    """Return the poll that this one (its row) repeats, or None, and those that were held again for it."""
    query = polls.select().where(r.mine(polls), polls.c.subject == row.subject)
    rows = r.all(query.order_by(polls.c.announced_position))
    before = next((one for one in rows if row.repeats and one.id == row.repeats), None)
    return before, [one for one in rows if one.repeats == row.id]

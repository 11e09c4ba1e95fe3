"""Views of matters, their gates and reviews, the guards, and what pages ask of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text, select

from deliberation.intake.model import Report
from deliberation.log.leaf import canonical
from deliberation.log.reading import Reading
from deliberation.log.views import Change, Row, Tx, guard, insert, on, update, view
from deliberation.numbering import first_free, numbers_after
from deliberation.procedures.model import Matter
from deliberation.procedures.refusals import (
    MatterClosed,
    MatterNumberTaken,
    NoSuchMatter,
)

#: ``stages``: as in the event, JSON; ``stage``: the one whose gate comes next, "" after the last.
matters = view(
    "matters",
    Column("id", String(36), primary_key=True),
    Column("number", Text),
    Column("title", Text),
    Column("template", String(16)),
    Column("stages", Text),
    Column("state", String(8)),
    Column("stage", String(32)),
    Column("opened_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("words", String(64)),
    Column("position", BigInteger),
    index=["state"],
)
matter_numbers = view(
    "matter_numbers",
    Column("number", String(40), primary_key=True),
    Column("matter", String(36)),
)
#: Every stage of a matter from its opening on; ``on`` is "" until its gate is passed.
gates = view(
    "gates",
    Column("matter", String(36), primary_key=True),
    Column("stage", String(32), primary_key=True),
    Column("ordinal", Integer),
    Column("zh", Text),
    Column("en", Text),
    Column("rules", Text),
    Column("on", String(10)),
    Column("due", Integer),
    Column("present", Integer),
    Column("in_favour", Integer),
    Column("against", Integer),
    Column("abstain", Integer),
    Column("minute", Text),
    Column("poll", String(36)),
    Column("position", BigInteger),
)
#: ``answered_at`` is NULL while the reviewer has the text.
reviews = view(
    "reviews",
    Column("matter", String(36), primary_key=True),
    Column("review", Integer, primary_key=True),
    Column("motion", String(36)),
    Column("digest", String(64)),
    Column("version", Integer),
    Column("to", Text),
    Column("asked_at", BigInteger),
    Column("answered_at", BigInteger),
    Column("count", Integer),
    index=["motion"],
)
findings = view(
    "findings",
    Column("matter", String(36), primary_key=True),
    Column("review", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("motion", String(36)),
    Column("version", Integer),
    Column("clause", String(16)),
    Column("wording", Text),
    Column("ground", Text),
    index=["motion"],
)


@on(Matter.Opened)
def opened(e: Matter.Opened, position: int) -> Iterable[Change]:
    yield insert(matter_numbers, number=e.number, matter=e.id)
    row: Row = {"id": e.id, "number": e.number, "title": e.title, "template": e.template, "state": "open"}
    row |= {"stages": canonical(e.stages).decode(), "stage": e.stages[0]["stage"]}
    yield insert(matters, **row, opened_at=e.at, words="", position=position)
    for ordinal, stage in enumerate(e.stages, start=1):
        rules = canonical(stage["rules"]).decode()
        row = {"matter": e.id, "stage": stage["stage"], "ordinal": ordinal, "rules": rules}
        yield insert(gates, **row, zh=stage["zh"], en=stage["en"], on="", minute="", poll="")


@on(Matter.GatePassed)
def gate_passed(e: Matter.GatePassed, position: int) -> Iterable[Change]:
    yield update(matters, e.id, stage=e.next)
    heads = {"due": e.due, "present": e.present}
    heads |= {"in_favour": e.in_favour, "against": e.against, "abstain": e.abstain}
    yield update(gates, e.id, e.stage, on=e.on, minute=e.minute, poll=e.poll, position=position, **heads)


@on(Matter.ReviewAsked)
def review_asked(e: Matter.ReviewAsked, position: int) -> Iterable[Change]:
    row: Row = {"matter": e.id, "review": e.review, "motion": e.motion, "digest": e.digest}
    yield insert(reviews, **row, version=e.version, to=e.to, asked_at=e.at)


@on(Matter.Reviewed)
def reviewed(e: Matter.Reviewed, position: int) -> Iterable[Change]:
    yield update(reviews, e.id, e.review, answered_at=e.at, count=e.count)
    for n, finding in enumerate(e.findings, start=1):
        row: Row = {"matter": e.id, "review": e.review, "n": n, "motion": e.motion, "version": e.version}
        yield insert(findings, **row, **finding)


@on(Matter.Closed)
def closed(e: Matter.Closed, position: int) -> Iterable[Change]:
    yield update(matters, e.id, state="closed", closed_at=e.at, words=e.words)


@guard(Matter.Opened)
def the_number_is_free(event: Matter.Opened, tx: Tx) -> None:
    if tx.row(matter_numbers, event.number) is not None:
        raise MatterNumberTaken(number=event.number)


@guard(Report.TakenUp)
def reports_are_taken_up_under_an_open_matter(event: Report.TakenUp, tx: Tx) -> None:
    open_matter(tx, event.matter, event.matter_number)


def open_matter(tx: Tx, matter: str, number: str | None = None) -> Row:
    """Return an open matter's row, for guards of later capabilities. Raises NoSuchMatter, MatterClosed."""
    row = tx.row(matters, matter)
    if row is None or number not in (None, row["number"]):
        raise NoSuchMatter
    if row["state"] != "open":
        raise MatterClosed(number=row["number"])
    return row


# what pages ask


class MatterPage(NamedTuple):
    """All that the page of a matter shows of its procedure: four queries."""

    row: Any
    gates: Sequence[Any]
    reviews: Sequence[Any]
    findings: Sequence[Any]


def matter_row(r: Reading, matter: str) -> Any | None:
    """Return a matter's row, or None."""
    return r.row(matters, matter)


def matter_page(r: Reading, matter: str) -> MatterPage | None:
    """Return a matter with its stage bar and its reviews, or None."""
    row = matter_row(r, matter)
    if row is None:
        return None
    return MatterPage(row, gates_of(r, matter), _of(r, reviews, matter), _of(r, findings, matter))


def matters_list(r: Reading, *, state: str = "open") -> Sequence[Any]:
    """Return the matters in a state ("open", "closed", "" for all), the latest first."""
    query = matters.select().where(r.mine(matters))
    query = query.where(matters.c.state == state) if state else query
    return r.all(query.order_by(matters.c.position.desc()))


def known_matters(r: Reading) -> Sequence[Any]:
    """Return the matters that had been opened by the moment read, by number: from the present, since titles never change."""
    query = matters.select().where(r.mine(matters), matters.c.position < r.size)
    return r.live.execute(query.order_by(matters.c.number)).fetchall()


def gates_of(r: Reading, matter: str) -> Sequence[Any]:
    """Return the stages of a matter in order; ``on`` is "" for those to come."""
    return r.all(gates.select().where(r.mine(gates), gates.c.matter == matter).order_by(gates.c.ordinal))


def unanswered_reviews(r: Reading) -> Sequence[Any]:
    """Return the reviews that wait for an answer, the oldest first, for the street office's desk."""
    query = reviews.select().where(r.mine(reviews), reviews.c.answered_at.is_(None))
    return r.all(query.order_by(reviews.c.asked_at, reviews.c.matter, reviews.c.review))


def findings_of(r: Reading, motion: str) -> Sequence[Any]:
    """Return every finding against a motion's texts."""
    return r.all(_findings(r.community, motion))


def open_findings(tx: Tx, motion: str) -> Sequence[Any]:
    """Return the same in a guard: rows (clause, wording, ground). One is open while the text says it."""
    return tx.rows(_findings(tx.community, motion))


def next_number(r: Reading, today: str = "") -> str:
    """Return the number that the next matter gets if nobody chooses one: the first free after the last."""
    last = r.first(
        select(matters.c.number).where(r.mine(matters)).order_by(matters.c.position.desc()).limit(1)
    )
    wanted = list(numbers_after(last.number if last else "", today))
    numbers = select(matter_numbers.c.number).where(
        r.mine(matter_numbers), matter_numbers.c.number.in_(wanted)
    )
    return first_free(iter(wanted), {row.number for row in r.all(numbers)})


def _findings(community: str, motion: str) -> Any:
    c = findings.c
    query = findings.select().where(c.community == community, c.motion == motion)
    return query.order_by(c.matter, c.review, c.n)


def _of(r: Reading, table: Table, matter: str) -> Sequence[Any]:
    query = table.select().where(r.mine(table), table.c.matter == matter)
    return r.all(query.order_by(*table.primary_key.columns))

"""Views of publications and objections, their guards, and what pages ask."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text, select

from deliberation.errors import NotFound
from deliberation.log.reading import Reading
from deliberation.log.views import Change, Tx, add, guard, insert, on, update, view
from deliberation.polls.views import polls
from deliberation.procedures.views import matters, open_matter
from deliberation.publications.model import (
    NotPostedYet,
    Objection,
    ObjectionTooLate,
    Publication,
    PublicationNumberTaken,
    ResultFell,
    begins,
    ends,
)
from deliberation.register import vault
from deliberation.resolutions.views import decides, fallen, must_stand, resolutions

publications = view(
    "publications",
    Column("id", String(36), primary_key=True),
    Column("matter", String(36)),
    Column("number", Text),
    Column("kind", String(16)),
    Column("subject", String(36)),
    Column("title", Text),
    Column("text", Text),
    Column("from_date", String(10)),
    Column("days", Integer),
    Column("until", String(10)),
    Column("place", Text),
    Column("state", String(16)),
    Column("objections", Integer),
    Column("unanswered", Integer),
    Column("posted", BigInteger),
    Column("taken_down", BigInteger),
    Column("position", BigInteger),
    index=["matter", "number", "subject", "until"],
)
#: ``upheld`` is 0 or 1; ``answered`` (seconds UTC) is NULL until then.
objections = view(
    "objections",
    Column("id", String(36), primary_key=True),
    Column("publication", String(36)),
    Column("matter", String(36)),
    Column("person", String(36)),
    Column("words", String(64)),
    Column("raised", BigInteger),
    Column("answer", String(64)),
    Column("upheld", Integer),
    Column("answered", BigInteger),
    Column("position", BigInteger),
    index=["publication", "person"],
)


@on(Publication.Posted)
def posted(e: Publication.Posted, position: int) -> Iterable[Change]:
    names = ("matter", "number", "kind", "subject", "title", "text", "from_date", "days", "until", "place")
    row = {name: getattr(e, name) for name in names} | {"objections": 0, "unanswered": 0, "state": "posted"}
    yield insert(publications, id=e.id, posted=e.at, position=position, **row)


@on(Publication.TakenDown)
def taken_down(e: Publication.TakenDown, position: int) -> Iterable[Change]:
    yield update(publications, e.id, state="taken_down", taken_down=e.at)


@on(Objection.Raised)
def raised(e: Objection.Raised, position: int) -> Iterable[Change]:
    row = {"publication": e.publication, "matter": e.matter, "person": e.person, "words": e.words}
    yield insert(objections, id=e.id, raised=e.at, answer="", position=position, **row)
    yield add(publications, e.publication, objections=1, unanswered=1)


@on(Objection.Answered)
def answered(e: Objection.Answered, position: int) -> Iterable[Change]:
    yield update(objections, e.id, answer=e.words, upheld=int(e.upheld), answered=e.at)
    yield add(publications, e.publication, unanswered=-1)


@guard(Publication.Posted)
def a_publication_is_filed_once_under_an_open_matter(e: Publication.Posted, tx: Tx) -> None:
    open_matter(tx, e.matter)
    c = publications.c
    if tx.rows(select(c.id).where(c.community == tx.community, c.number == e.number)):
        raise PublicationNumberTaken(number=e.number)


@guard(Publication.Posted)
def what_fell_is_not_posted_as_if_it_stood(e: Publication.Posted, tx: Tx) -> None:
    """That it fell may be told in a notice; the result and the resolution themselves are not put up again."""
    poll = tx.row(polls, e.subject) if e.kind == "result" and e.subject else None
    if poll and poll["stage"] == "annulled":
        raise ResultFell(title=poll["title"])
    if e.kind in ("resolution", "implementation"):
        must_stand(tx, e.subject)


@guard(Objection.Raised)
def objections_are_raised_while_it_is_on_display(e: Objection.Raised, tx: Tx) -> None:
    """Until the last day 24:00, by the log's time."""
    row = tx.row(publications, e.publication)
    if row is None or (row["matter"], row["number"]) != (e.matter, e.number):
        raise NotFound
    if tx.time < begins(row["from_date"]):
        raise NotPostedYet(from_date=row["from_date"])
    if tx.time >= ends(row["until"]):
        raise ObjectionTooLate(until=row["until"])


# what pages ask


class ObjectionLine(NamedTuple):
    """An objection with its words and its answer ("" while there is none); times in seconds UTC."""

    id: str
    person: str
    said: str
    raised: int
    answer: str
    upheld: bool
    answered: int | None


def publication_row(r: Reading, publication: str) -> Any:
    """Return a publication's row. Raises NotFound."""
    row = r.row(publications, publication)
    if row is None:
        raise NotFound
    return row


def publications_of(r: Reading, matter: str) -> Sequence[Any]:
    """Return the publications of a matter in the order they were posted."""
    query = publications.select().where(r.mine(publications), publications.c.matter == matter)
    return r.all(query.order_by(publications.c.position))


def on_display(r: Reading, on_date: str) -> Sequence[Any]:
    """Return what is on display on a day (ISO date), the last to be posted first."""
    c = publications.c
    shown = (c.from_date <= on_date) & (c.until >= on_date)
    return r.all(publications.select().where(r.mine(publications), shown).order_by(c.position.desc()))


def to_be_shown(r: Reading, on_date: str) -> Sequence[Any]:
    """Return what goes on display after a day (ISO date), the first to begin first."""
    c = publications.c
    later = publications.select().where(r.mine(publications), c.from_date > on_date)
    return r.all(later.order_by(c.from_date, c.position))


def shown_before(r: Reading, on_date: str, limit: int = 50, offset: int = 0) -> Sequence[Any]:
    """Return what was on display before a day (ISO date), the last to end first."""
    c = publications.c
    query = publications.select().where(r.mine(publications), c.until < on_date).limit(limit).offset(offset)
    return r.all(query.order_by(c.until.desc(), c.position.desc()))


def last_posted(r: Reading) -> Any | None:
    """Return the row of what was posted last, or None."""
    c = publications.c
    return r.first(publications.select().where(r.mine(publications)).order_by(c.position.desc()).limit(1))


class Unposted(NamedTuple):
    """What the law wants on display and is not yet: ``kind`` result or resolution, ``subject`` the id of what."""

    kind: str
    subject: str
    matter: str
    number: str
    title: str


def to_post(r: Reading) -> list[Unposted]:
    """Return the results of decisions and the resolutions of open matters that nobody has posted (three queries)."""
    counted = (polls.c.stage == "counted") & (polls.c.subject_kind == "motion")
    results = [row for row in _unposted(r, polls, "result", counted) if decides(json.loads(row.rule))]
    fell = fallen(r)
    adopted = [row for row in _unposted(r, resolutions, "resolution", resolutions.c.position.is_not(None)) if row.poll not in fell]
    rows = [("result", row) for row in results] + [("resolution", row) for row in adopted]
    return [Unposted(kind, row.id, row.matter, row.number, row.title) for kind, row in rows]


def _unposted(r: Reading, table: Table, kind: str, which: Any) -> Sequence[Any]:
    p, m = publications.c, matters.c
    shown = (p.community == table.c.community) & (p.subject == table.c.id) & (p.kind == kind)
    under = (m.community == table.c.community) & (m.id == table.c.matter) & (m.state == "open")
    query = select(table).select_from(table.join(matters, under).outerjoin(publications, shown))
    return r.all(query.where(r.mine(table), which, p.id.is_(None)).order_by(m.position, table.c.number))


def due_to_come_down(r: Reading, on_date: str) -> Sequence[Any]:
    """Return what is still up on a day (ISO date) after its last day."""
    c = publications.c
    over = (c.state == "posted") & (c.until < on_date)
    return r.all(publications.select().where(r.mine(publications), over).order_by(c.until, c.position))


def objections_to(r: Reading, publication: str) -> list[ObjectionLine]:
    """Return the objections to a publication with words and answers, in two queries."""
    query = objections.select().where(r.mine(objections), objections.c.publication == publication)
    return _lines(r, r.all(query.order_by(objections.c.position)))


def unanswered(r: Reading) -> Sequence[Any]:
    """Return the objections that wait for an answer, oldest first, with ``number`` and ``title`` of what."""
    o, p = objections.c, publications.c
    joined = objections.join(publications, (o.community == p.community) & (o.publication == p.id))
    query = select(o.id, o.publication, o.matter, o.person, o.words, o.raised, p.number, p.title)
    query = query.select_from(joined).where(r.mine(objections), o.answered.is_(None))
    return r.all(query.order_by(o.position))


def objection_by(r: Reading, publication: str, person: str) -> Any | None:
    """Return the row of a person's objection to a publication, or None."""
    mine = (objections.c.publication == publication) & (objections.c.person == person)
    return r.first(objections.select().where(r.mine(objections), mine))


def _lines(r: Reading, rows: Sequence[Any]) -> list[ObjectionLine]:
    said = vault.texts(r, [commitment for row in rows for commitment in (row.words, row.answer)])

    def read(commitment: str) -> str:
        return said.get(commitment, "（已删除）") if commitment else ""

    return [
        ObjectionLine(o.id, o.person, read(o.words), o.raised, read(o.answer), bool(o.upheld), o.answered)
        for o in rows
    ]

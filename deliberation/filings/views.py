"""Views of filings, the guard before filing, and what pages ask."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Integer, String, Text, select

from deliberation.deadlines import UnknownYear
from deliberation.errors import NotFound
from deliberation.filings.model import Filing, FilingNumberTaken, due_of
from deliberation.log.leaf import canonical
from deliberation.log.reading import Reading
from deliberation.log.views import Change, Tx, guard, insert, on, update, view
from deliberation.procedures.views import open_matter
from deliberation.register import vault
from deliberation.resolutions.views import fallen, must_stand, resolutions

#: ``late`` is 1 when it was made after its last day; ``answered`` in seconds UTC.
filings = view(
    "filings",
    Column("id", String(36), primary_key=True),
    Column("matter", String(36)),
    Column("number", Text),
    Column("resolution", String(36)),
    Column("to", Text),
    Column("decided_on", String(10)),
    Column("due_on", String(10)),
    Column("made_on", String(10)),
    Column("late", Integer),
    Column("attachments", Text),
    Column("state", String(16)),
    Column("receipt_number", Text),
    Column("receipt_on", String(10)),
    Column("words", String(64)),
    Column("made", BigInteger),
    Column("answered", BigInteger),
    Column("position", BigInteger),
    index=["matter", "number", "resolution", "state"],
)


@on(Filing.Made)
def made(e: Filing.Made, position: int) -> Iterable[Change]:
    names = ("matter", "number", "resolution", "to", "decided_on", "due_on", "made_on")
    row = {name: getattr(e, name) for name in names} | {"attachments": canonical(e.attachments).decode()}
    row |= {"state": "made", "receipt_number": "", "receipt_on": "", "words": ""}
    yield insert(filings, id=e.id, late=int(e.made_on > e.due_on), made=e.at, position=position, **row)


@on(Filing.Acknowledged)
def acknowledged(e: Filing.Acknowledged, position: int) -> Iterable[Change]:
    receipt = {"receipt_number": e.receipt_number, "receipt_on": e.on}
    yield update(filings, e.id, state="acknowledged", answered=e.at, **receipt)


@on(Filing.Returned)
def returned(e: Filing.Returned, position: int) -> Iterable[Change]:
    yield update(filings, e.id, state="returned", answered=e.at, words=e.words)


@guard(Filing.Made)
def a_filing_is_made_once_under_an_open_matter(e: Filing.Made, tx: Tx) -> None:
    open_matter(tx, e.matter)
    if e.resolution and tx.row(resolutions, e.resolution) is None:
        raise NotFound
    must_stand(tx, e.resolution)
    c = filings.c
    if tx.rows(select(c.id).where(c.community == tx.community, c.number == e.number)):
        raise FilingNumberTaken(number=e.number)


# what pages ask


class FilingPage(NamedTuple):
    """A filing, its attachments of {title, digest}, and what the street office asked for ("" if nothing)."""

    row: Any
    attachments: list[dict[str, str]]
    said: str


class Unfiled(NamedTuple):
    """A resolution that nobody has filed yet, when it was adopted, and the last day in time ("" if not known yet)."""

    resolution: str
    number: str
    title: str
    adopted_on: str
    matter: str
    due_on: str


def filing_page(r: Reading, filing: str) -> FilingPage:
    """Return a filing in two queries. Raises NotFound."""
    row = r.row(filings, filing)
    if row is None:
        raise NotFound
    said = vault.texts(r, [row.words]).get(row.words, "（已删除）") if row.words else ""
    return FilingPage(row, json.loads(row.attachments), said)


def filings_of(r: Reading, matter: str) -> Sequence[Any]:
    """Return the filings of a matter in the order they were made."""
    query = filings.select().where(r.mine(filings), filings.c.matter == matter)
    return r.all(query.order_by(filings.c.position))


def filings_about(r: Reading, resolution: str) -> Sequence[Any]:
    """Return the filings of a resolution, the last one first."""
    query = filings.select().where(r.mine(filings), filings.c.resolution == resolution)
    return r.all(query.order_by(filings.c.position.desc()))


def answered_filings(r: Reading, limit: int = 100, offset: int = 0) -> Sequence[Any]:
    """Return the filings that were acknowledged or returned, the last answer first."""
    query = filings.select().where(r.mine(filings), filings.c.answered.is_not(None)).limit(limit).offset(offset)
    return r.all(query.order_by(filings.c.answered.desc(), filings.c.position.desc()))


def last_number(r: Reading) -> str:
    """Return the number given last, "" if none was."""
    row = r.first(select(filings.c.number).where(r.mine(filings)).order_by(filings.c.position.desc()).limit(1))
    return row.number if row else ""


def awaiting_receipt(r: Reading) -> Sequence[Any]:
    """Return the filings that the street office has not answered, the oldest first."""
    query = filings.select().where(r.mine(filings), filings.c.state == "made")
    return r.all(query.order_by(filings.c.position))


def unfiled(r: Reading) -> list[Unfiled]:
    """Return the resolutions that stand and of which no filing does (made or acknowledged), the oldest first."""
    f, d = filings.c, resolutions.c
    stands = (f.community == d.community) & (f.resolution == d.id) & (f.state != "returned")
    columns = (d.id, d.number, d.title, d.adopted_on, d.matter, d.poll)
    query = select(*columns).select_from(resolutions.outerjoin(filings, stands))
    query = query.where(r.mine(resolutions), f.id.is_(None)).order_by(d.position)
    fell = fallen(r)
    rows = [row for row in r.all(query) if row.poll not in fell]
    return [Unfiled(row.id, row.number, row.title, row.adopted_on, row.matter, _due(row.adopted_on)) for row in rows]


def _due(adopted_on: str) -> str:
    try:
        return due_of(adopted_on)
    except UnknownYear:
        return ""

"""Views of rectification notices, their guards, and what pages ask."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Integer, String, Text, func, select

from deliberation.deadlines import local_date
from deliberation.errors import NotFound
from deliberation.log.leaf import canonical
from deliberation.log.reading import Reading
from deliberation.log.views import Change, Tx, guard, insert, on, update, view
from deliberation.procedures.views import open_matter
from deliberation.register import vault
from deliberation.register.views import persons, places
from deliberation.resolutions.views import must_stand, resolution_clauses, resolutions
from deliberation.tasks.model import OPEN, Notice
from deliberation.tasks.refusals import (
    NoticeNumberTaken,
    NotInForce,
    PersonsUnknown,
    ReplacesNothing,
)

notices = view(
    "notices",
    Column("id", String(36), primary_key=True),
    Column("matter", String(36)),
    Column("number", Text),
    Column("place", String(36)),
    Column("place_label", Text),
    Column("resolution", String(36)),
    Column("clause", String(16)),
    Column("clause_label", Text),
    Column("level", String(16)),
    Column("days", Integer),
    Column("hours", Integer),
    Column("words", String(64)),
    Column("replaces", String(36)),
    Column("state", String(16)),
    Column("issued", BigInteger),
    Column("how", String(24)),
    Column("workers", Text),
    Column("witness", String(36)),
    Column("served_at", BigInteger),
    Column("due", BigInteger),
    Column("inspections", Integer),
    Column("escalated_to", Text),
    Column("reason", String(64)),
    Column("ended", BigInteger),
    Column("position", BigInteger),
    index=["matter", "number", "state", ("resolution", "clause"), "place"],
)
inspections = view(
    "inspections",
    Column("notice", String(36), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("result", String(8)),
    Column("workers", Text),
    Column("words", String(64)),
    Column("at", BigInteger),
    Column("position", BigInteger),
)


@on(Notice.Issued)
def issued(e: Notice.Issued, position: int) -> Iterable[Change]:
    names = ("matter", "number", "place", "place_label", "resolution", "clause", "clause_label", "level")
    row = {name: getattr(e, name) for name in (*names, "days", "hours", "words", "replaces")}
    row |= {"state": "issued", "workers": "[]", "witness": "", "escalated_to": "", "reason": ""}
    yield insert(notices, id=e.id, issued=e.at, inspections=0, position=position, **row)


@on(Notice.Served)
def served(e: Notice.Served, position: int) -> Iterable[Change]:
    row = {"how": e.how, "witness": e.witness, "served_at": e.served_at, "due": e.due}
    yield update(notices, e.id, state="served", workers=canonical(e.workers).decode(), **row)


@on(Notice.Inspected)
def inspected(e: Notice.Inspected, position: int) -> Iterable[Change]:
    yield update(notices, e.id, state="passed" if e.result == "ok" else "failed", inspections=e.n)
    row = {"workers": canonical(e.workers).decode(), "words": e.words, "at": e.at, "position": position}
    yield insert(inspections, notice=e.id, n=e.n, result=e.result, **row)


@on(Notice.Escalated)
def escalated(e: Notice.Escalated, position: int) -> Iterable[Change]:
    yield update(notices, e.id, state="escalated", escalated_to=e.to, ended=e.at)


@on(Notice.Closed)
def closed(e: Notice.Closed, position: int) -> Iterable[Change]:
    yield update(notices, e.id, state="closed", ended=e.at)


@on(Notice.Withdrawn)
def withdrawn(e: Notice.Withdrawn, position: int) -> Iterable[Change]:
    yield update(notices, e.id, state="withdrawn", reason=e.words, ended=e.at)


@guard(Notice.Issued)
def a_notice_has_a_number_of_its_own(e: Notice.Issued, tx: Tx) -> None:
    open_matter(tx, e.matter)
    c = notices.c
    if tx.rows(select(c.id).where(c.community == tx.community, c.number == e.number)):
        raise NoticeNumberTaken(number=e.number)


@guard(Notice.Issued)
def a_notice_cites_a_clause_in_force(e: Notice.Issued, tx: Tx) -> None:
    resolution = tx.row(resolutions, e.resolution)
    if resolution is None or tx.row(resolution_clauses, e.resolution, e.clause) is None:
        raise NotFound
    must_stand(tx, e.resolution)
    if e.place and tx.row(places, e.place) is None:
        raise NotFound
    if local_date(e.by.at).isoformat() < resolution["effective_on"]:
        raise NotInForce(clause=e.clause_label, effective_on=resolution["effective_on"])


@guard(Notice.Issued)
def only_a_withdrawn_notice_is_issued_anew(e: Notice.Issued, tx: Tx) -> None:
    if e.replaces:
        old = tx.row(notices, e.replaces)
        if old is None or old["state"] != "withdrawn":
            raise ReplacesNothing


@guard(Notice.Served, Notice.Inspected)
def those_who_were_there_are_in_the_register(e: Notice.Served | Notice.Inspected, tx: Tx) -> None:
    there = [*e.workers, e.witness] if isinstance(e, Notice.Served) else e.workers
    if any(person and tx.row(persons, person) is None for person in there):
        raise PersonsUnknown


# what pages ask


class Inspection(NamedTuple):
    """One inspection: its number, "ok" or "not_ok", the remark, seconds UTC, the two who inspected."""

    n: int
    result: str
    said: str
    at: int
    workers: list[str]


class NoticePage(NamedTuple):
    """A notice with the hazard in words, its inspections, the notice issued in its place and the one before (rows)."""

    row: Any
    hazard: str
    reason: str
    inspections: list[Inspection]
    successor: Any
    replaced: Any


def notice_page(r: Reading, notice: str) -> NoticePage:
    """Return a notice in four queries, five if it replaces another. Raises NotFound."""
    row = r.row(notices, notice)
    if row is None:
        raise NotFound
    c = inspections.c
    query = inspections.select().where(r.mine(inspections), c.notice == notice).order_by(c.n)
    found = r.all(query)
    successor = r.first(notices.select().where(r.mine(notices), notices.c.replaces == notice))
    said = vault.texts(r, [row.words, row.reason, *(each.words for each in found)])

    def read(commitment: str) -> str:
        return said.get(commitment, "（已删除）") if commitment else ""

    lines = [
        Inspection(each.n, each.result, read(each.words), each.at, json.loads(each.workers)) for each in found
    ]
    replaced = r.row(notices, row.replaces) if row.replaces else None
    return NoticePage(row, read(row.words), read(row.reason), lines, successor, replaced)


def open_notices(r: Reading, limit: int = 100, offset: int = 0) -> Sequence[Any]:
    """Return notices that are not at an end, those due first at the top; the ones not served come last."""
    c = notices.c
    query = notices.select().where(r.mine(notices), c.state.in_(OPEN)).limit(limit).offset(offset)
    return r.all(query.order_by(c.due.is_(None), c.due, c.position))


def ended_notices(r: Reading, limit: int = 50, offset: int = 0) -> Sequence[Any]:
    """Return notices that are at an end (closed, escalated, withdrawn), the last to end first."""
    c = notices.c
    query = notices.select().where(r.mine(notices), c.ended.is_not(None)).limit(limit).offset(offset)
    return r.all(query.order_by(c.ended.desc(), c.position.desc()))


class ClauseCount(NamedTuple):
    """The notices under a clause by how they stand; a withdrawn one is not among ``issued``."""

    resolution: str
    clause: str
    ordinal: int
    issued: int
    open: int
    closed: int
    escalated: int


def counts_by_clause(r: Reading) -> list[ClauseCount]:
    """Return for every clause under which notices were issued how many there are, in the order of the clauses."""
    n, c = notices.c, resolution_clauses.c
    cited = (c.community == n.community) & (c.resolution == n.resolution) & (c.clause == n.clause)
    columns = (n.resolution, n.clause, c.ordinal, n.state)
    query = select(*columns, func.count().label("times")).select_from(notices.join(resolution_clauses, cited))
    sums: dict[tuple[str, int, str], dict[str, int]] = {}
    for row in r.all(query.where(r.mine(notices), n.state != "withdrawn").group_by(*columns)):
        sums.setdefault((row.resolution, row.ordinal, row.clause), {})[row.state] = row.times
    return [_clause_count(key, states) for key, states in sorted(sums.items())]


def _clause_count(key: tuple[str, int, str], states: dict[str, int]) -> ClauseCount:
    closed, escalated, issued = states.get("closed", 0), states.get("escalated", 0), sum(states.values())
    resolution, ordinal, clause = key
    return ClauseCount(resolution, clause, ordinal, issued, issued - closed - escalated, closed, escalated)


def grids(r: Reading) -> dict[str, str]:
    """Return place -> label of the grid it lies in, for every place of the register that lies in one."""
    c = places.c
    known = {row.id: row for row in r.all(select(c.id, c.kind, c.label, c.parent).where(r.mine(places)))}
    found = {}
    for place, row in known.items():
        while row is not None and row.kind != "grid":
            row = known.get(row.parent)
        if row is not None:
            found[place] = row.label
    return found


def last_number(r: Reading) -> str:
    """Return the number given last, "" if none was."""
    row = r.first(select(notices.c.number).where(r.mine(notices)).order_by(notices.c.position.desc()).limit(1))
    return row.number if row else ""


def overdue(r: Reading, now: int) -> Sequence[Any]:
    """Return served notices whose period ended by ``now`` (seconds UTC) and that no inspection passed."""
    c = notices.c
    late = c.state.in_(["served", "failed"]) & (c.due <= now)
    return r.all(notices.select().where(r.mine(notices), late).order_by(c.due, c.position))


def notices_of(r: Reading, matter: str, limit: int = 100, offset: int = 0) -> Sequence[Any]:
    """Return the notices of a matter in the order of issue."""
    query = notices.select().where(r.mine(notices), notices.c.matter == matter)
    return r.all(query.order_by(notices.c.position).limit(limit).offset(offset))


def notice_counts(r: Reading, matter: str) -> dict[str, int]:
    """Return state -> number of notices of a matter."""
    c = notices.c
    query = select(c.state, func.count()).where(r.mine(notices), c.matter == matter).group_by(c.state)
    return {row[0]: row[1] for row in r.all(query)}

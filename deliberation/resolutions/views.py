"""Views of resolutions, the guard before adopting, and what pages ask."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Integer, Select, String, Text, select

from deliberation.clauses import ordinal
from deliberation.errors import NotFound
from deliberation.log.aggregate import id_of
from deliberation.log.leaf import canonical
from deliberation.log.reading import Reading
from deliberation.log.views import Change, Tx, guard, insert, on, view
from deliberation.motions.views import motions
from deliberation.polls.bearing import must_be_final
from deliberation.polls.doubts import Standing
from deliberation.polls.views import annulments, polls
from deliberation.procedures.views import open_matter
from deliberation.resolutions.model import (
    ORIGINS,
    AlreadyAdopted,
    MotionNotAdopted,
    NotCarried,
    OnlyAnOpinion,
    OtherText,
    Resolution,
    ResolutionFell,
    ResolutionNumberTaken,
    caption,
)

resolutions = view(
    "resolutions",
    Column("id", String(36), primary_key=True),
    Column("matter", String(36)),
    Column("number", Text),
    Column("title", Text),
    Column("assembly", Text),
    Column("motion", String(36)),
    Column("poll", String(36)),
    Column("digest", String(64)),
    Column("text", Text),
    Column("clauses", Integer),
    Column("adopted_on", String(10)),
    Column("effective_on", String(10)),
    Column("adopted", BigInteger),
    Column("position", BigInteger),
    index=["matter", "number", "effective_on"],
)
#: ``ordinal`` counts from 1; the wording came by ``origin`` (see ``ORIGINS``), marked ``label`` (甲), in a version
#: of the motion, at a position of the log (NULL where the resolution does not say).
resolution_clauses = view(
    "resolution_clauses",
    Column("resolution", String(36), primary_key=True),
    Column("clause", String(16), primary_key=True),
    Column("ordinal", Integer),
    Column("text", Text),
    Column("origin", String(16)),
    Column("label", Text),
    Column("version", Integer),
    Column("position", BigInteger),
)


@on(Resolution.Adopted)
def adopted(e: Resolution.Adopted, position: int) -> Iterable[Change]:
    names = ("matter", "number", "title", "assembly", "motion", "poll", "digest")
    row = {name: getattr(e, name) for name in names} | {"text": canonical(e.text).decode()}
    row |= {"adopted_on": e.adopted_on, "effective_on": e.effective_on, "adopted": e.at, "position": position}
    lines = e.text["clauses"]
    yield insert(resolutions, id=e.id, clauses=len(lines), **row)
    known = {line["clause"]: line for line in e.provenance}
    for number, (clause, text) in enumerate(lines, start=1):
        origin = known.get(clause, {"clause": clause, "origin": "", "label": ""})
        yield insert(resolution_clauses, resolution=e.id, ordinal=number, text=text, **origin)


@guard(Resolution.Adopted)
def a_resolution_is_filed_once_under_an_open_matter(e: Resolution.Adopted, tx: Tx) -> None:
    open_matter(tx, e.matter)
    c = resolutions.c
    if tx.rows(select(c.id).where(c.community == tx.community, c.number == e.number)):
        raise ResolutionNumberTaken(number=e.number)


@guard(Resolution.Adopted)
def a_poll_carried_exactly_this_text(e: Resolution.Adopted, tx: Tx) -> None:
    """Counted, a decision and no opinion, passed, on this motion and this text."""
    poll = tx.row(polls, e.poll)
    if poll is None or poll["matter"] != e.matter:
        raise NotFound
    if not decides(json.loads(poll["rule"])):
        raise OnlyAnOpinion(poll=poll["number"])
    asked = (poll["subject_kind"], poll["subject"]) == ("motion", e.motion)
    if not asked or poll["stage"] != "counted" or poll["outcome"] != "PASS":
        raise NotCarried(poll=poll["number"])
    if poll["digest"] != e.digest:
        raise OtherText(poll=poll["number"])
    must_be_final(poll, tx)


def must_stand(tx: Tx, resolution: str) -> None:
    """Raise ResolutionFell where the result that carried a resolution was annulled."""
    row = tx.row(resolutions, resolution)
    fell = tx.row(annulments, row["poll"]) if row else None
    if row and fell:
        raise ResolutionFell(title=row["title"], document=fell["document"])


def decides(rule: Mapping[str, Any]) -> bool:
    """Whether passing under a rule decides for all: advice, opinions and the Party members' review do not."""
    return bool(rule.get("binding", True) and not rule.get("opinion") and rule.get("unit") != "party")


@guard(Resolution.Adopted)
def a_motion_has_one_resolution_that_stands(e: Resolution.Adopted, tx: Tx) -> None:
    """Another takes its place only where the result that carried it was annulled."""
    c = resolutions.c
    before = tx.rows(select(c.id, c.poll).where(c.community == tx.community, c.motion == e.motion))
    if any(tx.row(annulments, row.poll) is None for row in before):
        raise AlreadyAdopted
    if not before and e.id != id_of(e.motion, "resolution"):
        raise NotFound


@guard(Resolution.Adopted)
def the_motion_stands(e: Resolution.Adopted, tx: Tx) -> None:
    motion = tx.row(motions, e.motion)
    if motion is None or motion["matter"] != e.matter:
        raise NotFound
    if motion["state"] in ("withdrawn", "rejected"):
        raise MotionNotAdopted


# what pages ask


class Clause(NamedTuple):
    """One clause: ``heading`` is 第一条; ``origin`` (zh, en) and ``label`` say where its wording is from."""

    clause: str
    ordinal: int
    heading: str
    text: str
    origin: tuple[str, str]
    label: str
    version: int | None
    position: int | None


class ResolutionPage(NamedTuple):
    """A resolution with its caption (题注), its clauses, the poll that carried it, and what its text is called."""

    row: Any
    caption: str
    clauses: list[Clause]
    poll: Any
    heading: str

    @property
    def fallen(self) -> bool:
        """Whether the result that carried it was annulled."""
        return self.poll is not None and self.poll.stage == "annulled"


def resolution_page(r: Reading, resolution: str) -> ResolutionPage:
    """Return a resolution in three queries. Raises NotFound."""
    row = r.row(resolutions, resolution)
    if row is None:
        raise NotFound
    return _page(row, clauses_of(r, resolution), r.row(polls, row.poll))


def _page(row: Any, clauses: list[Clause], poll: Any = None) -> ResolutionPage:
    under = caption(row.adopted_on, row.effective_on, row.assembly)
    return ResolutionPage(row, under, clauses, poll, json.loads(row.text)["title"])


def clauses_of(r: Reading, resolution: str) -> list[Clause]:
    """Return the clauses of a resolution in order."""
    return _clauses(r, [resolution])[resolution]


def _clauses(r: Reading, ids: Sequence[str]) -> dict[str, list[Clause]]:
    c = resolution_clauses.c
    query = resolution_clauses.select().where(r.mine(resolution_clauses), c.resolution.in_(ids))
    found: dict[str, list[Clause]] = {id: [] for id in ids}
    for row in r.all(query.order_by(c.ordinal)):
        found[row.resolution].append(_clause(row))
    return found


def resolution_of(r: Reading, motion: str) -> Any | None:
    """Return the row of the resolution that a motion became, the last if an earlier one fell, or None."""
    query = resolutions.select().where(r.mine(resolutions), resolutions.c.motion == motion)
    return r.first(query.order_by(resolutions.c.position.desc()).limit(1))


def resolutions_of(r: Reading, matter: str) -> Sequence[Any]:
    """Return the resolutions of a matter in the order of adoption."""
    query = resolutions.select().where(r.mine(resolutions), resolutions.c.matter == matter)
    return r.all(query.order_by(resolutions.c.position))


def fall_of(r: Reading, resolution: str) -> Any | None:
    """Return how the result that carried a resolution fell, or None."""
    row = r.row(resolutions, resolution) if resolution else None
    return r.row(annulments, row.poll) if row else None


def fallen(r: Reading) -> set[str]:
    """Return the polls whose results were annulled, and with them the resolutions that they carried."""
    return {row.id for row in r.all(_annulled(r))}


def _annulled(r: Reading) -> Select[Any]:
    return select(polls.c.id).where(r.mine(polls), polls.c.stage == "annulled")


def in_force(r: Reading, on_date: str) -> Sequence[Any]:
    """Return the resolutions in force on a day (ISO date), the latest first."""
    query = resolutions.select().where(r.mine(resolutions), resolutions.c.effective_on <= on_date)
    query = query.where(resolutions.c.poll.not_in(_annulled(r)))
    return r.all(query.order_by(resolutions.c.effective_on.desc(), resolutions.c.position.desc()))


def all_resolutions(r: Reading) -> Sequence[Any]:
    """Return every resolution, the last to be adopted first."""
    return r.all(resolutions.select().where(r.mine(resolutions)).order_by(resolutions.c.position.desc()))


def compacts(r: Reading, on_date: str) -> list[ResolutionPage]:
    """Return the compacts in force on a day (ISO date), in two queries: of several of one name the latest."""
    latest: dict[str, Any] = {}
    for row in _compacts(r):
        if row.effective_on <= on_date:
            latest[json.loads(row.text)["title"]] = row
    clauses = _clauses(r, [row.id for row in latest.values()])
    return [_page(row, clauses[row.id]) for row in latest.values()]


def compacts_to_come(r: Reading, on_date: str) -> Sequence[Any]:
    """Return the compacts that take effect after a day (ISO date), the next one first."""
    return [row for row in _compacts(r) if row.effective_on > on_date]


def _compacts(r: Reading) -> Sequence[Any]:
    m, d = motions.c, resolutions.c
    joined = resolutions.join(motions, (m.community == d.community) & (m.id == d.motion))
    query = select(resolutions).select_from(joined).where(r.mine(resolutions), m.kind == "compact")
    query = query.where(d.poll.not_in(_annulled(r)))
    return r.all(query.order_by(d.effective_on, d.position))


def to_adopt(r: Reading, now: int) -> list[Any]:
    """Return what was carried as it stands, can be relied upon at a moment (seconds UTC) and is no resolution yet: poll, rule,
    motion, number, title, counted."""
    p, m, d = polls.c, motions.c, resolutions.c
    voted = (m.community == p.community) & (m.id == p.subject) & (m.digest == p.digest)
    adopted = (d.community == m.community) & (d.motion == m.id) & d.poll.not_in(_annulled(r))
    columns = [p.id.label("poll"), p.rule, p.closes, m.id.label("motion"), m.number, m.title]
    columns += [p.counted_at, p.doubts_open, p.doubts_wrong]
    query = select(*columns).select_from(polls.join(motions, voted).outerjoin(resolutions, adopted))
    carried = (p.outcome == "PASS") & (p.stage == "counted") & m.state.not_in(["withdrawn", "rejected"]) & d.id.is_(None)
    rows = r.all(query.where(r.mine(polls), carried).order_by(p.counted_position))
    return [row for row in rows if decides(json.loads(row.rule)) and _final(row, now)]


def _final(row: Any, now: int) -> bool:
    return Standing.of(row, json.loads(row.rule)).hindrance(now) is None


def last_number(r: Reading) -> str:
    """Return the number given last, "" if none was."""
    row = r.first(select(resolutions.c.number).where(r.mine(resolutions)).order_by(resolutions.c.position.desc()).limit(1))
    return row.number if row else ""


def _clause(row: Any) -> Clause:
    origin = ORIGINS.get(row.origin, ("", ""))
    where = (row.label, row.version, row.position)
    return Clause(row.clause, row.ordinal, ordinal(row.ordinal), row.text, origin, *where)

"""What everybody sees of motions: the list, one motion, what changed, where a clause comes from."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from flask import request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from deliberation.actors import RESIDENT
from deliberation.discussion import views as discussion
from deliberation.discussion.model import OUTCOMES, STANCES
from deliberation.errors import NotFound
from deliberation.motions import changes, queries
from deliberation.motions.model import Second
from deliberation.polls import queries as polls
from deliberation.register import vault
from deliberation.resolutions import views as resolutions
from web.motions.blueprint import (
    bp,
    changes_of,
    motion_of,
    origin,
    poll_rows,
    render,
)
from web.motions.remarks import ANSWERERS, remarks
from web.paging import page_asked
from web.shell import (
    STAFF,
    _,
    _l,
    acting,
    alike,
    command_key,
    council,
    done,
    holds,
    may,
    names,
    panel,
    past,
    person,
    reading,
    tile,
)
from web.versions import Change, clause_name, differences
from web.wordings import compared


class Line(NamedTuple):
    """A clause on the page: its words, where they come from (``origin``), its comments (``href``)."""

    id: str
    name: str
    text: str
    since: str
    comments: int
    href: str
    origin: str


class Moved(NamedTuple):
    """An amendment on the page, against the text that it was moved on."""

    row: Any
    changes: list[Change]
    replaces: str
    polls: list[Any]


@bp.get("/motions")
def index() -> str:
    """All motions: to second, under discussion, decided."""
    r = reading()
    rows = queries.open_motions(r)
    page = page_asked()
    return render(
        "index",
        page=page,
        ended=queries.ended_motions(r, page=page),
        proposed=[row for row in rows if row.state == "proposed"],
        admitted=[row for row in rows if row.state == "admitted"],
    )


@bp.get("/motions/<id:motion>")
def show(motion: str) -> str:
    """One motion: how it stands, its text, what was changed, moved, voted and said."""
    answering = holds(*ANSWERERS) and not past()
    told = alike(_told, motion, request.args.get("clause", ""), page_asked(), answering)
    return render(
        "show",
        **told,
        second=queries.second_of(reading(), motion, person()),
        mine=person() == told["motion"].proposer,
        working=holds(*STAFF),
    )


def _told(motion: str, clause: str, number: int, answering: bool) -> dict[str, Any]:
    """What every reader of a motion's page is told; the long parts, text and comments, as they are printed."""
    r = reading()
    page = queries.motion_page(r, motion)
    if page is None:
        raise NotFound
    counts = discussion.counts(r, motion)
    voted = polls.polls_of(r, matter=page.row.matter)
    fallen = {row.id for row in voted if row.stage == "annulled"}
    adopted = resolutions.resolution_of(r, motion) if page.row.state == "adopted" else None
    said = discussion.comments_of(r, motion, clause=clause, page=number)
    people = names([*(row.person for row in said.rows), page.row.proposer, page.row.ended_by or ""])
    called = {row.clause: clause_name(row.ordinal) for row in page.clauses}
    told: dict[str, Any] = {
        "motion": page.row,
        "names": people,
        "clause": clause,
        "called": called,
        "lines": [_line(row, called, counts.by_clause) for row in page.clauses],
        "open": page.row.state in ("proposed", "admitted") and not past(),
        "versions": page.versions[::-1],
        "voting": [row for row in voted if row.subject == motion and row.stage in ("announced", "open")],
        "polls": poll_rows(row for row in voted if row.subject == motion),
        "fallen": (adopted.poll if adopted else page.row.poll) in fallen,
        "why": _why(page.row),
        "resolution": adopted,
        "counts": counts,
        "page": number,
        "pages": -(-counts.total(clause) // discussion.PAGE),
        "outcomes": OUTCOMES,
        "stances": STANCES,
        "heading": queries.text_of(page.versions[-1]).title,
    }
    shown = remarks(said, people, called, numbered=not clause, answering=answering)
    printed = {
        "text": render("_text", **told, origin=origin, moved=_moved(page, voted)),
        "remarks": render("_remarks", remarks=shown),
    }
    return told | {name: Markup(part) for name, part in printed.items()}


def _line(row: Any, called: dict[str, str], comments: dict[str, int]) -> Line:
    since = _("第 %(n)s 稿", n=row.since_version)
    if row.origin != "draft":
        since += " · " + origin(row.origin, row.label)
    href = url_for("motions.show", motion=row.motion, clause=row.clause, _anchor="comments")
    whence = url_for("motions.clause", motion=row.motion, clause=row.clause)
    return Line(row.clause, called[row.clause], row.text, since, comments.get(row.clause, 0), href, whence)


def _moved(page: queries.MotionPage, voted: Any) -> list[Moved]:
    bases = {row.digest: row for row in page.versions}
    labels = {row.id: row.label for row in page.amendments}
    found = []
    for row in page.amendments:
        base = bases.get(row.base_digest)
        operations = changes.from_json(json.loads(row.operations))
        shown = changes_of(queries.text_of(base) if base else None, operations)
        found.append(
            Moved(
                row, shown, labels.get(row.replaces, ""), [poll for poll in voted if poll.subject == row.id]
            )
        )
    return found


def _why(row: Any) -> str:
    """The words with which it was withdrawn."""
    return vault.texts(reading(), [row.words]).get(row.words, _("（已删除）")) if row.words else ""


@bp.get("/motions/<id:motion>/compare")
def compare(motion: str) -> str:
    """What changed from one version to another."""
    row, versions = motion_of(motion), queries.versions_of(reading(), motion)
    known = {version.version: version for version in versions}
    new = known.get(request.args.get("new", row.version, int))
    old = known.get(request.args.get("old", max(1, row.version - 1), int))
    if new is None or old is None:
        raise NotFound
    found = differences(queries.text_of(old), queries.text_of(new))
    return render(
        "compare",
        motion=row,
        versions=versions,
        old=old,
        new=new,
        changes=found,
        origin=origin,
        number=len(queries.text_of(new).clauses),
    )


@bp.get("/motions/<id:motion>/clauses/<clause>")
def clause(motion: str, clause: str) -> str:
    """Where the wording of one clause comes from: every version that touched it, the latest first."""
    row, rows = motion_of(motion), queries.wordings_of(reading(), motion, clause)
    if not rows:
        raise NotFound
    place = {each.clause: each.ordinal for each in queries.clauses_of(reading(), motion)}.get(clause, 0)
    history = [
        (
            wording,
            compared(before.text if before else wording.text, wording.text),
            origin(wording.origin, wording.label),
        )
        for before, wording in zip([None, *rows], rows, strict=False)
    ]
    name = clause_name(place) if place else _("删去的一条")
    return render("clause", motion=row, clause=clause, name=name, history=history[::-1])


@bp.post("/motions/<id:motion>/second")
@may(RESIDENT, again=".show")
def second(motion: str) -> ResponseReturnValue:
    """Support bringing it to debate; nobody counts twice."""
    row = motion_of(motion)
    receipt = council().save(Second.of(motion, row.matter, row.number, by=acting()), command=command_key())
    return done(".show", _("附议记下了，在第 %(n)s 条。谢谢您。", n=receipt.positions[0]), motion=motion)


@panel("home", 30)
def to_second() -> str:
    """The motions that look for seconds."""
    rows = [row for row in queries.open_motions(reading()) if row.state == "proposed"]
    return render("_to_second", rows=rows[:5]) if rows else ""


tile("home", 30, "motions.index", _l("议题"), "text")
tile("desk", 30, "motions.index", _l("议题"), "text")

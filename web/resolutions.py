"""决议 pages: what was adopted, where each clause comes from, and the compact in force on any day."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, SECRETARY
from deliberation.deadlines import local_date
from deliberation.errors import NotFound
from deliberation.filings import views as filings
from deliberation.motions import queries as motions
from deliberation.motions.model import Motion
from deliberation.polls import aftermath
from deliberation.polls import queries as polls
from deliberation.register import views as register
from deliberation.resolutions import schemas, views
from deliberation.resolutions.model import Resolution
from web.papers import code_for, figures, following, marked, whole
from web.shell import (
    _,
    _l,
    acting,
    council,
    day_shown,
    done,
    holds,
    local,
    may,
    moment_shown,
    panel,
    reading,
    saved,
    tile,
    today,
    typed,
)

bp = Blueprint("resolutions", __name__)
for each in (whole, marked):
    bp.add_app_template_filter(each)

#: Who writes down what was adopted.
CLERKS = (SECRETARY, CHAIR)


@bp.app_template_filter()
def provenance(clause: views.Clause) -> str:
    """Return in words where a clause's wording comes from: 原案, 修正案甲, 前置审核（丙）."""
    said = local(clause.origin)
    if clause.origin == ("修正案", "by amendment"):
        return _("修正案%(label)s", label=clause.label)
    return _("%(origin)s（%(label)s）", origin=said, label=clause.label) if clause.label else said


@bp.app_template_filter()
def assembly_name(assembly: str) -> str:
    """Return the meeting in whose name a paper is signed: 甲河村村民会议 of 甲河村村民会议户代表表决."""
    found = re.match("(.*?会议|.*?大会)", assembly)
    return found[0] if found else assembly


@bp.get("/resolutions")
def index() -> str:
    """All resolutions, the latest first, and for clerks what waits to become one."""
    r = reading()
    waiting = views.to_adopt(r, int(moment_shown().timestamp())) if holds(*CLERKS) else []
    return render_template(
        "resolutions/index.html", rows=views.all_resolutions(r), waiting=waiting, day=day_shown(), fallen=views.fallen(r)
    )


@bp.get("/resolutions/<id:resolution>")
def show(resolution: str) -> str:
    """One resolution: who adopted it with which numbers, its clauses and where each comes from, what follows."""
    page, r = views.resolution_page(reading(), resolution), reading()
    return render_template(
        "resolutions/show.html", page=page, vote=figures(page.poll), day=day_shown(), working=holds(*CLERKS),
        filed=filings.filings_about(r, resolution), version=getattr(motions.motion_row(r, page.row.motion), "version", 1),
    )  # fmt: skip


@bp.get("/resolutions/<id:resolution>/paper")
def paper(resolution: str) -> str:
    """The resolution as a paper, its text attached."""
    page = views.resolution_page(reading(), resolution)
    return render_template(
        "resolutions/paper.html", page=page, vote=figures(page.poll), code=code_for(".show", resolution=resolution)
    )


@bp.get("/resolutions/<id:resolution>/poster")
def poster(resolution: str) -> str:
    """The text alone, for the wall, with the number under which it was filed."""
    page, r = views.resolution_page(reading(), resolution), reading()
    receipts = [row.receipt_number for row in filings.filings_about(r, resolution) if row.receipt_number]
    code = code_for(".show", resolution=resolution)
    return render_template("resolutions/poster.html", page=page, receipt=(receipts or [""])[0], code=code)


@bp.get("/compact")
def compact() -> str:
    """What is in force on a day, with a search: no hit shows the nearest clauses."""
    r, on = reading(), _day(request.args.get("on", ""))
    sought = request.args.get("q", "").strip()[:40]
    pages = views.compacts(r, on)
    return render_template(
        "resolutions/compact.html", pages=pages, on=on, today=day_shown(), sought=sought,
        found=find(pages, sought) if sought else None, coming=views.compacts_to_come(r, on),
    )  # fmt: skip


def _day(text: str) -> str:
    """The day asked for; what is no day means the present one."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return day_shown()


class Found(NamedTuple):
    """What a search found: (resolution, clause) of the hits; ``exact`` is False for merely the nearest ones."""

    places: set[tuple[str, str]]
    exact: bool


def find(pages: list[views.ResolutionPage], sought: str) -> Found:
    """Return the clauses that say what is sought; if none does, the three that share most pairs of characters with it."""
    everywhere = [(page.row.id, clause) for page in pages for clause in page.clauses]
    hits = {(id, clause.clause) for id, clause in everywhere if sought.lower() in clause.text.lower()}
    if hits:
        return Found(hits, True)
    pairs = {sought[at : at + 2] for at in range(len(sought) - 1)} or set(sought)
    shared = [(sum(pair in clause.text for pair in pairs), id, clause.clause) for id, clause in everywhere]
    nearest = sorted((one for one in shared if one[0]), key=lambda one: -one[0])[:3]
    return Found({(id, clause) for _count, id, clause in nearest}, False)


@bp.get("/resolutions/adopt/<id:motion>/<id:poll>")
@may(*CLERKS)
def adopting(motion: str, poll: str) -> str:
    """The form: the text that was voted on, the numbers, and what is left to write down."""
    row, voted, r = motions.motion_row(reading(), motion), polls.poll_row(reading(), poll), reading()
    if row is None or voted is None:
        raise NotFound
    text, there = motions.text_at(r, motion, row.version), views.resolution_of(r, motion)
    return render_template(
        "resolutions/adopt.html", motion=row, poll=voted, text=text, vote=figures(voted), there=there, **_named(voted, text),
        closed=local_date(datetime.fromtimestamp(voted.closes, UTC)).isoformat(),
        number=following(views.last_number(r), today()), fell=_fell(motion),
        preliminary=aftermath.preliminary(voted, int(moment_shown().timestamp())),
    )  # fmt: skip


def _fell(motion: str) -> bool:
    """Whether the motion became a resolution whose result was annulled."""
    there = views.resolution_of(reading(), motion)
    return there is not None and there.poll in views.fallen(reading())


def _named(poll: Any, text: Any) -> dict[str, str]:
    """What a resolution is usually called, and who adopted it as its caption says; papers are kept in Chinese."""
    village, body = register.community(reading()).name, json.loads(poll.rule)["body_zh"]
    title = f"{village}{body.partition('（')[0]}关于通过《{text.title}》的决议"
    return {"heading": title, "assembly": village + re.sub("[（）]", "", body) + "表决"}


@bp.post("/resolutions/adopt/<id:motion>/<id:poll>")
@may(*CLERKS, again=".adopting")
def adopt(motion: str, poll: str) -> ResponseReturnValue:
    """Write down the text that the poll carried; the motion is settled in the same step if nobody has yet."""
    form = typed(schemas.Adopt) | {"motion": motion, "poll": poll}
    moved = council().get(Motion, motion)
    origins = motions.provenance(reading(), motion)
    made = Resolution.adopt(moved.matter, **form, text=moved.text, provenance=origins, again=_fell(motion), by=acting())
    if moved.state == "admitted":
        moved.settle(poll, "PASS", by=acting())
    adopted = saved(made, *([moved] if moved.pending_events else []))
    return done(".show", _("决议形成了。接着公示、报送备案。"), resolution=adopted)


@panel("home", 45)
def in_force() -> str:
    """The compacts in force today."""
    pages = views.compacts(reading(), day_shown())
    return render_template("resolutions/_in_force.html", pages=pages) if pages else ""


@panel("desk", 22, *CLERKS)
def to_adopt() -> str:
    """What was carried and is no resolution yet."""
    rows = views.to_adopt(reading(), int(moment_shown().timestamp()))
    return render_template("resolutions/_to_adopt.html", rows=rows) if rows else ""


tile("home", 25, "resolutions.compact", _l("现行公约"), "clause")
tile("home", 26, "resolutions.index", _l("决议"), "seal")
tile("desk", 26, "resolutions.index", _l("决议"), "seal")

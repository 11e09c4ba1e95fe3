"""会议通知 pages: the list of meetings, the notice of one, and what the notice leads to for everyone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, SECRETARY
from deliberation.deadlines import local_date
from deliberation.errors import NotFound
from deliberation.meetings import schemas, views
from deliberation.meetings.model import KINDS, Meeting
from deliberation.motions import queries as motions
from deliberation.polls import queries as polls
from deliberation.procedures import views as procedures
from deliberation.register import views as register
from web.meetings.blueprint import bp
from web.paging import page_asked
from web.shell import (
    STAFF,
    _,
    _l,
    acting,
    command_key,
    council,
    done,
    holds,
    may,
    names,
    panel,
    person,
    reading,
    saved,
    tile,
    today,
    typed,
)

#: Agenda lines on the form for a notice; no script is needed to fill them in.
LINES = 8
A_PAGE = 20


@bp.get("/meetings")
def index() -> str:
    """All meetings: those to come and running first, then those held."""
    r, page = reading(), page_asked()
    held = views.latest_meetings(r, A_PAGE + 1, A_PAGE * (page - 1))
    return render_template(
        "meetings/index.html",
        coming=views.meetings_in(r, "called", "open") if page == 1 else [],
        held=[row for row in held[:A_PAGE] if row.state not in ("called", "open")],
        page=page,
        more=len(held) > A_PAGE,
    )


@bp.get("/meetings/new")
@may(SECRETARY, CHAIR)
def choose() -> str:
    """Under which matter a meeting is held."""
    return render_template("meetings/choose.html", matters=procedures.matters_list(reading()))


@bp.get("/meetings/new/<id:matter>")
@may(SECRETARY, CHAIR)
def new(matter: str) -> str:
    """The form for a notice: what, when, where, who, and the agenda."""
    r = reading()
    row = procedures.matter_row(r, matter)
    if row is None:
        raise NotFound
    open_motions = [
        motion for motion in motions.motions_of(r, matter) if motion.state in ("proposed", "admitted")
    ]
    held = {role: len(register.people_in(r, role, today())) for role in schemas.OFFICES}
    return render_template(
        "meetings/new.html",
        matter=row,
        motions=open_motions,
        held=held,
        lines=LINES,
        kinds=KINDS,
        offices=schemas.OFFICES,
    )


@bp.post("/meetings/new/<id:matter>")
@may(SECRETARY, CHAIR, again=".new")
def call(matter: str) -> ResponseReturnValue:
    """Give notice: agenda and seats are locked by it."""
    form = typed(schemas.Convene)
    day = local_date(datetime.fromtimestamp(form["starts"], UTC)).isoformat()
    seats = [who for role in form["offices"] for who in register.people_in(reading(), role, day)]
    head = {name: form[name] for name in ("kind", "title", "starts", "place", "agenda")}
    meeting = Meeting.call(matter, form["number"], **head, seats=list(dict.fromkeys(seats)), by=acting())
    return done(".show", _("会议通知发出了。"), meeting=saved(meeting))


@bp.get("/meetings/<id:meeting>")
def show(meeting: str) -> str:
    """One meeting for everyone: notice, agenda, how many came, its votes, its papers."""
    r = reading()
    row = views.meeting_row(r, meeting)
    return render_template(
        "meetings/show.html",
        meeting=row,
        agenda=json.loads(row.agenda),
        names=names([row.chair or "", row.secretary or ""]),
        polls=polls.polls_of(r, meeting=meeting),
        working=holds(SECRETARY, CHAIR),
        readable=readable(row),
    )


def readable(row: Any) -> bool:
    """Whether the record may be read: by all once both signed it, before by staff and whoever has a seat."""
    if row.state == "signed":
        return True
    if row.state != "closed" or not person():
        return False
    return holds(*STAFF) or reading().row(views.attendance, row.id, person()) is not None


@bp.get("/meetings/<id:meeting>/notice")
def notice(meeting: str) -> str:
    """The notice as a paper for the wall."""
    row = views.meeting_row(reading(), meeting)
    return render_template("meetings/notice.html", meeting=row, agenda=json.loads(row.agenda))


@bp.post("/meetings/<id:meeting>/cancel")
@may(SECRETARY, CHAIR, again=".show")
def cancel(meeting: str) -> ResponseReturnValue:
    """Call the meeting off before it opens."""
    form = typed(schemas.Cancel)
    with council().change(Meeting, meeting, command=command_key()) as changed:
        changed.cancel(form["reason"], by=acting())
    return done(".show", _("会议取消了，原来的通知留在记录里。"), meeting=meeting)


@panel("home", 30)
def upcoming() -> str:
    """The meetings to come and running."""
    rows = views.meetings_in(reading(), "called", "open")[:3]
    return render_template("meetings/_upcoming.html", meetings=rows) if rows else ""


@panel("desk", 10, SECRETARY, CHAIR)
def to_hold() -> str:
    """The meetings that want something done, each with its next step."""
    rows = views.meetings_in(reading(), "open", "called", "closed")
    return render_template("meetings/_to_hold.html", meetings=rows[:6]) if rows else ""


tile("home", 30, "meetings.index", _l("会议"), "meeting")
tile("desk", 30, "meetings.index", _l("会议"), "meeting")

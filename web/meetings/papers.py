"""会议记录 and 会议纪要: the record as it was kept, and the minutes made from it; both printed on A4."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, RESIDENT, SECRETARY
from deliberation.errors import NotFound
from deliberation.meetings import schemas
from deliberation.meetings.model import Meeting
from deliberation.meetings.record import Record, record
from deliberation.polls import queries as polls
from web.meetings.blueprint import bp
from web.meetings.notices import readable
from web.shell import (
    STAFF,
    _,
    acting,
    command_key,
    council,
    done,
    holds,
    may,
    person,
    reading,
    typed,
)


@bp.get("/meetings/<id:meeting>/record")
def show_record(meeting: str) -> str:
    """The record with all its fields, corrections beside the struck words, 散会, signatures."""
    whole = _readable(meeting)
    row = whole.meeting
    mine = [
        part
        for part in ("chair", "secretary")
        if getattr(row, part) == person() and not getattr(row, f"{part}_signed")
    ]
    return render_template(
        "meetings/record.html",
        record=whole,
        meeting=row,
        mine=mine if row.state == "closed" else [],
        reasons=holds(*STAFF),
    )


@bp.get("/meetings/<id:meeting>/minutes")
def minutes(meeting: str) -> str:
    """The minutes: decisions and votes, made from the record and never the other way round."""
    whole = _readable(meeting)
    voted = {poll.id: poll for poll in polls.polls_of(reading(), meeting=meeting)}
    return render_template("meetings/minutes.html", record=whole, meeting=whole.meeting, voted=voted)


@bp.post("/meetings/<id:meeting>/sign")
@may(CHAIR, SECRETARY, RESIDENT, again=".show_record")
def sign(meeting: str) -> ResponseReturnValue:
    """Confirm the record as it was read."""
    form = typed(schemas.Sign)
    with council().change(Meeting, meeting, command=command_key()) as changed:
        changed.sign(form["part"], form["digest"], by=acting())
    return done(".show_record", _("确认好了，写进了记录。"), meeting=meeting)


def _readable(meeting: str) -> Record:
    """Raises NotFound for a record that is not open to the person at the page yet."""
    whole = record(reading(), meeting)
    if not readable(whole.meeting):
        raise NotFound
    return whole

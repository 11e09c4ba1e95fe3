"""签到表: who is there, marked in one press each; the rest with one button, exceptions with their reasons."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, SECRETARY
from deliberation.forms import BadForm
from deliberation.log.aggregate import id_of, new_id
from deliberation.meetings import schemas, views
from deliberation.meetings.attendance import STATUSES, Attendance
from deliberation.meetings.record import Attendee, attendance_sheet
from deliberation.register import views as register
from deliberation.register.private import PersonName
from web.entering import trouble_here
from web.meetings.blueprint import bp, named, seats
from web.shell import (
    _,
    acting,
    command_key,
    council,
    done,
    local,
    may,
    reading,
    typed,
    words,
)

DESK = "meetings.desk"


@bp.post("/meetings/<id:meeting>/attendance")
@may(SECRETARY, CHAIR, again=".desk")
def mark(meeting: str) -> ResponseReturnValue:
    """Mark one person: the press beside a name."""
    form = typed(schemas.Mark)
    mark = {name: form[name] for name in ("capacity", "status", "affiliation")}
    reason = _reason(form, form["person"])
    made = Attendance.mark(meeting, _matter(meeting), form["person"], **mark, words=reason, by=acting())
    council().save(made, command=command_key())
    # Back to the list: the next one is at the door already.
    return done(DESK, _("签到记下了。"), meeting=meeting, _anchor="names")


@bp.post("/meetings/<id:meeting>/attendance/rest")
@may(SECRETARY, CHAIR, again=".desk")
def rest(meeting: str) -> ResponseReturnValue:
    """Mark everybody present who has a seat and is not marked yet."""
    matter = _matter(meeting)
    waiting = [each.person for each in attendance_sheet(reading(), meeting) if not each.status]
    made = [
        Attendance.mark(meeting, matter, each, capacity="seat", status="present", by=acting())
        for each in waiting
    ]
    if made:
        council().save(*made, command=command_key())
    return done(DESK, _("其余 %(n)s 人都记为到会了。", n=len(made)), meeting=meeting)


@bp.post("/meetings/<id:meeting>/attendance/exception")
@may(SECRETARY, CHAIR, again=".desk")
def except_(meeting: str) -> ResponseReturnValue:
    """Mark somebody otherwise, with the reason; or put right how somebody is marked."""
    form = typed(schemas.Except)
    seat = named(form["who"], seats(attendance_sheet(reading(), meeting)))
    _set(meeting, seat.attendee, form)
    status = local(STATUSES[form["status"]])
    return done(
        DESK, _("%(name)s：%(status)s，记下了。", name=seat.attendee.name, status=status), meeting=meeting
    )


def _set(meeting: str, attendee: Attendee, form: dict[str, Any]) -> None:
    reason = _reason(form, attendee.person)
    if not attendee.status:
        made = Attendance.mark(
            meeting,
            _matter(meeting),
            attendee.person,
            capacity="seat",
            status=form["status"],
            words=reason,
            by=acting(),
        )
        council().save(made, command=command_key())
        return
    with council().change(Attendance, id_of(meeting, attendee.person), command=command_key()) as changed:
        changed.change(form["status"], words=reason, by=acting())


@bp.post("/meetings/<id:meeting>/attendance/observer")
@may(SECRETARY, CHAIR, again=".desk")
def observe(meeting: str) -> ResponseReturnValue:
    """Add an observer by name and affiliation: somebody of the register, or a guest."""
    form = typed(schemas.Observe)
    who = form["person"]
    if not who and register.people_called(reading(), form["name"]):
        en = f"The register has “{form['name']}”: please say whether it is one of them."
        raise BadForm({"person": [f"名册里有叫“{form['name']}”的人，请选是不是其中一位。", en]})
    known = who and reading().row(register.persons, who) is not None
    guest = None if known else PersonName(who or new_id(), form["name"])
    mark = {"capacity": "observer", "status": "present", "affiliation": form["affiliation"]}
    observer = guest.person if guest else who
    made = Attendance.mark(meeting, _matter(meeting), observer, **mark, guest=guest, by=acting())
    council().save(made, command=command_key())
    return done(DESK, _("%(name)s列席，记下了。", name=form["name"]), meeting=meeting)


def namesakes() -> list[tuple[str, str]]:
    """The people of the register with the observer's name that was just typed, and somebody else."""
    trouble = trouble_here()
    if trouble is None or trouble.form != "observe":
        return []
    name = request.form.get("name", "").replace("\0", "").strip()
    found = [
        (who, f"{name}（{home or _('工作人员')}）") for who, home in register.people_called(reading(), name)
    ]
    return [*found, (new_id(), _("都不是，是名册外的人"))] if found else []


def _matter(meeting: str) -> str:
    return str(views.meeting_row(reading(), meeting).matter)


def _reason(form: dict[str, Any], who: str) -> Any:
    return words(form["reason"], who) if form["reason"] else None

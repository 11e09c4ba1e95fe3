"""What the forms of meetings take."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from deliberation.actors import COMMITTEE, DELEGATE, PARTY_MEMBER, ROLES, SUPERVISOR
from deliberation.forms import Choice, Count, Form, Id, Line, Many, Moment, Prose
from deliberation.meetings import minutes
from deliberation.meetings.attendance import CAPACITIES, STATUSES
from deliberation.meetings.model import KINDS, MOST_SEATS, PARTS

#: Offices whose holders have a seat: role -> (Chinese, English).
OFFICES = {role: ROLES[role] for role in (DELEGATE, COMMITTEE, PARTY_MEMBER, SUPERVISOR)}


class AgendaLine(Form):
    """One item; ``motion`` is the id of the motion under debate."""

    item = Line(16, required=False)
    title = Line()
    motion = Id(required=False)


class Agenda(Many):
    """An agenda as lines of the above, or a text of one item a line; items without a number get theirs."""

    def __init__(self, **more: Any) -> None:
        super().__init__(fields.Nested(AgendaLine), most=50, **more)

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> list[Any]:
        if isinstance(value, str):
            value = [{"title": line} for line in value.splitlines() if line.strip()]
        lines = super()._deserialize(value, attr, data, **more)
        return [{**line, "item": line["item"] or str(number)} for number, line in enumerate(lines, start=1)]


class Call(Form):
    """``Meeting.call``"""

    matter = Id()
    number = Line(64, ask="请写明会议编号，比如〔2026〕3。|Please give the meeting a number, such as 2026-3.")
    kind = Choice(KINDS)
    title = Line(ask="请写明会议名称。|Please give the meeting a title.")
    starts = Moment(ask="请写明开会时间。|Please say when it starts.")
    place = Line(ask="请写明开会地点。|Please say where it is.")
    seats = Many(Id(), most=MOST_SEATS)
    agenda = Agenda()


class Convene(Call):
    """``Meeting.call`` with the seats given by office: whoever holds one on the day of the meeting."""

    seats = Many(Id(), most=MOST_SEATS, required=False)
    offices = Many(Choice(OFFICES), ask="请勾选谁应该到会。|Please tick who is to attend.")


class Cancel(Form):
    """``Meeting.cancel``"""

    reason = Line(ask="请写明取消的原因。|Please say why it is cancelled.")


class Open(Form):
    """``Meeting.open``"""

    chair = Id(ask="请选主持人。|Please choose who presides.")
    secretary = Id(ask="请选记录人。|Please choose who keeps the record.")


class Close(Form):
    """``Meeting.close``"""

    due = Count()
    present = Count()
    leave = Count()
    absent = Count()
    observers = Count()


class Sign(Form):
    """``Meeting.sign``"""

    part = Choice(PARTS)
    digest = Line(64)


class Mark(Form):
    """``Attendance.mark``; an observer who is not in the register has a ``name`` instead of a ``person``."""

    person = Id(required=False)
    name = Line(60, required=False)
    capacity = Choice(CAPACITIES)
    status = Choice(STATUSES)
    affiliation = Line(60, required=False)
    reason = Line(required=False)


class Change(Form):
    """``Attendance.change``"""

    status = Choice(STATUSES)
    reason = Line(required=False)


class Except(Change):
    """``Attendance.mark`` or ``change`` of somebody on the sheet; ``who``: a name or initials, as typed."""

    who = Line(80, ask="请写这个人的姓名或拼音首字母。|Please give the person's name or its initials.")


class Observe(Form):
    """``Attendance.mark`` of an observer; ``person`` when several people of the register have this name."""

    name = Line(60, ask="请写列席人员的姓名。|Please give the observer's name.")
    affiliation = Line(60, required=False)
    person = Id(required=False)


class Write(Form):
    """``Entry.write``; pages send ``who`` for ``speaker``: the name as it was typed, or its initials."""

    item = Line(16, required=False)
    kind = Choice(minutes.KINDS, ask="请选这一条是什么。|Please choose what kind of entry this is.")
    speaker = Id(required=False)
    who = Line(80, required=False)
    said = Prose(ask="这一条没有内容，请写上要点。|This entry has no words: please write the point.")
    poll = Id(required=False)


class Correct(Form):
    """``Entry.correct``"""

    said = Prose(ask="请写上更正后的内容。|Please write what it should say.")
    reason = Line(ask="请写明为什么更正。|Please say why it is corrected.")
    confirmed_by = Id(required=False)

"""What must be so before an event of a meeting enters the log."""

from __future__ import annotations

import json

from deliberation.actors import CHAIR, SECRETARY
from deliberation.errors import NotFound
from deliberation.log.views import Row, Tx, guard
from deliberation.meetings.attendance import (
    Attendance,
    AttendanceClosed,
    HasSpoken,
    WrongCapacity,
)
from deliberation.meetings.minutes import (
    Entry,
    MeetingNotOpen,
    NotOnAgenda,
    RecordChanged,
    RecordSigned,
    SpeakerNotThere,
    digest_of,
)
from deliberation.meetings.model import (
    AttendanceDiffers,
    AttendanceOpen,
    Meeting,
    MeetingNumberTaken,
    MeetingUnclear,
    SignersUnclear,
)
from deliberation.meetings.views import attendance, entries, meetings, signed_over
from deliberation.procedures.views import open_matter
from deliberation.register.views import holds, persons


@guard(Meeting.Called)
def a_meeting_is_held_in_an_open_matter(e: Meeting.Called, tx: Tx) -> None:
    open_matter(tx, e.matter)


@guard(Meeting.Called)
def the_number_is_free(e: Meeting.Called, tx: Tx) -> None:
    if tx.rows(meetings.select().where(meetings.c.community == tx.community, meetings.c.number == e.number)):
        raise MeetingNumberTaken(number=e.number)


@guard(Meeting.Called)
def seats_are_held_by_people_of_the_register(e: Meeting.Called, tx: Tx) -> None:
    known = (persons.c.community == tx.community) & persons.c.id.in_(e.seats)
    strangers = len(e.seats) - len(tx.rows(persons.select().where(known)))
    if strangers:
        en = f"{strangers} of the seats are not in the register"
        raise MeetingUnclear(fault=f"有{strangers}人不在名册里", fault_en=en)


@guard(Meeting.Opened)
def chair_and_secretary_are_known(e: Meeting.Opened, tx: Tx) -> None:
    if tx.row(persons, e.chair) is None or tx.row(persons, e.secretary) is None:
        raise SignersUnclear


@guard(Meeting.Closed)
def the_numbers_are_those_of_the_sheet(e: Meeting.Closed, tx: Tx) -> None:
    """应到 = 实到 + 请假 + 缺席, each as marked."""
    row = _meeting(tx, e.id)
    marked = row["present"] + row["leave"] + row["absent"]
    if marked < row["due"]:
        raise AttendanceOpen(due=row["due"], marked=marked, missing=row["due"] - marked)
    if any(row[name] != getattr(e, name) for name in ("due", "present", "leave", "absent", "observers")):
        zh = "实到{present}人，请假{leave}人，缺席{absent}人，列席{observers}人".format(**row)
        en = "{present} present, {leave} on leave, {absent} absent, {observers} observers".format(**row)
        raise AttendanceDiffers(counted=zh, counted_en=en)


@guard(Meeting.Signed)
def what_is_signed_is_the_record_as_it_stands(e: Meeting.Signed, tx: Tx) -> None:
    if digest_of(tx.rows(signed_over(tx.community, e.id))) != e.digest:
        raise RecordChanged


@guard(Attendance.Marked, Attendance.Changed)
def the_sheet_is_open_until_the_meeting_closes(e: Attendance.Marked | Attendance.Changed, tx: Tx) -> None:
    if _meeting(tx, e.meeting, getattr(e, "matter", ""))["state"] not in ("called", "open"):
        raise AttendanceClosed


@guard(Attendance.Marked)
def members_have_seats_and_observers_none(e: Attendance.Marked, tx: Tx) -> None:
    row = tx.row(attendance, e.meeting, e.person)
    if (row is not None and row["capacity"] == "seat") != (e.capacity == "seat"):
        raise WrongCapacity


@guard(Attendance.Marked, Attendance.Changed)
def who_spoke_was_there(e: Attendance.Marked | Attendance.Changed, tx: Tx) -> None:
    if e.status == "present":
        return
    c = entries.c
    spoke = (c.community == tx.community) & (c.meeting == e.meeting) & (c.speaker == e.person)
    if tx.rows(entries.select().where(spoke).limit(1)):
        raise HasSpoken


@guard(Entry.Entered)
def entries_are_made_while_the_meeting_is_open(e: Entry.Entered, tx: Tx) -> None:
    row = _meeting(tx, e.meeting, e.matter)
    if row["state"] != "open":
        raise MeetingNotOpen
    if e.item and e.item not in {line["item"] for line in json.loads(row["agenda"])}:
        raise NotOnAgenda(item=e.item)


@guard(Entry.Entered)
def speakers_are_at_the_meeting(e: Entry.Entered, tx: Tx) -> None:
    """A seat not marked yet may speak: the sheet can be completed afterwards."""
    if e.speaker:
        row = tx.row(attendance, e.meeting, e.speaker)
        if row is None or row["status"] in ("leave", "absent"):
            raise SpeakerNotThere


@guard(Entry.Corrected)
def a_signed_record_is_corrected_by_the_chair(e: Entry.Corrected, tx: Tx) -> None:
    """From the first signature on: the chair corrects, or the secretary with the chair's confirmation."""
    row = _meeting(tx, e.meeting)
    signed = row["chair_signed"] or row["secretary_signed"]
    chaired = e.by.role == CHAIR or (e.by.role == SECRETARY and holds(tx, e.confirmed_by, CHAIR, e.by.at))
    if signed and not chaired:
        raise RecordSigned


def _meeting(tx: Tx, meeting: str, matter: str = "") -> Row:
    if (row := tx.row(meetings, meeting)) is None or matter not in ("", row["matter"]):
        raise NotFound
    return row

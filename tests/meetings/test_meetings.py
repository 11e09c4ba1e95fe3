"""Meetings: notice, opening, attendance, closing."""

from typing import Any

import pytest

from deliberation.council import Council
from deliberation.errors import NotFound
from deliberation.log.aggregate import new_id
from deliberation.meetings.attendance import (
    AlreadyMarked,
    AttendanceClosed,
    HasSpoken,
    MarkUnclear,
    SameMark,
    WrongCapacity,
)
from deliberation.meetings.model import (
    MOST_SEATS,
    AttendanceDiffers,
    AttendanceOpen,
    Meeting,
    MeetingNumberTaken,
    MeetingStands,
    MeetingUnclear,
    SignersUnclear,
)
from deliberation.meetings.record import attendance_sheet
from deliberation.meetings.views import attendance_counts, latest_meetings, meetings_of
from deliberation.procedures.model import Matter
from deliberation.procedures.refusals import MatterClosed, NoSuchMatter
from deliberation.register.private import PersonName
from tests.given import DELEGATES, actor, facts, given, refuses, replays, who, words
from tests.meetings.sittings import AGENDA, MATTER, called, held, mark, opened, speech

NUMBERS = {"due": 4, "present": 3, "leave": 1, "absent": 0, "observers": 1}
LATE = actor("chair", at="2026-04-02 21:20")


def test_the_notice_names_seats_and_agenda() -> None:
    meeting = called()
    ((kind, body),) = facts(meeting)
    assert kind == "meeting.called"
    assert (body["due"], body["items"], body["number"]) == (4, 2, "〔2026〕3")
    assert body["seats"] == [who(person) for person in DELEGATES]
    assert body["agenda"][1] == {"item": "2", "title": "其他事项", "motion": ""}
    assert meeting.matter == MATTER


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "party tonight"},
        {"title": ""},
        {"seats": []},
        {"seats": [who("zhang"), who("zhang")]},
        {"seats": [str(n) for n in range(MOST_SEATS + 1)]},
        {"agenda": []},
        {"agenda": [AGENDA[0], AGENDA[0]]},
    ],
)
def test_a_notice_with_a_fault_is_not_given(fault: dict[str, Any]) -> None:
    with refuses(MeetingUnclear):
        called(**fault)


def test_a_meeting_opens_closes_and_does_neither_twice() -> None:
    meeting = opened(given(called()))
    with refuses(MeetingStands, state="正在进行"):
        opened(meeting)
    meeting.close(**NUMBERS, by=LATE)
    assert [kind for kind, _ in facts(meeting)] == ["meeting.opened", "meeting.closed"]
    with refuses(MeetingStands, state_en="closed"):
        meeting.close(**NUMBERS, by=LATE)


def test_a_meeting_that_is_not_open_cannot_close() -> None:
    with refuses(MeetingStands):
        called().close(**NUMBERS, by=LATE)


def test_a_meeting_is_cancelled_before_it_opens_with_a_public_reason() -> None:
    meeting = given(called())
    meeting.cancel("台风蓝色预警", by=actor("secretary"))
    assert facts(meeting)[0][1]["reason"] == "台风蓝色预警"
    for step in (opened, lambda m: m.cancel("再取消一次", by=actor("secretary"))):
        with refuses(MeetingStands, state="已经取消"):
            step(meeting)


def test_an_open_meeting_cannot_be_cancelled() -> None:
    with refuses(MeetingStands):
        opened(called()).cancel("散了吧", by=actor("secretary"))


def test_a_seat_is_marked_once_and_put_right_afterwards(town: Council) -> None:
    meeting = called()
    town.save(meeting)
    first = mark(meeting.id, "zhang", "absent")
    town.save(first)
    with refuses(AlreadyMarked):
        town.save(mark(meeting.id, "zhang"))
    first.change("present", by=actor("secretary", at="2026-04-02 19:05"))
    assert facts(first)[0][1]["was"] == "absent"
    town.save(first)
    with town.reading() as r:
        assert attendance_counts(r, meeting.id) == NUMBERS | {"present": 1, "leave": 0, "observers": 0}


def test_the_same_mark_is_not_recorded_twice() -> None:
    attendance = given(mark(called().id, "zhang"))
    with refuses(SameMark):
        attendance.change("present", by=actor("secretary"))
    with refuses(MarkUnclear):
        attendance.change("asleep", by=actor("secretary"))


def test_a_mark_has_a_capacity_and_a_status() -> None:
    with refuses(MarkUnclear):
        mark(called().id, "zhang", "asleep")
    with refuses(MarkUnclear):
        mark(called().id, "zhang", capacity="guest")


def test_members_have_seats_and_everybody_else_observes(town: Council) -> None:
    meeting = called()
    town.save(meeting)
    with refuses(WrongCapacity):
        town.save(mark(meeting.id, "qian"))
    with refuses(WrongCapacity):
        town.save(mark(meeting.id, "zhang", capacity="observer"))
    with refuses(NotFound):
        town.save(mark(new_id(), "zhang"))


def test_a_guest_who_is_not_in_the_register_observes_under_a_name_in_the_vault(town: Council) -> None:
    meeting, guest = called(), new_id()
    town.save(meeting)
    name = PersonName(guest, "癸某")
    town.save(mark(meeting.id, guest, capacity="observer", affiliation="派出所民警", guest=name))
    with town.reading() as r:
        line = attendance_sheet(r, meeting.id)[-1]
    assert (line.name, line.affiliation, line.capacity) == ("癸某", "派出所民警", "observer")


def test_the_sheet_lists_seats_in_the_order_of_the_notice_with_reasons(town: Council) -> None:
    meeting = held(town)
    with town.reading() as r:
        sheet = attendance_sheet(r, meeting.id)
    assert [line.name for line in sheet] == ["张某", "李某", "王某", "赵某", "钱某"]
    assert [line.status for line in sheet] == ["present", "present", "present", "leave", "present"]
    assert (sheet[3].reason, sheet[4].affiliation) == ("出差", "租户代表")


def test_a_meeting_closes_when_every_seat_is_marked(town: Council) -> None:
    meeting = called()
    town.save(meeting)
    town.save(*(mark(meeting.id, person) for person in DELEGATES[:3]))
    town.save(opened(meeting))
    with town.change(Meeting, meeting.id) as again, refuses(AttendanceOpen, due=4, marked=3, missing=1):
        again.close(**NUMBERS | {"leave": 0}, by=LATE)
    with refuses(AttendanceOpen, missing=1), town.change(Meeting, meeting.id) as again:
        again.close(**NUMBERS, by=LATE)


def test_the_numbers_declared_are_those_of_the_sheet(town: Council) -> None:
    meeting = held(town)
    wrong = NUMBERS | {"present": 4, "leave": 0}
    with refuses(AttendanceDiffers), town.change(Meeting, meeting.id) as again:
        again.close(**wrong, by=LATE)
    with refuses(AttendanceDiffers), town.change(Meeting, meeting.id) as again:
        again.close(**NUMBERS | {"observers": 0}, by=LATE)
    with town.change(Meeting, meeting.id) as again:
        again.close(**NUMBERS, by=LATE)
    with refuses(AttendanceClosed):
        town.save(mark(meeting.id, "sun", capacity="observer"))
    with town.reading() as r:
        (row,) = meetings_of(r, MATTER)
    assert (row.state, row.present, row.leave) == ("closed", 3, 1)


def test_due_is_the_number_of_seats_in_the_notice() -> None:
    with refuses(AttendanceOpen, due=4, missing=1):
        opened(called()).close(**NUMBERS | {"due": 3, "leave": 0}, by=LATE)


def test_who_spoke_cannot_be_marked_absent(town: Council) -> None:
    meeting = called()
    town.save(meeting)
    town.save(opened(meeting))
    town.save(speech(meeting.id))
    with refuses(HasSpoken):
        town.save(mark(meeting.id, "zhang", "absent"))
    attendance = mark(meeting.id, "zhang")
    town.save(attendance)
    attendance.change("leave", words=words("先走一步"), by=actor("secretary", at="2026-04-02 20:00"))
    with refuses(HasSpoken):
        town.save(attendance)


def test_a_number_is_given_once_and_seats_are_in_the_register(town: Council) -> None:
    town.save(called())
    with refuses(MeetingNumberTaken, number="〔2026〕3"):
        town.save(called())
    with refuses(MeetingUnclear, fault="有1人不在名册里"):
        town.save(called(number="〔2026〕4", seats=[who("zhang"), new_id()]))


def test_a_meeting_is_held_in_an_open_matter(town: Council) -> None:
    meeting = called()
    with refuses(NoSuchMatter):
        town.save(called(matter=new_id()))
    with town.change(Matter, MATTER) as matter:
        matter.close(words=words("撤回"), by=actor("secretary"))
    with refuses(MatterClosed):
        town.save(meeting)


def test_chair_and_secretary_are_in_the_register(town: Council) -> None:
    meeting = called()
    town.save(meeting)
    meeting.open(chair=who("chair"), secretary=new_id(), by=actor("chair"))
    with refuses(SignersUnclear):
        town.save(meeting)


def test_the_latest_meetings_come_first_and_all_replay(town: Council) -> None:
    first, second = called(), called(number="〔2026〕4", starts=2_000_000_000)
    town.save(first, second)
    with town.reading() as r:
        assert [row.id for row in latest_meetings(r)] == [second.id, first.id]
        assert [row.id for row in latest_meetings(r, limit=1, offset=1)] == [first.id]
    held_too = called(number="〔2026〕5")
    held_too.cancel("改期", by=actor("secretary"))
    town.save(held_too)
    replays(town)

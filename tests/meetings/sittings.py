"""A meeting of the village's four delegates, brought to the state that a test starts from."""

from typing import Any

from deliberation.council import Council
from deliberation.log.aggregate import id_of
from deliberation.meetings.attendance import Attendance
from deliberation.meetings.minutes import Entry
from deliberation.meetings.model import Meeting
from deliberation.meetings.views import attendance_counts
from deliberation.procedures.model import Matter
from tests.given import DELEGATES, VILLAGE, actor, moment, who, words

MATTER = id_of(VILLAGE, "matter", "十条")
AGENDA = [
    {"item": "1", "title": "审议《安全自治十条》草案", "motion": id_of(VILLAGE, "motion", "十条")},
    {"item": "2", "title": "其他事项"},
]


def open_matter(council: Council, template: str = "SI_YI") -> None:
    """The matter of the ten rules, under the id that all tests know."""
    by = actor("secretary", at="2026-03-24 09:00")
    (opening,) = Matter.open("1", "安全自治十条", template, by=by).pending_events
    matter = Matter.new(MATTER, by)
    matter.trigger(Matter.Opened, by, **opening.body())
    council.save(matter)


def called(**given: Any) -> Meeting:
    """A meeting called for the evening of 2 April."""
    notice: dict[str, Any] = {
        "kind": "council",
        "title": "老甲议事会第三次会议",
        "starts": int(moment("2026-04-02 19:00").timestamp()),
        "place": "党群服务中心",
        "seats": [who(person) for person in DELEGATES],
        "agenda": AGENDA,
        "by": actor("secretary", at="2026-03-30 09:00"),
    }
    notice |= {"matter": MATTER, "number": "〔2026〕3"} | given
    return Meeting.call(**notice)


def opened(meeting: Meeting) -> Meeting:
    """The same meeting, with its chair and its secretary."""
    by = actor("chair", at="2026-04-02 19:00")
    meeting.open(chair=who("chair"), secretary=who("secretary"), by=by)
    return meeting


def mark(meeting: str, person: str, status: str = "present", **more: Any) -> Attendance:
    """Somebody marked on the sheet at the door."""
    more = {"capacity": "seat", "by": actor("secretary", at="2026-04-02 18:50")} | more
    return Attendance.mark(meeting, MATTER, who(person), status=status, **more)


def speech(meeting: str, text: str = "充电桩太远", **more: Any) -> Entry:
    """A speech under item 1."""
    more = {"item": "1", "speaker": who("zhang"), "by": actor("secretary", at="2026-04-02 19:10")} | more
    return Entry.write(meeting, MATTER, kind="speech", said=words(text), **more)


def decision(meeting: str, text: str = "同意提交村民会议", **more: Any) -> Entry:
    """A decision under item 1."""
    more = {"item": "1", "by": actor("secretary", at="2026-04-02 20:50")} | more
    return Entry.write(meeting, MATTER, kind="decision", said=text, **more)


def held(council: Council) -> Meeting:
    """An open meeting: three present, one on leave, a tenant observing, a speech and a decision on record."""
    meeting = called()
    council.save(meeting)
    council.save(*(mark(meeting.id, person) for person in DELEGATES[:3]))
    council.save(mark(meeting.id, DELEGATES[3], "leave", words=words("出差", DELEGATES[3])))
    council.save(mark(meeting.id, "qian", capacity="observer", affiliation="租户代表"))
    council.save(opened(meeting))
    council.save(speech(meeting.id), decision(meeting.id))
    return meeting


def closed(council: Council) -> Meeting:
    """The same meeting, closed with the numbers of its sheet."""
    meeting = held(council)
    with council.reading() as r:
        counts = attendance_counts(r, meeting.id)
    meeting.close(**counts, by=actor("chair", at="2026-04-02 21:20"))
    council.save(meeting)
    return meeting

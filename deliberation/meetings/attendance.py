"""签到: who attends a meeting, one stream a person and meeting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from deliberation.actors import Actor
from deliberation.errors import AlreadyRecorded, Refusal
from deliberation.log.aggregate import Aggregate, Event, id_of
from deliberation.register.private import PersonName, Words

CAPACITIES: dict[str, tuple[str, str]] = {"seat": ("出席", "member"), "observer": ("列席", "observer")}
STATUSES: dict[str, tuple[str, str]] = {
    "present": ("到会", "present"),
    "leave": ("请假", "on leave"),
    "absent": ("缺席", "absent"),
}


class AttendanceClosed(Refusal):
    """The meeting is closed or cancelled."""

    zh = "会议已经散会或者取消，签到表不能再改。签到没有变动；要说明情况，请由主持人更正会议记录。"
    en = "The meeting is over and its attendance sheet stands. The chair may correct the record instead."


class WrongCapacity(Refusal):
    """Members have a seat by the notice; everybody else observes."""

    zh = "没有记下：应到名单上的人登记为出席，其他人登记为列席。请改选后再按一次。"
    en = "Not recorded: who has a seat is marked as a member, everybody else as an observer. Choose again."


class HasSpoken(Refusal):
    """Who is on record as a speaker was there."""

    zh = "会议记录里有这个人的发言，不能登记为请假或缺席。签到没有变动；如果发言人记错了，请先更正记录。"
    en = "The record has this person speaking; the sheet stays. If it was somebody else, correct that first."


class AlreadyMarked(AlreadyRecorded):
    """One attendance a person and meeting."""

    zh = "这个人已经登记过了，没有重复记。要改，请在签到表上点“更正”。"
    en = "This person is marked already and was not marked twice. To change it, press “correct” on the sheet."


class MarkUnclear(Refusal):
    """An unknown capacity or status."""

    zh = "没有记下：请选出席或列席，再选到会、请假或缺席。"
    en = "Not recorded: choose member or observer, then present, on leave or absent."
    status = 422


class SameMark(AlreadyRecorded):
    """The person is marked so already."""

    zh = "签到表上已经是这样，没有重复记。"
    en = "The sheet says so already; nothing was recorded twice."


class Attendance(Aggregate):
    """One person at one meeting: present, on leave or absent, as a member of it or as an observer."""

    ALREADY: ClassVar[type[Refusal]] = AlreadyMarked

    class Marked(Event):
        """``words`` is the commitment to a reason, or ""; ``affiliation`` a public label such as 租户代表."""

        TYPE = "attendance.marked"
        zh = "{by}登记一人{capacity_zh}：{status_zh}。"
        en = "{by} marked a {capacity_en} {status_en}."
        meeting: str
        matter: str
        person: str
        capacity: str
        capacity_zh: str
        capacity_en: str
        status: str
        status_zh: str
        status_en: str
        affiliation: str
        words: str

        def apply(self, aggregate: Attendance) -> None:
            aggregate._matter, aggregate.meeting = self.matter, self.meeting
            aggregate.person, aggregate.capacity, aggregate.status = self.person, self.capacity, self.status

    class Changed(Event):
        """The mark is put right while the meeting is not closed; the first one stays in the log."""

        TYPE = "attendance.changed"
        zh = "{by}把一人的签到从{was_zh}更正为{status_zh}。"
        en = "{by} corrected an attendance from {was_en} to {status_en}."
        meeting: str
        person: str
        capacity: str
        was: str
        was_zh: str
        was_en: str
        status: str
        status_zh: str
        status_en: str
        words: str

        def apply(self, aggregate: Attendance) -> None:
            aggregate.status = self.status

    _matter: str
    meeting: str
    person: str
    capacity: str
    status: str

    @property
    def matter(self) -> str:
        """The matter that the meeting is held in."""
        return self._matter

    @classmethod
    def mark(
        cls,
        meeting: str,
        matter: str,
        person: str,
        *,
        capacity: str,
        status: str,
        affiliation: str = "",
        words: Words | None = None,
        guest: PersonName | None = None,
        by: Actor,
    ) -> Attendance:
        """Mark a person; ``words`` is the reason for leave or absence.

        ``guest`` names an observer who is not in the register. Raises MarkUnclear.
        """
        if capacity not in CAPACITIES or status not in STATUSES:
            raise MarkUnclear
        attendance = cls.new(id_of(meeting, person), by)
        body = {"meeting": meeting, "matter": matter, "person": person, "affiliation": affiliation}
        body |= _labelled("capacity", capacity, CAPACITIES) | _labelled("status", status, STATUSES)
        attendance.trigger(cls.Marked, by, **body, words=words.commitment if words else "")
        attendance.set_aside(*(thing for thing in (words, guest) if thing))
        return attendance

    def change(self, status: str, *, words: Words | None = None, by: Actor) -> None:
        """Put the mark right. Raises MarkUnclear, SameMark."""
        if status not in STATUSES:
            raise MarkUnclear
        if status == self.status and words is None:
            raise SameMark
        body = {"meeting": self.meeting, "person": self.person, "capacity": self.capacity}
        body |= _labelled("was", self.status, STATUSES) | _labelled("status", status, STATUSES)
        self.trigger(self.Changed, by, **body, words=words.commitment if words else "")
        self.set_aside(*([words] if words else []))


def _labelled(name: str, value: str, labels: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    zh, en = labels[value]
    return {name: value, f"{name}_zh": zh, f"{name}_en": en}

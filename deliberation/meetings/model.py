"""The meeting itself: its notice, its opening and closing, its signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deliberation.actors import Actor
from deliberation.errors import AlreadyRecorded, Refusal
from deliberation.log.aggregate import Aggregate, Event, new_id
from deliberation.meetings.attendance import Attendance as Attendance
from deliberation.meetings.minutes import Entry as Entry

#: Seats in one notice at most, so that it stays below 64 KiB.
MOST_SEATS = 1_000

#: kind -> (Chinese, English)
KINDS: dict[str, tuple[str, str]] = {
    "council": ("议事会", "council meeting"),
    "party": ("党员大会", "meeting of Party members"),
    "assembly": ("村（居）民会议", "assembly"),
    "committee": ("两委会议", "meeting of both committees"),
    "branch": ("党组织会议", "Party branch meeting"),
}
STATES: dict[str, tuple[str, str]] = {
    "called": ("已通知、还没有开", "called but not open yet"),
    "open": ("正在进行", "in session"),
    "closed": ("已经散会", "closed"),
    "signed": ("已经签名存档", "signed"),
    "cancelled": ("已经取消", "cancelled"),
}
#: Who signs the record.
PARTS: dict[str, tuple[str, str]] = {"chair": ("主持人", "chair"), "secretary": ("记录人", "secretary")}


class MeetingUnclear(Refusal):
    """A notice of meeting that cannot be given. Facts: fault, fault_en."""

    zh = "会议通知没有发出：{fault}。您填的内容还在，改好后再按一次。"
    en = "The meeting was not called: {fault_en}. Your entry is kept: mend it and press again."
    status = 422


class MeetingNumberTaken(Refusal):
    """Numbers are given once in a community. Facts: number."""

    zh = "会议编号{number}已经用过，通知没有发出。您填的内容还在，请换一个编号。"
    en = "The number {number} is taken, so nothing was called. Your entry is kept: choose another number."


class SignersUnclear(Refusal):
    """Chair or secretary is not in the register."""

    zh = "主持人或记录人不在名册里，会议还没有开始。请重新选择这两个人。"
    en = "Chair or secretary is not in the register, and the meeting has not opened. Choose both again."
    status = 422


class MeetingStands(Refusal):
    """The meeting is in a state in which the step is not open. Facts: title, state, state_en."""

    zh = "“{title}”{state}，这一步现在不能办。会议没有变动；请看会议页上现在能办的事。"
    en = "“{title}” is {state_en}, so this step is not open now. Nothing was changed: see the meeting's page."


class AttendanceOpen(Refusal):
    """Seats are not marked yet. Facts: due, marked, missing."""

    zh = "还有{missing}人没有登记到会、请假或缺席（应到{due}人，已登记{marked}人），会议还开着。请补齐签到表再散会。"
    en = "{missing} of {due} seats are not marked ({marked} are). The meeting stays open: complete the sheet."


class AttendanceDiffers(Refusal):
    """The numbers declared are not those of the sheet. Facts: counted, counted_en."""

    zh = "报的人数与签到表不一致，签到表上是：{counted}。会议还开着；请核对后再散会。"
    en = "The attendance sheet says otherwise: {counted_en}. The meeting stays open: check and close again."


class NotYoursToSign(Refusal):
    """Only who presided and who kept the record sign. Facts: part, part_en."""

    zh = "“{part}”一栏只能由这次会议的{part}本人签。记录没有变动；请本人登录后再签。"
    en = "Only the {part_en} of this meeting signs here. The record stands as it was: let that person sign."
    status = 403


class SignedAlready(AlreadyRecorded):
    """The part is signed. Facts: part, part_en."""

    zh = "{part}已经签过名了，不用再签。"
    en = "The {part_en} has signed already; nothing is left to do."


class Meeting(Aggregate):
    """One meeting, from its notice to its signatures."""

    class Called(Event):
        """``starts`` in seconds UTC; ``seats`` person ids (应到); ``agenda`` of {item, title, motion}."""

        TYPE = "meeting.called"
        zh = "{by}通知召开“{title}”（{number}），地点{place}，应到{due}人，议程{items}项。"
        en = "{by} called “{title}” ({number}) at {place}: {due} seats, {items} items."
        matter: str
        number: str
        kind: str
        title: str
        starts: int
        place: str
        due: int
        seats: list[str]
        items: int
        agenda: list[dict[str, str]]

        def apply(self, aggregate: Meeting) -> None:
            aggregate.state = "called"
            aggregate._matter = self.matter
            aggregate.number, aggregate.title, aggregate.due = self.number, self.title, self.due

    class Cancelled(Event):
        """The meeting does not take place; ``reason`` is public."""

        TYPE = "meeting.cancelled"
        zh = "{by}取消“{title}”（{number}）：{reason}"
        en = "{by} cancelled “{title}” ({number}): {reason}"
        number: str
        title: str
        reason: str

        def apply(self, aggregate: Meeting) -> None:
            aggregate.state = "cancelled"

    class Opened(Event):
        """``chair`` presides and ``secretary`` keeps the record: they sign it."""

        TYPE = "meeting.opened"
        zh = "“{title}”（{number}）开始。"
        en = "“{title}” ({number}) opened."
        number: str
        title: str
        chair: str
        secretary: str

        def apply(self, aggregate: Meeting) -> None:
            aggregate.state = "open"
            aggregate.signers = {"chair": self.chair, "secretary": self.secretary}

    class Closed(Event):
        """应到 = 实到 + 请假 + 缺席."""

        TYPE = "meeting.closed"
        zh = "“{title}”（{number}）散会：应到{due}人，实到{present}人，请假{leave}人，缺席{absent}人；列席{observers}人。"
        en = (
            "“{title}” ({number}) closed: {present} of {due} present, {leave} on leave, {absent} absent; "
            "{observers} observers."
        )
        number: str
        title: str
        due: int
        present: int
        leave: int
        absent: int
        observers: int

        def apply(self, aggregate: Meeting) -> None:
            aggregate.state = "closed"

    class Signed(Event):
        """``part`` is chair or secretary; ``complete`` when both have signed; ``digest`` of all entries."""

        TYPE = "meeting.signed"
        RELIED_ON = True
        zh = "{part_zh}确认了“{title}”（{number}）的会议记录。"
        en = "The {part_en} signed the record of “{title}” ({number})."
        number: str
        title: str
        part: str
        part_zh: str
        part_en: str
        digest: str
        complete: bool

        def apply(self, aggregate: Meeting) -> None:
            aggregate.signed |= {self.part}
            aggregate.state = "signed" if self.complete else aggregate.state

    _matter: str
    state: str
    number: str
    title: str
    due: int
    signers: dict[str, str]
    signed: frozenset[str]

    def start(self) -> None:
        """Nobody presides and nobody has signed."""
        self.state, self.signers, self.signed = "", {}, frozenset()

    @property
    def matter(self) -> str:
        """The matter that the meeting is held in."""
        return self._matter

    @classmethod
    def call(
        cls,
        matter: str,
        number: str,
        *,
        kind: str,
        title: str,
        starts: int,
        place: str,
        seats: Sequence[str],
        agenda: Sequence[Mapping[str, str]],
        by: Actor,
    ) -> Meeting:
        """Give notice of a meeting; agenda and seats are locked by it. Raises MeetingUnclear."""
        lines = [{"item": a["item"], "title": a["title"], "motion": a.get("motion", "")} for a in agenda]
        _insist_on_notice(kind, title, seats, lines)
        meeting = cls.new(new_id(), by)
        head = {"matter": matter, "number": number, "kind": kind, "title": title, "starts": starts}
        body = {"due": len(seats), "seats": list(seats), "items": len(lines), "agenda": lines}
        meeting.trigger(cls.Called, by, **head, place=place, **body)
        return meeting

    def cancel(self, reason: str, *, by: Actor) -> None:
        """Call the meeting off before it opens, with a public reason. Raises MeetingStands."""
        self._insist("called")
        self.trigger(self.Cancelled, by, number=self.number, title=self.title, reason=reason)

    def open(self, *, chair: str, secretary: str, by: Actor) -> None:
        """Open the meeting; the two persons named will sign its record. Raises MeetingStands."""
        self._insist("called")
        self.trigger(self.Opened, by, number=self.number, title=self.title, chair=chair, secretary=secretary)

    def close(self, *, due: int, present: int, leave: int, absent: int, observers: int, by: Actor) -> None:
        """Close the meeting with the numbers of the attendance sheet (a guard counts them).

        Raises MeetingStands, AttendanceOpen, AttendanceDiffers.
        """
        self._insist("open")
        marked = present + leave + absent
        if due != self.due or marked < due:
            raise AttendanceOpen(due=self.due, marked=marked, missing=self.due - marked)
        numbers = {"due": due, "present": present, "leave": leave, "absent": absent, "observers": observers}
        self.trigger(self.Closed, by, number=self.number, title=self.title, **numbers)

    def sign(self, part: str, digest: str, *, by: Actor) -> None:
        """Confirm the record as "chair" or "secretary", over the digest of its entries (a guard compares it).

        Raises MeetingStands, NotYoursToSign, SignedAlready.
        """
        zh, en = PARTS[part]
        if part in self.signed:
            raise SignedAlready(part=zh, part_en=en)
        self._insist("closed")
        if self.signers[part] != by.person:
            raise NotYoursToSign(part=zh, part_en=en)
        complete = self.signed | {part} == set(PARTS)
        body = {"part": part, "part_zh": zh, "part_en": en, "digest": digest, "complete": complete}
        self.trigger(self.Signed, by, number=self.number, title=self.title, **body)

    def _insist(self, state: str) -> None:
        if self.state != state:
            zh, en = STATES[self.state]
            raise MeetingStands(title=self.title, state=zh, state_en=en)


def _insist_on_notice(
    kind: str, title: str, seats: Sequence[str], agenda: Sequence[Mapping[str, str]]
) -> None:
    items = [line["item"] for line in agenda]
    faults = (
        (kind not in KINDS, "会议种类不明", "its kind is unknown"),
        (not title, "没有写会议名称", "it has no title"),
        (not seats, "没有应到人员", "it has no seats"),
        (len(seats) > MOST_SEATS, f"应到人员最多{MOST_SEATS}人，更大的会请用表决名册", f"it has more than {MOST_SEATS} seats"),
        (len(set(seats)) < len(seats), "有人在应到名单上写了两次", "somebody stands twice among the seats"),
        (not agenda, "没有议程", "it has no agenda"),
        (len(set(items)) < len(items), "议程序号重复", "an item number stands twice on the agenda"),
    )
    for found, fault, fault_en in faults:
        if found:
            raise MeetingUnclear(fault=fault, fault_en=fault_en)

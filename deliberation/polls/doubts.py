"""询异: whoever doubts a count asks within the days that the adopted rules give, and is answered in writing.

Until the days are over and all doubts are answered, the count is preliminary: it stands on the page, and nothing rests on it.
A doubt that was right does not change the count either: the result is annulled, and the vote held again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from deliberation.actors import Actor
from deliberation.deadlines import CHINA, UnknownYear, end_of, last_day, local_date
from deliberation.errors import AlreadyRecorded, Refusal
from deliberation.log.aggregate import Event, new_id
from deliberation.polls.roll import Filed
from deliberation.register.private import Words

#: What an answer finds -> (Chinese, English).
FINDINGS: dict[str, tuple[str, str]] = {
    "stands": ("核对无误", "the count stands"),
    "wrong": ("计票有误", "the count is wrong"),
}
#: Columns of a poll that say how firm its count is.
COLUMNS = ("title", "counted_at", "doubts_open", "doubts_wrong")
#: Days in which a doubt is answered, its own not counted; local rules ask for 15 to 30.
ANSWER_DAYS = 30


class DoubtStands(AlreadyRecorded):
    """One open doubt a person."""

    zh = "您对这次计票已经问过一次，正在核对，会书面答复。没有重复记；有了答复，还可以再问。"
    en = "You have asked about this count, and it is being checked; you get a written answer. Not recorded twice: ask again after it."


class DoubtTooLate(Refusal):
    """The days for asking are over. Facts: until."""

    zh = "询问期到{until} 24:00 已经结束，没有记入。您写的内容还在页面上；可以对结果公示提异议，或者联系镇街。"
    en = "The days for asking ended on {until} at 24:00: not recorded. Your words are still here; object to the published result instead."


class NoDoubtDays(Refusal):
    """The rule of the poll gives no days for asking."""

    zh = "这次表决的规则没有设询问期，没有记入。您写的内容还在页面上；可以对结果公示提异议，或者请监票人复核。"
    en = "The rule of this vote gives no days for asking: not recorded. Your words are still here; object to the published result."


class NotInRegister(Refusal):
    """Only people of the register ask."""

    zh = "名册里没有这一位，没有记入。写的内容还在页面上；请先找记录员核对名册。"
    en = "This person is not in the register: not recorded. The words are still here; ask the secretary to check the register."
    status = 422


class DoubtAnswered(AlreadyRecorded):
    """A doubt is answered once."""

    zh = "这件询问已经答复过了，原来的答复不会改。请看表决页。"
    en = "This doubt has its answer, which stands: see the page of the poll."


class FindingMissing(Refusal):
    """An answer that does not say what was found."""

    zh = "没有答复：要写明核对下来是无误还是有误。您写的内容还在，补上再交。"
    en = "Not answered: say whether the count stands or is wrong. Your words are kept; complete them."
    status = 422


class OwnDoubt(Refusal):
    """Nobody answers their own doubt."""

    zh = "这件询问是您自己提的，要由另一位记录员或者监票人答复。您写的内容还在页面上。"
    en = "You raised this doubt yourself: another secretary or scrutineer answers it. Your words are still on the page."


class StillPreliminary(Refusal):
    """A step that rests on a preliminary count. Facts: title, until."""

    zh = "“{title}”还是初步结果，{until} 24:00 以前大家可以询问。这一步没有记下，您填的内容都在；过了这一天再办。"
    en = "“{title}” is a preliminary result: people may ask about it until {until}, 24:00. Not recorded, your entry is kept; wait until then."


class DoubtsOpen(Refusal):
    """A step that rests on a count about which somebody waits for an answer. Facts: title, open."""

    zh = "对“{title}”的计票还有{open}件询问没有答复。这一步没有记下，您填的内容都在；都答复以后再办。"
    en = "{open} doubts about the count of “{title}” wait for an answer. Not recorded, your entry is kept; answer them first."


class CountFoundWrong(Refusal):
    """A step that rests on a count which was found wrong. Facts: title."""

    zh = "核对下来，“{title}”计票有误，不能以它为准。这一步没有记下；请先撤销这个结果，再重新表决。"
    en = "The count of “{title}” was found wrong and cannot be relied upon. Not recorded: annul the result, then vote again."


class Doubt(Filed):
    """What one person asks about one count, and the answer."""

    class Raised(Event):
        """``person`` asks, who may be another than who enters it; ``words`` is a commitment."""

        TYPE = "doubt.raised"
        zh = "{by}登记对“{title}”计票的询问一件（{number}）。"
        en = "{by} entered a doubt about the count on “{title}” ({number})."
        matter: str
        poll: str
        number: str
        title: str
        person: str
        words: str

        def apply(self, aggregate: Doubt) -> None:
            aggregate.raised, aggregate._matter = self, self.matter

    class Answered(Event):
        """``finding`` "stands" or "wrong"; ``words`` is a commitment. A stream is one doubt."""

        TYPE = "doubt.answered"
        zh = "{by}答复对“{title}”计票的询问：{finding_zh}。"
        en = "{by} answered a doubt about the count on “{title}”: {finding_en}."
        poll: str
        title: str
        finding: str
        finding_zh: str
        finding_en: str
        words: str

        def apply(self, aggregate: Doubt) -> None:
            aggregate.answered = True

    raised: Doubt.Raised
    answered: bool

    def start(self) -> None:
        """Nobody has answered."""
        self.answered = False

    @classmethod
    def raise_(cls, poll: Any, words: Words, *, person: str = "", by: Actor) -> Doubt:
        """Ask about the count of a poll in one's own name, or enter ``person``'s doubt.

        ``poll`` is its row: id, matter, number and title. Guards ask whether it is counted, by whom, and in time.
        """
        doubt = cls.new(new_id(), by)
        doubt.trigger(
            cls.Raised, by, matter=poll.matter, poll=poll.id, number=poll.number, title=poll.title, person=person or by.person,
            words=words.commitment,
        )  # fmt: skip
        doubt.set_aside(words)
        return doubt

    def answer(self, finding: str, words: Words, *, by: Actor) -> None:
        """Answer in writing. Raises DoubtAnswered, FindingMissing, OwnDoubt."""
        if self.answered:
            raise DoubtAnswered
        if finding not in FINDINGS:
            raise FindingMissing
        if by.person == self.raised.person:
            raise OwnDoubt
        zh, en = FINDINGS[finding]
        self.trigger(
            self.Answered, by, poll=self.raised.poll, title=self.raised.title, finding=finding, finding_zh=zh, finding_en=en,
            words=words.commitment,
        )  # fmt: skip
        self.set_aside(words)


class Standing(NamedTuple):
    """How firm a count is: its title, ``days`` of its rule, when it was counted (seconds UTC), doubts open and found right."""

    title: str
    days: int
    counted_at: int
    open: int
    wrong: int

    @classmethod
    def of(cls, row: Any, rule: Mapping[str, Any]) -> Standing:
        """Return the standing of a counted poll from its row, as guards or as pages have it, and the rule that it froze."""
        told = row if isinstance(row, Mapping) else {name: getattr(row, name) for name in COLUMNS}
        title, counted_at, open, wrong = (told[name] for name in COLUMNS)
        return cls(title, rule.get("doubt_days", 0), counted_at or 0, open or 0, wrong or 0)

    @property
    def last(self) -> date | None:
        """The last day for asking: one that is off moves (Civil Code art. 203). None where there is none. Raises UnknownYear."""
        return last_day(_day(self.counted_at), self.days, CHINA) if self.days else None

    @property
    def until(self) -> str:
        """The same as ISO text; "" also while the public holidays of that year are not known."""
        try:
            return self.last.isoformat() if self.last else ""
        except UnknownYear:
            return ""

    def asking(self, now: int) -> bool:
        """Whether people may ask at a moment (seconds UTC); where the last day is not known yet, it has not come."""
        try:
            return self.last is not None and now < end_of(self.last).timestamp()
        except UnknownYear:
            return True

    def hindrance(self, now: int) -> Refusal | None:
        """Return why nothing may rest on the count at a moment (seconds UTC), None if it may."""
        if self.wrong:
            return CountFoundWrong(title=self.title)
        if self.asking(now):
            return StillPreliminary(title=self.title, until=self.until) if self.until else UnknownYear(year=_day(now).year + 1)
        return DoubtsOpen(title=self.title, open=self.open) if self.open else None


def due_of(raised: int) -> date:
    """Return the last day on which a doubt raised at a moment (seconds UTC) is answered in time."""
    day = _day(raised)
    try:
        return last_day(day, ANSWER_DAYS, CHINA)
    except UnknownYear:
        return date.fromordinal(day.toordinal() + ANSWER_DAYS)


def _day(seconds: int) -> date:
    return local_date(datetime.fromtimestamp(seconds, UTC))

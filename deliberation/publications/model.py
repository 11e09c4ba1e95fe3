"""Publications and objections to them: pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from deliberation.actors import Actor
from deliberation.deadlines import CHINA, end_of, last_day, local_date
from deliberation.errors import AlreadyRecorded, Refusal
from deliberation.log.aggregate import Aggregate, Event, id_of, new_id
from deliberation.register.private import Words

#: kind -> (Chinese, English)
KINDS: dict[str, tuple[str, str]] = {
    "draft": ("草案征求意见", "draft for comments"),
    "roll": ("名册公示", "roll"),
    "notice": ("通知公告", "notice"),
    "result": ("表决结果公示", "result of a vote"),
    "resolution": ("决议公开", "resolution"),
    "implementation": ("实施结果公开", "implementation report"),
}
#: Days on display at least: 村民委员会组织法第三十五条, 居民委员会组织法第三十四条.
LEAST: dict[str, int] = {"result": 15, "resolution": 15, "implementation": 15}


class PostingUnclear(Refusal):
    """A kind that is not known, or no text."""

    zh = "公示没有发出：要选公示种类，写明标题和内容。您填的内容还在。"
    en = "Nothing was posted: choose a kind, and give a title and a text. Your entry is kept."
    status = 422


class PostingTooShort(Refusal):
    """Fewer days than the law asks for. Facts: kind, kind_en, least, days."""

    zh = "{kind}至少要公示{least}天（村民委员会组织法第三十五条、居民委员会组织法第三十四条），现在是{days}天。请改天数，其他内容还在。"
    en = "By law a {kind_en} is shown for {least} days or more, not {days}. Change it; the rest is kept."
    status = 422


class PostedBackDated(Refusal):
    """A display begins on the day it is posted or later. Facts: today."""

    zh = "公示不能从今天（{today}）以前算起，居民那时还看不到。请改起始日期，其他内容还在。"
    en = "Nobody saw it before today ({today}), so no display begins then. Change the day; the rest is kept."
    status = 422


class PublicationNumberTaken(Refusal):
    """Numbers are given once in a community. Facts: number."""

    zh = "公示编号{number}已经用过，没有发出。您填的内容还在，请换一个编号。"
    en = "The number {number} is taken, so nothing was posted. Your entry is kept: choose another number."


class ResultFell(Refusal):
    """A result that was annulled. Facts: title."""

    zh = "“{title}”的表决结果已经撤销，不能再作为结果公示，没有发出。您填的内容还在；要告诉大家它已撤销，请选“通知公告”。"
    en = "The result of “{title}” was annulled and is not posted as a result. Your entry is kept: to tell that it fell, post a notice."


class StillPosted(Refusal):
    """The display is not over. Facts: title, until."""

    zh = "“{title}”要公示到{until}，现在不能撤下。公示没有变动；请过了这一天再撤。"
    en = "“{title}” is on display until {until} and stays up. Take it down on a later day."


class TakenDownAlready(AlreadyRecorded):
    """The publication is down."""

    zh = "这份公示已经撤下了，不用再办。"
    en = "This publication is down already; nothing is left to do."


class AlreadyObjected(AlreadyRecorded):
    """One objection a person and publication."""

    zh = "您已经对这份公示提过异议，原来的那一条还在，会有书面答复。要补充，请直接联系公示上的联系人。"
    en = "You have objected to this already; your objection stands and will be answered in writing."


class ObjectionTooLate(Refusal):
    """The display is over. Facts: until."""

    zh = "公示期到{until}已经结束，异议没有记入。您写的内容还在页面上；可以作为新的诉求反映，或者联系镇街。"
    en = "The display ended on {until}: not recorded. Your words are still here; hand them in as a report."


class NotPostedYet(Refusal):
    """The display has not begun. Facts: from_date."""

    zh = "公示从{from_date}开始，现在还不能提异议。您写的内容还在页面上，请到时再提交。"
    en = "The display begins on {from_date}. Your words are still on the page: object from then on."


class AlreadyAnswered(AlreadyRecorded):
    """An objection is answered once."""

    zh = "这条异议已经答复过了，原来的答复不会改。请看公示页。"
    en = "This objection has its answer, which stands: see the publication's page."


class Publication(Aggregate):
    """One thing on display, from one day to another."""

    class Posted(Event):
        """Dates are ISO text, ``until`` the last day on display; ``subject``: id of what is shown, or ""."""

        TYPE = "publication.posted"
        RELIED_ON = True
        zh = "{by}公示“{title}”（{number}），{from_date}至{until}，地点：{place}。"
        en = "{by} posted “{title}” ({number}) from {from_date} to {until} at {place}."
        matter: str
        number: str
        kind: str
        kind_zh: str
        kind_en: str
        subject: str
        title: str
        text: str
        from_date: str
        days: int
        until: str
        place: str

        def apply(self, aggregate: Publication) -> None:
            aggregate.state, aggregate._matter = "posted", self.matter
            aggregate.number, aggregate.title = self.number, self.title
            aggregate.until = self.until

    class TakenDown(Event):
        """The display is over and was taken down."""

        TYPE = "publication.taken_down"
        zh = "{by}撤下公示“{title}”（{number}）。"
        en = "{by} took “{title}” ({number}) down."
        number: str
        title: str

        def apply(self, aggregate: Publication) -> None:
            aggregate.state = "taken_down"

    _matter: str
    state: str
    number: str
    title: str
    until: str

    @property
    def matter(self) -> str:
        """The matter that it belongs to."""
        return self._matter

    @classmethod
    def post(
        cls,
        matter: str,
        number: str,
        *,
        kind: str,
        subject: str = "",
        title: str,
        text: str,
        from_date: str,
        days: int,
        place: str,
        by: Actor,
    ) -> Publication:
        """Put something on display; the last day is computed and frozen.

        Raises PostingUnclear, PostingTooShort, PostedBackDated, UnknownYear.
        """
        _insist_on_posting(kind, title, text, from_date, days, by)
        until = last_day(date.fromisoformat(from_date), days, CHINA).isoformat()
        publication = cls.new(new_id(), by)
        body = {"matter": matter, "number": number, "subject": subject, "title": title, "text": text}
        body |= {"kind": kind, "kind_zh": KINDS[kind][0], "kind_en": KINDS[kind][1]}
        when = {"from_date": from_date, "days": days, "until": until}
        publication.trigger(cls.Posted, by, **body, **when, place=place)
        return publication

    def take_down(self, *, by: Actor) -> None:
        """Take it down after its last day. Raises TakenDownAlready, StillPosted."""
        if self.state == "taken_down":
            raise TakenDownAlready
        if local_date(by.at).isoformat() <= self.until:
            raise StillPosted(title=self.title, until=self.until)
        self.trigger(self.TakenDown, by, number=self.number, title=self.title)


class Objection(Aggregate):
    """What one person says against one publication, and the answer."""

    ALREADY: ClassVar[type[Refusal]] = AlreadyObjected

    class Raised(Event):
        """``person`` objects, which may be another than who enters it; ``words`` is a commitment."""

        TYPE = "objection.raised"
        zh = "{by}登记对公示{number}的异议一件。"
        en = "{by} entered an objection to publication {number}."
        publication: str
        matter: str
        number: str
        person: str
        words: str

        def apply(self, aggregate: Objection) -> None:
            aggregate._matter = self.matter
            aggregate.publication, aggregate.number = self.publication, self.number

    class Answered(Event):
        """``upheld`` when the objection was right; ``words`` is a commitment."""

        TYPE = "objection.answered"
        zh = "{by}答复对公示{number}的异议：{upheld_zh}。"
        en = "{by} answered an objection to publication {number}: {upheld_en}."
        publication: str
        number: str
        upheld: bool
        upheld_zh: str
        upheld_en: str
        words: str

        def apply(self, aggregate: Objection) -> None:
            aggregate.answered = True

    _matter: str
    publication: str
    number: str
    answered: bool

    def start(self) -> None:
        """Nobody has answered."""
        self.answered = False

    @property
    def matter(self) -> str:
        """The matter that the publication belongs to."""
        return self._matter

    @classmethod
    def raise_(
        cls, publication: str, matter: str, number: str, words: Words, *, person: str = "", by: Actor
    ) -> Objection:
        """Object to a publication (with its number) in one's own name, or enter ``person``'s objection.

        A guard asks whether it is on display.
        """
        who = person or by.person
        objection = cls.new(id_of(publication, who), by)
        body = {"publication": publication, "matter": matter, "number": number, "person": who}
        objection.trigger(cls.Raised, by, **body, words=words.commitment)
        objection.set_aside(words)
        return objection

    def answer(self, words: Words, *, upheld: bool, by: Actor) -> None:
        """Answer in writing. Raises AlreadyAnswered."""
        if self.answered:
            raise AlreadyAnswered
        zh, en = ("成立", "upheld") if upheld else ("不成立", "not upheld")
        body = {"publication": self.publication, "number": self.number, "words": words.commitment}
        self.trigger(self.Answered, by, upheld=upheld, upheld_zh=zh, upheld_en=en, **body)
        self.set_aside(words)


def begins(from_date: str) -> int:
    """Return the first moment of a day in China, in seconds UTC."""
    return int(end_of(date.fromisoformat(from_date) - timedelta(days=1)).timestamp())


def ends(until: str) -> int:
    """Return 24:00 of a day in China, in seconds UTC: the first moment after it."""
    return int(end_of(date.fromisoformat(until)).timestamp())


def _insist_on_posting(kind: str, title: str, text: str, from_date: str, days: int, by: Actor) -> None:
    if kind not in KINDS or not title or not text:
        raise PostingUnclear
    least = LEAST.get(kind, 1)
    if days < least:
        raise PostingTooShort(kind=KINDS[kind][0], kind_en=KINDS[kind][1], least=least, days=days)
    today = local_date(by.at).isoformat()
    if from_date < today:
        raise PostedBackDated(today=today)

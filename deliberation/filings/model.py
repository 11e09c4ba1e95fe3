"""Filings and their receipts: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from deliberation.actors import SECRETARY, STREET_OFFICE, Actor
from deliberation.deadlines import CHINA, last_day, local_date
from deliberation.errors import AlreadyRecorded, Refusal
from deliberation.log.aggregate import Aggregate, Event, new_id
from deliberation.register.private import Words

#: Days from the decision, not counted, to the last day on which it is filed in time; frozen into each filing.
DAYS = 10

STATES: dict[str, tuple[str, str]] = {
    "made": ("已报送、等待回执", "filed, waiting for the receipt"),
    "acknowledged": ("已备案", "acknowledged"),
    "returned": ("退回补正", "returned"),
}


class FilingUnclear(Refusal):
    """No addressee, no attachment or none with a digest, a decision of tomorrow. Facts: fault, fault_en."""

    zh = "没有报送：{fault}。您填的内容还在，改好后再按一次。"
    en = "Nothing was filed: {fault_en}. Your entry is kept: mend it and press again."
    status = 422


class FilingNumberTaken(Refusal):
    """Numbers are given once in a community. Facts: number."""

    zh = "报送编号{number}已经用过，没有报送。您填的内容还在，请换一个编号。"
    en = "The number {number} is taken, so nothing was filed. Your entry is kept: choose another number."


class AnsweredAlready(AlreadyRecorded):
    """The street office has answered. Facts: number, state, state_en."""

    zh = "报送件{number}{state}，不用再办。要再报，请另用编号报送。"
    en = "Filing {number} is {state_en}; nothing is left to do. To file again, use a number of its own."


class NotTheStreetOffice(Refusal):
    """Only the street office answers, or the secretary enters its paper."""

    zh = "回执和退回由镇街办理，或者由记录员按镇街的来文登记。没有记下任何内容。"
    en = "The street office answers a filing, or the secretary enters its letter. Nothing was recorded."
    status = 403


class ReceiptDateUnclear(Refusal):
    """A receipt is dated between the filing and today. Facts: earliest, latest."""

    zh = "回执日期要在报送当天（{earliest}）到今天（{latest}）之间，没有记下。请改日期，其他内容还在。"
    en = "A receipt is dated from {earliest} (filing) to {latest} (today). Change the date; the rest is kept."
    status = 422


class Filing(Aggregate):
    """One bundle sent to the street office."""

    class Made(Event):
        """``attachments`` of {title, digest}; dates are ISO text; ``resolution`` is an id or ""."""

        TYPE = "filing.made"
        RELIED_ON = True
        zh = "{by}向{to}报送备案{number}，附件{count}份，期限{due_on}。"
        en = "{by} filed {number} with {to}: {count} attachments, due on {due_on}."
        matter: str
        number: str
        resolution: str
        to: str
        decided_on: str
        days: int
        due_on: str
        made_on: str
        count: int
        attachments: list[dict[str, str]]

        def apply(self, aggregate: Filing) -> None:
            aggregate.state, aggregate._matter, aggregate.number = "made", self.matter, self.number
            aggregate.made_on = self.made_on

    class Acknowledged(Event):
        """``receipt_number`` such as 丙街备〔2026〕7号, dated ``on``."""

        TYPE = "filing.acknowledged"
        RELIED_ON = True
        zh = "报送件{number}已备案，备案号{receipt_number}（{on}）。"
        en = "Filing {number} was acknowledged as {receipt_number} on {on}."
        number: str
        receipt_number: str
        on: str

        def apply(self, aggregate: Filing) -> None:
            aggregate.state = "acknowledged"

    class Returned(Event):
        """``words`` is the commitment to what the street office asks for."""

        TYPE = "filing.returned"
        zh = "报送件{number}被退回补正。"
        en = "Filing {number} was returned."
        number: str
        words: str

        def apply(self, aggregate: Filing) -> None:
            aggregate.state = "returned"

    _matter: str
    state: str
    number: str
    made_on: str

    @property
    def matter(self) -> str:
        """The matter that it belongs to."""
        return self._matter

    @classmethod
    def make(
        cls,
        matter: str,
        number: str,
        *,
        resolution: str = "",
        to: str,
        decided_on: str,
        attachments: Sequence[Mapping[str, str]],
        by: Actor,
    ) -> Filing:
        """File a decision of a day (ISO date) with its attachments; the last day in time is frozen.

        Raises FilingUnclear, UnknownYear.
        """
        made_on = local_date(by.at).isoformat()
        files = [{"title": each["title"], "digest": each["digest"]} for each in attachments]
        _insist_on_bundle(to, decided_on, made_on, files)
        due_on = due_of(decided_on)
        filing = cls.new(new_id(), by)
        body = {"matter": matter, "number": number, "resolution": resolution, "to": to}
        when = {"decided_on": decided_on, "due_on": due_on, "made_on": made_on}
        filing.trigger(cls.Made, by, **body, **when, days=DAYS, count=len(files), attachments=files)
        return filing

    def acknowledge(self, receipt_number: str, on: str, *, by: Actor) -> None:
        """Record the receipt with its number and date (ISO).

        Raises NotTheStreetOffice, AnsweredAlready, ReceiptDateUnclear.
        """
        self._insist(by)
        latest = local_date(by.at).isoformat()
        if not self.made_on <= on <= latest:
            raise ReceiptDateUnclear(earliest=self.made_on, latest=latest)
        self.trigger(self.Acknowledged, by, number=self.number, receipt_number=receipt_number, on=on)

    def return_(self, words: Words, *, by: Actor) -> None:
        """Record that it came back, with what is asked for. Raises NotTheStreetOffice, AnsweredAlready."""
        self._insist(by)
        self.trigger(self.Returned, by, number=self.number, words=words.commitment)
        self.set_aside(words)

    def _insist(self, by: Actor) -> None:
        if by.role not in (STREET_OFFICE, SECRETARY):
            raise NotTheStreetOffice
        if self.state != "made":
            zh, en = STATES[self.state]
            raise AnsweredAlready(number=self.number, state=zh, state_en=en)


def due_of(decided_on: str) -> str:
    """Return the last day (ISO date) on which a decision of a day is filed in time. Raises UnknownYear."""
    return last_day(date.fromisoformat(decided_on), DAYS, CHINA).isoformat()


def _insist_on_bundle(to: str, decided_on: str, made_on: str, files: Sequence[Mapping[str, str]]) -> None:
    bare = any(not file["title"] or len(file["digest"]) != 64 for file in files)
    faults = (
        (not to, "没有写报送给谁", "it has no addressee"),
        (not files, "没有附件", "it has no attachment"),
        (bare, "有附件缺标题或者校验值", "an attachment lacks title or digest"),
        (decided_on > made_on, "决定日期晚于今天", "the decision is dated after today"),
    )
    for found, fault, fault_en in faults:
        if found:
            raise FilingUnclear(fault=fault, fault_en=fault_en)

"""Rectification notices: pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from deliberation.actors import Actor
from deliberation.deadlines import (
    CHINA,
    ONE_DAY,
    end_of,
    hours_after,
    last_day,
    local,
    local_date,
)
from deliberation.log.aggregate import Aggregate, Event, new_id
from deliberation.register.private import Words
from deliberation.tasks.refusals import (
    NoticeStands,
    NoticeUnclear,
    PeriodNotOver,
    ServedInFuture,
    TwoPersonsNeeded,
    WitnessNeeded,
)

#: level -> (Chinese, English)
LEVELS: dict[str, tuple[str, str]] = {
    "ordinary": ("一般隐患", "ordinary hazard"),
    "serious": ("较大隐患", "serious hazard"),
}
#: level -> (days, hours) from service; frozen into each notice as it is issued.
PERIODS: dict[str, tuple[int, int]] = {"ordinary": (3, 0), "serious": (0, 24)}
#: How a notice reaches who has to mend.
WAYS: dict[str, tuple[str, str]] = {
    "signed": ("本人签收", "signed for"),
    "received_for": ("他人代收", "received by another"),
    "refused_witnessed": ("拒签，有人见证", "refused before a witness"),
    "posted": ("张贴并拍照", "posted and photographed"),
}
RESULTS: dict[str, tuple[str, str]] = {"ok": ("合格", "mended"), "not_ok": ("不合格", "not mended")}
STATES: dict[str, tuple[str, str]] = {
    "issued": ("已开具、还没有送达", "issued but not served"),
    "served": ("已送达、等待复查", "served, to be inspected"),
    "failed": ("复查不合格", "not mended at inspection"),
    "passed": ("复查合格、等待销号", "mended, to be closed"),
    "closed": ("已经销号", "closed"),
    "escalated": ("已经上报", "escalated"),
    "withdrawn": ("已经撤回", "withdrawn"),
}
OPEN = ("issued", "served", "failed", "passed")


class Notice(Aggregate):
    """One rectification notice."""

    class Issued(Event):
        """``place_label`` is public: no name, no household. ``replaces``: id of a withdrawn notice, or ""."""

        TYPE = "notice.issued"
        zh = "{by}开具告知单{number}：{place_label}，{level_zh}，违反{clause_label}。"
        en = "{by} issued notice {number}: {place_label}, {level_en}, under {clause_label}."
        matter: str
        number: str
        place: str
        place_label: str
        resolution: str
        clause: str
        clause_label: str
        level: str
        level_zh: str
        level_en: str
        days: int
        hours: int
        words: str
        replaces: str

        def apply(self, aggregate: Notice) -> None:
            aggregate.state, aggregate._matter, aggregate.number = "issued", self.matter, self.number
            aggregate.days, aggregate.hours = self.days, self.hours

    class Served(Event):
        """``served_at``, ``due`` in seconds UTC; ``workers``: two persons; ``witness``: a person or ""."""

        TYPE = "notice.served"
        zh = "告知单{number}送达（{how_zh}），整改期限到{due_text}。"
        en = "Notice {number} was served ({how_en}); it runs until {due_text}."
        number: str
        how: str
        how_zh: str
        how_en: str
        workers: list[str]
        witness: str
        served_at: int
        due: int
        due_text: str

        def apply(self, aggregate: Notice) -> None:
            aggregate.state, aggregate.due = "served", self.due

    class Inspected(Event):
        """The ``n``-th inspection; ``words`` is the commitment to a remark, or ""."""

        TYPE = "notice.inspected"
        zh = "告知单{number}第{n}次复查：{result_zh}。"
        en = "Notice {number}, inspection {n}: {result_en}."
        number: str
        n: int
        result: str
        result_zh: str
        result_en: str
        workers: list[str]
        words: str

        def apply(self, aggregate: Notice) -> None:
            aggregate.inspections = self.n
            aggregate.state = "passed" if self.result == "ok" else "failed"

    class Escalated(Event):
        """Handed to the authority named in ``to``; the compact itself punishes nobody."""

        TYPE = "notice.escalated"
        zh = "{by}把告知单{number}报{to}处理。"
        en = "{by} escalated notice {number} to {to}."
        number: str
        to: str

        def apply(self, aggregate: Notice) -> None:
            aggregate.state = "escalated"

    class Closed(Event):
        """销号."""

        TYPE = "notice.closed"
        zh = "{by}给告知单{number}销号。"
        en = "{by} closed notice {number}."
        number: str

        def apply(self, aggregate: Notice) -> None:
            aggregate.state = "closed"

    class Withdrawn(Event):
        """``words`` is the commitment to the reason."""

        TYPE = "notice.withdrawn"
        zh = "{by}撤回告知单{number}，编号不再使用。"
        en = "{by} withdrew notice {number}; its number is not used again."
        number: str
        words: str

        def apply(self, aggregate: Notice) -> None:
            aggregate.state = "withdrawn"

    _matter: str
    state: str
    number: str
    days: int
    hours: int
    due: int
    inspections: int

    def start(self) -> None:
        """Nobody has inspected."""
        self.state, self.inspections = "", 0

    @property
    def matter(self) -> str:
        """The matter whose resolution is carried out."""
        return self._matter

    @classmethod
    def issue(
        cls,
        matter: str,
        number: str,
        *,
        place: str,
        place_label: str,
        resolution: str,
        clause: str,
        clause_label: str,
        level: str,
        words: Words,
        replaces: str = "",
        by: Actor,
    ) -> Notice:
        """Issue a notice for a hazard (``words``) under a clause of a resolution; its period is frozen now.

        ``replaces`` is the id of the withdrawn notice in whose place it is issued. Raises NoticeUnclear.
        """
        if level not in LEVELS or not place_label:
            raise NoticeUnclear
        days, hours = PERIODS[level]
        notice = cls.new(new_id(), by)
        body = {"matter": matter, "number": number, "place": place, "place_label": place_label}
        body |= {"resolution": resolution, "clause": clause, "clause_label": clause_label}
        body |= {"level": level, "level_zh": LEVELS[level][0], "level_en": LEVELS[level][1]}
        body |= {"replaces": replaces, "words": words.commitment}
        notice.trigger(cls.Issued, by, **body, days=days, hours=hours)
        notice.set_aside(words)
        return notice

    def serve(
        self, how: str, workers: Sequence[str], *, served_at: int, witness: str = "", by: Actor
    ) -> None:
        """Record the service at a moment (seconds UTC), from which the period runs.

        Raises NoticeStands, NoticeUnclear, TwoPersonsNeeded, WitnessNeeded, ServedInFuture, UnknownYear.
        """
        self._insist("issued")
        if how not in WAYS:
            raise NoticeUnclear
        _insist_on_two(workers)
        if how == "refused_witnessed" and witness in ("", *workers):
            raise WitnessNeeded
        if served_at > by.at.timestamp():
            raise ServedInFuture(now=clock(int(by.at.timestamp())))
        due = due_of(served_at, self.days, self.hours)
        body = {"how": how, "how_zh": WAYS[how][0], "how_en": WAYS[how][1], "witness": witness}
        when = {"served_at": served_at, "due": due}
        people = {"workers": list(workers), "number": self.number}
        self.trigger(self.Served, by, **people, **body, **when, due_text=clock(due))

    def inspect(self, result: str, workers: Sequence[str], *, words: Words | None = None, by: Actor) -> None:
        """Record an inspection by two persons; "not_ok" counts only once the period is over.

        Raises NoticeStands, NoticeUnclear, TwoPersonsNeeded, PeriodNotOver.
        """
        self._insist("served", "failed", "passed")
        if result not in RESULTS:
            raise NoticeUnclear
        _insist_on_two(workers)
        if result == "not_ok" and by.at.timestamp() < self.due:
            raise PeriodNotOver(number=self.number, due=clock(self.due))
        body = {"result": result, "result_zh": RESULTS[result][0], "result_en": RESULTS[result][1]}
        body |= {"number": self.number, "words": words.commitment if words else ""}
        self.trigger(self.Inspected, by, n=self.inspections + 1, workers=list(workers), **body)
        self.set_aside(*([words] if words else []))

    def escalate(self, to: str, *, by: Actor) -> None:
        """Hand a notice that was not obeyed to the authority. Raises NoticeStands."""
        self._insist("failed")
        self.trigger(self.Escalated, by, number=self.number, to=to)

    def close(self, *, by: Actor) -> None:
        """Close a notice whose hazard is mended. Raises NoticeStands."""
        self._insist("passed")
        self.trigger(self.Closed, by, number=self.number)

    def withdraw(self, words: Words, *, by: Actor) -> None:
        """Take an open notice back, with the reason. Raises NoticeStands."""
        self._insist(*OPEN)
        self.trigger(self.Withdrawn, by, number=self.number, words=words.commitment)
        self.set_aside(words)

    def _insist(self, *states: str) -> None:
        if self.state not in states:
            zh, en = STATES[self.state]
            raise NoticeStands(number=self.number, state=zh, state_en=en)


def due_of(served: int, days: int, hours: int) -> int:
    """Return the end of the period in seconds UTC: 24:00 of the last day, or so many hours after service."""
    moment = datetime.fromtimestamp(served, UTC)
    due = hours_after(moment, hours) if hours else end_of(last_day(local_date(moment), days, CHINA))
    return int(due.timestamp())


def clock(seconds: int) -> str:
    """Return a moment as a notice prints it; midnight is 24:00 of the day before."""
    moment = local(datetime.fromtimestamp(seconds, UTC))
    if (moment.hour, moment.minute) == (0, 0):
        return f"{(moment - ONE_DAY).date().isoformat()} 24:00"
    return moment.strftime("%Y-%m-%d %H:%M")


def _insist_on_two(workers: Sequence[str]) -> None:
    if len(set(workers)) < 2 or len(workers) != 2 or not all(workers):
        raise TwoPersonsNeeded

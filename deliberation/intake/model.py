"""Reports: received with channel, place and colour; merged, taken up, split off, answered."""

from __future__ import annotations

from typing import Any

from deliberation.actors import Actor
from deliberation.errors import Refusal
from deliberation.log.aggregate import Aggregate, Event, new_id
from deliberation.register.private import Words

#: channel -> (Chinese, English)
CHANNELS: dict[str, tuple[str, str]] = {
    "patrol": ("网格巡查", "grid patrol"),
    "photo": ("随手拍", "photo"),
    "box": ("意见箱", "suggestion box"),
    "hotline": ("热线", "hotline"),
    "scan": ("扫码", "QR code"),
    "reception": ("接待日", "reception day"),
    "online": ("网络问政", "online"),
    "double_report": ("双报到", "Party members' visit"),
}
#: 红: urgent, safety; 金: weighty, between people; 蓝: large, common economy. A word goes with every colour.
COLOURS: dict[str, tuple[str, str]] = {
    "red": ("红", "red"),
    "gold": ("金", "gold"),
    "blue": ("蓝", "blue"),
}
STATES: dict[str, tuple[str, str]] = {
    "received": ("待处理", "waiting"),
    "merged": ("已并入", "merged"),
    "taken_up": ("已立项", "taken up"),
    "split_off": ("已转出", "handed over"),
    "answered": ("已答复", "answered"),
}


class ReportFault(Refusal):
    """A channel, colour, place or person that is not known. Facts: fault, fault_en."""

    zh = "诉求没有记入：{fault}。您填的内容还在，请改好再交。"
    en = "The report was not recorded: {fault_en}. Your entry is kept; please mend it and send it again."
    status = 422


class ReportNumberTaken(Refusal):
    """Another report has that number. Facts: number."""

    zh = "已经有编号{number}的诉求了，这一条没有记入，内容还在。请换一个编号。"
    en = "There is a report {number} already. This one was not recorded; choose another number for it."


class ReportSettled(Refusal):
    """The report has been dealt with. Facts: number, state, state_en."""

    zh = "诉求{number}{state}，不能再这样处理。原来的处理没有变；如有新情况，请另报一条。"
    en = "Report {number} is {state_en} and stays so. If there is something new, please make a new report."


class ReportAnswered(Refusal):
    """An answer has been given. Facts: number."""

    zh = "诉求{number}已经答复过了，不会重复记。请看原来的答复。"
    en = "Report {number} was answered already. Please read the answer given."


class NotMergeable(Refusal):
    """The report to merge into is this one, unknown, or merged itself. Facts: number."""

    zh = "不能并入诉求{number}：它不存在、就是这一条，或者自己也已并入别处。诉求没有变，请另选一条。"
    en = "It cannot be merged into report {number}: unknown, the same, or merged itself. Choose another one."


class Report(Aggregate):
    """One report. Its words, and who reported, are told apart from the place, which everybody may read."""

    class Received(Event):
        """``place`` is a public label without a household; ``reporter`` a person's id or ""."""

        TYPE = "report.received"
        zh = "{by}记下诉求{number}（{channel_zh}，{colour_zh}）：{place}。"
        en = "{by} recorded report {number} ({channel_en}, {colour_en}): {place}."
        number: str
        channel: str
        channel_zh: str
        channel_en: str
        colour: str
        colour_zh: str
        colour_en: str
        place: str
        place_id: str
        words: str
        reporter: str

        def apply(self, aggregate: Report) -> None:
            aggregate.state, aggregate.number, aggregate.colour = "received", self.number, self.colour

    class Reclassed(Event):
        """Another colour."""

        TYPE = "report.reclassed"
        zh = "{by}把诉求{number}改列为{colour_zh}。"
        en = "{by} reclassed report {number} as {colour_en}."
        number: str
        colour: str
        colour_zh: str
        colour_en: str

        def apply(self, aggregate: Report) -> None:
            aggregate.colour = self.colour

    class Merged(Event):
        """The same thing was reported before, as ``into``."""

        TYPE = "report.merged"
        zh = "{by}把诉求{number}并入诉求{into_number}。"
        en = "{by} merged report {number} into report {into_number}."
        number: str
        into: str
        into_number: str

        def apply(self, aggregate: Report) -> None:
            aggregate.state = "merged"

    class TakenUp(Event):
        """The report becomes part of a matter and is filed there from now on."""

        TYPE = "report.taken_up"
        zh = "{by}把诉求{number}列入事项{matter_number}。"
        en = "{by} took report {number} up under matter {matter_number}."
        number: str
        matter: str
        matter_number: str

        def apply(self, aggregate: Report) -> None:
            aggregate.state, aggregate._matter = "taken_up", self.matter

    class SplitOff(Event):
        """Handed over to another body, named in words."""

        TYPE = "report.split_off"
        zh = "{by}把诉求{number}转到{to}。"
        en = "{by} handed report {number} over to {to}."
        number: str
        to: str

        def apply(self, aggregate: Report) -> None:
            aggregate.state = "split_off"

    class Answered(Event):
        """The reporter was answered; ``settles`` tells whether nothing else is to follow."""

        TYPE = "report.answered"
        zh = "{by}答复了诉求{number}。"
        en = "{by} answered report {number}."
        number: str
        words: str
        settles: bool

        def apply(self, aggregate: Report) -> None:
            aggregate.answered = True
            if self.settles:
                aggregate.state = "answered"

    state: str
    number: str
    colour: str
    answered: bool
    _matter: str | None

    def start(self) -> None:
        self.state, self.answered, self._matter = "", False, None

    @property
    def matter(self) -> str:
        """Its own id until it is taken up, then the matter."""
        return self._matter or self.id

    @classmethod
    def receive(
        cls,
        number: str,
        *,
        channel: str,
        place: str,
        place_id: str = "",
        colour: str,
        words: Words,
        reporter: str = "",
        by: Actor,
    ) -> Report:
        """Record a report. Raises ReportFault."""
        report = cls.new(new_id(), by)
        body = {"number": number, "place": place, "place_id": place_id, "reporter": reporter}
        body |= _labelled("channel", channel, CHANNELS) | _labelled("colour", colour, COLOURS)
        report.trigger(cls.Received, by, words=words.commitment, **body)
        report.set_aside(words)
        return report

    def reclass(self, colour: str, *, by: Actor) -> None:
        """Give the report another colour. Raises ReportSettled, ReportFault."""
        self._must_wait()
        if colour == self.colour:
            raise ReportFault(fault="颜色和原来一样", fault_en="the colour is the same as before")
        self.trigger(self.Reclassed, by, number=self.number, **_labelled("colour", colour, COLOURS))

    def merge(self, into: str, into_number: str, *, by: Actor) -> None:
        """Join the report to an earlier one on the same thing. Raises ReportSettled, NotMergeable."""
        self._must_wait()
        if into == self.id:
            raise NotMergeable(number=into_number)
        self.trigger(self.Merged, by, number=self.number, into=into, into_number=into_number)

    def take_up(self, matter: str, matter_number: str, *, by: Actor) -> None:
        """Take the report up under a matter. Raises ReportSettled."""
        self._must_wait()
        self.trigger(self.TakenUp, by, number=self.number, matter=matter, matter_number=matter_number)

    def split_off(self, to: str, *, by: Actor) -> None:
        """Hand the report over to another body, such as 联席协商会. Raises ReportSettled."""
        self._must_wait()
        self.trigger(self.SplitOff, by, number=self.number, to=to)

    def answer(self, words: Words, *, by: Actor) -> None:
        """Answer the reporter; a report still waiting is settled by it. Raises ReportAnswered."""
        if self.answered:
            raise ReportAnswered(number=self.number)
        settles = self.state == "received"
        self.trigger(self.Answered, by, number=self.number, words=words.commitment, settles=settles)
        self.set_aside(words)

    def _must_wait(self) -> None:
        if self.state != "received":
            zh, en = STATES[self.state]
            raise ReportSettled(number=self.number, state=zh, state_en=en)


def _labelled(name: str, code: str, labels: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """The code with its two names, so that the history reads without a table."""
    if code not in labels:
        raise ReportFault(fault=f"没有“{code}”这一类", fault_en=f"there is no kind “{code}”")
    return {name: code, f"{name}_zh": labels[code][0], f"{name}_en": labels[code][1]}

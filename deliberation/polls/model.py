"""表决: a poll from its notice to its count, the ballots, boxes and slips.

The notice freezes question, rule, roll, channels, window and the commitment to the sealing key. Ballots are one stream a
voter; the count is a stream of its own with a single version, so it cannot be made twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deliberation.actors import Actor
from deliberation.log.aggregate import Aggregate, Event, new_id
from deliberation.polls import roll as rolls
from deliberation.polls.asking import Question as Question
from deliberation.polls.asking import Window as Window
from deliberation.polls.ballots import CHOICES, HANDS
from deliberation.polls.refusals import STAGES as STAGES
from deliberation.polls.refusals import (
    VERBS,
    HandsDoNotAddUp,
    RollFault,
    WindowFault,
    WrongStage,
)
from deliberation.polls.roll import Line, RollPage
from deliberation.polls.rules import Rule
from deliberation.polls.sealing import commitment
from deliberation.register.private import PollKey, Words


class Poll(Aggregate):
    """One question put to one binding roll, and to any number of persons whose advice is counted apart."""

    class Announced(Event):
        """``rolls`` maps "binding", "advisory" and other rolls of advice to {"root", "count"}, and where it applies "area", "scope" and
        "members"; times are seconds UTC, ``noticed`` an ISO date.

        Version 2 adds ``repeats`` and ``petition`` (see ``Question``).
        """

        TYPE, RELIED_ON = "poll.announced", True
        class_version = 2
        zh = "{by}公告：将就“{title}”表决（{number}）。"
        en = "{by} announced a vote on “{title}” ({number})."
        matter: str
        meeting: str
        number: str
        title: str
        subject_kind: str
        subject: str
        digest: str
        options: list[str]
        rule: dict[str, Any]
        rolls: dict[str, dict[str, Any]]
        channels: list[str]
        noticed: str
        opens: int
        closes: int
        key_commitment: str
        repeats: str
        petition: int

        @staticmethod
        def upcast_v1_v2(body: dict[str, Any]) -> None:
            body.update(repeats="", petition=0)

        def apply(self, aggregate: Poll) -> None:
            aggregate.stage = "announced"
            aggregate.notice = self
            aggregate.rolls = dict(self.rolls)

    class RollCorrected(Event):
        """Lines added to and voters removed from one roll; ``rolls`` are all rolls as corrected."""

        TYPE, RELIED_ON = "roll.corrected", True
        zh = "{by}与另一人更正了{number}的名册，现有{count}。"
        en = "{by} and a second person corrected the roll of {number}; it now has {count}."
        number: str
        roll: str
        added: list[list[Any]]
        removed: list[str]
        rolls: dict[str, dict[str, Any]]
        count: int
        second: str
        words: str

        def apply(self, aggregate: Poll) -> None:
            aggregate.rolls = dict(self.rolls)

    class Delivered(Event):
        """How many voters of the binding roll got the ballot, by way."""

        TYPE = "poll.delivered"
        zh = "{by}登记：{number}表决票送达{phone}户用手机、{paper}户用纸票。"
        en = "{by} recorded that {number} was delivered to {phone} by phone and {paper} on paper."
        number: str
        phone: int
        paper: int

        def apply(self, aggregate: Poll) -> None:
            aggregate.delivered = self.phone + self.paper

    class Opened(Event):
        """Ballots count from here on."""

        TYPE, RELIED_ON = "poll.opened", True
        zh = "{by}宣布“{title}”开始表决。"
        en = "{by} opened the vote on “{title}”."
        title: str
        digest: str
        subject_kind: str
        subject: str

        def apply(self, aggregate: Poll) -> None:
            aggregate.stage = "open"

    class Extended(Event):
        """A later end of the window."""

        TYPE, RELIED_ON = "poll.extended", True
        zh = "{by}把“{title}”的表决截止时间延后。"
        en = "{by} extended the vote on “{title}”."
        title: str
        closes: int
        words: str

        def apply(self, aggregate: Poll) -> None:
            aggregate.closes = self.closes

    class HandsCounted(Event):
        """A show of hands: ``due`` seats, ``present`` of them, and how they were raised."""

        TYPE = "poll.hands_counted"
        zh = "举手表决“{title}”：同意{in_favour}、反对{against}、弃权{abstain}。"
        en = "Show of hands on “{title}”: {in_favour} for, {against} against, {abstain} abstaining."
        title: str
        due: int
        present: int
        in_favour: int
        against: int
        abstain: int

        def apply(self, aggregate: Poll) -> None:
            aggregate.hands = self

    class Closed(Event):
        """No ballot counts from here on. Carries no count: ballots may slip in front of it while it is written."""

        TYPE, RELIED_ON = "poll.closed", True
        zh = "{by}宣布“{title}”投票截止。"
        en = "{by} closed the vote on “{title}”."
        title: str

        def apply(self, aggregate: Poll) -> None:
            aggregate.stage = "closed"

    class Cancelled(Event):
        """The notice is taken back before the opening."""

        TYPE, RELIED_ON = "poll.cancelled", True
        zh = "{by}撤销了“{title}”的表决公告。"
        en = "{by} cancelled the vote on “{title}”."
        title: str
        words: str

        def apply(self, aggregate: Poll) -> None:
            aggregate.stage = "cancelled"

    stage: str
    notice: Poll.Announced
    rolls: dict[str, dict[str, Any]]
    closes: int
    delivered: int
    hands: Poll.HandsCounted | None

    def start(self) -> None:
        self.closes, self.delivered, self.hands = 0, 0, None

    @property
    def matter(self) -> str:
        """The matter that is voted on."""
        return self.notice.matter

    @classmethod
    def announce(
        cls, question: Question, rule: Rule, window: Window, channels: Sequence[str], key: bytes, *,
        binding: Sequence[Line], advisory: Sequence[Line] | Mapping[str, Sequence[Line]] = (), scope: str = "", members: Mapping[str, int] | None = None,
        id: str | None = None, by: Actor,
    ) -> tuple[Poll, list[RollPage]]:  # fmt: skip
        """Announce a poll. Returns it with the pages of its rolls, to be saved together.

        ``key`` is 32 random bytes for sealing ballots; ``advisory`` the tenants, or rolls by
        name of those whose advice is asked beside the vote; ``scope`` the building or grid whose roll it is ("" for all);
        ``members`` who a mixed body consists of ("delegate", "woman"). Raises RollFault, WindowFault.
        """
        others = advisory if isinstance(advisory, Mapping) else {rolls.ADVISORY: advisory} if advisory else {}
        lists = {rolls.BINDING: binding, **others}
        rolls.check(lists, by_area=rule.by_area)
        frozen = {name: rolls.summary(lines) for name, lines in lists.items()}
        frozen[rolls.BINDING] |= {"scope": scope} if scope else {}
        frozen[rolls.BINDING] |= {"members": dict(members)} if members is not None else {}
        if window.closes < window.opens:
            raise WindowFault(fault="截止不能早于开始", fault_en="the end lies before the beginning")
        poll = cls.new(id or new_id(), by)
        poll.trigger(
            cls.Announced, by, options=list(CHOICES), rule=rule.to_json(), channels=list(channels),
            rolls=frozen, key_commitment=commitment(key), **question._asdict(), **window._asdict(),
        )  # fmt: skip
        poll.set_aside(PollKey(poll.id, key))
        made = [RollPage.freeze(poll.id, poll.matter, question.number, name, lines, by=by) for name, lines in lists.items()]
        return poll, [page for some in made for page in some]

    def correct_roll(
        self, roll: str, before: Sequence[Line], *, add: Sequence[Line] = (), remove: Sequence[str] = (), second: str,
        words: Words, by: Actor,
    ) -> None:  # fmt: skip
        """Correct a roll after the notice and before the opening; ``before`` is the roll as it stands. A unit sold while owners
        vote is the one thing that changes later: its area goes over to the buyer, unless the seller's ballot is in (guard).

        Raises WrongStage, RollFault (also unless two different persons sign).
        """
        sold = self.stage == "open" and self.notice.rule["unit"] == "owner" and roll == rolls.BINDING
        self.must_be("announced", *(["open"] if sold else []), verb="correct")
        if second == by.person:
            raise RollFault(fault="更正要两个人经手", fault_en="a correction needs two persons")
        if not set(remove) <= {line.voter for line in before}:
            raise RollFault(fault="要去掉的不在名册里", fault_en="a voter to be removed is not on the roll")
        after = [line for line in before if line.voter not in remove] + [*add]
        rolls.check({roll: after}, by_area=bool(self.rolls[roll].get("area")))
        if "members" in self.rolls[roll] and {line.voter for line in before} != {line.voter for line in after}:
            raise RollFault(
                fault="代表会议的人数变了，组成要重新算，请撤销公告再公告一次",
                fault_en="the members of a mixed body changed, and its composition with them: cancel the notice and give it again",
            )
        if sold and rolls.summary(after).get("area") != self.rolls[roll].get("area"):
            raise RollFault(fault="投票期间只能过户，总面积不能变", fault_en="while owners vote a unit may change hands, no area may come or go")
        corrected = self.rolls | {roll: self.rolls[roll] | rolls.summary(after)}
        self.set_aside(words)
        self.trigger(
            self.RollCorrected, by, number=self.notice.number, roll=roll, added=[line.told() for line in add],
            removed=[*remove], rolls=corrected, count=len(after), second=second, words=words.commitment,
        )  # fmt: skip

    def deliver(self, phone: int, paper: int, *, by: Actor) -> None:
        """Record how many voters got the ballot. Raises WrongStage, RollFault for more than there are."""
        self.must_be("announced", "open", verb="deliver")
        if phone + paper > self.rolls[rolls.BINDING]["count"]:
            raise RollFault(fault="送达数超过名册户数", fault_en="more deliveries than voters")
        self.trigger(self.Delivered, by, number=self.notice.number, phone=phone, paper=paper)

    def open(self, *, by: Actor) -> None:
        """Begin. Text, roll, review and times are checked where they lie (guards). Raises WrongStage."""
        self.must_be("announced", verb="open")
        notice = self.notice
        self.trigger(
            self.Opened, by, title=notice.title, digest=notice.digest, subject_kind=notice.subject_kind, subject=notice.subject
        )

    def extend(self, closes: int, words: Words, *, by: Actor) -> None:
        """Move the end of the window back. Raises WrongStage, WindowFault."""
        self.must_be("announced", "open", verb="extend")
        if closes <= max(self.closes, self.notice.closes):
            raise WindowFault(fault="新的截止时间要比原来晚", fault_en="the new end must be later than the old one")
        self.set_aside(words)
        self.trigger(self.Extended, by, title=self.notice.title, closes=closes, words=words.commitment)

    def count_hands(self, *, due: int, present: int, in_favour: int, against: int, abstain: int, by: Actor) -> None:
        """Record a show of hands. Raises WrongStage, HandsDoNotAddUp."""
        if self.stage != "open" or HANDS not in self.notice.channels or self.hands is not None:
            self._refuse("count hands")
        total = in_favour + against + abstain
        if total != present or min(in_favour, against, abstain) < 0 or present > due:
            raise HandsDoNotAddUp(present=present, sum=total, missing=abs(present - total))
        self.trigger(
            self.HandsCounted, by, title=self.notice.title, due=due, present=present, in_favour=in_favour, against=against,
            abstain=abstain,
        )  # fmt: skip

    def close(self, *, by: Actor) -> None:
        """End the vote. Raises WrongStage; that the window is over is checked where the clock of the log is."""
        if self.stage != "open" or (HANDS in self.notice.channels and self.hands is None):
            self._refuse("close")
        self.trigger(self.Closed, by, title=self.notice.title)

    def cancel(self, words: Words, *, by: Actor) -> None:
        """Take the notice back. Raises WrongStage once ballots may have been cast."""
        self.must_be("announced", verb="cancel")
        self.set_aside(words)
        self.trigger(self.Cancelled, by, title=self.notice.title, words=words.commitment)

    def must_be(self, *stages: str, verb: str) -> None:
        """Raise WrongStage unless the poll is at one of the stages."""
        if self.stage not in stages:
            self._refuse(verb)

    def _refuse(self, verb: str) -> None:
        (stage, stage_en), (word, word_en) = STAGES[self.stage], VERBS[verb]
        raise WrongStage(stage=stage, stage_en=stage_en, verb=word, verb_en=word_en)

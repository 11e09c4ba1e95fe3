"""Motions and who seconds them. Amendments to their text are proceedings of their own: ``amendments``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from deliberation.actors import CHAIR, SECRETARY, Actor
from deliberation.clauses import Operation, Text, apply
from deliberation.errors import Refusal
from deliberation.log.aggregate import Aggregate, Event, id_of, new_id
from deliberation.motions import changes
from deliberation.motions.amendments import Amendment as Amendment
from deliberation.motions.refusals import (
    AlreadySeconded,
    MotionClosed,
    MotionFault,
    NotAdmitted,
    NotProposed,
    NotYours,
    OtherOperations,
    OutcomeUnclear,
    PollMissing,
)
from deliberation.register.private import Words

#: kind -> (Chinese, English). An opinion (协商意见) binds nobody; a compact is adopted by the assembly.
KINDS: dict[str, tuple[str, str]] = {
    "compact": ("公约", "compact"),
    "decision": ("决定", "decision"),
    "opinion": ("协商意见", "opinion"),
}
#: How many seconds a motion needs unless the secretary says otherwise.
SECONDS = 3
#: Why a text is revised without a vote on the change.
REASONS: dict[str, tuple[str, str]] = {
    "review": ("按审核意见", "after the review"),
    "comments": ("按征求的意见", "after the comments"),
    "drafting": ("文字整理", "drafting"),
}
STATES: dict[str, tuple[str, str]] = {
    "proposed": ("待附议", "waiting for seconds"),
    "admitted": ("已受理", "admitted"),
    "adopted": ("已通过", "adopted"),
    "rejected": ("未通过", "rejected"),
    "withdrawn": ("已撤回", "withdrawn"),
}
#: Which outcome of a poll settles a motion, and how.
SETTLES = {"PASS": "adopted", "FAIL": "rejected"}


class Motion(Aggregate):
    """One motion and its text. A change of the text is an event with the operations and what they lead to."""

    class Proposed(Event):
        """``text``: Text.to_json(), version 1."""

        TYPE = "motion.proposed"
        zh = "{by}提出议题{number}“{title}”（{kind_zh}），需要{seconds_needed}人附议。"
        en = "{by} proposed motion {number} “{title}” ({kind_en}); {seconds_needed} seconds are needed."
        matter: str
        number: str
        title: str
        kind: str
        kind_zh: str
        kind_en: str
        text: dict[str, Any]
        digest: str
        version: int
        seconds_needed: int

        def apply(self, aggregate: Motion) -> None:
            aggregate.state, aggregate._matter, aggregate.proposer = "proposed", self.matter, self.by.person
            aggregate.number, aggregate.title = self.number, self.title
            aggregate.edition, aggregate.text = 1, Text.from_json(self.text)

    class Admitted(Event):
        """Enough have seconded."""

        TYPE = "motion.admitted"
        zh = "{by}受理议题{number}“{title}”。"
        en = "{by} admitted motion {number} “{title}”."
        number: str
        title: str

        def apply(self, aggregate: Motion) -> None:
            aggregate.state = "admitted"

    class Revised(Event):
        """A change without a vote of its own; ``label`` marks it in the text ("丙"), ``note`` says why."""

        TYPE = "motion.revised"
        zh = "{by}{reason_zh}修订议题{number}为第{version}稿：{note}"
        en = "{by} revised motion {number} {reason_en}, now version {version}: {note}"
        number: str
        operations: list[dict[str, Any]]
        text: dict[str, Any]
        digest: str
        version: int
        reason_kind: str
        reason_zh: str
        reason_en: str
        label: str
        note: str

        def apply(self, aggregate: Motion) -> None:
            aggregate.edition, aggregate.text = self.version, Text.from_json(self.text)

    class Amended(Event):
        """A passed amendment is written into the text; new clauses may have other ids than when moved."""

        TYPE = "motion.amended"
        zh = "修正案{label}写入议题{number}，现为第{version}稿。"
        en = "Amendment {label} was written into motion {number}, now version {version}."
        number: str
        amendment: str
        label: str
        operations: list[dict[str, Any]]
        text: dict[str, Any]
        digest: str
        version: int
        poll: str

        def apply(self, aggregate: Motion) -> None:
            aggregate.amendments.append(self.amendment)
            aggregate.edition, aggregate.text = self.version, Text.from_json(self.text)

    class Withdrawn(Event):
        """``words``: the reason."""

        TYPE = "motion.withdrawn"
        zh = "{by}撤回议题{number}“{title}”。"
        en = "{by} withdrew motion {number} “{title}”."
        number: str
        title: str
        words: str

        def apply(self, aggregate: Motion) -> None:
            aggregate.state = "withdrawn"

    class Settled(Event):
        """``outcome`` PASS or FAIL of the poll on the text ``digest``."""

        TYPE = "motion.settled"
        zh = "议题{number}“{title}”{result_zh}。"
        en = "Motion {number} “{title}” was {result_en}."
        number: str
        title: str
        poll: str
        outcome: str
        digest: str
        result_zh: str
        result_en: str

        def apply(self, aggregate: Motion) -> None:
            aggregate.state = SETTLES[self.outcome]

    state: str
    number: str
    title: str
    proposer: str
    #: The version of the text; ``version`` is that of the stream.
    edition: int
    text: Text
    #: Ids of the amendments written into the text.
    amendments: list[str]
    _matter: str

    def start(self) -> None:
        self.state, self.amendments = "", []

    @property
    def matter(self) -> str:
        """The matter it is filed under."""
        return self._matter

    @classmethod
    def propose(
        cls, matter: str, number: str, title: str, kind: str, text: Text, seconds_needed: int, *, by: Actor
    ) -> Motion:
        """Propose a text. Raises MotionFault, NoClauses, TextTooLarge."""
        if kind not in KINDS or seconds_needed < 0:
            raise MotionFault(
                fault="种类或附议人数不对", fault_en="its kind or the number of seconds is wrong"
            )
        changes.insist_on_text(text)
        motion = cls.new(new_id(), by)
        body = {"matter": matter, "number": number, "title": title, "seconds_needed": seconds_needed}
        body |= {"kind": kind, "kind_zh": KINDS[kind][0], "kind_en": KINDS[kind][1]}
        motion.trigger(cls.Proposed, by, text=text.to_json(), digest=text.digest(), version=1, **body)
        return motion

    def admit(self, *, by: Actor) -> None:
        """Admit it to debate; the seconds are counted on saving. Raises MotionClosed, NotProposed."""
        self._must_be_open()
        if self.state != "proposed":
            raise NotProposed(number=self.number)
        self.trigger(self.Admitted, by, number=self.number, title=self.title)

    def revise(
        self, operations: Sequence[Operation], reason_kind: str, note: str, *, label: str = "", by: Actor
    ) -> None:
        """Change the text for a reason that needs no vote of its own.

        Raises MotionClosed, MotionFault, NothingChanged, TextTooLarge, and what clauses.apply raises.
        """
        if reason_kind not in REASONS:
            raise MotionFault(fault="修订原因不在列表里", fault_en="the reason for the revision is not known")
        zh, en = REASONS[reason_kind]
        body = {"reason_kind": reason_kind, "reason_zh": zh, "reason_en": en, "label": label, "note": note}
        self._change(self.Revised, list(operations), by, body)

    def amend(
        self, amendment: str, label: str, operations: Sequence[Operation], poll: str, *, by: Actor
    ) -> None:
        """Write a passed amendment into the text; clauses it inserts are numbered on from the present text.

        Raises MotionClosed, PollMissing, OtherOperations (a second time), and what clauses.apply raises.
        """
        if amendment in self.amendments:
            raise OtherOperations
        if not poll:
            raise PollMissing
        fitted = changes.renumbered(operations, self.text)
        self._change(self.Amended, fitted, by, {"amendment": amendment, "label": label, "poll": poll})

    def withdraw(self, words: Words, *, by: Actor) -> None:
        """Take the motion back, with the reason in words. Raises MotionClosed, NotYours."""
        self._must_be_open()
        if by.person != self.proposer and by.role not in (CHAIR, SECRETARY):
            raise NotYours
        self.trigger(self.Withdrawn, by, number=self.number, title=self.title, words=words.commitment)
        self.set_aside(words)

    def settle(self, poll: str, outcome: str, *, by: Actor) -> None:
        """Record what a poll decided. Raises MotionClosed, NotAdmitted, PollMissing, OutcomeUnclear."""
        self._must_be_open()
        if self.state != "admitted":
            raise NotAdmitted(number=self.number)
        if not poll:
            raise PollMissing
        if outcome not in SETTLES:
            raise OutcomeUnclear(outcome=outcome)
        zh, en = STATES[SETTLES[outcome]]
        body = {
            "poll": poll,
            "outcome": outcome,
            "digest": self.text.digest(),
            "result_zh": zh,
            "result_en": en,
        }
        self.trigger(self.Settled, by, number=self.number, title=self.title, **body)

    def _change(self, event: type[Any], operations: list[Operation], by: Actor, body: dict[str, Any]) -> None:
        self._must_be_open()
        changes.insist_on_operations(operations)
        text = apply(self.text, operations)
        changes.insist_on_text(text)
        body |= {"operations": changes.to_json(operations), "text": text.to_json(), "digest": text.digest()}
        self.trigger(event, by, number=self.number, version=self.edition + 1, **body)

    def _must_be_open(self) -> None:
        if self.state not in ("proposed", "admitted"):
            zh, en = STATES[self.state]
            raise MotionClosed(number=self.number, state=zh, state_en=en)


class Second(Aggregate):
    """One person's support for bringing a motion to debate."""

    ALREADY: ClassVar[type[Refusal]] = AlreadySeconded

    class Made(Event):
        """The person is the actor."""

        TYPE = "motion.seconded"
        zh = "{by}附议议题{number}。"
        en = "{by} seconded motion {number}."
        motion: str
        matter: str
        number: str

        def apply(self, aggregate: Second) -> None:
            aggregate._matter = self.matter

    _matter: str

    @property
    def matter(self) -> str:
        """The matter of the motion."""
        return self._matter

    @classmethod
    def of(cls, motion: str, matter: str, number: str, *, by: Actor) -> Second:
        """Second a motion; one stream a person, so that nobody counts twice."""
        second = cls.new(id_of(motion, by.person), by)
        second.trigger(cls.Made, by, motion=motion, matter=matter, number=number)
        return second

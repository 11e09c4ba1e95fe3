"""Amendments: a set of operations on the clauses of a motion, put to the vote as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deliberation.actors import Actor
from deliberation.clauses import Operation
from deliberation.log.aggregate import Aggregate, Event, new_id
from deliberation.motions import changes
from deliberation.motions.refusals import AmendmentSettled, PollMissing

#: state -> (Chinese, English)
STATES: dict[str, tuple[str, str]] = {
    "moved": ("待表决", "waiting for the vote"),
    "passed": ("通过", "passed"),
    "not_passed": ("没有通过", "not passed"),
}


class Amendment(Aggregate):
    """A set of operations on a motion's text, put to the vote as one."""

    class Moved(Event):
        """``digest`` names base text and operations; ``replaces`` an earlier one that did not pass, or ""."""

        TYPE = "amendment.moved"
        zh = "{by}提出修正案{label}，改动{count}处。"
        en = "{by} moved amendment {label} with {count} changes."
        motion: str
        matter: str
        label: str
        base_digest: str
        operations: list[dict[str, Any]]
        count: int
        replaces: str
        digest: str

        def apply(self, aggregate: Amendment) -> None:
            aggregate.state, aggregate._matter, aggregate.motion = "moved", self.matter, self.motion
            aggregate.label, aggregate.operations = self.label, changes.from_json(self.operations)

    class Settled(Event):
        """``outcome`` as counted; whatever is not PASS is not passed."""

        TYPE = "amendment.settled"
        zh = "修正案{label}{result_zh}。"
        en = "Amendment {label}: {result_en}."
        motion: str
        label: str
        poll: str
        outcome: str
        result_zh: str
        result_en: str

        def apply(self, aggregate: Amendment) -> None:
            aggregate.state = "passed" if self.outcome == "PASS" else "not_passed"

    state: str
    motion: str
    label: str
    operations: list[Operation]
    _matter: str

    @property
    def matter(self) -> str:
        """The matter of the motion."""
        return self._matter

    @classmethod
    def move(
        cls,
        motion: str,
        matter: str,
        label: str,
        base_digest: str,
        operations: Sequence[Operation],
        replaces: str = "",
        *,
        by: Actor,
    ) -> Amendment:
        """Move changes to the text with that digest. Raises NothingChanged, TextTooLarge."""
        changes.insist_on_operations(operations)
        amendment = cls.new(new_id(), by)
        body = {"motion": motion, "matter": matter, "label": label, "base_digest": base_digest}
        body |= {"replaces": replaces, "digest": changes.digest_of(base_digest, operations)}
        listed = changes.to_json(operations)
        amendment.trigger(cls.Moved, by, operations=listed, count=len(listed), **body)
        return amendment

    def settle(self, poll: str, outcome: str, *, by: Actor) -> None:
        """Record what a poll decided; only PASS passes. Raises AmendmentSettled, PollMissing."""
        if self.state != "moved":
            raise AmendmentSettled(label=self.label)
        if not poll:
            raise PollMissing
        zh, en = STATES["passed" if outcome == "PASS" else "not_passed"]
        body = {"poll": poll, "outcome": outcome, "result_zh": zh, "result_en": en}
        self.trigger(self.Settled, by, motion=self.motion, label=self.label, **body)

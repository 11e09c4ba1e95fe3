"""Ballots: one stream a voter, so there is no second one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from deliberation.actors import Actor
from deliberation.errors import Refusal
from deliberation.log.aggregate import Event, id_of
from deliberation.polls.refusals import AlreadyVoted, UnknownChoice
from deliberation.polls.roll import BINDING, Filed
from deliberation.polls.sealing import seal

CHOICES = ("for", "against", "abstain")
PHONE, PAPER, HANDS, ASSISTED = "phone", "paper", "hands", "assisted"


class Ballot(Filed):
    """One voter's ballot in one poll: id = uuid5(poll, voter), so there is no second one."""

    ALREADY: ClassVar[type[Refusal]] = AlreadyVoted

    class Cast(Event):
        """``sealed`` hides the choice until the count; ``box`` is "" unless the slip came out of one; ``aid`` says who stood by
        a voter that did not vote alone: {"slip": first reading}, {"proxy": letter}, or {"witness": person, "place": where}
        with the helper as signer."""

        TYPE = "ballot.cast"
        zh = "投进一票（内容密封到计票）。"
        en = "A ballot was cast (sealed until the count)."
        poll: str
        roll: str
        voter: str
        channel: str
        box: str
        sealed: str
        aid: dict[str, str]
        class_version = 2

        @staticmethod
        def upcast_v1_v2(body: dict[str, Any]) -> None:
            """Ballots of the first version had nobody beside them on record."""
            body["aid"] = {}

    @classmethod
    def cast(
        cls, poll: str, matter: str, voter: str, choice: str, *, key: bytes, roll: str = BINDING,
        channel: str = PHONE, box: str = "", aid: Mapping[str, str] | None = None, by: Actor,
    ) -> Ballot:  # fmt: skip
        """Cast a ballot. Raises UnknownChoice; roll, window and channel are checked where they lie (guard)."""
        if choice not in CHOICES:
            raise UnknownChoice
        ballot = cls.new(id_of(poll, voter), by)
        ballot._matter = matter
        sealed = seal(key, ballot.id, 1, choice)
        ballot.trigger(
            cls.Cast, by, poll=poll, roll=roll, voter=voter, channel=channel, box=box, sealed=sealed, aid=dict(aid or {})
        )
        return ballot

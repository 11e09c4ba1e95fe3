"""Ballots: one stream a voter, so there is no second one.

| versions of a stream | event           |                                                             |
|----------------------|-----------------|-------------------------------------------------------------|
| odd                  | ``ballot.cast`` | counts, unless the next version follows                     |
| even                 | ``ballot.voided`` | the one before does not count, and the voter may vote again |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from deliberation.actors import Actor
from deliberation.errors import ChangedMeanwhile, Refusal
from deliberation.log.aggregate import Event, id_of
from deliberation.polls.refusals import AlreadyVoted, NothingToVoid, UnknownChoice
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

        def apply(self, aggregate: Ballot) -> None:
            aggregate.standing = self

    class Voided(Event):
        """The ballot at position ``entry`` of the log does not count: the ``binding`` of whoever cast it by phone, or named by
        phone who cast it, was objected to. What the ballot says stays sealed until the count, and is then read by anybody, for it is in the log."""

        TYPE = "ballot.voided"
        zh = "第{entry}条那张用手机投的票作废：投票或委托投票的人凭登录信的绑定有人提出异议，已经解除。"
        en = "The ballot by phone at no. {entry} was voided: somebody objected to the sign-in binding of who cast it, or named who did."
        poll: str
        roll: str
        voter: str
        binding: str
        entry: int

        def apply(self, aggregate: Ballot) -> None:
            aggregate.standing = None

    standing: Ballot.Cast | None

    def start(self) -> None:
        """Nothing is cast."""
        self.standing = None

    @classmethod
    def overtaken(cls, version: int, latest: int) -> type[Refusal]:
        """Return the refusal for a version that is taken: a ballot stands, or one was voided a moment ago."""
        return AlreadyVoted if version % 2 and latest % 2 else ChangedMeanwhile

    @classmethod
    def cast(
        cls, poll: str, matter: str, voter: str, choice: str, *, key: bytes, roll: str = BINDING,
        channel: str = PHONE, box: str = "", aid: Mapping[str, str] | None = None, voided: int = 0, by: Actor,
    ) -> Ballot:  # fmt: skip
        """Cast a ballot, behind as many of this voter as were ``voided``: no pad is used twice. Raises UnknownChoice; roll,
        window, channel and binding are checked where they lie (guard)."""
        if choice not in CHOICES:
            raise UnknownChoice
        ballot = cls.new(id_of(poll, voter), by, version=2 * voided)
        ballot._matter = matter
        sealed = seal(key, ballot.id, ballot.version + 1, choice)
        ballot.trigger(
            cls.Cast, by, poll=poll, roll=roll, voter=voter, channel=channel, box=box, sealed=sealed, aid=dict(aid or {})
        )
        return ballot

    def void(self, matter: str, *, binding: str, entry: int, by: Actor) -> None:
        """Void the ballot, which stands at position ``entry`` of the log, because somebody objected to a binding. Raises
        NothingToVoid; whose it is and that it is not counted is checked where that lies (guard)."""
        if self.standing is None or self.standing.channel != PHONE:
            raise NothingToVoid
        self._matter = matter
        cast = self.standing
        self.trigger(self.Voided, by, poll=cast.poll, roll=cast.roll, voter=cast.voter, binding=binding, entry=entry)

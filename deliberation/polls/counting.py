"""Counting: open the sealed ballots, add them up by roll, grid and channel, and let the rule decide.

The order of ballots never matters. Only ballots between the opening and the close are given to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

from deliberation.actors import Actor
from deliberation.errors import AlreadyRecorded, Refusal
from deliberation.log.aggregate import Event, id_of
from deliberation.polls.ballots import CHOICES
from deliberation.polls.catalogue import rule
from deliberation.polls.model import Poll
from deliberation.polls.roll import ADVISORY, BINDING, Filed
from deliberation.polls.rules import Measures, Rule, Tally, decide
from deliberation.polls.sealing import SealBroken, unseal

#: Fewest ballots of a group whose choices are shown.
SMALLEST = 5
#: status -> (Chinese, English)
RESULTS: dict[str, tuple[str, str]] = {
    "PASS": ("通过", "carried"),
    "FAIL": ("未通过", "not carried"),
    "NO_QUORUM": ("人数不足，未形成决定", "no quorum"),
    "VOID": ("无效", "void"),
    "REPORTED": ("意见统计", "reported"),
}


class CountedAlready(AlreadyRecorded):
    """A count is made once."""

    zh = "这次表决已经计过票了，结果就在这一页上。"
    en = "This poll has been counted already; the result stands on this page."


class PollCount(Filed):
    """The count: one version of a stream of its own, id = uuid5(poll, "count")."""

    ALREADY: ClassVar[type[Refusal]] = CountedAlready

    class Counted(Event):
        """``tallies`` by roll ("binding", "advisory"), ``groups`` by grid and channel, ``steps`` as a person can read them."""

        TYPE = "poll.counted"
        zh = "“{title}”计票：同意{in_favour}、反对{against}、弃权{abstain}，{result_zh}。"
        en = "Count on “{title}”: {in_favour} for, {against} against, {abstain} abstaining: {result_en}."
        poll: str
        number: str
        title: str
        digest: str
        subject_kind: str
        subject: str
        key: str
        cut_off: int
        outcome: str
        result_zh: str
        result_en: str
        in_favour: int
        against: int
        abstain: int
        tallies: dict[str, Any]
        groups: dict[str, Any]
        refused: dict[str, int]
        steps: list[dict[str, Any]]

    @classmethod
    def declare(
        cls, poll: Poll, *, key: bytes, cut_off: int, result: Mapping[str, Any], refused: Mapping[str, int], by: Actor
    ) -> PollCount:
        """Declare the count of a closed poll: ``result`` as counted, ``cut_off`` the position of the close (0 for a
        show of hands), ``refused`` reason -> slips put aside. Raises WrongStage."""
        poll.must_be("closed", verb="count")
        count = cls.new(id_of(poll.id, "count"), by)
        count._matter = poll.matter
        notice = poll.notice
        count.trigger(
            cls.Counted, by, poll=poll.id, number=notice.number, title=notice.title, digest=notice.digest,
            subject_kind=notice.subject_kind, subject=notice.subject, key=key.hex(), cut_off=cut_off, refused=dict(refused), **result,
        )  # fmt: skip
        return count


class Cast(NamedTuple):
    """A ballot as the count is given it."""

    id: str
    roll: str
    voter: str
    channel: str
    sealed: str


class UnreadableBallot(Refusal):
    """A ballot that the key does not open: the count stops, because it would be wrong."""

    zh = "有一张票打不开，计票停下了，票都没有动。请让审计员核对这次表决。"
    en = "One ballot cannot be opened, so counting stopped and nothing was changed. Let an auditor check this poll."


def count(
    law: Rule, key: bytes, ballots: Iterable[Cast], *, rolls: Mapping[str, int], grids: Mapping[str, str]
) -> dict[str, Any]:
    """Return the body of ``poll.counted``.

    ``rolls`` maps roll -> number of voters, ``grids`` maps voter -> grid. Raises UnreadableBallot.
    """
    sums: dict[str, Counter[str]] = {name: Counter() for name in rolls}
    grid_sums: dict[str, Counter[str]] = {}
    channel_sums: dict[str, Counter[str]] = {}
    for ballot in ballots:
        choice = _opened(key, ballot)
        sums[ballot.roll][choice] += 1
        if ballot.roll == BINDING:
            grid_sums.setdefault(grids.get(ballot.voter, ""), Counter())[choice] += 1
            channel_sums.setdefault(ballot.channel, Counter())[choice] += 1
    groups = {"grid": _groups(grid_sums), "channel": _groups(channel_sums)}
    return _result(law, sums, rolls, groups, None)


def count_hands(law: Rule, hands: Poll.HandsCounted) -> dict[str, Any]:
    """Return the body of ``poll.counted`` for a show of hands."""
    sums = {BINDING: Counter({"for": hands.in_favour, "against": hands.against, "abstain": hands.abstain})}
    return _result(law, sums, {BINDING: hands.due}, {}, hands.present)


def _result(
    law: Rule, sums: Mapping[str, Counter[str]], rolls: Mapping[str, int], groups: dict[str, Any], present: int | None
) -> dict[str, Any]:
    outcome = decide(law, _tally(sums[BINDING], rolls[BINDING], present))
    steps = [step.to_json() for step in outcome.steps]
    if ADVISORY in sums:
        advice = decide(rule("ADV"), _tally(sums[ADVISORY], rolls[ADVISORY], None))
        steps += [step.to_json() for step in advice.steps]
    zh, en = RESULTS[outcome.status]
    chosen = sums[BINDING]
    return {
        "outcome": outcome.status, "result_zh": zh, "result_en": en, "in_favour": chosen["for"],
        "against": chosen["against"], "abstain": chosen["abstain"], "groups": groups, "steps": steps,
        "tallies": {name: _plain(sums[name]) | {"roll": rolls[name]} for name in sums},
    }  # fmt: skip


def _tally(chosen: Counter[str], roll: int, present: int | None) -> Tally:
    return Tally(
        roll=Measures(heads=roll), participating=Measures(heads=chosen.total()), for_=Measures(heads=chosen["for"]),
        against=Measures(heads=chosen["against"]), abstain=Measures(heads=chosen["abstain"]), present=present,
    )  # fmt: skip


def _opened(key: bytes, ballot: Cast) -> str:
    try:
        choice = unseal(key, ballot.id, 1, ballot.sealed)
    except SealBroken:
        raise UnreadableBallot from None
    if choice not in CHOICES:
        raise UnreadableBallot
    return choice


def _plain(chosen: Counter[str]) -> dict[str, int]:
    return {choice: chosen[choice] for choice in CHOICES}


def _groups(sums: Mapping[str, Counter[str]]) -> list[dict[str, Any]]:
    """Groups by size; small ones are left out, and always so many together that no difference shows how one door chose."""
    left = sorted(sums, key=lambda name: (-sums[name].total(), name))
    hidden = 0
    while left and (sums[left[-1]].total() < SMALLEST or 0 < hidden < SMALLEST):
        hidden += sums[left.pop()].total()
    return [{"name": name} | _plain(sums[name]) for name in sorted(left)]

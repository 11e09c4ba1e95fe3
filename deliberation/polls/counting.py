"""Counting: open the sealed ballots, add them up by roll, grid and channel, and let the rule decide.

The order of ballots never matters. Only ballots between the opening and the close are given to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

from deliberation.actors import Actor
from deliberation.errors import AlreadyRecorded, Refusal
from deliberation.log.aggregate import Event, id_of
from deliberation.polls.ballots import CHOICES
from deliberation.polls.catalogue import rule
from deliberation.polls.model import Poll
from deliberation.polls.roll import BINDING, Filed
from deliberation.polls.rules import Measures, Rule, Tally, decide
from deliberation.polls.sealing import opener

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
        """``tallies`` by roll ("binding", "advisory"), the binding one with its areas (0.01 m²) and those served but silent
        where they weigh; ``groups`` by grid and channel; ``steps`` as a person can read them; ``cast_only`` the outcome
        without the silent where they are counted ("" elsewhere); ``slips`` paper issued and returned, where on record."""

        TYPE = "poll.counted"
        RELIED_ON = True
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
        cast_only: str
        slips: dict[str, int]
        class_version = 2

        @staticmethod
        def upcast_v1_v2(body: dict[str, Any]) -> None:
            """Counts of the first version knew no deemed votes and no paper issued."""
            body["cast_only"], body["slips"] = "", {}

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
    """A ballot as the count is given it, with the grid and the area (0.01 m², 0 where none weighs) of a binding roll's line,
    and the version of its stream: 1 unless ballots before it were voided."""

    id: str
    sealed: str
    roll: str
    channel: str
    grid: str = ""
    area: int = 0
    version: int = 1


class Slips(NamedTuple):
    """Paper handed out, and paper that came back in boxes."""

    issued: int
    returned: int


class UnreadableBallot(Refusal):
    """A ballot that the key does not open: the count stops, because it would be wrong."""

    zh = "有一张票打不开，计票停下了，票都没有动。请让审计员核对这次表决。"
    en = "One ballot cannot be opened, so counting stopped and nothing was changed. Let an auditor check this poll."


class Sums:
    """Ballots added up: heads by roll, by grid and by channel, areas of the binding roll."""

    def __init__(self, rolls: Iterable[str]) -> None:
        self.heads: dict[str, Counter[str]] = {name: Counter() for name in rolls}
        self.area: Counter[str] = Counter()
        self.grids: dict[str, Counter[str]] = {}
        self.channels: dict[str, Counter[str]] = {}

    def add(self, key: bytes, ballots: Iterable[Cast]) -> None:
        """Open ballots and add them up. Raises UnreadableBallot."""
        heads: dict[tuple[str, str, str, str], int] = {}
        area, opened = dict.fromkeys(CHOICES, 0), opener(key, CHOICES)
        for id, sealed, roll, channel, grid, square, version in ballots:
            choice = opened(id, sealed, version)
            if choice is None:
                raise UnreadableBallot
            place = (roll, grid, channel, choice)
            heads[place] = heads.get(place, 0) + 1
            area[choice] += square
        self.area.update(area)
        for (roll, grid, channel, choice), number in heads.items():
            self.heads[roll][choice] += number
            if roll == BINDING:
                self.grids.setdefault(grid, Counter())[choice] += number
                self.channels.setdefault(channel, Counter())[choice] += number


def count(
    law: Rule, key: bytes, ballots: Iterable[Cast], *, rolls: Mapping[str, Mapping[str, Any]],
    silent: Measures | None = None, slips: Slips | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return the body of ``poll.counted``.

    ``rolls`` are those of the notice as corrected; ``silent``: who was served and said nothing, where the rule counts them;
    ``slips``: paper out and back, where it is on record. Raises UnreadableBallot.
    """
    sums = Sums(rolls)
    sums.add(key, ballots)
    groups = {"grid": _groups(sums.grids), "channel": _groups(sums.channels)}
    binding = rolls[BINDING]
    tally = _tally(sums.heads[BINDING], binding["count"], sums.area, binding.get("area", 0))
    paper = {} if slips is None else {"issued": slips.issued, "returned": slips.returned}
    tally = replace(tally, silent=silent or Measures(0), composition=binding.get("members"), slips=paper)
    return _result(law, sums.heads, {name: roll["count"] for name, roll in rolls.items()}, groups, tally)


def count_hands(law: Rule, hands: Poll.HandsCounted, members: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Return the body of ``poll.counted`` for a show of hands; ``members``: of whom a mixed body consists."""
    chosen = Counter({"for": hands.in_favour, "against": hands.against, "abstain": hands.abstain})
    tally = replace(_tally(chosen, hands.due), present=hands.present, composition=members)
    return _result(law, {BINDING: chosen}, {BINDING: hands.due}, {}, tally)


def _result(
    law: Rule, sums: Mapping[str, Counter[str]], rolls: Mapping[str, int], groups: dict[str, Any], tally: Tally
) -> dict[str, Any]:
    outcome = decide(law, tally)
    steps = [step.to_json() for step in outcome.steps]
    for name in sums:
        if name != BINDING:
            steps += [step.to_json() for step in decide(rule("ADV"), _tally(sums[name], rolls[name])).steps]
    zh, en = RESULTS[outcome.status]
    chosen = sums[BINDING]
    tallies = {name: _plain(sums[name]) | {"roll": rolls[name]} for name in sums}
    tallies[BINDING] |= _besides(tally)
    return {
        "outcome": outcome.status, "result_zh": zh, "result_en": en, "in_favour": chosen["for"],
        "against": chosen["against"], "abstain": chosen["abstain"], "groups": groups, "steps": steps,
        "tallies": tallies, "cast_only": outcome.cast_only or "", "slips": dict(tally.slips),
    }  # fmt: skip


def _besides(tally: Tally) -> dict[str, Any]:
    """What a tally has beyond heads that voted: areas, and those who were served and said nothing."""
    told: dict[str, Any] = {}
    if tally.roll.area:
        areas = {"for": tally.for_, "against": tally.against, "abstain": tally.abstain, "roll": tally.roll, "silent": tally.silent}
        told["area"] = {name: measures.area for name, measures in areas.items()}
    return told | ({"silent": tally.silent.heads} if tally.silent.heads else {})


def _tally(chosen: Counter[str], roll: int, areas: Mapping[str, int] | None = None, roll_area: int = 0) -> Tally:
    area = areas if areas is not None and roll_area else Counter[str]()
    by = {choice: Measures(chosen[choice], area.get(choice, 0)) for choice in CHOICES}
    participating = by["for"] + by["against"] + by["abstain"]
    return Tally(Measures(roll, roll_area), participating, by["for"], by["against"], by["abstain"])


def _plain(chosen: Counter[str]) -> dict[str, Any]:
    return {choice: chosen[choice] for choice in CHOICES}


def _groups(sums: Mapping[str, Counter[str]]) -> list[dict[str, Any]]:
    """Groups by size; small ones are left out, and always so many together that no difference shows how one door chose."""
    left = sorted(sums, key=lambda name: (-sums[name].total(), name))
    hidden = 0
    while left and (sums[left[-1]].total() < SMALLEST or 0 < hidden < SMALLEST):
        hidden += sums[left.pop()].total()
    return [{"name": name} | _plain(sums[name]) for name in sorted(left)]

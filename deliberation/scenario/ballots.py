"""Who votes what, when and how, so that every number of ``vote.toml`` comes out: always the same.

Who of a grid votes is decided by the order of ids, which is as good as drawing lots; when, by the ids read
backwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from deliberation.polls.ballots import CHOICES
from deliberation.polls.roll import ADVISORY, BINDING, Line
from deliberation.scenario.data import seconds


class Call(NamedTuple):
    """A ballot by telephone."""

    at: int
    roll: str
    line: Line
    choice: str


class Slip(NamedTuple):
    """A paper slip as a clerk enters it: a ``choice``, or a ``reason`` to put it aside."""

    at: int
    line: Line
    choice: str
    reason: str


class BoxOfSlips(NamedTuple):
    """A box: number, label, kind, when it was sealed, its slips in the order of entering."""

    number: int
    label: str
    kind: str
    sealed: int
    slips: tuple[Slip, ...]


class Votes(NamedTuple):
    """Telephone ballots day by day, the boxes, and the voters of the binding roll who did not take part."""

    days: tuple[tuple[Call, ...], ...]
    boxes: tuple[BoxOfSlips, ...]
    silent: tuple[Line, ...]


def votes(
    plan: Mapping[str, Any],
    binding: Sequence[Line],
    advisory: Sequence[Line],
    *,
    grids: Mapping[str, str],
    pins: Mapping[str, str],
) -> Votes:
    """Return all votes of a plan. ``grids`` maps label -> grid id, ``pins`` holder -> "phone" or "silent"."""
    phone: list[tuple[Line, str]] = []
    paper: list[tuple[Line, str]] = []
    silent: list[Line] = []
    for numbers in plan["grids"]:
        here = [line for line in binding if line.grid == grids[numbers["label"]]]
        lines = iter(_in_order(here, pins))
        phone += [(next(lines), choice) for choice in _choices(numbers["phone"])]
        paper += [(next(lines), choice) for choice in _choices(numbers["paper"])]
        silent += lines
    asked = zip(_in_order(advisory, pins), _choices(plan["advisory"]["choices"]), strict=False)
    calls = [(BINDING, *vote) for vote in phone] + [(ADVISORY, *vote) for vote in asked]
    days = tuple(tuple(day) for day in _days(plan["days"], calls))
    early = next(call.line for call in days[0] if call.roll == BINDING)
    aside = {"duplicate": early, "no_letter": silent[0], "moved_away": silent[1]}
    return Votes(days, tuple(_boxes(plan, _by_lot(paper), aside)), tuple(silent))


def _in_order(lines: Iterable[Line], pins: Mapping[str, str]) -> list[Line]:
    rank = {"phone": 0, "silent": 2}
    return sorted(lines, key=lambda line: (rank.get(pins.get(line.holder, ""), 1), line.voter))


def _choices(numbers: Sequence[int]) -> list[str]:
    return [choice for choice, number in zip(CHOICES, numbers, strict=True) for _ in range(number)]


def _by_lot(cast: Iterable[tuple[Line, str]]) -> list[tuple[Line, str]]:
    return sorted(cast, key=lambda vote: vote[0].voter[::-1])


def _days(days: Sequence[Mapping[str, Any]], calls: Sequence[tuple[str, Line, str]]) -> Iterable[list[Call]]:
    """Share the calls out over the days, evenly over the hours of each; both rolls alike."""
    ordered = sorted(calls, key=lambda call: call[1].voter[::-1])
    shares = [day["share"] for day in days]
    whole, taken = len(ordered), 0
    for number, day in enumerate(days, start=1):
        until = (
            whole if number == len(days) else taken + whole * shares[number - 1][0] // shares[number - 1][1]
        )
        start, end = seconds(day["from"]), seconds(day["to"])
        some = ordered[taken:until]
        yield [Call(start + (end - start) * n // len(some), *call) for n, call in enumerate(some)]
        taken = until


def _boxes(
    plan: Mapping[str, Any], paper: Sequence[tuple[Line, str]], aside: Mapping[str, Line]
) -> Iterable[BoxOfSlips]:
    """Fill the boxes one after another; a slip to be put aside lies in the middle of its box."""
    taken = 0
    for box in plan["boxes"]:
        found = [(line, choice, "") for line, choice in paper[taken : taken + box["counted"]]]
        taken += box["counted"]
        found[len(found) // 2 : len(found) // 2] = [(aside[reason], "", reason) for reason in box["refused"]]
        start, pace = seconds(box["entered"]), plan["pace"]["seconds"]
        slips = tuple(Slip(start + n * pace, *slip) for n, slip in enumerate(found))
        yield BoxOfSlips(box["number"], box["label"], box["kind"], seconds(box["sealed"]), slips)

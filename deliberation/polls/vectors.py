"""Test vectors: a rule, the numbers of a vote and the outcome to expect, one a line.

``id|rule|profile|roll|participating|for|against|abstain|expected``; a number is ``persons`` or ``persons/m²``, ``-`` for what
is not measured, ``#`` begins a comment. ``profile`` is a voting profile, a form of the rule, or only says who votes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from deliberation.errors import Refusal
from deliberation.polls.catalogue import PROFILES, RULES, STRICT, rule
from deliberation.polls.conditions import Condition, Measure
from deliberation.polls.rules import Measures, Rule, Tally, decide

#: Shorter names that vectors use.
ALIASES = {"strict": STRICT, "S": "special", "OWN_S": "special"}
_NUMBER = re.compile(r"(?P<heads>-|[0-9]+)(?:/(?P<area>-|[0-9]+(?:\.[0-9]{1,2})?))?")
MEASURES: tuple[Measure, Measure] = ("heads", "area")


class NoVector(Refusal):
    """A line that is no vector. Facts: number, fault, fault_en."""

    zh = "第{number}行读不懂：{fault}。其余各行照样核对；请改好这一行再运行一次。"
    en = "Line {number} cannot be read: {fault_en}. The other lines are checked; mend this one and run again."


class Verdict(NamedTuple):
    """A vector with what came out; ``got`` is a status, or "REFUSED" with the reason in ``refusal``."""

    id: str
    expected: str
    got: str
    refusal: Refusal | None = None

    @property
    def right(self) -> bool:
        """Whether it is as expected."""
        return self.expected == self.got


def check(lines: Iterable[str]) -> Iterator[Verdict]:
    """Yield the verdict on each line that has a vector."""
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if text:
            yield _verdict(number, [part.strip() for part in text.split("|")])


def _verdict(number: int, parts: list[str]) -> Verdict:
    name, expected = parts[0], parts[-1] if len(parts) > 1 else ""
    try:
        if len(parts) != 9:
            raise NoVector(number=number, fault=f"有{len(parts)}栏，应有9栏", fault_en=f"it has {len(parts)} fields, not 9")
        law, tally = _measured(_law(parts[1], parts[2]), [_number(number, part) for part in parts[3:8]])
        return Verdict(name, expected, decide(law, tally).status)
    except Refusal as refusal:
        return Verdict(name, expected, "REFUSED", refusal)


def _law(rule_id: str, profile: str) -> Rule:
    """A profile that is no voting profile and no form of the rule says who votes, no more."""
    name = ALIASES.get(profile, profile)
    if name in PROFILES:
        return PROFILES[name].shape(rule(rule_id))
    return RULES.get(f"{rule_id}/{name}") or rule(rule_id)


def _number(line: int, text: str) -> tuple[int | None, int | None]:
    """Return persons and area in 0.01 m², None for what is not measured. Raises NoVector."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise NoVector(number=line, fault=f"“{text}”不是数目", fault_en=f"“{text}” is no number")
    heads, area = found["heads"], found["area"] or "-"
    whole, _, part = area.partition(".")
    return None if heads == "-" else int(heads), None if area == "-" else int(whole + part.ljust(2, "0"))


def _measured(law: Rule, numbers: list[tuple[int | None, int | None]]) -> tuple[Rule, Tally]:
    """Return the rule by what was measured on the roll, and the tally."""
    used = {measure for measure, amount in zip(MEASURES, numbers[0], strict=True) if amount is not None}

    def kept(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
        return tuple(condition for condition in conditions if condition.measure in used)

    roll, took_part, in_favour, against, abstain = (Measures(heads or 0, area or 0) for heads, area in numbers)
    if numbers[1] == (None, None):
        took_part = in_favour + against + abstain
    shaped = replace(law, quorum=kept(law.quorum), majority=kept(law.majority))
    return shaped, Tally(roll, took_part, in_favour, against, abstain)

"""表决规则: the law of a vote as data, and the pure function that applies it to a tally.

A published rule is never edited: a change of the law is a new version, and a poll carries its own copy from
its notice on. "以上" (≥) and "超过", "过半数" (>) are told apart by Civil Code art. 1259.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from deliberation.errors import Refusal
from deliberation.polls.conditions import Authority, Condition, Operator, Quantity, Step, StepKind, explain
from deliberation.polls.conditions import Measures as Measures
from deliberation.polls.conditions import Tally as Tally
from deliberation.polls.conditions import percentage as percentage

Status = Literal["PASS", "FAIL", "NO_QUORUM", "VOID", "REPORTED"]


class UnknownRule(Refusal):
    """No rule of the catalogue has this id. Facts: rule."""

    zh = "规则目录里没有“{rule}”。已填的内容没有丢；请从目录里选一个规则。"
    en = "The catalogue has no rule “{rule}”. What you entered is kept: choose a rule from the catalogue."


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue.

    - ``silence``: a voter who says nothing stays "out", counts as "abstain", or joins the "majority".
    - ``abstention``: abstentions stay in the base of a majority, or leave it.
    - ``tie``: "fails"; there is no casting vote.
    - ``proxies``: ballots one agent may cast for others; None without limit.
    - ``binding``: the count decides; otherwise it is only reported.
    - ``opinion``: passing gives an opinion (协商意见), not a decision.
    - ``notice_days``: days from the notice, not counted, to the meeting, counted.
    - ``composition``: kept for bodies of mixed membership.
    """

    id: str
    version: str
    name_zh: str
    name_en: str
    body_zh: str
    body_en: str
    source: str
    unit: str
    quorum: tuple[Condition, ...] = ()
    majority: tuple[Condition, ...] = ()
    composition: tuple[str, ...] = ()
    silence: Literal["out", "abstain", "majority"] = "out"
    abstention: Literal["stays", "leaves"] = "stays"
    tie: Literal["fails"] = "fails"
    proxies: int | None = 0
    secrecy: Literal["open", "named", "secret"] = "named"
    binding: bool = True
    opinion: bool = False
    notice_days: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return all fields as plain data."""
        lists = ("quorum", "majority", "composition")
        return {name: list(value) if name in lists else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Rule:
        """Read ``to_json()`` back. Raises ValueError or TypeError for what is no rule."""
        quorum, majority = (tuple(Condition(**one) for one in data[name]) for name in ("quorum", "majority"))
        lists = {"quorum": quorum, "majority": majority, "composition": tuple(data.get("composition", ()))}
        return cls(**{**data, **lists})


def _heads(subject: Quantity, sign: Operator, numerator: int, denominator: int, base: Quantity) -> Condition:
    return Condition("heads", subject, base, sign, numerator, denominator)


_VILLAGE = "《中华人民共和国村民委员会组织法》（2025年10月28日修正）"

#: In force now, by id. "present" is whoever takes part where paper or telephone stands in for the meeting.
RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule(
            "DELIB", "2026-01-01", "议事会协商", "Council deliberation", "议事会", "Residents' council",
            _VILLAGE + "第三十三条；人数比例依本会议事规则", "seat",
            quorum=(_heads("present", ">=", 2, 3, "roll"),),
            majority=(_heads("for", ">", 1, 2, "present"),),
            silence="abstain", opinion=True,
        ),
        Rule(
            "VIL_P", "2026-01-01", "村民会议（按人）", "Villagers' assembly, by persons",
            "村民会议", "Villagers' assembly", _VILLAGE + "第二十五条、第二十六条", "person",
            quorum=(_heads("present", ">", 1, 2, "roll"),),
            majority=(_heads("for", ">", 1, 2, "present"),),
            notice_days=10,
        ),
        Rule(
            "VIL_H", "2026-01-01", "村民会议（按户）", "Villagers' assembly, by households",
            "村民会议（户代表）", "Villagers' assembly of household representatives",
            _VILLAGE + "第二十五条、第二十六条", "household",
            quorum=(_heads("present", ">=", 2, 3, "roll"),),
            majority=(_heads("for", ">", 1, 2, "present"),),
            notice_days=10,
        ),
        Rule(
            "PARTY4", "2026-01-01", "党员大会审议", "Party members' review", "党员大会", "Party members' meeting",
            "“四议两公开”工作法（地方操作规程）", "party",
            quorum=(_heads("present", ">=", 2, 3, "roll"),),
            majority=(_heads("for", ">=", 1, 2, "all"),),
            silence="abstain",
        ),
        Rule(
            "ADV", "2026-01-01", "意见征询", "Advisory poll", "租户等登记居民", "Registered residents",
            "本会议事规则：只公布数目，与表决分开列示", "registered person", binding=False,
        ),
    )
}  # fmt: skip


def rule(rule_id: str) -> Rule:
    """Return the rule in force with this id. Raises UnknownRule."""
    if rule_id not in RULES:
        raise UnknownRule(rule=rule_id)
    return RULES[rule_id]


@dataclass(frozen=True)
class Outcome:
    """The status and the steps that led to it."""

    status: Status
    steps: tuple[Step, ...]

    def to_json(self) -> dict[str, Any]:
        """Return {"status", "steps": […]}."""
        return {"status": self.status, "steps": [step.to_json() for step in self.steps]}


def _possible() -> Iterable[Condition]:
    """Yield what holds of every tally that can have happened."""
    for measure in ("heads", "area"):
        for choice in ("roll", "for", "against", "abstain"):
            yield Condition(measure, choice, "zero", ">=", 1, 1)
        yield Condition(measure, "votes", "participating", "==", 1, 1)
        yield Condition(measure, "participating", "roll", "<=", 1, 1)
    yield _heads("participating", "<=", 1, 1, "present")
    yield _heads("present", "<=", 1, 1, "roll")


POSSIBLE = tuple(_possible())
SOMEBODY = _heads("participating", ">", 1, 1, "zero")
#: There is no casting vote: the statutes ask for more than half.
NO_TIE = _heads("for", ">", 1, 1, "against")
REPORT = (
    _heads("participating", "<=", 1, 1, "roll"),
    *(_heads(choice, "<=", 1, 1, "participating") for choice in ("for", "against", "abstain")),
)


def decide(rule: Rule, tally: Tally) -> Outcome:
    """Return what a tally means under a rule: VOID, else REPORTED or NO_QUORUM, else FAIL or PASS.

    VOID lists the numbers that cannot be right, NO_QUORUM the turnout, FAIL and PASS all that was compared.
    """

    def steps(kind: StepKind, conditions: Iterable[Condition]) -> tuple[Step, ...]:
        authority = Authority(rule.id, rule.version, rule.source)
        return tuple(explain(condition, tally, kind, authority) for condition in conditions)

    def failing(kind: StepKind, conditions: Iterable[Condition]) -> tuple[Step, ...]:
        return tuple(step for step in steps(kind, conditions) if not step.holds)

    if impossible := failing("void", POSSIBLE):
        return Outcome("VOID", impossible)
    if not rule.binding:
        return Outcome("REPORTED", steps("report", REPORT))
    quorum = (*failing("turnout", [SOMEBODY]), *steps("quorum", rule.quorum))
    if not all(step.holds for step in quorum):
        return Outcome("NO_QUORUM", quorum)
    majority = (*steps("majority", _majority(rule)), *failing("tie", [NO_TIE]))
    return Outcome("PASS" if all(step.holds for step in majority) else "FAIL", quorum + majority)


def _majority(rule: Rule) -> Iterable[Condition]:
    """Return the conditions of the majority, measured without the abstentions where the rule says so."""
    for condition in rule.majority:
        leaves = rule.abstention == "leaves" and condition.base in ("participating", "present")
        yield replace(condition, base="decided") if leaves else condition

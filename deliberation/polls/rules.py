"""表决规则: the law of a vote as data, and the pure function that applies it to a tally.

A published rule is never edited: a change of the law is a new version, and a poll carries its own copy from
its notice on. "以上" (≥) and "超过", "过半数" (>) are told apart by Civil Code art. 1259.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, NamedTuple

from deliberation.polls.conditions import (
    Authority,
    Condition,
    Measure,
    Operator,
    Quantity,
    Step,
    StepKind,
    explain,
)
from deliberation.polls.conditions import Measures as Measures
from deliberation.polls.conditions import Tally as Tally
from deliberation.polls.conditions import percentage as percentage

Side = Literal["for", "against", "abstain"]
Status = Literal["PASS", "FAIL", "NO_QUORUM", "VOID", "REPORTED"]


#: Fields that came after rules had been published and adopted, with what they say by default: a copy made before them and one
#: made today must be the same words.
LATER: dict[str, Any] = {
    "unit_kinds": ["dwelling", "shop"], "agents": "any", "barred": [], "doubt_days": 0, "bar_months": 0,
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue.

    - ``silence``: whoever got the ballot and says nothing stays "out", counts as "abstain", or joins the "majority".
    - ``abstention``: abstentions stay in the base of a majority, or leave it.
    - ``tie``: "fails", for there is no casting vote; "ignored" where the most votes win, or only dissent counts.
    - ``either``: one of the majority's conditions is enough.
    - ``dissent``: passes unless too many object; nobody need take part.
    - ``proxies``: ballots one agent may cast for others; None without limit.
    - ``agents``: who may be one, "any" adult or one of the same "household"; ``barred``: whoever holds these roles may not.
    - ``binding``: the count decides; otherwise it is only reported.
    - ``opinion``: passing gives an opinion (协商意见), not a decision.
    - ``notice_days``: days from the notice, not counted, to the meeting, counted.
    - ``composition``: what a body of mixed membership consists of.
    - ``profile``: the voting profile that shaped this copy; ``contested``: a court may see its silence otherwise.
    - ``unit_kinds``: kinds of unit whose owners vote, with their area: whether a parking space counts is for the rules of procedure.
    - ``longest_days``: days that the window may last with all extensions, 0 without limit.
    - ``doubt_days``: days after the count, its own not counted, in which people may ask about it; until then, and until all
      are answered, nothing rests on it. 0: it is final at once.
    - ``bar_months``: months after a vote that did not carry in which the same subject is not put to the vote again. 0: no bar.
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
    composition: tuple[Condition, ...] = ()
    silence: Literal["out", "abstain", "majority"] = "out"
    abstention: Literal["stays", "leaves"] = "stays"
    tie: Literal["fails", "ignored"] = "fails"
    proxies: int | None = 0
    secrecy: Literal["open", "named", "secret"] = "named"
    binding: bool = True
    opinion: bool = False
    notice_days: int = 0
    either: bool = False
    dissent: bool = False
    profile: str = ""
    contested: bool = False
    longest_days: int = 0
    unit_kinds: tuple[str, ...] = ("dwelling", "shop")
    agents: Literal["any", "household"] = "any"
    barred: tuple[str, ...] = ()
    doubt_days: int = 0
    bar_months: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain data; those of ``LATER`` only where they say something."""
        told = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        return {name: value for name, value in told.items() if name not in LATER or value != LATER[name]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Rule:
        """Read ``to_json()`` back. Raises ValueError or TypeError for what is no rule."""
        lists = {name: tuple(Condition(**one) for one in data.get(name, ())) for name in ("quorum", "majority", "composition")}
        plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
        return cls(**{**plain, **lists})

    @property
    def decides(self) -> bool:
        """Whether passing decides for all: advice, opinions and the Party members' review do not."""
        return self.binding and not self.opinion and self.unit != "party"

    @property
    def by_area(self) -> bool:
        """Whether areas are measured beside heads."""
        return any(condition.measure == "area" for condition in (*self.quorum, *self.majority))


@dataclass(frozen=True)
class Outcome:
    """The status and the steps that led to it; ``cast_only`` is the status without those who said nothing, where the rule
    counts them."""

    status: Status
    steps: tuple[Step, ...]
    cast_only: Status | None = None

    def to_json(self) -> dict[str, Any]:
        """Return {"status", "steps": […]}, and "cast_only" where it differs in kind."""
        told = {"status": self.status, "steps": [step.to_json() for step in self.steps]}
        return told if self.cast_only is None else {**told, "cast_only": self.cast_only}


def _heads(subject: Quantity, sign: Operator, numerator: int, denominator: int, base: Quantity) -> Condition:
    return Condition("heads", subject, base, sign, numerator, denominator)


def _possible() -> Iterable[Condition]:
    """Yield what holds of every tally that can have happened."""
    for measure in ("heads", "area"):
        for choice in ("roll", "for", "against", "abstain", "silent"):
            yield Condition(measure, choice, "zero", ">=", 1, 1)
        yield Condition(measure, "votes", "participating", "==", 1, 1)
        yield Condition(measure, "participating", "roll", "<=", 1, 1)
    yield _heads("participating", "<=", 1, 1, "present")
    yield _heads("present", "<=", 1, 1, "roll")


POSSIBLE = tuple(_possible())
#: Whoever took part is not silent.
NOBODY_TWICE = tuple(Condition(measure, "reached", "roll", "<=", 1, 1) for measure in ("heads", "area"))
#: More slips came back than were handed out: some were made up.
NO_SLIP_TOO_MANY = (_heads("returned", "<=", 1, 1, "issued"),)
SOMEBODY = _heads("participating", ">", 1, 1, "zero")
#: There is no casting vote: the statutes ask for more than half.
NO_TIE = _heads("for", ">", 1, 1, "against")
REPORT = (
    _heads("participating", "<=", 1, 1, "roll"),
    *(_heads(choice, "<=", 1, 1, "participating") for choice in ("for", "against", "abstain")),
)


def decide(rule: Rule, tally: Tally) -> Outcome:
    """Return what a tally means under a rule: VOID, else REPORTED or NO_QUORUM, else FAIL or PASS.

    VOID lists the numbers that cannot be right, or of whom the body consists; NO_QUORUM the turnout; FAIL and PASS all that
    was compared.
    """
    bench = _Bench(rule, tally)
    served = NOBODY_TWICE if tally.silent != Measures(0) else ()
    if impossible := bench.failing("void", (*POSSIBLE, *served, *(NO_SLIP_TOO_MANY if tally.slips else ()))):
        return Outcome("VOID", impossible)
    if tally.composition is not None and bench.failing("composition", rule.composition):
        return Outcome("VOID", bench.steps("composition", rule.composition))
    if not rule.binding:
        return Outcome("REPORTED", bench.steps("report", REPORT))
    side = _side_of_the_silent(rule, tally)
    if side is None:
        return bench.judge()
    heard = replace(tally, silent=Measures(0), participating=tally.participating + tally.silent, **_joined(tally, side))
    outcome = _Bench(rule, heard).judge()
    told = bench.steps("silence", (Condition(measure, "silent", side, "<=", 1, 1) for measure in _measures(rule)))
    return Outcome(outcome.status, told + outcome.steps, bench.judge().status)


class _Bench(NamedTuple):
    """A rule and the tally that it is applied to."""

    rule: Rule
    tally: Tally

    def steps(self, kind: StepKind, conditions: Iterable[Condition]) -> tuple[Step, ...]:
        authority = Authority(self.rule.id, self.rule.version, self.rule.source)
        return tuple(explain(condition, self.tally, kind, authority) for condition in conditions)

    def failing(self, kind: StepKind, conditions: Iterable[Condition]) -> tuple[Step, ...]:
        return tuple(step for step in self.steps(kind, conditions) if not step.holds)

    def judge(self) -> Outcome:
        """NO_QUORUM, FAIL or PASS."""
        turnout = () if self.rule.dissent else self.failing("turnout", [SOMEBODY])
        quorum = (*turnout, *self.steps("quorum", self.rule.quorum))
        if not all(step.holds for step in quorum):
            return Outcome("NO_QUORUM", quorum)
        majority = self.steps("majority", _majority(self.rule))
        tie = self.failing("tie", [NO_TIE]) if self.rule.tie == "fails" else ()
        enough = any if self.rule.either else all
        passed = not tie and enough(step.holds for step in majority)
        return Outcome("PASS" if passed else "FAIL", quorum + majority + tie)


def _measures(rule: Rule) -> tuple[Measure, ...]:
    return ("heads", "area") if rule.by_area else ("heads",)


def _side_of_the_silent(rule: Rule, tally: Tally) -> Side | None:
    """Return with whom the silent are counted: they join a majority only if it is one by every measure."""
    if rule.silence == "out" or tally.silent == Measures(0):
        return None
    if rule.silence == "abstain":
        return "abstain"
    leads = [tally.for_.by(measure) - tally.against.by(measure) for measure in _measures(rule)]
    return "for" if min(leads) > 0 else "against" if max(leads) < 0 else "abstain"


def _joined(tally: Tally, side: Side) -> dict[str, Any]:
    return {"for_" if side == "for" else side: tally.quantity(side) + tally.silent}


def _majority(rule: Rule) -> Iterable[Condition]:
    """Return the conditions of the majority, measured without the abstentions where the rule says so."""
    for condition in rule.majority:
        leaves = rule.abstention == "leaves" and condition.base in ("participating", "present")
        yield replace(condition, base="decided") if leaves else condition

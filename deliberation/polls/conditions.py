"""条件: one comparison of a rule, applied to a tally and explained.

A condition says "subject ≥ (or >) numerator/denominator of base" and is decided by integer cross-
multiplication: a ≥ n/d · b means a · d ≥ b · n. Areas are integers in 0.01 m². Only ``percentage`` rounds,
for display.
"""

from __future__ import annotations

import operator as operators
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

Measure = Literal["heads", "area"]
#: What can be compared. "votes" is for + against + abstain, "decided" for + against, "all" the whole roll,
#: whether or not it came; "silent" got the ballot and said nothing, "reached" is participating + silent; "delegate" and
#: "woman" are members of a mixed body by what they are.
Quantity = Literal[
    "participating", "present", "for", "against", "abstain", "votes", "decided", "roll", "all", "zero", "silent", "reached",
    "delegate", "woman", "returned", "issued",
]  # fmt: skip
Operator = Literal[">=", ">", "<=", "=="]
StepKind = Literal["quorum", "majority", "tie", "turnout", "void", "report", "composition", "silence"]

#: "for > 1/2 present", as the catalogue writes it.
_WRITTEN = re.compile(r"([a-z]+) (>=|>|<=|==) ([0-9]+)/([0-9]+) ([a-z]+)")

COMPARE = {">=": operators.ge, ">": operators.gt, "<=": operators.le, "==": operators.eq}
#: The sign to print when a comparison holds, and when it does not.
SIGNS = {">=": ("≥", "<"), ">": (">", "≤"), "<=": ("≤", ">"), "==": ("=", "≠")}
VERDICTS = {
    ">=": ("达到", "未达到", "at least", "less than"),
    ">": ("超过", "未超过", "more than", "not more than"),
    "<=": ("不超过", "超过", "at most", "more than"),
    "==": ("等于", "不等于", "exactly", "not"),
}
#: In Chinese, in English at the head of a sentence, in English as a base.
WORDS = {
    "participating": ("参加", "Taking part", "those taking part"),
    "present": ("到会", "Present", "those present"),
    "for": ("同意", "For", "those for"),
    "against": ("反对", "Against", "those against"),
    "abstain": ("弃权", "Abstaining", "those abstaining"),
    "votes": ("同意、反对、弃权合计", "For, against and abstaining", "all votes"),
    "decided": ("同意、反对合计", "For and against", "those for and against"),
    "roll": ("名册", "Roll", "the roll"),
    "all": ("全体", "Whole roll", "the whole roll"),
    "zero": ("零", "Nought", "nought"),
    "silent": ("收到选票没有表态", "Served but silent", "those served but silent"),
    "reached": ("参加和收到选票没有表态的合计", "Taking part or served", "those taking part or served"),
    "delegate": ("代表", "Delegates", "the delegates"),
    "woman": ("妇女代表", "Women delegates", "the women delegates"),
    "returned": ("收回的纸票", "Slips returned", "the slips returned"),
    "issued": ("发出的纸票", "Slips issued", "the slips issued"),
}


@dataclass(frozen=True)
class Condition:
    """``subject`` compared with ``numerator``/``denominator`` of ``base``, by heads or by area.

    Raises ValueError for anything but whole numbers, a denominator below 1, or an unknown word.
    """

    measure: Measure
    subject: Quantity
    base: Quantity
    operator: Operator
    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        known = self.measure in ("heads", "area") and {self.subject, self.base} <= WORDS.keys()
        whole = type(self.numerator) is int and type(self.denominator) is int
        if not (known and whole and self.operator in COMPARE and self.numerator >= 0 < self.denominator):
            raise ValueError(f"no condition: {self}")

    @classmethod
    def parse(cls, text: str, measure: Measure = "heads") -> Condition:
        """Read "for > 1/2 present". Raises ValueError."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"no condition: {text}")
        subject, sign, numerator, denominator, base = found.groups()
        return cls(measure, subject, base, sign, int(numerator), int(denominator))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Measures:
    """The same crowd by heads (persons, households, seats) and by area in 0.01 m² (0 where not used)."""

    heads: int
    area: int = 0

    def by(self, measure: Measure) -> int:
        """Return one of the two."""
        return self.heads if measure == "heads" else self.area

    def __add__(self, other: Measures) -> Measures:
        return Measures(self.heads + other.heads, self.area + other.area)


@dataclass(frozen=True)
class Tally:
    """What was counted.

    ``present``: heads in the room at a show of hands; None where there is no room. ``silent``: those who got the ballot,
    with evidence, and said nothing. ``composition``: members of the roll by what they are ("delegate", "woman"); None where
    the body is not a mixed one. ``slips``: paper "issued" and "returned", empty where it is not on record.
    """

    roll: Measures
    participating: Measures
    for_: Measures
    against: Measures
    abstain: Measures
    present: int | None = None
    silent: Measures = Measures(0)
    composition: Mapping[str, int] | None = None
    slips: Mapping[str, int] = field(default_factory=dict)

    def known(self, name: Quantity) -> Quantity:
        """Return what a condition's word means here: without a room, those taking part are those present."""
        return "participating" if name == "present" and self.present is None else name

    def quantity(self, name: Quantity) -> Measures:
        """Return what a condition may name."""
        decided = self.for_ + self.against
        return {
            "roll": self.roll, "all": self.roll, "participating": self.participating,
            "present": Measures(self.present or 0, self.participating.area),
            "for": self.for_, "against": self.against, "abstain": self.abstain,
            "decided": decided, "votes": decided + self.abstain, "zero": Measures(0),
            "silent": self.silent, "reached": self.participating + self.silent,
            **{name: Measures((self.composition or {}).get(name, 0)) for name in ("delegate", "woman")},
            **{name: Measures(self.slips.get(name, 0)) for name in ("returned", "issued")},
        }[name]  # fmt: skip


class Authority(NamedTuple):
    """What a step rests on: rule id, its version date, its legal source."""

    rule: str
    version: str
    source: str


@dataclass(frozen=True)
class Step:
    """One comparison with its integers: ``count`` · ``times`` against ``of`` · ``base_times``."""

    authority: Authority
    kind: StepKind
    measure: Measure
    subject: Quantity
    count: int
    times: int
    operator: Operator
    base: Quantity
    of: int
    base_times: int

    @property
    def left(self) -> int:
        """The product of the subject."""
        return self.count * self.times

    @property
    def right(self) -> int:
        """The product of the base."""
        return self.of * self.base_times

    @property
    def holds(self) -> bool:
        """Whether the condition is met. No share of nothing is a majority."""
        return self._compares and (self.kind != "majority" or self.of > 0)

    @property
    def _compares(self) -> bool:
        return bool(COMPARE[self.operator](self.left, self.right))

    @property
    def zh(self) -> str:
        """The Chinese sentence, such as "同意 338 × 2 = 676 > 371，超过参加的 1/2"."""
        area = "面积" if self.measure == "area" else ""
        subject, base = WORDS[self.subject][0] + area, WORDS[self.base][0] + area
        verdict = VERDICTS[self.operator][0 if self.holds else 1]
        share = f"，{verdict}{base}的 {self.base_times}/{self.times}"
        equal = "票数相等" if self.left == self.right else "同意没有多于反对"
        notes = {
            "quorum": share, "majority": share, "tie": f"，{equal}，不通过", "void": "，数目对不上，计票作废",
            "turnout": "，没有人参加", "report": "", "composition": f"{share}，组成{'合规' if self.holds else '不合规，表决无效'}",
            "silence": f"，依规则计入{base}",
        }  # fmt: skip
        return f"{subject} {self._formula(base)}{notes[self.kind]}"

    @property
    def en(self) -> str:
        """The English sentence, such as "For 338 × 2 = 676 > 371, more than 1/2 of those taking part"."""
        area = " (m²)" if self.measure == "area" else ""
        subject, base = WORDS[self.subject][1] + area, WORDS[self.base][2]
        verdict = VERDICTS[self.operator][2 if self.holds else 3]
        share = f", {verdict} {self.base_times}/{self.times} of {base}"
        equal = "a tie" if self.left == self.right else "no more for than against"
        notes = {
            "quorum": share, "majority": share, "tie": f": {equal}, not passed", "report": "",
            "void": ": the numbers cannot be right, the count is void", "turnout": ": nobody took part",
            "composition": share + ("" if self.holds else ": the body is not composed as the law asks, the vote is void"),
            "silence": f", counted with {base} as the rule has it",
        }  # fmt: skip
        return f"{subject} {self._formula(base)}{notes[self.kind]}"

    def _formula(self, base: str) -> str:
        """Return the arithmetic. The base is named where no verdict names it."""
        named = f"{base} " if self.base != "zero" and self.kind in ("tie", "void", "report") else ""
        if self.kind == "silence":
            return self._show(self.count)
        left, right = self._term(self.count, self.times), named + self._term(self.of, self.base_times)
        if self.kind == "report":
            return f"{left} / {right} = {percentage(self.count, self.of)}"
        return f"{left} {SIGNS[self.operator][0 if self._compares else 1]} {right}"

    def _term(self, number: int, times: int) -> str:
        shown, product = (self._show(one) for one in (number, number * times))
        return shown if times == 1 else f"{shown} × {times} = {product}"

    def _show(self, number: int) -> str:
        return decimals(number) if self.measure == "area" else str(number)

    def to_json(self) -> dict[str, Any]:
        """Return integers, products, whether it holds, rule, version, source and both sentences."""
        fields = {name: value for name, value in asdict(self).items() if name != "authority"}
        derived = {"left": self.left, "right": self.right, "holds": self.holds, "zh": self.zh, "en": self.en}
        return {**self.authority._asdict(), **fields, **derived}


def explain(condition: Condition, tally: Tally, kind: StepKind, authority: Authority) -> Step:
    """Apply a condition to a tally."""
    subject, base = tally.known(condition.subject), tally.known(condition.base)
    count, of = (tally.quantity(name).by(condition.measure) for name in (subject, base))
    return Step(
        authority, kind, condition.measure, subject, count, condition.denominator, condition.operator,
        base, of, condition.numerator,
    )  # fmt: skip


def decimals(hundredths: int) -> str:
    """Return "10000.01" for 1000001."""
    sign, number = "-" if hundredths < 0 else "", abs(hundredths)
    return f"{sign}{number // 100}.{number % 100:02d}"


def percentage(part: int, whole: int) -> str:
    """Return "95.92%" for 47 of 49, rounded half up to two decimals; "—" of nothing. For display only."""
    if whole == 0:
        return "—"
    return decimals((part * 20_000 + whole) // (2 * whole)) + "%"

"""重新表决: a vote that gave no result is held again at once, one that did not carry only after the months of its rule.

Before that, as many ask for it as the law wants for calling that assembly (the adopted CALL_V, CALL_R or OWN_CALL).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from deliberation.deadlines import ONE_DAY, end_of, local_date, months_after
from deliberation.errors import Refusal
from deliberation.polls.rules import Measures, Rule, Tally, decide

#: Stages and outcomes after which the same may be put to the vote again.
REPEATABLE = ("cancelled", "annulled", "FAIL", "NO_QUORUM", "VOID")
#: Beginning of a rule's id -> the rule by which its assembly is called.
CALLS = {"VIL": "CALL_V", "RES": "CALL_R", "OWN": "OWN_CALL"}


class NothingToRepeat(Refusal):
    """The poll named as repeated is on something else, still runs, or has carried."""

    zh = "所选的上一次表决不能重新表决：表决的不是同一件事，还没有结束，或者已经通过。公告没有发出，您填的内容都在。"
    en = "The earlier vote chosen cannot be repeated: it was on something else, is not over, or carried. No notice was given; your entry is kept."
    status = 422


class SubjectBarred(Refusal):
    """The same was voted down not long ago. Facts: until, again."""

    zh = (
        "同一件事上次没有通过，按当时的规则，{until}以前（含当天）不再表决，{again}起可以公告。"
        "公告没有发出，您填的内容都在；够法定人数联名要求的，写上联名人数就可以提前。"
    )
    en = (
        "The same was not carried last time; by its rule it is not voted on until the end of {until}. From {again} it may be announced. "
        "No notice was given, your entry is kept; if as many ask for it as the law wants, enter how many signed."
    )


def outcome_of(stage: str, outcome: str) -> str:
    """Return what became of a poll, as ``REPEATABLE`` names it."""
    return outcome if stage == "counted" else stage


def barred_until(counted_at: int, months: int) -> date:
    """Return the last day of a bar: calendar months after the day of the count (Civil Code art. 202). It is a time to wait,
    not one to act in, so a day off does not prolong it."""
    return months_after(local_date(datetime.fromtimestamp(counted_at, UTC)), months)


def barred(until: date, now: int) -> SubjectBarred | None:
    """Return the refusal while a bar holds at a moment (seconds UTC)."""
    if now >= end_of(until).timestamp():
        return None
    return SubjectBarred(until=until.isoformat(), again=(until + ONE_DAY).isoformat())


def call_of(rule_id: str, adopted: Iterable[Rule]) -> Rule | None:
    """Return the adopted rule by which the assembly that votes by a rule is called on its members' signatures, or None."""
    wanted = CALLS.get(rule_id.partition("_")[0], "")
    fitting = (law for law in adopted if law.id.partition("/")[0] == wanted and law.unit != "delegate")
    return next(fitting, None)


def enough(call: Rule, signed: int, base: int) -> bool:
    """Whether so many signatures of so many members call the assembly."""
    heads = Measures(heads=signed)
    tally = Tally(roll=Measures(heads=base), participating=heads, for_=heads, against=Measures(0), abstain=Measures(0))
    return decide(call, tally).status == "PASS"

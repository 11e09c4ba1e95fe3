"""What must be so before a count is doubted, answered for or held again, and before the same is put to the vote once more."""

from __future__ import annotations

import json

from deliberation.log.views import Row, Tx, guard
from deliberation.polls.aftermath import bar_on, doubts
from deliberation.polls.bearing import must_be_final
from deliberation.polls.clocks import poll_row
from deliberation.polls.doubts import (
    Doubt,
    DoubtStands,
    DoubtTooLate,
    NoDoubtDays,
    NotInRegister,
    Standing,
)
from deliberation.polls.model import STAGES, Poll
from deliberation.polls.recounts import (
    OneRecounter,
    PollRecount,
    RecountDiffers,
    numbers,
)
from deliberation.polls.refusals import VERBS, WrongStage
from deliberation.polls.repeats import (
    REPEATABLE,
    NothingToRepeat,
    barred,
    call_of,
    enough,
    outcome_of,
)
from deliberation.polls.roll import BINDING
from deliberation.polls.rules import Rule
from deliberation.polls.views import HOLDS, lawbook, polls
from deliberation.register.views import adults_counted, holds, persons

#: Who may recount beside another.
RECOUNTERS = ("secretary", "scrutineer", "grid_worker")


@guard(Doubt.Raised)
def a_count_is_doubted_in_time(e: Doubt.Raised, tx: Tx) -> None:
    """By anybody of the register, once at a time, until the last day 24:00 by the log's time."""
    row = _counted(tx, e.poll, "doubt")
    if tx.row(persons, e.person) is None:
        raise NotInRegister
    standing = Standing.of(row, json.loads(row["rule"]))
    if not standing.days:
        raise NoDoubtDays
    if not standing.asking(tx.time):
        raise DoubtTooLate(until=standing.until)
    c = doubts.c
    waiting = (c.community == tx.community) & (c.poll == e.poll) & (c.person == e.person) & (c.finding == "")
    if tx.rows(doubts.select().where(waiting).limit(1)):
        raise DoubtStands


@guard(PollRecount.Recounted)
def a_recount_is_held_by_two_of_what_was_declared(e: PollRecount.Recounted, tx: Tx) -> None:
    row = _counted(tx, e.poll, "recount")
    if not any(holds(tx, e.second, role, e.by.at) for role in RECOUNTERS):
        raise OneRecounter
    found = {"in_favour": e.in_favour, "against": e.against, "abstain": e.abstain, "refused": e.refused}
    if e.same != (found == numbers(json.loads(row["result"]))):
        raise RecountDiffers


def _counted(tx: Tx, poll: str, verb: str) -> Row:
    row = poll_row(tx, poll)
    if row["stage"] != "counted":
        (stage, stage_en), (word, word_en) = STAGES[row["stage"]], VERBS[verb]
        raise WrongStage(stage=stage, stage_en=stage_en, verb=word, verb_en=word_en)
    return row


@guard(Poll.Announced)
def only_what_gave_no_result_is_repeated(e: Poll.Announced, tx: Tx) -> None:
    """And that is certain only when its count is."""
    if not e.repeats:
        return
    row = tx.row(polls, e.repeats)
    asked = (e.subject_kind, e.subject)
    if row is None or (row["subject_kind"], row["subject"]) != asked or outcome_of(row["stage"], row["outcome"]) not in REPEATABLE:
        raise NothingToRepeat
    if row["stage"] == "counted":
        must_be_final(row, tx)


@guard(Poll.Announced)
def what_was_voted_down_waits_for_its_months(e: Poll.Announced, tx: Tx) -> None:
    """Unless as many signed for it as call the assembly that votes."""
    c = polls.c
    lost = (c.community == tx.community) & (c.subject == e.subject) & (c.subject_kind == e.subject_kind) & (c.outcome == "FAIL")
    until = bar_on(tx.rows(polls.select().where(lost)))
    bar = barred(until, tx.time) if until else None
    if bar and not _called(e, tx):
        raise bar


def _called(e: Poll.Announced, tx: Tx) -> bool:
    held = tx.row(lawbook, HOLDS)
    adopted = [Rule.from_json(law) for law in json.loads(held["rules"])] if held and e.petition else []
    call = call_of(e.rule["id"], adopted)
    return call is not None and enough(call, e.petition, _base(call, e, tx))


def _base(call: Rule, e: Poll.Announced, tx: Tx) -> int:
    """Of how many a share must sign: of the roll; of all adult villagers where villagers sign for a vote by households."""
    by_villagers = call.id == "CALL_V" and e.rule["unit"] == "household"
    return adults_counted(tx, "villager") if by_villagers else int(e.rolls[BINDING]["count"])

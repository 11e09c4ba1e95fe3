"""What must be so before a poll's event enters the log. Asked inside the append, so that nothing can slip in between."""

from __future__ import annotations

import json
from typing import Any

from deliberation.access.guards import of_the_desk
from deliberation.errors import NotFound
from deliberation.log.views import Row, Tx, guard
from deliberation.meetings.views import meetings
from deliberation.motions.views import amendments, clauses, motions
from deliberation.polls import bearing as bearing
from deliberation.polls import casting as casting
from deliberation.polls import clocks as clocks
from deliberation.polls import finality as finality
from deliberation.polls import roll as rolls
from deliberation.polls import voiding as voiding
from deliberation.polls.annulling import Annulment
from deliberation.polls.ballots import CHOICES, HANDS
from deliberation.polls.clocks import clock, poll_row
from deliberation.polls.counting import PollCount
from deliberation.polls.lawbook import Adoption, RuleNotAdopted
from deliberation.polls.model import STAGES, Poll
from deliberation.polls.refusals import (
    VERBS,
    BoxFault,
    CountDiffers,
    HandsDoNotAddUp,
    NotCounted,
    NotYet,
    ReviewMissing,
    ReviewOpen,
    RollChanged,
    RollFault,
    TextChanged,
    WrongStage,
)
from deliberation.polls.roll import BINDING, Line
from deliberation.polls.views import (
    HOLDS,
    boxes,
    how_many_aside,
    how_many_cast,
    lawbook,
    roll_lines,
)
from deliberation.procedures.views import findings, matters, reviews

# opening: what was announced is what is voted on


@guard(Adoption.Adopted)
def the_rules_are_adopted_by_two(event: Adoption.Adopted, tx: Tx) -> None:
    of_the_desk(event.second, event.by, tx)


@guard(Poll.Announced)
def the_rule_is_adopted(e: Poll.Announced, tx: Tx) -> None:
    """A council that adopted rules votes by them, word for word."""
    held = tx.row(lawbook, HOLDS)
    adopted = not e.rule.get("dissent") if held is None else e.rule in json.loads(held["rules"])
    if not adopted:
        raise RuleNotAdopted(rule=e.rule["name_zh"])


@guard(Poll.Announced)
def a_mixed_body_says_of_whom_it_consists(e: Poll.Announced, tx: Tx) -> None:
    """Without it the law of its composition could not be applied."""
    if e.rule.get("composition") and "members" not in e.rolls[BINDING]:
        raise RollFault(fault="没有写代表和妇女代表各几位", fault_en="it does not say how many are delegates, and women among them")


@guard(Poll.Announced, Poll.Opened)
def the_text_is_the_one_announced(e: Any, tx: Tx) -> None:
    table = {"motion": motions, "amendment": amendments}.get(e.subject_kind)
    if table is None:
        return
    row = tx.row(table, e.subject)
    if row is None:
        raise NotFound
    if row["digest"] != e.digest:
        raise TextChanged


@guard(Poll.Opened)
def the_roll_is_the_one_announced(e: Poll.Opened, tx: Tx) -> None:
    announced = json.loads(poll_row(tx, e.id)["rolls"])
    c = roll_lines.c
    query = roll_lines.select().where(c.community == tx.community, c.poll == e.id)
    lines: dict[str, list[Line]] = {name: [] for name in announced}
    for row in tx.rows(query):
        lines.setdefault(row.roll, []).append(Line(row.voter, row.label, row.grid, row.holder, row.area))
    if any(announced.get(name, {}) | rolls.summary(some) != announced.get(name) for name, some in lines.items()):
        raise RollChanged


@guard(Poll.Opened)
def the_review_is_answered(e: Poll.Opened, tx: Tx) -> None:
    """四议两公开: a text that binds the village goes to the street office first, and what it found must be gone."""
    poll = poll_row(tx, e.id)
    if e.subject_kind != "motion" or not _needs_review(tx, poll):
        return
    answered = reviews.select().where(reviews.c.community == tx.community, reviews.c.motion == e.subject)
    if not tx.rows(answered.where(reviews.c.answered_at.is_not(None))):
        raise ReviewMissing
    for found in tx.rows(findings.select().where(findings.c.community == tx.community, findings.c.motion == e.subject)):
        clause = tx.row(clauses, e.subject, found.clause)
        if clause is not None and found.wording in clause["text"]:
            raise ReviewOpen(clause=found.clause, wording=found.wording)


def _needs_review(tx: Tx, poll: Row) -> bool:
    """Whether the matter's procedure puts this vote behind the review, by the rule of a stage that follows it."""
    matter = tx.row(matters, poll["matter"])
    stages = json.loads(matter["stages"]) if matter else []
    reviewed = next((n for n, stage in enumerate(stages) if stage["review"]), len(stages))
    law = json.loads(poll["rule"])["id"]
    return any(law in stage["rules"] for stage in stages[reviewed:])


# closing


@guard(Poll.Closed)
def the_window_is_over(e: Poll.Closed, tx: Tx) -> None:
    poll = poll_row(tx, e.id)
    if HANDS not in json.loads(poll["channels"]) and tx.time < poll["closes"]:
        verb, verb_en = VERBS["close"]
        raise NotYet(when=clock(poll["closes"]), verb=verb, verb_en=verb_en)


@guard(Poll.Closed)
def every_slip_of_every_box_is_entered(e: Poll.Closed, tx: Tx) -> None:
    """A slip that nobody looked at is neither counted nor put aside: it must not be lost by closing."""
    c = boxes.c
    for box in tx.rows(boxes.select().where(c.community == tx.community, c.poll == e.id).order_by(c.number)):
        left = box.slips - box.entered - box.refused
        if left:
            raise BoxFault(
                fault=f"“{box.label}”还有{left}张没有录入，录完才能截止",
                fault_en=f"{left} slips of “{box.label}” are not entered yet; enter them, then close",
            )


@guard(Poll.HandsCounted)
def hands_are_those_of_the_present(e: Poll.HandsCounted, tx: Tx) -> None:
    poll = poll_row(tx, e.id)
    meeting, seats = poll["meeting"], json.loads(poll["rolls"])[BINDING]["count"]
    if e.due != seats:
        raise HandsDoNotAddUp(present=seats, sum=e.due, missing=abs(seats - e.due))
    if not meeting:
        return
    row = tx.row(meetings, meeting)
    if row is None:
        raise NotFound
    present = row["present"]
    if e.present != present:
        raise HandsDoNotAddUp(present=present, sum=e.present, missing=abs(present - e.present))


@guard(PollCount.Counted)
def the_count_follows_the_close(e: PollCount.Counted, tx: Tx) -> None:
    poll = poll_row(tx, e.poll)
    by_hands = HANDS in json.loads(poll["channels"])
    if not by_hands and (poll["stage"] != "closed" or poll["closed_position"] != e.cut_off):
        raise NotCounted


@guard(PollCount.Counted)
def the_count_is_of_what_was_cast(e: PollCount.Counted, tx: Tx) -> None:
    """A count has as many ballots and slips as are on record; how they chose, anybody recounts with the key."""
    poll = poll_row(tx, e.poll)
    if HANDS in json.loads(poll["channels"]):
        return
    declared = {name: sum(tally[choice] for choice in CHOICES) for name, tally in e.tallies.items()}
    found = tx.rows(how_many_cast(tx.community, e.poll))
    cast = dict.fromkeys(json.loads(poll["rolls"]), 0) | {roll: int(number) for roll, number in found}
    aside: dict[str, int] = dict(tx.rows(how_many_aside(tx.community, e.poll)))
    if declared != cast or e.refused != aside:
        numbers = (sum(declared.values()) + sum(e.refused.values()), sum(cast.values()) + sum(aside.values()))
        raise CountDiffers(declared=numbers[0], cast=numbers[1])


@guard(Annulment.Annulled)
def there_is_a_result_to_annul(e: Annulment.Annulled, tx: Tx) -> None:
    stage = poll_row(tx, e.poll)["stage"]
    if stage != "counted":
        (now, now_en), (verb, verb_en) = STAGES[stage], VERBS["annul"]
        raise WrongStage(stage=now, stage_en=now_en, verb=verb, verb_en=verb_en)

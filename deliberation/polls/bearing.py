"""What other rooms build on a vote: their steps enter the log only as the vote allows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from deliberation.errors import Refusal
from deliberation.log.views import Row, Tx, guard
from deliberation.motions.model import Amendment, Motion
from deliberation.polls.doubts import CountFoundWrong, Standing
from deliberation.polls.refusals import OtherOutcome, VoteUnderWay
from deliberation.polls.views import polls
from deliberation.procedures.model import Matter


@guard(Motion.Amended, Motion.Settled, Amendment.Settled, Matter.GatePassed)
def the_step_rests_on_a_count(e: Any, tx: Tx) -> None:
    """An amendment, an adoption or a gate names its poll; the poll must have been counted so, on exactly this."""
    if not e.poll:
        return
    poll = tx.row(polls, e.poll)
    if poll is None or poll["stage"] != "counted":
        raise OtherOutcome
    must_be_final(poll, tx)
    problem = _differs(e, poll)
    if problem:
        raise problem


def must_be_final(poll: Mapping[str, Any], tx: Tx) -> None:
    """Raise StillPreliminary, DoubtsOpen or CountFoundWrong while nothing may rest on the count of a poll (its row): people may
    ask about it, or the latest recount found other numbers."""
    hindrance = Standing.of(poll, json.loads(poll["rule"])).hindrance(tx.time)
    if hindrance:
        raise hindrance
    if poll["recount_same"] == 0:
        raise CountFoundWrong(title=poll["title"])


def _differs(e: Any, poll: Row) -> Refusal | None:
    if isinstance(e, Matter.GatePassed):
        wrong = poll["outcome"] != "PASS" or poll["matter"] != e.id or not _decides(e, poll)
    elif isinstance(e, Motion.Amended):
        wrong = poll["outcome"] != "PASS" or poll["subject"] != e.amendment
    else:
        wrong = poll["subject"] != e.id or (poll["outcome"] == "PASS") != (e.outcome == "PASS")
        wrong = wrong or (isinstance(e, Motion.Settled) and poll["digest"] != e.digest)
    return OtherOutcome() if wrong else None


def _decides(e: Matter.GatePassed, poll: Row) -> bool:
    """Whether a vote was held by a rule of the stage; votes are stated as counted, or not at all."""
    stated, counted = (e.in_favour, e.against, e.abstain), json.loads(poll["result"])
    same = not any(stated) or stated == (counted["in_favour"], counted["against"], counted["abstain"])
    return same and (not e.rules or json.loads(poll["rule"])["id"].partition("/")[0] in e.rules)


@guard(Motion.Revised, Motion.Amended)
def no_word_changes_while_people_vote(e: Any, tx: Tx) -> None:
    c = polls.c
    running = (c.community == tx.community) & (c.subject == e.id) & c.stage.in_(["open", "closed"])
    if tx.rows(polls.select().where(running).limit(1)):
        raise VoteUnderWay

"""The clocks of a vote: notice, window and extension, by the time of the log."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from deliberation import deadlines
from deliberation.errors import NotFound
from deliberation.log.views import Row, Tx, guard
from deliberation.polls.ballots import HANDS
from deliberation.polls.model import Poll
from deliberation.polls.refusals import VERBS, NotYet, PollClosed, WindowFault
from deliberation.polls.views import polls


def clock(seconds: int) -> str:
    """Return an instant as people here write it: 2026-04-29 18:00."""
    return deadlines.local(datetime.fromtimestamp(seconds, UTC)).strftime("%Y-%m-%d %H:%M")


def poll_row(tx: Tx, id: str) -> Row:
    """Return the row of a poll. Raises NotFound."""
    row = tx.row(polls, id)
    if row is None:
        raise NotFound
    return row


@guard(Poll.Opened)
def the_window_has_begun(e: Poll.Opened, tx: Tx) -> None:
    poll = poll_row(tx, e.id)
    if HANDS in json.loads(poll["channels"]):
        return
    if tx.time < poll["opens"]:
        verb, verb_en = VERBS["open"]
        raise NotYet(when=clock(poll["opens"]), verb=verb, verb_en=verb_en)
    if tx.time > poll["closes"]:
        raise WindowFault(fault="截止时间已经过了", fault_en="its end has passed")


@guard(Poll.Announced)
def the_notice_is_long_enough(e: Poll.Announced, tx: Tx) -> None:
    days = e.rule.get("notice_days", 0)
    meeting = deadlines.local_date(datetime.fromtimestamp(e.opens, UTC))
    if HANDS not in e.channels and not deadlines.notice_is_long_enough(date.fromisoformat(e.noticed), meeting, days):
        raise WindowFault(
            fault=f"公告要比开始早至少{days}天", fault_en=f"the notice must come at least {days} days before the opening"
        )


@guard(Poll.Announced)
def the_notice_is_not_dated_back(e: Poll.Announced, tx: Tx) -> None:
    """Roll and text freeze with the notice: days before that gave nobody time to read them."""
    today = deadlines.local_date(datetime.fromtimestamp(tx.time, UTC))
    if HANDS not in e.channels and e.rule.get("notice_days", 0) and date.fromisoformat(e.noticed) < today:
        raise WindowFault(
            fault=f"公告日不能早于今天（{today}），名册和文字今天才冻结",
            fault_en=f"the notice cannot be dated before today ({today}), for roll and text freeze today",
        )


@guard(Poll.Extended)
def extension_comes_before_the_end(e: Poll.Extended, tx: Tx) -> None:
    poll = poll_row(tx, e.id)
    if tx.time > poll["closes"]:
        raise PollClosed(when=clock(poll["closes"]))


@guard(Poll.Announced, Poll.Extended)
def the_window_is_not_too_long(e: Any, tx: Tx) -> None:
    """A rule may say for how many days a vote may last, with all extensions."""
    if isinstance(e, Poll.Announced):
        rule, opens = e.rule, e.opens
    else:
        poll = poll_row(tx, e.id)
        rule, opens = json.loads(poll["rule"]), poll["opens"]
    most = rule.get("longest_days", 0)
    if most and _days(opens, e.closes) > most:
        raise WindowFault(fault=f"按采用的规则，投票最多{most}天", fault_en=f"by the adopted rule a vote lasts {most} days at most")


def _days(opens: int, closes: int) -> int:
    """Days of the window, its first not counted."""
    first, last = (deadlines.local_date(datetime.fromtimestamp(moment, UTC)) for moment in (opens, closes))
    return deadlines.days_between(first, last)

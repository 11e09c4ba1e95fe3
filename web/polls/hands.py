"""A show of hands in a meeting: three numbers, one button."""

from __future__ import annotations

import secrets
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.actors import SECRETARY
from deliberation.log.aggregate import id_of
from deliberation.meetings import views as meetings
from deliberation.polls import booth, counting, queries, schemas
from deliberation.polls.ballots import HANDS
from deliberation.polls.counting import PollCount
from deliberation.polls.electorate import Electorate, members_of, offices_of
from deliberation.polls.lawbook import RuleNotAdopted
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.roll import BINDING, Line
from deliberation.polls.rules import Rule
from deliberation.register import views as register
from web.moment import forget
from web.polls.blueprint import bp
from web.polls.subjects import subject_of
from web.shell import (
    _,
    acting,
    command_key,
    council,
    done,
    may,
    now,
    reading,
    today,
    typed,
)

KINDS = "any(motion, amendment, question)"


@bp.get(f"/meetings/<id:meeting>/hands/<{KINDS}:kind>/<id:subject>")
@may(SECRETARY)
def hands(meeting: str, kind: str, subject: str) -> str:
    """The form: what is voted on, and the three numbers beside how many are present."""
    return render_template(
        "polls/hands.html", meeting=_meeting(meeting), kind=kind, subject=subject_of(kind, subject), laws=_laws()
    )


@bp.post(f"/meetings/<id:meeting>/hands/<{KINDS}:kind>/<id:subject>")
@may(SECRETARY, again=".hands")
def count_hands(meeting: str, kind: str, subject: str) -> ResponseReturnValue:
    """Put the question, count the hands and declare the outcome."""
    form, row, asked, key = typed(schemas.Hands), _meeting(meeting), subject_of(kind, subject), command_key()
    law = queries.law_of(reading(), form["rule"])
    if law.id not in _laws():
        raise RuleNotAdopted(rule=law.name_zh)
    # The poll's id is made from the command key: if the second half has to be sent again, it is the same poll.
    poll = id_of(meeting, "hands", key)
    question = Question(row.matter, f"{row.number}-{poll[:4]}", form["title"], kind, subject, asked.digest, meeting)
    _announce(question, law, poll, key, form["women"])
    _count(poll, law, row, form, key)
    return done(".show", _("举手表决记下了，结果在这一页上。"), poll=poll)


def _laws() -> dict[str, Rule]:
    """A show of hands needs no notice of its own: the meeting had one. Hands weigh by heads alone."""
    offered = queries.lawbook_of(reading()).offered.items()
    return {id: law for id, law in offered if not law.notice_days and law.unit != "owner"}


def _members(law: Rule, seats: list[Line], women: int) -> dict[str, int] | None:
    """Of whom a mixed body consists: the seats whose holders are its delegates."""
    if not law.composition:
        return None
    delegates = {*register.people_in(reading(), offices_of(law)[0], today())}
    return members_of(Electorate(seats, sum(seat.holder in delegates for seat in seats)), women)


def _announce(question: Question, law: Rule, poll: str, key: str, women: int) -> None:
    seats = [Line(row.person, "", "", row.person) for row in meetings.sheet_rows(reading(), question.meeting) if row.seat]
    moment = int(now().timestamp())
    made, pages = Poll.announce(
        question, law, Window(today(), moment, moment), [HANDS], secrets.token_bytes(32), binding=seats,
        members=_members(law, seats, women), id=poll, by=acting(),
    )  # fmt: skip
    council().save(made, *pages, command=key)
    # The key of this poll was put into the vault after the page's snapshot was taken.
    forget()


def _count(poll: str, law: Rule, row: Any, form: dict[str, Any], key: str) -> None:
    opened = council().get(Poll, poll)
    opened.open(by=acting())
    opened.count_hands(
        due=row.due, present=row.present, in_favour=form["in_favour"], against=form["against"], abstain=form["abstain"],
        by=acting(),
    )  # fmt: skip
    opened.close(by=acting())
    assert opened.hands is not None
    secret = booth.sealing_key(reading(), poll)
    result = counting.count_hands(law, opened.hands, opened.rolls[BINDING].get("members"))
    counted = PollCount.declare(opened, key=secret, cut_off=0, result=result, refused={}, by=acting())
    council().save(opened, counted, command=f"{key[:60]}-two")


def _meeting(meeting: str) -> Any:
    return meetings.meeting_row(reading(), meeting)

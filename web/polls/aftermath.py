"""After the count: asking about it, answering, counting again, and what the vote repeats or is repeated by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from deliberation.actors import GRID_WORKER, RESIDENT, SCRUTINEER, SECRETARY
from deliberation.polls import aftermath, schemas
from deliberation.polls.doubts import FINDINGS, Doubt, Standing
from deliberation.polls.recounts import PollRecount, numbers
from deliberation.polls.refusals import NotCounted
from deliberation.polls.repeats import REPEATABLE, outcome_of
from deliberation.polls.repeats import barred as bar_of
from deliberation.register.private import Words
from web.people import person_called
from web.polls.blueprint import Page, bp, page_of
from web.shell import (
    _,
    acting,
    command_key,
    confirmed,
    council,
    day_shown,
    done,
    holds,
    may,
    moment_shown,
    names,
    panel,
    person,
    reading,
    saved,
    typed,
    words,
)

ANSWERERS = (SECRETARY, SCRUTINEER)
RECOUNTERS = (SCRUTINEER, SECRETARY, GRID_WORKER)


class After(NamedTuple):
    """What a poll's pages tell of the time after its count; ``state`` "" where the count is final or there is none, else
    "preliminary", "unanswered" or "wrong"."""

    firm: Standing | None
    state: str
    asking: bool
    doubts: list[aftermath.DoubtLine]
    recounts: list[aftermath.RecountLine]
    names: dict[str, str]
    mine: set[str]
    before: Any
    later: Sequence[Any]
    repeatable: bool
    numbers: dict[str, int]

    @property
    def waiting(self) -> bool:
        """Whether the person at the page has an open doubt."""
        return any(one.person == person() and not one.finding for one in self.doubts)

    @property
    def differs(self) -> bool:
        """Whether a recount found other numbers."""
        return any(not one.row.same for one in self.recounts)


def after(page: Page) -> After:
    """Return what a poll's pages tell of the time after its count."""
    r, row, firm = reading(), page.row, aftermath.standing(page.row)
    now = int(moment_shown().timestamp())
    found = aftermath.doubts_of(r, row.id) if page.result else []
    recounts = aftermath.recounts_of(r, row.id) if page.result else []
    before, later = aftermath.linked(r, row)
    people = {one.person for one in found} | {who for one in recounts for who in (one.row.clerk, one.row.second)}
    return After(
        firm, _state(firm, now), bool(firm and firm.asking(now)), found, recounts, names(people) if holds(*RECOUNTERS) else {},
        {one.id for one in found if one.person == person()}, before, later,
        outcome_of(row.stage, row.outcome) in REPEATABLE and not aftermath.preliminary(row, now),
        numbers(page.result) if page.result else {},
    )  # fmt: skip


def _state(firm: Standing | None, now: int) -> str:
    if firm is None or firm.hindrance(now) is None:
        return ""
    return "wrong" if firm.wrong else "preliminary" if firm.asking(now) else "unanswered"


def barred(rows: Iterable[Any]) -> Any:
    """Return the refusal that a notice on the subject of these polls meets now, or None."""
    until = aftermath.bar_on(rows)
    return bar_of(until, int(moment_shown().timestamp())) if until else None


@bp.post("/polls/<id:poll>/doubts")
@may(RESIDENT, again=".show")
def ask(poll: str) -> ResponseReturnValue:
    """Ask about a count in one's own name, while there is time."""
    return _ask(poll, words(typed(schemas.Ask)["said"]), "", ".show")


@bp.post("/polls/<id:poll>/doubts/entry")
@may(*ANSWERERS, again=".desk")
def ask_for(poll: str) -> ResponseReturnValue:
    """Enter what somebody asked on paper or by word of mouth."""
    form = typed(schemas.AskFor)
    who = person_called(form["called"], "called")
    return _ask(poll, words(form["said"], who), who, ".desk")


def _ask(poll: str, said: Words, who: str, back: str) -> ResponseReturnValue:
    saved(Doubt.raise_(page_of(poll).row, said, person=who, by=acting()))
    return done(back, _("询问记下了，会书面答复，写在这一页上。"), poll=poll)


@bp.post("/polls/<id:poll>/doubts/<id:doubt>/answer")
@may(*ANSWERERS, again=".desk")
def answer(poll: str, doubt: str) -> ResponseReturnValue:
    """Answer a doubt, once, saying what was found."""
    form = typed(schemas.AnswerDoubt)
    with council().change(Doubt, doubt, command=command_key()) as changed:
        changed.answer(form["finding"], words(form["said"]), by=acting())
    return done(".desk", _("答复记下了，大家都能看到。"), poll=poll)


@bp.post("/polls/<id:poll>/recounts")
@may(*RECOUNTERS, again=".desk")
def recount(poll: str) -> ResponseReturnValue:
    """Declare what two persons found when they counted again."""
    form, page = typed(schemas.Recount), page_of(poll)
    if page.result is None:
        raise NotCounted
    said = words(form.pop("said"))
    made = PollRecount.declare(page.row, page.result, said, **form, by=acting())
    confirmed(form["second"], *RECOUNTERS, step=("一起复核一次计票", "recount a vote"), about=page.row.title)
    same = made.pending_events[-1].body()["same"]
    saved(made)
    return done(".desk", _("复核记下了，与公布的一致。") if same else _("复核记下了，与公布的不一致，请撤销这个结果。"), poll=poll)


class Waiting(NamedTuple):
    """A doubt on the desk: where, of what, until when, and whether that is over."""

    href: str
    title: str
    number: str
    due: date
    late: bool


@panel("desk", 12, *ANSWERERS)
def to_do() -> str:
    """The doubts that wait for an answer, and the results that were found wrong."""
    r, today = reading(), date.fromisoformat(day_shown())
    waiting = [
        Waiting(url_for("polls.desk", poll=one.poll, _anchor=one.doubt), one.title, one.number, one.due, one.due < today)
        for one in aftermath.to_answer(r)
    ]
    wrong = aftermath.to_annul(r)
    return render_template("polls/_doubted.html", waiting=waiting, wrong=wrong) if waiting or wrong else ""


@bp.context_processor
def findings() -> dict[str, Any]:
    """How the findings of an answer are called."""
    return {"FINDINGS": FINDINGS}

"""Proposing a motion: written in one piece, read back clause by clause, then proposed."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from deliberation.actors import COMMITTEE, DELEGATE, RESIDENT, SECRETARY
from deliberation.clauses import Text
from deliberation.errors import ChangedMeanwhile, NotFound
from deliberation.motions import changes, queries, schemas
from deliberation.motions.model import KINDS, SECONDS, Motion
from deliberation.motions.refusals import MotionNumberTaken
from deliberation.procedures import views as procedures
from web.motions.blueprint import bp, render
from web.shell import _, acting, done, holds, may, reading, saved, today, typed

PROPOSERS = (COMMITTEE, DELEGATE, SECRETARY, RESIDENT)


@bp.get("/motions/new")
@may(*PROPOSERS)
def choose() -> str:
    """Under which matter?"""
    return render("choose", matters=procedures.matters_list(reading()))


@bp.get("/motions/new/<id:matter>")
@may(*PROPOSERS)
def draft(matter: str) -> str:
    """The form for a new motion."""
    return _form(matter)


@bp.post("/motions/new/<id:matter>/read")
@may(*PROPOSERS, again=".draft")
def read_back(matter: str) -> str:
    """Show what was written as numbered clauses, before it is proposed."""
    form = typed(schemas.Draft)
    return _form(matter, _text(form))


def _form(matter: str, text: Text | None = None) -> str:
    row = procedures.matter_row(reading(), matter)
    if row is None:
        raise NotFound
    return render(
        "new",
        matter=row,
        kinds=KINDS,
        seconds=SECONDS,
        read=text,
        typed=request.form,
        clerk=holds(SECRETARY),
    )


def _text(form: dict[str, Any]) -> Text:
    text = Text.of(form["title"], changes.clauses_in(form["text"]))
    changes.insist_on_text(text)
    return text


@bp.post("/motions/new/<id:matter>")
@may(*PROPOSERS, again=".draft")
def propose(matter: str) -> ResponseReturnValue:
    """Propose it. How many seconds it needs is a by-law; only the secretary enters another number."""
    form = typed(schemas.Draft)
    number = form["number"] or queries.next_number(reading(), matter, today())
    needed = form["seconds_needed"] if holds(SECRETARY) else SECONDS
    made = Motion.propose(matter, number, form["title"], form["kind"], _text(form), needed, by=acting())
    try:
        motion = saved(made)
    except MotionNumberTaken:
        if form["number"]:
            raise
        # Somebody else was given the same number a moment ago: take the next.
        raise ChangedMeanwhile from None
    return done(".show", _("议题提出来了。够 %(n)s 人附议，就会受理。", n=needed), motion=motion)

"""讨论 pages: comments on a motion, and the answer that each of them gets. Read on the motion's page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, COMMITTEE, RESIDENT, SECRETARY
from deliberation.discussion import schemas, views
from deliberation.discussion.model import OUTCOMES, STANCES, Comment
from deliberation.errors import NotFound
from deliberation.motions import queries as motions
from web.shell import (
    _,
    _l,
    acting,
    command_key,
    council,
    done,
    may,
    names,
    panel,
    person,
    reading,
    tile,
    typed,
    words,
)

bp = Blueprint("discussion", __name__)

#: Who answers.
ANSWERERS = (SECRETARY, CHAIR, COMMITTEE)


@bp.post("/motions/<id:motion>/comments")
@may(RESIDENT, again="motions.show")
def make(motion: str) -> ResponseReturnValue:
    """Say something about a motion, or about one of its clauses."""
    form = typed(schemas.Make)
    row = motions.motion_row(reading(), motion)
    if row is None:
        raise NotFound
    said = words(form["words"], person())
    comment = Comment.make(
        motion, row.matter, said, clause=form["clause"], stance=form["stance"], by=acting()
    )
    receipt = council().save(comment, command=command_key())
    notice = _("意见记下了，在第 %(n)s 条，大家都能看到。会有答复。", n=receipt.positions[0])
    return done("motions.show", notice, motion=motion, _anchor="comments")


@bp.get("/comments")
@may(*ANSWERERS)
def index() -> str:
    """The comments that nobody has answered yet, the oldest hundred first."""
    rows = views.unanswered(reading())
    return _waiting("discussion/index.html", rows[: views.PAGE], len(rows))


def _waiting(template: str, rows: Any, total: int) -> str:
    r = reading()
    titles = {row.id: row.title for row in motions.motions_named(r, {row.motion for row in rows})}
    return render_template(
        template,
        rows=rows,
        total=total,
        texts=views.texts_of(r, rows),
        titles=titles,
        stances=STANCES,
        names=names(row.person for row in rows),
    )


@bp.get("/comments/<id:comment>")
@may(*ANSWERERS)
def show(comment: str) -> str:
    """One comment beside the clause that it is about, and the form for its answer."""
    row, r = _row(comment), reading()
    lines = motions.clauses_of(r, row.motion)
    return render_template(
        "discussion/show.html",
        comment=row,
        motion=motions.motion_row(r, row.motion),
        texts=views.texts_of(r, [row]),
        line=next((line for line in lines if line.clause == row.clause), None),
        name=names([row.person])[row.person],
        outcomes=OUTCOMES,
        stances=STANCES,
    )


@bp.post("/comments/<id:comment>/answer")
@may(*ANSWERERS, again=".show")
def answer(comment: str) -> ResponseReturnValue:
    """Say what becomes of it, once; then the next that waits."""
    form, row = typed(schemas.Answer), _row(comment)
    said = words(form["words"])
    with council().change(Comment, comment, command=command_key()) as changed:
        changed.answer(form["outcome"], said, by=acting())
    following = next((each for each in views.unanswered(reading(), row.motion) if each.id != comment), None)
    if following is None:
        return done(
            "motions.show", _("答复记下了，这个议题的意见都答复了。"), motion=row.motion, _anchor="comments"
        )
    return done(".show", _("答复记下了。这是下一条。"), comment=following.id)


def _row(comment: str) -> Any:
    row = views.comment_row(reading(), comment)
    if row is None:
        raise NotFound
    return row


@panel("desk", 40, *ANSWERERS)
def unanswered() -> str:
    """The comments that wait for an answer, the oldest first."""
    rows = views.unanswered(reading())
    return _waiting("discussion/_unanswered.html", rows[:5], len(rows)) if rows else ""


tile("desk", 40, "discussion.index", _l("等答复的意见"), "talk", *ANSWERERS)

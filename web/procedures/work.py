"""What staff do with a matter: open it, pass its gates, have texts reviewed, close it."""

from __future__ import annotations

import json
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, SECRETARY, STREET_OFFICE
from deliberation.errors import ChangedMeanwhile
from deliberation.forms import BadForm, both
from deliberation.motions import queries as motions
from deliberation.polls import aftermath
from deliberation.polls import queries as polls
from deliberation.procedures import schemas, views
from deliberation.procedures.model import Matter
from deliberation.procedures.refusals import MatterNumberTaken
from deliberation.procedures.templates import TEMPLATES
from web.procedures.blueprint import LEADERS, bp, next_gate, page_of
from web.shell import (
    _,
    acting,
    command_key,
    council,
    done,
    local,
    may,
    moment_shown,
    reading,
    saved,
    tile,
    today,
    typed,
    words,
)
from web.shell import _l as lazy


@bp.get("/matters/new")
@may(*LEADERS)
def new() -> str:
    """The form for a new matter: what it is about, and by which procedure."""
    return render_template("procedures/new.html", templates=TEMPLATES)


@bp.post("/matters/new")
@may(*LEADERS, again=".new")
def open_() -> ResponseReturnValue:
    """Open a matter under a template."""
    form = typed(schemas.Open)
    number = form["number"] or views.next_number(reading(), today())
    made = Matter.open(number, form["title"], form["template"], by=acting())
    try:
        matter = saved(made)
    except MatterNumberTaken:
        if form["number"]:
            raise
        # Somebody else was given the same number a moment ago: take the next.
        raise ChangedMeanwhile from None
    return done(".desk", _("立项了。接着办第一步。"), matter=matter)


@bp.get("/matters/<id:matter>/desk")
@may(*LEADERS)
def desk(matter: str) -> str:
    """What is to be done with a matter, the next step first."""
    page, r = page_of(matter), reading()
    now = next_gate(page)
    waiting = {(review.motion, review.digest) for review in page.reviews if review.answered_at is None}
    answered = {(review.motion, review.digest) for review in page.reviews} - waiting
    texts = [row for row in motions.motions_of(r, matter) if row.state in ("proposed", "admitted")]
    return render_template(
        "procedures/desk.html",
        page=page,
        now=now,
        texts=texts,
        waiting=waiting,
        answered=answered,
        today=today(),
        polls=_deciding(now, matter) if now is not None else [],
    )


def _deciding(gate: Any, matter: str) -> list[tuple[str, str]]:
    """The counted polls of a matter whose rule decides this gate, the latest first."""
    rules = json.loads(gate.rules)
    now = int(moment_shown().timestamp())
    voted = polls.polls_of(reading(), matter=matter)
    found = [row for row in voted if row.stage == "counted" and not aftermath.preliminary(row, now)]
    return [
        (row.id, f"{row.number} {row.title}")
        for row in reversed(found)
        if json.loads(row.rule)["id"] in rules
    ]


@bp.post("/matters/<id:matter>/gate")
@may(SECRETARY, CHAIR, again=".desk")
def pass_gate(matter: str) -> ResponseReturnValue:
    """Record that a stage is done."""
    form = typed(schemas.PassGate)
    with council().change(Matter, matter, command=command_key()) as changed:
        changed.pass_gate(form.pop("stage"), **form, by=acting())
        following = changed.next_stage
    if following is None:
        return done(".desk", _("登记好了，所有步骤都办完了，可以结案。"), matter=matter)
    return done(
        ".desk",
        _("登记好了。下一步：%(stage)s。", stage=local((following["zh"], following["en"]))),
        matter=matter,
    )


@bp.post("/matters/<id:matter>/reviews")
@may(SECRETARY, CHAIR, again=".desk")
def ask_review(matter: str) -> ResponseReturnValue:
    """Send a motion's text to be reviewed."""
    form = typed(schemas.AskReview)
    with council().change(Matter, matter, command=command_key()) as changed:
        changed.ask_review(**form, by=acting())
    return done(".show", _("送审了，等对方回复。"), matter=matter)


@bp.post("/matters/<id:matter>/reviews/<int:review>")
@may(STREET_OFFICE, SECRETARY, again=".review")
def answer_review(matter: str, review: int) -> ResponseReturnValue:
    """Record what the reviewer found."""
    form = typed(schemas.AnswerReview)
    _verdict_fits(len(form["findings"]))
    with council().change(Matter, matter, command=command_key()) as changed:
        changed.answer_review(**form, by=acting())
    return done(".review", _("审核意见登记好了。"), matter=matter, review=review)


def _verdict_fits(findings: int) -> None:
    """An empty form must not pass for "nothing against it"."""
    verdict = request.form.get("verdict", "")
    if verdict not in ("none", "some"):
        fault = "请选有没有意见。|Please say whether there is anything against it."
    elif verdict == "none" and findings:
        fault = "选了“没有意见”，下面却写了意见，请核对。|You chose “nothing”, but findings are written."
    elif verdict == "some" and not findings:
        fault = "请在下面写明哪一条、哪句话、依据什么。|Please name clause, wording and ground below."
    else:
        return
    raise BadForm({"verdict": both(fault)})


@bp.post("/matters/<id:matter>/close")
@may(SECRETARY, CHAIR, again=".desk")
def close(matter: str) -> ResponseReturnValue:
    """Close the matter; with stages left, only with words why."""
    said = typed(schemas.Close)["words"]
    with council().change(Matter, matter, command=command_key()) as changed:
        changed.close(words=words(said) if said else None, by=acting())
    return done(".show", _("结案了，全部记录都留着。"), matter=matter)


tile("desk", 16, "procedures.new", lazy("立一件事项"), "plus", *LEADERS)

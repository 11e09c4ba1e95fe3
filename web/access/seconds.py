"""等您确认: what others ask a person to confirm who was with them, and the answer."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.actors import RESIDENT
from deliberation.forms import Choice, Form, Line
from web.access.blueprint import bp
from web.seconding import answered, waiting
from web.shell import STAFF, _, done, may, names, panel, past, typed

#: Everybody may be asked: staff stand beside staff, and neighbours are witnesses.
ASKED = (RESIDENT, *STAFF)
SAID = {"yes": ("确认", "Confirm"), "no": ("不同意", "I do not agree")}


class Answer(Form):
    """Yes or no to exactly what was read: ``digest`` names it (SHA-256, hex)."""

    digest = Line(64)
    said = Choice(SAID, ask="请按“确认”或者“不同意”。|Please press “Confirm” or “I do not agree”.")


@bp.get("/confirm")
@may(*ASKED)
def confirm() -> str:
    """What waits for the person at the page."""
    found = waiting()
    return render_template("access/confirm.html", waiting=found, names=names(each.first for each in found))


@bp.post("/confirm/<id:consent>")
@may(*ASKED, again=".confirm")
def answer(consent: str) -> ResponseReturnValue:
    """Confirm it, or say no."""
    form = typed(Answer)
    yes = form["said"] == "yes"
    first = answered(consent, form["digest"], yes=yes)
    name = names([first])[first]
    told = _("您确认了。请告诉%(name)s：可以再交一次了。", name=name) if yes else _("您没有同意，%(name)s再交的时候会看到。", name=name)
    return done(".confirm", told)


def _waiting() -> str:
    found = [] if past() else waiting()
    return render_template("access/_waiting.html", waiting=found, names=names(each.first for each in found)) if found else ""


@panel("home", 1)
def at_home() -> str:
    """What waits for a neighbour who was a witness, or for staff on a telephone."""
    return _waiting()


@panel("desk", 1, *STAFF)
def at_the_desk() -> str:
    """What waits for somebody of the staff."""
    return _waiting()

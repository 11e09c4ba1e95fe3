"""Objections: raised by a resident or entered for one, answered in writing."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.actors import RESIDENT
from deliberation.publications import schemas, views
from deliberation.publications.model import Objection
from deliberation.register.private import Words
from web.people import person_called
from web.publications.blueprint import ANSWERERS, bp
from web.shell import (
    _,
    acting,
    command_key,
    council,
    done,
    may,
    panel,
    reading,
    typed,
    words,
)


@bp.post("/publications/<id:publication>/objections")
@may(RESIDENT, again=".show")
def object_(publication: str) -> ResponseReturnValue:
    """Object in one's own name, while it hangs."""
    _raise(publication, words(typed(schemas.Raise)["said"]), "")
    return done(".show", _("异议记下了，会有书面答复，写在这一页上。"), publication=publication)


@bp.post("/publications/<id:publication>/objections/entry")
@may(*ANSWERERS, again=".show")
def enter(publication: str) -> ResponseReturnValue:
    """Enter an objection that came on paper or by word of mouth."""
    form = typed(schemas.Enter)
    who = person_called(form["called"], "called")
    _raise(publication, words(form["said"], who), who)
    return done(".show", _("替这一位登记好了。"), publication=publication)


def _raise(publication: str, said: Words, person: str) -> None:
    row = views.publication_row(reading(), publication)
    objection = Objection.raise_(publication, row.matter, row.number, said, person=person, by=acting())
    council().save(objection, command=command_key())


@bp.post("/publications/<id:publication>/objections/<id:objection>/answer")
@may(*ANSWERERS, again=".show")
def answer(publication: str, objection: str) -> ResponseReturnValue:
    """Answer an objection, once."""
    form = typed(schemas.Answer)
    with council().change(Objection, objection, command=command_key()) as changed:
        changed.answer(words(form["said"]), upheld=form["upheld"], by=acting())
    return done(".show", _("答复记下了，大家都能看到。"), publication=publication)


@panel("desk", 14, *ANSWERERS)
def unanswered() -> str:
    """The objections that wait for an answer, the oldest first."""
    rows = views.unanswered(reading())
    return render_template("publications/_unanswered.html", rows=rows) if rows else ""

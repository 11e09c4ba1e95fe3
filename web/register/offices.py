"""职务 pages: who holds which office, and how a term begins and ends."""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, ROLES, SECRETARY
from deliberation.errors import NotFound
from deliberation.register import schemas, views
from deliberation.register.model import Holding
from web.people import others
from web.register.blueprint import bp
from web.shell import (
    _,
    acting,
    command_key,
    confirmed,
    council,
    done,
    local,
    may,
    names,
    panel,
    reading,
    today,
    typed,
)

#: Days before its end in which a term is shown on the desk.
SOON = 30


DESK = (SECRETARY, CHAIR)


@bp.get("/register/offices")
@may(SECRETARY, CHAIR)
def offices() -> str:
    """All terms that run, to end one; and the search for somebody to give an office to."""
    r, name = reading(), request.args.get("name", "").strip()[:40]
    held = views.holders(r, today())
    return render_template(
        "register/offices.html",
        held=held,
        names=names(row.person for row in held),
        name=name,
        found=views.people_called(r, name) if name else [],
        grids=sorted(
            ((id, label) for id, label in views.labels(r, "grid").items()), key=lambda pair: pair[1]
        ),
        granted=schemas.GRANTED,
        seconds=others(*DESK),
    )


@bp.post("/register/offices")
@may(SECRETARY, CHAIR, again=".offices")
def grant() -> ResponseReturnValue:
    """Record that somebody holds an office from a day on."""
    form = typed(schemas.Grant)
    made = Holding.grant(**form, by=acting())
    confirmed(form["second"], *DESK, step=("登记职务", "give an office"), about=names([form["person"]])[form["person"]])
    council().save(made, command=command_key())
    return done(".offices", _("登记好了，从 %(day)s 起担任。", day=form["since"]))


@bp.get("/register/offices/<id:holding>")
@may(SECRETARY, CHAIR)
def term(holding: str) -> str:
    """The form for the end of a term."""
    row = reading().row(views.roles, holding)
    if row is None:
        raise NotFound
    return render_template(
        "register/term.html", row=row, name=names([row.person])[row.person], role=local(ROLES[row.role]), seconds=others(*DESK)
    )


@bp.post("/register/offices/<id:holding>")
@may(SECRETARY, CHAIR, again=".term")
def end(holding: str) -> ResponseReturnValue:
    """Record the last day of a term."""
    form = typed(schemas.End)
    with council().change(Holding, holding, command=command_key()) as changed:
        changed.end(form["on"], second=form["second"], by=acting())
        confirmed(form["second"], *DESK, step=("登记职务结束", "end an office"), about=names([changed.person])[changed.person])
    return done(".offices", _("登记好了，到 %(day)s 为止。", day=form["on"]))


@panel("desk", 85, SECRETARY, CHAIR)
def ending() -> str:
    """The terms that end soon."""
    last = (date.fromisoformat(today()) + timedelta(days=SOON)).isoformat()
    rows = [row for row in views.holders(reading(), today()) if row.until and row.until <= last]
    return (
        render_template("register/_ending.html", rows=rows, names=names(r.person for r in rows))
        if rows
        else ""
    )

"""A small room of its own, so that the shell can be tried on real verbs before any capability has pages."""

from typing import Any

from flask import Blueprint, Flask, render_template

from deliberation.actors import CHAIR, GRID_WORKER, RESIDENT, SECRETARY
from deliberation.errors import Refusal
from deliberation.forms import Choice, Flag, IsoDate, Line, Many, Prose
from deliberation.forms import Form as Schema
from deliberation.register.model import Holding
from tests.given import who
from web.shell import (
    acting,
    command_key,
    council,
    done,
    may,
    names,
    reading,
    typed,
    words,
)

bp = Blueprint("booth", __name__, template_folder="templates")


class TooLoud(Refusal):
    """A refusal for these tests."""

    zh = "声音太大，没有记下。您填的内容还在。请小声一点。"
    en = "Too loud: not recorded. Your entry is kept. Please speak up less."


class Grant(Schema):
    """Who gets which role."""

    person = Choice({"zhang": ("张", "Zhang"), "li": ("李", "Li")})
    since = IsoDate()
    remark = Prose(longest=20, required=False)
    sure = Flag()
    tags = Many(Line(), required=False)


@bp.get("/booth")
def show() -> str:
    """The page with the form."""
    return render_template("booth.html", size=reading().size, names=names([who("zhang"), who("secretary")]))


@bp.get("/booth/secret")
@may(CHAIR)
def secret() -> str:
    """A page for the chair."""
    return render_template("booth.html", size=0, names={})


@bp.post("/booth/grant")
@may(SECRETARY, again=".show")
def grant() -> Any:
    """Record a role; some remarks provoke."""
    form = typed(Grant)
    if form["remark"] == "loud":
        raise TooLoud
    if form["remark"] == "crash":
        raise ZeroDivisionError("internal detail")
    council().save(
        Holding.grant(who(form["person"]), GRID_WORKER, since=form["since"], second=who("chair"), by=acting()),
        command=command_key(),
    )
    return done(".show", "记下了。")


@bp.post("/booth/<id:holding>/end")
@may(SECRETARY, again=".show")
def end(holding: str) -> Any:
    """End a role; loads and changes."""
    with council().change(Holding, holding, command=command_key()) as role:
        role.end("2026-04-02", second=who("chair"), by=acting())
    return done(".show", "结束了。")


@bp.post("/booth/say")
@may(RESIDENT)
def say() -> Any:
    """Always refused, and no page is named to show it on."""
    assert words("a") != words("a")
    raise TooLoud


def build(app: Flask) -> Flask:
    """Put the booth into an app."""
    app.register_blueprint(bp)
    return app

"""登录与退出: signing in and out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from deliberation.errors import Refusal
from web.doors import ask, door
from web.gates import anyone
from web.kept import resume_page, unfold
from web.languages import language
from web.moment import forget
from web.security import local_path
from web.sessions import let_in, let_out

bp = Blueprint("signing", __name__)


@bp.get("/sign-in")
def ask_who() -> ResponseReturnValue:
    """Ask who is there."""
    return ask(towards=local_path(request.args.get("towards", "")))


@bp.post("/sign-in")
@anyone("whoever signs in is not known yet")
def enter() -> ResponseReturnValue:
    """Let a person in, and hand back the form that waited."""
    towards = local_path(request.form.get("towards", ""))
    if "find" in request.form:
        return ask(towards=towards)
    try:
        known = door().person(request)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        forget()
        return ask(towards=towards, sentence=refusal.say(language())), refusal.status
    let_in(known.person, staff=known.strong)
    kept = unfold(request.form.get("kept", ""))
    if kept is not None:
        return resume_page(kept, _("登录好了，接着办"), _("您刚才填的内容都在下面，还没有交。"))
    return redirect(towards, 303)


@bp.post("/sign-out")
@anyone("there is nothing to protect in leaving")
def leave() -> ResponseReturnValue:
    """Forget who was there."""
    let_out()
    flash(_("已经退出登录。"))
    return redirect(url_for("home.home"), 303)

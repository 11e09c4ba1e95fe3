"""删除个人资料 at the desk: a person or some words are erased by two; the page says what goes and what stays."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from deliberation.access.finding import homes_of, label_of
from deliberation.access.model import Binding
from deliberation.actors import CHAIR, SECRETARY
from deliberation.custody import schemas, views
from deliberation.custody.erasing import GROUNDS, WordsErasure, all_of
from deliberation.custody.refusals import ErasedAlready
from deliberation.errors import NotFound
from deliberation.log.aggregate import Aggregate
from deliberation.register import vault
from web.people import others
from web.shell import (
    _,
    _l,
    acting,
    command_key,
    confirmed,
    council,
    done,
    may,
    names,
    reading,
    saved,
    tile,
    today,
    typed,
)

bp = Blueprint("custody", __name__)

#: Who erases, two together.
DESK = (SECRETARY, CHAIR)
#: Words of a person on the page at most; all of them go with the person.
SHOWN = 50

tile("desk", 64, "custody.index", _l("删除个人资料"), "lock", SECRETARY, CHAIR)


@bp.get("/erasing")
@may(*DESK)
def index() -> str:
    """The search for whom to erase, words by their number, and what was erased lately."""
    r, name = reading(), request.args.get("name", "").strip()[:40]
    rows = views.lately(r)
    hands = {who for row in rows for who in (row.by, row.second)}
    return render_template(
        "custody/index.html", name=name, found=views.called(r, name) if name else [], rows=rows, hands=names(hands),
        grounds=GROUNDS, seconds=_seconds(),
    )  # fmt: skip


@bp.get("/erasing/<id:someone>")
@may(*DESK)
def show(someone: str) -> str:
    """What is kept of a person, what goes and what stays."""
    r = reading()
    if not views.somebody(r, someone):
        raise NotFound
    kept = views.kept_of(r, someone)
    return render_template(
        "custody/show.html", id=someone, name=names([someone])[someone], homes=[label_of(r, home) for home in homes_of(r, someone)],
        row=views.erasure(r, someone), count=len(kept), said=sorted(vault.texts(r, kept[:SHOWN]).items()), grounds=GROUNDS,
        roles=views.roles_running(r, someone, today()), bound=views.binding_to_end(r, someone), seconds=_seconds(someone), owners=views.owners_through(r, someone),
    )  # fmt: skip


@bp.post("/erasing/<id:someone>")
@may(*DESK, again=".show")
def erase(someone: str) -> ResponseReturnValue:
    """Erase a person with all their words, by two; a binding ends with it."""
    form, r = typed(schemas.Erase), reading()
    if views.erasure(r, someone) is not None and council().receipt(command_key()) is None:
        raise ErasedAlready
    ground = {"ground": form["ground"], "second": form["second"], "by": acting()}
    made: list[Aggregate] = [*_ended(someone, form["second"]), *all_of(someone, views.kept_of(r, someone), **ground)]
    confirmed(form["second"], *DESK, step=_STEP, about=names([someone])[someone])
    saved(*made)
    return done(".show", _("删除好了：姓名、电话、写下的话和登录都没有了。投票和结果照旧算数。"), someone=someone)


@bp.post("/erasing/words")
@may(*DESK, again=".index")
def erase_words() -> ResponseReturnValue:
    """Erase one text by its number (commitment), by two."""
    form = typed(schemas.EraseWords)
    made = WordsErasure.declare([form["commitment"].lower()], ground=form["ground"], second=form["second"], by=acting())
    confirmed(form["second"], *DESK, step=_WORDS)
    saved(made)
    return done(".index", _("那段话删除好了，页面上显示“已删除”。"))


_STEP = "删除一个人的个人资料，不能恢复", "erase somebody's personal data; it cannot be undone"
_WORDS = "删除一段写下的话，不能恢复", "erase written words; it cannot be undone"


def _ended(someone: str, second: str) -> list[Binding]:
    id = views.binding_to_end(reading(), someone)
    if not id:
        return []
    bound = council().get(Binding, id)
    bound.end("erased", second=second, by=acting())
    return [bound]


def _seconds(*but: str) -> list[tuple[str, str]]:
    return others(*DESK, but=but)


@bp.app_template_filter()
def erasing_ground(code: str) -> Any:
    """Return how a ground is called in both languages."""
    return GROUNDS.get(code, (code, code))

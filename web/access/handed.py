"""绑定 at the desk: who was bound lately, the note for the door, keys stopped by two, objections on behalf of somebody."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.access import schemas, views
from deliberation.access.finding import kinds_of, label_of
from deliberation.access.locks import fresh_code
from deliberation.access.model import Binding
from deliberation.access.tables import bindings as table
from deliberation.actors import CHAIR, SECRETARY
from deliberation.errors import NotFound
from web.access.blueprint import DESK, bp, helpers
from web.access.objecting import object_to
from web.access.printing import document, fresh_numbers, good_until, printed
from web.guessing import locks
from web.paging import page_asked
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
    now,
    reading,
    tile,
    typed,
    words,
)

tile("desk", 63, "access.bindings", _l("谁绑定了"), "person", SECRETARY, CHAIR)


@bp.get("/bindings")
@may(*DESK)
def bindings() -> str:
    """Who was bound, the latest first."""
    r, page = reading(), page_asked()
    rows, pages = views.bindings_page(r, page)
    homes = {row.home: label_of(r, row.home) for row in rows}
    people = {row.person for row in rows} | {row.helper for row in rows if row.helper}
    return render_template(
        "access/bindings.html", rows=rows, homes=homes, people=names(people), page=page, pages=pages, at=int(now().timestamp())
    )


@bp.get("/bindings/<id:binding>")
@may(*DESK)
def binding(binding: str) -> str:
    """One binding, and what the desk can do about it."""
    row, r = _row(binding), reading()
    return render_template(
        "access/binding.html", row=row, home=label_of(r, row.home), people=names([row.person, row.helper]),
        kinds=kinds_of(r, [row.person]).get(row.person, set()), seconds=helpers(row.person), reasons=schemas.KEY_REASONS,
        ends=schemas.END_REASONS, at=int(now().timestamp()),
    )  # fmt: skip


@bp.get("/bindings/<id:binding>/note")
@may(*DESK)
def note(binding: str) -> str:
    """The note for the door: somebody was bound to this home; no name is on it."""
    row = _row(binding)
    return render_template("access/note.html", row=row, home=label_of(reading(), row.home))


@bp.post("/bindings/<id:binding>/keys")
@may(*DESK, again=".binding")
def replace_keys(binding: str) -> ResponseReturnValue:
    """Stop all keys of somebody whose phone is lost, by two, and hand over a letter for new ones."""
    form, row, until = typed(schemas.Keys), _row(binding), good_until()
    (number,), code = fresh_numbers(1), fresh_code()
    with council().change(Binding, binding, command=command_key()) as bound:
        bound.replace_keys(
            locks().code(number, code), until=until, reason=form["reason"], second=form["second"], by=acting()
        )
        step = "当面核对本人，停用旧的登录方式，换发一封信", "having seen the person, stop their keys and hand over a letter"
        confirmed(form["second"], *DESK, step=step, about=_about(row))
    return document([printed(number, code, label_of(reading(), row.home))], until)


@bp.post("/bindings/<id:binding>/end")
@may(*DESK, again=".binding")
def end(binding: str) -> ResponseReturnValue:
    """End a binding by two: somebody moved away, or asks for it at the desk."""
    form = typed(schemas.End)
    with council().change(Binding, binding, command=command_key()) as bound:
        bound.end(form["reason"], second=form["second"], by=acting())
        confirmed(form["second"], *DESK, step=("解除一项绑定", "end a binding"), about=_about(_row(binding)))
    return done("access.bindings", _("绑定已经解除，本人的手机都退出了登录。"))


@bp.post("/bindings/<id:binding>/object")
@may(*DESK, again=".binding")
def object_for(binding: str) -> ResponseReturnValue:
    """Record somebody's objection that was made at the desk or by telephone."""
    form = typed(schemas.ObjectFor)
    object_to(binding, words(form["words"], ""), acting(), form["second"])
    return done("access.bindings", _("异议记下了，绑定已经解除，用它投的、还没有计的票也作废了。"))


def _about(row: Any) -> str:
    return " ".join(filter(None, (label_of(reading(), row.home), names([row.person])[row.person])))


def _row(binding: str) -> Any:
    row = reading().row(table, binding)
    if row is None:
        raise NotFound
    return row

"""What is done with a notice: issue, serve, inspect, escalate, close, withdraw."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deliberation.actors import RESIDENT
from deliberation.forms import BadForm, both
from deliberation.register import views as register
from deliberation.resolutions import views as resolutions
from deliberation.tasks import schemas, views
from deliberation.tasks.model import Notice
from web.fell import resolution_fell
from web.papers import following
from web.people import person_called
from web.shell import (
    _,
    _l,
    acting,
    all_confirmed,
    command_key,
    council,
    day_shown,
    done,
    may,
    reading,
    saved,
    tile,
    today,
    typed,
    words,
)
from web.tasks.blueprint import HANDLERS, bp

_DIGITS = "一二三四五六七八九十"


@bp.get("/notices/new")
@may(*HANDLERS)
def choose() -> ResponseReturnValue:
    """Under which compact; where there is one only, straight to the form."""
    pages = resolutions.compacts(reading(), day_shown())
    if len(pages) == 1:
        return redirect(url_for(".new", resolution=pages[0].row.id))
    return render_template("tasks/choose.html", pages=pages)


@bp.get("/notices/new/<id:resolution>")
@may(*HANDLERS)
def new(resolution: str) -> str:
    """The form: where, what, under which clause, how serious."""
    r = reading()
    page = resolutions.resolution_page(r, resolution)
    replaced = request.args.get("replaces", "")
    old = views.notice_page(r, replaced).row if replaced else None
    return render_template(
        "tasks/new.html", page=page, clauses=[(value, f"{label}　{text[:22]}") for value, label, text in _citable(page)],
        old=old, places=_places().values(), number=following(views.last_number(r), today()),
        fell=resolution_fell(resolution),
    )  # fmt: skip


def _citable(page: resolutions.ResolutionPage) -> list[tuple[str, str, str]]:
    """What a notice may cite: (value, 第二条第一款, wording) of each clause, or of each paragraph where it has several."""
    found = []
    for clause in page.clauses:
        paragraphs = [line for line in clause.text.split("\n") if line.strip()]
        if len(paragraphs) == 1:
            found.append((clause.clause, clause.heading, clause.text))
            continue
        for n, text in enumerate(paragraphs, start=1):
            number = _DIGITS[n - 1] if n <= len(_DIGITS) else str(n)
            found.append((f"{clause.clause}/{n}", f"{clause.heading}第{number}款", text))
    return found


def _places() -> dict[str, str]:
    r = reading()
    return {id: label for kind in ("building", "point", "grid") for id, label in register.labels(r, kind).items()}


def _place(label: str) -> str:
    """The place of the register that a typed place lies in: the longest name that it begins with."""
    fitting = [(len(name), id) for id, name in _places().items() if label.startswith(name)]
    return max(fitting)[1] if fitting else ""


@bp.post("/notices/new/<id:resolution>")
@may(*HANDLERS, again=".new")
def issue(resolution: str) -> ResponseReturnValue:
    """Issue a notice under a clause in force."""
    form = typed(schemas.Issue)
    page = resolutions.resolution_page(reading(), resolution)
    cited = {value: label for value, label, _text in _citable(page)}
    if form["clause"] not in cited:
        raise BadForm({"clause": both("请选违反的条款。|Please choose the clause.")})
    made = Notice.issue(
        page.row.matter, form["number"], place=_place(form["place_label"]), place_label=form["place_label"],
        resolution=resolution, clause=form["clause"].partition("/")[0], clause_label=cited[form["clause"]],
        level=form["level"], words=words(form["hazard"]), replaces=form["replaces"], by=acting(),
    )  # fmt: skip
    return done(".show", _("告知单开好了。打印三份，两个人去送。"), notice=saved(made))


@bp.post("/notices/<id:notice>/serve")
@may(*HANDLERS, again=".show")
def serve(notice: str) -> ResponseReturnValue:
    """Record how and when it was served; the period runs from then."""
    form = typed(schemas.Serve)
    witness = person_called(form["witness"], "witness") if form["witness"] else ""
    together = [*_workers(form), *([(witness, (RESIDENT,))] if witness else [])]
    with council().change(Notice, notice, command=command_key()) as changed:
        changed.serve(form["how"], form["workers"], served_at=form["served_at"], witness=witness, by=acting())
        all_confirmed(together, step=("送达一张告知单", "serve a notice"), about=_about(notice))
    return done(".show", _("送达记下了，期限从送达算起。"), notice=notice)


def _workers(form: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """The two who went, as people to confirm it in an office that handles notices."""
    return [(who, HANDLERS) for who in form["workers"]]


def _about(notice: str) -> str:
    row = views.notice_page(reading(), notice).row
    return f"{row.number} · {row.place_label}"


@bp.post("/notices/<id:notice>/inspect")
@may(*HANDLERS, again=".show")
def inspect(notice: str) -> ResponseReturnValue:
    """Record what two persons found."""
    form = typed(schemas.Inspect)
    remark = words(form["remark"]) if form["remark"] else None
    with council().change(Notice, notice, command=command_key()) as changed:
        changed.inspect(form["result"], form["workers"], words=remark, by=acting())
        all_confirmed(_workers(form), step=("复查一张告知单", "inspect a notice"), about=_about(notice))
    return done(".show", _("复查记下了。"), notice=notice)


@bp.post("/notices/<id:notice>/escalate")
@may(*HANDLERS, again=".show")
def escalate(notice: str) -> ResponseReturnValue:
    """Hand it to the authority; the compact itself punishes nobody."""
    form = typed(schemas.Escalate)
    with council().change(Notice, notice, command=command_key()) as changed:
        changed.escalate(form["to"], by=acting())
    return done(".show", _("上报记下了。"), notice=notice)


@bp.post("/notices/<id:notice>/close")
@may(*HANDLERS, again=".show")
def close(notice: str) -> ResponseReturnValue:
    """销号."""
    with council().change(Notice, notice, command=command_key()) as changed:
        changed.close(by=acting())
    return done(".show", _("销号了。"), notice=notice)


@bp.post("/notices/<id:notice>/withdraw")
@may(*HANDLERS, again=".show")
def withdraw(notice: str) -> ResponseReturnValue:
    """Take it back with the reason; its number is not used again."""
    reason = words(typed(schemas.Withdraw)["reason"])
    with council().change(Notice, notice, command=command_key()) as changed:
        changed.withdraw(reason, by=acting())
    return done(".show", _("撤回了，编号不再用。要重新开，请按“重新开具”。"), notice=notice)


tile("desk", 61, "tasks.choose", _l("开告知单"), "plus", *HANDLERS)

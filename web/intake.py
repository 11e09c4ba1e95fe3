"""诉求 pages: report a matter, the list of what was reported, and what became of each.

Everybody sees where something was reported and what became of it; the words, the answer and who reported it
are for the reporter and for those who deal with it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, COMMITTEE, GRID_WORKER, RESIDENT, SECRETARY
from deliberation.errors import ChangedMeanwhile, NotFound
from deliberation.forms import BadForm, both
from deliberation.intake import schemas, views
from deliberation.intake.model import (
    CHANNELS,
    COLOURS,
    STATES,
    Report,
    ReportNumberTaken,
)
from deliberation.procedures import views as procedures
from deliberation.register import views as register
from web.shell import (
    _,
    _l,
    acting,
    command_key,
    council,
    done,
    holds,
    may,
    names,
    panel,
    past,
    person,
    reading,
    saved,
    tile,
    today,
    typed,
    words,
)

bp = Blueprint("intake", __name__)

#: Who reads the words and deals with a report.
HANDLERS = (SECRETARY, CHAIR, COMMITTEE, GRID_WORKER)
TONES = {
    "received": "clay",
    "taken_up": "pine",
    "answered": "pine",
    "red": "seal",
    "gold": "clay",
    "blue": "",
}


def _render(page: str, /, **values: Any) -> str:
    """Return a page or block of reports with the names of channels, colours and states."""
    names = {"CHANNELS": CHANNELS, "COLOURS": COLOURS, "STATES": STATES, "TONES": TONES}
    return render_template(f"intake/{page}.html", **names, **values)


@bp.get("/reports")
def index() -> str:
    """All reports, the latest first, by channel, colour and state."""
    r, chosen = reading(), _chosen()
    total = views.how_many(r, **chosen)
    pages = max(1, -(-total // views.PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    mine = views.reports_by(r, person()) if person() else []
    rows = views.reports_list(r, **chosen, page=page)
    return _render("index", rows=rows, mine=mine, total=total, page=page, pages=pages, chosen=chosen)


def _chosen() -> dict[str, str]:
    tables = {"state": STATES, "channel": CHANNELS, "colour": COLOURS}
    asked = {name: request.args.get(name, "") for name in tables}
    return {name: value if value in tables[name] else "" for name, value in asked.items()}


@bp.get("/reports/<id:report>")
def show(report: str) -> str:
    """One report: where, what became of it; words and answer for those whom they concern."""
    row, r = _row(report), reading()
    mine, works = bool(person()) and row.reporter == person(), holds(*HANDLERS)
    return _render(
        "show",
        report=row,
        mine=mine,
        works=works,
        said=views.words_of(r, [row]) if mine or works else {},
        merged=views.merged_into(r, report),
        **(_for_work(row) if works else {}),
    )


def _for_work(row: Any) -> dict[str, Any]:
    """Who reported it, and where it may go: into another report, into a matter."""
    r = reading()
    others = [each for each in views.reports_list(r) if each.id != row.id and each.state != "merged"]
    return {
        "reporter": names([row.reporter]).get(row.reporter, ""),
        "others": [(each.id, f"{each.number} · {each.place}") for each in others],
        "matters": [
            (matter.id, f"{matter.number} · {matter.title}") for matter in procedures.matters_list(r)
        ],
    }


@bp.get("/reports/new")
@may(RESIDENT)
def new() -> str:
    """What a resident fills in: where, what, how urgent."""
    return _render("new", places=_places().values())


@bp.post("/reports/new")
@may(RESIDENT, again=".new")
def report() -> ResponseReturnValue:
    """Record what a resident reports."""
    form = typed(schemas.Tell)
    made = _receive(form | {"channel": "scan", "number": ""}, person())
    return done(
        ".show",
        _("记下了，编号是 %(number)s。有了结果，会写在这一页上。", number=made.number),
        report=made.id,
    )


@bp.get("/reports/entry")
@may(*HANDLERS)
def entry() -> str:
    """What came in by another way: a paper from the box, a call, a visit."""
    return _render("entry", places=_places().values())


@bp.post("/reports/entry")
@may(*HANDLERS, again=".entry")
def receive() -> ResponseReturnValue:
    """Record it for whoever said it."""
    form = typed(schemas.Enter)
    made = _receive(form, _reporter(form["called"]))
    return done(".show", _("记下了，编号是 %(number)s。", number=made.number), report=made.id)


def _receive(form: dict[str, Any], reporter: str) -> Report:
    r, place = reading(), form["place"]
    at = next((id for id, label in _places().items() if label == place), "")
    made = Report.receive(
        form["number"] or views.next_number(r, today()),
        channel=form["channel"],
        place=place,
        place_id=at,
        colour=form["colour"],
        words=words(form["words"], reporter),
        reporter=reporter,
        by=acting(),
    )
    try:
        return council().get(Report, saved(made))
    except ReportNumberTaken:
        if form["number"]:
            raise
        # Somebody else was given the same number a moment ago: take the next.
        raise ChangedMeanwhile from None


def _reporter(called: str) -> str:
    """Return the person called so ("周晓梅", or "周晓梅 9号楼301户" where several are), "" if nobody is named."""
    name, _space, door = called.partition(" ")
    if not name:
        return ""
    found = [who for who, home in register.people_called(reading(), name) if door in ("", home)]
    if len(found) == 1:
        return found[0]
    nobody = (
        "名册里没有这个人。可以空着，照样记下。|The register has nobody called so. You may leave this empty."
    )
    several = (
        "同名的不止一位，请在名字后面空一格，写上门牌。|Several are called so: add a space and the door."
    )
    raise BadForm({"called": both(several if found else nobody)})


def _places() -> dict[str, str]:
    r = reading()
    return {id: label for kind in ("building", "point") for id, label in register.labels(r, kind).items()}


@bp.post("/reports/<id:report>/reclass")
@may(*HANDLERS, again=".show")
def reclass(report: str) -> ResponseReturnValue:
    """Give it another colour."""
    form = typed(schemas.Reclass)
    with council().change(Report, report, command=command_key()) as changed:
        changed.reclass(form["colour"], by=acting())
    return done(".show", _("颜色改好了。"), report=report)


@bp.post("/reports/<id:report>/merge")
@may(SECRETARY, CHAIR, COMMITTEE, again=".show")
def merge(report: str) -> ResponseReturnValue:
    """Join it to an earlier one on the same thing."""
    into = _row(typed(schemas.Merge)["into"])
    with council().change(Report, report, command=command_key()) as changed:
        changed.merge(into.id, into.number, by=acting())
    return done(".show", _("并好了，以后看第 %(number)s 号就行。", number=into.number), report=report)


@bp.post("/reports/<id:report>/take-up")
@may(SECRETARY, CHAIR, COMMITTEE, again=".show")
def take_up(report: str) -> ResponseReturnValue:
    """Make it part of a matter."""
    matter = procedures.matter_row(reading(), typed(schemas.TakeUp)["matter"])
    if matter is None:
        raise NotFound
    with council().change(Report, report, command=command_key()) as changed:
        changed.take_up(matter.id, matter.number, by=acting())
    return done(".show", _("列入“%(title)s”了。", title=matter.title), report=report)


@bp.post("/reports/<id:report>/split-off")
@may(SECRETARY, CHAIR, COMMITTEE, again=".show")
def split_off(report: str) -> ResponseReturnValue:
    """Hand it over to another body."""
    form = typed(schemas.SplitOff)
    with council().change(Report, report, command=command_key()) as changed:
        changed.split_off(form["to"], by=acting())
    return done(".show", _("转到“%(to)s”了。", to=form["to"]), report=report)


@bp.post("/reports/<id:report>/answer")
@may(*HANDLERS, again=".show")
def answer(report: str) -> ResponseReturnValue:
    """Answer whoever reported it."""
    said = words(typed(schemas.Answer)["words"])
    with council().change(Report, report, command=command_key()) as changed:
        changed.answer(said, by=acting())
    return done(".show", _("答复记下了，反映的人看得到。"), report=report)


def _row(report: str) -> Any:
    row = views.report_row(reading(), report)
    if row is None:
        raise NotFound
    return row


@panel("home", 40)
def something_to_tell() -> str:
    """The big button."""
    return "" if past() else _render("_tell")


@panel("desk", 10, *HANDLERS)
def waiting() -> str:
    """The reports that nobody has dealt with, the oldest first."""
    rows = views.waiting(reading())
    return _render("_waiting", rows=rows) if rows else ""


tile("home", 40, "intake.index", _l("诉求"), "report")
tile("desk", 10, "intake.index", _l("诉求"), "report")
tile("desk", 11, "intake.entry", _l("登记一条诉求"), "plus", *HANDLERS)

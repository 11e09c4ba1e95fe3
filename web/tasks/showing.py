"""What everybody sees of notices: where, under which clause, until when, what became of it; never who lives there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import render_template, request

from deliberation.clauses import ordinal
from deliberation.resolutions import views as resolutions
from deliberation.tasks import views
from web.fell import resolution_fell
from web.paging import page_asked
from web.papers import code_for
from web.people import holders
from web.shell import (
    _,
    _l,
    holds,
    local,
    moment_shown,
    names,
    panel,
    person,
    reading,
    tile,
)
from web.tasks.blueprint import HANDLERS, READERS, bp, codes, minute

A_PAGE = 30
#: Open notices on one page; there are never so many in a village that works through them.
MOST = 300


class Group(NamedTuple):
    """Open notices that belong together: those of a clause, or of a grid."""

    title: str
    rows: list[Any]


@bp.get("/notices")
def index() -> str:
    """The open notices by clause or by grid, how many there were in all, and those at an end."""
    r, page, by = reading(), page_asked(), request.args.get("by", "clause")
    ended = views.ended_notices(r, A_PAGE + 1, A_PAGE * (page - 1))
    rows = views.open_notices(r, MOST) if page == 1 else []
    counts = views.counts_by_clause(r)
    groups = _by_grid(rows, views.grids(r)) if by == "grid" else _by_clause(rows, counts)
    return render_template(
        "tasks/index.html", groups=groups, by=by, counts=counts, ended=ended[:A_PAGE], page=page,
        more=len(ended) > A_PAGE, open=len(rows), working=holds(*HANDLERS),
    )  # fmt: skip


def clause_name(number: int) -> str:
    """Return what the n-th clause is called."""
    return local((ordinal(number), f"Clause {number}"))


def _by_clause(rows: Sequence[Any], counts: Sequence[views.ClauseCount]) -> list[Group]:
    places = {(one.resolution, one.clause): one for one in counts}
    return [
        Group(clause_name(one.ordinal), [row for row in rows if (row.resolution, row.clause) == key])
        for key, one in places.items()
        if one.open
    ]


def _by_grid(rows: Sequence[Any], grids: dict[str, str]) -> list[Group]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(grids.get(row.place, ""), []).append(row)
    return [Group(label or _("没有写网格"), some) for label, some in sorted(found.items(), key=lambda pair: (not pair[0], pair[0]))]


@bp.get("/notices/<id:notice>")
def show(notice: str) -> str:
    """One notice: for everybody the place, for those who deal with it also the words, and the next step."""
    r = reading()
    page = views.notice_page(r, notice)
    reads, works = holds(*READERS), holds(*HANDLERS)
    people = {*json.loads(page.row.workers), page.row.witness, *(who for each in page.inspections for who in each.workers)}
    return render_template(
        "tasks/show.html", page=page, row=page.row, clause=_clause(page.row), reads=reads, works=works,
        names=names(people) if reads else {}, workers=json.loads(page.row.workers),
        staff=holders(*HANDLERS) if works else [], me=person(), minute=minute(moment_shown()),
        fell=resolution_fell(page.row.resolution),
    )  # fmt: skip


def _clause(row: Any) -> Any:
    return next((one for one in resolutions.clauses_of(reading(), row.resolution) if one.clause == row.clause), None)


@bp.get("/notices/<id:notice>/paper")
def paper(notice: str) -> str:
    """The notice on one A4: in full for those who serve it, without hazard and signatures for the wall."""
    r = reading()
    page = views.notice_page(r, notice)
    full = holds(*READERS) and request.args.get("copy") != "public"
    people = names({*json.loads(page.row.workers), page.row.witness}) if full else {}
    compact = resolutions.resolution_page(r, page.row.resolution)
    return render_template(
        "tasks/paper.html", page=page, row=page.row, clause=_clause(page.row), full=full, names=people,
        workers=json.loads(page.row.workers), compact=compact.heading, code=code_for(".show", notice=notice),
        fell=resolution_fell(page.row.resolution),
    )  # fmt: skip


@panel("desk", 18, *HANDLERS)
def to_do() -> str:
    """The open notices, those overdue first."""
    rows = views.open_notices(reading(), 50)
    overdue = len(views.overdue(reading(), int(moment_shown().timestamp())))
    return render_template("tasks/_to_do.html", rows=rows, overdue=overdue, **codes()) if rows else ""


tile("home", 60, "tasks.index", _l("隐患整改"), "task")
tile("desk", 60, "tasks.index", _l("隐患整改"), "task")

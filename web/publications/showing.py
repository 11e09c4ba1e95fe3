"""What everybody sees: what hangs now, one publication with objections and answers, the same as a paper."""

from __future__ import annotations

from flask import render_template

from deliberation.publications import views
from web.paging import page_asked
from web.papers import code_for
from web.publications.blueprint import (
    ANSWERERS,
    POSTERS,
    about,
    bp,
    fell_of,
    vote_shown,
)
from web.shell import _l, day_shown, holds, names, panel, person, reading, tile

A_PAGE = 20


@bp.get("/publications")
def index() -> str:
    """What hangs now, what will, and what hung before."""
    r, day, page = reading(), day_shown(), page_asked()
    before = views.shown_before(r, day, A_PAGE + 1, A_PAGE * (page - 1))
    return render_template(
        "publications/index.html", now=views.on_display(r, day) if page == 1 else [],
        coming=views.to_be_shown(r, day) if page == 1 else [], before=before[:A_PAGE], page=page, more=len(before) > A_PAGE,
        posting=holds(*POSTERS),
    )  # fmt: skip


@bp.get("/publications/<id:publication>")
def show(publication: str) -> str:
    """One publication: text, period, objections and what was answered; objecting while it hangs."""
    r = reading()
    row = views.publication_row(r, publication)
    raised = views.objections_to(r, publication)
    answering = holds(*ANSWERERS)
    known = names(one.person for one in raised) if answering else {}
    mine = next((one for one in raised if one.person == person()), None) if person() else None
    shown = about(row.subject)
    return render_template(
        "publications/show.html", row=row, about=shown, objections=raised, names=known, mine=mine,
        day=day_shown(), answering=answering, posting=holds(*POSTERS), fell=fell_of(shown),
    )  # fmt: skip


@bp.get("/publications/<id:publication>/paper")
def paper(publication: str) -> str:
    """The same on one sheet for the wall."""
    row = views.publication_row(reading(), publication)
    shown = about(row.subject)
    return render_template(
        "publications/paper.html", row=row, vote=vote_shown(row.kind, shown), code=code_for(".show", publication=publication),
        fell=fell_of(shown),
    )  # fmt: skip


@panel("home", 35)
def hanging() -> str:
    """What hangs on the notice board now."""
    rows = views.on_display(reading(), day_shown())
    return render_template("publications/_hanging.html", rows=rows[:5], more=len(rows) > 5) if rows else ""


tile("home", 35, "publications.index", _l("公示"), "board")
tile("desk", 35, "publications.index", _l("公示"), "board")

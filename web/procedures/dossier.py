"""What everybody sees: the list of matters, and each as one file with everything that belongs to it."""

from __future__ import annotations

from flask import render_template

from deliberation.actors import STREET_OFFICE
from deliberation.errors import NotFound
from deliberation.motions import queries as motions
from deliberation.procedures import views
from deliberation.register import vault
from web.procedures.blueprint import LEADERS, bp, next_gate, next_steps, page_of
from web.procedures.contents import contents
from web.shell import _l, holds, panel, reading, tile


@bp.get("/matters")
def index() -> str:
    """All matters: those under way with their next step, those closed."""
    rows = views.matters_list(reading(), state="")
    running = [row for row in rows if row.state == "open"]
    closed = [row for row in rows if row.state == "closed"]
    return render_template("procedures/index.html", running=running, closed=closed, steps=next_steps(running))


@bp.get("/matters/<id:matter>")
def show(matter: str) -> str:
    """The file of a matter: its stages with their numbers, and all that belongs to it."""
    page, r = page_of(matter), reading()
    return render_template(
        "procedures/show.html",
        page=page,
        now=next_gate(page),
        why=vault.texts(r, [page.row.words]),
        working=holds(*LEADERS),
        file=contents(r, matter),
    )


@bp.get("/matters/<id:matter>/reviews/<int:review>")
def review(matter: str, review: int) -> str:
    """One review: the text as it was sent, and what the reviewer found; whoever reviews answers here."""
    page, r = page_of(matter), reading()
    asked = next((each for each in page.reviews if each.review == review), None)
    if asked is None:
        raise NotFound
    standing = motions.standing_findings(r, asked.motion)
    return render_template(
        "procedures/review.html",
        page=page,
        review=asked,
        motion=motions.motion_row(r, asked.motion),
        text=motions.text_at(r, asked.motion, asked.version),
        standing={(each.review, each.n) for each in standing},
        findings=[each for each in page.findings if each.review == review],
    )


@panel("home", 60)
def under_way() -> str:
    """The matters under way, each with its next step."""
    rows = views.matters_list(reading())[:5]
    return render_template("procedures/_running.html", rows=rows, steps=next_steps(rows)) if rows else ""


@panel("desk", 15, *LEADERS)
def to_lead() -> str:
    """The matters under way, for those who lead them."""
    rows = views.matters_list(reading())
    return render_template("procedures/_lead.html", rows=rows, steps=next_steps(rows)) if rows else ""


@panel("desk", 12, STREET_OFFICE)
def to_review() -> str:
    """The texts that wait for the street office."""
    rows = views.unanswered_reviews(reading())
    return render_template("procedures/_to_review.html", rows=rows, titles=_titles()) if rows else ""


def _titles() -> dict[str, str]:
    return {row.id: f"{row.number} {row.title}" for row in views.matters_list(reading())}


tile("home", 50, "procedures.index", _l("事项"), "folder")
tile("desk", 15, "procedures.index", _l("事项"), "folder")

"""Posting: choose what it belongs to, write it (or take the draft), see it as it will hang, put it up, take it down."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from deliberation.errors import NotFound
from deliberation.motions import queries as motions
from deliberation.polls import queries as polls
from deliberation.procedures import views as procedures
from deliberation.publications import schemas, views
from deliberation.publications.model import KINDS, LEAST, Publication
from deliberation.resolutions import views as resolutions
from web.papers import following
from web.publications.blueprint import POSTERS, about, bp, codes, vote_shown
from web.publications.drafts import draft_of
from web.shell import (
    _,
    _l,
    acting,
    command_key,
    council,
    day_shown,
    done,
    local,
    may,
    panel,
    reading,
    saved,
    tile,
    today,
    typed,
)


@bp.get("/publications/new")
@may(*POSTERS)
def choose() -> str:
    """What ought to hang and does not yet; else under which matter."""
    r = reading()
    return render_template("publications/choose.html", due=views.to_post(r), matters=procedures.matters_list(r))


@bp.get("/publications/new/<id:matter>")
@may(*POSTERS)
def new(matter: str) -> str:
    """The form, with a draft of what is to be shown."""
    kind = request.args.get("kind", "")
    subject = request.args.get("subject", "")
    return _form(matter, _drafted(kind if kind in KINDS else "", subject))


def _form(matter: str, given: dict[str, Any], preview: Publication | None = None) -> str:
    row = procedures.matter_row(reading(), matter)
    if row is None:
        raise NotFound
    return render_template(
        "publications/new.html", matter=row, given=given, subjects=_subjects(matter), posted=preview, today=today(),
        vote=vote_shown(given["kind"], about(given["subject"])) if preview else None,
    )  # fmt: skip


def _drafted(kind: str, subject: str) -> dict[str, Any]:
    """What can be filled in beforehand: number and place go on from the last one, the text from what is shown."""
    last, shown = views.last_posted(reading()), about(subject)
    given: dict[str, Any] = {"number": following(last.number, today()) if last else "", "place": last.place if last else ""}
    given |= {"kind": kind, "subject": shown.row.id if shown else "", "from_date": today(), "days": LEAST.get(kind, "")}
    return given | draft_of(kind, shown)


def _subjects(matter: str) -> list[tuple[str, str]]:
    """What may be shown: motions, counted or announced polls, and resolutions of the matter."""
    r = reading()
    rows = [("议题|Motion", row) for row in motions.motions_of(r, matter)]
    rows += [("表决|Vote", row) for row in polls.polls_of(r, matter=matter) if not row.meeting]
    rows += [("决议|Resolution", row) for row in resolutions.resolutions_of(r, matter)]
    return [(row.id, f"{local(tuple(word.split('|')))} · {row.number} {row.title}") for word, row in rows]


@bp.post("/publications/new/<id:matter>")
@may(*POSTERS, again=".new")
def post(matter: str) -> ResponseReturnValue:
    """Show it as it will hang; once that is confirmed, post it."""
    form = typed(schemas.Post) | {"matter": matter}
    publication = Publication.post(**form, by=acting())
    if not request.form.get("sure"):
        return _form(matter, form, publication)
    return done(".show", _("公示发出了。打印一份，贴到公示栏。"), publication=saved(publication))


@bp.post("/publications/<id:publication>/take-down")
@may(*POSTERS, again=".show")
def take_down(publication: str) -> ResponseReturnValue:
    """Take it down after its last day."""
    with council().change(Publication, publication, command=command_key()) as changed:
        changed.take_down(by=acting())
    return done(".show", _("撤下了，内容和异议都留在记录里。"), publication=publication)


@panel("desk", 24, *POSTERS)
def to_do() -> str:
    """What ought to hang and does not yet, and what has hung long enough."""
    r = reading()
    due, over = views.to_post(r), views.due_to_come_down(r, day_shown())
    return render_template("publications/_to_do.html", due=due, over=over, **codes()) if due or over else ""


tile("desk", 36, "publications.choose", _l("发公示"), "plus", *POSTERS)

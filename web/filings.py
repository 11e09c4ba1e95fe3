"""备案 pages: what is sent to the street office, in time or late, and what came back."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, SECRETARY, STREET_OFFICE
from deliberation.errors import NotFound
from deliberation.filings import schemas, views
from deliberation.filings.model import DAYS, STATES, Filing
from deliberation.forms import BadForm, both
from deliberation.meetings import views as meetings
from deliberation.motions import queries as motions
from deliberation.procedures import views as procedures
from deliberation.register import views as register
from deliberation.resolutions import views as resolutions
from web.fell import resolution_fell
from web.paging import page_asked
from web.papers import code_for, figures, following
from web.shell import (
    STAFF,
    _,
    _l,
    acting,
    command_key,
    council,
    day_shown,
    done,
    holds,
    may,
    ngettext,
    panel,
    reading,
    saved,
    tile,
    today,
    typed,
    uploads,
    words,
)

bp = Blueprint("filings", __name__)

#: Who sends; who may enter the answer (the secretary from the letter).
SENDERS = (SECRETARY, CHAIR)
ANSWERERS = (STREET_OFFICE, SECRETARY)
#: Lines for attachments on the form at least, those left empty, and how many there may be.
LINES, SPARE, MOST = 6, 3, 50
A_PAGE = 30
TONES = {"made": "seal", "acknowledged": "pine", "returned": "clay"}


@bp.context_processor
def codes() -> dict[str, Any]:
    """The names of the states."""
    return {"STATES": STATES, "TONES": TONES}


@bp.app_template_filter()
def days_over(row: Any) -> int:
    """Return by how many days a filing was made after its last day."""
    return (date.fromisoformat(row.made_on) - date.fromisoformat(row.due_on)).days


@bp.app_template_filter()
def due_words(due_on: str) -> str:
    """Return in words how long there is still time to file."""
    days = (date.fromisoformat(due_on) - date.fromisoformat(day_shown())).days
    if days < 0:
        return ngettext("迟了 %(num)s 天", "迟了 %(num)s 天", -days)
    return ngettext("还有 %(num)s 天", "还有 %(num)s 天", days) if days else _("今天最后一天")


@bp.get("/filings")
def index() -> str:
    """What waits for its receipt, what is still to be sent, what was answered."""
    r, page = reading(), page_asked()
    answered = views.answered_filings(r, A_PAGE + 1, A_PAGE * (page - 1))
    return render_template(
        "filings/index.html", waiting=views.awaiting_receipt(r) if page == 1 else [], page=page,
        due=views.unfiled(r) if page == 1 else [], answered=answered[:A_PAGE], more=len(answered) > A_PAGE,
        sending=holds(*SENDERS),
    )  # fmt: skip


@bp.get("/filings/<id:filing>")
def show(filing: str) -> str:
    """One filing: in time or not, its attachments with digests, the answer."""
    r = reading()
    page = views.filing_page(r, filing)
    resolution = r.row(resolutions.resolutions, page.row.resolution) if page.row.resolution else None
    return render_template(
        "filings/show.html", page=page, row=page.row, resolution=resolution, reads=holds(*STAFF),
        fell=resolution_fell(page.row.resolution),
        answering=holds(*ANSWERERS), sending=holds(*SENDERS), today=today(),
    )  # fmt: skip


@bp.get("/filings/<id:filing>/paper")
def paper(filing: str) -> str:
    """The form that goes with the bundle, on one page."""
    r = reading()
    page = views.filing_page(r, filing)
    adopted = resolutions.resolution_page(r, page.row.resolution) if page.row.resolution else None
    return render_template(
        "filings/paper.html", page=page, row=page.row, adopted=adopted, vote=figures(adopted.poll) if adopted else None,
        review=_review(page.row.matter, adopted.row.motion) if adopted else None,
        code=code_for(".show", filing=filing), fell=resolution_fell(page.row.resolution),
    )  # fmt: skip


class Review(NamedTuple):
    """What the reviewer found beforehand, and how much of it still stands in the text."""

    row: Any
    found: int
    standing: int


def _review(matter: str, motion: str) -> Review | None:
    """The last answered review of a motion, None where there was none."""
    page = procedures.matter_page(reading(), matter)
    answered = [row for row in page.reviews if row.motion == motion and row.answered_at] if page else []
    if not answered:
        return None
    found = sum(row.count or 0 for row in answered)
    return Review(answered[-1], found, len(motions.standing_findings(reading(), motion)))


@bp.get("/filings/new/<id:matter>")
@may(*SENDERS)
def new(matter: str) -> str:
    """The form, with the papers whose digests are known already."""
    r, asked = reading(), request.args.get("resolution", "") or request.form.get("resolution", "")
    row = procedures.matter_row(r, matter)
    if row is None:
        raise NotFound
    fallen = resolutions.fallen(r)
    adopted = [one for one in resolutions.resolutions_of(r, matter) if one.poll not in fallen]
    chosen = next((one for one in adopted if one.id == asked), None)
    papers = _papers(matter, chosen)
    lines = papers + [("", "")] * max(SPARE, LINES - len(papers))
    return render_template(
        "filings/new.html", matter=row, chosen=chosen, lines=lines, to=_office(), days=DAYS,
        resolutions=[(one.id, f"{one.number} {one.title}") for one in adopted], number=following(views.last_number(r), today()),
    )  # fmt: skip


def _papers(matter: str, resolution: Any) -> list[tuple[str, str]]:
    """Title and digest of what the log has itself: the adopted text, and the record of each meeting that was held."""
    r, found = reading(), []
    if resolution is not None:
        found.append((f"{json.loads(resolution.text)['title']}（文本）", resolution.digest))
    for row in meetings.meetings_of(r, matter):
        if row.state in ("closed", "signed"):
            found.append((f"{row.title}记录", meetings.minutes_digest(r, row.id)))
    return found


def _office() -> str:
    """Whom a compact is usually filed with."""
    street = register.community(reading()).street
    return f"{street}办事处" if street.endswith("街道") else street


@bp.post("/filings/new/<id:matter>")
@may(*SENDERS, again=".new")
@uploads()
def make(matter: str) -> ResponseReturnValue:
    """File it; of a chosen file only the digest is taken, the file is not kept."""
    form = typed(schemas.Bundle) | {"matter": matter}
    adopted = reading().row(resolutions.resolutions, form["resolution"]) if form["resolution"] else None
    form["attachments"] = _attachments(form["attachments"], {digest for _title, digest in _papers(matter, adopted)})
    made = Filing.make(**form, by=acting())
    return done(".show", _("报送记下了。打印备案表，和材料一起送去。"), filing=saved(made))


def _attachments(lines: list[dict[str, str]], known: set[str]) -> list[dict[str, str]]:
    """The filled lines; a file beside a line gives its digest, and its name where no title was typed.

    A line that stood there beforehand (its digest is ``known``) and whose title was emptied is left out.
    """
    found, faults = [], {}
    for n in range(max(len(lines), MOST)):
        line = _with_file(n, lines[n] if n < len(lines) else {"title": "", "digest": ""})
        if line["title"] and not line["digest"]:
            faults[f"attachments.{n}.file"] = both("请选文件，或者填校验值。|Please choose the file, or enter its digest.")
        elif line["digest"] and not line["title"] and line["digest"] not in known:
            faults[f"attachments.{n}.title"] = both("请写明这份材料叫什么。|Please give the attachment a title.")
        elif line["title"] and line["digest"]:
            found.append(line)
    if faults:
        raise BadForm(faults)
    return found


def _with_file(n: int, line: dict[str, str]) -> dict[str, str]:
    file = request.files.get(f"attachments.{n}.file")
    if file is None or not file.filename:
        return line
    title = "".join(sign for sign in file.filename if sign.isprintable())[:200]
    return {"title": line["title"] or title, "digest": hashlib.file_digest(file.stream, "sha256").hexdigest()}


@bp.post("/filings/<id:filing>/acknowledge")
@may(*ANSWERERS, again=".show")
def acknowledge(filing: str) -> ResponseReturnValue:
    """Record the receipt."""
    form = typed(schemas.Acknowledge)
    with council().change(Filing, filing, command=command_key()) as changed:
        changed.acknowledge(form["receipt_number"], form["on"], by=acting())
    return done(".show", _("回执记下了。"), filing=filing)


@bp.post("/filings/<id:filing>/return")
@may(*ANSWERERS, again=".show")
def return_(filing: str) -> ResponseReturnValue:
    """Record that it came back, and what has to be mended."""
    said = words(typed(schemas.Return)["said"])
    with council().change(Filing, filing, command=command_key()) as changed:
        changed.return_(said, by=acting())
    return done(".show", _("退回记下了。补正以后，另用编号再报。"), filing=filing)


@panel("desk", 26, *SENDERS, STREET_OFFICE)
def to_do() -> str:
    """What is to be filed until when, and what waits for its receipt."""
    r = reading()
    due = views.unfiled(r) if holds(*SENDERS) else []
    waiting = views.awaiting_receipt(r)
    return render_template("filings/_to_do.html", due=due, waiting=waiting, **codes()) if due or waiting else ""


tile("desk", 65, "filings.index", _l("备案"), "send")
tile("audit", 60, "filings.index", _l("备案"), "send")

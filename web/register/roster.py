"""Import of a roster: a file, its faults row by row, what would be entered, then the entering.

Between the two steps the file travels in the page, signed, so that no half-checked names lie on the server.
"""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from deliberation.actors import SECRETARY
from deliberation.errors import Refusal
from deliberation.forms import BadForm
from deliberation.log.aggregate import new_id
from deliberation.register import views
from deliberation.register.roster import Roster, faulty_rows, parse
from deliberation.register.schemas import COLUMNS
from web.register.blueprint import bp
from web.security import MIB, SESSION_SECONDS
from web.shell import _, acting, command_key, council, done, may, person, reading, uploads

#: Faults shown on the page; the file for download has them all.
SHOWN = 50


class RosterLost(Refusal):
    """What comes back is not what this site sent."""

    zh = "这份名册放得太久了，或者不是刚才检查过的那一份，没有记入。请重新选文件，再检查一次。"
    en = "This roster was open for too long, or is not the one just checked. Please choose the file again."
    status = 400


class Upload(NamedTuple):
    """A file as text, and what was read from it."""

    name: str
    text: str
    roster: Roster


@bp.get("/register/roster")
@may(SECRETARY)
def roster() -> str:
    """The form: one CSV file."""
    return render_template("register/roster.html", columns=COLUMNS)


@bp.post("/register/roster")
@uploads()
@may(SECRETARY, again=".roster")
def check() -> ResponseReturnValue:
    """Show what would be entered and what is wrong; nothing is entered yet."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadForm({"file": ["请选名册文件。", "Please choose the file of the roster."]})
    text = _decoded(file.read())
    bundle = _seal().dumps([person(), file.filename, text])
    upload = Upload(file.filename, text, _parsed(text))
    return render_template("register/checked.html", upload=upload, bundle=bundle, shown=SHOWN)


@bp.post("/register/roster/apply")
@uploads(words=16 * MIB)
@may(SECRETARY, again=".roster")
def apply() -> ResponseReturnValue:
    """Enter the good rows, page by page; a page that is in the register already is not entered twice."""
    upload, key = _unfolded(), command_key()
    for number, page in enumerate(upload.roster.pages(acting())):
        council().save(page, command=f"{key[:56]}-{number:05}")
    entered = upload.roster
    return done(
        ".index",
        _("名册记入好了：房屋 %(units)s 套，%(households)s 户，%(people)s 人。", units=len(entered.units),
          households=len(entered.households), people=len(entered.persons)),
    )  # fmt: skip


@bp.post("/register/roster/faults")
@uploads(words=16 * MIB)
@may(SECRETARY, again=".roster")
def faults() -> ResponseReturnValue:
    """The rows with faults as a file, each with what is wrong: mend it and hand it in again."""
    upload = _unfolded()
    # The mark in front tells spreadsheets that it is UTF-8.
    answer = Response("\ufeff" + faulty_rows(upload.text, upload.roster.faults), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="faults.csv"'
    return answer


def _unfolded() -> Upload:
    try:
        owner, name, text = _seal().loads(request.form.get("bundle", ""), max_age=SESSION_SECONDS)
    except BadData:
        raise RosterLost from None
    if owner != person():
        raise RosterLost
    return Upload(name, text, _parsed(text))


def _parsed(text: str) -> Roster:
    return parse(text, views.known(reading()), new_id)


def _decoded(content: bytes) -> str:
    """Spreadsheets in China save CSV as GB 18030 unless told otherwise. Raises BadForm."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    zh = "这个文件读不出来。请在表格软件里另存为“CSV（逗号分隔）”，再选一次。"
    raise BadForm(
        {
            "file": [
                zh,
                "This file cannot be read. Please save it as CSV in your spreadsheet and choose it again.",
            ]
        }
    )


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="roster")

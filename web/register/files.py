"""A file on its way into the register: read, checked, carried in the page, entered on a second press.

Between the two steps the file travels in the page, signed, so that no half-checked names lie on the server.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from deliberation.errors import Refusal
from deliberation.forms import BadForm
from deliberation.register.sheet import Fault, faulty_rows
from web.security import SESSION_SECONDS
from web.shell import person

#: Faults shown on the page; the file for download has them all.
SHOWN = 50


class RosterLost(Refusal):
    """What comes back is not what this site sent."""

    zh = "这份名册放得太久了，或者不是刚才检查过的那一份，没有记入。请重新选文件，再检查一次。"
    en = "This roster was open for too long, or is not the one just checked. Please choose the file again."
    status = 400


def received() -> tuple[str, str]:
    """Return name and text of the file that was handed in. Raises BadForm."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadForm({"file": ["请选名册文件。", "Please choose the file of the roster."]})
    return file.filename, _decoded(file.read())


def fold(kind: str, name: str, text: str) -> str:
    """Return a checked file as the page carries it; only a form of the same kind takes it back."""
    return str(_seal(kind).dumps([person(), name, text]))


def unfold(kind: str) -> tuple[str, str]:
    """Return name and text of the file that the page carried. Raises RosterLost."""
    try:
        bearer, name, text = _seal(kind).loads(request.form.get("bundle", ""), max_age=SESSION_SECONDS)
    except BadData:
        raise RosterLost from None
    if bearer != person():
        raise RosterLost
    return name, text


def to_mend(text: str, faults: Sequence[Fault]) -> Response:
    """Return the rows with faults as a file, each with what is wrong."""
    # The mark in front tells spreadsheets that it is UTF-8.
    answer = Response("\ufeff" + faulty_rows(text, faults), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="faults.csv"'
    return answer


def _decoded(content: bytes) -> str:
    """Spreadsheets in China save CSV as GB 18030 unless told otherwise. Raises BadForm."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    zh = "这个文件读不出来。请在表格软件里另存为“CSV（逗号分隔）”，再选一次。"
    en = "This file cannot be read. Please save it as CSV in your spreadsheet and choose it again."
    raise BadForm({"file": [zh, en]})


def _seal(kind: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=kind)

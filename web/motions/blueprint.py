"""The blueprint that the pages of motions share, and how changes of a text are shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, render_template, url_for
from markupsafe import Markup

from deliberation.clauses import (
    Insert,
    Operation,
    Remove,
    Replace,
    Text,
    apply,
)
from deliberation.errors import NotFound, Refusal
from deliberation.motions import queries
from deliberation.motions.amendments import STATES as AMENDMENT_STATES
from deliberation.motions.model import KINDS, REASONS, STATES
from deliberation.polls import aftermath
from deliberation.polls.counting import RESULTS
from deliberation.polls.model import STAGES
from web.shell import _, local, moment_shown, reading
from web.versions import Change, clause_name
from web.wordings import compared, lines

bp = Blueprint("motions", __name__)
bp.add_app_template_filter(clause_name)

TONES = {
    "proposed": "seal",
    "admitted": "",
    "adopted": "pine",
    "rejected": "clay",
    "withdrawn": "",
    "passed": "pine",
}
OUTCOME_TONES = {"PASS": "pine", "FAIL": "clay", "NO_QUORUM": "clay"}
ORIGINS = REASONS | {"draft": ("原稿", "as drafted")}


def render(page: str, /, **values: Any) -> str:
    """Return a page or block of motions with the names of all codes; it may stand in another room."""
    names = {"KINDS": KINDS, "STATES": STATES, "TONES": TONES, "AMENDMENT_STATES": AMENDMENT_STATES}
    return render_template(f"motions/{page}.html", **names, **values)


def motion_of(motion: str) -> Any:
    """Return a motion's row. Raises NotFound."""
    row = queries.motion_row(reading(), motion)
    if row is None:
        raise NotFound
    return row


def text_of(row: Any) -> Text:
    """Return the present text of a motion."""
    text = queries.text_at(reading(), row.id, row.version)
    assert text is not None
    return text


def origin(kind: str, label: str) -> str:
    """Return in words where a wording comes from: 原稿, 修正案甲, 按审核意见（丙）."""
    if kind == "amendment":
        return _("修正案%(label)s", label=label)
    said = local(ORIGINS[kind])
    return _("%(origin)s（%(label)s）", origin=said, label=label) if label else said


def poll_rows(polls: Iterable[Any]) -> list[tuple[str, str, str, str, str]]:
    """Return polls as ``ui.rows`` takes them, each with its result or how far it is."""
    found = []
    for row in polls:
        said, tone = _standing(row)
        found.append((url_for("polls.show", poll=row.id), row.title, row.number, said, tone))
    return found


def _standing(row: Any) -> tuple[str, str]:
    """How a poll stands in a word, and the tone of its tag: one annulled says so, one that may be asked about is preliminary."""
    if row.stage == "annulled" or not row.outcome:
        return local(STAGES[row.stage]), "clay" if row.stage == "annulled" else ""
    if aftermath.preliminary(row, int(moment_shown().timestamp())):
        return _("初步结果"), "seal"
    return local(RESULTS[row.outcome]), OUTCOME_TONES.get(row.outcome, "")


def changes_of(text: Text | None, operations: Iterable[Operation]) -> list[Change]:
    """Return operations for reading, each with the clause's number as it is when its turn comes."""
    found = []
    for operation in operations:
        found.append(Change(_place(text, operation), _wording(operation)))
        try:
            text = apply(text, [operation]) if text else None
        except Refusal:
            text = None
    return found


def _place(text: Text | None, operation: Operation) -> str:
    clause = operation.after if isinstance(operation, Insert) else operation.clause
    at = {each.id: number for number, each in enumerate(text.clauses if text else (), start=1)}.get(clause, 0)
    name = clause_name(at) if at else clause
    if isinstance(operation, Insert):
        return _("加在%(clause)s后面", clause=name) if clause else _("加在最前面")
    return _("%(clause)s，删去", clause=name) if isinstance(operation, Remove) else name


def _wording(operation: Operation) -> Markup:
    if isinstance(operation, Replace):
        return compared(operation.old, operation.new)
    mark = "<ins>{}</ins>" if isinstance(operation, Insert) else "<del>{}</del>"
    return Markup(mark).format(lines(operation.text))

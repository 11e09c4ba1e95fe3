"""The editor of a text, clause by clause, for amendments and revisions: written, compared, then entered."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import request
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, COMMITTEE, DELEGATE, SECRETARY
from deliberation.clauses import Operation, Text
from deliberation.forms import load
from deliberation.motions import changes, queries, schemas
from deliberation.motions.model import REASONS, Amendment, Motion
from deliberation.motions.refusals import TextMovedOn
from deliberation.wording import normal
from web.motions.blueprint import (
    bp,
    changes_of,
    motion_of,
    render,
    text_of,
)
from web.shell import _, acting, command_key, council, done, may, reading
from web.versions import clause_name

MOVERS = (DELEGATE, COMMITTEE, CHAIR, SECRETARY)
REVISERS = (SECRETARY, CHAIR)
LABELS = "甲乙丙丁戊己庚辛壬癸"


class Field(NamedTuple):
    """One clause in the editor: as it stands, as typed over, whether it goes, and what is added behind it."""

    id: str
    name: str
    stands: str
    wording: str
    removed: bool
    added: str


@bp.get("/motions/<id:motion>/amend")
@may(*MOVERS)
def amendment(motion: str) -> str:
    """The editor for an amendment; ``?replaces=`` names one that did not pass and is tried again."""
    return _editor(motion, "amend")


@bp.post("/motions/<id:motion>/amend/read")
@may(*MOVERS, again=".amendment")
def read_amendment(motion: str) -> str:
    """Show what it would change."""
    return _editor(motion, "amend", _operations(motion_of(motion)))


@bp.post("/motions/<id:motion>/amend")
@may(*MOVERS, again=".amendment")
def move(motion: str) -> ResponseReturnValue:
    """Move the amendment."""
    row = motion_of(motion)
    operations = _operations(row)
    form = _checked(schemas.Move, operations)
    made = Amendment.move(
        motion, row.matter, form["label"], form["base_digest"], operations, form["replaces"], by=acting()
    )
    council().save(made, command=command_key())
    return done(
        ".show",
        _("修正案%(label)s提出来了，等表决。", label=form["label"]),
        motion=motion,
        _anchor="amendments",
    )


@bp.get("/motions/<id:motion>/revise")
@may(*REVISERS)
def revision(motion: str) -> str:
    """The editor for a revision that needs no vote of its own."""
    return _editor(motion, "revise")


@bp.post("/motions/<id:motion>/revise/read")
@may(*REVISERS, again=".revision")
def read_revision(motion: str) -> str:
    """Show what it would change."""
    return _editor(motion, "revise", _operations(motion_of(motion)))


@bp.post("/motions/<id:motion>/revise")
@may(*REVISERS, again=".revision")
def revise(motion: str) -> ResponseReturnValue:
    """Revise the text, with a reason."""
    row = motion_of(motion)
    operations = _operations(row)
    form = _checked(schemas.Revise, operations)
    with council().change(Motion, motion, command=command_key()) as changed:
        changed.revise(operations, form["reason_kind"], form["note"], label=form["label"], by=acting())
    return done(".show", _("修订好了，现在是第 %(n)s 稿。", n=row.version + 1), motion=motion)


def _editor(motion: str, purpose: str, operations: list[Operation] | None = None) -> str:
    row = motion_of(motion)
    text = text_of(row)
    moved = queries.amendments_of(reading(), motion)
    shown = changes_of(text, operations) if operations else None
    return render(
        "edit",
        motion=row,
        purpose=purpose,
        fields=_fields(motion, text),
        read=shown,
        reasons=REASONS,
        typed=request.form,
        before=request.form.get("after-", ""),
        touched=_touched(text),
        replaceable=[
            (each.id, _("修正案%(label)s", label=each.label)) for each in moved if each.state == "not_passed"
        ],
        replaces=request.args.get("replaces", ""),
        label=_next_label({each.label for each in moved}),
    )


def _next_label(taken: set[str]) -> str:
    return next((label for label in LABELS if label not in taken), "")


def _fields(motion: str, text: Text) -> list[Field]:
    """What stands in the editor: what was typed, but not where a clause was only sent back as it had been."""
    based = next(
        (v for v in queries.versions_of(reading(), motion) if v.digest == request.form.get("base_digest")),
        None,
    )
    before = {clause.id: clause.text for clause in queries.text_of(based).clauses} if based else {}
    fields = []
    for number, clause in enumerate(text.clauses, start=1):
        wording = normal(request.form.get(f"wording-{clause.id}", clause.text))
        if wording == before.get(clause.id):
            wording = clause.text
        removed, added = f"remove-{clause.id}" in request.form, request.form.get(f"after-{clause.id}", "")
        fields.append(Field(clause.id, clause_name(number), clause.text, wording, removed, added))
    return fields


def _operations(row: Any) -> list[Operation]:
    """Return what the form changes in a motion's text.

    Raises TextMovedOn, NothingChanged, and what the text refuses.
    """
    if request.form.get("base_digest") != row.digest:
        raise TextMovedOn(version=row.version)
    text = text_of(row)
    ids = [clause.id for clause in text.clauses]
    wordings = {id: request.form[f"wording-{id}"] for id in ids if f"wording-{id}" in request.form}
    added = {id: request.form.get(f"after-{id}", "") for id in ("", *ids)}
    operations = changes.edited(text, wordings, {id for id in ids if f"remove-{id}" in request.form}, added)
    changes.insist_on_operations(operations)
    return operations


def _touched(text: Text) -> list[tuple[str, str]]:
    """The fields of the form that say something: they go with the read-back."""
    stands = {f"wording-{clause.id}": clause.text for clause in text.clauses}
    found = []
    for name, value in request.form.items():
        said = normal(value) if name.startswith(("wording-", "remove-", "after-")) else ""
        if said and said != stands.get(name):
            found.append((name, said))
    return found


def _checked(schema: Any, operations: list[Operation]) -> dict[str, Any]:
    """Return the checked form; the operations stand in it as they would in a row of a table."""
    return load(
        schema, {**request.form, "operations": [changes.as_typed(operation) for operation in operations]}
    )

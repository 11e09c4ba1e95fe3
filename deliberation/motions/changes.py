"""Changes to a motion's text: how a set of operations is named, measured and fitted to the present text."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from deliberation.clauses import (
    Insert,
    Operation,
    Remove,
    Replace,
    Text,
    apply,
    operation_from_json,
)
from deliberation.log.leaf import canonical
from deliberation.motions.refusals import NoClauses, NothingChanged, TextTooLarge
from deliberation.wording import normal

#: Text and operations lie in one event, which must stay under 64 KiB. A Chinese character takes three bytes.
TEXT_BYTES = 36_000
OPERATIONS_BYTES = 24_000
_CHARACTER = 3
#: What parts one typed clause from the next, and the number that somebody wrote in front of it.
_BREAK = re.compile(r"\n\s*\n|\n(?=第[零一二三四五六七八九十百\d]{1,7}条[\s：:、])")
_NUMBER = re.compile(r"第[零一二三四五六七八九十百\d]{1,7}条[\s：:、]+")

Json = list[dict[str, Any]]


def to_json(operations: Iterable[Operation]) -> Json:
    """Return the operations as they stand in events."""
    return [operation.to_json() for operation in operations]


def from_json(data: Json) -> list[Operation]:
    """Read ``to_json()`` back. Raises clauses.UnknownOperation."""
    return [operation_from_json(operation) for operation in data]


def digest_of(base_digest: str, operations: Iterable[Operation]) -> str:
    """Return what an amendment is voted on by: SHA-256 (hex) of canonical {"base", "operations"}."""
    return sha256(canonical({"base": base_digest, "operations": to_json(operations)})).hexdigest()


def insist_on_text(text: Text) -> None:
    """Refuse a text that no event can hold, or that says nothing: NoClauses, TextTooLarge."""
    if not text.clauses:
        raise NoClauses
    _fits(text.to_json(), TEXT_BYTES)


def insist_on_operations(operations: Sequence[Operation]) -> None:
    """Refuse operations that no event can hold, or none at all: TextTooLarge, NothingChanged."""
    if not operations:
        raise NothingChanged
    _fits(to_json(operations), OPERATIONS_BYTES)


def _fits(value: Any, limit: int) -> None:
    size = len(canonical(value))
    if size > limit:
        raise TextTooLarge(length=-(-size // _CHARACTER), limit=limit // _CHARACTER)


def renumbered(operations: Iterable[Operation], text: Text) -> list[Operation]:
    """Return the operations with new clauses numbered on from this text.

    Two amendments to one text may both insert a "c11"; once the first has passed, the second's is "c12".
    """
    ids = iter(f"c{number}" for number in range(text.last + 1, text.last + 10_000))
    return _renamed(operations, ids)


def same(one: Iterable[Operation], other: Iterable[Operation]) -> bool:
    """Tell whether two sets of operations differ at most in the ids of the clauses they insert."""
    marks = [f"+{number}" for number in range(10_000)]
    return _renamed(one, iter(marks)) == _renamed(other, iter(marks))


def _renamed(operations: Iterable[Operation], ids: Any) -> list[Operation]:
    names: dict[str, str] = {}
    renamed: list[Operation] = []
    for operation in operations:
        if isinstance(operation, Insert) and not operation.again:
            names[operation.clause] = next(ids)
        clause = names.get(operation.clause, operation.clause)
        if isinstance(operation, Replace):
            renamed.append(replace(operation, clause=clause))
        else:
            renamed.append(
                replace(operation, clause=clause, after=names.get(operation.after, operation.after))
            )
    return renamed


def touched(operations: Iterable[Operation]) -> list[str]:
    """Return the ids of the clauses that operations touch, each once, in order."""
    return list(dict.fromkeys(operation.clause for operation in operations))


def operation_on(text: Text, kind: str, clause: str, wording: str = "") -> Operation:
    """Return an operation as a form names it: ``kind`` replace, insert (after ``clause``) or remove.

    Raises clauses.NoSuchClause.
    """
    if kind == "insert":
        return Insert(text.next_id, text.clause(clause).id if clause else "", wording)
    old = text.clause(clause).text
    return Replace(clause, old, wording) if kind == "replace" else Remove(clause, text.before(clause), old)


def fate(operations: Sequence[Operation], clause: str) -> str:
    """Return what became of a clause that operations touch: replaced, inserted or removed."""
    mine = [operation for operation in operations if operation.clause == clause]
    if isinstance(mine[-1], Remove):
        return "removed"
    return "inserted" if any(isinstance(operation, Insert) for operation in mine) else "replaced"


# what is typed into a page


def clauses_in(typed: str) -> list[str]:
    """Return the clauses of a text typed in one piece.

    A blank line begins a new clause, and so does a line that begins with 第…条; numbers in front are left out.
    """
    pieces = (normal(_NUMBER.sub("", piece.lstrip(), count=1)) for piece in _BREAK.split(normal(typed)))
    return [piece for piece in pieces if piece]


def edited(
    text: Text, wordings: Mapping[str, str], removed: Container[str], added: Mapping[str, str]
) -> list[Operation]:
    """Return what was changed on a page that shows a text clause by clause.

    ``wordings``: clause -> its wording now; ``added``: clause -> new clauses behind it ("" in front of all).
    Raises what ``clauses.apply`` raises.
    """
    found: list[Operation] = []

    def take(operation: Operation) -> None:
        nonlocal text
        text = apply(text, [operation])
        found.append(operation)

    def add_after(clause: str) -> None:
        for wording in clauses_in(added.get(clause, "")):
            take(Insert(text.next_id, clause, wording))
            clause = f"c{text.last}"

    add_after("")
    for clause in text.clauses:
        add_after(clause.id)
        wording = normal(wordings.get(clause.id, clause.text))
        if clause.id in removed:
            take(Remove(clause.id, text.before(clause.id), clause.text))
        elif wording != clause.text:
            take(Replace(clause.id, clause.text, wording))
    return found


def as_typed(operation: Operation) -> dict[str, str]:
    """Return an operation as forms and rows of a table give it; ``operation_on`` reads it back."""
    if isinstance(operation, Replace):
        return {"change": "replace", "clause": operation.clause, "wording": operation.new}
    if isinstance(operation, Insert):
        return {"change": "insert", "clause": operation.after, "wording": operation.text}
    return {"change": "remove", "clause": operation.clause, "wording": ""}

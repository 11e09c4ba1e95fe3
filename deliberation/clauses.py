"""条款: a text of numbered clauses with permanent ids, and the reversible operations that amend it.

A clause keeps its id ("c1", "c2", …) for ever, whatever its number becomes; a new one takes the highest id
ever used plus one. What form words are kept in, how they are compared and how clauses are counted aloud:
``wording``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from typing import Any

from deliberation.errors import Refusal
from deliberation.wording import EmptyWording as EmptyWording
from deliberation.wording import UnreadableWording as UnreadableWording
from deliberation.wording import WordingTooLong as WordingTooLong
from deliberation.wording import check, normal
from deliberation.wording import diff as diff
from deliberation.wording import ordinal as ordinal

LONGEST_TITLE = 200
MOST_CLAUSES = 999


class NoSuchClause(Refusal):
    """The clause named is not in the text. Facts: clause."""

    zh = "文中没有编号 {clause} 的条款，可能已被删去。全文保持不变；请刷新页面，重新选择条款。"
    en = "The text has no clause {clause}; it may be removed. Nothing was changed: reload and choose again."


class WordingDiffers(Refusal):
    """The old wording is not what the clause says. Facts: clause, ordinal, number, given, stands, excerpt."""

    zh = "{ordinal}现在的文字与您修改时所依据的不同，现为“{excerpt}”。全文保持不变；请对照现在的文字重新修改。"
    en = "Clause {number} now reads otherwise: “{excerpt}”. Nothing was changed: amend the present wording."


class PlaceDiffers(Refusal):
    """The clause does not stand where the operation says. Facts: clause, ordinal, number, after."""

    zh = "{ordinal}的位置已经变动。全文保持不变；请刷新页面后重新提出。"
    en = "Clause {number} has moved. Nothing was changed: reload and propose again."


class ClauseIdUsed(Refusal):
    """Ids are given once, in order. Facts: clause, expected."""

    zh = "新条款的编号应当是 {expected}，不能用 {clause}。全文保持不变；请刷新页面后重新提出。"
    en = "A new clause must have the id {expected}, not {clause}. Nothing was changed: propose again."


class UnchangedWording(Refusal):
    """An amendment that changes nothing. Facts: clause, ordinal, number."""

    zh = "{ordinal}的新文字与原文相同。原文保持不变；请先改动文字，再提交。"
    en = "Clause {number} would stay the same. The text stays as it was: change the wording, then submit."


class TooManyClauses(Refusal):
    """Facts: limit."""

    zh = "条款已达 {limit} 条，不能再增加。全文保持不变；请合并条款后再提出。"
    en = "The text has {limit} clauses already, and no more fit. Nothing was changed: merge clauses first."


class UnknownOperation(Refusal):
    """Data that is none of the operations. Facts: found."""

    zh = "看不懂这项修改（{found}）。全文保持不变；请从页面上重新提出。"
    en = "This is not an amendment we know ({found}). Nothing was changed: propose it again from the page."


class _Worded:
    """The fields that hold wording are normalised when the value is made."""

    def __post_init__(self) -> None:
        for name in ("title", "text", "old", "new"):
            if hasattr(self, name):
                object.__setattr__(self, name, normal(getattr(self, name)))


@dataclass(frozen=True)
class Clause(_Worded):
    """One clause: its permanent id and its wording."""

    id: str
    text: str


@dataclass(frozen=True)
class Text(_Worded):
    """A titled text. ``last`` is the highest clause number ever used; it never goes down."""

    title: str
    clauses: tuple[Clause, ...]
    last: int

    @classmethod
    def of(cls, title: str, wordings: Iterable[str]) -> Text:
        """Return a new text whose clauses are c1, c2, … Raises a refusal for wording that cannot stand."""
        clauses = tuple(Clause(f"c{number}", wording) for number, wording in enumerate(wordings, start=1))
        text = cls(title, clauses, len(clauses))
        check(text.title, LONGEST_TITLE)
        for clause in clauses:
            check(clause.text)
        if len(clauses) > MOST_CLAUSES:
            raise TooManyClauses(limit=MOST_CLAUSES)
        return text

    @property
    def next_id(self) -> str:
        """The id that the next new clause takes."""
        return f"c{self.last + 1}"

    def clause(self, clause_id: str) -> Clause:
        """Return a clause. Raises NoSuchClause."""
        return self.clauses[self.number(clause_id) - 1]

    def number(self, clause_id: str) -> int:
        """Return the number a clause has at present, from 1. Raises NoSuchClause."""
        for number, clause in enumerate(self.clauses, start=1):
            if clause.id == clause_id:
                return number
        raise NoSuchClause(clause=clause_id)

    def before(self, clause_id: str) -> str:
        """Return the id of the clause in front of this one, "" for the first. Raises NoSuchClause."""
        number = self.number(clause_id)
        return self.clauses[number - 2].id if number > 1 else ""

    def digest(self) -> str:
        """Return the SHA-256 (hex) of title and clauses as canonical JSON; ``last`` is no part of it."""
        canonical = json.dumps(self._content(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return sha256(canonical.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return {"title", "clauses": [[id, text], …], "last"}."""
        return {**self._content(), "last": self.last}

    def _content(self) -> dict[str, Any]:
        return {"title": self.title, "clauses": [[clause.id, clause.text] for clause in self.clauses]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Text:
        """Read ``to_json()`` back."""
        return cls(data["title"], tuple(Clause(*pair) for pair in data["clauses"]), data["last"])


class _Operation(_Worded):
    def to_json(self) -> dict[str, Any]:
        """Return the fields and "operation", the name in lower case."""
        return {"operation": type(self).__name__.lower(), **vars(self)}


@dataclass(frozen=True)
class Replace(_Operation):
    """Give a clause a new wording; ``old`` must be what it says now."""

    clause: str
    old: str
    new: str


@dataclass(frozen=True)
class Insert(_Operation):
    """Add a clause after another one ("" = at the beginning), under ``Text.next_id``.

    ``again`` marks a removed clause that comes back under its own id; only ``undo`` makes such operations.
    """

    clause: str
    after: str
    text: str
    again: bool = False


@dataclass(frozen=True)
class Remove(_Operation):
    """Take out a clause; ``after`` and ``text`` say where it stood and what it said: it can come back."""

    clause: str
    after: str
    text: str


Operation = Replace | Insert | Remove
KINDS: dict[str, type[Operation]] = {"replace": Replace, "insert": Insert, "remove": Remove}


def operation_from_json(data: Mapping[str, Any]) -> Operation:
    """Read an operation's ``to_json()`` back. Raises UnknownOperation for anything else."""
    given = dict(data)
    kind = KINDS.get(str(given.pop("operation", "")))
    again = given.pop("again", False)
    names = {field.name for field in fields(kind)} - {"again"} if kind else set()
    if kind is None or given.keys() != names or not all(isinstance(value, str) for value in given.values()):
        raise UnknownOperation(found=json.dumps(data, ensure_ascii=False, default=str)[:80])
    if again is not False and (kind is not Insert or again is not True):
        raise UnknownOperation(found=f"again: {again}")
    return kind(**given) if not again else Insert(**given, again=True)


def apply(text: Text, operations: Iterable[Operation]) -> Text:
    """Return the text after all operations, in order; none takes effect if one is refused.

    Raises NoSuchClause, WordingDiffers, PlaceDiffers, ClauseIdUsed, EmptyWording, UnchangedWording,
    WordingTooLong, UnreadableWording, TooManyClauses.
    """
    for operation in operations:
        match operation:
            case Replace():
                text = _replace(text, operation)
            case Insert():
                text = _insert(text, operation)
            case Remove():
                text = _remove(text, operation)
    return text


def undo(operations: Sequence[Operation]) -> list[Operation]:
    """Return the operations that lead back from the amended text to the one before."""
    return [_inverse(operation) for operation in reversed(operations)]


def _inverse(operation: Operation) -> Operation:
    match operation:
        case Replace(clause, old, new):
            return Replace(clause, new, old)
        case Insert(clause, after, text):
            return Remove(clause, after, text)
        case Remove(clause, after, text):
            return Insert(clause, after, text, again=True)


def _place(text: Text, clause_id: str) -> dict[str, Any]:
    number = text.number(clause_id)
    return {"clause": clause_id, "number": number, "ordinal": ordinal(number)}


def _expect(text: Text, clause_id: str, wording: str) -> None:
    stands = text.clause(clause_id).text
    if stands != wording:
        excerpt = stands if len(stands) <= 60 else stands[:59] + "…"
        raise WordingDiffers(**_place(text, clause_id), given=wording, stands=stands, excerpt=excerpt)


def _replace(text: Text, operation: Replace) -> Text:
    _expect(text, operation.clause, operation.old)
    check(operation.new)
    if operation.new == operation.old:
        raise UnchangedWording(**_place(text, operation.clause))
    new = Clause(operation.clause, operation.new)
    return replace(text, clauses=tuple(new if old.id == new.id else old for old in text.clauses))


def _insert(text: Text, operation: Insert) -> Text:
    check(operation.text)
    if len(text.clauses) >= MOST_CLAUSES:
        raise TooManyClauses(limit=MOST_CLAUSES)
    if operation.clause not in _free_ids(text, operation.again):
        raise ClauseIdUsed(clause=operation.clause, expected=text.next_id)
    at = text.number(operation.after) if operation.after else 0
    clauses = (*text.clauses[:at], Clause(operation.clause, operation.text), *text.clauses[at:])
    return Text(text.title, clauses, text.last if operation.again else text.last + 1)


def _free_ids(text: Text, again: bool) -> set[str]:
    if not again:
        return {text.next_id}
    return {f"c{number}" for number in range(1, text.last + 1)} - {clause.id for clause in text.clauses}


def _remove(text: Text, operation: Remove) -> Text:
    _expect(text, operation.clause, operation.text)
    if operation.after != text.before(operation.clause):
        raise PlaceDiffers(**_place(text, operation.clause), after=operation.after)
    return replace(text, clauses=tuple(clause for clause in text.clauses if clause.id != operation.clause))

"""How one version of a text became another, clause by clause: for the pages of motions and for what changed in a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from markupsafe import Markup

from deliberation.clauses import Text, ordinal
from web.languages import local
from web.wordings import compared


class Change(NamedTuple):
    """One change to a text: which clause, and the words with what was taken out and put in."""

    place: str
    wording: Markup


def clause_name(number: int) -> str:
    """Return what the n-th clause is called: 第二条, Clause 2."""
    return local((ordinal(number), f"Clause {number}"))


def differences(old: Text, new: Text) -> list[Change]:
    """Return how one version became another, clause by clause; what stayed is left out."""
    before = {clause.id: clause.text for clause in old.clauses}
    found = []
    for number, clause in enumerate(new.clauses, start=1):
        if clause.id not in before:
            found.append(
                Change(_("%(clause)s，新加的", clause=clause_name(number)), compared("", clause.text))
            )
        elif before[clause.id] != clause.text:
            found.append(Change(clause_name(number), compared(before[clause.id], clause.text)))
    return found + _gone(old, {clause.id for clause in new.clauses})


def _gone(old: Text, stands: set[str]) -> list[Change]:
    gone: Sequence[tuple[int, Any]] = [
        pair for pair in enumerate(old.clauses, start=1) if pair[1].id not in stands
    ]
    return [
        Change(_("原来的%(clause)s，删去了", clause=clause_name(n)), compared(clause.text, ""))
        for n, clause in gone
    ]

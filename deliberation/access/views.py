"""Letters and bindings as tables, what stands before them, and what the pages ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import case, func, select

from deliberation.access.letters import RENEWAL, LetterPage, Replacement, SignIn
from deliberation.access.model import Binding
from deliberation.access.tables import bindings, letters, rules
from deliberation.log.reading import Reading
from deliberation.log.views import Change, delete, insert, on, update
from deliberation.register.views import persons

__all__ = ["bindings", "letters", "rules"]

#: Bindings on one page of the list.
PAGE = 30


@on(SignIn.Adopted)
def adopted(e: SignIn.Adopted, position: int) -> Iterable[Change]:
    yield delete(rules, "")
    yield insert(rules, id="", hours=e.hours, days=e.days)


@on(LetterPage.Issued)
def issued(e: LetterPage.Issued, position: int) -> Iterable[Change]:
    for number, kind, target in e.letters:
        yield _letter(number, kind, target, e.until, "", e.at, position)


@on(Replacement.Replaced)
def replaced(e: Replacement.Replaced, position: int) -> Iterable[Change]:
    yield update(letters, e.letter, state="dead")
    yield _letter(e.number, e.kind, e.target, e.until, e.letter, e.at, position)


@on(Binding.Made)
def made(e: Binding.Made, position: int) -> Iterable[Change]:
    yield update(letters, e.letter, state="used")
    yield insert(
        bindings, id=e.id, person=e.person, home=e.home, letter=e.letter, way=e.way, state="bound", made=e.at,
        votes_from=e.votes_from, ended=0, waits="", helper=e.by.person if e.aid else "",
    )  # fmt: skip


@on(Binding.Objected)
def objected(e: Binding.Objected, position: int) -> Iterable[Change]:
    yield update(bindings, e.id, state="objected", ended=e.over_at or e.at)


@on(Binding.Ended)
def ended(e: Binding.Ended, position: int) -> Iterable[Change]:
    yield update(bindings, e.id, state="ended", ended=e.at)


@on(Binding.KeysReplaced)
def keys_replaced(e: Binding.KeysReplaced, position: int) -> Iterable[Change]:
    yield update(bindings, e.id, waits=e.letter)
    yield _letter(e.letter, RENEWAL, e.person, e.until, "", e.at, position)


@on(Binding.Renewed)
def renewed(e: Binding.Renewed, position: int) -> Iterable[Change]:
    yield update(letters, e.letter, state="used")
    yield update(bindings, e.id, waits="", way=e.way, letter=e.letter)


def _letter(number: str, kind: str, target: str, until: int, replaces: str, at: int, position: int) -> Change:
    return insert(
        letters, number=number, kind=kind, target=target, until=until, state="open", replaces=replaces, made=at, position=position
    )


def adopted_rules(r: Reading) -> Any | None:
    """Return the adopted hours and days, or None."""
    return r.row(rules, "")


def binding_of_person(r: Reading, person: str) -> Any | None:
    """Return the binding that stands for a person, or None."""
    c = bindings.c
    return r.first(bindings.select().where(r.mine(bindings), c.person == person, c.state == "bound"))


def bindings_of_home(r: Reading, homes: Sequence[str]) -> Sequence[Any]:
    """Return the bindings of some homes, and of who lives there, newest first."""
    c, living = bindings.c, select(persons.c.id).where(r.mine(persons), persons.c.home.in_(homes))
    there = c.home.in_(homes) | c.person.in_(living)
    return r.all(bindings.select().where(r.mine(bindings), there).order_by(c.made.desc(), c.id)) if homes else []


def letter_counts(r: Reading, at: int) -> dict[tuple[str, str], int]:
    """Return (kind, state) -> number of letters; one that has expired at a second (UTC) counts as dead."""
    c = letters.c
    state = case(((c.state == "open") & (c.until < at), "dead"), else_=c.state)
    return {(row[0], row[1]): row[2] for row in r.all(select(c.kind, state, func.count()).where(r.mine(letters)).group_by(c.kind, state))}


def bindings_page(r: Reading, page: int) -> tuple[Sequence[Any], int]:
    """Return one page of the bindings, the latest first, and how many pages there are."""
    c, count = bindings.c, r.count(select(func.count()).where(r.mine(bindings)))
    query = bindings.select().where(r.mine(bindings)).order_by(c.made.desc(), c.id)
    return r.all(query.limit(PAGE).offset((page - 1) * PAGE)), max(1, -(-count // PAGE))

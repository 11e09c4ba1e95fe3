"""Whom a letter may bind, where it may be sent, and for whom somebody votes: asked of the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from deliberation.access.beside import keys
from deliberation.access.letters import HOME, RENEWAL, STAFF
from deliberation.access.locks import plain_name
from deliberation.access.sessions import OFFICES
from deliberation.access.tables import bindings, letters
from deliberation.log.reading import Reading
from deliberation.register import vault
from deliberation.register.owners import owners, titles
from deliberation.register.views import holders, households, persons, places, units


class Found(NamedTuple):
    """Whom a letter binds: the person, the home ("" for staff), the owner whose voter this names, and the binding that waits
    for new keys ("" for a first one)."""

    person: str
    home: str
    owner: str = ""
    binding: str = ""


class Home(NamedTuple):
    """A household or unit that a letter can be sent to."""

    id: str
    label: str


def find(r: Reading, letter: Any, name: str) -> Found | None:
    """Return whom an open letter binds if somebody of that name may use it, else None. Two of the same name: None."""
    if letter.kind == HOME:
        possible = dict.fromkeys(people_of(r, letter.target), letter.target)
    else:
        possible = {letter.target: ""}
    called = vault.names(r, possible)
    found = [person for person in possible if plain_name(called.get(person, "")) == plain_name(name) != ""]
    if len(found) != 1:
        return None
    person = found[0]
    if letter.kind == RENEWAL:
        c = bindings.c
        waiting = r.first(bindings.select().where(r.mine(bindings), c.person == person, c.waits == letter.number, c.state == "bound"))
        return None if waiting is None else Found(person, waiting.home, "", waiting.id)
    return Found(person, possible[person], unnamed_owner(r, person, letter.target) if letter.kind == HOME else "")


def people_of(r: Reading, home: str) -> list[str]:
    """Return the adults who live in a household or unit or vote for its owner."""
    p, inside = persons.c, select(households.c.id).where(r.mine(households), households.c.unit == home)
    query = select(p.id).where(r.mine(persons), p.adult == 1, or_(p.home == home, p.home.in_(inside)))
    people = {row.id for row in r.all(query)}
    title = r.row(titles, home)
    owner = r.row(owners, title.owner) if title is not None else None
    return sorted(people | ({owner.voter} if owner is not None and owner.voter else set()))


def unnamed_owner(r: Reading, person: str, unit: str) -> str:
    """Return the owner of a unit that has no voter yet, if the person is one of its owners living there, else ""."""
    title = r.row(titles, unit)
    owner = r.row(owners, title.owner) if title is not None else None
    row = r.row(persons, person)
    named = owner is None or owner.voter or row is None or row.standing != "owner"
    return "" if named or owner is None else str(owner.id)


def label_of(r: Reading, home: str) -> str:
    """Return how a home is called: 3号楼602; "" for none."""
    row = (r.row(households, home) or r.row(units, home)) if home else None
    return "" if row is None else str(row.label)


def homes_without(r: Reading, within: str, at: int, *, units_too: bool) -> list[Home]:
    """Return the households (or units) of a building or grid, or of the whole place, for which no letter is open at a
    second (UTC) and nobody is bound, by door."""
    c = letters.c
    taken = select(c.target).where(r.mine(letters), c.kind == HOME, c.state == "open", c.until >= at)
    bound = select(bindings.c.home).where(r.mine(bindings), bindings.c.state == "bound")
    table = units if units_too else households
    query = select(table.c.id, table.c.label).where(r.mine(table), table.c.id.not_in(taken), table.c.id.not_in(bound))
    if within and units_too:
        inside = select(places.c.id).where(r.mine(places), or_(places.c.id == within, places.c.parent == within))
        query = query.where(units.c.building.in_(inside))
    elif within:
        built = select(units.c.id).where(r.mine(units), units.c.building == within)
        query = query.where(or_(households.c.grid == within, households.c.unit.in_(built)))
    return [Home(row.id, row.label) for row in r.all(query)]


def home_called(r: Reading, label: str) -> Home | None:
    """Return the household or unit of that door, the household if both are called so."""
    for table in (households, units):
        row = r.first(table.select().where(r.mine(table), table.c.label == label))
        if row is not None:
            return Home(row.id, row.label)
    return None


def staff_without(r: Reading, on_day: str, at: int) -> dict[str, list[str]]:
    """Return the holders of an office that a PIN does not open on a day (ISO date) who are not bound and have no open letter, with their offices."""
    c = letters.c
    open_ = {row.target for row in r.all(select(c.target).where(r.mine(letters), c.kind == STAFF, c.state == "open", c.until >= at))}
    bound = {row.person for row in r.all(select(bindings.c.person).where(r.mine(bindings), bindings.c.state == "bound"))}
    offices: dict[str, list[str]] = {}
    for row in holders(r, on_day):
        if row.role in OFFICES and row.person not in open_ | bound and row.role not in offices.get(row.person, ()):
            offices.setdefault(row.person, []).append(row.role)
    return offices


def open_letter_of(r: Reading, person: str, at: int) -> Any | None:
    """Return the letter of the staff that a person holds and has not used at a second (UTC), or None."""
    c = letters.c
    mine = (c.kind == STAFF) & (c.target == person) & (c.state == "open") & (c.until >= at)
    return r.first(letters.select().where(r.mine(letters), mine).order_by(c.position.desc()))


def account(r: Reading, number: str) -> Any | None:
    """Return the binding that is signed in to with a number, or None."""
    c = bindings.c
    return r.first(bindings.select().where(r.mine(bindings), c.letter == number, c.state == "bound", c.waits == ""))


def votes_for(r: Reading, person: str) -> list[str]:
    """Return the labels of homes for which a person speaks or votes by the register."""
    p, o = persons.c, owners.c
    speaks = select(households.c.label).join(persons, (p.community == households.c.community) & (p.home == households.c.id))
    speaks = speaks.where(r.mine(households), p.id == person, p.speaks == 1)
    owns = select(units.c.label).join(titles, (titles.c.community == units.c.community) & (titles.c.unit == units.c.id))
    owns = owns.join(owners, (o.community == titles.c.community) & (o.id == titles.c.owner)).where(r.mine(units), o.voter == person)
    return [row[0] for row in [*r.all(speaks), *r.all(owns)]]


def homes_of(r: Reading, person: str) -> list[str]:
    """Return the ids of the home in which a person lives, its unit, and the units for whose owner they vote."""
    row = r.row(persons, person)
    if row is None:
        return []
    household = r.row(households, row.home) if row.home else None
    c, o = titles.c, owners.c
    query = select(c.unit).join(owners, (o.community == c.community) & (o.id == c.owner)).where(r.mine(titles), o.voter == person)
    owned = [each[0] for each in r.all(query)]
    return [home for home in (row.home, household.unit if household else "", *owned) if home]


def kinds_of(r: Reading, people: Iterable[str]) -> dict[str, set[str]]:
    """Return person -> kinds of keys."""
    c, some = keys.c, [*people]
    rows: Sequence[Any] = r.live.execute(select(c.person, c.kind).where(c.community == r.community, c.person.in_(some))).fetchall() if some else []
    kinds: dict[str, set[str]] = {}
    for row in rows:
        kinds.setdefault(row.person, set()).add(row.kind)
    return kinds

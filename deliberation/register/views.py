"""Views of the register, the guard for roles, and what pages ask of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, String, Text, func, select

from deliberation import deadlines
from deliberation.actors import FREE_ROLES, ROLES
from deliberation.errors import RoleNotHeld
from deliberation.log.aggregate import Event
from deliberation.log.reading import Reading
from deliberation.log.views import Change, Tx, guard, delete, insert, on, update, view
from deliberation.register import vault
from deliberation.register.model import Community, Holding, Page, RegisterFault

communities = view(
    "communities",
    Column("id", String(36), primary_key=True),
    Column("name", Text),
    Column("kind", String(16)),
    Column("street", Text),
)
places = view(
    "places",
    Column("id", String(36), primary_key=True),
    Column("kind", String(16)),
    Column("label", Text),
    Column("parent", String(36)),
    index=["kind"],
)
units = view(
    "units",
    Column("id", String(36), primary_key=True),
    Column("building", String(36)),
    Column("label", Text),
    Column("area", BigInteger),
    index=["building"],
)
households = view(
    "households",
    Column("id", String(36), primary_key=True),
    Column("unit", String(36)),
    Column("label", Text),
    Column("grid", String(36)),
    index=["grid"],
)
persons = view(
    "persons",
    Column("id", String(36), primary_key=True),
    Column("home", String(36)),
    Column("standing", String(16)),
    Column("adult", Integer),
    Column("speaks", Integer),
    index=["home", "standing"],
)
#: One row for each person and role; a role granted again replaces the row, the log keeps both.
roles = view(
    "roles",
    Column("person", String(36), primary_key=True),
    Column("role", String(24), primary_key=True),
    Column("id", String(36)),
    Column("place", String(36)),
    Column("since", String(10)),
    Column("until", String(10)),
    index=["role"],
)

@on(Community.Founded)
def founded(e: Community.Founded, position: int) -> Iterable[Change]:
    yield insert(communities, id=e.id, name=e.name, kind=e.kind, street=e.street)


@on(Page.PlacesEntered)
def places_entered(e: Page.PlacesEntered, position: int) -> Iterable[Change]:
    for id, kind, label, parent in e.lines:
        yield insert(places, id=id, kind=kind, label=label, parent=parent)


@on(Page.UnitsEntered)
def units_entered(e: Page.UnitsEntered, position: int) -> Iterable[Change]:
    for id, building, label, area in e.lines:
        yield insert(units, id=id, building=building, label=label, area=area)


@on(Page.HouseholdsEntered)
def households_entered(e: Page.HouseholdsEntered, position: int) -> Iterable[Change]:
    for id, unit, label, grid in e.lines:
        yield insert(households, id=id, unit=unit, label=label, grid=grid)


@on(Page.PersonsEntered)
def persons_entered(e: Page.PersonsEntered, position: int) -> Iterable[Change]:
    for id, home, standing, adult, speaks in e.lines:
        yield insert(persons, id=id, home=home, standing=standing, adult=adult, speaks=speaks)


@on(Holding.Granted)
def role_granted(e: Holding.Granted, position: int) -> Iterable[Change]:
    yield delete(roles, e.person, e.role)
    yield insert(roles, person=e.person, role=e.role, id=e.id, place=e.place, since=e.since, until=e.until)


@on(Holding.Ended)
def role_ended(e: Holding.Ended, position: int) -> Iterable[Change]:
    yield update(roles, e.person, e.role, until=e.on)


@guard()
def the_role_is_held(event: Event, tx: Tx) -> None:
    """Whoever signs an event in an office must hold it on that day."""
    actor = event.by
    if actor.role not in FREE_ROLES and not holds(tx, actor.person, actor.role, actor.at):
        zh, en = ROLES.get(actor.role, (actor.role, actor.role))
        raise RoleNotHeld(role=zh, role_en=en)


def holds(tx: Tx, person: str, role: str, moment: datetime) -> bool:
    """Whether a person holds a role on the day of a moment."""
    today = deadlines.local_date(moment).isoformat()
    row = tx.row(roles, person, role)
    return row is not None and row["since"] <= today and not (row["until"] and today > row["until"])


@guard(Page.PlacesEntered, Page.UnitsEntered, Page.HouseholdsEntered, Page.PersonsEntered)
def no_line_stands_there_already(event: Any, tx: Tx) -> None:
    table = {"places": places, "units": units, "households": households, "persons": persons}[event.TYPE[9:-8]]
    for line in event.lines:
        if tx.row(table, line[0]) is not None:
            raise RegisterFault(fault=f"“{line[2]}”已经在名册里", fault_en=f"“{line[2]}” is in the register already")


@guard(Page.UnitsEntered, Page.HouseholdsEntered)
def each_line_has_its_place(event: Any, tx: Tx) -> None:
    table = places if event.TYPE == Page.UnitsEntered.TYPE else units
    for line in event.lines:
        if tx.row(table, line[1]) is None:
            raise RegisterFault(fault=f"“{line[2]}”的楼栋或房屋不在名册里", fault_en=f"the place of “{line[2]}” is unknown")


def community(r: Reading) -> Any:
    """Return the community's row (id, name, kind, street)."""
    return r.first(communities.select().where(r.mine(communities)))


def people_in(r: Reading, role: str, on_day: str) -> list[str]:
    """Return the ids of those who hold a role on a day (ISO date), in a fixed order."""
    held = (roles.c.role == role) & (roles.c.since <= on_day) & ((roles.c.until == "") | (roles.c.until >= on_day))
    return [row.person for row in r.all(select(roles.c.person).where(r.mine(roles), held).order_by(roles.c.person))]


def roles_of(r: Reading, person: str, on_day: str) -> list[str]:
    """Return the roles that a person holds on a day (ISO date)."""
    held = (roles.c.person == person) & (roles.c.since <= on_day)
    held &= (roles.c.until == "") | (roles.c.until >= on_day)
    return [row.role for row in r.all(select(roles.c.role).where(r.mine(roles), held).order_by(roles.c.role))]


def size(r: Reading) -> dict[str, int]:
    """Return how many places, units, households and persons the register has."""
    tables = {"places": places, "units": units, "households": households, "persons": persons}
    return {name: r.count(select(func.count()).where(r.mine(table))) for name, table in tables.items()}


def named(r: Reading, people: Sequence[str]) -> dict[str, str]:
    """Return id -> name for people; one whose name was erased reads 已删除."""
    known = vault.names(r, people)
    return {person: known.get(person, "（已删除）") for person in people}


def household_voters(r: Reading) -> list[tuple[str, str, str, str]]:
    """Return (household, label, grid, person who speaks for it) for every household with a speaker."""
    speaks = (persons.c.community == households.c.community) & (persons.c.home == households.c.id) & (persons.c.speaks == 1)
    query = select(households.c.id, households.c.label, households.c.grid, persons.c.id)
    query = query.select_from(households.join(persons, speaks)).where(r.mine(households))
    return [(row[0], row[1], row[2], row[3]) for row in r.all(query.order_by(households.c.id))]


def adults(r: Reading, standing: str) -> list[tuple[str, str, str, str]]:
    """Return (person, label of the home, grid, the same person) for every adult villager or tenant."""
    at_unit = (units.c.community == persons.c.community) & (units.c.id == persons.c.home)
    at_home = (households.c.community == persons.c.community) & (households.c.id == persons.c.home)
    at_building = (places.c.community == units.c.community) & (places.c.id == units.c.building)
    homes = persons.outerjoin(households, at_home).outerjoin(units, at_unit).outerjoin(places, at_building)
    label = func.coalesce(households.c.label, units.c.label, "")
    grid = func.coalesce(households.c.grid, places.c.parent, "")
    query = select(persons.c.id, label, grid).select_from(homes)
    query = query.where(r.mine(persons), persons.c.standing == standing, persons.c.adult == 1).order_by(persons.c.id)
    return [(row[0], row[1], row[2], row[0]) for row in r.all(query)]


def office_voters(r: Reading, role: str, on_day: str) -> list[tuple[str, str, str, str]]:
    """Return (person, "", "", the same person) for everybody who holds a role on a day (ISO date)."""
    return [(person, "", "", person) for person in people_in(r, role, on_day)]


def labels(r: Reading, kind: str) -> dict[str, str]:
    """Return id -> label of all places of a kind ("grid", "building", "point")."""
    rows = r.all(select(places.c.id, places.c.label).where(r.mine(places), places.c.kind == kind))
    return {row.id: row.label for row in rows}

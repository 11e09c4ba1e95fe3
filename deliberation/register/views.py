"""Views of the register, the guard for roles, and what pages ask of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    func,
    select,
)

from deliberation import deadlines
from deliberation.actors import FREE_ROLES, ROLES
from deliberation.errors import NotFound, RoleNotHeld
from deliberation.log.aggregate import Event
from deliberation.log.driver import Prepared
from deliberation.log.reading import Reading
from deliberation.log.views import Change, Tx, guard, insert, on, update, view
from deliberation.register import vault
from deliberation.register.model import Community, Holding, Page, RegisterFault
from deliberation.register.roster import Known

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
#: One row for each term of a role.
roles = view(
    "roles",
    Column("id", String(36), primary_key=True),
    Column("person", String(36)),
    Column("role", String(24)),
    Column("place", String(36)),
    Column("since", String(10)),
    Column("until", String(10)),
    index=["role", ("person", "role")],
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
    yield insert(roles, id=e.id, person=e.person, role=e.role, place=e.place, since=e.since, until=e.until)


@on(Holding.Ended)
def role_ended(e: Holding.Ended, position: int) -> Iterable[Change]:
    yield update(roles, e.id, until=e.on)


@guard()
def the_role_is_held(event: Event, tx: Tx) -> None:
    """Whoever signs an event in an office must hold it on that day."""
    actor = event.by
    if actor.role not in FREE_ROLES and not holds(tx, actor.person, actor.role, actor.at):
        zh, en = ROLES.get(actor.role, (actor.role, actor.role))
        raise RoleNotHeld(role=zh, role_en=en)


def adults_counted(tx: Tx, standing: str) -> int:
    """Return how many adult villagers or tenants the register has."""
    c = persons.c
    query = select(func.count()).where(c.community == tx.community, c.standing == standing, c.adult == 1)
    return int(tx.rows(query)[0][0])


def holds(tx: Tx, person: str, role: str, moment: datetime) -> bool:
    """Whether a person holds a role on the day of a moment."""
    mine = (roles.c.community == tx.community) & (roles.c.person == person) & (roles.c.role == role)
    day = deadlines.local_date(moment).isoformat()
    return bool(tx.rows_of(roles, roles.select().where(mine, _held(day)).limit(1), person, role, day))


def _held(on_day: Any) -> Any:
    """The condition that a term runs on a day (ISO date); both its ends are included."""
    return (roles.c.since <= on_day) & ((roles.c.until == "") | (roles.c.until >= on_day))


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


@guard(Page.PersonsEntered)
def everybody_lives_somewhere_known_or_nowhere(event: Page.PersonsEntered, tx: Tx) -> None:
    for _, home, *_ in event.lines:
        if home and tx.row(households, home) is None and tx.row(units, home) is None:
            raise RegisterFault(fault="有人的住处不在名册里", fault_en="somebody's home is not in the register")


@guard(Page.HouseholdsEntered)
def each_household_lies_in_a_known_grid(event: Page.HouseholdsEntered, tx: Tx) -> None:
    for _, _, label, grid in event.lines:
        if tx.row(places, grid) is None:
            raise RegisterFault(fault=f"“{label}”的网格不在名册里", fault_en=f"the grid of “{label}” is unknown")


@guard(Holding.Granted)
def who_gets_a_role_is_in_the_register(event: Holding.Granted, tx: Tx) -> None:
    if tx.row(persons, event.person) is None or (event.place and tx.row(places, event.place) is None):
        raise NotFound


def community(r: Reading) -> Any:
    """Return the community's row (id, name, kind, street)."""
    return r.first(communities.select().where(r.mine(communities)))


def people_in(r: Reading, role: str, on_day: str) -> list[str]:
    """Return the ids of those who hold a role on a day (ISO date), in a fixed order."""
    query = select(roles.c.person).where(r.mine(roles), roles.c.role == role, _held(on_day))
    return [row.person for row in r.all(query.distinct().order_by(roles.c.person))]


def roles_of(r: Reading, person: str, on_day: str) -> list[str]:
    """Return the roles that a person holds on a day (ISO date)."""
    return [row.role for row in r.ask(_ROLES_OF, person=person, day=on_day)]


_ROLES_OF = Prepared(
    select(roles.c.role)
    .distinct()
    .where(roles.c.community == bindparam("mine"), roles.c.person == bindparam("person"), _held(bindparam("day")))
    .order_by(roles.c.role)
)


def size(r: Reading) -> dict[str, int]:
    """Return how many places, units, households and persons the register has."""
    tables = {"places": places, "units": units, "households": households, "persons": persons}
    return {name: r.count(select(func.count()).where(r.mine(table))) for name, table in tables.items()}


def named(r: Reading, people: Sequence[str]) -> dict[str, str]:
    """Return id -> name for people; one whose name was erased reads 已删除."""
    known = vault.names(r, people)
    return {person: known.get(person, "（已删除）") for person in people}


def people_called(r: Reading, name: str) -> list[tuple[str, str]]:
    """Return (person, label of the home, "" without one) for everybody who is called exactly so."""
    ids = vault.called(r, name)
    at_unit = (units.c.community == persons.c.community) & (units.c.id == persons.c.home)
    at_home = (households.c.community == persons.c.community) & (households.c.id == persons.c.home)
    homes = persons.outerjoin(households, at_home).outerjoin(units, at_unit)
    query = select(persons.c.id, func.coalesce(households.c.label, units.c.label, "")).select_from(homes)
    return [(row[0], row[1]) for row in r.all(query.where(r.mine(persons), persons.c.id.in_(ids)).order_by(persons.c.id))]


def labels(r: Reading, kind: str) -> dict[str, str]:
    """Return id -> label of all places of a kind ("grid", "building", "point")."""
    rows = r.all(select(places.c.id, places.c.label).where(r.mine(places), places.c.kind == kind))
    return {row.id: row.label for row in rows}


def homes(r: Reading, people: Sequence[str]) -> dict[str, str]:
    """Return person -> label of the household or unit in which they live, for those who have one."""
    at_home = (households.c.community == persons.c.community) & (households.c.id == persons.c.home)
    at_unit = (units.c.community == persons.c.community) & (units.c.id == persons.c.home)
    label = func.coalesce(households.c.label, units.c.label, "")
    query = select(persons.c.id, label).select_from(persons.outerjoin(households, at_home).outerjoin(units, at_unit))
    found = r.all(query.where(r.mine(persons), persons.c.id.in_(set(people)))) if people else []
    return {row[0]: row[1] for row in found if row[1]}


def known(r: Reading) -> Known:
    """Return what a roster is checked against, in eight queries: places, units, households, who lives there.

    Terms count that run on the day of the log's time.
    """

    def ids(table: Table) -> set[str]:
        return {row.id for row in r.all(select(table.c.id).where(r.mine(table)))}

    grids, buildings = ({label: id for id, label in labels(r, kind).items()} for kind in ("grid", "building"))
    lived = r.all(select(persons.c.id, persons.c.home, persons.c.speaks).where(r.mine(persons), persons.c.home != ""))
    called = vault.all_names(r)
    people = {(row.home, called[row.id]): row.id for row in lived if row.id in called}
    speaking = {row.home for row in lived if row.speaks}
    day = deadlines.local_date(datetime.fromtimestamp(r.time, UTC)).isoformat()
    holding = {(row.person, row.role) for row in holders(r, day)}
    return Known(community(r).id, grids, buildings, ids(units) | ids(households), people, speaking, holding)


def holders(r: Reading, on_day: str) -> Sequence[Any]:
    """Return the terms of roles that run on a day (ISO date): id, person, role, place, since, until."""
    return r.all(roles.select().where(r.mine(roles), _held(on_day)).order_by(roles.c.role, roles.c.since, roles.c.id))


def place_rows(r: Reading) -> Sequence[Any]:
    """Return every place (id, kind, label, parent)."""
    return r.all(places.select().where(r.mine(places)))


def grid_sizes(r: Reading) -> dict[str, int]:
    """Return grid -> number of households."""
    query = select(households.c.grid, func.count()).where(r.mine(households)).group_by(households.c.grid)
    return {row[0]: row[1] for row in r.all(query)}


def standings(r: Reading) -> dict[str, int]:
    """Return standing -> number of persons."""
    query = select(persons.c.standing, func.count()).where(r.mine(persons)).group_by(persons.c.standing)
    return {row[0]: row[1] for row in r.all(query)}

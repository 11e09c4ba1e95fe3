"""Who may vote, by the register: households by who speaks for them, adults by what they are, holders of an office. Owners: ``owners``."""

from __future__ import annotations

from sqlalchemy import func, select

from deliberation.log.reading import Reading
from deliberation.register.views import households, people_in, persons, places, units


def household_voters(r: Reading, within: str = "") -> list[tuple[str, str, str, str]]:
    """Return (household, label, grid, person who speaks for it) for every household with a speaker, in one building or grid
    if ``within`` names it."""
    speaks = (persons.c.community == households.c.community) & (persons.c.home == households.c.id) & (persons.c.speaks == 1)
    query = select(households.c.id, households.c.label, households.c.grid, persons.c.id)
    at_unit = (units.c.community == households.c.community) & (units.c.id == households.c.unit)
    query = query.select_from(households.join(persons, speaks).outerjoin(units, at_unit)).where(r.mine(households))
    query = query.where((households.c.grid == within) | (units.c.building == within)) if within else query
    return [(row[0], row[1], row[2], row[3]) for row in r.all(query.order_by(households.c.id))]


def adults(r: Reading, standing: str, within: str = "") -> list[tuple[str, str, str, str]]:
    """Return (person, label of the home, grid, the same person) for every adult villager or tenant, in one building or grid
    if ``within`` names it."""
    home = func.coalesce(households.c.unit, persons.c.home)
    at_unit = (units.c.community == persons.c.community) & (units.c.id == home)
    at_home = (households.c.community == persons.c.community) & (households.c.id == persons.c.home)
    at_building = (places.c.community == units.c.community) & (places.c.id == units.c.building)
    homes = persons.outerjoin(households, at_home).outerjoin(units, at_unit).outerjoin(places, at_building)
    label = func.coalesce(households.c.label, units.c.label, "")
    grid = func.coalesce(households.c.grid, places.c.parent, "")
    query = select(persons.c.id, label, grid).select_from(homes)
    query = query.where(r.mine(persons), persons.c.standing == standing, persons.c.adult == 1).order_by(persons.c.id)
    query = query.where((grid == within) | (units.c.building == within)) if within else query
    return [(row[0], row[1], row[2], row[0]) for row in r.all(query)]


def office_voters(r: Reading, role: str, on_day: str) -> list[tuple[str, str, str, str]]:
    """Return (person, "", "", the same person) for everybody who holds a role on a day (ISO date)."""
    return [(person, "", "", person) for person in people_in(r, role, on_day)]

"""Owners and titles: tables, and what a roll of owners and the pages ask of them.

Beside ``views``, which has who lives where. Every question takes a fixed number of queries, however many units there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Select, String, func, or_, select

from deliberation.log.reading import Reading
from deliberation.log.views import Change, insert, on, update, view
from deliberation.numbering import by_door
from deliberation.register import vault
from deliberation.register.ownership import Owner, Title, TitlePage, Unit
from deliberation.register.titles import Held, Known, Registered
from deliberation.register.views import (
    community,
    households,
    labels,
    named,
    persons,
    places,
    units,
)

#: Titles on one page of the list.
PAGE = 50

#: One head each; ``voter`` is "" while nobody is named.
owners = view(
    "owners",
    Column("id", String(36), primary_key=True),
    Column("kind", String(16)),
    Column("voter", String(36)),
    index=["voter"],
)
#: ``since`` is the day of the last transfer, "" for a title that came with the ledger.
titles = view(
    "titles",
    Column("unit", String(36), primary_key=True),
    Column("owner", String(36)),
    Column("kind", String(16)),
    Column("evidence", String(16)),
    Column("since", String(10)),
    index=["owner"],
)


@on(TitlePage.OwnersEntered)
def owners_entered(e: TitlePage.OwnersEntered, position: int) -> Iterable[Change]:
    for id, kind, voter in e.lines:
        yield insert(owners, id=id, kind=kind, voter=voter)


@on(TitlePage.TitlesEntered)
def titles_entered(e: TitlePage.TitlesEntered, position: int) -> Iterable[Change]:
    for unit, owner, kind, evidence in e.lines:
        yield insert(titles, unit=unit, owner=owner, kind=kind, evidence=evidence, since="")


@on(Title.Transferred)
def title_transferred(e: Title.Transferred, position: int) -> Iterable[Change]:
    yield update(titles, e.unit, owner=e.owner, kind=e.kind, evidence=e.evidence, since=e.on)


@on(Unit.Measured)
def unit_measured(e: Unit.Measured, position: int) -> Iterable[Change]:
    yield update(units, e.unit, area=e.area)
    yield update(titles, e.unit, evidence=e.evidence)


@on(Owner.VoterNamed)
def voter_named(e: Owner.VoterNamed, position: int) -> Iterable[Change]:
    yield update(owners, e.owner, voter=e.person)


_AT_UNIT = (titles.c.community == units.c.community) & (titles.c.unit == units.c.id)
_AT_OWNER = (owners.c.community == titles.c.community) & (owners.c.id == titles.c.owner)
_AT_BUILDING = (places.c.community == units.c.community) & (places.c.id == units.c.building)


def _units(r: Reading, within: str, *columns: Any) -> Select[Any]:
    """Return the query for the units in a building or grid ("" everywhere), with their titles if they have one."""
    homes = units.outerjoin(titles, _AT_UNIT).outerjoin(owners, _AT_OWNER).outerjoin(places, _AT_BUILDING)
    query = select(*columns).select_from(homes).where(r.mine(units))
    return query.where(or_(units.c.building == within, places.c.parent == within)) if within else query


# what a roll stands on


def owner_lines(r: Reading, kinds: Iterable[str], within: str = "") -> list[tuple[str, str, str, str, int]]:
    """Return (owner, label, grid, voter, area in 0.01 m²) of every owner, one line each, sorted by owner.

    Only units of these kinds in the building or grid ``within`` ("" everywhere) count. The label is the first door as people
    count them, of several units "3号楼101等15套"; the grid is that of its building. One query.
    """
    grid = func.coalesce(places.c.parent, "")
    query = _units(r, within, titles.c.owner, owners.c.voter, units.c.label, grid, units.c.area)
    held: dict[str, list[tuple[str, str, int]]] = {}
    voters: dict[str, str] = {}
    for owner, voter, door, where, area in r.all(query.where(titles.c.kind.in_(sorted(set(kinds))))):
        held.setdefault(owner, []).append((door, where, area))
        voters[owner] = voter or ""
    return [_line(owner, voters[owner], held[owner]) for owner in sorted(held)]


def _line(owner: str, voter: str, held: Sequence[tuple[str, str, int]]) -> tuple[str, str, str, str, int]:
    door, grid, _ = held[0] if len(held) == 1 else min(held, key=lambda one: by_door(one[0]))
    label = door if len(held) == 1 else f"{door}等{len(held)}套"
    return owner, label, grid, voter, sum(area for *_, area in held)


def held_by(community: str, heads: Iterable[str], kinds: Iterable[str], within: str = "") -> Select[Any]:
    """Return the query for (owner, area in 0.01 m²) of those of these owners that have units of these kinds in a part."""
    held = titles.join(units, _AT_UNIT).outerjoin(places, _AT_BUILDING)
    query = select(titles.c.owner, func.sum(units.c.area)).select_from(held).group_by(titles.c.owner)
    query = query.where(titles.c.community == community, titles.c.owner.in_(sorted(set(heads))), titles.c.kind.in_(sorted(set(kinds))))
    return query.where(or_(units.c.building == within, places.c.parent == within)) if within else query


def area_of(community: str, kinds: Iterable[str], within: str = "") -> Select[Any]:
    """Return the query for the area (0.01 m²) of all titled units of these kinds in a part."""
    held = titles.join(units, _AT_UNIT).outerjoin(places, _AT_BUILDING)
    query = select(func.coalesce(func.sum(units.c.area), 0)).select_from(held)
    query = query.where(titles.c.community == community, titles.c.kind.in_(sorted(set(kinds))))
    return query.where(or_(units.c.building == within, places.c.parent == within)) if within else query


def untitled(r: Reading, within: str = "") -> list[str]:
    """Return the labels of units without a title."""
    return sorted(row[0] for row in r.all(_units(r, within, units.c.label).where(titles.c.unit.is_(None))))


def without_area(r: Reading, kinds: Iterable[str], within: str = "") -> list[str]:
    """Return the labels of titled units of these kinds whose area is 0."""
    query = _units(r, within, units.c.label).where(titles.c.kind.in_(sorted(set(kinds))), units.c.area == 0)
    return sorted(row[0] for row in r.all(query))


def owner_at(r: Reading, label: str) -> str:
    """Return the owner of the unit with that door label, "" if there is none."""
    held = title_at(r, label)
    return held.owner if held is not None else ""


def owners_of(r: Reading, owners: Iterable[str]) -> dict[str, str]:
    """Return owner -> names of those behind it; where they were erased: 已删除."""
    return named(r, sorted(set(owners)))


# what the pages ask

_HELD = (
    units.c.id.label("unit"),
    units.c.label.label("label"),
    units.c.area.label("area"),
    titles.c.owner.label("owner"),
    titles.c.kind.label("kind"),
    titles.c.evidence.label("evidence"),
    titles.c.since.label("since"),
    owners.c.kind.label("owner_kind"),
    owners.c.voter.label("voter"),
)


def title_at(r: Reading, label: str) -> Any | None:
    """Return the title of the unit with that door label (columns as in ``titles_like``), or None."""
    query = _units(r, "", *_HELD).where(units.c.label == label, titles.c.unit.is_not(None))
    return r.first(query.order_by(units.c.id).limit(1))


def titles_like(r: Reading, door: str, page: int) -> Sequence[Any]:
    """Return a page (from 1) of the titles whose door has the text in it: unit, label, area, owner, kind, ..."""
    query = _units(r, "", *_HELD).where(titles.c.unit.is_not(None), units.c.label.contains(door, autoescape=True))
    return r.all(query.order_by(units.c.label, units.c.id).limit(PAGE).offset(PAGE * (page - 1)))


def how_many_like(r: Reading, door: str) -> int:
    """Return how many titles have a door with the text in it."""
    query = _units(r, "", func.count()).where(titles.c.unit.is_not(None))
    return r.count(query.where(units.c.label.contains(door, autoescape=True)))


def totals(r: Reading) -> dict[str, int]:
    """Return the numbers of owners, of those without a voter, of titled and untitled units, and the titled area."""
    heads = select(func.count()).where(r.mine(owners))
    titled = _units(r, "", func.count(), func.coalesce(func.sum(units.c.area), 0)).where(titles.c.unit.is_not(None))
    count, area = r.all(titled)[0]
    everything = r.count(select(func.count()).where(r.mine(units)))
    return {
        "owners": r.count(heads),
        "voterless": r.count(heads.where(owners.c.voter == "")),
        "titled": int(count),
        "untitled": everything - int(count),
        "area": int(area),
    }


def owners_called(r: Reading, names: str, kind: str) -> list[Any]:
    """Return the owners (id, kind, voter) of a kind whose names are exactly so."""
    ids = vault.called(r, names)
    query = owners.select().where(r.mine(owners), owners.c.id.in_(ids), owners.c.kind == kind)
    return list(r.all(query.order_by(owners.c.id))) if ids else []


def known(r: Reading) -> Known:
    """Return what a ledger of titles is checked against, in seven queries."""
    called = vault.all_names(r)
    grids, buildings = ({label: id for id, label in labels(r, kind).items()} for kind in ("grid", "building"))
    doors = {row.label: (row.id, row.area) for row in r.all(units.select().where(r.mine(units)))}
    held = {row.unit: Held(row.owner, row.kind, row.evidence) for row in r.all(titles.select().where(r.mine(titles)))}
    heads = {
        row.id: Registered(row.kind, called.get(row.id, ""), row.voter, called.get(row.voter, ""))
        for row in r.all(owners.select().where(r.mine(owners)))
    }
    return Known(community(r).id, grids, buildings, doors, _residents(r, called), held, heads)


def _residents(r: Reading, called: dict[str, str]) -> dict[tuple[str, str], tuple[str, bool]]:
    """Return (unit, name) -> (person, adult) of everybody who lives in a unit or in a household of it."""
    at_home = (households.c.community == persons.c.community) & (households.c.id == persons.c.home)
    unit = func.coalesce(households.c.unit, persons.c.home)
    query = select(persons.c.id, unit, persons.c.adult).select_from(persons.outerjoin(households, at_home))
    rows = r.all(query.where(r.mine(persons), persons.c.home != "").order_by(persons.c.adult, persons.c.id.desc()))
    return {(row[1], called[row[0]]): (row[0], bool(row[2])) for row in rows if row[0] in called}

"""The register of the village, made from ``village.toml``: the same data give the same people, homes and ids.

486 households live in 14 buildings; other flats are let. A household's first adult speaks for it. Nothing is
random.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from deliberation.actors import DELEGATE, GRID_WORKER, PARTY_MEMBER
from deliberation.log.aggregate import id_of
from deliberation.register.model import COMMUNITY_SPACE
from deliberation.scenario.data import load

#: Adults of one household after another; the last large ones give up one until the number is reached.
ADULTS = (3, 2, 4)


class Flat(NamedTuple):
    """A flat; ``grid`` and ``building`` are place ids, ``area`` in 0.01 m²."""

    id: str
    label: str
    building: str
    grid: str
    area: int


class Household(NamedTuple):
    """A household of villagers and the adults in it, the one who speaks for it first."""

    id: str
    flat: Flat
    adults: tuple[str, ...]


class Person(NamedTuple):
    """Somebody in the register; ``home`` is a household, a rented flat, or "" for staff."""

    id: str
    name: str
    home: str
    standing: str
    speaks: int


class Office(NamedTuple):
    """A role that a person holds; ``place`` is a grid's id or ""."""

    person: str
    role: str
    place: str = ""


@dataclass(frozen=True)
class Roster:
    """Everybody and everything. ``cast`` maps a key such as "chair" or "delegate_7" to a person's id."""

    village: str
    places: Sequence[tuple[str, str, str, str]]
    flats: Sequence[Flat]
    households: Sequence[Household]
    rented: Sequence[Flat]
    persons: Sequence[Person]
    offices: Sequence[Office]
    cast: Mapping[str, str]

    def holders(self, *roles: str) -> list[str]:
        """Return the ids of those who hold any of the roles, each once, in a fixed order."""
        return list(dict.fromkeys(office.person for office in self.offices if office.role in roles))

    def home(self, building: int, nth: int) -> Household:
        """Return the n-th household of a building, counted from 1."""
        return [home for home in self.households if home.flat.building == self.place(f"{building}号楼")][
            nth - 1
        ]

    def place(self, label: str) -> str:
        """Return the id of a place, such as "9号楼"."""
        return id_of(self.village, "place", label)

    def names(self) -> dict[str, str]:
        """Return how everybody is called, by id."""
        return {person.id: person.name for person in self.persons}


def _spread(things: Sequence[Any], count: int) -> list[Any]:
    """Return ``count`` of the things, evenly spread over them."""
    return [things[n * len(things) // count] for n in range(count)]


class _Maker:
    """Makes a roster from the village's data."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.village = id_of(COMMUNITY_SPACE, data["slug"])
        self.names: dict[str, str] = {}
        self.cast: dict[str, str] = {}
        self.offices: list[Office] = []

    def id(self, kind: str, label: str) -> str:
        return id_of(self.village, kind, label)

    def places(self) -> Iterator[tuple[str, str, str, str]]:
        for grid in self.data["grids"]:
            home = self.id("place", grid["label"])
            yield home, "grid", grid["label"], ""
            for number, *_ in grid["buildings"]:
                yield self.id("place", f"{number}号楼"), "building", f"{number}号楼", home
            for point in grid.get("points", ()):
                yield self.id("place", point), "point", point, home

    def flats(self) -> Iterator[tuple[int, int, list[Flat]]]:
        """Yield number, households and flats of each building."""
        for grid in self.data["grids"]:
            for number, count, households in grid["buildings"]:
                yield number, households, [self.flat(grid["label"], number, n, count) for n in range(count)]

    def flat(self, grid: str, building: int, n: int, count: int) -> Flat:
        shape = self.data["flats"]
        doors = shape["doors"]
        floors = -(-count // (shape["entrances"] * doors))
        entrance, rest = divmod(n, floors * doors)
        label = f"{building}号楼{entrance + 1}单元{rest // doors + 1}{rest % doors + 1:02d}"
        area = shape["areas"][rest % doors]
        return Flat(
            self.id("unit", label), label, self.id("place", f"{building}号楼"), self.id("place", grid), area
        )

    def person(self, key: str, name: str) -> str:
        made = self.id("person", key)
        self.names.setdefault(made, name)
        return made

    def called(self, home: str, member: int) -> str:
        """Return a name: the family's by home, and those who married in have one of their own."""
        people = self.data["people"]
        own = uuid.UUID(self.id("name", f"{home}/{member}")).int
        family = own if member == 1 else uuid.UUID(self.id("name", home)).int
        parts = ((people["families"], family), (people["first"], own), (people["second"], own >> 64))
        return "".join(letters[number % len(letters)] for letters, number in parts)

    def household(self, flat: Flat, size: int) -> Household:
        adults = [self.person(f"{flat.label}/{m + 1}", self.called(flat.label, m)) for m in range(size)]
        return Household(self.id("household", flat.label), flat, tuple(adults))

    def sizes(self, count: int) -> list[int]:
        sizes = [ADULTS[n % len(ADULTS)] for n in range(count)]
        for n in range(count - 1, -1, -1):
            if sum(sizes) > self.data["people"]["adults"] and sizes[n] == max(ADULTS):
                sizes[n] -= 1
        return sizes

    def give_parts(self, homes: Mapping[int, list[Household]], rented: Sequence[Flat]) -> None:
        """Name those who have a part in the story, and give them their offices."""
        for part in self.data["staff"]:
            self.part(part, self.person(part["key"], part["name"]))
        for part in self.data["villagers"]:
            building, nth = part["home"]
            self.part(part, homes[building][nth - 1].adults[0])
        for part in self.data["renters"]:
            building, nth = part["home"]
            flats = [flat for flat in rented if flat.building == self.id("place", f"{building}号楼")]
            self.part(part, self.id("person", f"{flats[nth - 1].label}/租户1"))

    def part(self, part: Mapping[str, Any], person: str) -> None:
        self.cast[part["key"]] = person
        self.names[person] = part["name"]
        self.offices += [Office(person, role) for role in part.get("roles", ())]

    def elect(self, households: Sequence[Household]) -> None:
        """Delegates speak for households; most other Party members do not."""
        taken = set(self.cast.values())
        free = [home for home in households if home.adults[0] not in taken]
        people = self.data["people"]
        delegates = [home.adults[0] for home in _spread(free, people["delegates"])]
        members = [office.person for office in self.offices if office.role == PARTY_MEMBER]
        chosen = delegates[: 2 * len(delegates) // 5]
        rest = _spread(
            [home.adults[1] for home in free], people["party_members"] - len(members) - len(chosen)
        )
        self.offices += [Office(person, DELEGATE) for person in delegates]
        self.offices += [Office(person, PARTY_MEMBER) for person in (*chosen, *rest)]
        self.cast |= {f"delegate_{n}": person for n, person in enumerate(delegates, start=1)}

    def hire(self) -> None:
        """Grid workers are staff; the head of all grids is the first of them."""
        n = 0
        for grid in self.data["grids"]:
            for _ in range(grid["workers"]):
                n += 1
                name = self.data["workers"]["head"] if n == 1 else self.called(f"worker/{n}", 0)
                self.cast[f"worker_{n}"] = self.person(f"worker/{n}", name)
                self.offices.append(
                    Office(self.cast[f"worker_{n}"], GRID_WORKER, self.id("place", grid["label"]))
                )

    def persons(
        self, households: Sequence[Household], tenants: Sequence[tuple[str, str]]
    ) -> Iterator[Person]:
        at_home = set()
        for home in households:
            for n, adult in enumerate(home.adults):
                at_home.add(adult)
                yield Person(adult, self.names[adult], home.id, "villager", int(n == 0))
        for tenant, flat in tenants:
            at_home.add(tenant)
            yield Person(tenant, self.names[tenant], flat, "tenant", 0)
        for person, name in self.names.items():
            if person not in at_home:
                yield Person(person, name, "", "staff", 0)

    def make(self) -> Roster:
        buildings = list(self.flats())
        flats = [flat for _, _, some in buildings for flat in some]
        lived_in = {number: _spread(some, count) for number, count, some in buildings}
        sizes = iter(self.sizes(sum(map(len, lived_in.values()))))
        homes = {
            number: [self.household(flat, next(sizes)) for flat in some] for number, some in lived_in.items()
        }
        households = [home for some in homes.values() for home in some]
        taken = {home.flat.id for home in households}
        tenants = self.data["people"]["tenants"]
        rented = _spread([flat for flat in flats if flat.id not in taken], tenants // 2)
        people = [
            (self.person(f"{flat.label}/租户{m}", self.called(f"{flat.label}/租户", m)), flat.id)
            for flat in rented
            for m in (1, 2)
        ]
        self.give_parts(homes, rented)
        self.elect(households)
        self.hire()
        persons = list(self.persons(households, people))
        return Roster(
            self.village, [*self.places()], flats, households, rented, persons, self.offices, self.cast
        )


def make(data: Mapping[str, Any]) -> Roster:
    """Return the roster of a village."""
    return _Maker(data).make()


@cache
def roster() -> Roster:
    """Return the roster of 甲河村."""
    return make(load("village"))

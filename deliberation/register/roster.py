"""The roster as a CSV file: units, households and persons, checked row by row.

One row is a person at home; a row without a name is a unit in which nobody is registered. Rows of one unit
repeat its area and grid. ``household`` is a mark within the unit ("1"); without one the person lives there
but belongs to no household, such as a tenant. Good rows are kept, bad ones listed by spreadsheet number.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from deliberation.actors import Actor
from deliberation.deadlines import local_date
from deliberation.forms import BadForm, load
from deliberation.log.aggregate import Aggregate, id_of
from deliberation.register.model import Holding, Page
from deliberation.register.private import PersonName
from deliberation.register.schemas import COLUMNS, OPTIONAL, RosterRow
from deliberation.register.sheet import Fault, Line, Problem, cut, rows_of, steps


class Known(NamedTuple):
    """What the register has: its id, places by label, the ids of units and households entered before,
    (home, name) -> person of those who live there, the households that somebody speaks for, and (person, role) of
    the terms that run.
    """

    community: str
    grids: Mapping[str, str]
    buildings: Mapping[str, str] = {}
    ids: Container[str] = ()
    people: Mapping[tuple[str, str], str] = {}
    speaking: Container[str] = ()
    holding: Container[tuple[str, str]] = ()


@dataclass
class Roster:
    """What a file holds, as lines of the register's pages; ``names`` belong to ``persons``, one each.

    ``roles`` are (person, role), held from the day of the import; ``already`` counts the rows of people whom the register has: they are left out and no fault.
    """

    places: list[Line] = field(default_factory=list)
    units: list[Line] = field(default_factory=list)
    households: list[Line] = field(default_factory=list)
    persons: list[Line] = field(default_factory=list)
    names: list[PersonName] = field(default_factory=list)
    roles: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    already: int = 0

    def pages(self, by: Actor) -> Iterator[Page]:
        """Yield the pages to save, one command each and in this order: a line must find its place entered."""
        yield from (Page.of_places(lines, by=by) for lines in cut(self.places))
        yield from (Page.of_units(lines, by=by) for lines in cut(self.units))
        yield from (Page.of_households(lines, by=by) for lines in cut(self.households))
        start = 0
        for lines in cut(self.persons):
            yield Page.of_persons(lines, self.names[start : start + len(lines)], by=by)
            start += len(lines)

    def steps(self, by: Actor, second: str = "") -> Iterator[tuple[Aggregate, ...]]:
        """Yield all that is to be saved, one command each: the pages, then the offices, for which a ``second`` stands by."""
        today = local_date(by.at).isoformat()
        return steps(self.pages(by), [Holding.grant(*each, since=today, second=second, by=by) for each in self.roles])


def parse(text: str, known: Known, new_person: Callable[[], str]) -> Roster:
    """Read a roster; ``new_person`` gives each person a fresh random id. No file makes it raise."""
    reader = _Reader(known, new_person)
    rows = rows_of(text, COLUMNS, OPTIONAL)
    if isinstance(rows, Fault):
        reader.roster.faults.append(rows)
        return reader.roster
    for number, cells in rows:
        reader.take(number, cells)
    return reader.roster


class _Reader:
    """Takes row after row and remembers what the rows before said."""

    def __init__(self, known: Known, new_person: Callable[[], str]) -> None:
        self.known = known
        self.new_person = new_person
        self.roster = Roster()
        self.buildings = dict(known.buildings)
        #: Key -> (row, what it said) of units, households, who speaks for them, and persons.
        self.seen: dict[tuple[str, ...], tuple[int, Any]] = {}

    def fault(self, row: int, zh: str, en: str) -> None:
        self.roster.faults.append(Fault(row, zh, en))

    def take(self, number: int, cells: Mapping[str, str]) -> None:
        """Take a row, or list everything that is wrong with it."""
        try:
            row = load(RosterRow, cells)
            self._check(number, row)
        except BadForm as bad:
            for column, (zh, en) in bad.errors.items():
                self.fault(number, f"“{COLUMNS[column][1]}”列：{zh}", f"Column {column}: {en}")
        except Problem as problem:
            self.fault(number, problem.zh, problem.en)
        else:
            self._keep(number, row)

    def _check(self, number: int, row: Mapping[str, Any]) -> None:
        """Everything is checked before anything of the row is kept."""
        if row["grid"] not in self.known.grids:
            raise Problem(f"名册里没有网格“{row['grid']}”。", f"The register has no grid “{row['grid']}”.")
        self._check_unit(row)
        if row["name"]:
            self._check_person(row)
        elif row["phone"] or row["standing"] or row["household"] or row["roles"]:
            raise Problem("没有写姓名。", "The name is missing.")

    def _check_unit(self, row: Mapping[str, Any]) -> None:
        known = self.seen.get(_unit(row))
        if known is None:
            return
        first, said = known
        label = f"{row['building']}{row['unit']}"
        if said != (row["area_m2"], row["grid"]):
            raise Problem(
                f"{label}在第{first}行写过，面积或网格不一样。",
                f"{label} stands in row {first} with another area or grid.",
            )
        if not row["name"]:
            raise Problem(f"{label}在第{first}行已经写过了。", f"{label} stands in row {first} already.")

    def _check_person(self, row: Mapping[str, Any]) -> None:
        if not row["standing"]:
            raise Problem(
                "没有写身份（村民、租户、业主或工作人员）。",
                "The standing is missing (villager, tenant, owner or staff).",
            )
        if twice := self.seen.get(_person(row)):
            raise Problem(
                f"这个人在第{twice[0]}行已经写过了。", f"This person stands in row {twice[0]} already."
            )
        if not row["speaks"] or self._lives_there(row):
            return
        if not row["household"] or not row["adult"]:
            raise Problem(
                "户代表要有户号，并且成年。", "Who speaks for a household belongs to one and is an adult."
            )
        if other := self.seen.get(_speaker(row)):
            raise Problem(
                f"这一户的代表在第{other[0]}行已经有了。", f"Row {other[0]} has a speaker of this household."
            )
        if self._home(row) in self.known.speaking:
            raise Problem("名册里这一户已经有代表了。", "The register has a speaker of this household.")

    def _keep(self, number: int, row: Mapping[str, Any]) -> None:
        unit = self._unit(number, row)
        if not row["name"]:
            return
        home = self._household(number, row, unit) if row["household"] else unit
        self.seen[_person(row)] = (number, None)
        there = self.known.people.get((home, row["name"]))
        person = there or self.new_person()
        self.roster.roles += [(person, role) for role in row["roles"] if (person, role) not in self.known.holding]
        if there:
            self.roster.already += 1
            return
        if row["speaks"]:
            self.seen[_speaker(row)] = (number, None)
        self.roster.persons.append([person, home, row["standing"], int(row["adult"]), int(row["speaks"])])
        self.roster.names.append(PersonName(person, row["name"], row["phone"]))

    def _home(self, row: Mapping[str, Any]) -> str:
        return id_of(self.known.community, *(_household(row) if row["household"] else _unit(row)))

    def _lives_there(self, row: Mapping[str, Any]) -> bool:
        return (self._home(row), row["name"]) in self.known.people

    def _unit(self, number: int, row: Mapping[str, Any]) -> str:
        unit = id_of(self.known.community, *_unit(row))
        if _unit(row) not in self.seen:
            self.seen[_unit(row)] = (number, (row["area_m2"], row["grid"]))
            if unit not in self.known.ids:
                label = f"{row['building']}{row['unit']}"
                self.roster.units.append([unit, self._building(row), label, row["area_m2"]])
        return unit

    def _building(self, row: Mapping[str, Any]) -> str:
        """A building that the register does not have yet lies in the grid of its first row."""
        label = row["building"]
        if label not in self.buildings:
            self.buildings[label] = id_of(self.known.community, "place", label)
            grid = self.known.grids[row["grid"]]
            self.roster.places.append([self.buildings[label], "building", label, grid])
        return self.buildings[label]

    def _household(self, number: int, row: Mapping[str, Any], unit: str) -> str:
        household = id_of(self.known.community, *_household(row))
        if _household(row) not in self.seen:
            self.seen[_household(row)] = (number, None)
            if household not in self.known.ids:
                mark = "" if row["household"] == "1" else f"-{row['household']}"
                label = f"{row['building']}{row['unit']}{mark}户"
                grid = self.known.grids[row["grid"]]
                self.roster.households.append([household, unit, label, grid])
        return household


def _unit(row: Mapping[str, Any]) -> tuple[str, ...]:
    return ("unit", row["building"], row["unit"])


def _household(row: Mapping[str, Any]) -> tuple[str, ...]:
    return ("household", row["building"], row["unit"], row["household"])


def _speaker(row: Mapping[str, Any]) -> tuple[str, ...]:
    return ("speaker", *_household(row))


def _person(row: Mapping[str, Any]) -> tuple[str, ...]:
    return ("person", *_household(row), row["name"], row["phone"])

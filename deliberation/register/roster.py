"""The roster as a CSV file: units, households and persons, checked row by row.

One row is a person at home; a row without a name is a unit in which nobody is registered. Rows of one unit
repeat its area and grid. ``household`` is a mark within the unit ("1"); without one the person lives there
but belongs to no household, such as a tenant. Good rows are kept, bad ones listed by spreadsheet number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from deliberation.actors import Actor
from deliberation.forms import BadForm, load
from deliberation.log.aggregate import id_of
from deliberation.log.leaf import canonical
from deliberation.register.model import PAGE, PAGE_BYTES, Page
from deliberation.register.private import PersonName
from deliberation.register.schemas import COLUMNS, RosterRow

MOST_ROWS = 50_000

Line = list[Any]


class Fault(NamedTuple):
    """What is wrong with a row (1 is the heading), in Chinese and in English."""

    row: int
    zh: str
    en: str


class Problem(Exception):
    """A row that does not fit the rows before it or the register."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh, self.en = zh, en


class Known(NamedTuple):
    """What the register has: its id, places by label, the ids of units and households entered before,
    (home, name) of the people who live there, and the households that somebody speaks for.
    """

    community: str
    grids: Mapping[str, str]
    buildings: Mapping[str, str] = {}
    ids: Container[str] = ()
    people: Container[tuple[str, str]] = ()
    speaking: Container[str] = ()


@dataclass
class Roster:
    """What a file holds, as lines of the register's pages; ``names`` belong to ``persons``, one each.

    ``already`` counts the rows of people whom the register has: they are left out and no fault.
    """

    places: list[Line] = field(default_factory=list)
    units: list[Line] = field(default_factory=list)
    households: list[Line] = field(default_factory=list)
    persons: list[Line] = field(default_factory=list)
    names: list[PersonName] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    already: int = 0

    def pages(self, by: Actor) -> Iterator[Page]:
        """Yield the pages to save, one command each and in this order: a line must find its place entered."""
        yield from (Page.of_places(lines, by=by) for lines in _pages(self.places))
        yield from (Page.of_units(lines, by=by) for lines in _pages(self.units))
        yield from (Page.of_households(lines, by=by) for lines in _pages(self.households))
        start = 0
        for lines in _pages(self.persons):
            yield Page.of_persons(lines, self.names[start : start + len(lines)], by=by)
            start += len(lines)


def parse(text: str, known: Known, new_person: Callable[[], str]) -> Roster:
    """Read a roster; ``new_person`` gives each person a fresh random id. No file makes it raise."""
    reader = _Reader(known, new_person)
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    except csv.Error:
        rows = []
    columns = {column: _where(rows[0], names) for column, names in COLUMNS.items()} if rows else {}
    missing = [COLUMNS[column][0] for column in COLUMNS if columns.get(column) is None]
    if missing or len(rows) > MOST_ROWS:
        reader.fault(1, *_unreadable(missing))
        return reader.roster
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            reader.take(number, {name: _cell(row, at) for name, at in columns.items()})
    return reader.roster


def faulty_rows(text: str, faults: Sequence[Fault]) -> str:
    """Return the rows with faults as a CSV file: number, what is wrong, and the row as it was."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    said: dict[int, list[str]] = {}
    for fault in faults:
        said.setdefault(fault.row, []).append(fault.zh)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["行号", "要改什么", *rows[0]] if rows else ["行号", "要改什么"])
    for number, sentences in said.items():
        if number > 1:
            writer.writerow([number, "".join(sentences), *rows[number - 1]])
    return out.getvalue()


def _where(heading: Sequence[str], names: Sequence[str]) -> int | None:
    cells = [cell.strip().lower() for cell in heading]
    return next((cells.index(name) for name in names if name in cells), None)


def _cell(row: Sequence[str], at: int | None) -> str:
    return row[at] if at is not None and at < len(row) else ""


def _unreadable(missing: Sequence[str]) -> tuple[str, str]:
    if missing:
        columns = ", ".join(missing)
        return (
            f"第一行缺少这些列：{columns}。请补上再交。",
            f"The first row lacks: {columns}. Please add them.",
        )
    return f"最多{MOST_ROWS}行，请分成几份。", f"{MOST_ROWS} rows fit; please split the file."


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
        elif row["phone"] or row["standing"] or row["household"]:
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
                "没有写身份（村民、租户或工作人员）。", "The standing is missing (villager, tenant or staff)."
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
        if self._lives_there(row):
            self.roster.already += 1
            return
        person = self.new_person()
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


def _pages(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Cut lines into pages by number and by bytes."""
    page: list[Line] = []
    size = 0
    for line in lines:
        length = len(canonical(line)) + 1
        if page and (len(page) == PAGE or size + length > PAGE_BYTES):
            yield page
            page, size = [], 0
        page.append(line)
        size += length
    if page:
        yield page

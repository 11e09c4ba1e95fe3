"""The ledger of titles (产权名册) as a CSV file: one row a unit, checked row by row.

``owner`` is a mark of the ledger: rows with the same mark are one owner and one head (one buyer of several flats, the
developer with all that is unsold); a row without one has an owner of its own. ``voter`` casts for the owner: somebody of
that name who lives in one of the units, else somebody new. Good rows are kept, bad ones listed by spreadsheet number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from deliberation.actors import Actor
from deliberation.forms import BadForm, load
from deliberation.log.aggregate import Aggregate, id_of
from deliberation.register.model import Page
from deliberation.register.ownership import Owner, TitlePage
from deliberation.register.private import PersonName
from deliberation.register.schemas import TITLE_COLUMNS, TitleRow
from deliberation.register.sheet import Fault, Line, Problem, cut, rows_of, steps

#: Several names, and numbers that tell a person: such a mark could be guessed from the owner's id.
SEVERAL = re.compile("[、,，;；/]")
PERSONAL = re.compile(r"1\d{10}|\d{17}[\dXx]")


class Held(NamedTuple):
    """A title that the register has."""

    owner: str
    kind: str
    evidence: str


class Registered(NamedTuple):
    """An owner whom the register has; names are "" where they were erased."""

    kind: str
    names: str
    voter: str
    voter_name: str


class Known(NamedTuple):
    """What the register has: places by label, door -> (unit, area), (unit, name) -> (person, adult) of who lives
    there, unit -> title, and its owners.
    """

    community: str
    grids: Mapping[str, str]
    buildings: Mapping[str, str] = {}
    doors: Mapping[str, tuple[str, int]] = {}
    residents: Mapping[tuple[str, str], tuple[str, bool]] = {}
    titles: Mapping[str, Held] = {}
    owners: Mapping[str, Registered] = {}


@dataclass
class Head:
    """An owner as the rows tell: ``row`` is the first of them, ``voter`` and ``phone`` what the first that says so says."""

    row: int
    id: str
    kind: str
    names: str
    voter: str = ""
    phone: str = ""
    units: list[str] = field(default_factory=list)


@dataclass
class Ledger:
    """What a file holds, as lines of the register's pages; names belong to ``persons`` and ``owners``, one each.

    ``namings`` are (owner, person) of owners who had no voter yet; ``already`` counts the rows that change nothing.
    """

    places: list[Line] = field(default_factory=list)
    units: list[Line] = field(default_factory=list)
    persons: list[Line] = field(default_factory=list)
    names: list[PersonName] = field(default_factory=list)
    owners: list[Line] = field(default_factory=list)
    owner_names: list[PersonName] = field(default_factory=list)
    titles: list[Line] = field(default_factory=list)
    namings: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    already: int = 0

    def pages(self, by: Actor) -> Iterator[Aggregate]:
        """Yield what to save, one command each and in this order: a line must find what it names entered."""
        yield from (Page.of_places(lines, by=by) for lines in cut(self.places))
        yield from (Page.of_units(lines, by=by) for lines in cut(self.units))
        start = 0
        for lines in cut(self.persons):
            yield Page.of_persons(lines, self.names[start : start + len(lines)], by=by)
            start += len(lines)
        start = 0
        for lines in cut(self.owners):
            yield TitlePage.of_owners(lines, self.owner_names[start : start + len(lines)], by=by)
            start += len(lines)
        yield from (TitlePage.of_titles(lines, by=by) for lines in cut(self.titles))

    def steps(self, by: Actor) -> Iterator[tuple[Aggregate, ...]]:
        """Yield all that is to be saved, one command each: the pages, then the voters of owners who had none."""
        return steps(self.pages(by), [Owner.name_voter(*each, by=by) for each in self.namings])


def parse(text: str, known: Known, new_person: Callable[[], str]) -> Ledger:
    """Read a ledger; ``new_person`` gives each new voter a fresh random id. No file makes it raise."""
    reader = _Reader(known, new_person)
    rows = rows_of(text, TITLE_COLUMNS)
    if isinstance(rows, Fault):
        reader.ledger.faults.append(rows)
        return reader.ledger
    for number, cells in rows:
        reader.take(number, cells)
    for head in reader.heads.values():
        reader.settle(head)
    return reader.ledger


class _Reader:
    """Takes row after row and remembers what the rows before said; who votes is settled behind the last."""

    def __init__(self, known: Known, new_person: Callable[[], str]) -> None:
        self.known = known
        self.new_person = new_person
        self.ledger = Ledger()
        self.buildings = dict(known.buildings)
        self.heads: dict[str, Head] = {}
        #: Door -> row.
        self.seen: dict[str, int] = {}

    def take(self, number: int, cells: Mapping[str, str]) -> None:
        """Take a row, or list everything that is wrong with it."""
        faults = self.ledger.faults
        try:
            row = load(TitleRow, cells)
            head = self._head(number, row)
            self._check_unit(row, head)
            self._check_head(row, head)
            self._check_voter(row, head)
        except BadForm as bad:
            for column, (zh, en) in bad.errors.items():
                faults.append(Fault(number, f"“{TITLE_COLUMNS[column][1]}”列：{zh}", f"Column {column}: {en}"))
        except Problem as problem:
            faults.append(Fault(number, problem.zh, problem.en))
        else:
            self._keep(number, row, head)

    # what a row says

    def _head(self, number: int, row: Mapping[str, Any]) -> Head:
        mark = ("owner", row["owner"]) if row["owner"] else ("owner of", row["building"], row["unit"])
        voter = row["voter"] or (row["owners"] if row["owner_kind"] == "person" else "")
        return Head(
            number, id_of(self.known.community, *mark), row["owner_kind"], row["owners"], voter, row["phone"]
        )

    def _unit(self, row: Mapping[str, Any]) -> str:
        new = id_of(self.known.community, "unit", row["building"], row["unit"])
        return self.known.doors.get(_door(row), (new, 0))[0]

    # everything is checked before anything of the row is kept

    def _check_unit(self, row: Mapping[str, Any], head: Head) -> None:
        door = _door(row)
        if first := self.seen.get(door):
            raise Problem(f"{door}在第{first}行已经写过了。", f"{door} stands in row {first} already.")
        if row["grid"] and row["grid"] not in self.known.grids:
            raise Problem(f"名册里没有网格“{row['grid']}”。", f"The register has no grid “{row['grid']}”.")
        if not row["grid"] and row["building"] not in self.buildings:
            raise Problem(f"{row['building']}是新的楼栋，要写网格。", f"{row['building']} is new: give its grid.")
        self._check_area(row)
        title = self.known.titles.get(self._unit(row))
        if title is not None and title != (head.id, row["kind"], row["evidence"]):
            raise Problem(
                f"{door}在名册里已经有产权记录，和这一行不一样。卖了房的，请在“产权”页上登记转让。",
                f"{door} has a title in the register, other than this row. If it was sold, record the transfer on the page of titles.",
            )

    def _check_area(self, row: Mapping[str, Any]) -> None:
        door, area = _door(row), row["area_m2"]
        if door not in self.known.doors:
            if area is None:
                raise Problem("没有写面积。", "The area is missing.")
            return
        entered = self.known.doors[door][1]
        if area is not None and area != entered:
            metres = f"{entered // 100}.{entered % 100:02}"
            raise Problem(
                f"{door}在名册里的面积是{metres}，和这一行不一样。面积改了的，请在“产权”页上更正。",
                f"{door} has {metres} m² in the register, other than this row. If it changed, mend it on the page of titles.",
            )

    def _check_head(self, row: Mapping[str, Any], head: Head) -> None:
        mark = row["owner"] or _door(row)
        if PERSONAL.fullmatch(row["owner"]):
            raise Problem(
                "产权人编号不要用身份证号或手机号，请用产权册上的编号。",
                "The mark of an owner must not be an identity or telephone number; use that of the ledger.",
            )
        if head.kind == "person" and SEVERAL.search(head.names):
            raise Problem("产权人有好几位，类型请写“共有”。", "Several owners are named: their kind is joint (共有).")
        first = self.heads.get(head.id)
        if first is not None and (first.kind, first.names) != (head.kind, head.names):
            raise Problem(
                f"产权人编号“{mark}”在第{first.row}行写过，姓名或类型不一样。",
                f"Owner “{mark}” stands in row {first.row} with other names or of another kind.",
            )
        entered = self.known.owners.get(head.id)
        if entered is not None and (entered.kind, entered.names or head.names) != (head.kind, head.names):
            raise Problem(
                f"产权人编号“{mark}”在名册里的姓名或类型不一样。",
                f"Owner “{mark}” has other names or another kind in the register.",
            )

    def _check_voter(self, row: Mapping[str, Any], head: Head) -> None:
        first, entered = self.heads.get(head.id), self.known.owners.get(head.id)
        if not head.voter:
            if head.phone and not (first and first.voter):
                raise Problem("写了电话，没有写表决人。", "There is a telephone number, but no voter.")
            return
        if first is not None and first.voter not in ("", head.voter):
            raise Problem(
                f"同一位产权人只有一位表决人，第{first.row}行写的是另一位。",
                f"An owner has one voter; row {first.row} names another.",
            )
        if entered is not None and entered.voter_name not in ("", head.voter):
            raise Problem(
                "名册里这位产权人的表决人是另一位。要换人，请在“产权”页上登记。",
                "The register has another voter for this owner. To change it, use the page of titles.",
            )
        _, adult = self.known.residents.get((self._unit(row), head.voter), ("", True))
        if not adult:
            raise Problem(
                f"表决人“{head.voter}”在名册里还没有成年，请写监护人。",
                f"The voter “{head.voter}” is no adult in the register; name the guardian.",
            )

    # keeping

    def _keep(self, number: int, row: Mapping[str, Any], head: Head) -> None:
        unit, door = self._unit(row), _door(row)
        self.seen[door] = number
        first = self.heads.setdefault(head.id, head)
        first.voter, first.phone = first.voter or head.voter, first.phone or head.phone
        first.units.append(unit)
        if unit in self.known.titles:
            self.ledger.already += 1
            return
        if door not in self.known.doors:
            self.ledger.units.append([unit, self._building(row), door, row["area_m2"]])
        self.ledger.titles.append([unit, head.id, row["kind"], row["evidence"]])

    def _building(self, row: Mapping[str, Any]) -> str:
        """A building that the register does not have yet lies in the grid of its first row."""
        label = row["building"]
        if label not in self.buildings:
            self.buildings[label] = id_of(self.known.community, "place", label)
            grid = self.known.grids[row["grid"]]
            self.ledger.places.append([self.buildings[label], "building", label, grid])
        return self.buildings[label]

    def settle(self, head: Head) -> None:
        """Enter an owner, or the voter of one who had none yet."""
        entered = self.known.owners.get(head.id)
        if entered is None:
            self.ledger.owners.append([head.id, head.kind, self._voter(head)])
            self.ledger.owner_names.append(PersonName(head.id, head.names))
        elif head.voter and not entered.voter:
            self.ledger.namings.append((head.id, self._voter(head)))

    def _voter(self, head: Head) -> str:
        """Return the adult of that name who lives in one of the units, else somebody new; "" where nobody is named."""
        if not head.voter:
            return ""
        living = (self.known.residents.get((unit, head.voter), ("", False)) for unit in head.units)
        for person, adult in living:
            if adult:
                return person
        person = self.new_person()
        self.ledger.persons.append([person, "", "owner", 1, 0])
        self.ledger.names.append(PersonName(person, head.voter, head.phone))
        return person


def _door(row: Mapping[str, Any]) -> str:
    return f"{row['building']}{row['unit']}"

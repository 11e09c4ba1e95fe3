"""What stands before the register: offices are given by two; units, owners and voters are known, and one title a unit."""

from __future__ import annotations

from typing import Any

from deliberation.actors import OPERATOR
from deliberation.log.views import Tx, guard
from deliberation.register.model import AppointedByTwo, Holding, RegisterFault
from deliberation.register.owners import owners, titles
from deliberation.register.ownership import (
    AreaTheSame,
    NoSuchOwner,
    NoTitle,
    Owner,
    Title,
    TitlePage,
    TransferRecorded,
    TransferUnclear,
    Unit,
    VoterNotAdult,
    VotesAlready,
)
from deliberation.register.views import holds, persons, units

#: Who gives and takes offices.
DESK = ("secretary", "chair", "operator")


@guard(Holding.Granted, Holding.Ended)
def offices_are_given_and_taken_by_two(event: Holding.Granted | Holding.Ended, tx: Tx) -> None:
    """Whoever runs the machine gives the first ones alone."""
    by = event.by
    if by.role == OPERATOR:
        return
    apart = event.second not in ("", by.person)
    if by.role not in DESK or not apart or not any(holds(tx, event.second, role, by.at) for role in DESK):
        raise AppointedByTwo


@guard(TitlePage.OwnersEntered)
def each_owner_is_new_and_its_voter_an_adult(event: TitlePage.OwnersEntered, tx: Tx) -> None:
    for number, (owner, _, voter) in enumerate(event.lines, start=1):
        if tx.row(owners, owner) is not None:
            raise _fault(number, "的产权人已经在名册里", "has an owner whom the register has already")
        if voter and not _adult(tx, voter):
            raise _fault(number, "的表决人不是名册里的成年人", "has a voter who is not an adult of the register")


@guard(TitlePage.TitlesEntered)
def each_unit_is_known_and_has_one_title_of_a_known_owner(event: TitlePage.TitlesEntered, tx: Tx) -> None:
    for number, (unit, owner, *_) in enumerate(event.lines, start=1):
        row = tx.row(units, unit)
        if row is None:
            raise _fault(number, "的房屋不在名册里", "has a unit that is not in the register")
        if tx.row(titles, unit) is not None:
            raise _fault(number, f"的{row['label']}已经有产权记录", f"has {row['label']}, whose title is entered already")
        if tx.row(owners, owner) is None:
            raise _fault(number, f"的{row['label']}的产权人不在名册里", f"has {row['label']}, whose owner is unknown")


@guard(Title.Transferred)
def only_a_titled_unit_goes_to_another_known_owner(event: Title.Transferred, tx: Tx) -> None:
    row = tx.row(titles, event.unit)
    if row is None:
        raise NoTitle
    if tx.row(owners, event.owner) is None:
        raise NoSuchOwner
    if row["owner"] == event.owner:
        raise TransferRecorded
    if event.on < row["since"]:
        raise TransferUnclear


@guard(Unit.Measured)
def only_the_area_of_a_titled_unit_is_mended(event: Unit.Measured, tx: Tx) -> None:
    unit, title = tx.row(units, event.unit), tx.row(titles, event.unit)
    if unit is None or title is None:
        raise NoTitle
    if (unit["area"], title["evidence"]) == (event.area, event.evidence):
        raise AreaTheSame


@guard(Owner.VoterNamed)
def a_known_owner_names_another_adult(event: Owner.VoterNamed, tx: Tx) -> None:
    row = tx.row(owners, event.owner)
    if row is None:
        raise NoSuchOwner
    if not _adult(tx, event.person):
        raise VoterNotAdult
    if row["voter"] == event.person:
        raise VotesAlready


def _adult(tx: Tx, person: str) -> bool:
    row: Any = tx.row(persons, person)
    return row is not None and row["adult"] == 1


def _fault(number: int, zh: str, en: str) -> RegisterFault:
    return RegisterFault(fault=f"第{number}行{zh}", fault_en=f"line {number} {en}")

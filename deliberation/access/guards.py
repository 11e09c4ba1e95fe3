"""What stands before letters and bindings: targets are known, a letter opens once and in time, a person is bound once."""

from __future__ import annotations

from typing import Any

from deliberation.access.letters import HOME, RENEWAL, STAFF, LetterPage, Replacement, SignIn
from deliberation.access.model import Binding
from deliberation.access.refusals import (
    BoundAlready,
    LetterFault,
    LetterOver,
    LetterUsed,
    MayNotObject,
    NoRulesYet,
    NoSecondPerson,
    NotOfThisHome,
    StaffLettersElsewhere,
    VoterNamedAlready,
)
from deliberation.access.tables import bindings, letters, rules
from deliberation.actors import FREE_ROLES, OPERATOR, RESIDENT, Actor
from deliberation.errors import NotFound, RoleNotHeld
from deliberation.log.views import Tx, guard
from deliberation.register.owners import owners, titles
from deliberation.register.views import holds, households, persons, units

#: Who makes letters and helps with keys.
DESK = ("secretary", "chair", "operator")


@guard(LetterPage.Issued)
def letters_go_to_homes_and_staff_that_are_known(event: LetterPage.Issued, tx: Tx) -> None:
    if tx.row(rules, "") is None:
        raise NoRulesYet
    for number, kind, target in event.letters:
        if kind == STAFF and event.by.role != OPERATOR:
            raise StaffLettersElsewhere
        known = {HOME: (households, units), STAFF: (persons,)}.get(kind, ())
        if tx.row(letters, number) is not None or all(tx.row(table, target) is None for table in known):
            raise LetterFault


@guard(Replacement.Replaced)
def only_an_unused_letter_is_replaced(event: Replacement.Replaced, tx: Tx) -> None:
    row = tx.row(letters, event.letter)
    if row is None:
        raise NotFound
    if row["state"] == "used":
        raise LetterUsed
    if row["state"] != "open" or tx.row(letters, event.number) is not None:
        raise LetterOver
    if row["kind"] == STAFF and event.by.role != OPERATOR:
        raise StaffLettersElsewhere
    if (row["kind"], row["target"]) != (event.kind, event.target):
        raise LetterFault


@guard(SignIn.Adopted, LetterPage.Issued, Replacement.Replaced, Binding.KeysReplaced)
def the_desk_makes_letters(event: Any, tx: Tx) -> None:
    of_an_office(event.by)


@guard(SignIn.Adopted)
def how_people_sign_in_is_adopted_by_two(event: SignIn.Adopted, tx: Tx) -> None:
    if event.by.role != OPERATOR:
        of_the_desk(event.second, event.by, tx)


@guard(Replacement.Replaced, Binding.KeysReplaced)
def the_second_is_of_the_desk(event: Any, tx: Tx) -> None:
    of_the_desk(event.second, event.by, tx)


@guard(Binding.Ended)
def ended_by_the_person_or_by_two(event: Binding.Ended, tx: Tx) -> None:
    if event.by.person != event.person:
        of_an_office(event.by)
        of_the_desk(event.second, event.by, tx)


@guard(Binding.Made)
def a_letter_binds_one_of_its_home_once_and_in_time(event: Binding.Made, tx: Tx) -> None:
    row = _open(event.letter, event.at, tx)
    if row["kind"] == RENEWAL or row["target"] != (event.home or event.person):
        raise LetterFault
    if event.home and not lives_or_votes(tx, event.person, event.home):
        raise NotOfThisHome
    if tx.row(persons, event.person) is None:
        raise NotOfThisHome
    if bound(tx, event.person) is not None:
        raise BoundAlready


@guard(Binding.Made)
def it_names_the_voter_of_an_owner_that_has_none(event: Binding.Made, tx: Tx) -> None:
    if not event.owner:
        return
    title, owner = tx.row(titles, event.home), tx.row(owners, event.owner)
    if title is None or owner is None or title["owner"] != event.owner:
        raise NotOfThisHome
    if owner["voter"] not in ("", event.person):
        raise VoterNamedAlready


@guard(Binding.Made)
def the_waiting_time_is_the_adopted_one(event: Binding.Made, tx: Tx) -> None:
    adopted = tx.row(rules, "")
    if adopted is None:
        raise NoRulesYet
    if event.votes_from < event.at + adopted["hours"] * 3600:
        raise LetterFault


@guard(Binding.Made, Binding.Renewed)
def done_by_the_person_or_by_a_helper_with_a_witness(event: Any, tx: Tx) -> None:
    aid = getattr(event, "aid", {})
    if event.by.person == event.person and not aid:
        return
    witness = aid.get("witness", "")
    if event.by.role in FREE_ROLES or witness in (event.by.person, event.person) or tx.row(persons, witness) is None:
        raise LetterFault


@guard(Binding.KeysReplaced)
def a_letter_for_new_keys_is_new(event: Binding.KeysReplaced, tx: Tx) -> None:
    if tx.row(letters, event.letter) is not None:
        raise LetterFault
    old = tx.row(bindings, event.id)
    if old is not None and old["waits"] == event.letter:
        raise LetterFault


@guard(Binding.Renewed)
def a_letter_for_new_keys_is_open(event: Binding.Renewed, tx: Tx) -> None:
    _open(event.letter, event.at, tx)


@guard(Binding.Objected)
def who_lives_there_or_works_here_objects(event: Binding.Objected, tx: Tx) -> None:
    """The desk objects for somebody by two; people of the home of what was bound, or of where the person lives, by themselves."""
    by, row = event.by, tx.row(persons, event.person)
    if by.role in DESK:
        of_the_desk(event.second, by, tx)
        return
    homes = {event.home, row["home"] if row is not None else ""} - {""}
    if by.role != RESIDENT or (by.person != event.person and not any(lives_or_votes(tx, by.person, home) for home in homes)):
        raise MayNotObject


def bound(tx: Tx, person: str) -> Any | None:
    """Return the binding that stands for a person, or None."""
    c = bindings.c
    query = bindings.select().where(c.community == tx.community, c.person == person, c.state == "bound")
    found = tx.rows_of(bindings, query, person)
    return found[0] if found else None


def lives_or_votes(tx: Tx, person: str, home: str) -> bool:
    """Whether an adult lives in a household or unit, or votes for its owner."""
    row = tx.row(persons, person)
    if row is None or row["adult"] != 1:
        return False
    household = tx.row(households, row["home"]) if row["home"] else None
    if home in (row["home"], household and household["unit"]):
        return True
    title = tx.row(titles, home)
    owner = tx.row(owners, title["owner"]) if title is not None else None
    return owner is not None and owner["voter"] == person


def _open(number: str, at: int, tx: Tx) -> Any:
    row = tx.row(letters, number)
    if row is None:
        raise NotFound
    if row["state"] == "used":
        raise LetterUsed
    if row["state"] != "open" or at > row["until"]:
        raise LetterOver
    return row


def of_an_office(by: Actor) -> None:
    """Raise RoleNotHeld unless signed in an office of the desk."""
    if by.role not in DESK:
        raise RoleNotHeld(role="记录员、主持人", role_en="secretary / chair")


def of_the_desk(second: str, by: Actor, tx: Tx) -> None:
    """Raise NoSecondPerson or RoleNotHeld unless a second person of the desk stands by."""
    if second in ("", by.person):
        raise NoSecondPerson
    if not any(holds(tx, second, role, by.at) for role in DESK):
        raise RoleNotHeld(role="记录员、主持人", role_en="secretary / chair")

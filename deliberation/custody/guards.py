"""What stands before keys and private data: who may, and that a second person stands by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from deliberation import deadlines
from deliberation.access.guards import bound, of_an_office, of_the_desk
from deliberation.access.model import Binding
from deliberation.actors import OPERATOR, ROLES
from deliberation.custody.erasing import PersonErasure, WordsErasure
from deliberation.custody.model import LogKey, key_of
from deliberation.custody.refusals import (
    HoldsOffice,
    KeyUnfit,
    NothingToErase,
    StillBound,
    WasErased,
    WordsErasedAlready,
    WordsMeanwhile,
)
from deliberation.custody.views import erased_people, erased_words
from deliberation.errors import RoleNotHeld
from deliberation.log.aggregate import id_of
from deliberation.log.views import Tx, guard
from deliberation.register import vault
from deliberation.register.model import COMMUNITY_SPACE, Holding
from deliberation.register.owners import owners
from deliberation.register.views import persons, roles


@guard(LogKey.Adopted)
def the_first_key_is_adopted_at_the_machine(event: LogKey.Adopted, tx: Tx) -> None:
    if event.by.role != OPERATOR:
        raise RoleNotHeld(role="系统维护", role_en="operator")


@guard(LogKey.Adopted, LogKey.Rotated)
def the_key_is_of_this_log(event: LogKey.Adopted | LogKey.Rotated, tx: Tx) -> None:
    if event.origin != tx.community or event.id != key_of(id_of(COMMUNITY_SPACE, event.origin)):
        raise KeyUnfit


@guard(LogKey.Rotated)
def the_key_is_changed_by_two_of_the_desk(event: LogKey.Rotated, tx: Tx) -> None:
    of_an_office(event.by)
    of_the_desk(event.second, event.by, tx)


@guard(PersonErasure.Erased, WordsErasure.Erased)
def two_of_the_desk_erase(event: Any, tx: Tx) -> None:
    of_an_office(event.by)
    of_the_desk(event.second, event.by, tx)


@guard(PersonErasure.Erased)
def only_somebody_of_the_register_is_erased(event: PersonErasure.Erased, tx: Tx) -> None:
    if tx.row(persons, event.person) is None and tx.row(owners, event.person) is None:
        raise NothingToErase


@guard(PersonErasure.Erased)
def whoever_is_in_office_stays(event: PersonErasure.Erased, tx: Tx) -> None:
    c, day = roles.c, deadlines.local_date(event.by.at).isoformat()
    mine = (c.community == tx.community) & (c.person == event.person) & ((c.until == "") | (c.until >= day))
    running = tx.rows(select(c.role).where(mine).order_by(c.role).limit(1))
    if running:
        zh, en = ROLES.get(running[0].role, (running[0].role, running[0].role))
        raise HoldsOffice(role=zh, role_en=en)


@guard(PersonErasure.Erased)
def the_binding_ends_with_it(event: PersonErasure.Erased, tx: Tx) -> None:
    ending = any(isinstance(other, Binding.Ended) and other.person == event.person for other in tx.together)
    if bound(tx, event.person) is not None and not ending:
        raise StillBound


@guard(PersonErasure.Erased)
def all_words_of_the_person_go(event: PersonErasure.Erased, tx: Tx) -> None:
    listed = {*event.contents}
    for other in tx.together:
        if isinstance(other, WordsErasure.Erased):
            listed |= {*other.commitments}
    kept = {*vault.of_person(tx.connection, tx.community, event.person)}
    if not kept <= listed or not {*event.contents} <= kept:
        raise WordsMeanwhile


@guard(WordsErasure.Erased)
def only_words_that_are_kept_are_erased(event: WordsErasure.Erased, tx: Tx) -> None:
    if any(tx.row(erased_words, commitment) is not None for commitment in event.commitments):
        raise WordsErasedAlready
    if vault.holders(tx.connection, tx.community, event.commitments).keys() != {*event.commitments}:
        raise NothingToErase


@guard(Binding.Made, Holding.Granted)
def whoever_was_erased_acts_no_more(event: Any, tx: Tx) -> None:
    if tx.row(erased_people, event.person) is not None:
        raise WasErased

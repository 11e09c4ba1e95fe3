"""What stands before keys and private data: who may, and that a second person stands by."""

from __future__ import annotations

from deliberation.access.guards import of_an_office, of_the_desk
from deliberation.actors import OPERATOR
from deliberation.custody.model import LogKey, key_of
from deliberation.custody.refusals import KeyUnfit
from deliberation.errors import RoleNotHeld
from deliberation.log.aggregate import id_of
from deliberation.log.views import Tx, guard
from deliberation.register.model import COMMUNITY_SPACE


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

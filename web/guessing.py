"""Limits on guessing, and the sentence of whom to call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import current_app, request

from deliberation.access import tries
from deliberation.access.locks import Locks
from deliberation.access.refusals import TooManyTries
from deliberation.access.tries import PER_ADDRESS, PER_SUBJECT
from web.moment import council, now


class Guess:
    """One try: ``left`` further ones, and ``right`` to be said when it was right."""

    def __init__(self, left: int) -> None:
        self.left, self.good = left, False

    def right(self) -> None:
        """Say that this was no guess."""
        self.good = True


def locks() -> Locks:
    """Return what checks codes and passwords here."""
    return cast(Locks, current_app.extensions["locks"])


@contextmanager
def guess(kind: str, value: str) -> Iterator[Guess]:
    """A try on something, counted before it is looked at. Raises TooManyTries."""
    mine, near = locks().subject(kind, value), locks().subject("address", request.remote_addr or "")
    at, community = int(now().timestamp()), council().community
    with council().beside() as connection:
        around = tries.spend(connection, community, near, PER_ADDRESS, at)
        left = tries.spend(connection, community, mine, PER_SUBJECT, at)
        if around.tries % 50 == 0:  # now and then
            tries.sweep(connection, community, at)
    refusing = next((each for each in (left, around) if not each.granted), None)
    if refusing is not None:
        raise TooManyTries(minutes=max(1, -(-(refusing.again - at) // 60)), **whom_to_call())
    made = Guess(min(left.tries, around.tries))
    yield made
    if made.good:
        with council().beside() as connection:
            # In the order in which a try takes them: two at the same instant never wait for each other.
            tries.give_back(connection, community, near)
            tries.forget(connection, community, mine)


def once(kind: str, value: str) -> bool:
    """Whether this is the first time that something is shown, within the time it is good for."""
    with council().beside() as connection:
        return tries.spend(connection, council().community, locks().subject(kind, value), 1, int(now().timestamp())).granted


def whom_to_call() -> dict[str, str]:
    """Return the facts ``call`` and ``call_en`` of refusals."""
    phone = current_app.config.get("PHONE", "")
    if phone:
        return {"call": f"打电话{phone}", "call_en": f"call {phone}"}
    return {"call": "找记录员", "call_en": "see the secretary"}

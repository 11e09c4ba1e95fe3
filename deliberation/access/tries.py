"""Limits on guessing, kept in the database: they hold for all processes and after a restart.

A try is counted before it is looked at, so a hundred at the same instant get no more than one after the other would.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text

from deliberation.access.beside import tries

#: Seconds after which it is counted anew.
WINDOW = 900
#: Tries in one window: of one letter or person; from one address, which a whole hall signing in at once may share.
PER_SUBJECT, PER_ADDRESS = 5, 300

_RUNS = "access_tries.since - :at BETWEEN -:window + 1 AND :window"
_SPEND = text(
    "INSERT INTO access_tries (community, subject, since, spent) VALUES (:community, :subject, :at, 1) "
    "ON CONFLICT (community, subject) DO UPDATE SET "
    f"spent = CASE WHEN {_RUNS} THEN access_tries.spent + 1 ELSE 1 END, "
    f"since = CASE WHEN {_RUNS} THEN access_tries.since ELSE :at END "
    "RETURNING since, spent"
)


class Left(NamedTuple):
    """Whether this try may be made, how many are left after it, and from which second (UTC) it is counted anew."""

    granted: bool
    tries: int
    again: int


def spend(connection: Connection, community: str, subject: str, most: int, at: int) -> Left:
    """Count a try and say whether it may be made. Call it in a transaction of its own, before looking."""
    given = {"community": community, "subject": subject, "at": at, "window": WINDOW}
    since, spent = connection.execute(_SPEND, given).one()
    return Left(spent <= most, max(0, most - spent), since + WINDOW)


def give_back(connection: Connection, community: str, subject: str) -> None:
    """Take back one try that was right."""
    c = tries.c
    mine = (c.community == community) & (c.subject == subject) & (c.spent > 0)
    connection.execute(tries.update().where(mine).values(spent=c.spent - 1))


def forget(connection: Connection, community: str, subject: str) -> None:
    """Count a subject anew: it was right at last."""
    connection.execute(tries.delete().where(tries.c.community == community, tries.c.subject == subject))


def sweep(connection: Connection, community: str, at: int) -> None:
    """Erase what is counted anew in any case."""
    connection.execute(tries.delete().where(tries.c.community == community, tries.c.since < at - WINDOW))

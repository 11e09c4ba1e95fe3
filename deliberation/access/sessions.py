"""Who is signed in: one row a session, one question a page.

The cookie carries 32 random bytes; only their SHA-256 is stored, so whoever reads the table signs in as nobody.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, or_, select

from deliberation.access.beside import sessions
from deliberation.actors import (
    AUDITOR,
    CHAIR,
    COMMITTEE,
    GRID_WORKER,
    OWNERS_COMMITTEE,
    PROPERTY_STAFF,
    SCRUTINEER,
    SECRETARY,
    STREET_OFFICE,
    SUPERVISOR,
)
from deliberation.log.aggregate import new_id
from deliberation.log.driver import Driver, Prepared
from deliberation.log.reading import Reading
from deliberation.register.vault import people_table
from deliberation.register.views import persons, roles

#: (seconds without a page, seconds in all) after which one signs in again: staff, and residents on a phone of their own.
#: While a page lies open nothing is lost: a form sent later waits for the sign-in.
STAFF_LIMITS = 2 * 3600, 12 * 3600
LIMITS = 14 * 86_400, 60 * 86_400
#: Offices that a PIN does not open; what a person is entitled to vote as, it does.
OFFICES = frozenset(
    {SECRETARY, CHAIR, COMMITTEE, SCRUTINEER, SUPERVISOR, GRID_WORKER, STREET_OFFICE, AUDITOR, OWNERS_COMMITTEE, PROPERTY_STAFF}
)
#: Seconds after which it is written down again that somebody was here.
SOON = 300


class Visitor(NamedTuple):
    """Who is at the page: the person, the name as it is sealed in the vault (None when erased), whether the register has them,
    roles held today as far as this session opens them; ``staff``: two factors were shown; ``office``: an office is held, opened
    or not."""

    session: str
    person: str
    sealed_name: bytes | None
    registered: bool
    roles: frozenset[str]
    staff: bool
    office: bool
    made: int
    seen: int


def begin(connection: Connection, community: str, person: str, *, staff: bool, label: str, at: int) -> str:
    """Open a session and return its token for the cookie."""
    token = secrets.token_urlsafe(32)
    row = {"token": digest(token), "id": new_id(), "person": person, "staff": int(staff), "made": at, "seen": at, "label": label}
    connection.execute(sessions.insert(), [{"community": community, **row}])
    return token


def sweep(connection: Connection, community: str, at: int) -> None:
    """Erase the sessions that are over in any case."""
    c, (idle, whole) = sessions.c, LIMITS
    connection.execute(sessions.delete().where(c.community == community, or_(c.seen < at - idle, c.made < at - whole)))


def digest(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def visitor(r: Reading, token: str, *, day: str, at: int) -> Visitor | None:
    """Return who holds a token on a day (ISO date) at a second (UTC), None if nobody does. One query."""
    rows = Driver(r.live).ask(_WHO, mine=r.community, token=digest(token), day=day)
    if not rows:
        return None
    first = rows[0]
    idle, whole = STAFF_LIMITS if first.staff else LIMITS
    if at - first.seen > idle or at - first.made > whole:
        return None
    held = frozenset(row.role for row in rows if row.role)
    return Visitor(
        first.id, first.person, first.sealed, first.registered is not None,
        held if first.staff else held - OFFICES, bool(first.staff), bool(held & OFFICES), first.made, first.seen,
    )  # fmt: skip


def _who() -> Prepared:
    s = sessions.c
    mine: Any = bindparam("mine")
    day: Any = bindparam("day")
    at_home = and_(persons.c.community == s.community, persons.c.id == s.person)
    called = and_(people_table.c.community == s.community, people_table.c.person == s.person)
    term = and_(roles.c.since <= day, or_(roles.c.until == "", roles.c.until >= day))
    held = and_(roles.c.community == s.community, roles.c.person == s.person, term)
    joined = sessions.outerjoin(persons, at_home).outerjoin(people_table, called).outerjoin(roles, held)
    query = select(s.id, s.person, s.staff, s.made, s.seen, people_table.c.sealed, persons.c.id.label("registered"), roles.c.role)
    return Prepared(query.select_from(joined).where(s.community == mine, s.token == bindparam("token")))


_WHO = _who()


def touch(connection: Connection, community: str, token: str, at: int) -> None:
    """Write down that somebody was here."""
    c = sessions.c
    connection.execute(sessions.update().where(c.community == community, c.token == digest(token), c.seen < at).values(seen=at))


def end(connection: Connection, community: str, token: str) -> None:
    """Close the session of a token."""
    c = sessions.c
    connection.execute(sessions.delete().where(c.community == community, c.token == digest(token)))


def end_one(connection: Connection, community: str, person: str, id: str) -> int:
    """Close one of a person's sessions; return how many were closed (0 or 1)."""
    c = sessions.c
    return connection.execute(sessions.delete().where(c.community == community, c.person == person, c.id == id)).rowcount


def of_person(r: Reading, person: str) -> Sequence[Any]:
    """Return the sessions of a person (id, label, made, seen, staff), the last used first."""
    c = sessions.c
    query = select(c.id, c.label, c.made, c.seen, c.staff).where(c.community == r.community, c.person == person)
    return r.live.execute(query.order_by(c.seen.desc(), c.id)).fetchall()

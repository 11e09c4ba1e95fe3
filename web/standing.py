"""Who is at the page, what they hold today, and the line they sign with."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence

from flask import g

from deliberation.access.refusals import NeedsStrongKey
from deliberation.access.sessions import OFFICES, Visitor
from deliberation.actors import RESIDENT, ROLES, Actor
from deliberation.errors import RoleNotHeld
from deliberation.register import vault
from deliberation.register import views as register
from deliberation.register.private import Words
from web.moment import live, now, reading
from web.sessions import visitor


class NotSignedIn(Exception):
    """Somebody whom the site does not know asks for what needs a name."""


def person() -> str:
    """Return the id of the person who is signed in, "" if nobody."""
    known = visitor()
    return "" if known is None else known.person


def roles() -> frozenset[str]:
    """Return the offices that the person at the page holds today."""
    known = visitor()
    return frozenset() if known is None else known.roles


def holds(*wanted: str) -> bool:
    """Whether the person at the page holds one of these roles today; all in the register are residents."""
    known = visitor()
    return known is not None and _holds(known, wanted)


def require(*wanted: str) -> Visitor:
    """Return the person at the page, who holds one of these roles today. Raises NotSignedIn, NeedsStrongKey, RoleNotHeld."""
    known = visitor()
    if known is None:
        raise NotSignedIn
    if _holds(known, wanted):
        return known
    if known.office and not known.staff and not OFFICES.isdisjoint(wanted):
        raise NeedsStrongKey
    pairs = [ROLES[role] for role in wanted]
    raise RoleNotHeld(role="、".join(zh for zh, _ in pairs), role_en=" / ".join(en for _, en in pairs))


def acting(role: str = "") -> Actor:
    """Return the person at the page in a role, now; without one: in the first of the route's that is held.

    Raises NotSignedIn, RoleNotHeld.
    """
    offered: Sequence[str] = (role,) if role else g.get("offered", ())
    known = require(*offered)
    return Actor.of(known.person, next(each for each in offered if _holds(known, (each,))), now())


def _holds(known: Visitor, wanted: Collection[str]) -> bool:
    return (RESIDENT in wanted and known.registered) or not known.roles.isdisjoint(wanted)


def names(people: Iterable[str]) -> dict[str, str]:
    """Return id -> name (one query). A visitor who is not signed in reads the family name only."""
    known = register.named(reading(), sorted({each for each in people if each}))
    return known if person() else {each: veiled(name) for each, name in known.items()}


def veiled(name: str) -> str:
    """Return a name as notices give it to strangers: 李秀梅 → 李某某."""
    return name if name.startswith("（") else name[:1] + "某" * max(1, len(name) - 1)


def own_name() -> str:
    """Return how the person at the page is called."""
    known = visitor()
    return "" if known is None else vault.name_within(live(), known.person, known.sealed_name)


def words(text: str, speaker: str | None = None) -> Words:
    """Return a text with fresh salt for the vault: words of the person at the page unless one is named."""
    return Words(secrets.token_bytes(32), text, person() if speaker is None else speaker)

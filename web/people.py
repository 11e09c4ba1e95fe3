"""People on forms: those who hold an office to choose from, and somebody of the register by name."""

from __future__ import annotations

from collections.abc import Collection

from deliberation.forms import BadForm, both
from deliberation.register import views as register
from web.shell import names, person, reading, today


def holders(*roles: str) -> list[tuple[str, str]]:
    """Return (person, name) of everybody who holds one of the roles today, by name."""
    held = {who: None for role in roles for who in register.people_in(reading(), role, today())}
    return sorted(names(held).items(), key=lambda pair: pair[1])


def others(*roles: str, but: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return (person, name) of those with whom the person at the page may do what takes two: holders of the roles, ``but`` some."""
    return [(who, name) for who, name in holders(*roles) if who != person() and who not in but]


def person_called(called: str, field: str) -> str:
    """Return whom a typed name means: 周晓梅, or 周晓梅 9号楼301户 where several are called so.

    Raises BadForm for the field when nobody or several people fit.
    """
    name, _space, door = called.partition(" ")
    found = [who for who, home in register.people_called(reading(), name) if door in ("", home)]
    if len(found) == 1:
        return found[0]
    nobody = "名册里没有叫这个名字的人，请看看写得对不对。|The register has nobody called so; please check the name."
    several = "同名的不止一位，请在名字后面空一格，写上门牌。|Several are called so: add a space and the door."
    raise BadForm({field: both(several if found else nobody)})

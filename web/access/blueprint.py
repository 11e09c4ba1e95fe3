"""The blueprint that the pages of signing in share, and what several of them need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flask import Blueprint, request

from deliberation.access import locks as forms
from deliberation.access.locks import digits
from deliberation.access.model import WAYS
from deliberation.access.private import PASSWORD, PIN, TOTP, Key
from deliberation.access.refusals import WeakPassword, WeakPin
from deliberation.actors import CHAIR, SECRETARY
from deliberation.log.aggregate import new_id
from web import passkeys
from web.guessing import locks
from web.people import others
from web.sessions import device
from web.shell import local, now

bp = Blueprint("access", __name__)

#: Who makes letters and helps with keys.
DESK = (SECRETARY, CHAIR)


class Set(NamedTuple):
    """Keys as a form set them: the way of signing in, whether it opens offices."""

    way: str
    keys: list[Key]
    strong: bool


def keys_set(who: str, totp: str) -> Set:
    """Return the keys that the form sets for a person. Raises WeakPin, WeakPassword, PasskeyRefused."""
    way = request.form.get("way", "")
    if way == "passkey":
        return Set(way, [passkeys.created(who, device())], strong=True)
    if way == "password":
        return Set(way, _password(who, totp), strong=True)
    return Set("pin", [pin_key(who)], strong=False)


def pin_key(who: str) -> Key:
    """Return the PIN that the form sets. Raises WeakPin."""
    pin = digits(request.form.get("pin", ""))[:20]
    if forms.weak_pin(pin) or pin != digits(request.form.get("pin_again", "")):
        raise WeakPin
    return Key(new_id(), who, PIN, locks().hashed(pin), "", int(now().timestamp()))


def _password(who: str, totp: str) -> list[Key]:
    password, at = request.form.get("password", ""), int(now().timestamp())
    if forms.weak_password(password) or password != request.form.get("password_again", "") or not totp:
        raise WeakPassword
    sealed = locks().sealed(who, totp)
    step = locks().step(who, sealed, digits(request.form.get("code", ""))[:8], at, 0)
    if step is None:
        raise WeakPassword
    return [Key(new_id(), who, PASSWORD, locks().hashed(password), "", at), Key(new_id(), who, TOTP, sealed, "", at, step)]


def helpers(*but: str) -> list[tuple[str, str]]:
    """Return (person, name) of the desk's staff who may stand beside the person at the page."""
    return others(*DESK, but=but)


def grouped_code(text: str, sizes: Iterable[int] = (3, 3, 4)) -> str:
    """Return digits in groups, as they are read out: 483 201 9975."""
    parts, rest = [], text
    for size in sizes:
        parts.append(rest[:size])
        rest = rest[size:]
    return " ".join(filter(None, [*parts, rest]))


def shown_number(number: str) -> str:
    """Return the number of a letter as it is printed: 4832 0199."""
    return grouped_code(number, (4, 4))


@bp.app_template_filter()
def way(name: str) -> str:
    """Return how a way of signing in is called."""
    return local(WAYS.get(name, (name, name)))


bp.add_app_template_filter(shown_number, "letter_number")
bp.add_app_template_filter(grouped_code, "letter_code")

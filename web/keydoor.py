"""The door of a real community: a passkey, or the number of one's letter with a PIN, or for staff a password and a code."""

from __future__ import annotations

from typing import Any

from flask import Request

from deliberation.access import keys
from deliberation.access.finding import account
from deliberation.access.locks import digits
from deliberation.access.private import PASSKEY, PASSWORD, PIN, TOTP, Key
from deliberation.access.refusals import PasskeyRefused, WrongKey
from deliberation.access.views import binding_of_person
from web import passkeys
from web.doors import Known
from web.guessing import guess, locks, whom_to_call
from web.moment import council, now, reading

LONGEST = 200


class KeyDoor:
    """Keys that were set with a letter."""

    template = "signing/keys.html"

    def check(self, request: Request) -> None:
        """The door is open to all; what they show decides."""

    def asks(self, request: Request) -> dict[str, Any]:
        """Return what the template shows: the challenge for a passkey, the number that was typed or came with the code."""
        number = request.form.get("number", "") or request.args.get("number", "")
        staff = bool(request.form.get("staff") or request.args.get("staff"))
        return {"asked": passkeys.asking(), "number": number[:40], "staff": staff}

    def person(self, request: Request) -> Known:
        """Return whose keys are shown. Raises WrongKey, PasskeyRefused, TooManyTries."""
        if request.form.get("credential"):
            return self._by_passkey()
        number = digits(request.form.get("number", ""))[:40]
        with guess("number", number) as tried:
            known = self._by_number(number, request.form.get("secret", "")[:LONGEST], digits(request.form.get("code", ""))[:8])
            if known is None:
                raise WrongKey(left=tried.left, **whom_to_call())
            tried.right()
        return known

    def _by_number(self, number: str, secret: str, code: str) -> Known | None:
        bound = account(reading(), number)
        mine = {key.kind: key for key in keys.keys_of(reading(), bound.person)} if bound is not None else {}
        key = mine.get(PASSWORD) or mine.get(PIN)
        typed = digits(secret) if key is not None and key.kind == PIN else secret
        if not locks().matches(None if key is None else key.secret, typed) or key is None or bound is None:
            return None
        if key.kind == PIN:
            return Known(bound.person, strong=False)
        return Known(bound.person, strong=not bound.home) if self._code_fits(mine.get(TOTP), code) else None

    def _code_fits(self, device: Key | None, code: str) -> bool:
        if device is None:
            return False
        step = locks().step(device.person, device.secret, code, int(now().timestamp()), device.used)
        if step is None:
            return False
        with council().beside() as connection:  # two at the same instant: one
            return keys.counted(connection, council().community, device.id, step)

    def _by_passkey(self) -> Known:
        id = passkeys.named()
        with guess("passkey", id) as tried:
            key = keys.key_with(reading(), id) if id else None
            bound = binding_of_person(reading(), key.person) if key is not None else None
            if key is None or key.kind != PASSKEY or bound is None or bound.waits:
                raise PasskeyRefused
            count = passkeys.shown(key)
            with council().beside() as connection:
                newest = keys.counted(connection, council().community, key.id, count, equal=True)
            if not newest:
                raise PasskeyRefused
            tried.right()
        return Known(key.person, strong=not bound.home)

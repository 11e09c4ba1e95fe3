"""What is stored instead of codes, PINs and passwords, and how they are checked.

Everything passes through a key of this machine (the pepper) that is not in the database: whoever copies the tables can
neither try out six digits nor read the secret of a one-time code. Passwords and PINs are hashed with argon2id (RFC 9106),
46 MiB and one pass (OWASP's first choice of equal strength), at most three at the same time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from deliberation.access.private import Code

#: Digits of a letter's number and of its code.
NUMBER, CODE = 8, 10
#: Hashes computed at the same time in each process of the server; each takes 46 MiB.
AT_ONCE = 2
#: Digits of a PIN; characters of a password.
PIN_DIGITS, PASSWORD_LEAST, PASSWORD_MOST = 6, 10, 200
#: PINs that everybody tries first.
_RUNS = "01234567890 09876543210"
_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
_TURN = threading.BoundedSemaphore(AT_ONCE)


class Locks:
    """Codes, PINs, passwords and one-time codes of one machine, under its pepper (32 bytes or more).

    ``aside`` lets others compute while a hash is made.
    """

    def __init__(self, pepper: bytes, aside: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._pepper = pepper
        self._aside = aside
        self._cipher = AESGCM(hashlib.sha256(b"totp" + pepper).digest())

    def code(self, letter: str, code: str) -> Code:
        """Return what is stored of a letter's code."""
        return Code(letter, self._mac("code", letter, code))

    def opens(self, digest: str | None, letter: str, code: str) -> bool:
        """Whether a code is the one of a letter; ``digest`` None: the letter has none."""
        return hmac.compare_digest(digest or "", self._mac("code", letter, code))

    def subject(self, kind: str, value: str) -> str:
        """Return the name under which tries are counted; what it stands for cannot be read from it."""
        return self._mac("tries", kind, value)

    def hashed(self, secret: str) -> bytes:
        """Return the hash of a PIN or password."""
        with self._aside(), _TURN:
            return _HASHER.hash(self._mac("secret", secret)).encode()

    def matches(self, stored: bytes | None, secret: str) -> bool:
        """Whether a PIN or password is the stored one; None takes as long and is never right."""
        with self._aside(), _TURN:
            try:
                _HASHER.verify((stored or self._nobody).decode(), self._mac("secret", secret))
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def sealed(self, person: str, secret: str) -> bytes:
        """Return the secret of a device for one-time codes, sealed for a person."""
        nonce = secrets.token_bytes(12)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), person.encode())

    def step(self, person: str, sealed: bytes, code: str, at: int, after: int) -> int | None:
        """Return the 30-second step of a right one-time code (RFC 6238), None for a wrong one or one not later than
        ``after``: each is good once. A clock may be off by one step."""
        try:
            totp = pyotp.TOTP(self._cipher.decrypt(sealed[:12], sealed[12:], person.encode()).decode())
        except InvalidTag:
            return None
        now = at // 30
        good = [step for step in (now - 1, now, now + 1) if step > after and hmac.compare_digest(totp.at(step * 30), code)]
        return good[0] if good else None

    @cached_property
    def _nobody(self) -> bytes:
        """Something to compare with where there is no key, so that an unknown number takes as long as a wrong PIN."""
        return _HASHER.hash(secrets.token_hex(16)).encode()

    def _mac(self, *parts: str) -> str:
        return hmac.digest(self._pepper, "\0".join(parts).encode("utf-8", "surrogatepass"), "sha256").hex()


def fresh_number() -> str:
    """Return the number of a letter: it tells nobody how many there are."""
    return str(secrets.randbelow(9 * 10 ** (NUMBER - 1)) + 10 ** (NUMBER - 1))


def fresh_code() -> str:
    """Return the code of a letter."""
    return f"{secrets.randbelow(10**CODE):0{CODE}d}"


def digits(text: str) -> str:
    """Return the digits of what was typed, also those of a Chinese keyboard; spaces and hyphens go."""
    return re.sub("[^0-9]", "", unicodedata.normalize("NFKC", text))


def plain_name(name: str) -> str:
    """Return a name as names are compared: widths, spaces and case do not matter."""
    return re.sub(r"[\s·•.]", "", unicodedata.normalize("NFKC", name)).casefold()


def weak_pin(pin: str) -> bool:
    """Whether a PIN is not six digits, or one that everybody tries first: one digit, a run, a pattern twice or three times."""
    if not re.fullmatch(rf"[0-9]{{{PIN_DIGITS}}}", pin):
        return True
    return pin in _RUNS or len({*pin}) < 3 or pin[:3] == pin[3:] or pin[:2] * 3 == pin


def weak_password(password: str) -> bool:
    """Whether a password is too short or long, or hardly more than one character."""
    return not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST or len({*password}) < 5

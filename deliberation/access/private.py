"""What never enters the log: codes on letters, keys of persons. Kept as digests, written with the events or not at all."""

from __future__ import annotations

from typing import NamedTuple

#: kind of a key: four or more digits, a passphrase, a device that makes one-time codes, a passkey.
PIN, PASSWORD, TOTP, PASSKEY = "pin", "password", "totp", "passkey"


class Code(NamedTuple):
    """The code of a letter: HMAC-SHA256 (hex) of number and code."""

    letter: str
    digest: str


class Key(NamedTuple):
    """A key of a person. ``id`` is random, for a passkey the credential id in base64url. ``secret``: an argon2 hash, a sealed
    TOTP secret or a public key. ``made`` in seconds UTC."""

    id: str
    person: str
    kind: str
    secret: bytes
    label: str
    made: int
    used: int = 0


class KeysDead(NamedTuple):
    """A person of whom all keys and sessions are gone."""

    person: str


class KeyGone(NamedTuple):
    """One key of a person that opens nothing any more."""

    person: str
    id: str

"""Sealing a choice until the count, in the log too, since anyone may read the log.

The sealed choice is the choice, padded with spaces to 32 bytes, XOR HMAC-SHA256(poll key, ballot id ‖ version). Every
ballot has another id, so no pad is ever used twice. The poll commits to its key when it is announced and publishes it with
the count; then anyone opens all ballots with a standard library. Not a secret ballot: these ballots are named.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from hashlib import sha256

WIDTH = 32
#: XOR with the inner and the outer byte of HMAC (RFC 2104 §2), for ``bytes.translate``.
PADS = tuple(bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


class SealBroken(ValueError):
    """The sealed bytes do not hold a choice under this key."""


def commitment(key: bytes) -> str:
    """Return what a poll publishes of its key beforehand: SHA-256 in hex. The key is 32 random bytes."""
    return sha256(key).hexdigest()


def seal(key: bytes, ballot: str, version: int, choice: str) -> str:
    """Return the sealed choice in hex."""
    padded = choice.encode("ascii").ljust(WIDTH)
    return _xor(padded, _pad(key, ballot, version)).hex()


def unseal(key: bytes, ballot: str, version: int, sealed: str) -> str:
    """Return the choice. Raises SealBroken."""
    try:
        return _xor(bytes.fromhex(sealed), _pad(key, ballot, version)).decode("ascii").rstrip(" ")
    except ValueError as error:
        raise SealBroken(ballot) from error


def opener(key: bytes, words: Sequence[str]) -> Callable[[str, str, int], str | None]:
    """Return a function that opens a sealed word (ballot id, hex, version) if it is one of ``words``, else None: the same as
    ``unseal``, for the many ballots of a count."""
    inner, outer = (sha256(key.translate(pad).ljust(64, pad[:1])).copy for pad in PADS)  # HMAC's two starts, made once
    codes = {int.from_bytes(word.encode("ascii").ljust(WIDTH), "big"): word for word in words}

    def opened(ballot: str, sealed: str, version: int) -> str | None:
        within, pad = inner(), outer()
        within.update(f"{ballot}/{version}".encode("ascii"))
        pad.update(within.digest())
        try:
            return codes.get(int(sealed, 16) ^ int.from_bytes(pad.digest(), "big"))
        except ValueError:
            return None

    return opened


def _pad(key: bytes, ballot: str, version: int) -> bytes:
    return hmac.digest(key, f"{ballot}/{version}".encode("ascii"), "sha256")


def _xor(left: bytes, right: bytes) -> bytes:
    """The XOR of two texts of one length, at once as numbers. Raises ValueError for another length."""
    if len(left) != len(right):
        raise ValueError("sealed bytes of another length")
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(len(left), "big")

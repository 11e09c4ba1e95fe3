"""Sealing: AES-256-GCM, each text bound to whose it is and what it is, so that rows cannot take each other's place."""

from __future__ import annotations

import secrets
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


def seal(key: AESGCM, text: bytes, community: str, person: str, what: str) -> bytes:
    """Return nonce and ciphertext, bound to whose it is and what it is."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + key.encrypt(nonce, text, f"{community}\0{person}\0{what}".encode())


def opened(key: AESGCM, sealed: bytes, community: str, person: str, what: str) -> bytes | None:
    """Return what was sealed, None if it was altered or belongs elsewhere."""
    with suppress(InvalidTag, ValueError):
        return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], f"{community}\0{person}\0{what}".encode())
    return None

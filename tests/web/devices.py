"""A device that makes passkeys, in software: what it answers is what a browser would send."""

import base64
import hashlib
import json
import struct
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from tests.web.visitor import Visitor

HOST = "localhost"
#: The person is there and was checked; a new passkey follows.
FLAGS = 0x45


def words(data: bytes) -> str:
    """Return base64url as browsers write it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def made(ticket: str, id: bytes) -> str:
    """Return the answer of a device that makes a passkey with an id (bytes) for the challenge of a page."""
    challenge = json.loads(base64.urlsafe_b64decode(ticket.split(".")[0] + "==="))
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
    said = hashlib.sha256(HOST.encode()).digest() + bytes([FLAGS]) + bytes(4 + 16) + struct.pack(">H", len(id)) + id + key
    asked = json.dumps({"type": "webauthn.create", "challenge": challenge, "origin": f"http://{HOST}"})
    response = {"clientDataJSON": words(asked.encode()), "attestationObject": words(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said}))}
    return json.dumps({"id": words(id), "rawId": words(id), "type": "public-key", "response": response})


def adds(visitor: Visitor, id: bytes, **typed: str) -> Any:
    """Let somebody who is signed in add a passkey of this device."""
    form = dict(visitor.form("/me", "passkey").fields)
    return visitor.send("/me/keys/passkey", {**form, "credential": made(form["challenge"], id), **typed}, follow=True)

"""The keys of the tests: the operator's, one that takes over from it, a witness's, and one of nobody's."""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deliberation.log.note import Signer
from tests.given import SLUG

OPERATOR, NEXT, STRANGER = (Signer(SLUG, bytes([number] * 32)) for number in (1, 2, 3))
WITNESS_NAME, _WITNESS = "witness.example/w1", Ed25519PrivateKey.from_private_bytes(bytes([9] * 32))
#: The type of a cosignature with its time (C2SP tlog-cosignature 1.0).
COSIGNATURE = b"\x04"


def witness() -> str:
    """Return the witness's key as a policy names it."""
    public = COSIGNATURE + _WITNESS.public_key().public_bytes_raw()
    return f"{WITNESS_NAME}+{_id(public).hex()}+{base64.b64encode(public).decode()}"


def cosigned(text: str, at: int) -> str:
    """Return the witness's line under a checkpoint: it saw it at a time (seconds UTC)."""
    signature = _WITNESS.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
    id = _id(COSIGNATURE + _WITNESS.public_key().public_bytes_raw())
    return f"— {WITNESS_NAME} {base64.b64encode(id + at.to_bytes(8, 'big') + signature).decode()}\n"


def _id(key: bytes) -> bytes:
    return hashlib.sha256(f"{WITNESS_NAME}\n".encode() + key).digest()[:4]


def policy(log: Signer = OPERATOR) -> str:
    """Return the auditor's own policy: the log's key, and that the witness must have signed."""
    return f"log {log.verifier}\nwitness w1 {witness()}\nquorum w1\n"

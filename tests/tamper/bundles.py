"""Bundles as an operator makes them, with a witness beside: what each kind of attacker can sign."""

import base64
import hashlib
from pathlib import Path

from deliberation.audit import verify
from deliberation.log.note import Checkpoint, Signer
from deliberation.log.tlog import leaf_hash, root_of
from tests.audit.forging import SLUG, Log, write

ORIGIN = SLUG
OPERATOR, WITNESS = Signer(ORIGIN, bytes(range(32))), Signer("witness.example/w1", bytes(range(32, 64)))
#: Whether the verifier demands the witnesses of a policy.
POLICIES = hasattr(verify, "read_policy")


def checkpoint_of(log: Log) -> Checkpoint:
    leaves = log.leaves()
    return Checkpoint(ORIGIN, len(leaves), root_of(map(leaf_hash, leaves)))


def bundle(folder: Path, log: Log, *, witnessed: bool = True) -> Path:
    """Write a bundle, its checkpoint signed by the operator and, if honest or in league, by the witness."""
    write(folder, log.leaves(), seal=False)
    text = checkpoint_of(log).text()
    note = OPERATOR.sign(text) + (cosigned(text, 1_790_000_000) if witnessed else "")
    (folder / "checkpoint").write_bytes(note.encode())
    return folder


def cosigned(text: str, at: int) -> str:
    """Return the line of a C2SP cosignature/v1: type 0x04, the time in seconds, Ed25519 over both."""
    message = f"cosignature/v1\ntime {at}\n{text}".encode()
    name, public = WITNESS.verifier.name, WITNESS.verifier.public
    id = hashlib.sha256(f"{name}\n".encode() + b"\x04" + public).digest()[:4]
    signed = id + at.to_bytes(8, "big") + WITNESS._key.sign(message)
    return f"— {name} {base64.b64encode(signed).decode()}\n"


def policy() -> str:
    """Return the auditor's own policy: this log, and the witness."""
    name, public = WITNESS.verifier.name, WITNESS.verifier.public
    id = hashlib.sha256(f"{name}\n".encode() + b"\x04" + public).digest()[:4]
    witness = f"{name}+{id.hex()}+{base64.b64encode(bytes([4]) + public).decode()}"
    return f"log {OPERATOR.verifier}\nwitness w1 {witness}\nquorum w1\n"


def overwrite(folder: Path, log: Log) -> None:
    """Put other entries into a bundle and leave everything else, as somebody without keys can."""
    for path in (folder / "tile").rglob("*"):
        if path.is_file():
            path.unlink()
    write(folder, log.leaves(), seal=False)


def codes(folder: Path, *, pin: Log | None = None, policy: bool = False) -> set[str]:
    """Return the checks that find something in a bundle; ``pin`` is the log of which somebody kept the checkpoint."""
    kept = {} if pin is None else {(made := checkpoint_of(pin)).size: made.root}
    return {finding.code for finding in verify.check(folder, kept).findings}

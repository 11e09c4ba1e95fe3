"""Bundles as an operator makes them, with a witness beside: what each kind of attacker can sign."""

import shutil
from pathlib import Path

from deliberation.audit import tiles, verify
from deliberation.log.note import Checkpoint, Signer
from deliberation.log.tlog import leaf_hash, root_of
from tests.audit.forging import SLUG, Log, write
from tests.tamper import keys
from tests.tamper.procedure import honest

#: When the witness signed, after the latest entry (seconds UTC), and the auditor's clock.
SEEN, NOW = 1_790_000_000, 1_790_100_000


def checkpoint_of(log: Log, size: int = 0) -> Checkpoint:
    """Return what a log says of itself, at its end or after so many entries."""
    leaves = log.leaves()[: size or None]
    return Checkpoint(SLUG, len(leaves), root_of(map(leaf_hash, leaves)))


def bundle(folder: Path, log: Log, *, witnessed: bool = True, signer: Signer = keys.OPERATOR, earlier: int = 0) -> Path:
    """Write a whole bundle, its checkpoints signed by the operator and, if honest or in league, by the witness."""
    lay(folder, log)
    for size in {earlier, len(log.entries)} - {0}:
        put(folder, f"checkpoints/{size}", note(checkpoint_of(log, size), witnessed=witnessed, signer=signer))
    put(folder, "checkpoint", (folder / f"checkpoints/{len(log.entries)}").read_text())
    put(folder, "policy", f"log {signer.verifier}\nquorum none\n")
    put(folder, "README", "yishihui-bundle v1\n")
    return folder


def note(checkpoint: Checkpoint, *, witnessed: bool = True, signer: Signer = keys.OPERATOR, at: int = SEEN) -> str:
    return signer.sign(checkpoint.text()) + (keys.cosigned(checkpoint.text(), at) if witnessed else "")


def lay(folder: Path, log: Log) -> None:
    """Write entries and hashes, and nothing else."""
    leaves = log.leaves()
    assert len(leaves) < tiles.WIDTH, "one tile is enough here"
    write(folder, leaves, seal=False)
    hashes = b"".join(map(leaf_hash, leaves))
    path = folder / f"tile/0/000.p/{len(leaves)}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(hashes)


def put(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def overwrite(folder: Path, log: Log) -> None:
    """Put other entries into a bundle, with their hashes, and leave what is signed, as somebody without keys can."""
    shutil.rmtree(folder / "tile")
    lay(folder, log)


def codes(folder: Path, *, pinned: bool = False, policy: bool = False) -> set[str]:
    """Return the checks that find something; ``pinned``: somebody kept the honest log's checkpoint; ``policy``: and has one."""
    kept = {(made := checkpoint_of(honest())).size: made.root} if pinned else {}
    trusted = keys.policy().encode() if policy else None
    return {finding.code for finding in verify.check(folder, kept, policy=trusted, now=NOW).findings}

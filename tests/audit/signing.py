"""Small bundles with everything in them, signed by keys that the tests hold: to be spoilt in one place at a time."""

import base64
import io
import struct
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deliberation.audit import verify
from deliberation.audit.tiles import of_size
from deliberation.log.aggregate import id_of
from deliberation.log.note import Checkpoint, Signer
from deliberation.log.tlog import leaf_hash, prove_inclusion, root_of
from deliberation.register.model import COMMUNITY_SPACE
from tests.audit.forging import Entry, Log, honest, whole, write
from tests.given import SLUG, who

FIRST, SECOND, STRANGER = (Signer(SLUG, bytes([number]) * 32) for number in (1, 2, 3))
KEY_STREAM = id_of(id_of(COMMUNITY_SPACE, SLUG), "log-key")
#: After the last entry of the small council (seconds UTC).
LATER = 1_790_000_000


def with_key(log: Log | None = None) -> Log:
    """The small council's log with the log's key on record from position 1 on."""
    log = log or honest().copy()
    first = log.entries[0]
    log.entries.insert(1, _entry("log_key.adopted", 1, first["at"], {"origin": SLUG, "key": str(FIRST.verifier)}))
    for entry in log.entries:
        if entry["type"] == "poll.counted":
            entry["body"]["cut_off"] += 1
    return log


def rotated(log: Log, by: Signer = FIRST, to: Signer = SECOND, second: str = who("second_secretary")) -> Log:
    """The same with a change of the key at its end."""
    old, new = str(FIRST.verifier), str(to.verifier)
    text = f"yishihui/log-key/v1\n{SLUG}\n{old}\n{new}\n"
    signature = base64.b64encode(_signature(by, text)).decode()
    body = {"origin": SLUG, "old": old, "key": new, "signature": signature, "reason": "planned", "second": second}
    log.entries.append(_entry("log_key.rotated", 2, log.entries[-1]["at"], body))
    return log


def _signature(signer: Signer, text: str) -> bytes:
    return base64.b64decode(signer.line(text).split(" ")[2])[4:]


def _entry(type: str, version: int, at: str, body: Entry) -> Entry:
    actor = {"person": "operator", "role": "operator"}
    return {"actor": actor, "agg": KEY_STREAM, "aggv": version, "at": at, "body": whole(type, body), "type": type, "v": 1}


def checkpoint(leaves: Sequence[bytes], origin: str = SLUG) -> Checkpoint:
    return Checkpoint(origin, len(leaves), root_of(map(leaf_hash, leaves)))


def bundle(folder: Path, leaves: Sequence[bytes], *, signer: Signer = FIRST, earlier: Iterable[tuple[int, Signer]] = ()) -> Path:
    """Write a whole bundle; ``earlier`` are sizes of which there are checkpoints too."""
    write(folder, list(leaves))
    hashes = [leaf_hash(leaf) for leaf in leaves]
    for tile in of_size(len(leaves)):
        wide = 256 ** (tile.level or 0)
        starts = [(tile.number * 256 + n) * wide for n in range(tile.width)]
        put(folder / tile.path, b"".join(root_of(hashes[start : start + wide]) for start in starts))
    for size, key in (*earlier, (len(leaves), signer)):
        put(folder / "checkpoints" / str(size), key.sign(checkpoint(leaves[:size]).text()).encode())
    put(folder / "checkpoint", signer.sign(checkpoint(leaves).text()).encode())
    put(folder / "policy", f"log {signer.verifier}\nquorum none\n".encode())
    put(folder / "README", b"yishihui-bundle v1\nand so on\n")
    return folder


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def receipt(leaves: Sequence[bytes], position: int, size: int, signer: Signer = FIRST) -> bytes:
    """Return a promise that the entry is in the log of that size."""
    path = prove_inclusion([leaf_hash(leaf) for leaf in leaves[:size]], position)
    lines = ["c2sp.org/tlog-proof@v1", f"index {position}", *(base64.b64encode(hash).decode() for hash in path)]
    return "\n".join([*lines, "", signer.sign(checkpoint(leaves[:size]).text())]).encode()


class Witness:
    """Somebody who signs checkpoints with the time at which they were seen."""

    def __init__(self, name: str, seed: int) -> None:
        self.name, self._key = name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.key = verify.Key(name, verify.WITNESS, self._key.public_key().public_bytes_raw())

    def line(self, text: bytes, at: int = LATER, forged: bool = False) -> bytes:
        """Return the signature line under a checkpoint's text."""
        signature = self._key.sign(f"cosignature/v1\ntime {at}\n".encode() + text + b"x" * forged)
        content = base64.b64encode(self.key.id + struct.pack(">Q", at) + signature)
        return f"— {self.name} ".encode() + content + b"\n"

    def sign(self, folder: Path, at: int = LATER, forged: bool = False, name: str = "checkpoint") -> None:
        """Add a signature to a checkpoint of a bundle."""
        path = folder / name
        note = verify.read_note(path.read_bytes())
        path.write_bytes(path.read_bytes() + self.line(note.text, at, forged))


def policy(*lines: str) -> bytes:
    return "".join(line + "\n" for line in lines).encode()


def packed(folder: Path, more: Iterable[tuple[tarfile.TarInfo, bytes]] = (), mode: str = "w") -> bytes:
    """Return a bundle as a tar."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=tarfile.USTAR_FORMAT) as tar:  # type: ignore[call-overload]
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = tarfile.TarInfo(path.relative_to(folder).as_posix())
            info.size = path.stat().st_size
            tar.addfile(info, io.BytesIO(path.read_bytes()))
        for info, data in more:
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()

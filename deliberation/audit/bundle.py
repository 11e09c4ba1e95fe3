"""The bundle: a community's log as plain files that others' tools read, and that nobody needs us for.

``README``                 what this is; its first line names the form of the bundle
``checkpoint``             the newest checkpoint, a signed note
``checkpoints/<size>``     every checkpoint that was signed
``policy``                 whose signature is to be expected (C2SP tlog-policy)
``tile/…``                 entries and hashes (see ``tiles``)
``spec/``                  how to check all of it, for whoever writes a program of their own
``verify.py``              ours: one file, Python's standard library alone

The same log at the same size gives the same bytes.
"""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from deliberation.audit import tiles
from deliberation.audit.checkpoints import Checkpoints
from deliberation.audit.tiles import Tile
from deliberation.errors import Refusal
from deliberation.log import seals
from deliberation.log.hashes import WIDTH
from deliberation.log.note import Verifier
from deliberation.log.seals import LogBroken, Seal
from deliberation.log.store import rows_between
from deliberation.log.tlog import Frontier, leaf_hash, root_of

FORM = "yishihui-bundle v1"
HERE = Path(__file__).parent
#: What lies beside the log for those who check it: path in the bundle -> file of ours.
BESIDE = {
    "spec/SPEC.md": HERE.joinpath("SPEC.md"),
    "spec/schemas.json": HERE.joinpath("schemas.json"),
    "spec/vectors.json": HERE.joinpath("vectors.json"),
    "verify.py": HERE.joinpath("verify.py"),
}
README = """{form}
{origin}: {size}

这里是“{origin}”议事会的全部记录，共 {size} 条，一个字节也没有改。核对方法（只要有 Python 3.11）：

    python3 verify.py .

最好用您自己另外得到的 verify.py，并带上您手里的存证点（纸上印的、邻居给的）：python3 verify.py . --pin 文件

This is the whole record of the council of “{origin}”, {size} entries, byte by byte. To check it you need Python 3.11 and
nothing else; better take verify.py from elsewhere, and add a checkpoint that you hold yourself (--pin FILE).
The files follow C2SP tlog-tiles, tlog-checkpoint and signed-note; spec/SPEC.md says the rest.
"""

Progress = Callable[[int, int], None]


class FolderTaken(Refusal):
    """An export never writes over what is there."""

    zh = "“{folder}”里已经有东西，没有写入。请给一个空的或新的文件夹。"
    en = "“{folder}” is not empty; nothing was written. Name an empty or a new folder."


def export(checkpoints: Checkpoints, target: Path, progress: Progress = lambda done, size: None) -> Seal:
    """Write the bundle into a folder, or into one file if the name ends in .tar; return its checkpoint.

    ``progress`` is told events written and in all. Raises FolderTaken, NotFound, KeyMissing, LogBroken (then the checkpoint is
    missing: what was written counts for nothing).
    """
    if target.suffix == ".tar":
        return _export_tar(checkpoints, target, progress)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FolderTaken(folder=target)
    council, seal = checkpoints.council, checkpoints.seal()
    with council.database.snapshot() as connection:
        if _write_log(connection, council.community, seal, target, progress) != seal.root:
            raise LogBroken(size=seal.size)
        signed = [one for one in seals.every(connection, council.community) if one.size <= seal.size]
    for one in signed:
        _write(target.joinpath("checkpoints", str(one.size)), one.note.encode())
    for path, file in BESIDE.items():
        if file.exists():
            _write(target.joinpath(path), file.read_bytes())
    _write(target.joinpath("policy"), policy(checkpoints.keys()).encode())
    _write(target.joinpath("README"), README.format(form=FORM, origin=council.community, size=seal.size).encode())
    _write(target.joinpath("checkpoint"), seal.note.encode())
    progress(seal.size, seal.size)
    return seal


def policy(keys: Iterable[Verifier]) -> str:
    """Return the policy of a log on its own: its keys, no witnesses yet (C2SP tlog-policy)."""
    return "".join(f"log {key}\n" for key in keys) + "quorum none\n"


@contextmanager
def packed(checkpoints: Checkpoints, progress: Progress = lambda done, size: None) -> Iterator[Path]:
    """A bundle as one file in a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="deliberation-") as folder:
        target = Path(folder, "bundle.tar")
        export(checkpoints, target, progress)
        yield target


def _export_tar(checkpoints: Checkpoints, target: Path, progress: Progress) -> Seal:
    if target.exists():
        raise FolderTaken(folder=target)
    with tempfile.TemporaryDirectory(prefix=target.stem, dir=target.absolute().parent) as folder:
        seal = export(checkpoints, Path(folder, "log"), progress)
        part = Path(folder, "part.tar")
        _pack(Path(folder, "log"), part)
        shutil.move(part, target)
    return seal


def _pack(folder: Path, target: Path) -> None:
    """Names sorted, no owner, no time: the same files give the same bytes."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    with tarfile.open(target, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, path in sorted(files.items()):
            info = tarfile.TarInfo(name)
            info.size = path.stat().st_size
            with path.open("rb") as file:
                tar.addfile(info, file)


def _write_log(connection: Connection, community: str, seal: Seal, folder: Path, progress: Progress) -> bytes:
    """Write entries and hash tiles, 256 at a time, and return the root of what was written."""
    frontier, hashes, waiting = Frontier(), _HashTiles(folder), []
    for position, _, leaf in rows_between(connection, community, 0, seal.size):
        waiting.append(leaf)
        frontier.push(one := leaf_hash(leaf))
        hashes.add(0, one)
        if len(waiting) == WIDTH or frontier.size == seal.size:
            _write(folder.joinpath(Tile(None, position // WIDTH, len(waiting)).path), tiles.packed(waiting))
            waiting = []
            progress(frontier.size, seal.size)
    hashes.end()
    return frontier.root() if frontier.size == seal.size else b""


class _HashTiles:
    """Hash tiles as they fill: level by level the one that is open, and how many were full before it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open: list[list[bytes]] = []
        self.full: list[int] = []

    def add(self, level: int, hash: bytes) -> None:
        """Take the next hash of a level."""
        if level == len(self.open):
            self.open.append([])
            self.full.append(0)
        some = self.open[level]
        some.append(hash)
        if len(some) == WIDTH:
            _write(self.folder.joinpath(Tile(level, self.full[level]).path), b"".join(some))
            above = root_of(some)
            self.full[level] += 1
            some.clear()
            self.add(level + 1, above)

    def end(self) -> None:
        """Write what is open."""
        for level, some in enumerate(self.open):
            if some:
                _write(self.folder.joinpath(Tile(level, self.full[level], len(some)).path), b"".join(some))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)

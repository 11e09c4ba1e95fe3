"""The files of a bundle that was checked, from a folder or a .tar file, one at a time: nothing is unpacked onto the disk."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deliberation.audit.tiles import Tile
from deliberation.log.hashes import WIDTH
from deliberation.log.note import Checkpoint

#: Bytes of the largest file that a bundle can have: 256 entries of 64 KiB.
MOST = WIDTH * (2 + 65_535)


class Bundle:
    """What is read of a bundle. Raises OSError, KeyError, ValueError where it is not as it was when it was checked."""

    def __init__(self, path: Path, tar: tarfile.TarFile | None) -> None:
        self._path, self._tar = path, tar
        self._names = None if tar is None else {one.name: one for one in tar if one.isreg()}

    def read(self, name: str) -> bytes:
        """Return the contents of a file."""
        if self._tar is None or self._names is None:
            with self._path.joinpath(name).open("rb") as file:
                return file.read(MOST)
        member = self._tar.extractfile(self._names[name])
        return b"" if member is None else member.read(MOST)

    def checkpoint(self) -> Checkpoint:
        """Return what the newest checkpoint says."""
        return Checkpoint.of(self.read("checkpoint").decode())

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Yield (size, note) of all that were signed, by size."""
        prefix = "checkpoints/"
        if self._names is None:
            sizes = [path.name for path in self._path.joinpath(prefix).glob("*")]
        else:
            sizes = [name.removeprefix(prefix) for name in self._names if name.startswith(prefix)]
        for size in sorted(map(int, sizes)):
            yield size, self.read(f"{prefix}{size}").decode()

    def leaves(self, size: int) -> Iterator[bytes]:
        """Yield the stored bytes of the first ``size`` entries."""
        for first in range(0, size, WIDTH):
            yield from _split(self.read(Tile(None, first // WIDTH, min(WIDTH, size - first)).path))


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """Open a bundle: a folder, or one uncompressed .tar file."""
    with ExitStack() as stack:
        tar = stack.enter_context(tarfile.open(path, "r:")) if path.is_file() else None
        yield Bundle(path, tar)


def _split(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        yield data[at + 2 : end]
        at = end

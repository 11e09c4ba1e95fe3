"""The files of a bundle that was checked, from a folder or a .tar file, one at a time: nothing is unpacked onto the disk.

They are found as the verifier finds them: whoever read a tar in a second way would one day read another bundle than was checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from deliberation.audit import verify
from deliberation.errors import Refusal
from deliberation.log.note import Checkpoint, NoteUnreadable


class BundleChanged(Refusal):
    """What was checked is no longer there, or is something else."""

    zh = "没有做成：这份记录在核对以后被人改动或者拿走了。什么也没有写。请把它放到别人改不到的地方，再试一次。"
    en = "Not done: the bundle was changed or taken away after it was checked. Nothing was written. Put it where nobody changes it and try again."


class Bundle:
    """What is read of a bundle. Raises BundleChanged where it is not as it was when it was checked."""

    def __init__(self, files: verify.Files) -> None:
        self._files = files

    def read(self, name: str) -> bytes:
        """Return the contents of a file."""
        try:
            return self._files.read(name)
        except verify.Broken:
            raise BundleChanged from None

    def checkpoint(self) -> Checkpoint:
        """Return what the newest checkpoint says."""
        return _checkpoint(self.read("checkpoint"))

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Yield (size, note) of all that were signed, by size."""
        prefix = "checkpoints/"
        for size in sorted(int(name.removeprefix(prefix)) for name in self._files.sizes if name.startswith(prefix)):
            note = self.read(f"{prefix}{size}")
            if _checkpoint(note).size != size:
                raise BundleChanged
            yield size, note.decode()

    def leaves(self, size: int) -> Iterator[bytes]:
        """Yield the stored bytes of the first ``size`` entries."""
        try:
            yield from verify.read_leaves(self._files, size)
        except verify.Broken:
            raise BundleChanged from None


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """Open a bundle: a folder, or one uncompressed .tar file. Raises BundleChanged."""
    try:
        files = verify.Files(path)
    except verify.Broken:
        raise BundleChanged from None
    with closing(files):
        yield Bundle(files)


def _checkpoint(note: bytes) -> Checkpoint:
    try:
        return Checkpoint.of(note.decode())
    except (NoteUnreadable, ValueError):
        raise BundleChanged from None

"""The private keys that sign checkpoints: files outside the database, readable by their owner alone.

Each log has a key of its own, made when it first needs one; the log says which is in force, so a key is found by its id and two
logs of one name never share one.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from deliberation.config import FolderClosed
from deliberation.log.note import ALGORITHM, NoteUnreadable, Signer, Verifier

#: How a private key is written (as the tools for signed notes do): this, name, id, base64 of the algorithm and 32 bytes.
FORM = "PRIVATE+KEY"
SUFFIX = ".log-key"


class Signed:
    """What a key signed last: a file beside it, written anew as a whole; without a path in memory only."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._note = path, ""

    def last(self) -> str:
        """Return the note, "" for none. Raises FolderClosed."""
        if self._path is None:
            return self._note
        try:
            return self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise FolderClosed(folder=self._path, reason=error.strerror) from None

    def keep(self, note: str) -> None:
        """Write a note, durably. Raises FolderClosed."""
        self._note = note
        if self._path is None:
            return
        fresh = self._path.with_suffix(".new")
        try:
            with open(os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, self._path)
        except OSError as error:
            raise FolderClosed(folder=self._path, reason=error.strerror) from None


class LogKeys:
    """The keys in a folder; without one, in memory only, for a log that is thrown away."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._known: dict[str, Signer] = {}
        self._signed: dict[str, Signed] = {}

    def memory(self, verifier: Verifier) -> Signed:
        """Return what a key remembers of what it signed."""
        path = None if self.folder is None else self._path(verifier).with_suffix(".log-signed")
        return self._signed.setdefault(str(verifier), Signed(path))

    def make(self, origin: str) -> Signer:
        """Make a key for a log and keep it, with mode 0600. Raises FolderClosed."""
        seed = secrets.token_bytes(32)
        signer = Signer(origin, seed)
        if self.folder is not None:
            self._write(self._path(signer.verifier), written(signer.verifier, seed))
        self._known[str(signer.verifier)] = signer
        return signer

    def find(self, verifier: Verifier) -> Signer | None:
        """Return the private half of a key, None if it is not here."""
        if str(verifier) not in self._known:
            found = self._read(verifier)
            if found is None:
                return None
            self._known[str(verifier)] = found
        return self._known[str(verifier)]

    def ours(self, origin: str) -> list[Verifier]:
        """Return all keys of a log whose private half is here, also those that the log does not name (any more)."""
        found = [] if self.folder is None else [self._told(path) for path in sorted(self.folder.glob(f"*{SUFFIX}"))]
        mine = [one.verifier for one in (*self._known.values(), *found) if one is not None and one.verifier.name == origin]
        return list({str(one): one for one in mine}.values())

    @staticmethod
    def _told(path: Path) -> Signer | None:
        try:
            return read(path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def _path(self, verifier: Verifier) -> Path:
        assert self.folder is not None
        return self.folder.joinpath(f"{verifier.name}-{verifier.key_id.hex()}{SUFFIX}")

    def _write(self, path: Path, text: str) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise FolderClosed(folder=path, reason=error.strerror) from None

    def _read(self, verifier: Verifier) -> Signer | None:
        if self.folder is None:
            return None
        signer = self._told(self._path(verifier))
        return signer if signer is not None and signer.verifier == verifier else None


def written(verifier: Verifier, seed: bytes) -> str:
    """Return a private key as a line of text."""
    return f"{FORM}+{verifier.name}+{verifier.key_id.hex()}+{base64.b64encode(ALGORITHM + seed).decode()}\n"


def read(text: str) -> Signer:
    """Read a private key back. Raises NoteUnreadable."""
    form, _, rest = text.strip().partition(f"{FORM}+")
    name, _, rest = rest.partition("+")
    _id, _, key = rest.partition("+")
    try:
        content = base64.b64decode(key, validate=True)
    except binascii.Error:
        content = b""
    if form or content[:1] != ALGORITHM or len(content) != 33:
        raise NoteUnreadable("this is no private key of a log")
    return Signer(name, content[1:])

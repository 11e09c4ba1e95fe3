"""凭证: that an entry is in the log, as a text that anybody can check by themselves later (C2SP tlog-proof, version 1).

    c2sp.org/tlog-proof@v1
    index <position>
    <hashes of the audit path in base64, one a line, lowest first>

    <a checkpoint as a signed note>

It shows inclusion and not content: whoever checks it hashes the entry's bytes from a copy of their own.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from typing import NamedTuple

from deliberation.log.note import Checkpoint, NoteUnreadable, Verifier, opened
from deliberation.log.tlog import check_inclusion

FIRST = "c2sp.org/tlog-proof@v1"
#: Hashes of a path at most: a log of 2^63 entries has no longer one.
MOST = 63
_INDEX = re.compile("index (0|[1-9][0-9]{0,18})")


class ProofUnreadable(ValueError):
    """Not a proof of this form; says why."""


class Proof(NamedTuple):
    """Position of an entry, its audit path (32 bytes each), and the note of a checkpoint over it."""

    position: int
    hashes: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """Return it as it is handed out."""
        lines = [FIRST, f"index {self.position}", *(base64.b64encode(one).decode() for one in self.hashes)]
        return "\n".join(lines) + "\n\n" + self.note

    @classmethod
    def read(cls, text: str) -> Proof:
        """Read a proof; what is extra in it is left alone. Raises ProofUnreadable."""
        head, blank, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        if first != FIRST or not blank or not note:
            raise ProofUnreadable("this is no proof of an entry")
        if lines and lines[0].startswith("extra "):
            del lines[0]
        index = _INDEX.fullmatch(lines[0]) if lines else None
        if index is None or len(lines) > 1 + MOST:
            raise ProofUnreadable("the index of this proof is malformed, or it is too long")
        return cls(int(index[1]), tuple(map(_hash, lines[1:])), note)

    def checkpoint(self, known: Iterable[Verifier]) -> Checkpoint:
        """Return the checkpoint that the path leads to, once a known key signed it. Raises NoteUnreadable."""
        return Checkpoint.read(opened(self.note, known).text)

    def holds(self, leaf: bytes, known: Iterable[Verifier]) -> bool:
        """Whether it shows that the entry of this leaf hash stands at its index in a log that a known key signed. Never raises."""
        try:
            checkpoint = self.checkpoint(known)
        except NoteUnreadable:
            return False
        return check_inclusion(leaf, self.position, checkpoint.size, self.hashes, checkpoint.root)


def _hash(line: str) -> bytes:
    try:
        found = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != 32:
        raise ProofUnreadable("a hash of this proof is malformed")
    return found

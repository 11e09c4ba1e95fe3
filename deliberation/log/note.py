"""Signed notes: a text that a log vouches for, in the format that others' tools read (C2SP signed-note 1.0.0, Ed25519).

    <text, ends in a line break>

    — <name> <base64 of 4 bytes of key id and the signature>

A checkpoint (C2SP tlog-checkpoint 1.0.0) is such a text of three lines: origin, size, root in base64. Lines of keys that are not
known are left alone: a witness may add its own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: Ed25519 in the note format; how long a note and how many signatures are read at most.
ALGORITHM, LONGEST, MOST_SIGNATURES = b"\x01", 1_000_000, 100
_NAME = re.compile(r"[^\s+]+")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


class NoteUnreadable(ValueError):
    """Not a note, or not one that a known key signed; says why."""


class Verifier(NamedTuple):
    """A public key with the name under which it signs."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell keys of one name apart."""
        return _key_id(self.name, self.public)

    def __str__(self) -> str:
        """Return the key as it is published: ``name+id+base64``."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ALGORITHM + self.public).decode()}"

    @classmethod
    def read(cls, text: str) -> Verifier:
        """Read a published key. Raises NoteUnreadable."""
        name, plus, rest = text.strip().partition("+")
        key_id, plus, key = rest.partition("+")
        try:
            content = base64.b64decode(key, validate=True)
        except binascii.Error:
            content = b""
        if not plus or not _NAME.fullmatch(name) or content[:1] != ALGORITHM or len(content) != 33:
            raise NoteUnreadable("this is no Ed25519 key of a log")
        found = cls(name, content[1:])
        if found.key_id.hex() != key_id:
            raise NoteUnreadable("the key does not fit its own id")
        return found

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Whether a signature is this key's under a text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


class Signer:
    """A private key (32 bytes) with the name under which it signs."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not _NAME.fullmatch(name):
            raise NoteUnreadable("a name has neither spaces nor a plus sign")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    def bytes_signed(self, content: bytes) -> bytes:
        """Return the bare signature under some bytes, 64 bytes."""
        return self._key.sign(content)

    def line(self, text: str) -> str:
        """Return the signature line under a text."""
        signature = self.bytes_signed(text.encode())
        return f"— {self.verifier.name} {base64.b64encode(self.verifier.key_id + signature).decode()}\n"

    def sign(self, text: str) -> str:
        """Return a signed note. Raises NoteUnreadable for a text that does not end in a line break."""
        if not text.endswith("\n") or _hidden(text):
            raise NoteUnreadable("a note's text ends in a line break and has no control characters")
        return f"{text}\n{self.line(text)}"


class Note(NamedTuple):
    """A note that was opened: its text, the keys that signed it, and the lines of keys that are not known."""

    text: str
    signed: tuple[Verifier, ...]
    unknown: tuple[str, ...]


def opened(note: str, verifiers: Iterable[Verifier]) -> Note:
    """Return a note's text once at least one of the keys signed it. Raises NoteUnreadable, also for a wrong signature of a
    known key."""
    if len(note) > LONGEST or _hidden(note) or "\n\n" not in note or not note.endswith("\n"):
        raise NoteUnreadable("this is no signed note")
    text, _, lines = note.rpartition("\n\n")
    text, known = text + "\n", {(each.name, each.key_id): each for each in verifiers}
    signed: dict[Verifier, None] = {}
    unknown = []
    for line in _lines(lines):
        name, content = _signature(line)
        verifier = known.get((name, content[:4]))
        if verifier is None:
            unknown.append(line)
        elif verifier not in signed:
            if not verifier.accepts(text.encode(), content[4:]):
                raise NoteUnreadable(f"the signature of {name} does not hold")
            signed[verifier] = None
    if not signed:
        raise NoteUnreadable("no known key signed it")
    return Note(text, tuple(signed), tuple(unknown))


def _lines(lines: str) -> list[str]:
    found = lines.removesuffix("\n").split("\n")
    if len(found) > MOST_SIGNATURES:
        raise NoteUnreadable("it has too many signatures")
    return found


def _signature(line: str) -> tuple[str, bytes]:
    match = _LINE.fullmatch(line)
    try:
        content = base64.b64decode(match[2], validate=True) if match else b""
    except binascii.Error:
        content = b""
    if match is None or len(content) < 5:
        raise NoteUnreadable("a signature line is malformed")
    return match[1], content


class Checkpoint(NamedTuple):
    """What a log says of itself: origin, number of entries, root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @property
    def short(self) -> str:
        """What of it is printed on paper and read aloud: size and the first 16 digits of the root, 1250-9f3c-61be-d21a-0c55."""
        digits = self.root.hex()
        return "-".join([str(self.size), *(digits[at : at + 4] for at in range(0, 16, 4))])

    @classmethod
    def of(cls, note: str) -> Checkpoint:
        """Read the checkpoint of a note whose signatures were looked at before. Raises NoteUnreadable."""
        return cls.read(note.partition("\n\n")[0] + "\n")

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """Read the lines of a checkpoint; further ones are left alone. Raises NoteUnreadable."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]):
            raise NoteUnreadable("this is no checkpoint")
        try:
            root = base64.b64decode(lines[2], validate=True)
        except binascii.Error:
            root = b""
        if len(root) != 32:
            raise NoteUnreadable("the root of this checkpoint is malformed")
        return cls(lines[0], int(lines[1]), root)


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(f"{name}\n".encode() + ALGORITHM + public).digest()[:4]


def _hidden(text: str) -> bool:
    """Whether there is a control character other than a line break."""
    return any(ord(sign) < 32 and sign != "\n" for sign in text)

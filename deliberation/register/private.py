"""What goes into the vault, never into the log: words that people wrote or said, names, and keys kept until a count.

The log carries a commitment: SHA-256 over 32 random bytes of salt and the UTF-8 text. Without its salt a short text cannot
be guessed from it; once bytes and salt are erased, the commitment is noise.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class Words(NamedTuple):
    """A text with its salt and the person whose words they are ("" when nobody in the register)."""

    salt: bytes
    text: str
    person: str

    @property
    def commitment(self) -> str:
        """SHA-256 (hex) over salt and text."""
        return hashlib.sha256(self.salt + self.text.encode()).hexdigest()


class PersonName(NamedTuple):
    """How a person is called and reached; ``phone`` may be empty."""

    person: str
    name: str
    phone: str = ""


class Keys(NamedTuple):
    """Where the keys of persons lie: a database URL and the master key that wraps them, 32 bytes."""

    url: str
    master: bytes


class PersonGone(NamedTuple):
    """A person of whom nothing is kept any more: name, phone, words, keys, sessions."""

    person: str


class WordsGone(NamedTuple):
    """Words of which nothing is kept any more."""

    commitment: str


class PollKey(NamedTuple):
    """The sealing key of a poll, 32 bytes, published with its count."""

    poll: str
    key: bytes

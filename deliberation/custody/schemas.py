"""What forms about private data may say."""

from __future__ import annotations

from deliberation.custody.erasing import GROUNDS
from deliberation.forms import Choice, Form, Id, Line


class Find(Form):
    """Whose data are to be erased: the name, and behind it the door where several are called so."""

    who = Line(80)


class Erase(Form):
    """On which ground, and who confirms it."""

    ground = Choice(GROUNDS)
    second = Id()


class EraseWords(Erase):
    """Which words: their commitment (SHA-256, hex)."""

    commitment = Line(64)

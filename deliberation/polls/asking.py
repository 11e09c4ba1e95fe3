"""What a notice of a vote says: the question, and when."""

from __future__ import annotations

from typing import NamedTuple


class Question(NamedTuple):
    """What is asked: of which matter, under which number and title, on which text (``digest`` of the subject).

    ``repeats``: the earlier poll on the same subject that this one is held instead of, or ""; ``petition``: signatures of
    those who asked for it before its time, 0 where nobody had to.
    """

    matter: str
    number: str
    title: str
    subject_kind: str
    subject: str
    digest: str
    meeting: str = ""
    repeats: str = ""
    petition: int = 0


class Window(NamedTuple):
    """When: day of the notice (ISO date), opening and end (seconds UTC)."""

    noticed: str
    opens: int
    closes: int

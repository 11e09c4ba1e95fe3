"""What is put to the vote: a motion, an amendment, or the question whether to submit something."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from deliberation.errors import NotFound
from deliberation.log.leaf import canonical
from deliberation.log.reading import Reading
from deliberation.motions import queries as motions
from deliberation.procedures import views as procedures


class Subject(NamedTuple):
    """A subject of a poll. ``digest`` (SHA-256, hex) names exactly what is voted on."""

    id: str
    kind: str
    title: str
    digest: str


def subject_of(r: Reading, kind: str, id: str) -> Subject:
    """Return what is voted on: ``kind`` motion (its present text), amendment, or question. Raises NotFound."""
    found = {"motion": _motion, "amendment": _amendment, "question": _question}.get(kind, _none)(r, id)
    if found is None:
        raise NotFound
    return found


def _motion(r: Reading, id: str) -> Subject | None:
    row = motions.motion_row(r, id)
    return None if row is None else Subject(id, "motion", row.title, row.digest)


def _amendment(r: Reading, id: str) -> Subject | None:
    row = motions.amendment_row(r, id)
    if row is None:
        return None
    motion = motions.motion_row(r, row.motion)
    return Subject(id, "amendment", f"修正案{row.label}：{motion.title if motion else ''}", row.digest)


def _question(r: Reading, id: str) -> Subject | None:
    """Whether to submit a motion or a matter; there is no text to freeze, so its title is."""
    row = motions.motion_row(r, id) or procedures.matter_row(r, id)
    if row is None:
        return None
    return Subject(id, "question", f"将“{row.title}”提交表决", question_digest(id, row.title))


def question_digest(id: str, title: str) -> str:
    """Return the SHA-256 (hex) of canonical {"question", "title"}: which thing, called how."""
    return sha256(canonical({"question": id, "title": title})).hexdigest()


def _none(r: Reading, id: str) -> None:
    return None

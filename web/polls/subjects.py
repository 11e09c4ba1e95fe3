"""What is put to the vote, as it stands at the moment of the page."""

from __future__ import annotations

from deliberation.polls import subjects
from deliberation.polls.subjects import Subject
from web.shell import reading


def subject_of(kind: str, id: str) -> Subject:
    """Return a motion, an amendment or a question that is put to the vote. Raises NotFound."""
    return subjects.subject_of(reading(), kind, id)

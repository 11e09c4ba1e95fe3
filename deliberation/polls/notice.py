"""公告: what a notice of a vote says beside its rule and roll."""

from __future__ import annotations

from typing import NamedTuple

#: stage -> (Chinese, English)
STAGES: dict[str, tuple[str, str]] = {
    "announced": ("已公告", "announced"),
    "open": ("投票中", "open"),
    "closed": ("已截止", "closed"),
    "counted": ("已计票", "counted"),
    "cancelled": ("已撤销", "cancelled"),
    "annulled": ("结果已撤销", "annulled"),
}


class Question(NamedTuple):
    """What is asked: of which matter, under which number and title, on which text (``digest`` of the subject)."""

    matter: str
    number: str
    title: str
    subject_kind: str
    subject: str
    digest: str
    meeting: str = ""


class Window(NamedTuple):
    """When: day of the notice (ISO date), opening and end (seconds UTC)."""

    noticed: str
    opens: int
    closes: int

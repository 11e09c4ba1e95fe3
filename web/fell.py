"""What rests on a result that was annulled says so: why, by whom, by which document."""

from __future__ import annotations

from typing import Any, NamedTuple

from deliberation.polls import queries as polls
from deliberation.polls.annulling import GROUNDS
from deliberation.resolutions import views as resolutions
from web.shell import local, reading


class Fell(NamedTuple):
    """How the result that something rests on fell: the poll, the ground in words, who decided, which document."""

    poll: str
    ground: str
    authority: str
    document: str


def result_fell(poll: Any) -> Fell | None:
    """Return how the result of a poll (its row) fell, None while it stands."""
    return _told(polls.annulment_of(reading(), poll.id)) if poll.stage == "annulled" else None


def resolution_fell(resolution: str) -> Fell | None:
    """Return how the result fell that carried a resolution ("" for none), None while it stands."""
    return _told(resolutions.fall_of(reading(), resolution))


def _told(row: Any) -> Fell | None:
    return Fell(row.poll, local(GROUNDS[row.ground]), row.authority, row.document) if row else None

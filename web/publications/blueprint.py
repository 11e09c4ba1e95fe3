"""The blueprint that the pages of publications share, and how they speak of days."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, url_for

from deliberation.actors import CHAIR, COMMITTEE, SECRETARY, SUPERVISOR
from deliberation.meetings.views import meetings
from deliberation.motions import queries as motions
from deliberation.polls import queries as polls
from deliberation.publications.model import KINDS, LEAST
from deliberation.resolutions.views import resolutions
from web.fell import Fell, resolution_fell, result_fell
from web.papers import Figures, figures, whole
from web.shell import _, day_shown, ngettext, reading

bp = Blueprint("publications", __name__)
bp.add_app_template_filter(whole)

#: Who posts and takes down; who answers objections.
POSTERS = (SECRETARY, CHAIR, COMMITTEE)
ANSWERERS = (SUPERVISOR, SECRETARY, CHAIR, COMMITTEE)


@bp.context_processor
def codes() -> dict[str, Any]:
    """The names of the kinds and how long each hangs at least."""
    return {"KINDS": KINDS, "LEAST": LEAST}


@bp.app_template_filter()
def days_to(until: str) -> int:
    """Return how many days are left until a day (ISO date): 0 on the day itself, negative after it."""
    return (date.fromisoformat(until) - date.fromisoformat(day_shown())).days


@bp.app_template_filter()
def left(row: Any) -> str:
    """Return in words how long something still hangs."""
    to_come, remaining = days_to(row.from_date), days_to(row.until)
    if to_come > 0:
        return ngettext("%(num)s 天后开始", "%(num)s 天后开始", to_come)
    if remaining > 0:
        return ngettext("还有 %(num)s 天", "还有 %(num)s 天", remaining)
    return _("今天最后一天") if remaining == 0 else _("已经到期")


@bp.app_template_filter()
def left_tone(row: Any) -> str:
    """Return the tone of the tag that says it: the last three days ask for attention."""
    if days_to(row.from_date) > 0 or days_to(row.until) < 0:
        return ""
    return "clay" if days_to(row.until) <= 3 else "pine"


class About(NamedTuple):
    """What a publication shows: "motion", "poll", "resolution" or "meeting", its row and its page."""

    kind: str
    row: Any
    href: str


def about(subject: str) -> About | None:
    """Return what a publication shows, None where it stands for itself."""
    r = reading()
    if not subject:
        return None
    if row := polls.poll_row(r, subject):
        return About("poll", row, url_for("polls.show", poll=subject))
    if row := motions.motion_row(r, subject):
        return About("motion", row, url_for("motions.show", motion=subject))
    if row := r.row(resolutions, subject):
        return About("resolution", row, url_for("resolutions.show", resolution=subject))
    row = r.row(meetings, subject)
    return About("meeting", row, url_for("meetings.show", meeting=subject)) if row else None


def vote_shown(kind: str, shown: About | None) -> Figures | None:
    """Return the vote that the paper of a result prints as a table."""
    return figures(shown.row) if shown and shown.kind == "poll" and kind == "result" else None


def fell_of(shown: About | None) -> Fell | None:
    """Return how the result fell that a publication shows or that carried what it shows, None while it stands."""
    if shown is None or shown.kind not in ("poll", "resolution"):
        return None
    return result_fell(shown.row) if shown.kind == "poll" else resolution_fell(shown.row.id)


@bp.app_template_filter()
def put_off(row: Any) -> bool:
    """Return whether the last day was moved because it fell on a day off."""
    return (date.fromisoformat(row.until) - date.fromisoformat(row.from_date)).days > int(row.days)

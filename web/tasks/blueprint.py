"""The blueprint that the pages of notices share, and how they speak of periods."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint
from markupsafe import Markup

from deliberation.actors import (
    CHAIR,
    COMMITTEE,
    GRID_WORKER,
    SECRETARY,
    STREET_OFFICE,
    SUPERVISOR,
)
from deliberation.deadlines import local as local_time
from deliberation.deadlines import local_date
from deliberation.tasks.model import LEVELS, PERIODS, RESULTS, STATES, WAYS
from web.shell import _, moment_shown, ngettext
from web.wordings import day, moment, paper_day

bp = Blueprint("tasks", __name__)

#: Who issues, serves, inspects and closes; who else may read what a notice says of somebody's home.
HANDLERS = (GRID_WORKER, SECRETARY, COMMITTEE, CHAIR)
READERS = (*HANDLERS, SUPERVISOR, STREET_OFFICE)
TONES = {"served": "seal", "failed": "clay", "passed": "pine", "closed": "pine", "escalated": "clay"}
#: Short words for tags; the full sentence stands on the notice's page.
SHORT = {
    "issued": ("待送达", "to be served"),
    "served": ("待复查", "to be inspected"),
    "failed": ("复查不合格", "not mended"),
    "passed": ("待销号", "to be closed"),
    "closed": ("已销号", "closed"),
    "escalated": ("已上报", "escalated"),
    "withdrawn": ("已撤回", "withdrawn"),
}


@bp.context_processor
def codes() -> dict[str, Any]:
    """The names of levels, ways, results and states."""
    return {"LEVELS": LEVELS, "WAYS": WAYS, "RESULTS": RESULTS, "STATES": STATES, "SHORT": SHORT, "NOTICE_TONES": TONES}


@bp.app_template_filter()
def deadline(at: int, paper: bool = False) -> Markup | str:
    """Return the end of a period as people say it: midnight is 24:00 of the day before."""
    when = local_time(datetime.fromtimestamp(at, UTC))
    if (when.hour, when.minute) != (0, 0):
        return f"{paper_day(at)} {when:%H:%M}" if paper else moment(at)
    last = (when - timedelta(days=1)).date().isoformat()
    return f"{paper_day(last)} 24:00" if paper else Markup("{} 24:00").format(day(last))


def minute(when: datetime) -> str:
    """Return a moment as a field for day and time takes it: 2026-05-21T10:20."""
    return f"{local_time(when):%Y-%m-%dT%H:%M}"


@bp.app_template_filter()
def time_left(at: int) -> str:
    """Return in words how long a period still runs, or for how long it has been over."""
    seconds = at - int(moment_shown().timestamp())
    if seconds <= 0:
        days = -seconds // 86_400
        return ngettext("过期 %(num)s 天", "过期 %(num)s 天", days) if days else _("刚刚过期")
    if seconds >= 86_400:
        return ngettext("还有 %(num)s 天", "还有 %(num)s 天", seconds // 86_400)
    return ngettext("还有 %(num)s 小时", "还有 %(num)s 小时", max(1, seconds // 3600))


@bp.app_template_filter()
def late(row: Any) -> bool:
    """Return whether a served notice's period is over and nothing was found mended."""
    return row.state in ("served", "failed") and row.due <= int(moment_shown().timestamp())


@bp.app_template_filter()
def next_step(row: Any) -> str:
    """Return what is to be done with an open notice."""
    if row.state == "served":
        return _("下一步：两个人去复查") if late(row) else _("下一步：到期去复查，提前整改好了也可以去")
    steps = {"issued": _("下一步：两个人送达"), "failed": _("下一步：再复查，或者上报"), "passed": _("下一步：销号")}
    return steps[row.state]


@bp.app_template_filter()
def period(row: Any) -> str:
    """Return how long whoever has to mend has from service on."""
    days, hours = (row.days, row.hours) if hasattr(row, "days") else PERIODS[row]
    return _("%(n)s 小时内", n=hours) if hours else _("%(n)s 日内", n=days)


@bp.app_template_filter()
def moved_on(row: Any) -> bool:
    """Return whether the last day was moved because it fell on a day off."""
    if not row.due or row.hours:
        return False
    last = local_date(datetime.fromtimestamp(row.due - 1, UTC))
    return (last - local_date(datetime.fromtimestamp(row.served_at, UTC))).days > int(row.days)

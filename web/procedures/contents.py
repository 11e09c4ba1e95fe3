"""What is filed under a matter, as lists to open: each kind one query and one section."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import url_for
from markupsafe import Markup

from deliberation.filings import views as filings
from deliberation.intake import views as intake
from deliberation.intake.model import STATES as REPORT_STATES
from deliberation.log.reading import Reading
from deliberation.meetings import views as meetings
from deliberation.motions import queries as motions
from deliberation.motions.model import STATES as MOTION_STATES
from deliberation.polls import queries as polls
from deliberation.polls.counting import RESULTS
from deliberation.polls.model import STAGES
from deliberation.publications import views as publications
from deliberation.resolutions import views as resolutions
from deliberation.tasks import views as tasks
from deliberation.tasks.model import STATES as NOTICE_STATES
from web.shell import _, local
from web.wordings import day, moment

#: (href, title, detail, tag, tone), as ``ui.rows`` takes them.
Entry = tuple[str, str, Any, str, str]
TONES = {"PASS": "pine", "FAIL": "clay", "NO_QUORUM": "clay", "VOID": "clay"}


class Section(NamedTuple):
    """One kind of thing in the file."""

    title: str
    icon: str
    entries: list[Entry]


def contents(r: Reading, matter: str) -> list[Section]:
    """Return everything that is filed under a matter, in the order of the procedure."""
    return [
        Section(_("诉求"), "report", [_report(row) for row in intake.reports_of(r, matter)]),
        Section(_("议题"), "text", [_motion(row) for row in motions.motions_of(r, matter)]),
        Section(_("会议"), "meeting", [_meeting(row) for row in meetings.meetings_of(r, matter)]),
        Section(_("表决"), "ballot", [_poll(row) for row in polls.polls_of(r, matter=matter)]),
        Section(_("决议"), "seal", [_resolution(row) for row in resolutions.resolutions_of(r, matter)]),
        Section(_("公示"), "board", [_publication(row) for row in publications.publications_of(r, matter)]),
        Section(_("备案"), "send", [_filing(row) for row in filings.filings_of(r, matter)]),
        Section(_("整改告知单"), "task", [_notice(row) for row in tasks.notices_of(r, matter)]),
    ]


def _parts(parts: Iterable[Any]) -> Markup:
    return Markup(" · ").join(part for part in parts if part)


def _report(row: Any) -> Entry:
    title = _("第 %(number)s 号", number=row.number) + " · " + row.place
    return (
        url_for("intake.show", report=row.id),
        title,
        moment(row.received_at),
        local(REPORT_STATES[row.state]),
        "",
    )


def _motion(row: Any) -> Entry:
    tone = {"adopted": "pine", "rejected": "clay", "proposed": "seal"}.get(row.state, "")
    detail = _parts([row.number, _("第 %(n)s 稿", n=row.version), moment(row.proposed_at)])
    return (url_for("motions.show", motion=row.id), row.title, detail, local(MOTION_STATES[row.state]), tone)


def _meeting(row: Any) -> Entry:
    return (
        url_for("meetings.show", meeting=row.id),
        row.title,
        _parts([row.number, moment(row.starts)]),
        "",
        "",
    )


def _poll(row: Any) -> Entry:
    said = local(RESULTS[row.outcome] if row.outcome else STAGES[row.stage])
    detail = _parts([row.number, moment(row.closes)])
    return (url_for("polls.show", poll=row.id), row.title, detail, said, TONES.get(row.outcome, ""))


def _resolution(row: Any) -> Entry:
    detail = _parts([row.number, day(row.adopted_on)])
    return (url_for("resolutions.show", resolution=row.id), row.title, detail, "", "")


def _publication(row: Any) -> Entry:
    shown = _("%(start)s 至 %(end)s", start=day(row.from_date), end=day(row.until))
    # Both days are markup of ours, and so is the sentence around them.
    detail = _parts([row.number, Markup(shown)])
    return (url_for("publications.show", publication=row.id), row.title, detail, "", "")


def _filing(row: Any) -> Entry:
    return (url_for("filings.show", filing=row.id), row.number, row.to, "", "")


def _notice(row: Any) -> Entry:
    title = f"{row.number} · {row.place_label}"
    return (
        url_for("tasks.show", notice=row.id),
        title,
        moment(row.issued),
        local(NOTICE_STATES[row.state]),
        "",
    )

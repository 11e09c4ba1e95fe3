"""Pages of the past: which need one matter only, and what is shown while a long log is folded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Response, g, make_response, render_template, request

from deliberation.errors import Refusal
from deliberation.log.cuts import REGISTER, Cut, matter_of
from deliberation.log.earlier import Progress, size_of
from deliberation.log.reading import Reading
from deliberation.log.store import head_of

if TYPE_CHECKING:
    from deliberation.council import Council

#: Pages that show nothing beyond one matter and the register -> the argument of their address that leads to the matter.
#: A test compares each with the page that is made from all matters.
ALONE = {
    "procedures.show": "matter", "procedures.review": "matter", "motions.show": "motion", "motions.compare": "motion",
    "motions.clause": "motion", "polls.show": "poll", "polls.roll": "poll", "polls.receipt": "poll",
    "meetings.show": "meeting", "meetings.minutes": "meeting", "meetings.notice": "meeting",
    "publications.show": "publication", "publications.paper": "publication", "filings.show": "filing",
    "filings.paper": "filing", "tasks.show": "notice", "tasks.paper": "notice", "resolutions.show": "resolution",
    "discussion.show": "comment", "meetings.show_record": "meeting", "meetings.desk": "meeting", "polls.desk": "poll",
    "motions.desk": "motion", "procedures.desk": "matter", "resolutions.paper": "resolution",
    "resolutions.poster": "resolution",
}  # fmt: skip
#: These read entries, and of the views only what is of the register: who acts, and how the community is called.
OF_ENTRIES = re.compile(r"audit\.(entries|entry|leaf|find|changes|look)$")
#: Seconds after which the page that waits asks again.
AGAIN = 2


class StillFolding(Refusal):
    """The moment asked for is being folded from a long log; the page asks again by itself."""

    zh = "正在照记录算出那一刻的样子，算好了会自己打开。没有改动任何内容。"
    en = "That moment is being computed from the record and opens by itself. Nothing was changed."
    status = 503

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress


def matter_alone(council: Council) -> str | None:
    """Return the matter, or REGISTER, that this page needs alone; None if it needs all."""
    if OF_ENTRIES.match(request.endpoint or ""):
        return REGISTER
    argument = ALONE.get(request.endpoint or "")
    stream = (request.view_args or {}).get(argument or "")
    if not stream:
        return None
    with council.database.snapshot() as live:
        return matter_of(live, council.community, stream)


def await_fold(council: Council, when: dict[str, Any]) -> None:
    """Raises StillFolding while a long fold goes on, and begins it."""
    with council.database.snapshot() as live:
        size = size_of(live, council.community, **when)
    progress = council.database.ahead.of(Cut(council.community, size), council.database)
    if progress is not None:
        raise StillFolding(progress)


def still_folding(error: StillFolding) -> Response:
    """How far the fold is; asked for again by the browser itself, without scripts."""
    g.bare = True
    page = render_template("errors/folding.html", done=error.progress.done, total=error.progress.total)
    answer = make_response(page, error.status)
    answer.headers["Refresh"] = answer.headers["Retry-After"] = str(AGAIN)
    return answer


def neighbours(r: Reading) -> tuple[int | None, int | None]:
    """Return how many entries the moments one entry earlier and one later have, for the bar of the past."""
    head = head_of(r.live, r.community)
    return (r.size - 1 if r.size else None), (r.size + 1 if head and r.size < head.size else None)

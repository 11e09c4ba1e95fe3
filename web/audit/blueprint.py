"""The blueprint that the auditor's pages share, and how they speak of entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Blueprint, current_app, url_for

from deliberation.actors import OPERATOR, ROLES
from deliberation.log.aggregate import EVENTS
from deliberation.log.history import Entry
from deliberation.polls.counting import RESULTS
from deliberation.polls.model import STAGES
from web.shell import _l, council, language, local, names

bp = Blueprint("audit", __name__)

#: What the first word of an event's name belongs to; the rooms of the house in the order of the procedure.
ROOMS: dict[str, tuple[object, tuple[str, ...]]] = {
    "register": (_l("名册和职务"), ("community", "register", "role")),
    "intake": (_l("诉求"), ("report",)),
    "procedures": (_l("程序和阶段"), ("matter",)),
    "motions": (_l("议题和修正案"), ("motion", "amendment")),
    "discussion": (_l("讨论意见"), ("comment",)),
    "meetings": (_l("会议"), ("meeting", "attendance", "minute")),
    "polls": (_l("表决"), ("poll", "roll", "box", "slip", "doubt")),
    "ballots": (_l("选票"), ("ballot",)),
    "resolutions": (_l("决议"), ("resolution",)),
    "publications": (_l("公示和异议"), ("publication", "objection")),
    "tasks": (_l("任务和告知单"), ("notice",)),
    "filings": (_l("备案"), ("filing",)),
}
#: What an event may speak of -> the page that shows it.
PAGES: dict[str, tuple[str, object]] = {
    "matter": ("procedures.show", _l("这件事")),
    "motion": ("motions.show", _l("议题")),
    "meeting": ("meetings.show", _l("会议")),
    "poll": ("polls.show", _l("表决")),
}


@bp.context_processor
def words() -> dict[str, object]:
    """Return what all templates here name."""
    return {"RESULTS": RESULTS, "STAGES": STAGES, "slug": council().community}


def kinds_of(room: str) -> list[str]:
    """Return the event types of a room; none for an unknown one."""
    _label, words = ROOMS.get(room, ("", ()))
    return sorted(kind for kind in EVENTS if kind.partition(".")[0] in words)


def room_of(entry: Entry) -> str:
    """Return how the room is called that an entry belongs to."""
    word = entry.event.TYPE.partition(".")[0]
    return next((str(label) for label, words in ROOMS.values() if word in words), "")


def sayer(entries: Iterable[Entry]) -> Callable[[Entry], str]:
    """Return what gives an entry's sentence, with the names of all who act in these entries (one query)."""
    known = names(entry.event.by.person for entry in entries) | {"operator": local(ROLES[OPERATOR])}
    return lambda entry: entry.sentence(language(), lambda person: known.get(person, person))


def pages_of(entry: Entry) -> list[tuple[str, str]]:
    """Return (address, label) of the pages that show what an entry speaks of, as they stood right after it."""
    own = entry.event.TYPE.partition(".")[0]
    ids = {own: entry.event.id, "matter": entry.matter} | entry.event.body()
    ids.setdefault(str(ids.get("subject_kind", "")), ids.get("subject"))
    return [
        (url_for(endpoint, as_of=entry.position + 1, at=None, **{word: ids[word]}), str(label))
        for word, (endpoint, label) in PAGES.items()
        if ids.get(word) and endpoint in current_app.view_functions
    ]

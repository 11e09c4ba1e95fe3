"""The blueprint that the auditor's pages share, and how they speak of entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Blueprint, current_app, url_for

from deliberation.actors import OPERATOR, ROLES
from deliberation.audit.attention import KINDS
from deliberation.log.aggregate import EVENTS
from deliberation.log.history import Entry
from deliberation.polls.counting import RESULTS
from deliberation.polls.model import STAGES
from web.shell import _l, council, language, local, names

bp = Blueprint("audit", __name__)

#: What the first word of an event's name belongs to; the rooms of the house in the order of the procedure.
ROOMS: dict[str, tuple[object, tuple[str, ...]]] = {
    "register": (_l("名册和职务"), ("community", "register", "role", "owner", "title", "unit")),
    "access": (_l("登录信和绑定"), ("access", "letter", "letters", "binding")),
    "custody": (_l("密钥和删除"), ("log_key", "person", "content", "custody", "export", "seal", "checkpoint")),
    "intake": (_l("诉求"), ("report",)),
    "procedures": (_l("程序和阶段"), ("matter",)),
    "motions": (_l("议题和修正案"), ("motion", "amendment")),
    "discussion": (_l("讨论意见"), ("comment",)),
    "meetings": (_l("会议"), ("meeting", "attendance", "minute")),
    "polls": (_l("表决"), ("poll", "roll", "box", "slip", "doubt", "proxy", "rules")),
    "ballots": (_l("选票"), ("ballot",)),
    "resolutions": (_l("决议"), ("resolution",)),
    "publications": (_l("公示和异议"), ("publication", "objection")),
    "tasks": (_l("任务和告知单"), ("notice",)),
    "filings": (_l("备案"), ("filing",)),
}
#: What a figure on a page rests on: its name, and the kinds of entries behind it, or how their names begin.
EVIDENCE: dict[str, tuple[object, tuple[str, ...]]] = {
    "ballots": (_l("投票、作废和不计入的纸票"), ("ballot.cast", "ballot.voided", "slip.refused", "slip.settled")),
    "steps": (_l("这次表决的每一步"), ("poll.", "doubt.")),
    "roll": (_l("名册的冻结和更正"), ("roll.page_frozen", "roll.corrected")),
    "paper": (_l("纸票、票箱和送达"), ("poll.served", "poll.delivered", "box.scanned", "box.sealed", "slip.read", "slip.settled", "slip.refused")),
    "attendance": (_l("签到"), ("attendance.marked", "attendance.changed", "meeting.called", "meeting.opened")),
    "seconds": (_l("附议"), ("motion.seconded",)),
    "reports": (_l("诉求"), ("report.",)),
    "objections": (_l("异议和答复"), ("objection.raised", "objection.answered", "publication.posted", "publication.taken_down")),
    "notices": (_l("告知单和复查"), ("notice.",)),
    "comments": (_l("讨论意见"), ("comment.made", "comment.answered")),
}
#: What deserves a look can be listed in full in the same way.
LOOKS: dict[str, tuple[object, tuple[str, ...]]] = {kind.code: (kind.title, kind.events) for kind in KINDS}
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


def kinds_behind(what: str) -> tuple[str, list[str]]:
    """Return how the evidence is called and its event types; nothing for an unknown name."""
    label, begins = EVIDENCE.get(what) or LOOKS.get(what, ("", ()))
    return local(label) if isinstance(label, tuple) else str(label), sorted(kind for kind in EVENTS if begins and kind.startswith(begins))


def room_of(entry: Entry) -> str:
    """Return how the room is called that an entry belongs to."""
    return str(ROOMS[room_word(entry.event.TYPE)][0]) if room_word(entry.event.TYPE) in ROOMS else ""


def room_word(kind: str) -> str:
    """Return the room that a type of events belongs to, "" for none."""
    word = kind.partition(".")[0]
    return next((name for name, (_label, words) in ROOMS.items() if word in words), "")


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

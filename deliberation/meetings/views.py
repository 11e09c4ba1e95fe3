"""Views of meetings: tables, handlers, and what pages ask of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Select, String, Text, select

from deliberation.errors import NotFound
from deliberation.log.leaf import canonical
from deliberation.log.reading import Reading
from deliberation.log.views import Change, add, insert, on, update, view
from deliberation.meetings.attendance import Attendance
from deliberation.meetings.minutes import Entry, digest_of
from deliberation.meetings.model import Meeting

#: What is counted as it is marked or written.
COUNTS = ("present", "leave", "absent", "observers", "entries")

meetings = view(
    "meetings",
    Column("id", String(36), primary_key=True),
    Column("matter", String(36)),
    Column("number", Text),
    Column("kind", String(16)),
    Column("title", Text),
    Column("starts", BigInteger),
    Column("place", Text),
    Column("agenda", Text),
    Column("state", String(16)),
    Column("reason", Text),
    Column("chair", String(36)),
    Column("secretary", String(36)),
    Column("opened", BigInteger),
    Column("closed", BigInteger),
    Column("due", Integer),
    Column("chair_signed", BigInteger),
    Column("secretary_signed", BigInteger),
    Column("chair_digest", String(64)),
    Column("secretary_digest", String(64)),
    Column("called", BigInteger),
    Column("position", BigInteger),
    *(Column(name, Integer) for name in COUNTS),
    index=["matter", "number", "starts"],
)
#: A line for each seat from the notice on (status "" until marked), and one for each observer.
attendance = view(
    "attendance",
    Column("meeting", String(36), primary_key=True),
    Column("person", String(36), primary_key=True),
    Column("seat", Integer),
    Column("capacity", String(16)),
    Column("status", String(16)),
    Column("affiliation", Text),
    Column("words", String(64)),
    Column("position", BigInteger),
    index=["person"],
)
entries = view(
    "entries",
    Column("id", String(36), primary_key=True),
    Column("meeting", String(36)),
    Column("item", Text),
    Column("kind", String(16)),
    Column("speaker", String(36)),
    Column("poll", String(36)),
    Column("position", BigInteger),
    index=[("meeting", "position"), "poll"],
)
#: Every version of every entry, the first one included.
entry_versions = view(
    "entry_versions",
    Column("entry", String(36), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("text", Text),
    Column("words", String(64)),
    Column("reason", String(64)),
    Column("author", String(36)),
    Column("confirmed_by", String(36)),
    Column("at", BigInteger),
)


@on(Meeting.Called)
def called(e: Meeting.Called, position: int) -> Iterable[Change]:
    names = ("matter", "number", "kind", "title", "starts", "place", "due")
    head = {name: getattr(e, name) for name in names} | dict.fromkeys(COUNTS, 0)
    head |= {"agenda": canonical(e.agenda).decode(), "state": "called", "called": e.at}
    yield insert(meetings, id=e.id, position=position, **head)
    blank = {"capacity": "seat", "status": "", "affiliation": "", "words": ""}
    for seat, person in enumerate(e.seats, start=1):
        yield insert(attendance, meeting=e.id, person=person, seat=seat, **blank)


@on(Meeting.Cancelled)
def cancelled(e: Meeting.Cancelled, position: int) -> Iterable[Change]:
    yield update(meetings, e.id, state="cancelled", reason=e.reason)


@on(Meeting.Opened)
def opened(e: Meeting.Opened, position: int) -> Iterable[Change]:
    yield update(meetings, e.id, state="open", opened=e.at, chair=e.chair, secretary=e.secretary)


@on(Meeting.Closed)
def closed(e: Meeting.Closed, position: int) -> Iterable[Change]:
    yield update(meetings, e.id, state="closed", closed=e.at)


@on(Meeting.Signed)
def signed(e: Meeting.Signed, position: int) -> Iterable[Change]:
    yield update(meetings, e.id, **{f"{e.part}_signed": e.at, f"{e.part}_digest": e.digest})
    if e.complete:
        yield update(meetings, e.id, state="signed")


@on(Attendance.Marked)
def marked(e: Attendance.Marked, position: int) -> Iterable[Change]:
    mark = {"status": e.status, "affiliation": e.affiliation, "words": e.words}
    if e.capacity == "seat":
        yield update(attendance, e.meeting, e.person, position=position, **mark)
    else:
        line = {"meeting": e.meeting, "person": e.person, "capacity": e.capacity, "seat": 0}
        yield insert(attendance, position=position, **line, **mark)
    yield from _counted(e.meeting, e.capacity, "", e.status)


@on(Attendance.Changed)
def changed(e: Attendance.Changed, position: int) -> Iterable[Change]:
    yield update(attendance, e.meeting, e.person, status=e.status, words=e.words)
    yield from _counted(e.meeting, e.capacity, e.was, e.status)


def _counted(meeting: str, capacity: str, before: str, after: str) -> Iterable[Change]:
    """Observers count while they are present; members count by what they are marked."""
    for status, amount in ((before, -1), (after, 1)):
        column = status if capacity == "seat" else "observers" * (status == "present")
        if column:
            yield add(meetings, meeting, **{column: amount})


@on(Entry.Entered)
def entered(e: Entry.Entered, position: int) -> Iterable[Change]:
    line = {name: getattr(e, name) for name in ("meeting", "item", "kind", "speaker", "poll")}
    yield insert(entries, id=e.id, **line, position=position)
    yield _version(e, 1, "", "")
    yield add(meetings, e.meeting, entries=1)


@on(Entry.Corrected)
def corrected(e: Entry.Corrected, position: int) -> Iterable[Change]:
    yield _version(e, e.version, e.reason, e.confirmed_by)


def _version(e: Entry.Entered | Entry.Corrected, version: int, reason: str, confirmed_by: str) -> Change:
    said = {"text": e.text, "words": e.words, "reason": reason}
    who = {"author": e.by.person, "confirmed_by": confirmed_by, "at": e.at}
    return insert(entry_versions, entry=e.id, version=version, **said, **who)


def signed_over(community: str, meeting: str) -> Select[Any]:
    """Return the query for all versions of all entries in order: what is signed (see ``digest_of``)."""
    e, v = entries.c, entry_versions.c
    joined = entries.join(entry_versions, (e.community == v.community) & (e.id == v.entry))
    columns = (e.id, v.version, e.item, e.kind, e.speaker, v.text, v.words, v.reason, e.poll)
    query = select(*columns, v.author, v.confirmed_by, v.at).select_from(joined)
    return query.where(e.community == community, e.meeting == meeting).order_by(e.position, v.version)


def version_rows(r: Reading, meeting: str) -> Sequence[Any]:
    """Return all versions of all entries in order, as they are signed."""
    return r.all(signed_over(r.community, meeting))


def meetings_of(r: Reading, matter: str) -> Sequence[Any]:
    """Return the meetings held in a matter, in the order they were called."""
    query = meetings.select().where(r.mine(meetings), meetings.c.matter == matter)
    return r.all(query.order_by(meetings.c.position))


def latest_meetings(r: Reading, limit: int = 50, offset: int = 0) -> Sequence[Any]:
    """Return meetings of all matters, the latest to start first."""
    query = meetings.select().where(r.mine(meetings)).limit(limit).offset(offset)
    return r.all(query.order_by(meetings.c.starts.desc(), meetings.c.position.desc()))


def meetings_in(r: Reading, *states: str) -> Sequence[Any]:
    """Return the meetings in any of the states, the first to start first."""
    query = meetings.select().where(r.mine(meetings), meetings.c.state.in_(states))
    return r.all(query.order_by(meetings.c.starts, meetings.c.position))


def attendance_counts(r: Reading, meeting: str) -> dict[str, int]:
    """Return due, present, leave, absent and observers as marked: what ``Meeting.close`` takes.

    Raises NotFound.
    """
    head = meeting_row(r, meeting)
    return {name: getattr(head, name) for name in ("due", "present", "leave", "absent", "observers")}


def minutes_digest(r: Reading, meeting: str) -> str:
    """Return what chair and secretary sign: the digest (hex) over all versions of all entries."""
    return digest_of(version_rows(r, meeting))


def meeting_row(r: Reading, meeting: str) -> Any:
    """Return the meeting's row. Raises NotFound."""
    head = r.row(meetings, meeting)
    if head is None:
        raise NotFound
    return head


def sheet_rows(r: Reading, meeting: str) -> Sequence[Any]:
    """Return the sheet: seats in the order of the notice, then observers in the order they came."""
    a = attendance.c
    query = attendance.select().where(r.mine(attendance), a.meeting == meeting)
    return r.all(query.order_by(a.capacity.desc(), a.seat, a.position))

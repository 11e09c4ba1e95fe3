"""The secretary's desk: everything that is typed while a meeting runs, one POST an entry, saved at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, SECRETARY
from deliberation.errors import NotFound
from deliberation.meetings import schemas, views
from deliberation.meetings.attendance import STATUSES
from deliberation.meetings.minutes import KINDS, PUBLIC, Entry
from deliberation.meetings.model import Meeting
from deliberation.meetings.record import Line, Record, record
from deliberation.motions import queries as motions
from deliberation.polls import queries as polls
from deliberation.polls.catalogue import rule
from deliberation.register import views as register
from deliberation.register.private import Words
from web.meetings.blueprint import bp, named, seats
from web.meetings.sheet import namesakes
from web.shell import (
    _,
    acting,
    command_key,
    council,
    done,
    may,
    names,
    reading,
    today,
    typed,
    words,
)

#: kind of meeting -> the rule whose quorum is shown on the desk.
QUORUM = {"council": "DELIB", "party": "PARTY4"}


class Item(NamedTuple):
    """One line of the agenda on the desk: its entries so far and what may be put to a show of hands."""

    item: str
    title: str
    motion: str
    entries: list[Line]
    amendments: list[Any]
    polls: list[Any]


@bp.get("/meetings/<id:meeting>/desk")
@may(SECRETARY, CHAIR)
def desk(meeting: str) -> str:
    """Agenda, log with its entry line, and attendance."""
    whole = record(reading(), meeting)
    voted = polls.polls_of(reading(), meeting=meeting)
    people = seats(whole.attendees)
    return render_template(
        "meetings/desk.html",
        meeting=whole.meeting,
        record=whole,
        items=_items(whole, voted),
        current=whole.lines[-1].item if whole.lines else whole.agenda[0]["item"],
        unwritten=_unwritten(whole, voted),
        signers=_signers() if whole.meeting.state == "called" else None,
        people=people,
        labels={seat.person: seat.label for seat in people},
        unmarked=[seat for seat in people if not seat.attendee.status],
        need=_quorum(whole.meeting),
        namesakes=namesakes(),
        kinds=KINDS,
        statuses=STATUSES,
    )


def _items(whole: Record, voted: Sequence[Any]) -> list[Item]:
    moved = [row for row in motions.amendments_in(reading(), whole.meeting.matter) if row.state == "moved"]
    found = []
    for line in whole.agenda:
        item, motion = line["item"], line["motion"]
        mine = [row for row in moved if row.motion == motion]
        subjects = {motion, *(row.id for row in mine)} - {""}
        entries = [entry for entry in whole.lines if entry.item == item]
        taken = [poll for poll in voted if poll.subject in subjects]
        found.append(Item(item, line["title"], motion, entries, mine, taken))
    return found


def _unwritten(whole: Record, voted: Sequence[Any]) -> list[Any]:
    """The shows of hands of this meeting that stand in no entry yet."""
    written = {line.poll for line in whole.lines}
    return [poll for poll in voted if poll.outcome and poll.id not in written]


def _quorum(row: Any) -> int:
    """How many must be there, 0 where no rule says so on this desk."""
    if row.kind not in QUORUM:
        return 0
    condition = rule(QUORUM[row.kind]).quorum[0]
    least, rest = divmod(int(row.due) * condition.numerator, condition.denominator)
    return least + int(rest > 0 or condition.operator == ">")


@bp.app_template_filter()
def outcome_line(poll: Any) -> str:
    """Return the outcome of a show of hands as the record states it; the record is kept in Chinese."""
    result = json.loads(poll.result)
    votes = "同意{in_favour}，反对{against}，弃权{abstain}".format(**result)
    return f"{poll.title}：{votes}。{result['result_zh']}。"


@bp.app_template_filter()
def agenda_item(poll: Any, items: list[Item], current: str) -> str:
    """Return under which item a poll was taken: that of its subject, else the current one."""
    return next((line.item for line in items if poll in line.polls), current)


def _signers() -> dict[str, list[tuple[str, str]]]:
    held = {role: register.people_in(reading(), role, today()) for role in (CHAIR, SECRETARY)}
    known = names(who for people in held.values() for who in people)
    return {role: [(who, known[who]) for who in people] for role, people in held.items()}


@bp.post("/meetings/<id:meeting>/open")
@may(CHAIR, SECRETARY, again=".desk")
def open_(meeting: str) -> ResponseReturnValue:
    """Open the meeting, with who presides and who keeps the record."""
    form = typed(schemas.Open)
    with council().change(Meeting, meeting, command=command_key()) as changed:
        changed.open(chair=form["chair"], secretary=form["secretary"], by=acting())
    return done(".desk", _("会议开始了。每记一条都会马上存好。"), meeting=meeting)


@bp.post("/meetings/<id:meeting>/close")
@may(CHAIR, SECRETARY, again=".desk")
def close(meeting: str) -> ResponseReturnValue:
    """Close the meeting with the numbers of its sheet."""
    counts = views.attendance_counts(reading(), meeting)
    with council().change(Meeting, meeting, command=command_key()) as changed:
        changed.close(**counts, by=acting())
    return done(".show_record", _("散会了。请主持人和记录人把记录通读一遍，再确认。"), meeting=meeting)


@bp.post("/meetings/<id:meeting>/entries")
@may(SECRETARY, again=".desk")
def write(meeting: str) -> ResponseReturnValue:
    """Enter one line of the record."""
    form = typed(schemas.Write)
    whole = record(reading(), meeting)
    speaker = form["speaker"]
    if form["who"]:
        speaker = named(form["who"], seats(whole.attendees)).person
    said: str | Words = form["said"] if form["kind"] in PUBLIC else words(form["said"], speaker or None)
    line = {"item": form["item"], "kind": form["kind"], "poll": form["poll"]}
    entry = Entry.write(meeting, whole.meeting.matter, **line, said=said, speaker=speaker, by=acting())
    council().save(entry, command=command_key())
    return done(".desk", _("第 %(n)s 条记下了。", n=len(whole.lines) + 1), meeting=meeting)


@bp.get("/meetings/<id:meeting>/entries/<id:entry>")
@may(SECRETARY, CHAIR)
def mend(meeting: str, entry: str) -> str:
    """The form for a correction, the old words above it."""
    whole = record(reading(), meeting)
    signed = bool(whole.meeting.chair_signed or whole.meeting.secretary_signed)
    return render_template(
        "meetings/mend.html",
        meeting=whole.meeting,
        line=_line(whole, entry),
        chairs=_signers()[CHAIR] if signed else [],
    )


@bp.post("/meetings/<id:meeting>/entries/<id:entry>")
@may(SECRETARY, CHAIR, again=".mend")
def correct(meeting: str, entry: str) -> ResponseReturnValue:
    """Put other words beside the old ones, with the reason."""
    form = typed(schemas.Correct)
    line = _line(record(reading(), meeting), entry)
    said: str | Words = form["said"] if line.kind in PUBLIC else words(form["said"], line.speaker or None)
    reason = words(form["reason"])
    with council().change(Entry, entry, command=command_key()) as changed:
        changed.correct(said, reason, confirmed_by=form["confirmed_by"], by=acting())
    return done(".desk", _("更正好了，原文保留在旁边。"), meeting=meeting)


def _line(whole: Record, entry: str) -> Line:
    for line in whole.lines:
        if line.id == entry:
            return line
    raise NotFound

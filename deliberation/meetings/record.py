"""会议记录 as it is read and printed: head, attendance, entries with struck versions, decisions, signatures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from deliberation.log.aggregate import id_of
from deliberation.log.reading import Reading
from deliberation.meetings.attendance import CAPACITIES, STATUSES
from deliberation.meetings.minutes import KINDS, digest_of
from deliberation.meetings.views import meeting_row, sheet_rows, version_rows
from deliberation.register import vault

ERASED = "（已删除）"

#: status or capacity -> (Chinese, English); "" is a seat that nobody marked yet.
MARKS = {**STATUSES, **CAPACITIES, "": ("未登记", "not marked")}


class Attendee(NamedTuple):
    """One line of the sheet: ``id`` of the attendance; ``reason`` for leave or absence, or ""."""

    id: str
    person: str
    name: str
    capacity: str
    status: str
    affiliation: str
    reason: str


class Version(NamedTuple):
    """What an entry said from ``at`` (seconds UTC) on; ``reason``, ``confirmed_by`` (name) from version 2."""

    version: int
    said: str
    reason: str
    author: str
    confirmed_by: str
    at: int


class Line(NamedTuple):
    """One entry: ``number`` counts from 1; ``said`` is the latest version, ``struck`` the ones before it."""

    id: str
    number: int
    item: str
    kind: str
    kind_zh: str
    kind_en: str
    speaker: str
    name: str
    poll: str
    said: str
    struck: tuple[Version, ...]
    latest: Version

    @property
    def versions(self) -> tuple[Version, ...]:
        """What it said, from the first version to the latest."""
        return (*self.struck, self.latest)

    @property
    def at(self) -> int:
        """When it was first entered (seconds UTC)."""
        return self.versions[0].at


class Record(NamedTuple):
    """The whole record. ``meeting`` is its row; ``digest`` is what would be signed now."""

    meeting: Any
    agenda: list[dict[str, str]]
    chair: str
    secretary: str
    attendees: list[Attendee]
    lines: list[Line]
    digest: str

    def sheet(self, capacity: str, *statuses: str) -> list[Attendee]:
        """Return 出席 ("seat", "present"), 列席 ("observer", "present"), 请假 ("seat", "leave") and so on."""
        return [a for a in self.attendees if a.capacity == capacity and a.status in statuses]

    @property
    def decisions(self) -> list[Line]:
        """议定事项, for the 会议纪要."""
        return [line for line in self.lines if line.kind == "decision"]

    @property
    def votes(self) -> list[Line]:
        """表决, each with its outcome in words."""
        return [line for line in self.lines if line.kind == "vote"]

    @property
    def changed_since_signing(self) -> bool:
        """Whether a correction was made after one of the signatures."""
        signed = {self.meeting.chair_digest, self.meeting.secretary_digest} - {None}
        return bool(signed - {self.digest})


def record(r: Reading, meeting: str) -> Record:
    """Return the record of a meeting, in five queries. Raises NotFound."""
    head = meeting_row(r, meeting)
    sheet, versions = sheet_rows(r, meeting), version_rows(r, meeting)
    names = _Said(vault.names(r, _people(head, sheet, versions)))
    said = _Said(vault.texts(r, _commitments(sheet, versions)))
    return Record(
        meeting=head,
        agenda=json.loads(head.agenda),
        chair=names.of(head.chair),
        secretary=names.of(head.secretary),
        attendees=[_attendee(row, names, said) for row in sheet],
        lines=_lines(versions, names, said),
        digest=digest_of(versions),
    )


def attendance_sheet(r: Reading, meeting: str) -> list[Attendee]:
    """Return the attendance sheet with names and reasons, in three queries."""
    sheet = sheet_rows(r, meeting)
    names = _Said(vault.names(r, (row.person for row in sheet)))
    said = _Said(vault.texts(r, (row.words for row in sheet)))
    return [_attendee(row, names, said) for row in sheet]


class _Said:
    """Names or words from the vault; "" for none given, 已删除 for what was erased."""

    def __init__(self, found: Mapping[str, str]) -> None:
        self.found = found

    def of(self, key: str | None) -> str:
        return self.found.get(key, ERASED) if key else ""


def _people(head: Any, sheet: Sequence[Any], versions: Sequence[Any]) -> Iterable[str]:
    yield from (person for person in (head.chair, head.secretary) if person)
    yield from (row.person for row in sheet)
    for row in versions:
        yield from (row.speaker, row.author, row.confirmed_by)


def _commitments(sheet: Sequence[Any], versions: Sequence[Any]) -> Iterable[str]:
    yield from (row.words for row in sheet)
    for row in versions:
        yield from (row.words, row.reason)


def _attendee(row: Any, names: _Said, said: _Said) -> Attendee:
    name, reason = names.of(row.person), said.of(row.words)
    id = id_of(row.meeting, row.person)
    return Attendee(id, row.person, name, row.capacity, row.status, row.affiliation, reason)


def _lines(rows: Sequence[Any], names: _Said, said: _Said) -> list[Line]:
    grouped = [list(versions) for _, versions in groupby(rows, key=lambda row: row.id)]
    return [_line(number, versions, names, said) for number, versions in enumerate(grouped, start=1)]


def _line(number: int, rows: Sequence[Any], names: _Said, said: _Said) -> Line:
    *struck, latest = [_version(row, names, said) for row in rows]
    row = rows[0]
    what = (row.kind, *KINDS[row.kind])
    who = (row.speaker, names.of(row.speaker))
    return Line(row.id, number, row.item, *what, *who, row.poll, latest.said, tuple(struck), latest)


def _version(row: Any, names: _Said, said: _Said) -> Version:
    words, reason = row.text or said.of(row.words), said.of(row.reason)
    return Version(row.version, words, reason, names.of(row.author), names.of(row.confirmed_by), row.at)

"""What clerks at the slips ask: which door comes next, what another has read, and how fast slips were entered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from deliberation.log.reading import Reading
from deliberation.numbering import by_door
from deliberation.polls.readings import SECONDS, SLIPS
from deliberation.polls.roll import BINDING
from deliberation.polls.tables import (
    ballots,
    boxes,
    proxies,
    readings,
    roll_lines,
    scans,
    slips,
)
from deliberation.register import owners, vault


class Sheet(NamedTuple):
    """A slip that somebody has read and nobody has read again: id of the reading, number in the box, voter, door."""

    id: str
    number: int
    voter: str
    door: str


class Pace(NamedTuple):
    """How fast one clerk read the slips of one box in one of the two readings: how many, from when to when (seconds UTC), and
    the fewest seconds in which ``SLIPS`` slips in a row were entered (None for fewer)."""

    box: str
    clerk: str
    second: bool
    slips: int
    first: int
    last: int
    quickest: int | None

    @property
    def hasty(self) -> bool:
        """Whether somebody should look at these slips again."""
        return self.quickest is not None and self.quickest <= SECONDS


def doors_left(r: Reading, poll: str) -> list[str]:
    """Return the doors of the binding roll of which no ballot and no slip is in, in the order of doors."""
    c = roll_lines.c
    voted = and_(ballots.c.community == c.community, ballots.c.poll == c.poll, ballots.c.voter == c.voter, ballots.c.roll == c.roll)
    read = and_(readings.c.community == c.community, readings.c.poll == c.poll, readings.c.voter == c.voter, readings.c.used == 0)
    query = select(c.label, c.holder).select_from(roll_lines.outerjoin(ballots, voted).outerjoin(readings, read))
    query = query.where(r.mine(roll_lines), c.poll == poll, c.roll == BINDING)
    left = r.all(query.where(ballots.c.voter.is_(None), readings.c.voter.is_(None)))
    return sorted(_called(r, poll, left), key=by_door)


def _called(r: Reading, poll: str, lines: Sequence[Any]) -> list[str]:
    """Return what stands on the slip of each line: its door, with the name behind where several voters share one."""
    c = roll_lines.c
    query = select(c.label).where(r.mine(roll_lines), c.poll == poll, c.roll == BINDING)
    shared = {row.label for row in r.all(query.group_by(c.label).having(func.count() > 1))}
    names = vault.names(r, [line.holder for line in lines if line.label in shared])
    return [f"{line.label} {names.get(line.holder, '')}".strip() if line.label in shared else line.label or "" for line in lines]


def sheets_to_confirm(r: Reading, box: str, person: str) -> list[Sheet]:
    """Return the slips of a box that others have read and that wait for a second reading, in their order."""
    c = readings.c
    line = and_(roll_lines.c.community == c.community, roll_lines.c.poll == c.poll, roll_lines.c.voter == c.voter)
    line = and_(line, roll_lines.c.roll == BINDING)
    query = select(c.id, c.sheet, c.voter, c.poll, roll_lines.c.label, roll_lines.c.holder)
    query = query.select_from(readings.outerjoin(roll_lines, line)).where(r.mine(readings))
    rows = r.all(query.where(c.box == box, c.used == 0, c.clerk != person).order_by(c.sheet))
    doors = _called(r, rows[0].poll, rows) if rows else []
    return [Sheet(row.id, row.sheet, row.voter, door) for row, door in zip(rows, doors, strict=True)]


def lies_in(r: Reading, sheet: str, box: str) -> bool:
    """Whether a slip that was read is one of this box."""
    row = r.row(readings, sheet)
    return row is not None and row.box == box


def voter_at(r: Reading, poll: str, door: str) -> Any | None:
    """Return the roll line of a door as written on a slip: one of the roll's own, with a name behind where several voters share
    the door, or any door of an owner on it. None for no door: members of a body have none, and no slip is anybody's."""
    if not door:
        return None
    query = roll_lines.select().where(r.mine(roll_lines), roll_lines.c.poll == poll, roll_lines.c.roll == BINDING)
    lines = r.all(query.where(roll_lines.c.label.in_({door, door.rpartition(" ")[0] or door})).order_by(roll_lines.c.voter))
    for line, called in zip(lines, _called(r, poll, lines), strict=True):
        if called == door:
            return line
    if at_door := [line for line in lines if line.label == door]:
        # No name was typed: it is the slip of whoever has not voted yet.
        return next((line for line in at_door if r.row(ballots, poll, line.voter) is None), at_door[0])
    owner = owners.owner_at(r, door)
    return r.row(roll_lines, poll, BINDING, owner) if owner else None


def paces(r: Reading, poll: str) -> list[Pace]:
    """Return how fast the slips of a poll were entered, box by box and clerk by clerk."""
    times: defaultdict[tuple[str, str, bool], list[int]] = defaultdict(list)
    for table, reader, second in ((readings, readings.c.clerk, False), (ballots, ballots.c.signer, True), (slips, slips.c.clerk, True)):
        c = table.c
        for box, clerk, at in r.all(select(c.box, reader, c.at).where(r.mine(table), c.poll == poll, c.box != "")):
            times[box, clerk, second].append(at)
    labels = {row.id: row.label for row in r.all(boxes.select().where(r.mine(boxes), boxes.c.poll == poll))}
    found = [
        Pace(labels.get(box, ""), clerk, second, len(some), min(some), max(some), _quickest(sorted(some)))
        for (box, clerk, second), some in times.items()
    ]
    return sorted(found, key=lambda pace: (by_door(pace.box), pace.second, pace.first, pace.clerk))


def _quickest(times: Sequence[int]) -> int | None:
    return min((end - start for start, end in zip(times, times[SLIPS - 1 :], strict=False)), default=None)


def scans_of(r: Reading, poll: str) -> Sequence[Any]:
    """Return the scans of a poll's slips (box, digest, pages) in log order."""
    return r.all(scans.select().where(r.mine(scans), scans.c.poll == poll).order_by(scans.c.position))


def letters_of(r: Reading, poll: str) -> Sequence[Any]:
    """Return the letters of a poll with the door of each, the newest first."""
    c = proxies.c
    line = and_(roll_lines.c.community == c.community, roll_lines.c.poll == c.poll, roll_lines.c.voter == c.voter)
    line = and_(line, roll_lines.c.roll == BINDING)
    query = select(proxies, roll_lines.c.label, roll_lines.c.holder).select_from(proxies.outerjoin(roll_lines, line))
    return r.all(query.where(r.mine(proxies), c.poll == poll).order_by(c.position.desc()))

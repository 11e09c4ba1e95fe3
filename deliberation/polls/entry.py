"""What clerks at the slips ask: which door comes next, what another has read, and how fast slips were entered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, select

from deliberation.log.reading import Reading
from deliberation.numbering import by_door
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
from deliberation.register import owners

#: Slips in a row over which a clerk's pace is taken, and the seconds below which an auditor should look.
ROW, HASTY = 12, 60


class Sheet(NamedTuple):
    """A slip that somebody has read and nobody has read again: id of the reading, number in the box, voter, door."""

    id: str
    number: int
    voter: str
    door: str


class Pace(NamedTuple):
    """How fast one clerk read the slips of one box in one of the two readings: how many, from when to when (seconds UTC), and
    the fewest seconds in which ``ROW`` slips in a row were entered (None for fewer)."""

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
        return self.quickest is not None and self.quickest < HASTY


def doors_left(r: Reading, poll: str) -> list[str]:
    """Return the doors of the binding roll of which no ballot and no slip is in, in the order of doors."""
    c = roll_lines.c
    voted = and_(ballots.c.community == c.community, ballots.c.poll == c.poll, ballots.c.voter == c.voter, ballots.c.roll == c.roll)
    read = and_(readings.c.community == c.community, readings.c.poll == c.poll, readings.c.voter == c.voter, readings.c.used == 0)
    query = select(c.label).select_from(roll_lines.outerjoin(ballots, voted).outerjoin(readings, read))
    query = query.where(r.mine(roll_lines), c.poll == poll, c.roll == BINDING)
    left = r.all(query.where(ballots.c.voter.is_(None), readings.c.voter.is_(None)))
    return sorted({row.label for row in left}, key=by_door)


def sheets_to_confirm(r: Reading, box: str, person: str) -> list[Sheet]:
    """Return the slips of a box that others have read and that wait for a second reading, in their order."""
    c = readings.c
    line = and_(roll_lines.c.community == c.community, roll_lines.c.poll == c.poll, roll_lines.c.voter == c.voter)
    line = and_(line, roll_lines.c.roll == BINDING)
    query = select(c.id, c.sheet, c.voter, roll_lines.c.label).select_from(readings.outerjoin(roll_lines, line))
    rows = r.all(query.where(r.mine(readings), c.box == box, c.used == 0, c.clerk != person).order_by(c.sheet))
    return [Sheet(row[0], row[1], row[2], row[3] or "") for row in rows]


def lies_in(r: Reading, sheet: str, box: str) -> bool:
    """Whether a slip that was read is one of this box."""
    row = r.row(readings, sheet)
    return row is not None and row.box == box


def voter_at(r: Reading, poll: str, door: str) -> Any | None:
    """Return the roll line of a door as written on a slip: one of the roll's own, or any door of an owner on it. None for no
    door: members of a body have none, and no slip is anybody's."""
    if not door:
        return None
    query = roll_lines.select().where(r.mine(roll_lines), roll_lines.c.poll == poll, roll_lines.c.roll == BINDING)
    found = r.first(query.where(roll_lines.c.label == door))
    if found is None and (owner := owners.owner_at(r, door)):
        found = r.row(roll_lines, poll, BINDING, owner)
    return found


def paces(r: Reading, poll: str) -> list[Pace]:
    """Return how fast the slips of a poll were entered, box by box and clerk by clerk."""
    times: defaultdict[tuple[str, str, bool], list[int]] = defaultdict(list)
    for table, second in ((readings, False), (ballots, True), (slips, True)):
        c = table.c
        for box, clerk, at in r.all(select(c.box, c.clerk, c.at).where(r.mine(table), c.poll == poll, c.box != "")):
            times[box, clerk, second].append(at)
    labels = {row.id: row.label for row in r.all(boxes.select().where(r.mine(boxes), boxes.c.poll == poll))}
    found = [
        Pace(labels.get(box, ""), clerk, second, len(some), min(some), max(some), _quickest(sorted(some)))
        for (box, clerk, second), some in times.items()
    ]
    return sorted(found, key=lambda pace: (by_door(pace.box), pace.second, pace.first, pace.clerk))


def _quickest(times: Sequence[int]) -> int | None:
    return min((end - start for start, end in zip(times, times[ROW - 1 :], strict=False)), default=None)


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

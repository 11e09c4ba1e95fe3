"""What deserves a second look: nothing here is forbidden, all of it is read from the log.

A clerk who reads slips, for the first or the second time, faster than a person does, corrections of a roll that was frozen, slips put aside, ballots
voided, votes extended or taken back, and changes to a record or an attendance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from deliberation.council import Council
from deliberation.log.history import Entry
from deliberation.log.walk import Part, every
from deliberation.polls.readings import SECONDS, SLIPS

FIRST = "slip.read"
PAPER = ("ballot.cast", "slip.refused", FIRST)
#: kind of event -> why it is listed (Chinese, English)
REASONS: dict[str, tuple[str, str]] = {
    "roll.corrected": ("名册公告以后更正", "a roll corrected after its notice"),
    "slip.settled": ("一张纸票两遍录得不一样", "a slip whose two readings differed"),
    "ballot.voided": ("选票作废", "a ballot voided"),
    "slip.refused": ("纸票不计入", "a slip that was not counted"),
    "poll.extended": ("投票延期", "a vote extended"),
    "poll.cancelled": ("撤销表决", "a vote cancelled"),
    "doubt.raised": ("计票受到询问", "a count that somebody asked about"),
    "poll.recounted": ("计票复核", "a count looked at again"),
    "minute.corrected": ("会议记录更正", "a record corrected"),
    "attendance.changed": ("签到更正", "an attendance corrected"),
}


class Hurry(NamedTuple):
    """Slips entered fast by one clerk: from and to which position, how many, in how many seconds."""

    clerk: str
    first: int
    last: int
    slips: int
    seconds: int


class Attention(NamedTuple):
    """All that deserves a look, in log order."""

    hurries: list[Hurry]
    entries: list[Entry]


def attention(council: Council, stop: int) -> Attention:
    """Return what deserves a look among the first ``stop`` entries."""
    with council.database.reader.connect() as connection:
        part = Part(stop, kinds=(*REASONS, *PAPER))
        found = list(every(connection, council.community, part))
    listed = [entry for entry in found if entry.event.TYPE in REASONS]
    return Attention(list(hurries(found)), listed)


def hurries(found: Iterable[Entry]) -> Iterator[Hurry]:
    """Yield the stretches in which a clerk entered at least SLIPS slips within SECONDS, each as long as it lasts; first and
    second readings apart."""
    by_clerk: dict[tuple[str, bool], list[Entry]] = {}
    for entry in found:
        if entry.event.TYPE in PAPER and entry.event.body().get("channel", "paper") == "paper":
            by_clerk.setdefault((entry.event.by.person, entry.event.TYPE == FIRST), []).append(entry)
    for (clerk, _), slips in by_clerk.items():
        for first, last in _stretches([slip.event.at for slip in slips]):
            seconds = slips[last].event.at - slips[first].event.at
            yield Hurry(clerk, slips[first].position, slips[last].position, last - first + 1, seconds)


def _stretches(times: list[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of overlapping windows of SLIPS times within SECONDS, joined."""
    open_: tuple[int, int] | None = None
    for last in range(SLIPS - 1, len(times)):
        first = last - SLIPS + 1
        if times[last] - times[first] > SECONDS:
            continue
        if open_ is not None and first <= open_[1]:
            open_ = (open_[0], last)
        else:
            if open_ is not None:
                yield open_
            open_ = (first, last)
    if open_ is not None:
        yield open_

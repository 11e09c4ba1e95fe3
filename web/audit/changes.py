"""What changed between two moments: sentences and figures by matter, and the texts that read otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flask import render_template, request

from deliberation.log import walk
from deliberation.log.aggregate import EVENTS
from deliberation.log.history import Entry
from deliberation.log.store import size_at, time_at
from deliberation.motions import queries as motions
from deliberation.procedures.views import known_matters
from web.audit.blueprint import ROOMS, bp, room_word, sayer
from web.audit.walk import ALIKE, runs
from web.moment import size_of
from web.shell import live, reading
from web.versions import Change, differences

#: Sentences in full: so many in all, and of one matter.
MOST, OF_ONE = 400, 30
WEEK = 7 * 86_400


class Group(NamedTuple):
    """What changed in one matter (id "" for the register and whatever else is of none)."""

    matter: str
    title: str
    figures: list[tuple[str, int]]
    runs: list[list[Entry]]
    more: bool

    @property
    def total(self) -> int:
        """How many entries there are."""
        return sum(number for _, number in self.figures)


class Rewritten(NamedTuple):
    """A motion whose text changed: the version before (None: it is new) and now."""

    old: Any
    new: Any
    changes: list[Change]


@bp.get("/replay/changes")
def changes() -> str:
    """What changed from one moment to another, written as numbers of entries or days; the last week unless told."""
    r = reading()
    begin, end = (request.args.get(name, "").strip() for name in ("from", "to"))
    stop = size_of(end) if end else r.size
    start = size_of(begin) if begin else size_at(r.live, r.community, max(0, time_at(r.live, r.community, stop) - WEEK))
    start, stop = min(start, stop), max(start, stop)
    part = walk.Part(stop, start=start)
    found = walk.latest(r.live, r.community, part._replace(kinds=_telling()), limit=MOST)[::-1]
    titles = {row.id: f"{row.number} {row.title}" for row in known_matters(r)}
    return render_template(
        "audit/changes.html", start=start, stop=stop, times=[time_at(r.live, r.community, size) for size in (start, stop)], say=sayer(found),
        groups=groups(walk.sums(r.live, r.community, part), found, titles), rewritten=_texts(start, stop),
    )  # fmt: skip


def groups(sums: Iterable[tuple[str | None, str, int]], found: Sequence[Entry], titles: dict[str, str]) -> list[Group]:
    """Return what changed by matter, the register first, then by number."""
    figures: dict[str, dict[str, int]] = {}
    for matter, kind, number in sums:
        own = matter if matter in titles else ""
        rooms = figures.setdefault(own, {})
        rooms[room_word(kind)] = rooms.get(room_word(kind), 0) + number
    said: dict[str, list[Entry]] = {}
    for entry in found:
        said.setdefault(entry.matter if entry.matter in titles else "", []).append(entry)
    return [
        Group(own, titles.get(own, ""), _in_order(figures[own]), runs(said.get(own, [])[-OF_ONE:]), len(said.get(own, [])) > OF_ONE)
        for own in sorted(figures, key=lambda each: titles.get(each, ""))
    ]


def _in_order(rooms: dict[str, int]) -> list[tuple[str, int]]:
    return [(str(label), rooms[name]) for name, (label, _words) in ROOMS.items() if name in rooms]


def _telling() -> list[str]:
    """The kinds of entries that are told one by one; the others are counted."""
    return sorted(set(EVENTS) - set(ALIKE))


def _texts(start: int, stop: int) -> list[Rewritten]:
    """From the present: versions stand for ever, and their words were public when they were made."""
    found = motions.rewritten(live(), start, stop)
    return [
        Rewritten(old, new, differences(motions.text_of(old), motions.text_of(new)) if old else []) for old, new in found
    ]

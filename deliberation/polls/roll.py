"""表决名册: who may vote in one poll, frozen when it is announced.

A line is ``[voter, label, grid, holder]``, with a fifth part where votes weigh by area: the household, owner, seat or person
whose one ballot it is; how it is called in public (a door, never a name); the grid it is counted under; the person who may
cast it by phone; the area in 0.01 m². The root is the RFC 6962 tree over the canonical lines sorted by voter, so the same
roll has the same root in whatever order it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from deliberation.actors import Actor
from deliberation.log.aggregate import Aggregate, Event, id_of
from deliberation.log.leaf import canonical
from deliberation.log.tlog import leaf_hash, root_of
from deliberation.polls.refusals import RollFault

BINDING = "binding"
ADVISORY = "advisory"
#: Roll of advice -> (Chinese, English); "advisory" are the tenants, as notices have always called them.
ADVICE: dict[str, tuple[str, str]] = {
    ADVISORY: ("租户", "tenants"),
    "owners": ("业主", "owners"),
    "villagers": ("成年村民", "adult villagers"),
    "delegates": ("议事代表", "delegates of the council"),
}
#: Lines in one event at most, so that it stays well below 64 KiB.
PAGE = 300


class Line(NamedTuple):
    """One voter of a roll."""

    voter: str
    label: str
    grid: str
    holder: str
    area: int = 0

    def told(self) -> list[Any]:
        """Return the line as it stands in the log: without an area where none weighs."""
        return [*self] if self.area else [*self[:4]]


def root(lines: Iterable[Line]) -> str:
    """Return the root (hex) of a roll."""
    return root_of(leaf_hash(canonical(line.told())) for line in sorted(lines)).hex()


def summary(lines: Sequence[Line]) -> dict[str, Any]:
    """Return {"root", "count"} of a roll, and "area" (0.01 m²) where votes weigh by it."""
    area = sum(line.area for line in lines)
    return {"root": root(lines), "count": len(lines)} | ({"area": area} if area else {})


def doubles(lines: Sequence[Line]) -> list[Line]:
    """Return the lines whose voter stands on the roll already."""
    seen: set[str] = set()
    return [line for line in lines if line.voter in seen or seen.add(line.voter)]  # type: ignore[func-returns-value]


def pages(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Yield the roll in pages, sorted by voter."""
    ordered = sorted(lines)
    for start in range(0, len(ordered), PAGE):
        yield ordered[start : start + PAGE]


def check(lists: Mapping[str, Sequence[Line]], *, by_area: bool = False) -> None:
    """Raise RollFault for an empty roll, a voter that stands on one twice, a negative area, or one missing where votes weigh
    by it."""
    seen: set[str] = set()
    for name, lines in lists.items():
        if other := next((line for line in lines if line.voter in seen), None):
            raise RollFault(fault=f"“{other.label}”在两份名册上", fault_en=f"“{other.label}” stands on two rolls")
        seen |= {line.voter for line in lines}
        if not lines:
            raise RollFault(fault="名册是空的", fault_en="the roll is empty")
        if twice := doubles(lines):
            label = twice[0].label
            raise RollFault(fault=f"“{label}”重复", fault_en=f"“{label}” stands on the {name} roll twice")
        least = 1 if by_area and name == BINDING else 0
        if (light := next((line for line in lines if line.area < least), None)) is not None:
            raise RollFault(fault=f"“{light.label}”没有面积，或者面积是负数", fault_en=f"“{light.label}” has no area, or a negative one")


class Filed(Aggregate):
    """Something small that belongs to a poll and is filed under the poll's matter."""

    _matter: str

    @property
    def matter(self) -> str:
        """The matter of the poll."""
        return self._matter


class RollPage(Filed):
    """A page of a frozen roll."""

    class Frozen(Event):
        """Lines ``[voter, label, grid, holder]`` and an area where votes weigh by it, sorted by voter over all pages."""

        TYPE = "roll.page_frozen"
        zh = "{number}的名册第{page}页冻结，{count}行。"
        en = "Page {page} of the roll of {number} was frozen, {count} lines."
        poll: str
        number: str
        roll: str
        page: int
        count: int
        lines: list[list[Any]]

    @classmethod
    def freeze(cls, poll: str, matter: str, number: str, name: str, lines: Sequence[Line], *, by: Actor) -> list[RollPage]:
        """Return the pages of one roll of a poll."""
        made = []
        for n, some in enumerate(pages(lines), start=1):
            page = cls.new(id_of(poll, "roll", name, str(n)), by)
            page._matter = matter
            page.trigger(
                cls.Frozen, by, poll=poll, number=number, roll=name, page=n, count=len(some), lines=[line.told() for line in some]
            )
            made.append(page)
        return made

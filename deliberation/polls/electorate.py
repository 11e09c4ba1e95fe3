"""Who votes under a rule: the roll that its body has in the register, for the whole place or for one building or grid."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from deliberation.actors import (
    COMMITTEE,
    COOP_DELEGATE,
    COOP_MEMBER,
    DELEGATE,
    OWNERS_COMMITTEE,
    PARTY_MEMBER,
    VILLAGE_DELEGATE,
)
from deliberation.log.reading import Reading
from deliberation.numbering import by_door
from deliberation.polls.refusals import RollFault
from deliberation.polls.roll import ADVICE, Line
from deliberation.polls.rules import Rule
from deliberation.register import owners, voters

#: Bodies that the register knows by an office: beginning of the rule's id -> offices, the first of them the delegates.
OFFICES: dict[str, tuple[str, ...]] = {
    "OWN_COMM": (OWNERS_COMMITTEE,),
    "VIL_R": (VILLAGE_DELEGATE, COMMITTEE),
    "RES_R": (VILLAGE_DELEGATE, COMMITTEE),
    "COL_M": (COOP_MEMBER,),
    "COL_R": (COOP_DELEGATE,),
    "PARTY4": (PARTY_MEMBER,),
    "DELIB": (DELEGATE, COMMITTEE),
}
#: A local rule names no body of its own: these units have one.
UNIT_OFFICES: dict[str, tuple[str, ...]] = {"party": (PARTY_MEMBER,), "seat": (DELEGATE, COMMITTEE)}
STANDINGS: dict[str, tuple[str, ...]] = {
    "person": ("villager",),
    "resident": ("villager", "tenant"),
    "registered person": ("tenant",),
}
#: Rules of a part of the place: a building, a group.
OF_A_PART = ("OWN_PART", "OWN_279", "VIL_T")


class Electorate(NamedTuple):
    """The lines of a roll, and how many of a mixed body are delegates (None where the rule asks nothing of its members)."""

    lines: list[Line]
    delegates: int | None = None


def members_of(body: Electorate, women: int) -> dict[str, int] | None:
    """Return of whom a mixed body consists: delegates by the register, women as the secretary declares, since the register
    holds nobody's sex. Raises RollFault where their number is missing or cannot be."""
    if body.delegates is None:
        return None
    if not 0 <= women <= body.delegates:
        raise RollFault(fault="请写妇女代表有几位，不能多于代表", fault_en="give the number of women among the delegates, no more than there are")
    return {"delegate": body.delegates, "woman": women}


def offices_of(law: Rule) -> tuple[str, ...]:
    """Return the offices whose holders vote under a rule; none where the register has the roll otherwise."""
    return OFFICES.get(law.id.partition("/")[0]) or UNIT_OFFICES.get(law.unit, ())


def has_roll(law: Rule) -> bool:
    """Whether the register can say who votes under a rule."""
    return law.unit in {"owner", "household", *STANDINGS} or bool(offices_of(law))


def electorate(r: Reading, law: Rule, on_day: str, within: str = "") -> Electorate:
    """Return who votes under a rule on a day (ISO date), in one building or grid if ``within`` names it.

    Raises RollFault where somebody would be left out in silence: a unit without an owner, or without an area; or where a rule
    of a part is to be used for the whole.
    """
    if law.id.startswith(OF_A_PART) and not within:
        raise RollFault(
            fault="这条规则只用于一栋楼或一个网格，请选是哪一个", fault_en="this rule is for one building or grid: choose which"
        )
    if law.unit == "owner":
        return Electorate(_owners(r, law, within))
    if offices := offices_of(law):
        return _office_holders(r, law, offices, on_day, within)
    if law.unit == "household":
        rows = voters.household_voters(r, within)
    else:
        rows = [row for standing in STANDINGS[law.unit] for row in voters.adults(r, standing, within)]
    return Electorate([Line(*row) for row in dict.fromkeys(rows)])


def _owners(r: Reading, law: Rule, within: str) -> list[Line]:
    """Owners, each once with all their area (Civil Code 278; judicial interpretation of 2009, articles 8 and 9)."""
    if loose := owners.untitled(r, within):
        raise RollFault(
            fault=f"{_some(loose)}没有登记产权人，先在产权名册里补上",
            fault_en=f"{_some(loose)} have no owner on record; enter their titles first",
        )
    if law.by_area and (bare := owners.without_area(r, law.unit_kinds, within)):
        raise RollFault(fault=f"{_some(bare)}没有面积，先在名册里补上", fault_en=f"{_some(bare)} have no area on record; enter it first")
    rows = owners.owner_lines(r, law.unit_kinds, within)
    return [Line(*row) if law.by_area else Line(*row[:4]) for row in rows]


def _some(labels: list[str]) -> str:
    return "、".join(labels[:3]) + (f"……（{len(labels)}）" if len(labels) > 3 else "")


def _office_holders(r: Reading, law: Rule, offices: tuple[str, ...], on_day: str, within: str) -> Electorate:
    if within:
        raise RollFault(fault="这条规则的名册不分楼栋和网格", fault_en="the roll of this rule has no part for a building or grid")
    held = [voters.office_voters(r, office, on_day) for office in offices]
    lines = [Line(*row) for row in dict.fromkeys(row for rows in held for row in rows)]
    return Electorate(lines, len(held[0]) if law.composition else None)


class Changes(NamedTuple):
    """How a frozen roll would become what the register says today: lines to take out, lines to put in."""

    remove: list[Line]
    add: list[Line]

    def of(self, voters: Container[str]) -> Changes:
        """Return those that concern some voters."""
        return Changes(*([line for line in lines if line.voter in voters] for lines in self))

    @property
    def doors(self) -> list[str]:
        """The doors concerned, as people count them."""
        return sorted({line.label for line in (*self.remove, *self.add) if line.label}, key=by_door)


def changes(before: Sequence[Line], now: Sequence[Line], voted: Container[str]) -> Changes:
    """Compare a roll with the register of today; whoever has voted stays as the ballot found them."""
    old, new = ({line.voter: line for line in lines} for lines in (before, now))
    apart = sorted(voter for voter in {*old, *new} if old.get(voter) != new.get(voter) and voter not in voted)
    return Changes([old[voter] for voter in apart if voter in old], [new[voter] for voter in apart if voter in new])


def tenants(r: Reading, within: str = "") -> list[Line]:
    """Return the roll of advice: every adult tenant of the register."""
    return [Line(*row) for row in voters.adults(r, "tenant", within)]


def advice(r: Reading, names: Iterable[str], on_day: str, within: str, binding: Sequence[Line]) -> dict[str, list[Line]]:
    """Return the rolls of those who are asked beside the binding roll, each without whoever stands on one before it.

    Raises RollFault for one on which nobody is left.
    """
    taken, found = {line.voter for line in binding}, {}
    for name in dict.fromkeys(names):
        lines = [line for line in _asked(r, name, on_day, within) if line.voter not in taken]
        if not lines:
            zh, en = ADVICE[name]
            raise RollFault(fault=f"“{zh}”里没有可以另外征询的人", fault_en=f"among the {en} there is nobody to ask apart")
        found[name] = lines
        taken |= {line.voter for line in lines}
    return found


def _asked(r: Reading, name: str, on_day: str, within: str) -> list[Line]:
    if name == "owners":
        return [Line(*row[:4]) for row in owners.owner_lines(r, ("dwelling", "shop"), within)]
    if name == "delegates":
        return [Line(*row) for row in voters.office_voters(r, DELEGATE, on_day)]
    return [Line(*row) for row in voters.adults(r, {"villagers": "villager"}.get(name, "tenant"), within)]

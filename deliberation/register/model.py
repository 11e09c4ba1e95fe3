"""The community and its register: who and what there is. Pages of at most 500 lines an event; no names.

| state        | verb                                   | event                    |
|--------------|----------------------------------------|--------------------------|
| –            | ``Community.found``                    | ``community.founded``    |
| any          | ``Page.of_places/units/households/persons`` | ``register.*_entered`` |
| not held     | ``Holding.grant``                      | ``role.granted``         |
| held         | ``Holding.end``                        | ``role.ended``           |
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from deliberation.actors import ROLES, Actor
from deliberation.errors import AlreadyRecorded, Refusal
from deliberation.log.aggregate import Aggregate, Event, id_of, new_id
from deliberation.log.leaf import canonical
from deliberation.register.private import PersonName

#: Lines and bytes of lines in one event at most: it must stay below 64 KiB, and some lines are long.
PAGE = 500
PAGE_BYTES = 60_000

COMMUNITY_SPACE = "6f1e7c1e-9f0b-5a3c-8a54-1c7f0d8f4a10"

#: kind -> (Chinese, English)
PLACE_KINDS: dict[str, tuple[str, str]] = {
    "grid": ("网格", "grid"),
    "building": ("楼栋", "building"),
    "point": ("点位", "point"),
}
STANDINGS: dict[str, tuple[str, str]] = {
    "villager": ("村民", "villager"),
    "tenant": ("租户", "tenant"),
    "owner": ("业主", "owner"),
    "staff": ("工作人员", "staff"),
}


class CommunityExists(AlreadyRecorded):
    """A community is founded once."""

    zh = "这个社区已经建好了，不会重新建。请直接打开首页。"
    en = "This community exists already and is not founded again. Please open the home page."


class RegisterFault(Refusal):
    """A register page that cannot be entered: too long, a line twice, or a line with a fault."""

    zh = "名册没有记入：{fault}。其他各行没有问题，改好后请整页再交一次。"
    en = "The register page was not entered: {fault_en}. The other lines are fine: mend it and send the page again."
    status = 422


class TermUnclear(Refusal):
    """A role with an unknown name, or a term that ends before it begins."""

    zh = "职务没有记下：要写明职务名称，任期结束不能早于开始。您填的内容还在。"
    en = "The role was not recorded: name a known role, and let the term end after it begins. Your entry is kept."
    status = 422


class AppointedByTwo(Refusal):
    """Offices are given and taken by two of the desk."""

    zh = "任免职务要记录员、主持人中的两位一起办，没有记下，您填的内容还在。请选另一位。"
    en = "Two of secretary and chair record offices together. Nothing was recorded and your entry is kept: choose the other person."
    status = 422


class TermOver(Refusal):
    """The role has ended already."""

    zh = "这个职务已经结束了，不用再办。"
    en = "This role has ended already; nothing is left to do."


class Community(Aggregate):
    """The neighbourhood itself; its founding is the first event of the log."""

    ALREADY: ClassVar[type[Refusal]] = CommunityExists

    class Founded(Event):
        """``kind`` is "village" or "residential"; ``street`` the street office it files with."""

        TYPE = "community.founded"
        zh = "{name}建立，向{street}报备。"
        en = "{name} was founded; it files with {street}."
        name: str
        kind: str
        street: str

    @classmethod
    def found(cls, slug: str, name: str, *, kind: str, street: str, by: Actor) -> Community:
        """Found the community with the given short name."""
        community = cls.new(id_of(COMMUNITY_SPACE, slug), by)
        community.trigger(cls.Founded, by, name=name, kind=kind, street=street)
        return community

    @property
    def matter(self) -> None:
        """Register events belong to no single matter."""
        return None


class Lines(Aggregate):
    """What pages of all kinds share: so many lines, each once, in one event."""

    @classmethod
    def _entered(cls, event: type[Event], lines: Sequence[Sequence[Any]], by: Actor) -> Self:
        if not 0 < len(lines) <= PAGE:
            raise RegisterFault(fault=f"一页最多{PAGE}行", fault_en=f"a page holds 1 to {PAGE} lines")
        if len(canonical([list(line) for line in lines])) > PAGE_BYTES:
            raise RegisterFault(fault="这一页太大，请分成两页", fault_en="this page is too large; cut it in two")
        ids = [line[0] for line in lines]
        twice = next((line[2] for line in lines if ids.count(line[0]) > 1), None) if len(set(ids)) < len(ids) else None
        if twice is not None:
            raise RegisterFault(fault=f"“{twice}”写了两次", fault_en=f"“{twice}” stands there twice")
        page = cls.new(new_id(), by)
        page.trigger(event, by, count=len(lines), lines=[list(line) for line in lines])
        return page

    @property
    def matter(self) -> None:
        """Register events belong to no single matter."""
        return None


class Page(Lines):
    """One page of the register as entered: places, units, households or persons."""

    class PlacesEntered(Event):
        """Lines ``[place, kind, label, parent place or ""]``."""

        TYPE = "register.places_entered"
        zh = "{by}登记了位置{count}处。"
        en = "{by} entered {count} places."
        count: int
        lines: list[list[Any]]

    class UnitsEntered(Event):
        """Lines ``[unit, building, label, area in 0.01 m²]``."""

        TYPE = "register.units_entered"
        zh = "{by}登记了房屋{count}套。"
        en = "{by} entered {count} units."
        count: int
        lines: list[list[Any]]

    class HouseholdsEntered(Event):
        """Lines ``[household, unit, label, grid]``."""

        TYPE = "register.households_entered"
        zh = "{by}登记了{count}户。"
        en = "{by} entered {count} households."
        count: int
        lines: list[list[Any]]

    class PersonsEntered(Event):
        """Lines ``[person, household or unit, standing, adult 0/1, speaks for the household 0/1]``; no names."""

        TYPE = "register.persons_entered"
        zh = "{by}登记了{count}人（姓名只存在保险柜里）。"
        en = "{by} entered {count} persons (their names lie in the vault only)."
        count: int
        lines: list[list[Any]]

    @classmethod
    def of_places(cls, lines: Sequence[Sequence[Any]], *, by: Actor) -> Page:
        """Enter places. Raises RegisterFault."""
        return cls._entered(cls.PlacesEntered, lines, by)

    @classmethod
    def of_units(cls, lines: Sequence[Sequence[Any]], *, by: Actor) -> Page:
        """Enter units. Raises RegisterFault, also for a negative area."""
        for line in lines:
            if line[3] < 0:
                raise RegisterFault(fault=f"{line[2]}的面积是负数", fault_en=f"the area of {line[2]} is negative")
        return cls._entered(cls.UnitsEntered, lines, by)

    @classmethod
    def of_households(cls, lines: Sequence[Sequence[Any]], *, by: Actor) -> Page:
        """Enter households. Raises RegisterFault."""
        return cls._entered(cls.HouseholdsEntered, lines, by)

    @classmethod
    def of_persons(cls, lines: Sequence[Sequence[Any]], names: Sequence[PersonName], *, by: Actor) -> Page:
        """Enter persons; their names go to the vault. Raises RegisterFault."""
        page = cls._entered(cls.PersonsEntered, lines, by)
        page.set_aside(*names)
        return page


class Holding(Aggregate):
    """A role that a person holds from one day to another, for the whole community or for one place."""

    class Granted(Event):
        """``since`` and ``until`` are ISO dates, both included; ``until`` "" means until ended. Version 2: ``second`` of the desk
        stood by, "" at the machine."""

        TYPE = "role.granted"
        class_version = 2
        zh = "{by}登记一人担任“{role_zh}”，自{since}起。"
        en = "{by} recorded a person as {role_en} from {since}."
        person: str
        role: str
        role_zh: str
        role_en: str
        place: str
        since: str
        until: str
        second: str

        @staticmethod
        def upcast_v1_v2(body: dict[str, Any]) -> None:
            body.update(second="")

        def apply(self, aggregate: Holding) -> None:
            aggregate.over = False
            aggregate.person, aggregate.role = self.person, self.role

    class Ended(Event):
        """The role ends on the day ``on`` (ISO date, included). Version 2: ``second`` as when it is granted."""

        TYPE = "role.ended"
        class_version = 2
        zh = "{by}登记一项职务于{on}结束。"
        en = "{by} recorded that a role ended on {on}."
        person: str
        role: str
        on: str
        second: str

        @staticmethod
        def upcast_v1_v2(body: dict[str, Any]) -> None:
            body.update(second="")

        def apply(self, aggregate: Holding) -> None:
            aggregate.over = True

    over: bool
    person: str
    role: str

    @classmethod
    def grant(
        cls, person: str, role: str, *, since: str, until: str = "", place: str = "", second: str = "", by: Actor
    ) -> Holding:
        """Record that a person holds a role. Raises TermUnclear."""
        if role not in ROLES or (until and until < since):
            raise TermUnclear
        holding = cls.new(id_of(person, role, place, since), by)
        zh, en = ROLES[role]
        holding.trigger(
            cls.Granted, by, person=person, role=role, role_zh=zh, role_en=en, place=place, since=since, until=until, second=second
        )
        return holding

    def end(self, on: str, *, second: str = "", by: Actor) -> None:
        """Record that the role ends. Raises TermOver."""
        if self.over:
            raise TermOver
        self.trigger(self.Ended, by, person=self.person, role=self.role, on=on, second=second)

    @property
    def matter(self) -> None:
        """Register events belong to no single matter."""
        return None

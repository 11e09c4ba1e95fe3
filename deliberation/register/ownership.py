"""产权: who owns which unit, who counts as one head, and who votes for it. No names here: they lie in the vault.

Civil Code art. 278 counts owners twice, by area and by heads. Interpretation Fa Shi [2009] 7 (2020), art. 8–9: the area
is that of the title register, else of the survey, else of the contract; one buyer of several units is one head, and so is
the developer with all units not sold or not handed over. Co-owners of a unit are one head and name one voter.

| state          | verb                          | event                     |
|----------------|-------------------------------|---------------------------|
| –              | ``TitlePage.of_owners``       | ``register.owners_entered`` |
| no title       | ``TitlePage.of_titles``       | ``register.titles_entered`` |
| has a title    | ``Title.transfer``            | ``title.transferred``     |
| has a title    | ``Unit.measure``              | ``unit.measured``         |
| is an owner    | ``Owner.name_voter``          | ``owner.voter_named``     |
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from deliberation import deadlines
from deliberation.actors import Actor
from deliberation.errors import AlreadyRecorded, Refusal
from deliberation.log.aggregate import Aggregate, Event, id_of, new_id
from deliberation.register.model import Lines, RegisterFault
from deliberation.register.private import PersonName

#: What a unit is used for: code -> (Chinese, English).
UNIT_KINDS: dict[str, tuple[str, str]] = {
    "dwelling": ("住宅", "dwelling"),
    "shop": ("商铺", "shop"),
    "parking": ("车位", "parking space"),
    "other": ("其他", "other"),
}
#: Who stands behind one head.
OWNER_KINDS: dict[str, tuple[str, str]] = {
    "person": ("一人", "one person"),
    "joint": ("共有", "co-owners"),
    "firm": ("单位", "firm"),
    "developer": ("建设单位（未售）", "developer (not sold)"),
}
#: What area and title rest on, the strongest first (interpretation, art. 8).
EVIDENCE: dict[str, tuple[str, str]] = {
    "register": ("不动产登记", "title register"),
    "survey": ("测绘", "survey"),
    "contract": ("买卖合同", "contract of sale"),
}


class TransferUnclear(Refusal):
    """A transfer of an unknown kind, on a day to come, or before the owner of today had the unit."""

    zh = "转让没有记下：要写明依据，日期不能晚于今天，也不能早于上一次转让。您填的内容还在。"
    en = "The transfer was not recorded: give its evidence, and a day not after today nor before the last transfer. Your entry is kept."
    status = 422


class TransferRecorded(AlreadyRecorded):
    """The unit went to this owner already."""

    zh = "这套房屋已经登记在这位产权人名下，不用再办。"
    en = "This unit stands under this owner already; nothing is left to do."


class NoTitle(Refusal):
    """Nothing of a unit changes whose owner the register never knew."""

    zh = "这套房屋还没有产权记录，没有记下，您填的内容还在。请先用产权名册把它记入，再办这一步。"
    en = "This unit has no title yet, so nothing was recorded; your entry is kept. Enter it with the ledger of titles first."


class AreaUnclear(Refusal):
    """An area below zero, or without what it rests on."""

    zh = "面积没有改：不能是负数，并且要写明依据（不动产登记、测绘或买卖合同）。您填的内容还在。"
    en = "The area was not changed: it is not negative, and rests on the title register, a survey or a contract. Your entry is kept."
    status = 422


class AreaTheSame(AlreadyRecorded):
    """The area and its evidence stand there already."""

    zh = "名册里的面积和依据本来就是这样，不用再改。"
    en = "The register has this area and this evidence already; nothing is left to do."


class NoSuchOwner(Refusal):
    """An owner whom the register does not have."""

    zh = "名册里没有这位产权人，没有记下，您填的内容还在。请先把产权人记入名册。"
    en = "The register does not have this owner; nothing was recorded and your entry is kept. Enter the owner first."


class VoterNotAdult(Refusal):
    """Who votes for an owner is an adult of the register."""

    zh = "表决人没有记下：要是名册里的成年人。请换一位，或者先把这个人记入名册。"
    en = "The voter was not recorded: it must be an adult of the register. Name another one, or enter the person first."
    status = 422


class VotesAlready(AlreadyRecorded):
    """The owner's voter is this person already."""

    zh = "这位产权人的表决人本来就是这个人，不用再登记。"
    en = "This person votes for the owner already; nothing is left to do."


class TitlePage(Lines):
    """One page of the ledger of titles as entered: owners, or titles."""

    class OwnersEntered(Event):
        """Lines ``[owner, kind, voter]``: one head each; ``voter`` a person, or "" while nobody is named."""

        TYPE = "register.owners_entered"
        zh = "{by}登记了产权人{count}位（姓名只存在保险柜里）。"
        en = "{by} entered {count} owners (their names lie in the vault only)."
        count: int
        lines: list[list[Any]]

    class TitlesEntered(Event):
        """Lines ``[unit, owner, kind, evidence]``: one title a unit."""

        TYPE = "register.titles_entered"
        zh = "{by}登记了{count}套房屋的产权。"
        en = "{by} entered the titles of {count} units."
        count: int
        lines: list[list[Any]]

    @classmethod
    def of_owners(cls, lines: Sequence[Sequence[Any]], names: Sequence[PersonName], *, by: Actor) -> TitlePage:
        """Enter owners; their names go to the vault. Raises RegisterFault."""
        _check(lines, 1, OWNER_KINDS, "产权人类型", "a kind of owner")
        page = cls._entered(cls.OwnersEntered, lines, by)
        page.set_aside(*names)
        return page

    @classmethod
    def of_titles(cls, lines: Sequence[Sequence[Any]], *, by: Actor) -> TitlePage:
        """Enter titles. Raises RegisterFault, also for a unit with a second title."""
        _check(lines, 2, UNIT_KINDS, "房屋用途", "a kind of unit")
        _check(lines, 3, EVIDENCE, "产权依据", "a kind of evidence")
        return cls._entered(cls.TitlesEntered, lines, by)


def _check(lines: Sequence[Sequence[Any]], at: int, known: dict[str, tuple[str, str]], zh: str, en: str) -> None:
    """Raise RegisterFault for a line with an unknown code, or whose id an earlier line has."""
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if line[at] not in known:
            raise RegisterFault(fault=f"第{number}行没有写清{zh}", fault_en=f"line {number} lacks {en}")
        if first := seen.get(line[0]):
            raise RegisterFault(fault=f"第{number}行和第{first}行重复", fault_en=f"line {number} repeats line {first}")
        seen[line[0]] = number


class Title(Aggregate):
    """A unit that goes to another owner: a stream of its own, id = uuid5(unit, "title", day, owner)."""

    ALREADY: ClassVar[type[Refusal]] = TransferRecorded

    class Transferred(Event):
        """The unit is the owner's from the day ``on`` (ISO date); ``label`` is its door."""

        TYPE = "title.transferred"
        zh = "{by}登记{label}转让，自{on}起。"
        en = "{by} recorded the transfer of {label} from {on}."
        unit: str
        label: str
        owner: str
        kind: str
        evidence: str
        on: str

    @classmethod
    def transfer(
        cls, unit: str, owner: str, *, label: str, kind: str, evidence: str, on: str, since: str = "", by: Actor
    ) -> Title:
        """Record that a unit was sold; ``since`` is the day of its last transfer. Raises TransferUnclear."""
        today = deadlines.local_date(by.at).isoformat()
        if kind not in UNIT_KINDS or evidence not in EVIDENCE or not since <= on <= today:
            raise TransferUnclear
        title = cls.new(id_of(unit, "title", on, owner), by)
        title.trigger(
            cls.Transferred, by, unit=unit, label=label, owner=owner, kind=kind, evidence=evidence, on=on
        )
        return title

    @property
    def matter(self) -> None:
        """Register events belong to no single matter."""
        return None


class Unit(Aggregate):
    """A unit whose area was mended or measured anew; each time a stream of its own."""

    class Measured(Event):
        """``area`` in 0.01 m² from now on; ``label`` is its door. Frozen rolls keep the area they have."""

        TYPE = "unit.measured"
        zh = "{by}更正{label}的面积，依据{evidence_zh}。"
        en = "{by} mended the area of {label}; evidence: {evidence_en}."
        unit: str
        label: str
        area: int
        evidence: str
        evidence_zh: str
        evidence_en: str

    @classmethod
    def measure(cls, unit: str, area: int, *, label: str, evidence: str, by: Actor) -> Unit:
        """Record the area of a titled unit. Raises AreaUnclear."""
        if evidence not in EVIDENCE or area < 0:
            raise AreaUnclear
        measured = cls.new(new_id(), by)
        zh, en = EVIDENCE[evidence]
        told = {"evidence": evidence, "evidence_zh": zh, "evidence_en": en}
        measured.trigger(cls.Measured, by, unit=unit, label=label, area=area, **told)
        return measured

    @property
    def matter(self) -> None:
        """Register events belong to no single matter."""
        return None


class Owner(Aggregate):
    """One head: a person, co-owners, a firm, the developer; what it names stands in streams of their own."""

    class VoterNamed(Event):
        """``person`` votes for ``owner`` from now on."""

        TYPE = "owner.voter_named"
        zh = "{by}登记一位产权人的表决人。"
        en = "{by} recorded who votes for an owner."
        owner: str
        person: str

    @classmethod
    def name_voter(cls, owner: str, person: str, *, by: Actor) -> Owner:
        """Record who votes for an owner. That both are known is checked where they lie (guard)."""
        naming = cls.new(new_id(), by)
        naming.trigger(cls.VoterNamed, by, owner=owner, person=person)
        return naming

    @property
    def matter(self) -> None:
        """Register events belong to no single matter."""
        return None

"""What is entered with each verb of the register, and one row of the roster as a CSV file."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from deliberation.actors import (
    COMMITTEE,
    COOP_DELEGATE,
    FREE_ROLES,
    OWNERS_COMMITTEE,
    ROLES,
    VILLAGE_DELEGATE,
)
from deliberation.forms import Area, Choice, Flag, Form, Id, IsoDate, Line
from deliberation.register.model import PLACE_KINDS, STANDINGS
from deliberation.register.ownership import EVIDENCE, OWNER_KINDS, UNIT_KINDS

COMMUNITY_KINDS: dict[str, tuple[str, str]] = {
    "village": ("村", "village"),
    "residential": ("社区", "residential community"),
}
GRANTED = {role: names for role, names in ROLES.items() if role not in FREE_ROLES}


class Code(Line):
    """A short mark of letters and digits; no name fits in by mistake."""

    default_error_messages = {"code": "只写数字或字母，比如 1。|Letters and digits only, such as 1."}  # noqa: RUF012

    def _read(self, text: str) -> str:
        if not (text.isascii() and text.replace("-", "").isalnum()):
            raise self.make_error("code")
        return super()._read(text)


class Phone(Line):
    """A telephone number; spaces and hyphens are left out."""

    default_error_messages = {"phone": "电话只写数字。|Digits only in a telephone number."}  # noqa: RUF012

    def _read(self, text: str) -> str:
        digits = text.replace(" ", "").replace("-", "")
        if not (digits.isascii() and digits.removeprefix("+").isdigit() and len(digits) <= 16):
            raise self.make_error("phone")
        return digits


class Roles(Choice):
    """Offices, several with a comma between them; loads to their codes."""

    nothing: ClassVar[Any] = ()
    #: As people say them.
    SHORT: ClassVar[dict[str, str]] = {
        "村民代表": VILLAGE_DELEGATE,
        "居民代表": VILLAGE_DELEGATE,
        "村委会委员": COMMITTEE,
        "居委会委员": COMMITTEE,
        "业委会委员": OWNERS_COMMITTEE,
        "成员代表": COOP_DELEGATE,
    }

    def __init__(self, **more: Any) -> None:
        super().__init__(GRANTED, **more)
        self.codes |= self.SHORT

    def _read(self, text: str) -> Any:
        return tuple(dict.fromkeys(super(Roles, self)._read(part) for part in re.split(r"\s*[、，,;；]\s*", text)))


class Found(Form):
    """A new community; ``slug`` is its short name in addresses."""

    slug = Code(32, ask="请写短名，比如 jiahe。|Please give a short name, such as jiahe.")
    name = Line(40, ask="请写社区名称。|Please give the name of the community.")
    kind = Choice(COMMUNITY_KINDS)
    street = Line(40, ask="请写所属镇街。|Please name the street office.")


class Place(Form):
    """A grid, building or point; ``parent`` is the place it lies in."""

    kind = Choice(PLACE_KINDS)
    label = Line(20, ask="请写名称，比如“3号楼”。|Please give its name, such as 3号楼.")
    parent = Id(required=False)


class Unit(Form):
    """A unit of a building."""

    building = Id(ask="请选楼栋。|Please choose the building.")
    label = Line(20, ask="请写房号。|Please give its number.")
    area_m2 = Area(ask="请写面积。|Please give its area.")


class Household(Form):
    """A household in a unit."""

    unit = Id(ask="请选房屋。|Please choose the unit.")
    label = Line(40)
    grid = Id(ask="请选网格。|Please choose the grid.")


class Person(Form):
    """A person; ``home`` is a household, a rented unit, or "" for staff. Name and phone go to the vault."""

    home = Id(required=False)
    name = Line(40, ask="请写姓名。|Please give the name.")
    phone = Phone(20, required=False)
    standing = Choice(STANDINGS)
    adult = Flag()
    speaks = Flag()


BOTH = "请选一起办的另一位。|Please choose who does it with you."


class Grant(Form):
    """A role for a term; without ``until`` it runs until it is ended."""

    person = Id(ask="请选人员。|Please choose the person.")
    role = Choice(GRANTED, ask="请选职务。|Please choose the role.")
    since = IsoDate(ask="请写任期从哪天开始。|Please give the first day of the term.")
    until = IsoDate(required=False)
    place = Id(required=False)
    second = Id(ask=BOTH)


class End(Form):
    """The last day of a role."""

    second = Id(ask=BOTH)

    on = IsoDate(ask="请写职务到哪天为止。|Please give the last day.")


#: Column -> the headings it may have. The first is the one we write.
COLUMNS: dict[str, tuple[str, ...]] = {
    "building": ("building", "楼栋"),
    "unit": ("unit", "房号"),
    "area_m2": ("area_m2", "面积"),
    "household": ("household", "户"),
    "grid": ("grid", "网格"),
    "name": ("name", "姓名"),
    "phone": ("phone", "电话"),
    "standing": ("standing", "身份"),
    "adult": ("adult", "成年"),
    "speaks": ("speaks", "户代表"),
    "roles": ("roles", "职务"),
}
#: Columns that a roster may do without.
OPTIONAL = frozenset({"roles"})


class RosterRow(Form):
    """One row of the roster: a person at home, or without a name a unit in which nobody is registered."""

    building = Line(20, ask="没有写楼栋。|The building is missing.")
    unit = Line(20, ask="没有写房号。|The unit is missing.")
    area_m2 = Area(ask="没有写面积。|The area is missing.")
    household = Code(8, required=False)
    grid = Line(20, ask="没有写网格。|The grid is missing.")
    name = Line(40, required=False)
    phone = Phone(20, required=False)
    standing: Any = Choice(STANDINGS, required=False)
    adult = Flag()
    speaks = Flag()
    roles = Roles(required=False)


#: Columns of the ledger of titles, as above.
TITLE_COLUMNS: dict[str, tuple[str, ...]] = {
    "building": ("building", "楼栋"),
    "unit": ("unit", "房号"),
    "area_m2": ("area_m2", "面积"),
    "kind": ("kind", "用途"),
    "grid": ("grid", "网格"),
    "owner": ("owner", "产权人编号"),
    "owners": ("owners", "产权人"),
    "owner_kind": ("owner_kind", "类型"),
    "voter": ("voter", "表决人"),
    "phone": ("phone", "电话"),
    "evidence": ("evidence", "依据"),
}
#: As ledgers write them: the developer in short.
LEDGER_KINDS = OWNER_KINDS | {"developer": ("建设单位", "developer")}
#: Who may buy: nobody buys back what was never sold.
BUYERS = {kind: OWNER_KINDS[kind] for kind in ("person", "joint", "firm")}


class LedgerKind(Choice):
    """A kind of owner; the developer may be written in short or with the remark that the unit is not sold."""

    def _read(self, text: str) -> str:
        return super()._read(text.removesuffix("（未售）").removesuffix("(未售)").removesuffix(" (not sold)"))


class TitleRow(Form):
    """One row of the ledger: a unit, its owner and who votes. ``area_m2`` None: as the register has it."""

    building = Line(20, ask="没有写楼栋。|The building is missing.")
    unit = Line(20, ask="没有写房号。|The unit is missing.")
    area_m2 = Area(required=False, load_default=None)
    kind = Choice(UNIT_KINDS, ask="没有写用途。|The use is missing.")
    grid = Line(20, required=False)
    owner = Line(40, required=False)
    owners = Line(200, ask="没有写产权人。|The owner is missing.")
    owner_kind = LedgerKind(LEDGER_KINDS, ask="没有写类型。|The kind of owner is missing.")
    voter = Line(40, required=False)
    phone = Phone(20, required=False)
    evidence = Choice(EVIDENCE, ask="没有写依据。|The evidence is missing.")


class Transfer(Form):
    """A unit that was sold. One person is looked up by name unless ``new``; others may name their voter."""

    door = Line(40, ask="请写门牌，比如 3号楼101。|Please give the door, such as 3号楼101.")
    owner_kind = Choice(BUYERS, ask="请选新的产权人是哪一种。|Please say who bought it.")
    owners = Line(200, ask="请写新产权人的姓名或名称。|Please give the name of the new owner.")
    new = Flag()
    phone = Phone(20, required=False)
    voter = Line(60, required=False)
    evidence = Choice(EVIDENCE, ask="请选依据。|Please choose the evidence.")
    on = IsoDate(ask="请写从哪天起。|Please give the day.")


class Voter(Form):
    """Who votes for the owner of a unit, named as the register has the name."""

    door = Line(40, ask="请写门牌，比如 3号楼101。|Please give the door, such as 3号楼101.")
    voter = Line(60, ask="请写表决人的姓名。|Please give the name of the voter.")


class Measure(Form):
    """The area of a unit, and what it rests on."""

    door = Line(40, ask="请写门牌，比如 3号楼101。|Please give the door, such as 3号楼101.")
    area_m2 = Area(ask="请写面积。|Please give its area.")
    evidence = Choice(EVIDENCE, ask="请选依据。|Please choose the evidence.")

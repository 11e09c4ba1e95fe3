"""The roster as a file: good rows are kept, bad rows are named by their number."""

import itertools
from collections.abc import Iterator

import pytest

from deliberation import actors
from deliberation.council import Council
from deliberation.log.aggregate import id_of, new_id
from deliberation.log.leaf import LeafMapper
from deliberation.register import views, voters
from deliberation.register.model import PAGE
from deliberation.register.roster import Known, Roster, parse
from tests.given import VILLAGE, moment, place, replays, who

HEADING = "楼栋,房号,面积,户,网格,姓名,电话,身份,成年,户代表"
GRIDS = {"网格一": place("网格一"), "网格二": place("网格二")}
#: A register with grids and nothing else.
EMPTY = Known(VILLAGE, GRIDS)
OPERATOR = actors.operator(moment("2026-01-05 09:00"))


def read(*rows: str, heading: str = HEADING, known: Known = EMPTY) -> Roster:
    numbers = itertools.count(1)
    return parse("\n".join((heading, *rows)), known, lambda: who(f"new {next(numbers)}"))


def faults(*rows: str) -> list[tuple[int, str]]:
    return [(fault.row, fault.zh) for fault in read(*rows).faults]


HOME = "9号楼,2单元301,89.50,1,网格一"


def test_a_household_of_two_and_a_tenant():
    roster = read(
        f"{HOME},张某,138 0000 0001,村民,是,是",
        f"{HOME},张小某,,村民,否,",
        "9号楼,2单元302,60,,网格一,李某,,租户,是,否",
        "9号楼,2单元303,60,,网格一,,,,,",
    )
    building, home = place("9号楼"), id_of(VILLAGE, "unit", "9号楼", "2单元301")
    household = id_of(VILLAGE, "household", "9号楼", "2单元301", "1")
    rented = id_of(VILLAGE, "unit", "9号楼", "2单元302")
    assert roster.faults == []
    assert roster.places == [[building, "building", "9号楼", GRIDS["网格一"]]]
    assert roster.units[:2] == [
        [home, building, "9号楼2单元301", 8_950],
        [rented, building, "9号楼2单元302", 6_000],
    ]
    assert len(roster.units) == 3
    assert roster.households == [[household, home, "9号楼2单元301户", GRIDS["网格一"]]]
    assert roster.persons == [
        [who("new 1"), household, "villager", 1, 1],
        [who("new 2"), household, "villager", 0, 0],
        [who("new 3"), rented, "tenant", 1, 0],
    ]
    assert roster.names[0] == (who("new 1"), "张某", "13800000001")


def test_two_households_may_share_a_unit():
    roster = read(f"{HOME},张某,,村民,是,是", "9号楼,2单元301,89.5,2,网格一,王某,,村民,是,是")
    assert [line[2] for line in roster.households] == ["9号楼2单元301户", "9号楼2单元301-2户"]
    assert len(roster.units) == 1


def test_headings_may_be_english_in_any_order_and_a_byte_mark_may_come_first():
    heading = "\ufeffspeaks,adult,standing,phone,name,grid,household,area_m2,unit,building,remarks"
    roster = read("1,1,villager,,张某,网格一,1,89.5,101,1号楼,old house", heading=heading)
    assert roster.faults == []
    assert roster.persons[0][2:] == ["villager", 1, 1]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("9号楼,301,-1,1,网格一,张某,,村民,是,是", "“面积”列：面积不能是负数。"),
        ("9号楼,301,,1,网格一,张某,,村民,是,是", "“面积”列：没有写面积。"),
        (
            "9号楼,301,八十九,1,网格一,张某,,村民,是,是",
            "“面积”列：面积请写平方米数，最多两位小数，比如 89.50。",
        ),
        (
            "9号楼,301,89.555,1,网格一,张某,,村民,是,是",
            "“面积”列：面积请写平方米数，最多两位小数，比如 89.50。",
        ),
        ("9号楼,301,60,1,网格九,张某,,村民,是,是", "名册里没有网格“网格九”。"),
        (",301,60,1,网格一,张某,,村民,是,是", "“楼栋”列：没有写楼栋。"),
        ("9号楼,301,60,张三家,网格一,张某,,村民,是,是", "“户”列：只写数字或字母，比如 1。"),
        ("9号楼,301,60,1,网格一,张某,,,是,是", "没有写身份（村民、租户、业主或工作人员）。"),
        (
            "9号楼,301,60,1,网格一,张某,,路人,是,是",
            "“身份”列：没有“路人”这一项，请选：村民、租户、业主、工作人员。",
        ),
        ("9号楼,301,60,,网格一,张某,,村民,是,是", "户代表要有户号，并且成年。"),
        ("9号楼,301,60,1,网格一,张某,,村民,否,是", "户代表要有户号，并且成年。"),
        ("9号楼,301,60,1,网格一,,13800000000,,,", "没有写姓名。"),
        ("9号楼,301,60,1,网格一,张某,,村民,也许,是", "“成年”列：请写“是”或“否”。"),
        ("9号楼,301", "“面积”列：没有写面积。"),
    ],
)
def test_a_row_with_a_fault_is_named(row, sentence):
    assert (2, sentence) in faults(row)


def test_a_unit_that_stands_twice_is_named_with_the_row_of_the_first():
    first = f"{HOME},张某,,村民,是,是"
    other_area = first.replace("89.50", "98.50").replace("张某", "李某")
    other_grid = first.replace("网格一", "网格二").replace("张某", "李某")
    assert faults(first, other_area, other_grid) == [
        (3, "9号楼2单元301在第2行写过，面积或网格不一样。"),
        (4, "9号楼2单元301在第2行写过，面积或网格不一样。"),
    ]
    empty = "9号楼,2单元303,60,,网格一,,,,,"
    assert faults(empty, empty) == [(3, "9号楼2单元303在第2行已经写过了。")]


def test_a_household_has_one_speaker_and_a_person_stands_once():
    first = f"{HOME},张某,,村民,是,是"
    assert faults(first, first.replace("张某", "李某"), first) == [
        (3, "这一户的代表在第2行已经有了。"),
        (4, "这个人在第2行已经写过了。"),
    ]


def test_good_rows_are_kept_beside_bad_ones_and_empty_rows_are_counted():
    roster = read("9号楼,301,-1,1,网格一,张某,,村民,是,是", "", ",,,,,,,,,", f"{HOME},李某,,村民,是,是", "x")
    assert [fault.row for fault in roster.faults] == [2, 6, 6, 6]
    assert [name.name for name in roster.names] == ["李某"]
    assert len(roster.units) == len(roster.households) == len(roster.persons) == 1


def test_a_bad_row_leaves_nothing_behind():
    bad = f"{HOME},张某,,,是,是"
    roster = read(bad, bad.replace("张某,,", "张某,,村民"))
    assert [fault.row for fault in roster.faults] == [2]
    assert len(roster.persons) == 1


@pytest.mark.parametrize(
    ("text", "lacking"), [("", "building"), ("楼栋,房号", "area_m2, household, grid"), ("\x00", "building")]
)
def test_a_file_without_its_columns_says_which(text, lacking):
    roster = parse(text, Known(VILLAGE, GRIDS), new_id)
    [fault] = roster.faults
    assert fault.row == 1
    assert lacking in fault.en
    assert fault.en.count(", ") == fault.zh.count("、")
    assert roster.units == []


def test_what_the_register_has_is_not_entered_again():
    first = read(f"{HOME},张某,,村民,是,是")
    ids = {first.units[0][0], first.households[0][0]}
    again = read(f"{HOME},张老某,,村民,是,", known=Known(VILLAGE, GRIDS, {"9号楼": who("other id")}, ids))
    assert (again.places, again.units, again.households, again.faults) == ([], [], [], [])
    assert again.persons[0][1] == first.households[0][0]


def many(count: int) -> Iterator[str]:
    for n in range(count):
        yield f"{1 + n // 200}号楼,三单元东侧第{n}室,89.50,1,网格一,张某{n},,村民,是,是"


def test_every_page_fits_into_one_event():
    roster = read(*many(1_100))
    pages = list(roster.pages(OPERATOR))
    lines = [event.body()["lines"] for page in pages for event in page.pending_events]
    assert sum(len(some) for some in lines) == 6 + 3 * 1_100
    assert max(len(some) for some in lines) <= PAGE
    for page in pages:
        for event in page.pending_events:
            LeafMapper().to_stored_event(event)
    people = [
        line
        for page in pages
        for event in page.pending_events
        if "persons" in event.TYPE
        for line in event.lines
    ]
    assert people == roster.persons
    aside = [name for page in pages for name in page.take_asides()]
    assert [(line[0], name) for line, name in zip(people, aside, strict=True)] == [
        (name.person, name) for name in roster.names
    ]


def test_a_roster_is_entered_page_by_page_and_read_again_without_change(town: Council):
    with town.reading() as r:
        known = views.known(r)
        before = views.size(r)
    rows = [f"3号楼,{n},89.50,1,网格一,张某{n},,村民,是,是" for n in range(20)]
    for page in read(*rows, known=known).pages(OPERATOR):
        town.save(page)
    with town.reading() as r:
        after = views.size(r)
        assert {kind: after[kind] - before[kind] for kind in after} == {
            "places": 1,
            "units": 20,
            "households": 20,
            "persons": 20,
        }
        assert len(voters.household_voters(r)) == 28
        again = read(*rows, known=views.known(r))
    assert (again.places, again.units, again.households) == ([], [], [])
    replays(town)


# offices in bulk


def enter(town: Council, *rows: str) -> Roster:
    with town.reading() as r:
        roster = read(*rows, heading=f"{HEADING},职务", known=views.known(r))
    for step in roster.steps(OPERATOR):
        town.save(*step)
    return roster


def test_a_column_of_offices_gives_them_from_the_day_of_the_import_once(town: Council):
    rows = [
        f"{HOME},张某,,村民,是,是,集体经济组织成员、村民代表",
        f"{HOME},张小某,,村民,否,,",
        "9号楼,302,60,,网格一,李某,,业主,是,,业委会委员",
    ]
    assert len(enter(town, *rows).roles) == 3
    with town.reading() as r:
        held = {(row.person, row.role) for row in views.holders(r, "2026-01-05") if len(row.role) > 9}
        assert {(who("new 1"), "coop_member"), (who("new 3"), "owners_committee")} < held
        assert views.people_in(r, "village_delegate", "2026-01-05") == [who("new 1")]
        assert views.people_in(r, "village_delegate", "2026-01-04") == []
    size = town.head().size
    again = enter(town, *rows)
    assert (again.roles, again.already, town.head().size) == ([], 3, size)
    later = enter(town, rows[2].replace("业委会委员", "业委会委员，居民代表"))
    assert later.roles == [(who("new 3"), "village_delegate")]
    replays(town)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (f"{HOME},张某,,村民,是,是,皇帝", "“职务”列：没有“皇帝”这一项"),
        ("9号楼,302,60,,网格一,,,,,,村民代表", "没有写姓名。"),
    ],
)
def test_an_office_that_nobody_knows_or_nobody_holds_is_named(row: str, sentence: str):
    [fault] = read(row, heading=f"{HEADING},职务").faults
    assert fault.zh.startswith(sentence)

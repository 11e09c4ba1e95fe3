"""The ledger of titles as a file: good rows are kept, bad rows are named, the same mark is one head."""

import itertools

import pytest

from deliberation import actors
from deliberation.council import Council
from deliberation.log.aggregate import id_of, new_id
from deliberation.log.leaf import LeafMapper
from deliberation.register import owners, vault, views
from deliberation.register.model import PAGE, Page
from deliberation.register.private import PersonName
from deliberation.register.titles import Held, Known, Ledger, Registered, parse
from tests.given import VILLAGE, moment, place, replays, unit, who

HEADING = "楼栋,房号,面积,用途,网格,产权人编号,产权人,类型,表决人,电话,依据"
GRIDS = {"网格一": place("网格一"), "网格二": place("网格二")}
#: A register with grids and nothing else.
EMPTY = Known(VILLAGE, GRIDS)
OPERATOR = actors.operator(moment("2026-01-05 09:00"))
SOLE = "9号楼,101,89.50,住宅,网格一,,张三,一人,,13800000001,不动产登记"
JOINT = "9号楼,102,60,住宅,网格一,B7,李四、王五,共有,李四,,测绘"


def read(*rows: str, heading: str = HEADING, known: Known = EMPTY) -> Ledger:
    numbers = itertools.count(1)
    return parse("\n".join((heading, *rows)), known, lambda: who(f"new {next(numbers)}"))


def faults(*rows: str, known: Known = EMPTY) -> list[tuple[int, str]]:
    return [(fault.row, fault.zh) for fault in read(*rows, known=known).faults]


def flat(door: str) -> str:
    return id_of(VILLAGE, "unit", "9号楼", door)


def head(mark: str) -> str:
    return id_of(VILLAGE, "owner", mark)


def own(door: str) -> str:
    return id_of(VILLAGE, "owner of", "9号楼", door)


def test_a_sole_owner_votes_and_co_owners_have_the_voter_they_named():
    ledger = read(SOLE, JOINT)
    assert ledger.faults == []
    assert ledger.places == [[place("9号楼"), "building", "9号楼", GRIDS["网格一"]]]
    assert ledger.units == [
        [flat("101"), place("9号楼"), "9号楼101", 8_950],
        [flat("102"), place("9号楼"), "9号楼102", 6_000],
    ]
    assert ledger.owners == [[own("101"), "person", who("new 1")], [head("B7"), "joint", who("new 2")]]
    assert ledger.persons == [[who("new 1"), "", "owner", 1, 0], [who("new 2"), "", "owner", 1, 0]]
    assert ledger.names == [(who("new 1"), "张三", "13800000001"), (who("new 2"), "李四", "")]
    assert ledger.owner_names == [(own("101"), "张三", ""), (head("B7"), "李四、王五", "")]
    assert ledger.titles == [
        [flat("101"), own("101"), "dwelling", "register"],
        [flat("102"), head("B7"), "dwelling", "survey"],
    ]


def test_rows_with_the_same_mark_are_one_head_with_one_voter():
    ledger = read(*(f"9号楼,{n},50,住宅,网格一,A1,赵六,一人,,,买卖合同" for n in range(15)))
    assert ledger.faults == []
    assert (len(ledger.titles), len(ledger.owners), len(ledger.persons)) == (15, 1, 1)


def test_a_firm_or_the_developer_may_name_its_voter_later_and_in_any_row():
    rows = [
        "9号楼,1,50,商铺,网格一,D,某某置业,建设单位,,,测绘",
        "9号楼,2,50,车位,网格一,D,某某置业,建设单位（未售）,钱七,138,测绘",
        "9号楼,3,50,其他,网格一,F,某公司,单位,,,register",
    ]
    ledger = read(*rows)
    assert ledger.faults == []
    assert ledger.owners == [[head("D"), "developer", who("new 1")], [head("F"), "firm", ""]]
    assert [line[2] for line in ledger.titles] == ["shop", "parking", "other"]


def test_the_voter_is_whoever_of_that_name_lives_in_one_of_the_units():
    known = Known(
        VILLAGE, GRIDS, {"9号楼": place("9号楼")}, {"9号楼102": (who("flat"), 6_000)},
        {(who("flat"), "李四"): (who("li"), True), (flat("101"), "张三"): (who("zhang"), True)},
    )  # fmt: skip
    ledger = read(SOLE, JOINT.replace("102", "104"), JOINT.replace(",60,", ",,"), known=known)
    assert ledger.faults == []
    assert ledger.owners == [[own("101"), "person", who("zhang")], [head("B7"), "joint", who("li")]]
    assert ledger.persons == ledger.places == []
    assert [line[0] for line in ledger.units] == [flat("101"), flat("104")]
    assert ledger.titles[2][0] == who("flat")


def test_headings_may_be_english_and_codes_too():
    heading = "evidence,phone,voter,owner_kind,owners,owner,grid,kind,area_m2,unit,building,remarks"
    ledger = read("survey,,,person,张三,,网格一,dwelling,1,101,1号楼,-", heading=heading)
    assert ledger.faults == []
    assert ledger.titles[0][2:] == ["dwelling", "survey"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (SOLE.replace("89.50", "-1"), "“面积”列：面积不能是负数。"),
        (SOLE.replace("89.50", ""), "没有写面积。"),
        (SOLE.replace("89.50", "大"), "“面积”列：面积请写平方米数，最多两位小数，比如 89.50。"),
        (SOLE.replace("网格一", "网格九"), "名册里没有网格“网格九”。"),
        (SOLE.replace("网格一", ""), "9号楼是新的楼栋，要写网格。"),
        (SOLE.replace("住宅", ""), "“用途”列：没有写用途。"),
        (SOLE.replace("住宅", "城堡"), "“用途”列：没有“城堡”这一项，请选：住宅、商铺、车位、其他。"),
        (SOLE.replace("张三", ""), "“产权人”列：没有写产权人。"),
        (SOLE.replace("张三", "张三、李四"), "产权人有好几位，类型请写“共有”。"),
        (SOLE.replace("一人", ""), "“类型”列：没有写类型。"),
        (SOLE.replace("不动产登记", ""), "“依据”列：没有写依据。"),
        (SOLE.replace("13800000001", "打不通"), "“电话”列：电话只写数字。"),
        (JOINT.replace("李四,,", ",138,"), "写了电话，没有写表决人。"),
        (JOINT.replace("B7", "11010519491231002X"), "产权人编号不要用身份证号或手机号，请用产权册上的编号。"),
        (JOINT.replace("B7", "13800000001"), "产权人编号不要用身份证号或手机号，请用产权册上的编号。"),
        ("9号楼,101", "“产权人”列：没有写产权人。"),
    ],
)
def test_a_row_with_a_fault_is_named(row, sentence):
    assert (2, sentence) in faults(row)


def test_what_the_rows_before_said_holds():
    other = JOINT.replace("102", "103")
    assert faults(JOINT, JOINT) == [(3, "9号楼102在第2行已经写过了。")]
    assert faults(JOINT, other.replace("王五", "王六")) == [
        (3, "产权人编号“B7”在第2行写过，姓名或类型不一样。")
    ]
    assert faults(JOINT, other.replace("共有", "单位")) == [
        (3, "产权人编号“B7”在第2行写过，姓名或类型不一样。")
    ]
    assert faults(JOINT, other.replace("共有,李四", "共有,王五")) == [
        (3, "同一位产权人只有一位表决人，第2行写的是另一位。")
    ]
    assert faults(JOINT, other.replace("共有,李四", "共有,")) == []


def test_what_the_register_says_holds():
    known = EMPTY._replace(
        buildings={"9号楼": place("9号楼")},
        doors={"9号楼102": (flat("102"), 6_000), "9号楼103": (flat("103"), 6_005)},
        residents={(flat("103"), "小四"): (who("child"), False)},
        titles={flat("102"): Held(head("B7"), "dwelling", "survey")},
        owners={head("B7"): Registered("joint", "李四、王五", who("li"), "李四")},
    )
    assert faults(JOINT, known=known) == []
    third = JOINT.replace("102", "103").replace(",60,", ",,")
    sold = "9号楼102在名册里已经有产权记录，和这一行不一样。卖了房的，请在“产权”页上登记转让。"
    assert faults(JOINT.replace("B7", "C1"), known=known) == [(2, sold)]
    assert faults(JOINT.replace("测绘", "买卖合同"), known=known) == [(2, sold)]
    assert faults(third.replace(",,住宅", ",61,住宅"), known=known) == [
        (2, "9号楼103在名册里的面积是60.05，和这一行不一样。面积改了的，请在“产权”页上更正。")
    ]
    assert faults(third.replace("王五", "王六"), known=known) == [(2, "产权人编号“B7”在名册里的姓名或类型不一样。")]
    assert faults(third.replace("共有,李四", "共有,王五"), known=known) == [
        (2, "名册里这位产权人的表决人是另一位。要换人，请在“产权”页上登记。")
    ]
    minor = third.replace("B7", "").replace("李四、王五,共有,李四", "小四,一人,")
    assert faults(minor, known=known) == [(2, "表决人“小四”在名册里还没有成年，请写监护人。")]
    assert faults(minor.replace("一人,", "一人,李四"), known=known) == []


def test_good_rows_are_kept_beside_bad_ones_and_a_bad_row_leaves_nothing_behind():
    ledger = read(SOLE, "", ",,,,,,,,,,", JOINT.replace("测绘", "听说"), JOINT, "x")
    assert {fault.row for fault in ledger.faults} == {5, 7}
    assert [line[2] for line in ledger.units] == ["9号楼101", "9号楼102"]
    assert [name.name for name in ledger.owner_names] == ["张三", "李四、王五"]


@pytest.mark.parametrize(("text", "lacking"), [("", "building"), ("楼栋,房号", "area_m2, kind, grid"), ("\x00", "unit")])
def test_a_file_without_its_columns_says_which(text, lacking):
    [fault] = parse(text, EMPTY, new_id).faults
    assert fault.row == 1
    assert lacking in fault.en
    assert fault.en.count(", ") == fault.zh.count("、")


def test_every_page_fits_into_one_event():
    rows = [f"{n // 200}号楼,三单元东侧第{n}室,89.50,住宅,网格一,,张某{n},一人,,,测绘" for n in range(1_100)]
    pages = list(read(*rows).pages(OPERATOR))
    events = [event for page in pages for event in page.pending_events]
    assert max(len(event.body()["lines"]) for event in events) <= PAGE
    assert sum(len(event.body()["lines"]) for event in events) == 6 + 4 * 1_100
    for event in events:
        LeafMapper().to_stored_event(event)
    aside = [name for page in pages for name in page.take_asides()]
    assert len(aside) == 2_200


def enter(town: Council, *rows: str) -> Ledger:
    with town.reading() as r:
        ledger = parse("\n".join((HEADING, *rows)), owners.known(r), new_id)
    for step in ledger.steps(OPERATOR):
        town.save(*step)
    return ledger


def test_the_same_file_again_changes_nothing(town: Council):
    rows = [SOLE, JOINT, *(f"9号楼,2{n:02},50,住宅,网格一,D,某某置业,建设单位,,,测绘" for n in range(20))]
    first = enter(town, *rows)
    assert first.faults == []
    size = town.head().size
    again = enter(town, *rows)
    assert (again.faults, again.already, town.head().size) == ([], 22, size)
    assert list(again.steps(OPERATOR)) == []
    with town.reading() as r:
        [line] = [line for line in owners.owner_lines(r, ("dwelling",)) if line[0] == head("D")]
        assert line[1:] == ("9号楼200等20套", place("网格一"), "", 100_000)
        assert vault.names(r, [head("B7")]) == {head("B7"): "李四、王五"}
        assert views.standings(r)["owner"] == 2
        assert views.people_called(r, "李四、王五") == []
    replays(town)


def test_a_voter_that_comes_later_is_added_to_the_owner(town: Council):
    row = "9号楼,1,50,商铺,网格一,F,某公司,单位,,,测绘"
    enter(town, row)
    size = town.head().size
    later = enter(town, row.replace("单位,,", "单位,孙七,"))
    assert (len(later.namings), later.already) == (1, 1)
    assert town.head().size == size + 2
    with town.reading() as r:
        [(_, _, _, voter, _)] = owners.owner_lines(r, ("shop",))
        assert vault.names(r, [voter]) == {voter: "孙七"}
    assert list(enter(town, row.replace("单位,,", "单位,孙七,")).steps(OPERATOR)) == []


def test_units_of_the_register_are_found_by_their_door_and_residents_by_their_name(town: Council):
    child = Page.of_persons(
        [[who("child"), unit("li"), "tenant", 0, 0]], [PersonName(who("child"), "小某")], by=OPERATOR
    )
    town.save(child)
    ledger = enter(
        town, "1号楼,101,,住宅,,,张某,一人,,,不动产登记", "1号楼,102,89.50,住宅,,,小某,一人,,,不动产登记"
    )
    assert [(fault.row, fault.zh) for fault in ledger.faults] == [
        (3, "表决人“小某”在名册里还没有成年，请写监护人。")
    ]
    with town.reading() as r:
        [(_, label, grid, voter, area)] = owners.owner_lines(r, ("dwelling",))
    assert (label, grid, voter, area) == ("1号楼101", place("网格一"), who("zhang"), 8_950)
    assert ledger.units == ledger.persons == []

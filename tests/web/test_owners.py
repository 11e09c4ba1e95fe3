"""Pages of owners and titles: the import in two steps, the list by door, a sale, another voter."""

import io

import pytest

from deliberation.log.aggregate import id_of
from deliberation.register import owners
from tests.given import VILLAGE, replays, unit, who

HEADING = "楼栋,房号,面积,用途,网格,产权人编号,产权人,类型,表决人,电话,依据"
PAGE = "/register/owners"
GOOD = [
    "1号楼,101,,住宅,,,张某,一人,,,不动产登记",
    "1号楼,102,,住宅,,B7,李某、何某,共有,李某,,不动产登记",
    "9号楼,101,50,住宅,网格一,D,某某置业,建设单位,,,测绘",
    "9号楼,102,50.50,住宅,网格一,D,某某置业,建设单位,,,测绘",
    "9号楼,车位1,12,车位,网格一,F,某公司,单位,,,买卖合同",
]
BAD = ["9号楼,103,-5,住宅,网格一,,陈某,一人,,,测绘", "9号楼,104,60,住宅,网格九,,褚某,一人,,,测绘"]
KINDS = ("dwelling", "parking")


def upload(visitor, rows, encoding="utf-8", heading=HEADING):
    """Hand a file in and return the page with what was found."""
    form = visitor.form(PAGE, "titles")
    content = "\n".join([heading, *rows]).encode(encoding)
    data = dict(form.fields) | {"file": (io.BytesIO(content), "产权.csv")}
    return visitor.send(form.action, data, content_type="multipart/form-data")


@pytest.fixture
def secretary(site):
    """The secretary, with the good rows entered."""
    secretary = site.visitor("secretary")
    answer = secretary.press(upload(secretary, GOOD), "apply")
    assert "5 套有了产权记录，新增产权人 4 位" in answer.text
    return secretary


def lines(site):
    """Names of the owner -> (label, voter, area)."""
    with site.council.reading() as r:
        rows = owners.owner_lines(r, KINDS)
        names = owners.owners_of(r, [row[0] for row in rows])
    return {names[row[0]]: (row[1], row[3], row[4]) for row in rows}


def size(site):
    return site.council.head().size


def test_a_ledger_is_checked_first_and_entered_on_a_second_press(site):
    secretary, before = site.visitor("secretary"), size(site)
    assert PAGE in secretary.get("/register").text
    checked = upload(secretary, GOOD, encoding="gb18030")
    assert checked.status_code == 200
    assert "会记入的" in checked.text
    assert "要改的" not in checked.text
    assert size(site) == before
    secretary.press(checked, "apply")
    assert lines(site) == {
        "张某": ("1号楼101", who("zhang"), 8_950),
        "李某、何某": ("1号楼102", who("li"), 8_950),
        "某某置业": ("9号楼101等2套", "", 10_050),
        "某公司": ("9号楼车位1", "", 1_200),
    }
    replays(site.council)


def test_the_page_says_how_much_is_titled_and_finds_a_door(site, secretary):
    text = secretary.get(PAGE).text
    for word in ("4 位", "5 套", "6 套", "291.50 ㎡", "1号楼103", "某某置业", "还没有写明"):
        assert word in text, word
    one = secretary.get(f"{PAGE}?door=9号楼101").text
    assert "某某置业" in one
    assert "李某、何某" not in one
    assert "没有找到“7号楼”的产权记录" in secretary.get(f"{PAGE}?door=7号楼").text
    assert secretary.get(f"{PAGE}?page=99").status_code == 200


def test_bad_rows_are_named_and_come_back_as_a_file(site):
    secretary = site.visitor("secretary")
    checked = upload(secretary, [GOOD[0], *BAD])
    assert "面积不能是负数" in checked.text
    assert "名册里没有网格“网格九”" in checked.text
    form = secretary.form(checked, f"{PAGE}/faults")
    file = secretary.send(form.action, dict(form.fields))
    assert file.mimetype == "text/csv"
    rows = file.text.removeprefix("\ufeff").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["3", "4"]
    head, row = rows[0], rows[2].replace("网格九", "网格一")
    assert "会记入的" in upload(secretary, [row], heading=head).text
    secretary.press(checked, "apply")
    assert list(lines(site)) == ["张某"]


def test_the_same_ledger_again_changes_nothing(site):
    secretary = site.visitor("secretary")
    form = secretary.form(upload(secretary, GOOD), "apply")
    for _ in range(2):
        assert secretary.send(form.action, dict(form.fields)).status_code == 303
    before = size(site)
    again = upload(secretary, GOOD)
    assert "没有新的内容要记入" in again.text
    assert "5 套名册里已经有产权记录" in again.text
    assert size(site) == before


def test_no_file_and_a_bundle_of_the_roster_enter_nothing(site):
    secretary, before = site.visitor("secretary"), size(site)
    assert "请选名册文件" in secretary.press(PAGE, "titles").text
    form = secretary.form(upload(secretary, GOOD), "apply")
    assert secretary.send(form.action, dict(form.fields) | {"bundle": "forged"}).status_code == 400
    assert secretary.send("/register/roster/apply", dict(form.fields)).status_code == 400
    assert size(site) == before


def test_only_the_secretary_sees_who_owns_what(site):
    for person in ("zhang", "chair"):
        assert site.visitor(person).get(PAGE).status_code == 403
    assert PAGE not in site.visitor("zhang").get("/register").text


# a sale


SALE = {"door": "9号楼101", "owner_kind": "person", "evidence": "contract", "on": "2026-04-01"}


def sell(visitor, **typed):
    return visitor.press(PAGE, "transfer", **{**SALE, **typed})


def test_a_unit_goes_to_somebody_of_the_register_who_stays_one_head(site, secretary):
    answer = sell(secretary, owners="张某")
    assert "9号楼101 转让登记好了" in answer.text
    assert lines(site)["张某"] == ("1号楼101等2套", who("zhang"), 13_950)
    assert lines(site)["某某置业"][0] == "9号楼102"
    sell(secretary, door="9号楼102", owners="钱某 2号楼101户")
    assert lines(site)["钱某"] == ("9号楼102", who("qian"), 5_050)
    assert "某某置业" not in lines(site)
    replays(site.council)


def test_a_buyer_who_is_new_is_entered_with_the_sale(site, secretary):
    typed = {"owners": "何某某", "new": "1", "phone": "138 0000 0000"}
    sell(secretary, **typed)
    label, voter, _ = lines(site)["何某某"]
    with site.council.reading() as r:
        assert (label, r.row(owners.persons, voter).standing) == ("9号楼101", "owner")


def test_a_sale_that_is_sent_twice_enters_its_buyer_once(site, secretary):
    form = secretary.form(PAGE, "transfer")
    data = dict(form.fields) | SALE | {"owners": "何某某", "new": "1"}
    assert secretary.send(form.action, data).status_code == 303
    before = size(site)
    assert secretary.send(form.action, data).status_code == 303
    assert size(site) == before


def test_a_couple_or_a_firm_buys_and_names_its_voter_or_not_yet(site, secretary):
    sell(secretary, owner_kind="joint", owners="甲某、乙某", voter="孙某")
    assert lines(site)["甲某、乙某"] == ("9号楼101", who("sun"), 5_000)
    sell(secretary, door="9号楼102", owner_kind="joint", owners="甲某、乙某")
    assert lines(site)["甲某、乙某"] == ("9号楼101等2套", who("sun"), 10_050)
    sell(secretary, door="1号楼101", owner_kind="firm", owners="某公司")
    assert lines(site)["某公司"] == ("1号楼101等2套", "", 10_150)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"door": "9号楼999"}, "没有找到这个门牌的产权记录"),
        ({"door": "1号楼103"}, "没有找到这个门牌的产权记录"),
        ({"owners": "孔某"}, "名册里没有叫这个名字的人"),
        ({"owners": ""}, "请写新产权人"),
        ({"evidence": ""}, "请选依据"),
        ({"on": "2026-04-03"}, "日期不能晚于今天"),
        ({"door": "1号楼101"}, "已经登记在这位产权人名下"),
    ],
)
def test_a_sale_that_is_unclear_is_not_recorded_and_stays_on_the_page(site, secretary, wrong, sentence):
    before = size(site)
    answer = sell(secretary, **{"owners": "张某", **wrong})
    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert secretary.form(answer, "transfer").fields
    assert dict(secretary.form(answer, "transfer").fields)["door"] == {**SALE, **wrong}["door"]
    assert size(site) == before


# areas


def test_an_area_is_mended(site, secretary):
    answer = secretary.press(PAGE, "area", door="9号楼102", area_m2="51", evidence="register")
    assert "9号楼102 的面积更正好了" in answer.text
    assert lines(site)["某某置业"][2] == 10_100
    again = secretary.press(PAGE, "area", door="9号楼102", area_m2="51.00", evidence="register")
    assert "本来就是这样" in again.text
    wrong = secretary.press(PAGE, "area", door="9号楼102", area_m2="-5", evidence="register")
    assert "面积不能是负数" in wrong.text
    assert dict(secretary.form(wrong, "area").fields)["area_m2"] == "-5"


# another voter


def test_co_owners_name_another_voter(site, secretary):
    answer = secretary.press(PAGE, "voter", door="1号楼102", voter="赵某")
    assert "1号楼102 的表决人登记好了" in answer.text
    assert lines(site)["李某、何某"][1] == who("zhao")
    again = secretary.press(PAGE, "voter", door="1号楼102", voter="赵某")
    assert "本来就是这个人" in again.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"door": "9号楼9", "voter": "赵某"}, "没有找到这个门牌"),
        ({"door": "1号楼102", "voter": "孔某"}, "名册里没有叫这个名字的人"),
        ({"door": "", "voter": ""}, "请写表决人的姓名"),
    ],
)
def test_a_voter_whom_nobody_knows_is_not_recorded(site, secretary, typed, sentence):
    answer = secretary.press(PAGE, "voter", **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert lines(site)["李某、何某"][1] == who("li")


def test_nobody_signs_in_as_a_set_of_co_owners(site, secretary):
    sought = {"find": "1", "sought": "王某"}
    assert who("wang") in site.visitor().press("/sign-in", "/sign-in", **sought).text
    found = site.visitor().press("/sign-in", "/sign-in", **sought | {"sought": "何某"})
    assert id_of(VILLAGE, "owner", "B7") not in found.text
    assert "没有找到" in found.text


def test_units_of_the_register_are_those_of_the_file(site, secretary):
    with site.council.reading() as r:
        assert r.row(owners.titles, unit("zhang")).kind == "dwelling"

"""Pages of the register: counts for all, the import of a roster in two steps, terms of office."""

import io

import pytest

from deliberation.register import views
from tests.given import household, replays, unit, who

HEADING = "楼栋,房号,面积,户,网格,姓名,电话,身份,成年,户代表"
GOOD = [
    "9号楼,101,89.50,1,网格一,郑某,13800000001,村民,是,是",
    "9号楼,101,89.50,1,网格一,郑小某,,村民,否,否",
    "9号楼,102,60,,网格一,冯某,,租户,是,否",
]
BAD = [
    "9号楼,103,-5,1,网格一,陈某,,村民,是,是",
    "9号楼,104,60,1,网格九,褚某,,村民,是,是",
]


def upload(visitor, rows, encoding="utf-8", heading=HEADING):
    """Hand a file in and return the page with what was found."""
    form = visitor.form("/register/roster", "roster")
    content = "\n".join([heading, *rows]).encode(encoding)
    data = dict(form.fields) | {"file": (io.BytesIO(content), "名册.csv")}
    return visitor.send(form.action, data, content_type="multipart/form-data")


def size(site):
    with site.council.reading() as r:
        return views.size(r)


# the overview


def test_everybody_reads_counts_and_offices_but_no_list_of_residents(site):
    text = site.visitor().get("/register").text
    assert "网格一" in text
    assert "记录员" in text
    assert "工作人员1" not in text
    assert "张某" in text  # a delegate, by family name
    assert "钱某" not in text
    assert "导入名册" not in text


def test_the_desk_of_a_village_with_households_asks_for_no_first_steps(site):
    assert "名册还是空的" not in site.visitor("secretary").get("/desk").text


def test_a_grid_is_entered_once(site):
    secretary = site.visitor("secretary")
    assert (
        "“网格二”登记好了" in secretary.press("/register/places", "place", kind="grid", label="网格二").text
    )
    again = secretary.press("/register/places", "place", kind="grid", label="网格二")
    assert again.status_code == 422
    assert "已经在名册里" in again.text


# the roster


def test_a_roster_is_checked_first_and_entered_on_a_second_press(site):
    secretary, before = site.visitor("secretary"), size(site)
    checked = upload(secretary, GOOD)
    assert checked.status_code == 200
    assert "会记入的" in checked.text
    assert size(site) == before
    answer = secretary.press(checked, "apply")
    assert "房屋 2 套，1 户，3 人" in answer.text
    after = size(site)
    assert {kind: after[kind] - before[kind] for kind in after} == {
        "places": 1, "units": 2, "households": 1, "persons": 3,
    }  # fmt: skip
    replays(site.council)


def test_good_rows_are_kept_and_bad_rows_are_named_with_what_is_wrong(site):
    secretary = site.visitor("secretary")
    checked = upload(secretary, [GOOD[0], *BAD])
    assert "面积不能是负数" in checked.text
    assert "名册里没有网格“网格九”" in checked.text
    assert "2 行" in checked.text
    before = size(site)
    secretary.press(checked, "apply")
    assert size(site)["persons"] - before["persons"] == 1


def test_the_bad_rows_come_back_as_a_file_with_their_reasons(site):
    secretary = site.visitor("secretary")
    checked = upload(secretary, [GOOD[0], *BAD])
    form = secretary.form(checked, "/register/roster/faults")
    file = secretary.send(form.action, dict(form.fields))
    assert file.mimetype == "text/csv"
    lines = file.text.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("行号,要改什么,楼栋")
    assert [line.split(",")[0] for line in lines[1:]] == ["3", "4"]
    assert "褚某" in lines[2]
    mended = lines[0] + "\n" + lines[2].replace("网格九", "网格一")
    head, row = mended.splitlines()
    assert "会记入的" in upload(secretary, [row], heading=head).text


def test_a_roster_entered_twice_enters_nobody_twice(site):
    secretary = site.visitor("secretary")
    checked = upload(secretary, GOOD)
    form = secretary.form(checked, "apply")
    for _ in range(2):
        assert secretary.send(form.action, dict(form.fields)).status_code == 303
    once = size(site)
    again = upload(secretary, GOOD)
    assert "没有新的内容要记入" in again.text
    assert "3 人名册里已经有了" in again.text
    more = upload(secretary, [*GOOD, "9号楼,102,60,,网格一,卫某,,租户,是,否"])
    secretary.press(more, "apply")
    assert size(site)["persons"] == once["persons"] + 1


def test_a_household_of_the_register_gets_no_second_speaker(site):
    secretary = site.visitor("secretary")
    secretary.press(upload(secretary, GOOD), "apply")
    other = upload(secretary, ["9号楼,101,89.50,1,网格一,郑老某,,村民,是,是"])
    assert "名册里这一户已经有代表了" in other.text


def test_a_file_from_a_chinese_spreadsheet_is_read(site):
    checked = upload(site.visitor("secretary"), GOOD, encoding="gb18030")
    assert "会记入的" in checked.text
    assert "要改的" not in checked.text


@pytest.mark.parametrize("content", [b"\xff\xff\xff", "楼栋,房号".encode()])
def test_a_file_that_is_no_roster_says_so(site, content):
    secretary = site.visitor("secretary")
    form = secretary.form("/register/roster", "roster")
    data = dict(form.fields) | {"file": (io.BytesIO(content), "x.csv")}
    answer = secretary.send(form.action, data, content_type="multipart/form-data")
    assert "这个文件读不出来" in answer.text or "第一行缺少这些列" in answer.text
    assert 'id="apply"' not in answer.text


def test_no_file_and_a_forged_roster_enter_nothing(site):
    secretary = site.visitor("secretary")
    assert "请选名册文件" in secretary.press("/register/roster", "roster").text
    before = size(site)
    checked = upload(secretary, GOOD)
    form = secretary.form(checked, "apply")
    forged = secretary.send(form.action, dict(form.fields) | {"bundle": "forged"})
    assert forged.status_code == 400
    other = site.visitor("second_secretary")
    stolen = dict(form.fields) | dict(other.form("/register/places", "place").fields) | {"form": "apply"}
    assert other.send(form.action, stolen).status_code == 400
    assert size(site) == before


def test_only_the_secretary_imports(site):
    assert site.visitor("zhang").get("/register/roster").status_code == 403
    assert site.visitor("chair").get("/register/roster").status_code == 403


# offices


def held(site, person):
    with site.council.reading() as r:
        return views.roles_of(r, who(person), "2026-04-02")


def test_an_office_is_given_from_a_day_on(site):
    answer = site.visitor("secretary").press(
        "/register/offices?name=钱某", "grant", person=who("qian"), role="grid_worker", since="2026-04-01", second=who("chair"),
    )
    assert "登记好了" in answer.text
    assert held(site, "qian") == ["grid_worker"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"role": ""}, "请选职务"),
        ({"since": ""}, "请写任期从哪天开始"),
        ({"until": "2026-03-01"}, "任期结束不能早于开始"),
    ],
)
def test_a_term_that_is_unclear_is_not_recorded_and_stays_on_the_page(site, wrong, sentence):
    typed = {"person": who("qian"), "role": "grid_worker", "since": "2026-04-01", "second": who("secretary")} | wrong
    answer = site.visitor("chair").press("/register/offices?name=钱某", "grant", **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert held(site, "qian") == []


def test_who_is_not_in_the_register_gets_no_office(site):
    assert "名册里没有叫“孔某”的人" in site.visitor("secretary").get("/register/offices?name=孔某").text


def test_a_term_is_ended(site):
    secretary = site.visitor("secretary")
    with site.council.reading() as r:
        term = next(row for row in views.holders(r, "2026-04-02") if row.person == who("grid_worker"))
    page = f"/register/offices/{term.id}"
    answer = secretary.press(page, "end", on="2026-04-01", second=who("chair"))
    assert "到 2026-04-01 为止" in answer.text
    assert held(site, "grid_worker") == []
    again = secretary.press(page, "end", on="2026-04-01", second=who("chair"))
    assert again.status_code == 409
    assert "已经结束" in again.text


def test_a_term_that_ends_soon_stands_on_the_desk(site):
    secretary = site.visitor("secretary")
    typed = {"person": who("qian"), "role": "grid_worker", "since": "2026-04-01", "until": "2026-04-20", "second": who("chair")}
    secretary.press("/register/offices?name=钱某", "grant", **typed)
    assert "快到期的职务" in secretary.get("/desk").text


def test_residents_give_no_offices(site):
    assert site.visitor("zhang").get("/register/offices").status_code == 403


def test_units_and_households_are_those_of_the_village(site):
    with site.council.reading() as r:
        known = views.known(r)
    assert {unit("zhang"), household("zhang")} <= set(known.ids)
    assert (household("zhang"), "张某") in known.people
    assert household("zhang") in known.speaking


def test_a_whole_village_comes_through_in_one_file(site):
    rows = [
        f"{1 + n // 200}0号楼,{n},60.{n % 90 + 10},1,网格一,郑{n:x}某,1{n:010},村民,是,是"
        for n in range(2_000)
    ]
    secretary = site.visitor("secretary")
    checked = upload(secretary, rows)
    assert "2,000" in checked.text
    answer = secretary.press(checked, "apply")
    assert answer.status_code == 200
    assert size(site)["households"] == 2_008

"""Pages of reports: from "something is wrong" to what became of it."""

import pytest

from deliberation.intake import views
from deliberation.intake.model import Report
from tests.given import actor, who, words
from tests.web.proceedings import MORNING, a_matter, counting_queries, forced

TOLD = {"place": "9号楼2单元", "words": "三楼垂下一根线充电。", "colour": "red"}


def a_report(town, number="1", reporter="", colour="red", said="走道堆了纸箱。", place="1号楼"):
    report = Report.receive(
        number,
        channel="box",
        place=place,
        colour=colour,
        words=words(said, reporter or "secretary"),
        reporter=who(reporter) if reporter else "",
        by=actor("secretary", at=MORNING),
    )
    town.save(report)
    return report.id


# reporting


def test_a_resident_reports_with_three_answers_and_sees_what_becomes_of_it(site):
    zhang = site.visitor("zhang")
    assert "报一件事" in zhang.get("/").text
    answer = zhang.press("/reports/new", "tell", **TOLD)
    assert "记下了，编号是 1" in answer.text
    assert "三楼垂下一根线充电。" in answer.text
    assert "收到了，还在看" in answer.text
    assert "您报过的" in zhang.get("/reports").text


def test_nobody_else_reads_the_words_or_learns_who_said_them(site):
    site.visitor("zhang").press("/reports/new", "tell", **TOLD)
    with site.council.reading() as r:
        path = f"/reports/{views.waiting(r)[0].id}"
    for visitor in (site.visitor(), site.visitor("li"), site.visitor("auditor")):
        page = visitor.get(path).text
        assert "9号楼2单元" in page
        assert "三楼垂下" not in page
        assert "张某" not in page.replace("data-person", "")
    page = site.visitor("secretary").get(path).text
    assert "三楼垂下" in page
    assert "张某" in page


def test_what_is_missing_is_named_and_what_was_typed_stays(site):
    size = site.council.head().size
    answer = site.visitor("zhang").press("/reports/new", "tell", place="", words="飞线", colour=[])
    assert answer.status_code == 422
    assert "请写在哪里" in answer.text
    assert "请选急不急" in answer.text
    assert "飞线</textarea>" in answer.text
    assert site.council.head().size == size


def test_a_stranger_is_asked_to_sign_in_first(site):
    answer = site.visitor().get("/reports/new")
    assert answer.status_code == 303
    assert "/sign-in" in answer.location


def test_the_next_number_is_a_free_one(site, town):
    a_report(town, "2")
    answer = site.visitor("zhang").press("/reports/new", "tell", **TOLD)
    assert "编号是 3" in answer.text


def test_a_paper_from_the_box_counts_as_much_as_a_click(site):
    typed = {**TOLD, "channel": "box", "called": "李某"}
    answer = site.visitor("secretary").press("/reports/entry", "enter", **typed)
    assert "记下了，编号是 1" in answer.text
    assert "意见箱" in answer.text
    assert "三楼垂下" in site.visitor("li").get(answer.request.path).text
    assert "三楼垂下" not in site.visitor("wang").get(answer.request.path).text


def test_a_place_of_the_register_is_recognised(site):
    site.visitor("zhang").press("/reports/new", "tell", **{**TOLD, "place": "1号楼"})
    with site.council.reading() as r:
        assert views.waiting(r)[0].place_id


def test_a_name_that_nobody_has_is_refused_and_the_paper_is_kept(site):
    typed = {**TOLD, "channel": "hotline", "called": "无此人"}
    answer = site.visitor("secretary").press("/reports/entry", "enter", **typed)
    assert answer.status_code == 422
    assert "名册里没有这个人" in answer.text
    assert "三楼垂下一根线充电。" in answer.text


def test_only_staff_enter_for_others(site):
    assert site.visitor("zhang").get("/reports/entry").status_code == 403


# the list


def test_the_list_is_chosen_by_colour_state_and_source(site, town):
    a_report(town, "1", colour="red", place="红楼")
    a_report(town, "2", colour="gold", place="金楼")
    page = site.visitor().get("/reports?colour=gold&state=received&channel=box").text
    assert "金楼" in page
    assert "红楼" not in page
    assert "没有这样的诉求" in site.visitor().get("/reports?state=merged").text
    assert "红楼" in site.visitor().get("/reports?colour=purple&page=x").text
    assert "红楼" in site.visitor().get("/reports?page=99").text


def test_an_empty_list_says_what_to_do(site):
    assert "还没有人反映过什么" in site.visitor().get("/reports").text


def test_the_list_takes_the_same_queries_however_long_it_is(site, town):
    visitor, sizes = site.visitor(), []
    for numbers in (range(1, 3), range(3, 40)):
        for number in numbers:
            a_report(town, str(number))
        visitor.get("/reports")
        with counting_queries(town) as sent:
            visitor.get("/reports")
        sizes.append(len(sent))
    assert sizes[0] == sizes[1]


# what becomes of a report


def test_reports_on_the_same_thing_are_merged(site, town):
    first, second = a_report(town, "1", place="9号楼"), a_report(town, "2", place="5号楼")
    answer = site.visitor("secretary").press(f"/reports/{second}", "merge", into=first)
    assert "并好了" in answer.text
    assert f"/reports/{first}" in answer.text
    assert "5号楼" in site.visitor().get(f"/reports/{first}").text


def test_a_report_is_not_merged_into_nothing(site, town):
    report = a_report(town)
    answer = site.visitor("secretary").press(f"/reports/{report}", "merge", into="")
    assert answer.status_code == 422
    assert "请选并入哪一条" in answer.text
    assert "<details open>" in answer.text


def test_a_report_is_taken_up_once_under_a_matter(site, town):
    report, matter = a_report(town, reporter="li"), a_matter(town)
    secretary = site.visitor("secretary")
    page = secretary.get(f"/reports/{report}")
    answer = secretary.press(page, "take_up", matter=matter.id)
    assert "列入“消防安全公约”了" in answer.text
    assert f"/matters/{matter.id}" in answer.text
    assert "第 1 号 · 1号楼" in site.visitor().get(f"/matters/{matter.id}").text
    again = secretary.press(page, "split", to="联席协商会")
    assert again.status_code == 409
    assert "已立项" in again.text


def test_a_report_is_reclassed_and_handed_over(site, town):
    report = a_report(town, said="能不能办个食堂？")
    secretary = site.visitor("secretary")
    assert "颜色改好了" in secretary.press(f"/reports/{report}", "colour", colour="blue").text
    assert secretary.press(f"/reports/{report}", "colour", colour="blue").status_code == 422
    assert "转到“联席协商会”了" in secretary.press(f"/reports/{report}", "split", to="联席协商会").text
    assert "已经转到联席协商会" in site.visitor().get(f"/reports/{report}").text


def test_the_answer_is_read_by_whoever_reported(site, town):
    report = a_report(town, reporter="li")
    answer = site.visitor("secretary").press(f"/reports/{report}", "answer", words="明天就去清。")
    assert "答复记下了" in answer.text
    assert "明天就去清。" in site.visitor("li").get(f"/reports/{report}").text
    page = site.visitor("zhang").get(f"/reports/{report}").text
    assert "明天就去清。" not in page
    assert "已经答复了反映的人" in page


def test_residents_do_not_deal_with_reports(site, town):
    report = a_report(town)
    zhang = site.visitor("zhang")
    assert "办理" not in zhang.get(f"/reports/{report}").text
    assert forced(zhang, f"/reports/{report}/answer", words="不管。").status_code == 403
    assert forced(zhang, f"/reports/{report}/split-off", to="别处").status_code == 403


def test_what_waits_stands_on_the_desk(site, town):
    report = a_report(town)
    page = site.visitor("secretary").get("/desk").text
    assert "等着处理的诉求" in page
    assert report in page
    assert "等着处理的诉求" not in site.visitor("street_office").get("/desk").text


def test_an_earlier_moment_shows_no_forms(site, town):
    report = a_report(town)
    size = town.head().size
    secretary = site.visitor("secretary")
    secretary.press(f"/reports/{report}", "answer", words="明天就去清。")
    page = secretary.get(f"/reports/{report}?as_of={size}").text
    assert "待处理" in page
    assert "答复反映的人" not in page


@pytest.mark.parametrize("path", ["/reports/00000000-0000-0000-0000-000000000000", "/reports/x"])
def test_an_unknown_report_is_not_found(site, path):
    assert site.visitor("secretary").get(path).status_code == 404

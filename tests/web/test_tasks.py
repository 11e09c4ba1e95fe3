"""Pages of rectification notices: issued under a clause, served by two, inspected, closed; the public sees the place alone."""

import re

import pytest

from deliberation.tasks.model import Notice
from tests.given import actor, moment, place, village, who, words
from tests.meetings.sittings import MATTER, open_matter
from tests.resolutions.adoptions import adopted, voted
from tests.web.proceedings import counting_queries, forced

HAZARD = "2号楼2单元301户从阳台向下拉线充电。"
TWO = [who("grid_worker"), who("second_grid_worker")]
SERVED = {"how": "signed", "workers": TWO, "served_at": "2026-05-21T10:20"}


@pytest.fixture
def town():
    with village() as council:
        open_matter(council, "WU_BU")
        yield council


@pytest.fixture
def compact(site, town):
    """The compact is in force; it is Thursday, 21 May."""
    made = adopted(town)
    site.at("2026-05-21 10:30")
    return made


@pytest.fixture
def notice(town, compact):
    """A notice for a cable at building 2, not served yet."""
    return issued(town, compact)


def issued(council, compact, number="甲安〔2026〕12号", **more):
    body = {"place": place("2号楼"), "place_label": "2号楼2单元", "clause": "c2", "clause_label": "第二条"}
    body |= {"level": "ordinary", "words": words(HAZARD, "grid_worker"), "resolution": compact.id}
    made = Notice.issue(MATTER, number, **body | more, by=actor("grid_worker", at="2026-05-21 10:05"))
    council.save(made)
    return made


def serve(council, notice, at="2026-05-21 10:20"):
    with council.change(Notice, notice.id) as it:
        it.serve("signed", TWO, served_at=int(moment(at).timestamp()), by=actor("grid_worker", at="2026-05-21 10:25"))


def path_of(notice):
    return f"/notices/{notice.id}"


# from issue to the end


def test_a_notice_goes_from_issue_to_its_end(site, compact):
    worker = site.visitor("grid_worker")
    path = f"/notices/new/{compact.id}"
    given = {"number": "甲安〔2026〕12号", "place_label": "2号楼2单元", "clause": "c2"}
    page = worker.press(path, "issue", **given, level="ordinary", hazard=HAZARD)
    assert "告知单开好了" in page.text
    assert "送到以后3 日内要整改好" in page.text
    path = re.search('action="(/notices/[0-9a-f-]{36})/serve"', page.text)[1]
    page = worker.press(path, "serve", **SERVED)
    assert "请在" in page.text
    assert "5月25日 周一</time> 24:00以前整改好" in page.text
    assert "（最后一天休息，已顺延）" in page.text
    site.at("2026-05-25 09:30")
    page = worker.press(path, "inspect", result="ok", workers=TWO, remark="线已拆除。")
    assert "复查合格，等着销号" in page.text
    page = worker.press(path, "close")
    assert "销号了" in page.text
    assert "已销号" in site.visitor().get("/notices").text
    assert "都整改完了" in site.visitor().get("/notices").text


def test_one_compact_leads_straight_to_the_form(site, compact):
    answer = site.visitor("grid_worker").get("/notices/new")
    assert answer.status_code == 302
    assert answer.location == f"/notices/new/{compact.id}"


def test_before_the_compact_is_in_force_there_is_nothing_to_cite(site, town):
    made = adopted(town)
    site.at("2026-05-17 10:00")
    worker = site.visitor("grid_worker")
    assert "现在没有施行的公约" in worker.get("/notices/new").text
    given = {"number": "甲安〔2026〕1号", "place_label": "2号楼", "clause": "c1", "level": "serious", "hazard": "堵"}
    answer = worker.press(f"/notices/new/{made.id}", "issue", **given)
    assert answer.status_code == 409
    assert "从2026-05-18起施行，现在还不能依据它开告知单" in answer.text


def test_a_notice_that_is_sent_twice_is_issued_once(site, town, compact):
    worker = site.visitor("grid_worker")
    path = f"/notices/new/{compact.id}"
    form = dict(worker.form(path, "issue").fields) | {"number": "甲安〔2026〕1号", "place_label": "2号楼", "clause": "c1"}
    form |= {"level": "serious", "hazard": "堵"}
    first, second = worker.send(path, form), worker.send(path, form)
    assert first.location == second.location
    assert worker.get(second.location).status_code == 200


@pytest.mark.parametrize("label", ["2号楼2单元301户", "2号楼 301室", "二单元三户"])
def test_the_place_never_names_a_home(site, compact, label):
    given = {"number": "甲安〔2026〕1号", "clause": "c1", "level": "ordinary", "hazard": "堵"}
    answer = site.visitor("grid_worker").press(f"/notices/new/{compact.id}", "issue", place_label=label, **given)
    assert answer.status_code == 422
    assert "位置要公开，写到楼和单元就可以，不写户号" in answer.text


def test_the_form_says_what_is_missing(site, compact):
    answer = site.visitor("grid_worker").press(f"/notices/new/{compact.id}", "issue", number="12")
    assert answer.status_code == 422
    for sentence in ("序号前不加0", "请写明位置", "请选违反的条款", "请选有多严重", "请写明隐患情况"):
        assert sentence in answer.text


def test_a_clause_that_the_compact_has_not_cannot_be_cited(site, compact):
    worker = site.visitor("grid_worker")
    form = dict(worker.form(f"/notices/new/{compact.id}", "issue").fields)
    form |= {"number": "甲安〔2026〕1号", "place_label": "2号楼", "clause": "c99", "level": "ordinary", "hazard": "堵"}
    answer = worker.send(f"/notices/new/{compact.id}", form)
    assert answer.status_code == 422
    assert "请选违反的条款" in answer.text


def test_the_next_number_goes_on_from_the_last(site, notice, compact):
    page = site.visitor("grid_worker").get(f"/notices/new/{compact.id}").text
    assert 'value="甲安〔2026〕13号"' in page


# serving


def test_a_refusal_to_sign_needs_a_witness_of_the_register(site, notice):
    worker = site.visitor("grid_worker")
    refused = SERVED | {"how": "refused_witnessed"}
    answer = worker.press(path_of(notice), "serve", **refused)
    assert answer.status_code == 422
    assert "拒签要有见证人" in answer.text
    answer = worker.press(path_of(notice), "serve", **refused, witness="查无此人")
    assert "名册里没有叫这个名字的人" in answer.text
    assert 'value="查无此人"' in answer.text
    answer = worker.press(path_of(notice), "serve", **refused, witness="李某")
    assert "送达记下了" in answer.text
    assert "见证人：李某" in answer.text


@pytest.mark.parametrize("workers", [[], TWO[:1], [TWO[0], TWO[0]]])
def test_two_different_persons_serve(site, notice, workers):
    answer = site.visitor("grid_worker").press(path_of(notice), "serve", **SERVED | {"workers": workers})
    assert answer.status_code == 422
    if workers:
        assert "两个人" in answer.text
        assert f'<option value="{workers[0]}" selected>' in answer.text


def test_service_is_recorded_after_it_happened(site, notice):
    answer = site.visitor("grid_worker").press(
        path_of(notice), "serve", **SERVED | {"served_at": "2026-05-21T10:45"}
    )
    assert answer.status_code == 422
    assert "送达时间晚于现在" in answer.text


def test_a_serious_hazard_is_mended_within_hours(site, town, compact):
    made = issued(town, compact, level="serious")
    page = site.visitor("grid_worker").press(path_of(made), "serve", **SERVED)
    assert "5月22日 周五 10:20" in page.text
    assert "还有 23 小时" in page.text


# inspecting


def test_not_mended_counts_only_once_the_period_is_over(site, town, notice):
    serve(town, notice)
    worker = site.visitor("grid_worker")
    failed = {"result": "not_ok", "workers": TWO, "remark": "线还在。"}
    answer = worker.press(path_of(notice), "inspect", **failed)
    assert answer.status_code == 409
    assert "还没有到期，不能记“不合格”" in answer.text
    assert "线还在。</textarea>" in answer.text
    site.at("2026-05-26 09:00")
    assert "刚刚过期" in worker.get(path_of(notice)).text
    answer = worker.press(path_of(notice), "inspect", **failed)
    assert "复查还没有整改好" in answer.text
    answer = worker.press(path_of(notice), "escalate", to="消防救援机构")
    assert "报消防救援机构处理" in answer.text
    assert "已上报" in site.visitor().get("/notices").text


def test_overdue_notices_are_on_the_desk(site, town, notice):
    serve(town, notice)
    worker = site.visitor("grid_worker")
    assert "份过期" not in worker.get("/desk").text
    site.at("2026-05-28 09:00")
    desk = worker.get("/desk").text
    assert "1 份过期" in desk
    assert "过期 2 天" in desk
    assert "两个人去复查" in desk
    assert "过期" not in site.visitor("auditor").get("/notices?at=2026-05-25").text


# withdrawing


def test_a_withdrawn_notice_is_issued_anew_under_another_number(site, notice, compact):
    worker = site.visitor("grid_worker")
    page = worker.press(path_of(notice), "withdraw", reason="线是物业的。")
    assert "这个编号不再使用" in page.text
    assert "线是物业的。" in page.text
    assert "线是物业的。" not in site.visitor("zhang").get(path_of(notice)).text
    again = re.search(r'href="(/notices/new/[^"]*replaces=[^"]*)"', page.text)[1].replace("&amp;", "&")
    given = {"clause": "c2", "level": "ordinary", "hazard": "物业的线。"}
    taken = worker.press(again, "issue", number="甲安〔2026〕12号", **given)
    assert taken.status_code == 409
    assert "撤回的编号也不再用" in taken.text
    page = worker.press(again, "issue", number="甲安〔2026〕13号", **given)
    assert "代替撤回的 甲安〔2026〕12号" in page.text
    assert "重新开具的是 甲安〔2026〕13号" in worker.get(path_of(notice)).text
    index = site.visitor().get("/notices").text
    assert re.findall('<td class="num">(.)</td>', index) == ["1", "0", "0", "1"]


# who sees what


def test_the_public_sees_the_place_and_nobodys_home(site, town, notice):
    serve(town, notice)
    for person in ("", "zhang"):
        for path in (path_of(notice), f"{path_of(notice)}/paper", "/notices"):
            page = site.visitor(person).get(path).text
            assert "2号楼2单元" in page
            assert "301户" not in page
            assert "工作人员" not in page
    assert "公开件" in site.visitor().get(f"{path_of(notice)}/paper").text
    for person in ("grid_worker", "supervisor", "street_office"):
        assert "301户" in site.visitor(person).get(path_of(notice)).text


def test_residents_issue_and_close_nothing(site, notice, compact):
    zhang = site.visitor("zhang")
    assert zhang.get(f"/notices/new/{compact.id}").status_code == 403
    for step in ("serve", "inspect", "escalate", "close", "withdraw"):
        assert forced(zhang, f"{path_of(notice)}/{step}").status_code == 403
        assert f"{path_of(notice)}/{step}" not in zhang.get(path_of(notice)).text


def test_a_step_that_is_not_open_says_so(site, notice):
    answer = forced(site.visitor("grid_worker"), f"{path_of(notice)}/close", form="close")
    assert answer.status_code == 409
    assert "已开具、还没有送达，这一步现在不能办" in answer.text


def test_an_unknown_notice_is_not_found(site, town):
    voted(town)
    for path in (f"/notices/{MATTER}", f"/notices/{MATTER}/paper"):
        assert site.visitor().get(path).status_code == 404
    assert site.visitor("grid_worker").get(f"/notices/new/{MATTER}").status_code == 404


# lists and paper


def test_open_notices_stand_by_clause_or_by_grid(site, town, compact):
    issued(town, compact)
    issued(town, compact, "甲安〔2026〕13号", place=place("1号楼"), place_label="1号楼门口", clause="c1", clause_label="第一条")
    issued(town, compact, "甲安〔2026〕14号", place="", place_label="村口")
    by_clause = site.visitor().get("/notices").text
    assert by_clause.index('aria-label="第一条"') < by_clause.index("1号楼门口") < by_clause.index('aria-label="第二条"')
    by_grid = site.visitor().get("/notices?by=grid").text
    assert by_grid.index('aria-label="网格一"') < by_grid.index("2号楼2单元") < by_grid.index('aria-label="没有写网格"')
    assert "3 份" in by_grid


def test_the_paper_has_three_copies_and_room_for_signatures(site, town, notice):
    worker = site.visitor("grid_worker")
    page = worker.get(f"{path_of(notice)}/paper").text
    for sentence in ("一式三联", "收到后 3 日内", HAZARD, "☐ 本人签收", "签收人签名", "本单不罚款"):
        assert sentence in page
    serve(town, notice)
    page = worker.get(f"{path_of(notice)}/paper").text
    assert "2026年5月25日 24:00 以前" in page
    assert "☑ 本人签收" in page
    assert "style=" not in page
    public = worker.get(f"{path_of(notice)}/paper?copy=public").text
    assert HAZARD not in public
    assert "签收人签名" not in public


def test_a_page_takes_a_fixed_number_of_queries(site, town, compact):
    def asked():
        with counting_queries(town) as sent:
            site.visitor("grid_worker").get("/notices?by=grid")
        return len(sent)

    issued(town, compact)
    asked()
    one = asked()
    for n in range(13, 43):
        issued(town, compact, f"甲安〔2026〕{n}号")
    assert asked() == one <= 10


def test_the_pages_speak_english(site, town, notice):
    serve(town, notice)
    visitor = site.visitor()
    visitor.get("/language/en")
    page = visitor.get(path_of(notice)).text
    assert "ordinary hazard" in page
    assert "4 days left" in page
    assert "Clause 2" in visitor.get("/notices").text

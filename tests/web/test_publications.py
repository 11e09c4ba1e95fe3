"""Pages of publications: what hangs and until when, objections and their answers, posting with a look beforehand."""

import re

import pytest

from deliberation.publications.model import Objection, Publication
from deliberation.publications.views import last_posted, objections_to, to_post
from tests.given import RESIDENTS, actor, village, words
from tests.meetings.sittings import MATTER, open_matter
from tests.resolutions.adoptions import adopted, voted
from tests.web.proceedings import counting_queries, forced

NEW = f"/publications/new/{MATTER}"
POSTING = {
    "kind": "notice", "number": "甲公示〔2026〕4号", "title": "停水通知", "text": "周六上午停水。",
    "from_date": "2026-05-01", "days": "15", "place": "各楼大厅",
}  # fmt: skip


@pytest.fixture
def town():
    with village() as council:
        open_matter(council, "WU_BU")
        yield council


@pytest.fixture
def hanging(site, town):
    """A result on display from 1 May, its last day moved to Monday, 18 May; it is Wednesday, 6 May."""
    posted = Publication.post(
        MATTER, "甲公示〔2026〕4号", kind="result", title="关于表决结果的公示", text="同意338，通过。",
        from_date="2026-05-01", days=15, place="村务公开栏", by=actor("secretary", at="2026-05-01 09:00"),
    )  # fmt: skip
    town.save(posted)
    site.at("2026-05-06 09:00")
    return posted


def page_of(publication):
    return f"/publications/{publication.id}"


def objected(council, publication, person="li", said="网格三的票数不对。"):
    by = actor(person=person, at="2026-05-06 08:00")
    made = Objection.raise_(publication.id, MATTER, publication.number, words(said, person), by=by)
    council.save(made)
    return made


# what hangs


def test_what_hangs_is_on_the_home_page_with_the_days_left(site, hanging):
    visitor = site.visitor()
    for path in ("/", "/publications", page_of(hanging)):
        page = visitor.get(path).text
        assert "关于表决结果的公示" in page
        assert "还有 12 天" in page
    site.at("2026-05-18 23:59")
    assert "今天最后一天" in visitor.get("/").text
    site.at("2026-05-19 00:00")
    assert "关于表决结果的公示" not in visitor.get("/").text
    assert "已经到期" in visitor.get("/publications").text


def test_a_page_says_the_first_and_the_last_day_and_why_it_was_moved(site, hanging):
    page = site.visitor().get(page_of(hanging)).text
    assert "2026年5月1日 周五" in page
    assert "2026年5月18日 周一" in page
    assert "满 15 天那天是休息日，顺延到下一个工作日" in page
    assert "同意338，通过。" in page


def test_a_page_of_the_past_counts_from_that_day(site, hanging):
    site.at("2026-06-01 09:00")
    page = site.visitor("li").get(f"{page_of(hanging)}?at=2026-05-16").text
    assert "还有 2 天" in page
    assert 'id="object"' not in page


def test_an_unknown_publication_is_not_found(site):
    assert site.visitor().get(f"/publications/{MATTER}").status_code == 404


# objecting


def test_a_resident_objects_and_everybody_reads_it_without_the_name(site, hanging):
    answer = site.visitor("li").press(page_of(hanging), "object", said="网格三的票数不对。")
    assert "会有书面答复" in answer.text
    assert "您提的" in answer.text
    assert 'id="object"' not in answer.text
    for person in ("", "zhang"):
        page = site.visitor(person).get(page_of(hanging)).text
        assert "网格三的票数不对。" in page
        assert "李某" not in page
    assert "李某" in site.visitor("supervisor").get(page_of(hanging)).text


def test_nobody_objects_twice(site, town, hanging):
    li = site.visitor("li")
    form = dict(li.form(page_of(hanging), "object").fields)
    objected(town, hanging)
    answer = li.send(f"{page_of(hanging)}/objections", form | {"said": "我还有一句。"})
    assert answer.status_code == 409
    assert "您已经对这份公示提过异议" in answer.text
    assert "我还有一句。" in answer.text


def test_an_objection_too_late_is_refused_and_its_words_are_kept(site, hanging):
    li = site.visitor("li")
    form = dict(li.form(page_of(hanging), "object").fields)
    site.at("2026-05-19 00:00")
    page = li.get(page_of(hanging)).text
    assert "公示期已经结束，不能再提异议" in page
    assert 'id="object"' not in page
    answer = li.send(f"{page_of(hanging)}/objections", form | {"said": "想起一件事。"})
    assert answer.status_code == 409
    assert "公示期到2026-05-18已经结束" in answer.text
    assert "想起一件事。</textarea>" in answer.text


def test_nobody_objects_before_the_display_begins(site, town):
    by = actor("secretary", at="2026-05-06 09:00")
    early = Publication.post(
        MATTER, "1", kind="notice", title="停水", text="停水。", from_date="2026-05-08", days=3, place="大厅", by=by
    )
    town.save(early)
    site.at("2026-05-06 10:00")
    page = site.visitor("li").get(page_of(early)).text
    assert "2 天后开始" in page
    assert 'id="object"' not in page
    answer = forced(site.visitor("li"), f"{page_of(early)}/objections", said="不对", form="object")
    assert "现在还不能提异议" in answer.text
    assert "就要贴的" in site.visitor().get("/publications").text


def test_an_objection_needs_words(site, hanging):
    answer = site.visitor("li").press(page_of(hanging), "object", said="  ")
    assert answer.status_code == 422
    assert "请写明您对什么有异议" in answer.text


def test_a_visitor_is_shown_where_to_sign_in(site, hanging):
    page = site.visitor().get(page_of(hanging)).text
    assert "登录以后就能提" in page
    assert 'id="object"' not in page


def test_staff_enter_what_came_on_paper_for_whoever_wrote_it(site, town, hanging):
    supervisor = site.visitor("supervisor")
    answer = supervisor.press(page_of(hanging), "enter", called="李某", said="请重新计票。")
    assert "替这一位登记好了" in answer.text
    assert "您提过异议了" in site.visitor("li").get(page_of(hanging)).text
    again = supervisor.press(page_of(hanging), "enter", called="查无此人", said="请重新计票。")
    assert again.status_code == 422
    assert "名册里没有叫这个名字的人" in again.text
    assert forced(site.visitor("zhang"), f"{page_of(hanging)}/objections/entry").status_code == 403


# answering


def test_an_objection_is_answered_once_with_a_finding(site, town, hanging):
    made = objected(town, hanging)
    supervisor = site.visitor("supervisor")
    desk = supervisor.get("/desk").text
    assert "等答复的异议" in desk
    assert f"{page_of(hanging)}#{made.id}" in desk
    chair = site.visitor("chair")
    late = dict(chair.form(page_of(hanging), f"answer-{made.id}").fields)
    answer = supervisor.press(page_of(hanging), f"answer-{made.id}", upheld="0", said="当面重计，一致。")
    assert "当面重计，一致。" in answer.text
    assert "不成立" in answer.text
    assert "等答复的异议" not in supervisor.get("/desk").text
    again = chair.send(
        f"{page_of(hanging)}/objections/{made.id}/answer", late | {"upheld": "1", "said": "另一个答复。"}
    )
    assert again.status_code == 409
    assert "另一个答复。</textarea>" in again.text
    with town.reading() as r:
        assert [one.answer for one in objections_to(r, hanging.id)] == ["当面重计，一致。"]


def test_an_answer_says_whether_the_objection_is_upheld(site, town, hanging):
    made = objected(town, hanging)
    answer = site.visitor("supervisor").press(page_of(hanging), f"answer-{made.id}", said="查了。")
    assert answer.status_code == 422
    assert "请选异议成立，还是不成立" in answer.text
    assert "查了。</textarea>" in answer.text


def test_residents_answer_no_objections(site, town, hanging):
    made = objected(town, hanging)
    zhang = site.visitor("zhang")
    assert f"answer-{made.id}" not in zhang.get(page_of(hanging)).text
    answer = forced(zhang, f"{page_of(hanging)}/objections/{made.id}/answer", upheld="1", said="对")
    assert answer.status_code == 403


# posting


def test_a_publication_is_seen_before_it_is_posted(site, town):
    site.at("2026-05-01 09:00")
    secretary = site.visitor("secretary")
    seen = secretary.press(NEW, "post", **POSTING)
    assert "看一遍再发" in seen.text
    assert "2026年5月18日" in seen.text
    with town.reading() as r:
        assert last_posted(r) is None
    (confirm,) = [form for form in secretary.forms(seen) if "sure" in form.names]
    answer = secretary.send(confirm.action, dict(confirm.fields), follow=True)
    assert "公示发出了" in answer.text
    assert "周六上午停水。" in answer.text
    again = secretary.send(confirm.action, dict(confirm.fields), follow=True)
    assert "停水通知" in again.text
    with town.reading() as r:
        assert last_posted(r).number == "甲公示〔2026〕4号"


def test_the_next_number_and_the_place_go_on_from_the_last(site, hanging):
    page = site.visitor("secretary").get(NEW).text
    assert 'value="甲公示〔2026〕5号"' in page
    assert 'value="村务公开栏"' in page


def test_a_number_is_given_once_and_what_was_typed_stays(site, hanging):
    secretary = site.visitor("secretary")
    later = {"from_date": "2026-05-06", "form": "post", "sure": "1"}
    answer = forced(secretary, NEW, **POSTING | later | {"matter": MATTER})
    assert answer.status_code == 409
    assert "公示编号甲公示〔2026〕4号已经用过" in answer.text
    assert "周六上午停水。</textarea>" in answer.text


def test_a_result_hangs_for_fifteen_days_at_least(site, town):
    site.at("2026-05-01 09:00")
    answer = site.visitor("secretary").press(NEW, "post", **POSTING | {"kind": "result", "days": "14"})
    assert answer.status_code == 422
    assert "至少要公示15天" in answer.text
    assert 'value="停水通知"' in answer.text


def test_a_result_that_nobody_posted_is_on_the_desk_and_drafts_itself(site, town):
    vote = voted(town)
    site.at("2026-04-30 09:00")
    secretary = site.visitor("secretary")
    path = f"{NEW}?kind=result&amp;subject={vote.poll}"
    assert path in secretary.get("/desk").text
    assert path in secretary.get("/publications/new").text
    page = secretary.get(path.replace("&amp;", "&")).text
    assert 'value="关于“甲河村安全自治十条”表决结果的公示"' in page
    assert "名册 8 户，参加 8 户：同意 8 户，反对 0 户，弃权 0 户。" in page
    assert "同意 8 × 2 = 16 &gt; 8" in page
    given = {"number": "公示1", "place": "大厅"}
    seen = secretary.press(path.replace("&amp;", "&"), "post", **given)
    (confirm,) = [form for form in secretary.forms(seen) if "sure" in form.names]
    secretary.send(confirm.action, dict(confirm.fields))
    assert path not in secretary.get("/desk").text
    with town.reading() as r:
        assert to_post(r) == []


def test_a_resolution_that_nobody_posted_drafts_itself(site, town):
    made = adopted(town)
    site.at("2026-04-30 10:00")
    page = site.visitor("secretary").get(f"{NEW}?kind=resolution&subject={made.id}").text
    assert "2026年4月29日甲河村村民会议户代表表决通过，自2026年5月18日起施行" in page


def test_residents_post_nothing(site, hanging):
    zhang = site.visitor("zhang")
    assert zhang.get(NEW).status_code == 403
    assert forced(zhang, NEW, **POSTING).status_code == 403
    assert forced(zhang, f"{page_of(hanging)}/take-down").status_code == 403
    assert site.visitor("secretary").get(f"/publications/new/{hanging.id}").status_code == 404


# taking down


def test_nothing_comes_down_before_its_last_day_is_over(site, hanging):
    secretary = site.visitor("secretary")
    site.at("2026-05-18 18:00")
    assert "撤下公示" not in secretary.get(page_of(hanging)).text
    answer = forced(secretary, f"{page_of(hanging)}/take-down")
    assert answer.status_code == 409
    assert "要公示到2026-05-18，现在不能撤下" in answer.text
    site.at("2026-05-19 08:00")
    assert "可以撤下了" in secretary.get("/desk").text
    answer = secretary.press(page_of(hanging), "take-down")
    assert "公示期满" in answer.text
    assert "可以撤下了" not in secretary.get("/desk").text


# paper


def test_the_paper_has_the_period_and_the_way_to_object(site, hanging):
    page = site.visitor().get(f"{page_of(hanging)}/paper").text
    assert "公示期 15 天：2026年5月1日至2026年5月18日 24 时（末日休息，已顺延）" in page
    assert "逐件书面答复" in page
    assert '<svg viewBox="0 0 ' in page
    assert "style=" not in page


def test_the_paper_of_a_result_has_the_vote_in_a_table(site, town):
    vote = voted(town, in_favour=6)
    site.at("2026-04-30 09:00")
    by = actor("secretary", at="2026-04-30 09:00")
    posted = Publication.post(
        MATTER, "1", kind="result", subject=vote.poll, title="结果", text="通过。", from_date="2026-04-30", days=15,
        place="大厅", by=by,
    )  # fmt: skip
    town.save(posted)
    page = re.sub(r"<[^>]+>", " ", site.visitor().get(f"{page_of(posted)}/paper").text)
    assert "6 / 8" in page
    assert "75.00%" in page
    assert "看这次表决" in site.visitor().get(page_of(posted)).text


def test_a_page_takes_a_fixed_number_of_queries(site, town, hanging):
    def asked():
        with counting_queries(town) as sent:
            site.visitor("supervisor").get(page_of(hanging))
        return len(sent)

    objected(town, hanging, RESIDENTS[0])
    asked()
    one = asked()
    for person in RESIDENTS[1:]:
        objected(town, hanging, person)
    assert asked() == one <= 12


def test_the_pages_speak_english(site, town, hanging):
    objected(town, hanging)
    visitor = site.visitor()
    visitor.get("/language/en")
    page = visitor.get(page_of(hanging)).text
    assert "12 days left" in page
    assert "On display until" in page
    assert "Mon 18 May</time>, 24:00." in page

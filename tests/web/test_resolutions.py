"""Pages of resolutions: made from the vote itself, each clause with where it comes from, the compact of any day."""

import re
from dataclasses import replace

import pytest

from deliberation.clauses import Text
from deliberation.motions.model import Motion
from deliberation.polls.catalogue import rule
from deliberation.polls.model import Question
from deliberation.resolutions.views import to_adopt
from tests.given import RESIDENTS, actor, village
from tests.meetings.sittings import MATTER, open_matter
from tests.polls import votes
from tests.resolutions.adoptions import TEXT, Vote, adopted, resolution, voted
from tests.web.proceedings import counting_queries, forced


@pytest.fixture
def town():
    with village() as council:
        open_matter(council, "WU_BU")
        yield council


@pytest.fixture
def carried(site, town):
    """The morning after the vote: eight households of eight in favour."""
    vote = voted(town)
    site.at("2026-04-30 09:00")
    return vote


@pytest.fixture
def compact(site, town):
    """The compact adopted in April, in force from 18 May; a day in June."""
    made = adopted(town)
    site.at("2026-06-01 09:00")
    return made


def adopting(vote):
    return f"/resolutions/adopt/{vote.motion}/{vote.poll}"


# making one


def test_what_was_carried_waits_on_the_desk_and_becomes_a_resolution(site, town, carried):
    secretary = site.visitor("secretary")
    assert adopting(carried) in secretary.get("/desk").text
    answer = secretary.press(
        adopting(carried), "adopt", number="甲决〔2026〕1号", effective_on="2026-05-18"
    )
    assert "决议形成了" in answer.text
    assert "甲河村村民会议关于通过《甲河村安全自治十条》的决议" in re.sub("<[^>]+>", "", answer.text)
    assert "（2026年4月29日甲河村村民会议户代表表决通过，自2026年5月18日起施行）" in answer.text
    assert "8 / 8 户（100.00%）" in answer.text
    assert "同意 8 × 2 = 16 &gt; 8，超过参加的 1/2" in answer.text
    assert adopting(carried) not in secretary.get("/desk").text


def test_the_motion_is_settled_in_the_same_step(site, town, carried):
    with town.change(Motion, carried.motion) as motion:
        motion.admit(by=actor("secretary", at="2026-04-30 08:30"))
    site.visitor("chair").press(adopting(carried), "adopt", number="1", effective_on="2026-05-18")
    assert town.get(Motion, carried.motion).state == "adopted"
    page = site.visitor().get(f"/motions/{carried.motion}").text
    assert "表决通过了" in page


def test_a_resolution_takes_effect_on_the_day_of_its_adoption_or_later(site, carried):
    answer = site.visitor("secretary").press(
        adopting(carried), "adopt", number="甲决〔2026〕9号", effective_on="2026-04-01"
    )
    assert answer.status_code == 422
    assert "施行日期不能早于通过日期" in answer.text
    assert 'value="甲决〔2026〕9号"' in answer.text


def test_the_form_says_what_is_missing(site, carried):
    answer = site.visitor("secretary").press(adopting(carried), "adopt", number="", title="")
    assert answer.status_code == 422
    for sentence in ("请写明决议编号", "请写明决议标题", "请写明施行日期"):
        assert sentence in answer.text


def test_what_was_not_carried_becomes_none(site, town):
    vote = voted(town, in_favour=4)
    site.at("2026-04-30 09:00")
    secretary = site.visitor("secretary")
    assert adopting(vote) not in secretary.get("/desk").text
    answer = secretary.press(adopting(vote), "adopt", number="1", effective_on="2026-05-18")
    assert answer.status_code == 409
    assert "没有通过这个议题" in answer.text
    assert "还没有形成过决议" in secretary.get("/resolutions").text


def test_before_the_count_there_is_nothing_to_fill_in(site, town):
    vote = voted(town, counted=False)
    site.at("2026-04-29 18:10")
    page = site.visitor("secretary").get(adopting(vote))
    assert "这次表决还没有计票" in page.text
    assert 'id="adopt"' not in page.text


def test_a_motion_becomes_a_resolution_once(site, carried):
    secretary, other = site.visitor("secretary"), site.visitor("second_secretary")
    form = dict(other.form(adopting(carried), "adopt").fields)
    secretary.press(adopting(carried), "adopt", number="1", effective_on="2026-05-18")
    assert "这个议题已经形成决议了" in secretary.get(adopting(carried)).text
    answer = other.send(adopting(carried), form | {"number": "2", "effective_on": "2026-05-18"})
    assert answer.status_code == 409
    assert "没有重复记" in answer.text
    assert 'value="2026-05-18"' in answer.text


def test_the_partys_own_meeting_decides_for_nobody_else(site, town):
    vote = voted(town, law="PARTY4")
    with town.reading() as r:
        assert to_adopt(r, 0) == []
    site.at("2026-04-30 09:00")
    answer = site.visitor("secretary").press(adopting(vote), "adopt", number="1", effective_on="2026-05-18")
    assert "只形成协商意见，不是决定" in answer.text


def test_clerks_make_resolutions_and_nobody_else(site, carried):
    for person in ("zhang", "grid_worker", "street_office"):
        assert site.visitor(person).get(adopting(carried)).status_code == 403
    answer = forced(site.visitor("zhang"), adopting(carried), number="1")
    assert answer.status_code == 403
    assert site.visitor("secretary").get(f"/resolutions/adopt/{carried.poll}/{carried.motion}").status_code == 404


# reading one


def test_each_clause_says_where_it_comes_from_and_leads_to_that_moment(site, compact):
    visitor = site.visitor()
    page = visitor.get(f"/resolutions/{compact.id}").text
    assert page.count("原案 · 第 1 稿") == 3
    then = re.search(r'href="(/motions/[^"]*as_of=[^"]*)#c1"', page)[1]
    past = visitor.get(then)
    assert past.status_code == 200
    assert "只能看，不能办" in past.text
    assert "消防车通道全天畅通。" in past.text


def test_a_resolution_prints_as_a_paper_with_its_text_attached(site, compact):
    page = site.visitor().get(f"/resolutions/{compact.id}/paper").text
    assert "名册 8 户，参加 8 户；同意 8 户，反对 0 户，弃权 0 户。" in page
    assert "村务监督委员会监督" in page
    assert "第三条" in page
    assert '<svg viewBox="0 0 ' in page
    assert "style=" not in page


def test_the_poster_bears_the_number_of_the_filing(site, compact):
    path = f"/resolutions/{compact.id}/poster"
    assert "备案号" not in site.visitor().get(path).text
    secretary = site.visitor("secretary")
    site.at("2026-05-08 10:00")
    sent = secretary.press(f"/filings/new/{MATTER}?resolution={compact.id}", "make", number="甲报〔2026〕1号")
    site.at("2026-05-11 10:00")
    filing = re.search("/filings/([0-9a-f-]{36})/paper", sent.text)[1]
    secretary.press(f"/filings/{filing}", "acknowledge", receipt_number="丙街备〔2026〕7号")
    assert "备案号：丙街备〔2026〕7号" in site.visitor().get(path).text


def test_an_unknown_resolution_is_not_found(site):
    for end in ("", "/paper", "/poster"):
        assert site.visitor().get(f"/resolutions/{MATTER}{end}").status_code == 404


# the compact


def test_the_compact_is_the_one_in_force_on_the_day(site, compact):
    visitor = site.visitor()
    assert "消防车通道全天畅通。" in visitor.get("/compact").text
    assert "一共 3 条" in visitor.get("/").text
    before = visitor.get("/compact?on=2026-05-17").text
    assert "2026年5月17日还没有施行的公约" in before
    assert "2026年5月18日起，还会施行" in before
    assert "消防车通道全天畅通。" in visitor.get("/compact?on=2026-05-18").text
    assert "消防车通道全天畅通。" in visitor.get("/compact?on=tomorrow").text


def test_a_page_of_the_past_shows_the_compact_of_that_day(site, compact):
    visitor = site.visitor()
    assert "还没有施行的公约" in visitor.get("/compact?at=2026-05-17").text
    assert "消防车通道全天畅通。" in visitor.get("/compact?at=2026-05-18").text
    assert "还没有形成过决议" in visitor.get("/resolutions?at=2026-04-29").text


def test_a_search_marks_its_hits_and_leaves_the_rest_out(site, compact):
    page = site.visitor().get("/compact?q=电动自行车").text
    assert "有“电动自行车”的有 1 条" in page
    assert "<mark>电动自行车</mark>不进楼。" in page
    assert "消防车通道" not in page


def test_a_search_without_hits_shows_the_nearest_clauses(site, compact):
    page = site.visitor().get("/compact?q=自行车乱停").text
    assert "没有一条写着“自行车乱停”" in page
    assert "电动自行车不进楼。" in page
    assert "不从窗口抛掷物品。" not in page


def test_a_search_is_text_and_no_markup(site, compact):
    page = site.visitor().get("/compact?q=%3Cb%3E.").text
    assert "&lt;b&gt;" in page
    assert "<b>." not in page


def test_of_two_compacts_of_one_name_the_later_is_in_force(site, town):
    texts = [TEXT, Text.of(TEXT.title, ["通道畅通，也不上锁。"])]
    motions = [
        Motion.propose(MATTER, str(n), text.title, "compact", text, 0, by=actor(at="2026-04-01 09:00"))
        for n, text in enumerate(texts)
    ]
    town.save(*motions)
    asked = [
        Question(MATTER, f"表{n}", motion.title, "motion", motion.id, text.digest())
        for n, (motion, text) in enumerate(zip(motions, texts, strict=True))
    ]
    law = replace(rule("VIL_H"), notice_days=0)
    polls = [votes.begin(town, question=question, law=law) for question in asked]
    for poll, key in polls:
        for person in RESIDENTS:
            votes.vote(town, poll, key, person, "for")
    for n, (poll, _key) in enumerate(polls):
        votes.end(town, poll)
        vote = Vote(motions[n].id, poll)
        town.save(resolution(vote, number=str(n), text=texts[n], effective_on=f"2026-0{5 + n}-18"))
    visitor = site.visitor()
    assert "消防车通道全天畅通。" in visitor.get("/compact?on=2026-06-17").text
    page = visitor.get("/compact?on=2026-06-18").text
    assert "通道畅通，也不上锁。" in page
    assert "消防车通道全天畅通。" not in page


def test_a_page_takes_a_fixed_number_of_queries(site, town, compact):
    visitor = site.visitor()
    visitor.get("/compact")
    with counting_queries(town) as sent:
        visitor.get("/compact")
    assert len(sent) <= 6
    with counting_queries(town) as sent:
        visitor.get(f"/resolutions/{compact.id}")
    assert len(sent) <= 9


def test_the_pages_speak_english(site, compact):
    visitor = site.visitor()
    visitor.get("/language/en")
    page = visitor.get(f"/resolutions/{compact.id}").text
    assert "Clause 2" in page
    assert "as proposed · Version 1" in page
    assert "8 / 8 households" in page
    assert "3 clauses" in visitor.get("/").text

"""Pages after a count: asking and answering, counting again, announcing again, and what rests on a result that fell."""

import json

import pytest

from deliberation.filings.model import Filing
from deliberation.polls import aftermath, queries
from deliberation.polls.annulling import Annulment
from deliberation.polls.model import Poll
from deliberation.polls.views import polls
from deliberation.publications.model import Publication
from deliberation.register import vault
from deliberation.tasks.model import Notice
from tests.given import RESIDENTS, actor, place, who, words
from tests.meetings.sittings import MATTER, open_matter
from tests.resolutions.adoptions import TEXT, adopted
from tests.web.test_lawbook import ADOPTED, LOCAL
from tests.web.test_polls import ANNULLED, NOTICE, announced, motion, opened, row, vote

LAST = "2026-05-06"


@pytest.fixture
def adopting(site):
    """Rules with three days for asking and three months of a bar, before anything is announced."""
    site.visitor("secretary").press("/rules/adopt", "/rules/adopt", **ADOPTED, doubt_days="3", bar_months="3")


@pytest.fixture
def counted(site, adopting, opened):
    return finish(site, opened)


def finish(site, poll, choice="for"):
    for person in RESIDENTS[:6]:
        vote(site, poll, person, choice)
    site.at("2026-04-29 18:05")
    site.visitor("secretary").press(f"/polls/{poll}/desk", f"/polls/{poll}/close")
    site.visitor("scrutineer").press(f"/polls/{poll}/desk", f"/polls/{poll}/count")
    assert row(site, poll).stage == "counted"
    return poll


def ask(site, poll, person="zhang", said="我家投了票，名单上没有"):
    return site.visitor(person).press(f"/polls/{poll}", "ask", said=said)


def doubt_of(site, poll):
    with site.council.reading() as r:
        return aftermath.doubts_of(r, poll)[-1]


def answer(site, poll, finding, person="scrutineer"):
    desk = f"/polls/{poll}/desk"
    return site.visitor(person).press(desk, f"answer-{doubt_of(site, poll).id}", finding=finding, said="核对了登记表")


# asking


def test_rules_say_how_long_one_may_ask_and_how_long_a_bar_lasts(site, adopting):
    page = site.visitor().get("/rules").text
    assert "计票以后 3 天内可以询问" in page
    assert "没有通过的，3 个月里不再表决同一件事" in page
    with site.council.reading() as r:
        law = queries.lawbook_of(r).rules["VIL_H"]
    assert (law.doubt_days, law.bar_months) == (3, 3)


def test_a_local_rule_keeps_what_was_adopted_beside_it(site, adopting):
    site.visitor("secretary").press("/rules/local", "/rules/local", **LOCAL)
    with site.council.reading() as r:
        assert {(law.doubt_days, law.bar_months) for law in queries.lawbook_of(r).rules.values() if law.decides} == {(3, 3)}


def test_a_result_is_preliminary_and_says_until_when(site, counted):
    page = site.visitor().get(f"/polls/{counted}").text
    assert "这是初步结果。" in page
    assert f'datetime="{LAST}"' in page
    assert "登录以后就能问" in page
    assert "初步结果" in site.visitor().get("/polls").text


def test_a_resident_asks_and_is_answered(site, counted):
    site.at("2026-04-30 09:00")
    assert "询问记下了" in ask(site, counted).text
    assert "您的询问正在核对" in site.visitor("zhang").get(f"/polls/{counted}").text
    assert "计票后的询问和复核" in site.visitor("scrutineer").get("/desk").text
    assert "等答复" in site.visitor("secretary").get("/desk").text
    assert "答复记下了" in answer(site, counted, "stands").text
    page = site.visitor().get(f"/polls/{counted}").text
    assert "核对无误" in page
    assert "核对了登记表" in page
    assert "张某" not in page, "strangers read what was asked, not by whom"
    site.at("2026-05-07 00:00")
    assert "初步结果" not in site.visitor().get(f"/polls/{counted}").text


def test_a_late_answer_is_shown_on_the_desk(site, counted):
    site.at("2026-04-30 09:00")
    ask(site, counted)
    site.at("2026-06-01 09:00")
    assert "答复迟了" not in site.visitor("scrutineer").get("/desk").text
    site.at("2026-06-02 09:00")
    assert "答复迟了" in site.visitor("scrutineer").get("/desk").text
    assert "还有 1 件询问没有答复" in site.visitor().get(f"/polls/{counted}").text


def test_words_that_come_too_late_stay_on_the_page(site, counted):
    site.at("2026-05-06 23:50")
    visitor = site.visitor("li")
    form = visitor.form(f"/polls/{counted}", "ask")
    site.at("2026-05-07 00:00")
    late = visitor.send(form.action, {**dict(form.fields), "said": "来晚了的疑问"})
    assert late.status_code == 409
    assert "询问期到" in late.text
    assert "来晚了的疑问" in late.text


def test_a_note_on_paper_is_entered_for_somebody(site, counted):
    site.at("2026-04-30 09:00")
    secretary, desk = site.visitor("secretary"), f"/polls/{counted}/desk"
    nobody = secretary.press(desk, "ask-for", called="没有这个人", said="纸上的疑问")
    assert nobody.status_code == 422
    assert "纸上的疑问" in nobody.text
    assert secretary.press(desk, "ask-for", called="孙某", said="纸上的疑问").status_code == 200
    assert doubt_of(site, counted).person == who("sun")


def test_a_wrong_count_asks_for_its_annulment(site, counted):
    site.at("2026-04-30 09:00")
    ask(site, counted)
    answer(site, counted, "wrong")
    secretary = site.visitor("secretary")
    assert "要撤销结果" in secretary.get("/desk").text
    desk = secretary.get(f"/polls/{counted}/desk")
    assert "核对下来，计票有误。" in desk.text
    assert ("ground", "count") in secretary.form(desk, "annul").fields, "the ground is proposed"
    secretary.press(f"/polls/{counted}/desk", "annul", **ANNULLED | {"ground": "count"})
    assert row(site, counted).stage == "annulled"
    assert "要撤销结果" not in secretary.get("/desk").text


def test_nothing_is_recorded_on_a_preliminary_count(site, motion, counted):
    site.at("2026-04-30 09:00")
    page = site.visitor("secretary").get(f"/resolutions/adopt/{motion.id}/{counted}").text
    assert "还是初步结果" in page
    assert 'id="adopt"' not in page


def test_erased_words_say_that_they_are(site, counted):
    site.at("2026-04-30 09:00")
    ask(site, counted, said="要删去的话")
    assert "要删去的话" in site.visitor().get(f"/polls/{counted}").text
    with site.council.database.engine.begin() as connection:
        connection.execute(vault.words_table.delete())
    page = site.visitor().get(f"/polls/{counted}").text
    assert "要删去的话" not in page
    assert "（已删除）" in page


# counting again

FOUND = {"in_favour": "6", "against": "0", "abstain": "0", "refused": "0", "said": "两个人重新看了纸票"}


def recount(site, poll, **changes):
    told = FOUND | {"second": who("second_scrutineer")} | changes
    return site.visitor("scrutineer").press(f"/polls/{poll}/desk", "recount", **told)


def test_a_recount_stands_beside_the_count(site, counted):
    assert "复核记下了，与公布的一致。" in recount(site, counted).text
    page = site.visitor().get(f"/polls/{counted}").text
    assert "两个人重新看了纸票" in page
    assert "与公布的一致" in page


def test_a_recount_that_differs_proposes_an_annulment(site, counted):
    assert "请撤销这个结果" in recount(site, counted, against="1", in_favour="5").text
    assert "复核的数与公布的不一致。" in site.visitor().get(f"/polls/{counted}").text
    assert "要撤销结果" in site.visitor("scrutineer").get("/desk").text
    assert json.loads(row(site, counted).result)["in_favour"] == 6


@pytest.mark.parametrize("fault", [{"second": ""}, {"against": "x"}, {"said": ""}])
def test_a_faulty_recount_comes_back_as_typed(site, counted, fault):
    answer = recount(site, counted, **fault)
    assert answer.status_code == 422
    assert 'value="6"' in answer.text


# announcing again

AGAIN = NOTICE | {"number": "甲表2号", "noticed": "2026-05-07", "opens": "2026-05-20T08:00", "closes": "2026-05-22T18:00"}


def again(site, motion, **changes):
    return site.visitor("secretary").press(f"/polls/new/{motion.matter}/motion/{motion.id}", "announce", **AGAIN | changes)


def second(site, first):
    with site.council.reading() as r:
        return next(one.id for one in queries.polls_at(r, "announced") if one.id != first)


def test_a_vote_without_a_quorum_is_announced_again_and_both_pages_say_so(site, motion, adopting, opened):
    site.at("2026-04-29 18:05")
    site.visitor("secretary").press(f"/polls/{opened}/desk", f"/polls/{opened}/close")
    site.visitor("scrutineer").press(f"/polls/{opened}/desk", f"/polls/{opened}/count")
    assert row(site, opened).outcome == "NO_QUORUM"
    site.at("2026-05-07 09:00")
    assert "重新公告表决" in site.visitor("secretary").get(f"/polls/{opened}/desk").text
    assert again(site, motion).status_code == 200
    new = second(site, opened)
    assert row(site, new).repeats == opened
    assert f"/polls/{new}" in site.visitor().get(f"/polls/{opened}").text
    assert "这是重新表决，上一次是" in site.visitor().get(f"/polls/{new}").text


def test_it_may_be_another_vote(site, motion, counted):
    site.visitor("secretary").press(f"/polls/{counted}/desk", "annul", **ANNULLED)
    site.at("2026-05-07 09:00")
    assert again(site, motion, repeats="").status_code == 200
    assert row(site, second(site, counted)).repeats == ""


def test_what_was_voted_down_waits_and_the_form_says_until_when(site, motion, adopting, opened):
    finish(site, opened, "against")
    site.at("2026-05-07 09:00")
    page = site.visitor("secretary").get(f"/polls/new/{motion.matter}/motion/{motion.id}").text
    assert 'datetime="2026-07-29"' in page
    refused = again(site, motion, petition="8")
    assert refused.status_code == 409
    assert "2026-07-30起可以公告" in refused.text
    assert 'value="甲表2号"' in refused.text


@pytest.fixture
def with_call(site):
    """The same, with the rule by which a tenth of the villagers call their assembly."""
    adopted = ADOPTED | {"rules": ["VIL_H", "DELIB", "CALL_V"], "bar_months": "3"}
    site.visitor("secretary").press("/rules/adopt", "/rules/adopt", **adopted)


def test_as_many_as_the_law_wants_may_ask_for_it_earlier(site, motion, with_call, opened):
    finish(site, opened, "against")
    site.at("2026-05-07 09:00")
    assert again(site, motion).status_code == 409
    assert again(site, motion, petition="1").status_code == 200
    new = row(site, second(site, opened))
    assert new.repeats == opened


def test_what_was_annulled_and_carried_again_is_adopted_again(site, motion, with_call, opened):
    finish(site, opened)
    site.at("2026-05-07 09:00")
    secretary = site.visitor("secretary")
    secretary.press(f"/motions/{motion.id}/desk", "admit")
    secretary.press(f"/resolutions/adopt/{motion.id}/{opened}", "adopt", number="甲决〔2026〕1号", effective_on="2026-06-01")
    secretary.press(f"/polls/{opened}/desk", "annul", **ANNULLED)
    assert "这个议题没有通过" in secretary.get(f"/motions/{motion.id}").text
    again(site, motion)
    new = second(site, opened)
    site.at("2026-05-20 08:30")
    secretary.press(f"/polls/{new}/desk", f"/polls/{new}/open")
    for person in RESIDENTS[:6]:
        vote(site, new, person, "for")
    site.at("2026-05-22 18:05")
    secretary.press(f"/polls/{new}/desk", f"/polls/{new}/close")
    site.visitor("scrutineer").press(f"/polls/{new}/desk", f"/polls/{new}/count")
    path = f"/resolutions/adopt/{motion.id}/{new}"
    assert "这次重新形成决议" in secretary.get(path).text
    answer = secretary.press(path, "adopt", number="甲决〔2026〕2号", effective_on="2026-07-01")
    assert "决议形成了" in answer.text
    page = secretary.get(f"/motions/{motion.id}").text
    assert "表决通过了。" in page
    assert f"/polls/{new}" in page


# what rests on a result that fell


@pytest.fixture
def fallen(site):
    """A resolution, filed, posted and cited in a notice, whose vote was annulled in June."""
    open_matter(site.council, "WU_BU")
    made = adopted(site.council)
    by = actor("secretary", at="2026-05-08 10:00")
    papers = [{"title": "公约文本", "digest": TEXT.digest()}]
    filing = Filing.make(MATTER, "甲报1号", resolution=made.id, to="丙街道办事处", decided_on="2026-04-29", attachments=papers, by=by)
    posted = Publication.post(
        MATTER, "甲公示1号", kind="resolution", subject=made.id, title="决议", text="全文附后。", from_date="2026-05-08", days=15,
        place="公告栏", by=by,
    )  # fmt: skip
    notice = Notice.issue(
        MATTER, "甲安〔2026〕1号", place=place("1号楼"), place_label="1号楼", resolution=made.id, clause="c1", clause_label="第一条",
        level="ordinary", words=words("楼道堆物"), by=actor("grid_worker", at="2026-05-20 09:00"),
    )  # fmt: skip
    site.council.save(filing, posted)
    site.council.save(notice)
    with site.council.reading() as r:
        (poll,) = r.all(polls.select())
    told = {**ANNULLED, "by": actor("secretary", at="2026-06-01 09:00")}
    site.council.save(Annulment.declare(site.council.get(Poll, poll.id), **told))
    site.at("2026-06-02 09:00")
    return made, filing, posted, notice


def test_pages_and_papers_that_rest_on_it_say_so(site, fallen):
    _made, filing, posted, notice = fallen
    for path in (f"/filings/{filing.id}", f"/publications/{posted.id}", f"/notices/{notice.id}"):
        for page in (path, f"{path}/paper"):
            text = site.visitor("secretary").get(page).text
            assert "依据的表决结果已经撤销，不再有效" in text, page
            assert "乙区人民法院" in text
            assert "（2026）乙01民初12号" in text


def test_nothing_new_rests_on_it(site, fallen):
    made = fallen[0]
    secretary = site.visitor("secretary")
    assert made.id not in secretary.get(f"/filings/new/{MATTER}").text
    form = secretary.form(f"/publications/new/{MATTER}?kind=resolution&subject={made.id}", "post")
    data = {**dict(form.fields), "number": "甲公示2号", "place": "公告栏", "kind": "resolution", "subject": made.id, "sure": "1"}
    refused = secretary.send(form.action, data)
    assert refused.status_code == 409
    assert "已经撤销" in refused.text
    told = secretary.send(form.action, {**data, "key": "n" * 32, "kind": "notice"})
    assert told.status_code == 303, "that it fell may be told"


def test_a_notice_under_it_is_not_issued(site, fallen):
    made = fallen[0]
    worker = site.visitor("grid_worker")
    page = worker.get(f"/notices/new/{made.id}")
    assert "依据的表决结果已经撤销" in page.text
    typed = {"number": "甲安〔2026〕2号", "place_label": "1号楼", "clause": "c1", "level": "ordinary", "hazard": "楼道堆物"}
    refused = worker.press(page, "issue", **typed)
    assert refused.status_code == 409
    assert "不能再以它为依据" in refused.text
    assert "楼道堆物" in refused.text


def test_the_desk_asks_for_nothing_on_it(site, fallen):
    text = site.visitor("secretary").get("/filings").text
    assert "还没有报送" not in text or fallen[0].number not in text


__all__ = ["announced", "motion", "opened"]

"""Pages of matters: one file for everybody, one desk for those who lead it."""

import re

from deliberation.clauses import Replace
from deliberation.motions.model import Motion
from deliberation.procedures.model import Matter
from tests.given import actor
from tests.web.proceedings import (
    CLAUSES,
    MORNING,
    a_matter,
    a_motion,
    counted,
    counting_queries,
    forced,
)

GATE = {"on": "2026-04-02", "due": "7", "present": "6", "in_favour": "5", "against": "1", "abstain": ""}


# opening


def test_a_matter_is_opened_under_a_procedure(site):
    answer = site.visitor("secretary").press("/matters/new", "open", title="办食堂", template="WU_BU")
    assert "立项了" in answer.text
    assert "下一步：民意征集" in answer.text
    page = site.visitor().get("/matters").text
    assert "办食堂" in page
    assert "下一步：民意征集" in page


def test_a_matter_needs_a_title_and_a_procedure(site):
    answer = site.visitor("secretary").press("/matters/new", "open", title="", template=[])
    assert answer.status_code == 422
    assert "请写明标题" in answer.text
    assert "请选程序" in answer.text


def test_a_number_is_given_once(site, town):
    a_matter(town, "甲事1")
    answer = site.visitor("chair").press("/matters/new", "open", title="二", template="WU_BU", number="甲事1")
    assert answer.status_code == 409
    assert "已经有事项甲事1了" in answer.text
    assert 'value="二"' in answer.text


def test_residents_open_no_matter(site):
    zhang = site.visitor("zhang")
    assert zhang.get("/matters/new").status_code == 403
    assert forced(zhang, "/matters/new", title="办食堂", template="WU_BU").status_code == 403


def test_an_empty_list_says_what_to_do(site):
    assert "现在没有正在办的事项" in site.visitor().get("/matters").text


# gates


def test_a_stage_is_passed_with_its_numbers(site, town):
    matter = a_matter(town)
    answer = site.visitor("secretary").press(f"/matters/{matter.id}/desk", "gate", **GATE, minute="纪要3号")
    assert "下一步：两委商议" in answer.text
    page = site.visitor().get(f"/matters/{matter.id}").text
    assert "应到 7 人，实到 6 人（85.71%）" in page
    assert "同意 5，反对 1，弃权 0" in page
    assert "纪要3号" in page
    assert "现在办到：两委商议" in page


def test_numbers_that_contradict_each_other_come_back(site, town):
    matter = a_matter(town)
    wrong = {**GATE, "present": "9"}
    answer = site.visitor("secretary").press(f"/matters/{matter.id}/desk", "gate", **wrong, minute="纪要3号")
    assert answer.status_code == 422
    assert "人数对不上" in answer.text
    assert 'value="纪要3号"' in answer.text


def test_a_stage_out_of_order_is_refused(site, town):
    matter = a_matter(town)
    answer = forced(site.visitor("secretary"), f"/matters/{matter.id}/gate", stage="filed", **GATE)
    assert answer.status_code == 409
    assert "下一步是：党总支提议" in answer.text


def test_a_stage_with_a_rule_names_the_poll_that_decided_it(site, town):
    matter = a_matter(town)
    motion = a_motion(town, matter, admitted=True)
    for stage in ("proposed", "consulted"):
        with town.change(Matter, matter.id) as changed:
            changed.pass_gate(stage, on="2026-04-02", by=actor("secretary", at=MORNING))
    secretary = site.visitor("secretary")
    page = secretary.get(f"/matters/{matter.id}/desk")
    assert "还没有按这个规则计过票的表决" in page.text
    assert secretary.press(page, "gate", on="2026-04-02").status_code == 422
    poll = counted(town, "motion", motion.id, matter.id, (4, 0, 0), law="PARTY4")
    answer = secretary.press(f"/matters/{matter.id}/desk", "gate", on="2026-04-02", poll=poll)
    assert "下一步：议事会协商" in answer.text
    assert f"/polls/{poll}" in site.visitor().get(f"/matters/{matter.id}").text


def test_residents_see_the_file_and_not_the_desk(site, town):
    matter = a_matter(town)
    zhang = site.visitor("zhang")
    assert zhang.get(f"/matters/{matter.id}").status_code == 200
    assert "办理" not in zhang.get(f"/matters/{matter.id}").text
    assert zhang.get(f"/matters/{matter.id}/desk").status_code == 403
    assert forced(zhang, f"/matters/{matter.id}/close", words="算了").status_code == 403


# reviews


def sent(site, town):
    """Send the text of a motion to the street office; return matter and motion."""
    matter = a_matter(town)
    motion = a_motion(town, matter, admitted=True)
    answer = site.visitor("secretary").press(f"/matters/{matter.id}/desk", "ask-1", to="街道办")
    assert "送审了" in answer.text
    return matter, motion


FOUND = {
    "findings__0__clause": "c3",
    "findings__0__wording": "罚款二百元",
    "findings__0__ground": "处罚法第十六条",
}


def test_the_street_office_finds_its_text_on_its_desk_and_answers(site, town):
    matter, motion = sent(site, town)
    office = site.visitor("street_office")
    assert "等您审核的文本" in office.get("/desk").text
    answer = office.press(f"/matters/{matter.id}/reviews/1", "review", verdict="some", **FOUND)
    assert "审核意见登记好了" in answer.text
    assert "处罚法第十六条" in answer.text
    assert "现在的文本里还有这句话" in answer.text
    with town.change(Motion, motion.id) as changed:
        mended = Replace("c3", CLAUSES[2], "逾期不改的，公示。")
        changed.revise([mended], "review", "删去罚款", by=actor("secretary", at=MORNING))
    page = site.visitor().get(f"/matters/{matter.id}/reviews/1").text
    assert "现在的文本里已经没有这句话" in page
    assert "罚款二百元" in page


def test_an_empty_form_does_not_pass_for_nothing_against_it(site, town):
    matter, _motion = sent(site, town)
    office, path = site.visitor("street_office"), f"/matters/{matter.id}/reviews/1"
    assert "请选有没有意见" in office.press(path, "review").text
    assert "请核对" in office.press(path, "review", verdict="none", **FOUND).text
    assert "请在下面写明" in office.press(path, "review", verdict="some").text
    assert "还没有回复" in office.get(path).text
    assert "审核过了，没有意见" in office.press(path, "review", verdict="none").text


def test_a_finding_quotes_the_text_word_by_word(site, town):
    matter, _motion = sent(site, town)
    wrong = {**FOUND, "findings__0__wording": "罚款三百元"}
    answer = site.visitor("street_office").press(
        f"/matters/{matter.id}/reviews/1", "review", verdict="some", **wrong
    )
    assert answer.status_code == 422
    assert "一字不差" in answer.text
    assert "罚款三百元" in answer.text


def test_the_same_text_is_not_sent_twice(site, town):
    matter, _motion = sent(site, town)
    page = site.visitor("secretary").get(f"/matters/{matter.id}/desk").text
    assert "已经送出，等回复" in page
    assert 'id="ask-1"' not in page


def test_residents_read_a_review_and_do_not_answer_it(site, town):
    matter, _motion = sent(site, town)
    zhang = site.visitor("zhang")
    assert "登记审核意见" not in zhang.get(f"/matters/{matter.id}/reviews/1").text
    assert forced(zhang, f"/matters/{matter.id}/reviews/1", verdict="none").status_code == 403
    assert zhang.get(f"/matters/{matter.id}/reviews/2").status_code == 404


# closing


def test_a_matter_that_ends_early_says_why(site, town):
    matter = a_matter(town)
    secretary = site.visitor("secretary")
    answer = secretary.press(f"/matters/{matter.id}/desk", "close", words="")
    assert answer.status_code == 409
    assert "请写明原因" in answer.text
    answer = secretary.press(f"/matters/{matter.id}/desk", "close", words="并到另一件事里办。")
    assert "结案了" in answer.text
    assert "并到另一件事里办。" in answer.text
    assert "已办结" in site.visitor().get("/matters").text
    assert "下一步" not in site.visitor("secretary").get(f"/matters/{matter.id}/desk").text


# the file


def test_the_file_lists_what_belongs_to_it_in_as_many_queries_however_much(site, town):
    matter = a_matter(town)
    motion = a_motion(town, matter, admitted=True)
    visitor, sizes = site.visitor(), []
    for hands in [(4, 0, 0), (3, 0, 0), (2, 2, 0), (1, 3, 0), (1, 1, 1), (0, 4, 0)]:
        counted(town, "motion", motion.id, matter.id, hands)
        visitor.get(f"/matters/{matter.id}")
        with counting_queries(town) as sent_now:
            page = visitor.get(f"/matters/{matter.id}").text
        sizes.append(len(sent_now))
    assert len(set(sizes)) == 1
    assert sizes[0] <= 18
    assert "安全自治十条" in page
    assert "还有 1 件" in page
    assert page.count("举手表决") == 6


def test_the_matters_under_way_stand_on_home_and_desk(site, town):
    matter = a_matter(town)
    assert f"/matters/{matter.id}" in site.visitor().get("/").text
    assert f"/matters/{matter.id}/desk" in site.visitor("secretary").get("/desk").text
    assert f"/matters/{matter.id}/desk" not in site.visitor("scrutineer").get("/desk").text


def test_the_file_can_be_read_as_it_was(site, town):
    matter = a_matter(town)
    size = town.head().size
    site.visitor("secretary").press(f"/matters/{matter.id}/desk", "gate", **GATE)
    page = site.visitor("secretary").get(f"/matters/{matter.id}?as_of={size}").text
    assert "现在办到：党总支提议" in page
    assert not re.search('href="[^"]*/desk"', page.split("<main")[1])

"""Polls on their pages: from the notice to the result, by forms alone."""

import io
import json
import re
from hashlib import sha256

import pytest

from deliberation.clauses import Text
from deliberation.motions.model import Motion
from deliberation.polls import entry, queries
from deliberation.procedures.model import Matter
from tests.given import RESIDENTS, actor, household, who
from tests.meetings import sittings

NOTICE = {
    "number": "甲表1号", "title": "通过《安全自治十条》", "rule": "VIL_H", "channels": ["phone", "paper"],
    "noticed": "2026-04-17", "opens": "2026-04-27T08:00", "closes": "2026-04-29T18:00",
}  # fmt: skip


@pytest.fixture
def motion(site):
    by = actor("secretary", at="2026-04-01 09:00")
    matter = Matter.open("甲事1号", "安全", "WU_BU", by=by)
    site.council.save(matter)
    text = Text.of("安全自治十条", ["不停车。", "不充电。"])
    made = Motion.propose(matter.id, "甲议1号", "安全自治十条", "compact", text, 0, by=by)
    site.council.save(made)
    return made


@pytest.fixture
def announced(site, motion):
    """The poll on the motion, announced on 17 April."""
    site.at("2026-04-17 09:00")
    secretary = site.visitor("secretary")
    answer = secretary.press(f"/polls/new/{motion.matter}/motion/{motion.id}", "announce", **NOTICE)
    assert answer.status_code == 200, answer.text
    return poll_of(site)


@pytest.fixture
def opened(site, announced):
    """The same poll, open."""
    site.at("2026-04-27 08:30")
    site.visitor("secretary").press(f"/polls/{announced}/desk", f"/polls/{announced}/open")
    assert row(site, announced).stage == "open"
    return announced


def poll_of(site):
    with site.council.reading() as r:
        return queries.polls_at(r, "announced", "open", "closed", "counted")[0].id


def row(site, poll):
    with site.council.reading() as r:
        return queries.poll_row(r, poll)


def send(visitor, path, **fields):
    """Send a form that no page offers, with a good token."""
    token = dict(visitor.form("/help", "/sign-out").fields)
    return visitor.send(path, {**token, "key": "k" * 32, **fields})


def vote(site, poll, person, choice):
    visitor = site.visitor(person)
    check = visitor.press(f"/polls/{poll}/vote/{household(person)}", "ballot", choice=choice)
    assert "您选的是" in check.text
    return visitor.press(check, "cast")


def test_a_notice_freezes_roll_and_text(site, motion, announced):
    found = row(site, announced)
    assert (found.stage, found.digest) == ("announced", motion.text.digest())
    assert json.loads(found.rolls)["binding"]["count"] == len(RESIDENTS)


def test_a_notice_that_comes_too_late_comes_back_filled_in(site, motion):
    site.at("2026-04-20 09:00")
    late = {**NOTICE, "noticed": "2026-04-20"}
    answer = site.visitor("secretary").press(f"/polls/new/{motion.matter}/motion/{motion.id}", "announce", **late)
    assert answer.status_code == 422
    assert "至少10天" in answer.text
    assert "甲表1号" in answer.text
    assert 'value="2026-04-27T08:00"' in answer.text


def test_a_vote_is_read_back_and_gets_a_receipt(site, opened):
    answer = vote(site, opened, "zhang", "for")
    assert "投票成功，票在票柜里" in answer.text
    position = site.council.head().size - 1
    assert f"第 {position} 条" in answer.text
    leaf = re.search(r"[0-9a-f]{64}", answer.text)
    assert leaf is not None


def test_nothing_chosen_is_asked_again(site, opened):
    answer = site.visitor("zhang").press(f"/polls/{opened}/vote/{household('zhang')}", "ballot")
    assert answer.status_code == 422
    assert "请在三项里选一项" in answer.text


def test_a_second_ballot_is_refused_in_words(site, opened):
    vote(site, opened, "zhang", "for")
    visitor = site.visitor("zhang")
    page = visitor.get(f"/polls/{opened}/vote/{household('zhang')}")
    assert "已经投过了" in page.text
    answer = send(visitor, f"/polls/{opened}/vote/{household('zhang')}", voter=household("zhang"), choice="against")
    assert answer.status_code == 409
    assert "以先投的那一张为准" in answer.text


def test_nobody_votes_for_a_neighbour(site, opened):
    answer = site.visitor("li").get(f"/polls/{opened}/vote/{household('zhang')}")
    assert answer.status_code == 403
    assert "名册里没有" in answer.text


def test_a_vote_after_the_end_says_so_and_keeps_nothing(site, opened):
    visitor = site.visitor("zhang")
    check = visitor.press(f"/polls/{opened}/vote/{household('zhang')}", "ballot", choice="for")
    site.at("2026-04-29 18:01")
    size = site.council.head().size
    answer = visitor.press(check, "cast")
    assert answer.status_code == 409
    assert "已在2026-04-29 18:00截止" in answer.text
    assert site.council.head().size == size


def test_only_staff_open_and_count(site, announced):
    answer = send(site.visitor("zhang"), f"/polls/{announced}/open")
    assert answer.status_code == 403


def seal(site, poll, slips):
    site.at("2026-04-29 17:00")
    answer = site.visitor("scrutineer").press(
        f"/polls/{poll}/desk", "seal", label="党群中心", kind="station", slips=str(slips), second=who("secretary")
    )
    assert answer.status_code == 200, answer.text
    with site.council.reading() as r:
        return queries.boxes_of(r, poll)[0].id


def door(person):
    number = RESIDENTS.index(person)
    return f"{1 + number // 4}号楼{101 + number % 4}户"


def both(site, poll, box, door, found):
    """Let the secretary read a slip, then the scrutineer; return the second answer."""
    page = f"/polls/{poll}/slips/{box}"
    assert "第一遍录好了" in site.visitor("secretary").press(page, "slip", door=door, found=found).text
    return site.visitor("scrutineer").press(f"{page}/again", "slip", door=door, found=found)


def test_slips_are_read_by_two_and_a_double_is_put_aside_by_itself(site, opened):
    vote(site, opened, "zhang", "for")
    box = seal(site, opened, 3)
    clerk, page = site.visitor("scrutineer"), f"/polls/{opened}/slips/{box}"
    assert "计入了" in both(site, opened, box, door("li"), "against").text
    assert "已经投过" in both(site, opened, box, door("zhang"), "for").text
    unknown = clerk.press(page, "slip", door="9号楼9户", found="for")
    assert unknown.status_code == 403
    assert 'value="9号楼9户"' in unknown.text
    assert "两遍都录完了" in both(site, opened, box, "", "unidentified").text
    with site.council.reading() as r:
        assert [slip.reason for slip in queries.slips_of(r, opened)] == ["duplicate", "unidentified"]


def test_nobody_reads_a_slip_twice_and_a_difference_is_settled_by_two(site, opened):
    box = seal(site, opened, 2)
    page = f"/polls/{opened}/slips/{box}"
    first, second = site.visitor("secretary"), site.visitor("scrutineer")
    first.press(page, "slip", door=door("li"), found="for")
    assert "没有等您录第二遍的票" in first.get(f"{page}/again").text
    differs = second.press(f"{page}/again", "slip", door=door("li"), found="against")
    assert (differs.status_code, "两遍录得不一样" in differs.text) == (409, True)
    with site.council.reading() as r:
        assert queries.cast_of(r, opened) == set()
        (sheet,) = entry.sheets_to_confirm(r, box, who("scrutineer"))
    told = second.press(
        f"{page}/again", "settle", sheet=sheet.id, door=door("li"), found="against", second=who("secretary")
    )
    assert "计入了" in told.text
    with site.council.reading() as r:
        assert queries.cast_of(r, opened) == {household("li")}


def test_a_scan_and_a_slip_that_came_late_are_on_record(site, opened):
    box = seal(site, opened, 1)
    both(site, opened, box, door("li"), "for")
    clerk = site.visitor("scrutineer")
    scan = (io.BytesIO(b"%PDF-1.4 one slip"), "slips.pdf")
    assert "指纹记下了" in clerk.press(f"/polls/{opened}/slips/{box}", "scan", pages="1", scan=scan).text
    early = clerk.press(f"/polls/{opened}/desk", "late", door=door("wu"))
    assert early.status_code == 422
    site.at("2026-04-29 18:20")
    assert "来晚了" in clerk.press(f"/polls/{opened}/desk", "late", door=door("wu")).text
    with site.council.reading() as r:
        assert [(scan.pages, scan.digest) for scan in entry.scans_of(r, opened)] == [(1, sha256(b"%PDF-1.4 one slip").hexdigest())]
        (slip,) = queries.slips_of(r, opened)
        assert (slip.reason, slip.voter, slip.clerk) == ("late", household("wu"), who("scrutineer"))


def test_a_household_is_told_of_a_second_slip_in_its_name(site, opened):
    vote(site, opened, "zhang", "for")
    box = seal(site, opened, 1)
    both(site, opened, box, door("zhang"), "against")
    receipt = site.visitor("zhang").get(f"/polls/{opened}/vote/{household('zhang')}/receipt").text
    assert "又收到一张您家的纸票，没有计入" in receipt


def test_a_poll_is_closed_counted_and_explained(site, opened):
    for person in RESIDENTS[:6]:
        vote(site, opened, person, "for" if person != "wang" else "abstain")
    box = seal(site, opened, 1)
    both(site, opened, box, door("zhou"), "blank")
    secretary, desk = site.visitor("secretary"), f"/polls/{opened}/desk"
    early = secretary.press(desk, f"/polls/{opened}/close")
    assert (early.status_code, "时间还没到" in early.text) == (409, True)
    site.at("2026-04-29 18:05")
    secretary.press(desk, f"/polls/{opened}/close")
    result = site.visitor("scrutineer").press(desk, f"/polls/{opened}/count")
    for sentence in ("同意 5 × 2 = 10 &gt; 7", "5 / 7", "71.43%", "通过"):
        assert sentence in result.text
    again = send(site.visitor("scrutineer"), f"/polls/{opened}/count")
    assert again.status_code == 409


def test_the_roll_shows_doors_and_turnout_but_no_choice(site, opened):
    vote(site, opened, "zhang", "against")
    page = site.visitor().get(f"/polls/{opened}/roll")
    assert door("zhang") in page.text
    assert "反对" not in page.text
    assert "张某" not in page.text


def test_the_roll_is_corrected_and_deliveries_are_recorded(site, announced):
    secretary, desk = site.visitor("secretary"), f"/polls/{announced}/desk"
    fields = {"voter": household("zhang"), "holder": "没有这个人", "second": who("scrutineer"), "reason": "户主住院"}
    unknown = secretary.press(desk, "correct", **fields)
    assert (unknown.status_code, 'value="没有这个人"' in unknown.text) == (422, True)
    fields["holder"] = "李某"
    assert secretary.press(desk, "correct", **fields).status_code == 200
    assert secretary.press(desk, "deliver", phone="5", paper="3").status_code == 200
    too_many = secretary.press(desk, "deliver", phone="9", paper="3")
    assert (too_many.status_code, 'value="9"' in too_many.text) == (422, True)
    assert row(site, announced).delivered_phone == 5
    with site.council.reading() as r:
        assert queries.voter_line(r, announced, household("zhang")).holder == who("li")


def test_a_notice_is_withdrawn_or_its_end_moved_back(site, announced):
    secretary, desk = site.visitor("secretary"), f"/polls/{announced}/desk"
    assert secretary.press(desk, "extend", closes="2026-05-02T18:00", reason="天气").status_code == 200
    secretary.press(desk, "cancel", reason="文字要改")
    assert row(site, announced).stage == "cancelled"
    assert "公告已撤销" in site.visitor().get(f"/polls/{announced}").text


def test_a_show_of_hands_is_three_numbers(site):
    sittings.open_matter(site.council)
    site.at("2026-04-02 20:55")
    meeting = sittings.held(site.council)
    page = f"/meetings/{meeting.id}/hands/question/{meeting.matter}"
    secretary = site.visitor("secretary")
    wrong = secretary.press(page, "hands", title="同意提交", in_favour="3", against="1", abstain="0")
    assert wrong.status_code == 422
    assert "差1人" in wrong.text
    done = secretary.press(page, "hands", title="同意提交", in_favour="2", against="1", abstain="0")
    assert "通过" in done.text
    with site.council.reading() as r:
        assert queries.polls_of(r, meeting=meeting.id)[-1].outcome == "PASS"


def test_a_poll_is_shown_as_it_stood(site, opened):
    size = site.council.head().size
    before = site.visitor().get(f"/polls/{opened}").text
    vote(site, opened, "zhang", "for")
    then = site.visitor().get(f"/polls/{opened}?as_of={size}").text
    assert "0 / 8" in then
    assert "0 / 8" in before
    assert "1 / 8" in site.visitor().get(f"/polls/{opened}").text


def test_a_notice_sent_twice_is_one_notice_and_leads_to_it(site, motion):
    site.at("2026-04-17 09:00")
    secretary, page = site.visitor("secretary"), f"/polls/new/{motion.matter}/motion/{motion.id}"
    form = secretary.form(page, "announce")
    data = {**dict(form.fields), **NOTICE}
    first, second = (secretary.send(form.action, data, follow=True) for _ in "12")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.request.path == second.request.path


ANNULLED = {"ground": "court", "authority": "乙区人民法院", "document": "（2026）乙01民初12号"}


def counted(site, opened):
    for person in RESIDENTS[:6]:
        vote(site, opened, person, "for")
    site.at("2026-04-29 18:05")
    site.visitor("secretary").press(f"/polls/{opened}/desk", f"/polls/{opened}/close")
    site.visitor("scrutineer").press(f"/polls/{opened}/desk", f"/polls/{opened}/count")
    assert row(site, opened).stage == "counted"


def test_a_result_is_annulled_and_says_so_everywhere(site, opened):
    counted(site, opened)
    secretary = site.visitor("secretary")
    answer = secretary.press(f"/polls/{opened}/desk", "annul", **ANNULLED)
    assert "这个结果已经撤销，不再有效。" in answer.text
    assert "（2026）乙01民初12号" in answer.text
    assert "同意" in answer.text, "the count stays to be checked"
    assert "结果已撤销" in site.visitor().get("/polls").text
    assert "撤销这个结果" not in secretary.get(f"/polls/{opened}/desk").text
    assert "乙区人民法院" in site.visitor().get(f"/history?matter={row(site, opened).matter}").text


@pytest.mark.parametrize("fault", [{"ground": "因为"}, {"authority": ""}, {"document": ""}])
def test_an_annulment_without_ground_comes_back_as_typed(site, opened, fault):
    counted(site, opened)
    answer = site.visitor("secretary").press(f"/polls/{opened}/desk", "annul", **ANNULLED | fault)
    assert answer.status_code == 422
    assert ("乙区人民法院" in answer.text) or ("（2026）乙01民初12号" in answer.text)
    assert row(site, opened).stage == "counted"

"""A ballot by phone that an objection voided, on the pages: what the door is told, how it votes again, what everybody sees."""

import re

import pytest

from deliberation.access.views import binding_of_person
from deliberation.audit.recount import recount
from deliberation.polls import queries
from tests.given import RESIDENTS, household, replays, who
from tests.polls.bound import adopt, bind, objection
from tests.web.test_polls import NOTICE, motion, poll_of, row, vote

__all__ = ["motion"]
REASON = "原因：绑定有异议"


@pytest.fixture
def poll(site, motion):
    """Zhang and Li bound by letters, both have voted by phone, and somebody has objected to Zhang's binding."""
    adopt(site.council, *RESIDENTS)
    bound = {person: bind(site.council, person).id for person in ("zhang", "li")}
    site.at("2026-04-17 09:00")
    secretary = site.visitor("secretary")
    notice = NOTICE | {"channels": ["phone", "paper", "assisted"]}
    secretary.press(f"/polls/new/{motion.matter}/motion/{motion.id}", "announce", **notice)
    made = poll_of(site)
    site.at("2026-04-27 08:30")
    secretary.press(f"/polls/{made}/desk", f"/polls/{made}/open")
    assert "投票成功" in vote(site, made, "zhang", "against").text
    assert "投票成功" in vote(site, made, "li", "for").text
    site.council.save(*objection(site.council, bound["zhang"], at="2026-04-27 09:00"))
    site.at("2026-04-27 10:00")
    return made


def entry_of(site, poll):
    with site.council.reading() as r:
        return queries.voided_of(r, poll)[0].entry


def own(poll, page=""):
    return f"/polls/{poll}/vote/{household('zhang')}{page}"


def test_the_door_is_told_plainly_and_how_to_vote_now(site, poll):
    page = site.visitor("zhang").get(own(poll)).text
    for told in ("用手机投的那一票作废了", "投一张纸票", "请工作人员当面协助", f"第 {entry_of(site, poll)} 条"):
        assert told in page
    assert "已经投过了" not in page
    assert "要先凭登录信绑定" in page


def test_the_receipt_says_that_its_ballot_is_void(site, poll):
    page = site.visitor("zhang").get(own(poll, "/receipt")).text
    assert "这张回执上的票作废了" in page
    assert "投票成功" not in page
    assert "作废" not in site.visitor("li").get(f"/polls/{poll}/vote/{household('li')}/receipt").text


def test_by_phone_without_a_binding_is_refused_in_words_and_the_choice_is_kept(site, poll):
    """The page offers no ballot then; one that lay open when the binding ended is sent all the same."""
    visitor = site.visitor("zhang")
    token = dict(visitor.form("/", "/sign-out").fields)["csrf_token"]
    fields = {"csrf_token": token, "key": "k", "form": "ballot", "voter": household("zhang"), "choice": "for"}
    answer = visitor.send(own(poll), fields)
    assert answer.status_code == 409
    assert "要先凭登录信绑定" in answer.text
    assert re.search('value="for"[^>]*checked', answer.text)


def test_the_door_votes_again_with_help_and_everybody_sees_the_voided_one_by_number(site, poll):
    secretary = site.visitor("secretary")
    told = {"door": "1号楼101户", "choice": "for", "witness": who("scrutineer"), "place": "家里"}
    answer = secretary.press(f"/polls/{poll}/assist", "assist", **told)
    assert answer.status_code == 200, answer.text
    receipt = site.visitor("zhang").get(own(poll, "/receipt")).text
    assert "投票成功" in receipt
    assert f"以前用手机投的那一票（第 {entry_of(site, poll)} 条）作废了" in receipt
    assert "作废" not in site.visitor("zhang").get(own(poll)).text
    again = secretary.press(f"/polls/{poll}/assist", "assist", **told)
    assert again.status_code == 409
    site.at("2026-04-29 18:05")
    secretary.press(f"/polls/{poll}/desk", f"/polls/{poll}/close")
    scrutineer = site.visitor("scrutineer")
    scrutineer.press(f"/polls/{poll}/desk", f"/polls/{poll}/count")
    assert row(site, poll).stage == "counted"
    result, desk = site.visitor().get(f"/polls/{poll}").text, secretary.get(f"/polls/{poll}/desk").text
    assert REASON in result
    assert "1号楼101户" not in result
    assert REASON in desk
    assert "1号楼101户" in desk
    assert recount(site.council).findings == []
    replays(site.council)


def test_a_slip_of_the_door_counts(site, poll):
    site.at("2026-04-29 17:30")
    secretary, scrutineer = site.visitor("secretary"), site.visitor("scrutineer")
    sealed = {"label": "一号箱", "kind": "station", "slips": "1", "second": who("scrutineer")}
    secretary.press(f"/polls/{poll}/desk", "seal", **sealed)
    with site.council.reading() as r:
        box = queries.boxes_of(r, poll)[0].id
    secretary.press(f"/polls/{poll}/slips/{box}", "slip", door="1号楼101户", found="for")
    answer = scrutineer.press(f"/polls/{poll}/slips/{box}/again", "slip", door="1号楼101户", found="for")
    assert "两遍一样" in answer.text
    with site.council.reading() as r:
        assert queries.cast_of(r, poll) == {household("zhang"), household("li")}


def test_a_slip_that_was_put_aside_for_the_voided_ballot_is_not_forgotten(site, poll):
    site.at("2026-04-29 17:30")
    secretary, scrutineer = site.visitor("secretary"), site.visitor("scrutineer")
    sealed = {"label": "一号箱", "kind": "station", "slips": "1", "second": who("scrutineer")}
    secretary.press(f"/polls/{poll}/desk", "seal", **sealed)
    with site.council.reading() as r:
        box = queries.boxes_of(r, poll)[0].id
        bound = binding_of_person(r, who("li")).id
    secretary.press(f"/polls/{poll}/slips/{box}", "slip", door="1号楼102户", found="against")
    answer = scrutineer.press(f"/polls/{poll}/slips/{box}/again", "slip", door="1号楼102户", found="against")
    assert "不计入" in answer.text
    told = "当时按重复放在一边"
    assert told not in secretary.get(f"/polls/{poll}/desk").text
    site.council.save(*objection(site.council, bound, at="2026-04-29 17:40"))
    assert told in secretary.get(f"/polls/{poll}/desk").text
    assert told in site.visitor("li").get(f"/polls/{poll}/vote/{household('li')}").text
    assert told in site.visitor("li").get(f"/polls/{poll}/vote/{household('li')}/receipt").text
    assert told not in site.visitor().get(f"/polls/{poll}").text


def test_after_the_end_the_door_is_told_that_it_cannot_vote(site, poll):
    site.at("2026-04-29 18:05")
    site.visitor("secretary").press(f"/polls/{poll}/desk", f"/polls/{poll}/close")
    page = site.visitor("zhang").get(own(poll)).text
    assert "投票已经截止，这一票不能再投" in page
    assert "投一张纸票" not in page


def test_the_same_in_english(site, poll):
    visitor = site.visitor("zhang")
    visitor.get("/language/en")
    for page in (own(poll), own(poll, "/receipt"), f"/polls/{poll}"):
        assert "voided" in visitor.get(page).text

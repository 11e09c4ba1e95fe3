"""An owners' vote on its pages: rules adopted, a grid's roll, deliveries, a letter, help, silence, and the result told apart."""

import io

import pytest

from deliberation.audit.recount import recount
from deliberation.log.aggregate import id_of
from deliberation.polls import entry, queries
from deliberation.register.ownership import Title, TitlePage
from deliberation.register.private import PersonName
from tests.given import VILLAGE, actor, place, replays, who
from tests.polls.estates import furnish, head
from tests.web.test_polls import NOTICE, motion, poll_of, row, send

__all__ = ["motion"]

PDF = b"%PDF-1.4 signed"


@pytest.fixture
def poll(site, motion):
    """A vote by the owners of one grid where whoever signed for the ballot and is silent abstains."""
    furnish(site.council)
    site.at("2026-04-02 09:00")
    secretary = site.visitor("secretary")
    adopted = secretary.press(
        "/rules/adopt", "adopt", profile="sichuan", rules=["OWN_G"], basis="业主大会议事规则", since="2026-04-01",
        unit_kinds=["dwelling", "shop", "parking"], cap="2", no_property_staff="1",
        second=who("chair"),
    )  # fmt: skip
    assert "规则登记了" in adopted.text
    told = secretary.get("/rules").text
    assert "一个人最多受 2 户委托" in told
    assert "车位" in told
    site.at("2026-04-10 09:00")
    notice = NOTICE | {
        "rule": "OWN_G", "within": place("网格二"), "channels": ["phone", "paper", "assisted"], "noticed": "2026-04-10",
    }  # fmt: skip
    answer = secretary.press(f"/polls/new/{motion.matter}/motion/{motion.id}", "announce", **notice)
    assert answer.status_code == 200, answer.text
    made = poll_of(site)
    site.at("2026-04-27 08:30")
    secretary.press(f"/polls/{made}/desk", f"/polls/{made}/open")
    assert row(site, made).stage == "open"
    return made


def serve(site, poll, doors, way="signed"):
    return site.visitor("secretary").press(
        f"/polls/{poll}/desk", "serve", way=way, doors="\n".join(doors), scan=(io.BytesIO(PDF), "list.pdf")
    )


def vote_of(site, poll, person, voter, choice="for"):
    visitor = site.visitor(person)
    check = visitor.press(f"/polls/{poll}/vote/{voter}", "ballot", choice=choice)
    return visitor.press(check, "cast")


def cast(site, poll, person, owner, choice):
    return vote_of(site, poll, person, head(owner), choice)


def test_an_owners_vote_from_its_rule_to_its_result(site, poll):
    assert "签收了表决票或者登录了系统，就算参加" in site.visitor("zhang").get(f"/polls/{poll}").text
    assert "送达 3 户" in serve(site, poll, ["3号楼101", "3号楼105", "3号楼201", "3号楼203"]).text
    signed = site.visitor("qian").press(f"/polls/{poll}/vote/{head('qian')}", f"/polls/{poll}/vote/{head('qian')}/sign")
    assert "签收记下了" in signed.text
    assert "我收到了表决票" not in site.visitor("qian").get(f"/polls/{poll}/vote/{head('qian')}").text
    assert "投票成功" in cast(site, poll, "zhang", "five", "for").text
    granted = site.visitor("li").press(f"/polls/{poll}/letters", "grant", agent="赵某", instruction="for")
    assert "委托记下了" in granted.text
    assert "受托代 3号楼201 投" in site.visitor("zhao").get(f"/polls/{poll}").text
    otherwise = cast(site, poll, "zhao", "couple", "against")
    assert (otherwise.status_code, "与这里选的不一样" in otherwise.text) == (409, True)
    assert "投票成功" in cast(site, poll, "zhao", "couple", "for").text
    helped = site.visitor("scrutineer").press(
        f"/polls/{poll}/assist", "assist", door="4号楼101", choice="against", witness=who("secretary"), place="家中"
    )
    assert "投好了" in helped.text
    site.at("2026-04-29 18:05")
    desk = f"/polls/{poll}/desk"
    site.visitor("secretary").press(desk, f"/polls/{poll}/close")
    page = site.visitor("scrutineer").press(desk, f"/polls/{poll}/count").text
    for sentence in ("按面积", "5,672.50 ㎡", "收到票没有投的，另外列出", "2 户收到票没有投", "180.00 ㎡", "只算投出的票", "人数不足", "未通过"):
        assert sentence in page, sentence
    replays(site.council)
    assert recount(site.council).findings == []


def test_staff_record_a_letter_on_paper_with_its_scan_and_only_so(site, poll):
    secretary = site.visitor("secretary")
    form = {"voter": head("couple"), "agent": "赵某", "instruction": "free"}
    bare = secretary.press(f"/polls/{poll}/letters", "grant", **form)
    assert bare.status_code == 403
    kept = secretary.press(f"/polls/{poll}/letters", "grant", **form, scan=(io.BytesIO(PDF), "letter.pdf"))
    assert "委托记下了" in kept.text
    with site.council.reading() as r:
        (letter,) = entry.letters_of(r, poll)
    assert (letter.agent, letter.holder, len(letter.letter)) == (who("zhao"), who("li"), 64)
    back = site.visitor("li").press(f"/polls/{poll}/letters", f"/polls/{poll}/letters/{letter.id}/revoke")
    assert "委托撤回了" in back.text
    again = send(site.visitor("li"), f"/polls/{poll}/letters/{letter.id}/revoke")
    assert again.status_code == 409


def test_a_letter_form_comes_back_with_what_was_typed(site, poll):
    wrong = site.visitor("li").press(f"/polls/{poll}/letters", "grant", agent="没有这个人", instruction="for")
    assert wrong.status_code == 422
    assert "名册里没有叫这个名字的人" in wrong.text
    assert 'value="没有这个人"' in wrong.text


def test_a_stranger_neither_serves_nor_helps_nor_reads_slips(site, poll):
    stranger = site.visitor("wang")
    for path in ("served", "assist", "late"):
        assert send(stranger, f"/polls/{poll}/{path}").status_code == 403
    assert stranger.get(f"/polls/{poll}/assist").status_code == 403
    with site.council.reading() as r:
        assert queries.served(r, poll) == {}


def test_an_unknown_door_is_named_and_the_list_comes_back(site, poll):
    answer = serve(site, poll, ["3号楼101", "9号楼9"])
    assert (answer.status_code, "名册里没有：9号楼9" in answer.text) == (422, True)
    assert "3号楼101\n9号楼9" in answer.text
    with site.council.reading() as r:
        assert queries.served(r, poll) == {}


def test_a_slip_may_carry_any_door_of_its_owner(site, poll):
    with site.council.reading() as r:
        assert {entry.voter_at(r, poll, door).voter for door in ("3号楼101", "3号楼104", "3号楼101等5套")} == {head("five")}
        assert entry.voter_at(r, poll, "1号楼101") is None


def sell(site, door, buyer):
    """Let somebody buy a unit: a new owner, and the title goes over."""
    unit, by = id_of(VILLAGE, "unit", door), actor("secretary", at="2026-04-27 08:40")
    new = id_of(VILLAGE, "owner", f"buyer of {door}")
    site.council.save(TitlePage.of_owners([[new, "person", who(buyer)]], [PersonName(new, "买主")], by=by))
    site.council.save(Title.transfer(unit, new, label=door, kind="dwelling", evidence="register", on="2026-04-27", by=by))


def test_b5_a_buyer_votes_where_the_seller_did_not_and_a_sellers_ballot_stands(site, poll):
    cast(site, poll, "sun", "sun", "for")
    for door, buyer in (("3号楼202", "zhou"), ("3号楼203", "wang")):
        sell(site, door, buyer)
    refused = site.visitor("secretary").press(f"/polls/{poll}/desk", "refresh", second=who("scrutineer"), reason="过户")
    assert refused.status_code == 422  # the area of the flat whose seller has voted cannot come in twice
    kept = [head("qian"), id_of(VILLAGE, "owner", "buyer of 3号楼202")]
    done = site.visitor("secretary").press(
        f"/polls/{poll}/desk", "refresh", second=who("scrutineer"), reason="过户", lines=kept
    )
    assert "名册更正了" in done.text
    assert "投票成功" in vote_of(site, poll, "zhou", kept[1]).text
    new = id_of(VILLAGE, "owner", "buyer of 3号楼203")
    assert site.visitor("wang").get(f"/polls/{poll}/vote/{new}").status_code == 403


def test_the_roll_shows_areas_and_every_correction_since_the_notice(site, poll):
    assert "名册和登记不一样" not in site.visitor("secretary").get(f"/polls/{poll}/desk").text
    sell(site, "3号楼202", "zhou")
    secretary = site.visitor("secretary")
    desk = secretary.get(f"/polls/{poll}/desk")
    assert "登记改过：3号楼202" in desk.text
    done = secretary.press(desk, "refresh", second=who("scrutineer"), reason="九十平方米过户")
    assert "名册更正了" in done.text
    page = site.visitor().get(f"/polls/{poll}/roll").text
    for said in ("公告以后的更正", "去掉 1 行，加上 1 行", "3号楼202", "九十平方米过户", "5,000.00 ㎡", "只限网格二"):
        assert said in page, said
    assert "周某" not in page
    assert recount(site.council).findings == []

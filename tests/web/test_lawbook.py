"""The page of rules: read by everybody, adopted by forms, and what a notice may then choose."""

import pytest

from deliberation.polls import queries
from tests.given import who

ADOPTED = {
    "profile": "village-household", "rules": ["VIL_H", "DELIB"], "basis": "2026年3月1日村民会议", "since": "2026-03-01", "longest_days": "5",
    "second": who("chair"),
}  # fmt: skip
LOCAL = {
    "code": "LOCAL_1", "name": "楼栋协商会", "unit": "household", "quorum_operator": ">=", "quorum_numerator": "1",
    "quorum_denominator": "2", "base": "present", "operator": ">", "numerator": "2", "denominator": "3",
    "abstention": "leaves", "notice_days": "3", "basis": "楼栋议事规则",
    "second": who("chair"),
}  # fmt: skip


def book(site):
    with site.council.reading() as r:
        return queries.lawbook_of(r)


def test_everybody_reads_the_catalogue_before_any_adoption(site):
    page = site.visitor().get("/rules").text
    assert "还没有登记采用哪些规则" in page
    assert "第二百七十八条" in page
    assert "参加的专有部分面积要达到名册的专有部分面积的 2/3（刚好达到就算）" in page


def test_a_secretary_adopts_rules(site):
    secretary = site.visitor("secretary")
    answer = secretary.press("/rules/adopt", "/rules/adopt", **ADOPTED)
    assert answer.status_code == 200
    assert "规则登记了" in answer.text
    assert "村（按户表决）" in answer.text
    assert set(book(site).rules) == {"VIL_H", "DELIB"}
    again = secretary.get("/rules/adopt").text
    assert 'value="VIL_H" checked' in again
    assert 'value="VIL_P" checked' not in again


def test_a_local_rule_needs_no_code(site):
    secretary = site.visitor("secretary")
    secretary.press("/rules/adopt", "/rules/adopt", **ADOPTED)
    answer = secretary.press("/rules/local", "/rules/local", **LOCAL)
    assert "“楼栋协商会”登记了" in answer.text
    law = book(site).offered["LOCAL_1"]
    assert (law.unit, law.notice_days, law.abstention, law.source) == ("household", 3, "leaves", "楼栋议事规则")
    assert set(book(site).rules) == {"VIL_H", "DELIB", "LOCAL_1"}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"numerator": "4"}, "永远达不到"),
        ({"code": "VIL_H"}, "LOCAL_1"),
        ({"denominator": "0"}, "1"),
        ({"basis": ""}, "请写依据"),
        ({"unit": "猫"}, "没有“猫”这一项"),
    ],
)
def test_a_local_rule_that_is_none_comes_back_as_typed(site, fault, said):
    answer = site.visitor("secretary").press("/rules/local", "/rules/local", **LOCAL | fault)
    assert answer.status_code == 422
    assert said in answer.text
    assert "楼栋协商会" in answer.text
    assert book(site).row is None


def test_a_local_rule_keeps_its_id(site):
    secretary = site.visitor("secretary")
    secretary.press("/rules/local", "/rules/local", **LOCAL)
    answer = secretary.press("/rules/local", "/rules/local", **LOCAL)
    assert "请换一个编号" in answer.text


@pytest.mark.parametrize("fault", [{"rules": []}, {"rules": ["过半就行"]}, {"profile": "随便"}, {"since": "昨天"}])
def test_an_adoption_that_is_none_is_refused(site, fault):
    answer = site.visitor("secretary").press("/rules/adopt", "/rules/adopt", **ADOPTED | fault)
    assert answer.status_code >= 400
    assert "2026年3月1日村民会议" in answer.text
    assert book(site).row is None


def test_residents_read_and_do_not_adopt(site):
    assert site.visitor("li").get("/rules").status_code == 200
    assert site.visitor("li").get("/rules/adopt").status_code == 403
    assert "登记采用的规则" not in site.visitor("li").get("/rules").text


def test_the_pages_speak_english(site):
    secretary = site.visitor("secretary")
    secretary.get("/language/en")
    assert "Rules of votes" in secretary.get("/rules").text
    assert "Add a local rule" in secretary.get("/rules/local").text
    assert "National law, strictly" in secretary.get("/rules/adopt").text

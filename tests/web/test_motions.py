"""Pages of motions: proposed, seconded, admitted, read, compared, withdrawn."""

import pytest

from deliberation.clauses import Remove, Replace
from deliberation.motions import queries
from deliberation.motions.model import Motion, Second
from deliberation.polls.annulling import Annulment
from deliberation.polls.model import Poll
from tests.given import RESIDENTS, actor, words
from tests.web.proceedings import (
    CLAUSES,
    MORNING,
    a_matter,
    a_motion,
    comments,
    counted,
    counting_queries,
    forced,
)

DRAFT = {"title": "装雨棚", "kind": "decision", "text": "门口装雨棚。\n\n第二条　费用从公共收益里出。"}


def motions(town):
    with town.reading() as r:
        return queries.open_motions(r)


# proposing


def test_what_is_typed_is_read_back_as_numbered_clauses_before_it_is_proposed(site, town):
    matter, zhang = a_matter(town), site.visitor("zhang")
    page = zhang.press(f"/motions/new/{matter.id}", "propose", **DRAFT)
    assert "您写的内容分成了 2 条" in page.text
    assert "<b>第二条</b>" in page.text
    assert ">费用从公共收益里出。<" in page.text
    assert motions(town) == []
    answer = zhang.press(page, f"/motions/new/{matter.id}")
    assert "议题提出来了。够 3 人附议，就会受理。" in answer.text
    (row,) = motions(town)
    assert (row.title, row.kind, row.number, row.seconds_needed) == ("装雨棚", "decision", "1", 3)
    assert "装雨棚" in site.visitor().get("/").text


def test_a_draft_can_be_changed_after_it_was_read_back(site, town):
    matter, zhang = a_matter(town), site.visitor("zhang")
    page = zhang.press(f"/motions/new/{matter.id}", "propose", **DRAFT)
    assert 'value="装雨棚"' in page.text
    page = zhang.press(page, "propose", title="装长雨棚")
    zhang.press(page, f"/motions/new/{matter.id}")
    assert motions(town)[0].title == "装长雨棚"


def test_an_empty_draft_comes_back_with_what_is_missing(site, town):
    answer = site.visitor("zhang").press(f"/motions/new/{a_matter(town).id}", "propose", title="装雨棚")
    assert answer.status_code == 422
    assert "请选种类" in answer.text
    assert "请写下内容" in answer.text
    assert 'value="装雨棚"' in answer.text


def test_only_the_secretary_says_how_many_seconds_it_takes(site, town):
    matter = a_matter(town)
    forced(site.visitor("zhang"), f"/motions/new/{matter.id}", **DRAFT, seconds_needed="0")
    assert motions(town)[0].seconds_needed == 3
    forced(site.visitor("secretary"), f"/motions/new/{matter.id}", **DRAFT, seconds_needed="5")
    assert motions(town)[0].seconds_needed == 5


def test_a_motion_belongs_to_an_open_matter(site, town):
    zhang = site.visitor("zhang")
    assert "现在没有立项的事" in zhang.get("/motions/new").text
    matter = a_matter(town)
    assert f"/motions/new/{matter.id}" in zhang.get("/motions/new").text
    assert zhang.get("/motions/new/00000000-0000-0000-0000-000000000000").status_code == 404


# seconding


def test_neighbours_second_a_motion_once(site, town):
    motion = a_motion(town, a_matter(town), seconds=1)
    wu = site.visitor("wu")
    page = wu.get(f"/motions/{motion.id}")
    assert "已有 1 人，要 3 人，还差 2 人" in page.text
    answer = wu.press(page, "/second")
    position = town.head().size - 1
    assert f"附议记下了，在第 {position} 条" in answer.text
    assert f"您附议过了，记在第 {position} 条" in answer.text
    assert "已有 2 人，要 3 人，还差 1 人" in answer.text
    again = wu.press(page, "/second")
    assert town.head().size == position + 1
    assert "已有 2 人" in again.text


def test_a_second_from_another_page_counts_once(site, town):
    motion = a_motion(town, a_matter(town))
    wu = site.visitor("wu")
    forced(wu, f"/motions/{motion.id}/second")
    answer = forced(wu, f"/motions/{motion.id}/second")
    assert answer.status_code == 409
    assert "您已经附议过这个议题了" in answer.text
    assert motions(town)[0].seconds == 1


def test_nobody_seconds_their_own(site, town):
    matter = a_matter(town)
    forced(site.visitor("zhang"), f"/motions/new/{matter.id}", **DRAFT)
    path = f"/motions/{motions(town)[0].id}"
    page = site.visitor("zhang").get(path).text
    assert "这是您提的" in page
    assert "/second" not in page
    assert forced(site.visitor("zhang"), f"{path}/second").status_code == 409


def test_a_stranger_who_seconds_is_asked_to_sign_in_and_can_go_on(site, town):
    motion = a_motion(town, a_matter(town))
    answer = site.visitor().press(f"/motions/{motion.id}", "/second")
    assert answer.status_code == 401
    assert "登录以后接着办" in answer.text


# admitting


def test_a_motion_with_enough_seconds_is_admitted_from_the_desk(site, town):
    motion = a_motion(town, a_matter(town), seconds=3)
    secretary = site.visitor("secretary")
    assert "附议够了，等着受理" in secretary.get("/desk").text
    assert "受理了" in secretary.press(f"/motions/{motion.id}/desk", "/admit").text
    assert "已经受理（3 人附议）" in site.visitor().get(f"/motions/{motion.id}").text
    assert "附议够了，等着受理" not in secretary.get("/desk").text


def test_a_motion_short_of_seconds_is_not_admitted(site, town):
    motion = a_motion(town, a_matter(town), seconds=2)
    answer = site.visitor("secretary").press(f"/motions/{motion.id}/desk", "/admit")
    assert answer.status_code == 409
    assert "还差1人" in answer.text
    assert forced(site.visitor("zhang"), f"/motions/{motion.id}/admit").status_code == 403


# reading


def test_every_clause_has_an_address_a_margin_and_its_comments(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    comments(town, motion, 2, clause="c2")
    comments(town, motion, 1, clause="")
    page = site.visitor().get(f"/motions/{motion.id}").text
    assert '<li id="c2">' in page
    assert "意见 2 条" in page
    chosen = site.visitor().get(f"/motions/{motion.id}?clause=c2").text
    assert '<li id="c2" class="hot">' in chosen
    assert "只列了对第二条的意见" in chosen
    assert chosen.count('<li id="comment-') == 2


def test_versions_are_compared_clause_by_clause(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    with town.change(Motion, motion.id) as changed:
        changed.revise(
            [Replace("c3", CLAUSES[2], "逾期不改的，公示。"), Remove("c2", "c1", CLAUSES[1])],
            "review",
            "删去罚款",
            label="丙",
            by=actor("secretary", at=MORNING),
        )
    visitor, path = site.visitor(), f"/motions/{motion.id}"
    page = visitor.get(path).text
    assert "第 2 稿 · 按审核意见（丙）" in page
    assert "删去罚款" in page
    compared = visitor.get(f"{path}/compare?old=1&new=2").text
    assert "<del>罚款二百元</del><ins>公示</ins>" in compared
    assert f"<del>{CLAUSES[1]}</del>" in compared
    assert "原来的第二条，删去了" in compared
    assert "这两稿一字不差" in visitor.get(f"{path}/compare?old=2&new=2").text
    assert visitor.get(f"{path}/compare?old=1&new=7").status_code == 404
    told = visitor.get(f"{path}/clauses/c3").text
    assert "第二条的来历" in told
    assert "<del>罚款二百元</del><ins>公示</ins>" in told
    assert "删去的一条的来历" in visitor.get(f"{path}/clauses/c2").text
    assert visitor.get(f"{path}/clauses/c9").status_code == 404


def test_the_page_takes_as_many_queries_for_a_hundred_comments_as_for_one(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    visitor, sizes = site.visitor("zhang"), []
    for more in (1, 120):
        comments(town, motion, more)
        visitor.get(f"/motions/{motion.id}")
        with counting_queries(town) as sent:
            page = visitor.get(f"/motions/{motion.id}").text
        sizes.append(len(sent))
    assert sizes[0] == sizes[1] <= 18
    assert page.count('<li id="comment-') == 100
    assert "第 1 页，共 2 页" in page
    assert visitor.get(f"/motions/{motion.id}?page=2").text.count('<li id="comment-') == 21


def test_strangers_read_family_names_only(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    comments(town, motion, 1)
    assert "工作人员" not in site.visitor().get(f"/motions/{motion.id}").text
    assert "工作人员" in site.visitor("zhang").get(f"/motions/{motion.id}").text


def test_the_page_can_be_read_as_it_was(site, town):
    motion = a_motion(town, a_matter(town), seconds=1)
    size = town.head().size
    town.save(Second.of(motion.id, motion.matter, "甲1", by=actor(person="wu", at=MORNING)))
    page = site.visitor("sun").get(f"/motions/{motion.id}?as_of={size}").text
    assert "已有 1 人" in page
    assert "<form" not in page.split("<main")[1].split('class="pick"')[0]


def test_the_list_sorts_motions_by_where_they_stand(site, town):
    matter = a_matter(town)
    motion = a_motion(town, matter, admitted=True)
    page = site.visitor().get("/motions").text
    assert page.index("正在讨论") < page.index(motion.id)
    assert "现在没有等附议的议题" in page
    with town.change(Motion, motion.id) as changed:
        changed.withdraw(words("不用了。"), by=actor("secretary", at=MORNING))
    page = site.visitor().get("/motions").text
    assert page.index("已有结果") < page.index(motion.id)


def test_a_motion_page_speaks_english(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    comments(town, motion, 1)
    visitor = site.visitor()
    visitor.get("/language/en")
    page = visitor.get(f"/motions/{motion.id}").text
    assert "<b>Clause 2</b>" in page
    assert "Comments: 1" in page
    assert "Admitted (3 seconds)" in page


# withdrawing


def test_the_proposer_withdraws_and_the_page_says_who_and_why(site, town):
    matter = a_matter(town)
    zhang = site.visitor("zhang")
    forced(zhang, f"/motions/new/{matter.id}", **DRAFT)
    path = f"/motions/{motions(town)[0].id}"
    answer = zhang.press(f"{path}/withdraw", "withdraw", words="和邻居说好了。")
    assert "撤回了，原文和原因都留在记录里" in answer.text
    page = site.visitor("li").get(path).text
    assert "张某在" in page
    assert "和邻居说好了。" in page
    assert "门口装雨棚。" in page
    assert "提一条意见" not in page


def test_a_neighbour_does_not_withdraw_it(site, town):
    motion = a_motion(town, a_matter(town))
    answer = site.visitor("zhang").press(f"/motions/{motion.id}/withdraw", "withdraw", words="我不要。")
    assert answer.status_code == 403
    assert "只有提出人可以撤回" in answer.text
    assert "我不要。" in answer.text


@pytest.mark.parametrize("path", ["", "/compare", "/clauses/c1", "/desk", "/amend", "/revise", "/withdraw"])
def test_an_unknown_motion_is_not_found(site, path):
    unknown = "/motions/00000000-0000-0000-0000-000000000000"
    assert site.visitor("secretary").get(unknown + path).status_code == 404


# settling


def test_a_motion_is_settled_by_the_poll_on_its_text(site, town):
    motion = a_motion(town, a_matter(town), kind="opinion", admitted=True)
    poll = counted(town, "motion", motion.id, motion.matter, (1, 3, 0))
    secretary = site.visitor("secretary")
    answer = secretary.press(f"/motions/{motion.id}/desk", f"/motions/{motion.id}/settle")
    assert "结果登记好了" in answer.text
    page = site.visitor().get(f"/motions/{motion.id}").text
    assert "表决没有通过" in page
    assert f"/polls/{poll}" in page


def test_a_motion_whose_vote_fell_is_not_carried(site, town):
    motion = a_motion(town, a_matter(town), kind="opinion", admitted=True)
    poll = counted(town, "motion", motion.id, motion.matter, (4, 0, 0))
    secretary = site.visitor("secretary")
    secretary.press(f"/motions/{motion.id}/desk", f"/motions/{motion.id}/settle")
    assert "表决通过了。" in site.visitor().get(f"/motions/{motion.id}").text
    told = {"ground": "procedure", "authority": "议事会", "document": "甲议纪3号"}
    town.save(Annulment.declare(town.get(Poll, poll), **told, by=actor("secretary", at="2026-06-01 09:00")))
    page = site.visitor().get(f"/motions/{motion.id}").text
    assert "表决通过了。" not in page
    assert "通过它的表决结果后来撤销了" in page


def test_advice_does_not_settle_a_compact(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    counted(town, "motion", motion.id, motion.matter, (4, 0, 0))
    page = site.visitor("secretary").get(f"/motions/{motion.id}/desk").text
    assert "下一步：登记结果" not in page


def test_nobody_settles_without_a_count(site, town):
    motion = a_motion(town, a_matter(town), kind="opinion", admitted=True)
    other = a_motion(town, a_matter(town, "2"), admitted=True)
    poll = counted(town, "motion", other.id, other.matter, (4, 0, 0))
    secretary = site.visitor("secretary")
    assert forced(secretary, f"/motions/{motion.id}/settle", poll=poll).status_code == 409
    assert forced(secretary, f"/motions/{motion.id}/settle", poll=motion.id).status_code == 404
    assert forced(site.visitor(RESIDENTS[0]), f"/motions/{motion.id}/settle", poll=poll).status_code == 403

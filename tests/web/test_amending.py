"""The editor of a text: amendments and revisions are typed over the clauses and read back before they count."""

from deliberation.clauses import Replace
from deliberation.motions import queries
from deliberation.motions.model import Motion
from deliberation.polls.model import Poll
from tests.given import actor
from tests.web.proceedings import (
    CLAUSES,
    MORNING,
    a_matter,
    a_motion,
    an_amendment,
    announced,
    counted,
    forced,
)


def moved(town, motion):
    with town.reading() as r:
        return queries.amendments_of(r, motion.id)


def text(town, motion):
    return [clause.text for clause in town.get(Motion, motion.id).text.clauses]


def test_an_amendment_is_read_back_as_a_comparison_before_it_is_moved(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    zhang, path = site.visitor("zhang"), f"/motions/{motion.id}/amend"
    typed = {"wording-c1": "通道白天畅通。", "remove-c2": "1", "after-c3": "新加一条。\n\n再加一条。"}
    page = zhang.press(path, "edit", **typed)
    assert "通道<del>全</del><ins>白</ins>天畅通。" in page.text
    assert "第二条，删去" in page.text
    assert "<ins>再加一条。</ins>" in page.text
    assert not moved(town, motion)
    answer = zhang.press(page, path)
    assert "修正案甲提出来了" in answer.text
    (row,) = moved(town, motion)
    assert (row.label, row.state) == ("甲", "moved")
    shown = site.visitor().get(f"/motions/{motion.id}").text
    assert "通道<del>全</del><ins>白</ins>天畅通。" in shown
    assert text(town, motion) == CLAUSES


def test_an_amendment_that_changes_nothing_is_refused(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    answer = site.visitor("zhang").press(f"/motions/{motion.id}/amend", "edit", label="丁")
    assert answer.status_code == 422
    assert "没有改动任何条款" in answer.text
    assert 'value="丁"' in answer.text


def test_what_was_typed_stays_when_a_wording_cannot_stand(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    typed = {"wording-c1": "通道白天畅通。", "wording-c2": ""}
    answer = site.visitor("zhang").press(f"/motions/{motion.id}/amend", "edit", **typed)
    assert answer.status_code >= 400
    assert "文字不能为空" in answer.text
    assert "通道白天畅通。</textarea>" in answer.text


def test_a_text_that_moved_on_meanwhile_is_shown_and_nobody_undoes_it_by_accident(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    zhang, path = site.visitor("zhang"), f"/motions/{motion.id}/amend"
    page = zhang.press(path, "edit", **{"wording-c1": "通道白天畅通。"})
    with town.change(Motion, motion.id) as changed:
        mended = Replace("c3", CLAUSES[2], "逾期不改的，公示。")
        changed.revise([mended], "review", "删去罚款", by=actor("secretary", at=MORNING))
    answer = zhang.press(page, "edit", **{"wording-c1": "通道白天畅通。"})
    assert answer.status_code == 409
    assert "第2稿" in answer.text
    assert "通道白天畅通。</textarea>" in answer.text
    assert "逾期不改的，公示。</textarea>" in answer.text
    page = zhang.press(answer, "edit")
    zhang.press(page, path)
    (row,) = moved(town, motion)
    assert "公示" not in row.operations


def test_a_label_is_free_or_replaces_one_that_failed(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    first = an_amendment(town, motion, "甲")
    zhang, path = site.visitor("zhang"), f"/motions/{motion.id}/amend"
    page = zhang.press(path, "edit", **{"wording-c1": "通道白天畅通。", "label": "甲"})
    answer = zhang.press(page, path)
    assert answer.status_code == 409
    assert "已经有修正案甲了" in answer.text
    assert "通道白天畅通。</textarea>" in answer.text
    poll = counted(town, "amendment", first.id, motion.matter, (2, 2, 0))
    secretary = site.visitor("secretary")
    assert "没有通过，文本不变" in secretary.press(f"/motions/{motion.id}/desk", f"{first.id}/settle").text
    assert f"amend?replaces={first.id}" in secretary.get(f"/motions/{motion.id}/desk").text
    page = zhang.press(f"{path}?replaces={first.id}", "edit", **{"wording-c2": "电池不进楼。", "label": "甲"})
    assert "修正案甲提出来了" in zhang.press(page, path).text
    shown = site.visitor().get(f"/motions/{motion.id}").text
    assert "替代没有通过的修正案甲" in shown
    assert f"/polls/{poll}" in shown


def test_residents_without_office_move_no_amendment(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    assert site.visitor("wu").get(f"/motions/{motion.id}/amend").status_code == 403
    assert site.visitor("zhang").get(f"/motions/{motion.id}/revise").status_code == 403
    assert forced(site.visitor("zhang"), f"/motions/{motion.id}/revise", note="x").status_code == 403


def test_an_amendment_that_passed_is_written_into_the_text_in_the_same_step(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    amendment = an_amendment(town, motion, "甲", "c2", "电池也不进楼。")
    counted(town, "amendment", amendment.id, motion.matter, (3, 1, 0))
    size = town.head().size
    answer = site.visitor("secretary").press(f"/motions/{motion.id}/desk", f"{amendment.id}/settle")
    assert "已经写进文本，现在是第 2 稿" in answer.text
    assert text(town, motion)[1] == "电池也不进楼。"
    assert town.head().size == size + 2
    page = site.visitor().get(f"/motions/{motion.id}").text
    assert "第 2 稿 · 修正案甲" in page
    assert "写进了第 2 稿" in page


def test_an_amendment_is_not_settled_by_another_poll(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    amendment = an_amendment(town, motion, "甲")
    other = an_amendment(town, motion, "乙", "c3", "逾期不改的，公示。")
    poll = counted(town, "amendment", other.id, motion.matter, (4, 0, 0))
    path = f"/motions/{motion.id}/amendments/{amendment.id}/settle"
    answer = forced(site.visitor("secretary"), path, poll=poll)
    assert answer.status_code == 409
    assert text(town, motion) == CLAUSES


def test_a_revision_says_why(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    secretary, path = site.visitor("secretary"), f"/motions/{motion.id}/revise"
    page = secretary.press(path, "edit", **{"wording-c3": "逾期不改的，公示。"})
    answer = secretary.press(page, path)
    assert answer.status_code == 422
    assert "请选修订原因" in answer.text
    assert "逾期不改的，公示。</textarea>" in answer.text
    typed = {"wording-c3": "逾期不改的，公示。", "reason_kind": "review", "note": "删去罚款", "label": "丙"}
    page = secretary.press(path, "edit", **typed)
    answer = secretary.press(page, path)
    assert "现在是第 2 稿" in answer.text
    assert text(town, motion)[2] == "逾期不改的，公示。"
    assert "第 2 稿 · 按审核意见（丙）" in answer.text


def test_no_word_changes_while_people_vote(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    secretary, path = site.visitor("secretary"), f"/motions/{motion.id}/revise"
    page = secretary.press(
        path, "edit", **{"wording-c3": "公示。", "reason_kind": "review", "note": "删去罚款"}
    )
    poll = announced(town, "motion", motion.id, motion.matter)
    assert "现在改了，就要撤销公告重新来" in secretary.get(f"/motions/{motion.id}/desk").text
    with town.change(Poll, poll.id) as opened:
        opened.open(by=actor("secretary", at="2026-04-02 10:00"))
    answer = secretary.press(page, path)
    assert answer.status_code == 409
    assert "公示。</textarea>" in answer.text
    assert text(town, motion) == CLAUSES
    desk = secretary.get(f"/motions/{motion.id}/desk").text
    assert "计票以前一个字也不能改" in desk
    assert f"/polls/{poll.id}/desk" in desk
    assert "修订文本" not in desk
    assert f"/polls/{poll.id}" in site.visitor().get(f"/motions/{motion.id}").text

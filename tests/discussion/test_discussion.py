"""Comments: each is heard once, answered once, and none is lost."""

import json

import pytest
from sqlalchemy import event

from deliberation.clauses import NoSuchClause, Text
from deliberation.council import Council
from deliberation.discussion import schemas, views
from deliberation.discussion.model import (
    OUTCOMES,
    Comment,
    CommentAnswered,
    CommentFault,
)
from deliberation.forms import BadForm, load
from deliberation.motions.model import Motion
from deliberation.motions.refusals import MotionClosed, NoSuchMotion
from deliberation.procedures.model import Matter
from tests.given import actor, facts, given, refuses, replays, who, words

SECRETARY = actor("secretary")


def comment(
    motion: str = who("a motion"), matter: str = who("a matter"), said: str = "太远", **more: str
) -> Comment:
    return Comment.make(motion, matter, words(said, "li"), by=actor(person="li"), **more)


def test_a_comment_carries_its_clause_and_stance_but_not_its_words():
    [(kind, body)] = facts(comment(said="人脸照片不能收", clause="c7", stance="concern"))
    assert (kind, body["clause"], body["stance_zh"]) == ("comment.made", "c7", "（顾虑）")
    assert "人脸" not in json.dumps(body, ensure_ascii=False)


def test_a_comment_need_not_take_a_stance_but_takes_no_other():
    assert facts(comment())[0][1]["stance_zh"] == ""
    with refuses(CommentFault):
        comment(stance="hostile")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_comment_is_answered_once(outcome):
    it = given(comment())
    it.answer(outcome, words("已写入第二条", "secretary"), by=SECRETARY)
    assert facts(it)[0][1]["outcome"] == outcome
    with refuses(CommentAnswered):
        it.answer("explained", words("再答", "secretary"), by=SECRETARY)


def test_an_answer_is_one_of_three():
    with refuses(CommentFault):
        given(comment()).answer("ignored", words("无", "secretary"), by=SECRETARY)


# with the tables


@pytest.fixture
def motion(town: Council) -> Motion:
    matter = Matter.open("1", "安全自治十条", "SI_YI", by=SECRETARY)
    town.save(matter)
    it = Motion.propose(
        matter.id, "1", "十条", "compact", Text.of("十条", ["畅通。", "不进楼。"]), 0, by=actor()
    )
    town.save(it)
    return it


def test_each_comment_has_its_words_its_answer_and_its_number(town: Council, motion: Motion):
    for number in range(3):
        town.save(comment(motion.id, motion.matter, f"第{number}条意见", clause="c2" if number else ""))
    with town.reading() as r:
        second = views.comments_of(r, motion.id).rows[1]
    with town.change(Comment, second.id) as it:
        it.answer("adopted", words("写入第二条", "secretary"), by=SECRETARY)
    with town.reading() as r:
        page = views.comments_of(r, motion.id)
        assert [page.texts[row.words] for row in page.rows] == ["第0条意见", "第1条意见", "第2条意见"]
        assert page.texts[page.rows[1].answer] == "写入第二条"
        assert [row.clause for row in views.comments_of(r, motion.id, clause="c2").rows] == ["c2", "c2"]
        assert views.comments_of(r, motion.id, page=2) == ([], {}, 101)
        assert views.counts_by_outcome(r, motion.id) == {"": 2, "adopted": 1}
        assert views.counts_by_clause(r, motion.id) == {"": 1, "c2": 2}
        assert len(views.unanswered(r)) == len(views.unanswered(r, motion.id)) == 2
        assert views.unanswered(r, who("another motion")) == []
    replays(town)


def test_a_page_of_a_hundred_comments_takes_two_queries(town: Council, motion: Motion):
    town.save(*(comment(motion.id, motion.matter, f"意见{number}") for number in range(101)))
    with town.reading() as r:
        asked: list[str] = []
        event.listen(r.connection, "before_cursor_execute", lambda *call: asked.append(call[2]))
        page = views.comments_of(r, motion.id)
        assert (len(page.rows), len(page.texts), len(asked)) == (100, 100, 2)


def test_comments_are_made_on_an_open_motion_and_a_clause_it_has(town: Council, motion: Motion):
    for unknown in (comment(), comment(motion.id)):
        with refuses(NoSuchMotion):
            town.save(unknown)
    with refuses(NoSuchClause, clause="c3"):
        town.save(comment(motion.id, motion.matter, clause="c3"))
    late = comment(motion.id, motion.matter)
    town.save(late)
    with town.change(Motion, motion.id) as it:
        it.withdraw(words("不提了"), by=actor())
    with refuses(MotionClosed):
        town.save(comment(motion.id, motion.matter))
    with town.change(Comment, late.id) as it:
        it.answer("explained", words("议题已撤回", "secretary"), by=SECRETARY)


def test_the_form_asks_for_words():
    with pytest.raises(BadForm) as caught:
        load(schemas.Make, {"clause": "c1", "stance": "支持", "words": "\u200b\n "})
    assert set(caught.value.errors) == {"words"}
    assert load(schemas.Make, {"words": "好"}) == {"clause": "", "stance": "", "words": "好"}

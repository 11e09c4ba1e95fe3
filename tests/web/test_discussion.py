"""Pages of comments: said by anybody, answered one by one."""

from deliberation.discussion import views
from deliberation.motions.model import Motion
from tests.given import actor, words
from tests.web.proceedings import MORNING, a_matter, a_motion, comments, forced


def first(town):
    with town.reading() as r:
        return views.unanswered(r)[0]


def test_a_resident_comments_on_a_clause(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    typed = {"clause": "c2", "stance": "concern", "words": "充电位不够。"}
    answer = site.visitor("zhang").press(f"/motions/{motion.id}", "comment", **typed)
    assert f"意见记下了，在第 {town.head().size - 1} 条" in answer.text
    page = site.visitor("li").get(f"/motions/{motion.id}").text
    assert "充电位不够。" in page
    assert "张某" in page
    assert "意见 1 条" in page
    assert first(town).clause == "c2"


def test_a_comment_needs_words_and_nothing_else(site, town):
    motion = a_motion(town, a_matter(town))
    zhang = site.visitor("zhang")
    answer = zhang.press(f"/motions/{motion.id}", "comment", clause="c2", words=" ")
    assert answer.status_code == 422
    assert "请写下您的意见" in answer.text
    assert 'id="say" open' in answer.text
    assert 'value="c2" selected' in answer.text
    assert "意见记下了" in zhang.press(f"/motions/{motion.id}", "comment", words="好。").text
    assert first(town).clause == first(town).stance == ""


def test_a_comment_on_a_clause_that_is_gone_is_kept_on_the_page(site, town):
    motion = a_motion(town, a_matter(town))
    answer = forced(
        site.visitor("zhang"), f"/motions/{motion.id}/comments", clause="c9", words="不好。", form="comment"
    )
    assert answer.status_code == 409
    assert "不好。" in answer.text


def test_nobody_comments_on_what_was_withdrawn(site, town):
    motion = a_motion(town, a_matter(town))
    with town.change(Motion, motion.id) as changed:
        changed.withdraw(words("不用了。"), by=actor("secretary", at=MORNING))
    assert 'id="comment"' not in site.visitor("zhang").get(f"/motions/{motion.id}").text
    assert forced(site.visitor("zhang"), f"/motions/{motion.id}/comments", words="好。").status_code == 409


def test_words_of_others_are_shown_as_words(site, town):
    motion = a_motion(town, a_matter(town))
    site.visitor("zhang").press(f"/motions/{motion.id}", "comment", words="<script>x</script>\n第二行")
    page = site.visitor().get(f"/motions/{motion.id}").text
    assert "&lt;script&gt;x&lt;/script&gt;<br>第二行" in page


def test_comments_are_answered_one_after_the_other(site, town):
    motion = a_motion(town, a_matter(town), admitted=True)
    one, two = comments(town, motion, 2)
    secretary = site.visitor("secretary")
    page = secretary.get("/desk").text
    assert "等答复的意见" in page
    assert page.index(one) < page.index(two)
    assert CLAUSE in secretary.get(f"/comments/{one}").text
    answer = secretary.press(f"/comments/{one}", "answer", outcome="adopted", words="照您说的改。")
    assert "这是下一条" in answer.text
    assert two in answer.text
    answer = secretary.press(answer, "answer", outcome="merged", words="见第1条。")
    assert "意见都答复了" in answer.text
    shown = site.visitor().get(f"/motions/{motion.id}").text
    assert "<b>采纳</b>：照您说的改。" in shown
    assert "采纳 1 · 合并 1 · 还没答复 0" in shown
    assert "每条意见都答复了" in secretary.get("/comments").text


CLAUSE = "电动车不进楼。"


def test_an_answer_says_what_becomes_of_the_comment(site, town):
    motion = a_motion(town, a_matter(town))
    (comment,) = comments(town, motion, 1)
    answer = site.visitor("secretary").press(f"/comments/{comment}", "answer", words="知道了。")
    assert answer.status_code == 422
    assert "请选采纳、说明或合并" in answer.text
    assert "知道了。" in answer.text


def test_a_comment_is_answered_once(site, town):
    motion = a_motion(town, a_matter(town))
    (comment,) = comments(town, motion, 1)
    secretary = site.visitor("secretary")
    page = secretary.get(f"/comments/{comment}")
    secretary.press(page, "answer", outcome="explained", words="好。")
    answer = secretary.press(page, "answer", outcome="explained", words="再说一遍。")
    assert answer.status_code == 409
    assert "已经答复过了" in answer.text


def test_residents_answer_nothing(site, town):
    motion = a_motion(town, a_matter(town))
    (comment,) = comments(town, motion, 1)
    zhang = site.visitor("zhang")
    assert zhang.get(f"/comments/{comment}").status_code == 403
    assert zhang.get("/comments").status_code == 403
    assert "答复这一条" not in zhang.get(f"/motions/{motion.id}").text
    assert "答复这一条" in site.visitor("secretary").get(f"/motions/{motion.id}").text
    assert forced(zhang, f"/comments/{comment}/answer", outcome="adopted", words="好。").status_code == 403
    assert site.visitor("secretary").get("/comments/00000000-0000-0000-0000-000000000000").status_code == 404

"""What every page and every form has, whatever it is about."""

import re

import pytest

from deliberation.council import Council
from deliberation.errors import ChangedMeanwhile
from deliberation.log.aggregate import id_of
from deliberation.log.store import CommunityLog
from tests.given import who
from tests.web.booth import build
from web import moment
from web.moment import council as current_council

GRANT = {"person": "zhang", "since": "2026-04-02"}


@pytest.fixture
def site(site):
    build(site.app)
    return site


def holding(person="zhang", since="2026-04-02"):
    return id_of(who(person), "grid_worker", "", since)


# Forms


def test_a_form_is_recorded_once_and_the_page_says_so(site):
    secretary = site.visitor("secretary")
    before = site.council.head().size
    answer = secretary.press("/booth", "grant", **GRANT)
    assert answer.status_code == 200
    assert "记下了。" in answer.text
    assert f"第 {before + 1} 条" in answer.text
    assert 'data-recorded="/booth/grant#grant"' in answer.text


def test_a_double_click_is_recorded_once(site):
    secretary = site.visitor("secretary")
    page = secretary.get("/booth")
    secretary.press(page, "grant", **GRANT)
    size = site.council.head().size
    answer = secretary.press(page, "grant", **GRANT)
    assert "记下了。" in answer.text
    assert site.council.head().size == size


def test_other_words_under_the_same_key_are_not_swallowed(site):
    secretary = site.visitor("secretary")
    page = secretary.get("/booth")
    secretary.press(page, "grant", **GRANT)
    size = site.council.head().size
    secretary.press(page, "grant", person="li", since="2026-04-02")
    assert site.council.head().size == size + 1


def test_a_change_sent_twice_is_answered_calmly(site):
    secretary = site.visitor("secretary")
    secretary.press("/booth", "grant", **GRANT)
    form = secretary.form("/booth", "/end")
    path = f"/booth/{holding()}/end"
    assert "结束了。" in secretary.send(path, dict(form.fields), follow=True).text
    again = secretary.send(path, dict(form.fields), follow=True)
    assert again.status_code == 200
    assert "没有重复记" in again.text


def test_what_was_typed_comes_back_with_the_reason_beside_the_field(site):
    answer = site.visitor("secretary").press("/booth", "grant", person="li", since="昨天", remark="一句话")
    assert answer.status_code == 422
    assert 'value="昨天"' in answer.text
    assert "一句话" in answer.text
    assert re.search(r'value="li"[^>]* checked', answer.text)
    assert 'href="#grant-since">从哪天起</a>' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert answer.text.count("请写日期，比如 2026-04-17。") == 2
    assert "<title>要改一下：" in answer.text


def test_a_refusal_shows_the_same_page_with_the_refusals_status(site):
    secretary = site.visitor("secretary")
    answer = secretary.press("/booth", "grant", **GRANT, remark="loud")
    assert answer.status_code == 409
    assert "声音太大" in answer.text
    assert "loud</textarea>" in answer.text
    corrected = secretary.press(answer, "grant", remark="quiet")
    assert "记下了。" in corrected.text


def test_a_refusal_without_a_page_of_its_own_keeps_the_words(site):
    answer = site.visitor("zhang").press("/booth", "/booth/say")
    assert answer.status_code == 409
    assert "声音太大" in answer.text
    assert site.visitor("zhang").form(answer, "/booth/say").fields


def test_nothing_is_preselected(site):
    page = site.visitor("secretary").get("/booth").text
    assert " checked" not in page
    assert " selected" not in page


def test_a_form_without_its_key_is_refused_with_a_sentence(site):
    secretary = site.visitor("secretary")
    fields = dict(secretary.form("/booth", "grant").fields) | GRANT | {"key": ""}
    answer = secretary.send("/booth/grant", fields)
    assert answer.status_code == 400
    assert "这张表单不完整" in answer.text


def test_when_somebody_else_was_faster_the_body_runs_again_up_to_three_times(site, monkeypatch):
    tries = []

    def save(self, *aggregates, command=None):
        tries.append(command)
        raise ChangedMeanwhile

    monkeypatch.setattr(Council, "save", save)
    answer = site.visitor("secretary").press("/booth", "grant", **GRANT)
    assert len(tries) == 3
    assert len(set(tries)) == 1
    assert answer.status_code == 409
    assert "刚才有人改过" in answer.text
    assert 'value="2026-04-02"' in answer.text


def test_the_second_try_can_succeed(site, monkeypatch):
    save, tries = Council.save, []

    def first_fails(self, *aggregates, command=None):
        tries.append(1)
        if len(tries) == 1:
            raise ChangedMeanwhile
        return save(self, *aggregates, command=command)

    monkeypatch.setattr(Council, "save", first_fails)
    assert "记下了。" in site.visitor("secretary").press("/booth", "grant", **GRANT).text


def test_lines_of_a_form_become_a_list():
    from werkzeug.datastructures import MultiDict

    from web.entering import nested

    form = MultiDict(
        [("a.1.x", "two"), ("a.0.x", "one"), ("a.2.x", " "), ("b", "1"), ("b", "2"), ("c", "3"), ("key", "k")]
    )
    assert nested(form, {"b"}) == {"a": [{"x": "one"}, {"x": "two"}], "b": ["1", "2"], "c": "3"}


# Roles


def test_without_the_role_the_page_says_who_can_do_it_and_keeps_the_words(site):
    answer = site.visitor("zhang").press("/booth", "grant", **GRANT, remark="写了很久")
    assert answer.status_code == 403
    assert "记录员" in answer.text
    assert "张某" in answer.text
    assert "写了很久" in answer.text


def test_a_page_for_one_role_is_closed_to_the_others(site):
    assert site.visitor("chair").get("/booth/secret").status_code == 200
    assert site.visitor("secretary").get("/booth/secret").status_code == 403


def test_a_role_counts_on_the_days_it_is_held(site):
    site.at("2025-12-31 12:00")
    assert site.visitor("chair").get("/booth/secret").status_code == 403


def test_a_page_of_the_past_is_shown_to_those_who_may_see_it_today(site):
    chair = site.visitor("chair")
    assert chair.get("/booth/secret?as_of=1").status_code == 200
    site.at("2025-12-31 12:00")
    assert chair.get("/booth/secret?as_of=9").status_code == 403


def test_who_is_not_signed_in_is_asked_and_led_back(site):
    visitor = site.visitor()
    answer = visitor.get("/booth/secret")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?towards=/booth/secret"
    entered = visitor.press(answer.location, "/sign-in", follow=False, person=who("chair"))
    assert entered.location == "/booth/secret"


def test_names_are_given_in_full_to_neighbours_only(site):
    assert "<li>张某</li>" in site.visitor("li").get("/booth").text
    anonymous = site.visitor().get("/booth").text
    assert "<li>工某某某某</li>" in anonymous
    assert "工作人员" not in anonymous


# Nothing is lost


def test_signed_out_meanwhile_the_words_wait_behind_the_door(site):
    visitor = site.visitor("secretary")
    page = visitor.get("/booth")
    with visitor.client.session_transaction() as session:
        session.pop("token")
    asked = visitor.press(page, "grant", **GRANT, remark="别丢了")
    assert asked.status_code == 401
    assert "您填的内容都在" in asked.text
    entered = visitor.press(asked, "/sign-in", person=who("secretary"))
    assert "别丢了</blockquote>" in entered.text
    assert "zhang</blockquote>" not in entered.text
    done = visitor.press(entered, "/booth/grant")
    assert "记下了。" in done.text


def test_an_expired_form_comes_back_with_its_words_and_a_fresh_token(site):
    secretary = site.visitor("secretary")
    fields = (
        dict(secretary.form("/booth", "grant").fields) | GRANT | {"remark": "写了半天", "csrf_token": "old"}
    )
    answer = secretary.send("/booth/grant", fields)
    assert answer.status_code == 400
    assert "写了半天" in answer.text
    size = site.council.head().size
    assert "记下了。" in secretary.press(answer, "/booth/grant").text
    assert site.council.head().size == size + 1


def test_a_fault_shows_a_number_and_keeps_the_words_but_no_traceback(site, caplog):
    site.app.testing = False
    answer = site.visitor("secretary").press("/booth", "grant", **GRANT, remark="crash")
    assert answer.status_code == 500
    assert 'value="crash"' in answer.text
    assert "internal detail" not in answer.text
    assert "Traceback" not in answer.text
    number = re.search(r"编号 ([0-9a-f]{8})", answer.text)[1]
    assert f"fault {number}" in caplog.text
    assert "internal detail" in caplog.text


def test_when_the_database_is_away_the_page_still_says_so(site, monkeypatch):
    site.app.testing = False

    def away(self):
        raise OSError("no such disk")

    monkeypatch.setattr(Council, "reading", away)
    answer = site.visitor("zhang").get("/")
    assert answer.status_code == 500
    assert "请报编号" in answer.text
    assert site.visitor().get("/healthz").status_code == 200


# One moment


def test_a_page_reads_one_snapshot(site, monkeypatch):
    opened = []
    reading = Council.reading

    def counted(self):
        opened.append(1)
        return reading(self)

    monkeypatch.setattr(Council, "reading", counted)
    site.visitor("secretary").get("/booth")
    assert len(opened) == 1


def test_a_form_lets_its_snapshot_go_before_it_is_recorded(site, monkeypatch):
    """SQLite's write-ahead log begins anew only while nobody reads from where it was: else it grows with every ballot."""
    reading_on = []
    insert = CommunityLog.insert_events

    def watched(self, *given, **more):
        reading_on.append(moment.reading().live.in_transaction())
        return insert(self, *given, **more)

    monkeypatch.setattr(CommunityLog, "insert_events", watched)
    before = site.council.head().size
    page = site.visitor("secretary").press("/booth", "grant", **GRANT)
    assert page.status_code == 200
    assert (reading_on, site.council.head().size) == ([False], before + 1)


def test_the_shell_costs_at_most_four_queries(site):
    from sqlalchemy import event

    visitor = site.visitor("secretary")
    visitor.get("/help")
    asked = []
    with site.app.app_context():
        engine = current_council().database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    visitor.get("/help")
    queries = [text for text in asked if text.startswith("SELECT")]
    assert len(queries) <= 4, queries
    asked.clear()
    site.visitor().get("/help")
    assert len([text for text in asked if text.startswith("SELECT")]) <= 2


def test_the_past_is_shown_with_a_banner_and_without_forms(site):
    answer = site.visitor("secretary").get("/booth?as_of=3")
    assert "第 3 条为止" in answer.text
    assert 'id="grant"' not in answer.text
    assert 'href="/booth?as_of=3">再看' in answer.text
    assert 'href="/booth">回到现在' in answer.text
    assert "<p>第 3 条</p>" in answer.text


def test_a_day_means_its_end(site):
    assert "<p>第 0 条</p>" in site.visitor().get("/booth?at=2026-01-03").text
    size = site.council.head().size
    assert f"<p>第 {size} 条</p>" in site.visitor().get("/booth?at=2026-01-04").text
    assert f"<p>第 {size} 条</p>" in site.visitor().get("/booth?at=2026-01-04T09:00").text
    assert "<p>第 0 条</p>" in site.visitor().get("/booth?at=2026-01-04T08:59").text


@pytest.mark.parametrize(
    "moment", ["as_of=99999", "as_of=-1", "as_of=x", "at=yesterday", "at=9999-99-99", "as_of=" + "9" * 99]
)
def test_a_moment_that_is_none_is_not_found(site, moment):
    answer = site.visitor("secretary").get(f"/booth?{moment}")
    assert answer.status_code == 404
    assert "回首页" in answer.text


def test_nothing_can_be_done_in_the_past(site):
    secretary = site.visitor("secretary")
    fields = dict(secretary.form("/booth", "grant").fields) | GRANT
    size = site.council.head().size
    answer = secretary.send("/booth/grant?as_of=3", fields)
    assert answer.status_code == 409
    assert "过去" in answer.text
    assert site.council.head().size == size

"""Pages of a meeting's record: entries, corrections, the close, the signatures, the papers."""

from deliberation.meetings.minutes import Entry
from tests.given import actor, who, words
from tests.meetings import sittings
from tests.meetings.sittings import MATTER
from tests.web.evenings import desk, lines, rows
from tests.web.evenings import evening as evening
from tests.web.evenings import meeting as meeting
from tests.web.evenings import queries as queries


def test_an_entry_is_saved_at_once_and_names_its_speaker_by_initials(evening, meeting):
    secretary = evening.visitor("secretary")
    form = secretary.form(desk(meeting), "entry")
    # The agenda stands beside the form and belongs to it by its ``form`` attribute.
    typed = {"who": "lm", "said": "雨棚要一起做。", "item": "2"}
    answer = secretary.send(form.action, dict(form.fields) | typed, follow=True)
    assert "第 3 条记下了" in answer.text
    line = lines(evening, meeting)[-1]
    assert (line.said, line.speaker, line.kind, line.item) == ("雨棚要一起做。", who("li"), "speech", "2")


def test_a_decision_is_public_text_of_the_log(evening, meeting):
    evening.visitor("secretary").press(desk(meeting), "entry", kind="decision", said="四月三日起征求意见。")
    assert lines(evening, meeting)[-1].kind == "decision"


def test_an_entry_sent_twice_is_recorded_once(evening, meeting):
    secretary = evening.visitor("secretary")
    form = secretary.form(desk(meeting), "entry")
    data = dict(form.fields) | {"said": "只记一次。"}
    assert [secretary.send(form.action, data).status_code for _ in "12"] == [303, 303]
    assert len(lines(evening, meeting)) == 3


def test_words_of_an_unknown_speaker_are_kept_on_the_page(evening, meeting):
    answer = evening.visitor("secretary").press(desk(meeting), "entry", who="xyz", said="先不要丢")
    assert answer.status_code == 422
    assert "先不要丢" in answer.text
    assert "签到表上没有“xyz”" in answer.text
    assert len(lines(evening, meeting)) == 2


def test_initials_that_fit_several_people_are_asked_about(evening, meeting):
    answer = evening.visitor("secretary").press(desk(meeting), "entry", who="某", said="谁说的")
    assert "请写全" in answer.text
    assert len(lines(evening, meeting)) == 2


def test_an_empty_entry_is_not_recorded(evening, meeting):
    answer = evening.visitor("secretary").press(desk(meeting), "entry", said=" ")
    assert answer.status_code == 422
    assert "请写上要点" in answer.text


def test_only_the_secretary_writes(evening, meeting):
    form = evening.visitor("secretary").form(desk(meeting), "entry")
    answer = evening.visitor("zhang").send(form.action, dict(form.fields) | {"said": "我来写"})
    assert answer.status_code in (400, 403)
    assert evening.visitor("zhang").get(desk(meeting)).status_code == 403


def test_a_correction_stands_beside_the_old_words_with_its_reason(evening, meeting):
    entry = lines(evening, meeting)[0].id
    answer = evening.visitor("secretary").press(
        f"/meetings/{meeting.id}/entries/{entry}", "correct", said="充电桩太近", reason="听错了"
    )
    assert "<del>" in answer.text
    assert "听错了" in answer.text
    line = lines(evening, meeting)[0]
    assert (line.said, [old.said for old in line.struck]) == ("充电桩太近", ["充电桩太远"])


def test_a_correction_needs_a_reason(evening, meeting):
    entry = lines(evening, meeting)[0].id
    answer = evening.visitor("secretary").press(
        f"/meetings/{meeting.id}/entries/{entry}", "correct", said="充电桩太近"
    )
    assert answer.status_code == 422
    assert "充电桩太近" in answer.text


def test_an_agenda_item_leads_to_a_show_of_hands(evening, meeting):
    text = evening.visitor("secretary").get(desk(meeting)).text
    assert f"/meetings/{meeting.id}/hands/motion/{sittings.AGENDA[0]['motion']}" in text
    assert f"/meetings/{meeting.id}/hands/question/{MATTER}" in text


def test_a_counted_show_of_hands_enters_the_record_with_one_press(evening, meeting):
    secretary = evening.visitor("secretary")
    hands = f"/meetings/{meeting.id}/hands/question/{MATTER}"
    counted = secretary.press(hands, "hands", title="提交表决", in_favour="2", against="1", abstain="0")
    assert counted.status_code == 200
    answer = secretary.press(desk(meeting), "/entries", follow=True)
    assert "还没有写进记录" not in answer.text
    line = lines(evening, meeting)[-1]
    assert (line.kind, line.said) == ("vote", "提交表决：同意2，反对1，弃权0。通过。")
    assert line.poll
    assert "提交表决" in evening.visitor().get(f"/meetings/{meeting.id}").text


# the close, the signatures, the papers


def test_a_meeting_does_not_close_before_everybody_is_marked(evening):
    evening.council.save(meeting := sittings.called())
    evening.council.save(sittings.mark(meeting.id, "zhang"))
    evening.council.save(sittings.opened(meeting))
    answer = evening.visitor("secretary").press(desk(meeting), "/close")
    assert answer.status_code == 409
    assert "还有3人没有登记" in answer.text
    assert "还没有登记的（3 人）" in answer.text
    assert all(f"{name}某（" in answer.text for name in "李王赵")


def test_chair_and_secretary_confirm_and_then_all_can_read(evening, meeting):
    secretary = evening.visitor("secretary")
    assert evening.visitor().get(f"/meetings/{meeting.id}/record").status_code == 404
    secretary.press(desk(meeting), "/close")
    assert evening.visitor("sun").get(f"/meetings/{meeting.id}/record").status_code == 404
    assert evening.visitor("zhang").get(f"/meetings/{meeting.id}/record").status_code == 200
    for person in ("chair", "secretary"):
        answer = evening.visitor(person).press(f"/meetings/{meeting.id}/record", "/sign")
        assert "确认好了" in answer.text
    text = evening.visitor().get(f"/meetings/{meeting.id}/record").text
    assert "散会（<time" in text
    assert "<b>张某</b>：充电桩太远" in text
    assert "出差" not in text
    minutes = evening.visitor().get(f"/meetings/{meeting.id}/minutes").text
    assert "同意提交村民会议" in minutes
    assert "充电桩太远" not in minutes
    assert "会议纪要" in evening.visitor().get(f"/meetings/{meeting.id}").text


def test_nobody_signs_for_somebody_else(evening, meeting):
    secretary = evening.visitor("secretary")
    secretary.press(desk(meeting), "/close")
    form = secretary.form(f"/meetings/{meeting.id}/record", "/sign")
    answer = secretary.send(form.action, dict(form.fields) | {"part": "chair"})
    assert answer.status_code == 403
    assert "主持人本人" in answer.text
    assert rows(evening)[0].chair_signed is None


def test_what_changed_since_it_was_read_is_not_signed(evening, meeting):
    chair = evening.visitor("chair")
    evening.visitor("secretary").press(desk(meeting), "/close")
    page = chair.get(f"/meetings/{meeting.id}/record")
    entry = evening.council.get(Entry, lines(evening, meeting)[0].id)
    entry.correct(words("改了"), words("漏了"), by=actor("secretary", at="2026-04-02 21:30"))
    evening.council.save(entry)
    answer = chair.press(page, "/sign")
    assert answer.status_code == 409
    assert "又有变动" in answer.text


def test_a_past_page_shows_the_meeting_as_it_was_and_offers_nothing(evening, meeting):
    position = evening.council.head().size - 1
    text = evening.visitor("secretary").get(f"{desk(meeting)}?as_of={position}").text
    assert "充电桩太远" in text
    assert "同意提交村民会议" not in text
    assert 'id="entry"' not in text


def test_the_desk_asks_the_database_no_more_for_a_long_record(evening, meeting, queries):
    evening.visitor("secretary").get(desk(meeting))
    few = queries(lambda: evening.visitor("secretary").get(desk(meeting)))
    evening.council.save(*(sittings.speech(meeting.id, f"第{n}句") for n in range(100)))
    assert queries(lambda: evening.visitor("secretary").get(desk(meeting))) == few

"""Pages of meetings: the notice and the sheet, without a mouse and without scripts."""

import pytest

from deliberation.clauses import Text
from deliberation.motions.model import Motion
from tests.given import DELEGATES, actor, who
from tests.meetings import sittings
from tests.meetings.sittings import MATTER
from tests.web.evenings import desk, rows, sheet
from tests.web.evenings import evening as evening
from tests.web.evenings import meeting as meeting

NOTICE = {
    "kind": "council",
    "title": "议事会第一次会议",
    "number": "甲会〔2026〕1号",
    "starts": "2026-04-20T19:00",
    "place": "议事厅",
    "offices": ["delegate", "committee"],
    "agenda__0__title": "审议草案",
    "agenda__1__title": "其他事项",
}

# the notice


def test_a_meeting_is_called_with_seats_by_office_and_an_agenda(evening):
    answer = evening.visitor("secretary").press(f"/meetings/new/{MATTER}", "call", **NOTICE)
    assert "会议通知发出了" in answer.text
    (row,) = rows(evening)
    assert (row.title, row.due, row.place, row.state) == ("议事会第一次会议", 5, "议事厅", "called")
    assert "审议草案" in answer.text
    assert "其他事项" in answer.text
    assert row.title in evening.visitor().get("/").text
    assert "签到、宣布开会" in evening.visitor("secretary").get("/desk").text


def test_an_agenda_item_may_name_the_motion_under_debate(evening):
    evening.council.save(motion := a_motion())
    evening.visitor("secretary").press(
        f"/meetings/new/{MATTER}", "call", **NOTICE, agenda__0__motion=motion.id
    )
    assert motion.id in rows(evening)[0].agenda


def a_motion():
    text = Text.of("安全自治十条", ["通道畅通。"])
    by = actor(at="2026-03-27 09:00")
    return Motion.propose(MATTER, "1", "安全自治十条", kind="compact", text=text, seconds_needed=0, by=by)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "请写明会议名称"),
        ({"starts": "later"}, "请写日期和时间"),
        ({"offices": []}, "请勾选谁应该到会"),
        ({"agenda__0__title": "", "agenda__1__title": ""}, "请填写这一项"),
        ({"kind": ""}, "请填写这一项"),
    ],
)
def test_a_notice_that_lacks_something_says_what_and_keeps_the_rest(evening, wrong, sentence):
    answer = evening.visitor("secretary").press(f"/meetings/new/{MATTER}", "call", **(NOTICE | wrong))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert NOTICE["place"] in answer.text
    assert not rows(evening)


def test_a_number_is_given_once(evening):
    visitor = evening.visitor("secretary")
    visitor.press(f"/meetings/new/{MATTER}", "call", **NOTICE)
    answer = visitor.press(f"/meetings/new/{MATTER}", "call", **NOTICE)
    assert answer.status_code == 409
    assert "已经用过" in answer.text
    assert len(rows(evening)) == 1


def test_only_secretary_and_chair_call_meetings(evening):
    assert evening.visitor("zhang").get(f"/meetings/new/{MATTER}").status_code == 403
    assert evening.visitor().get(f"/meetings/new/{MATTER}").status_code == 303
    assert evening.visitor("chair").get("/meetings/new").status_code == 200
    assert evening.visitor("secretary").get(f"/meetings/new/{who('zhang')}").status_code == 404


def test_a_meeting_is_cancelled_with_a_reason_that_all_can_read(evening):
    evening.council.save(meeting := sittings.called())
    evening.visitor("secretary").press(f"/meetings/{meeting.id}", "cancel", reason="台风")
    assert "台风" in evening.visitor().get(f"/meetings/{meeting.id}").text


def test_the_notice_prints_with_its_agenda(evening):
    evening.council.save(meeting := sittings.called())
    text = evening.visitor().get(f"/meetings/{meeting.id}/notice").text
    assert "审议《安全自治十条》草案" in text
    assert "4月2日" in text


# attendance


def test_all_the_rest_are_marked_present_at_one_press(evening):
    evening.council.save(meeting := sittings.called())
    secretary = evening.visitor("secretary")
    secretary.press(desk(meeting), "exception", who="张某", status="leave", reason="看病")
    answer = secretary.press(desk(meeting), "/attendance/rest")
    assert "其余 3 人都记为到会了" in answer.text
    assert "看病" in answer.text
    assert sheet(evening, meeting) == {who("zhang"): "leave"} | {
        who(each): "present" for each in DELEGATES[1:]
    }


def test_one_person_is_marked_with_one_press(evening):
    evening.council.save(meeting := sittings.called())
    evening.visitor("secretary").press(desk(meeting), "mark", person=who("li"))
    assert sheet(evening, meeting)[who("li")] == "present"


def test_an_exception_corrects_what_was_marked(evening, meeting):
    answer = evening.visitor("secretary").press(desk(meeting), "exception", who="王某", status="absent")
    assert "王某：缺席" in answer.text
    assert sheet(evening, meeting)[who("wang")] == "absent"


def test_who_is_not_on_the_sheet_is_not_marked(evening, meeting):
    answer = evening.visitor("secretary").press(
        desk(meeting), "exception", who="孙某", status="leave", reason="出差去了"
    )
    assert answer.status_code == 422
    assert "签到表上没有" in answer.text
    assert "出差去了" in answer.text


def test_a_guest_observes_by_name_and_affiliation(evening, meeting):
    answer = evening.visitor("secretary").press(
        desk(meeting), "observe", name="冯警官", affiliation="社区民警"
    )
    assert "冯警官（社区民警）" in answer.text


def test_an_observer_with_a_name_of_the_register_is_asked_about(evening, meeting):
    secretary = evening.visitor("secretary")
    asked = secretary.press(desk(meeting), "observe", name="吴某", affiliation="租户代表")
    assert asked.status_code == 422
    assert "名册里有叫" in asked.text
    done = secretary.press(asked, "observe", person=who("wu"))
    assert done.status_code == 200
    assert sheet(evening, meeting)[who("wu")] == "present"

"""What the forms of meetings take and what they say no to."""

import pytest

from deliberation.forms import BadForm, load
from deliberation.meetings import schemas
from deliberation.meetings.model import Meeting
from tests.given import actor, who

NOTICE = {
    "matter": who("zhang"),
    "number": "〔2026〕3",
    "kind": "议事会",
    "title": "第三次会议",
    "starts": "2026-04-02T19:00",
    "place": "党群服务中心",
    "seats": [who("zhang"), who("li")],
    "agenda": "审议草案\n\n其他事项\n",
}


def test_a_notice_as_typed_calls_a_meeting() -> None:
    values = load(schemas.Call, NOTICE)
    assert values["agenda"] == [
        {"item": "1", "title": "审议草案", "motion": ""},
        {"item": "2", "title": "其他事项", "motion": ""},
    ]
    meeting = Meeting.call(values.pop("matter"), values.pop("number"), **values, by=actor("secretary"))
    assert meeting.due == 2


def test_an_agenda_may_name_its_items_and_motions() -> None:
    agenda = [{"item": "一", "title": "审议草案", "motion": who("zhang")}, {"title": "其他"}]
    assert [line["item"] for line in load(schemas.Call, NOTICE | {"agenda": agenda})["agenda"]] == ["一", "2"]


@pytest.mark.parametrize("missing", ["number", "kind", "title", "starts", "place", "seats", "agenda"])
def test_a_notice_that_lacks_something_says_what(missing: str) -> None:
    with pytest.raises(BadForm) as refused:
        load(schemas.Call, {name: value for name, value in NOTICE.items() if name != missing})
    assert list(refused.value.errors) == [missing]


def test_an_entry_needs_its_words_and_a_known_kind() -> None:
    with pytest.raises(BadForm) as refused:
        load(schemas.Write, {"kind": "唱歌", "said": " "})
    assert set(refused.value.errors) == {"kind", "said"}
    assert load(schemas.Write, {"kind": "发言", "said": "充电桩太远"})["kind"] == "speech"

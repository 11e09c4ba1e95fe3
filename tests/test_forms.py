"""Forms: what somebody typed becomes a value, or a sentence that says why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import fields

from deliberation import forms
from deliberation.forms import BadForm, Form, load

COLOURS = {"red": ("红", "red"), "blue": ("蓝", "blue")}


class Inner(Form):
    title = forms.Line(5)


class Sample(Form):
    """Every kind of field, none required."""

    line = forms.Line(5, required=False)
    prose = forms.Prose(10, required=False)
    choice = forms.Choice(COLOURS, required=False)
    flag = forms.Flag()
    count = forms.Count(1, 9, required=False)
    area = forms.Area(required=False)
    date = forms.IsoDate(required=False)
    moment = forms.Moment(required=False)
    id = forms.Id(required=False)
    many = forms.Many(forms.Line(3), most=2, required=False)
    nested = forms.Many(fields.Nested(Inner), required=False)


class Needed(Form):
    line = forms.Line(ask="请写明标题。|Please give a title.")
    count = forms.Count()
    many = forms.Many(forms.Line())


UUID = "0b8f3c52-7a2e-4c53-9d5c-0f6a5b3c2d11"


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("line", "  第一条 ", "第一条"),
        ("line", "e\u0301", "é"),
        ("line", "\ufeff一\u200b", "一"),
        ("prose", "一\r\n二\r三\t四", "一\n二\n三\t四"),
        ("choice", "红", "red"),
        ("choice", "red", "red"),
        ("flag", "on", True),
        ("flag", "是", True),
        ("flag", "FALSE", False),
        ("flag", True, True),
        ("count", " 3 ", 3),
        ("count", 9, 9),
        ("area", "89.5", 8_950),
        ("area", "0.01", 1),
        ("area", "60", 6_000),
        ("date", "2028-02-29", "2028-02-29"),
        ("moment", "2026-04-17T19:00", 1_776_423_600),
        ("moment", "2026-04-17 19:00", 1_776_423_600),
        ("id", UUID.upper(), UUID),
        ("many", ["一", "二"], ["一", "二"]),
        ("many", "一", ["一"]),
        ("nested", [{"title": "甲"}], [{"title": "甲"}]),
    ],
)
def test_what_was_typed_becomes_a_value(field, typed, value):
    assert load(Sample, {field: typed})[field] == value


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("line", "一二三四五六"),
        ("line", "一\n二"),
        ("line", "a\x00b"),
        ("line", "a\u202eb"),
        ("line", "a\ud800b"),
        ("prose", "一" * 11),
        ("prose", "a\x07b"),
        ("choice", "绿"),
        ("flag", "maybe"),
        ("count", "0"),
        ("count", "10"),
        ("count", "1.5"),
        ("count", "一"),
        ("count", "9" * 400),
        ("area", "-1"),
        ("area", "1.005"),
        ("area", "1e3"),
        ("date", "2026-02-29"),
        ("date", "20260417"),
        ("date", "2026-W16-5"),
        ("moment", "2026-04-17"),
        ("moment", "2026-04-17T25:00"),
        ("id", "zhang"),
        ("many", ["一", "二", "三"]),
        ("many", 5),
    ],
)
def test_what_cannot_be_is_named_in_both_languages(field, typed):
    with pytest.raises(BadForm) as caught:
        load(Sample, {field: typed})
    [(name, (zh, en))] = caught.value.errors.items()
    assert name == field
    assert zh != en
    assert "{" not in zh + en
    assert zh in caught.value.say("zh")
    assert en in caught.value.say("en")
    assert caught.value.status == 422


def test_what_may_be_left_out_has_its_empty_value():
    empty: dict[str, object] = dict.fromkeys(("line", "prose", "choice", "date", "id"), "")
    empty |= {"flag": False, "count": 0, "area": 0, "moment": 0, "many": [], "nested": []}
    assert load(Sample, {}) == empty
    blank = load(Sample, {name: " " for name in empty if name not in ("many", "nested")})
    assert blank == empty
    assert load(Sample, {})["many"] is not load(Sample, {})["many"], "nobody shares a list"


def test_every_missing_field_is_named_at_once():
    with pytest.raises(BadForm) as caught:
        load(Needed, {"line": "\u200b", "many": []})
    assert caught.value.errors == {
        "line": ["请写明标题。", "Please give a title."],
        "count": ["请填写这一项。", "Please fill this in."],
        "many": ["请填写这一项。", "Please fill this in."],
    }
    assert caught.value.facts["count"] == 3


def test_a_fault_in_a_list_is_named_by_its_place():
    with pytest.raises(BadForm) as caught:
        load(Sample, {"nested": [{"title": "甲"}, {"title": ""}], "many": ["好", "太长太长"]})
    assert set(caught.value.errors) == {"nested.1.title", "many.1"}


def test_buttons_and_tokens_are_left_out():
    assert "csrf_token" not in load(Sample, {"csrf_token": "x", "send": ""})


@given(st.text(max_size=12))
def test_a_line_is_taken_the_same_when_it_is_sent_again(typed):
    try:
        once = load(Sample, {"line": typed})["line"]
    except BadForm:
        return
    assert load(Sample, {"line": once})["line"] == once

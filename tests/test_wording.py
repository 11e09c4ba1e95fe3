"""Numbers of clauses are read aloud, and changes are shown so that a person can read them."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.wording import diff, ordinal


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "第一条"),
        (9, "第九条"),
        (10, "第十条"),
        (12, "第十二条"),
        (20, "第二十条"),
        (21, "第二十一条"),
        (99, "第九十九条"),
        (100, "第一百条"),
        (101, "第一百零一条"),
        (110, "第一百一十条"),
        (111, "第一百一十一条"),
        (205, "第二百零五条"),
        (999, "第九百九十九条"),
    ],
)
def test_clauses_are_counted_in_chinese(number, words):
    assert ordinal(number) == words


def test_every_number_has_its_own_words():
    assert len({ordinal(number) for number in range(1, 1000)}) == 999


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_there_is_no_clause_nought_and_no_thousandth(number):
    with pytest.raises(ValueError, match="no ordinal"):
        ordinal(number)


def test_a_change_is_shown_as_removed_then_added():
    assert diff("逾期不改的，罚款二百元。", "逾期不改的，公示位置。") == [
        ("same", "逾期不改的，"),
        ("removed", "罚款二百元"),
        ("added", "公示位置"),
        ("same", "。"),
    ]


def test_an_addition_removes_nothing():
    assert diff("不停车、不上锁。", "不停车、不堆物、不上锁。")[1] == ("added", "堆物、不")
    assert diff("甲", "甲乙") == [("same", "甲"), ("added", "乙")]
    assert diff("", "甲") == [("added", "甲")]
    assert diff("甲", "") == [("removed", "甲")]
    assert diff("", "") == []
    assert diff("甲乙", "甲乙") == [("same", "甲乙")]


def test_a_lone_equal_character_between_two_changes_is_absorbed():
    assert diff("租客三日内登记", "房东七日前登记") == [
        ("removed", "租客三日内"),
        ("added", "房东七日前"),
        ("same", "登记"),
    ]
    assert diff("一二三四五", "甲二三乙五") == [("removed", "一二三四"), ("added", "甲二三乙"), ("same", "五")]


def test_three_equal_characters_stand_between_two_changes():
    assert diff("一二三四五", "甲二三四乙") == [
        ("removed", "一"),
        ("added", "甲"),
        ("same", "二三四"),
        ("removed", "五"),
        ("added", "乙"),
    ]


@given(st.text("甲乙丙，。", max_size=40), st.text("甲乙丙，。", max_size=40))
def test_the_parts_spell_both_wordings(old, new):
    parts = diff(old, new)
    assert "".join(part for kind, part in parts if kind != "added") == old
    assert "".join(part for kind, part in parts if kind != "removed") == new
    assert all(part for _, part in parts)
    followed = {(one[0], other[0]) for one, other in pairwise(parts)}
    assert ("added", "removed") not in followed
    assert all(one != other for one, other in followed)


@given(st.text("甲乙丙丁，。", max_size=30))
def test_a_wording_has_no_difference_from_itself(wording):
    assert all(kind == "same" for kind, _ in diff(wording, wording))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("甲" * 4000 + "乙" * 4000, "乙" * 4000 + "甲" * 4000),
        ("甲。" * 2000 + "乙。" * 2000, "乙。" * 2000 + "甲。" * 2000),
        ("甲乙，" * 2600, "乙甲，" * 2600),
    ],
)
def test_hostile_wordings_do_not_keep_a_page_waiting(old, new):
    start = time.perf_counter()
    parts = diff(old, new)
    assert time.perf_counter() - start < 5
    assert "".join(part for kind, part in parts if kind != "added") == old
    assert "".join(part for kind, part in parts if kind != "removed") == new


def test_a_long_text_is_still_compared_sentence_by_sentence():
    sentences = [f"第{number}项不停车、不堆物、不上锁。" for number in range(500)]
    changed = ["先说明一句。", *sentences[:250], "中间加了一句话。", *sentences[251:], "最后一句。"]
    parts = diff("".join(sentences), "".join(changed))
    assert ("removed", "第250项不停车、不堆物、不上锁。") in parts
    assert ("added", "中间加了一句话。") in parts

"""What people type over a text becomes operations; what they type in one piece becomes clauses."""

import pytest

from deliberation.clauses import EmptyWording, Insert, Remove, Replace, Text, apply
from deliberation.motions.changes import as_typed, clauses_in, edited, operation_on

TEXT = Text.of("公约", ["甲", "乙", "丙"])


@pytest.mark.parametrize(
    ("typed", "clauses"),
    [
        ("一条。\n还是这一条。\n\n二条。", ["一条。\n还是这一条。", "二条。"]),
        ("一条。\r\n \t\r\n\r\n二条。\r\n", ["一条。", "二条。"]),
        ("第一条　不乱停。\n第二条、不乱堆。\n第十二条：不乱拉。", ["不乱停。", "不乱堆。", "不乱拉。"]),
        ("第三条规定的设施，由村委会建。", ["第三条规定的设施，由村委会建。"]),
        (" \n\n ", []),
    ],
)
def test_a_blank_line_or_a_number_begins_a_new_clause(typed, clauses):
    assert clauses_in(typed) == clauses


def test_what_was_typed_over_the_clauses_becomes_operations_in_their_order():
    operations = edited(TEXT, {"c1": "甲甲", "c2": " 乙\r\n"}, {"c3"}, {"": "零", "c2": "新一\n\n新二"})
    assert operations == [
        Insert("c4", "", "零"),
        Replace("c1", "甲", "甲甲"),
        Insert("c5", "c2", "新一"),
        Insert("c6", "c5", "新二"),
        Remove("c3", "c6", "丙"),
    ]
    after = apply(TEXT, operations)
    assert [clause.text for clause in after.clauses] == ["零", "甲甲", "乙", "新一", "新二"]


def test_what_stays_as_it_was_is_no_change():
    assert edited(TEXT, {"c1": "甲", "c2": "乙 "}, set(), {"c1": " "}) == []


def test_an_emptied_clause_is_not_a_removed_one():
    with pytest.raises(EmptyWording):
        edited(TEXT, {"c1": " "}, set(), {})


def test_an_operation_typed_again_is_the_same_operation():
    text = TEXT
    for operation in edited(TEXT, {"c1": "甲甲"}, {"c2"}, {"c3": "末"}):
        row = as_typed(operation)
        assert operation_on(text, row["change"], row["clause"], row["wording"]) == operation
        text = apply(text, [operation])

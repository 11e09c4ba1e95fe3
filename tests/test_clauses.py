"""A text is amended clause by clause; ids last, amendments can be undone, nothing is lost unseen."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation import clauses
from deliberation.clauses import (
    Clause,
    ClauseIdUsed,
    EmptyWording,
    Insert,
    NoSuchClause,
    PlaceDiffers,
    Remove,
    Replace,
    Text,
    TooManyClauses,
    UnchangedWording,
    UnknownOperation,
    UnreadableWording,
    WordingDiffers,
    WordingTooLong,
    apply,
    operation_from_json,
    undo,
)

TITLE = "甲河村安全自治十条"
PASSAGE = "消防车通道、楼梯间和安全出口全天畅通，不停车、不堆物、不上锁。"
CHARGING = "电动自行车及其电池不进楼、不入户，统一使用集中充电设施。"
THROWING = "不从窗口、阳台、楼顶抛掷任何物品。"


@pytest.fixture
def text():
    return Text.of(TITLE, [PASSAGE, CHARGING, THROWING])


def ids(text):
    return [clause.id for clause in text.clauses]


def refused(refusal, text, *operations):
    with pytest.raises(refusal) as caught:
        apply(text, operations)
    assert str(caught.value) == caught.value.say("zh")
    assert "保持不变" in str(caught.value), "the sentence says what was kept"
    assert "{" not in str(caught.value) + caught.value.say("en")
    return caught.value


def test_clauses_are_numbered_from_one_and_keep_their_ids(text):
    assert ids(text) == ["c1", "c2", "c3"]
    assert text.clause("c2") == Clause("c2", CHARGING)
    shorter = apply(text, [Remove("c1", "", PASSAGE)])
    assert [shorter.number(one) for one in ids(shorter)] == [1, 2]
    assert ids(shorter) == ["c2", "c3"]


def test_an_id_is_never_given_twice(text):
    assert text.next_id == "c4"
    longer = apply(text, [Insert("c4", "c3", "不超负荷用电。")])
    shorter = apply(longer, [Remove("c4", "c3", "不超负荷用电。")])
    assert shorter.next_id == "c5"
    refusal = refused(ClauseIdUsed, shorter, Insert("c4", "c3", "楼道不堆物。"))
    assert refusal.facts == {"clause": "c4", "expected": "c5"}
    for taken in ("c1", "c6", "", "第五条"):
        refused(ClauseIdUsed, shorter, Insert(taken, "c3", "楼道不堆物。"))


def test_a_new_clause_stands_where_it_was_asked_for(text):
    amended = apply(text, [Insert("c4", "", "首先，"), Insert("c5", "c1", "其次，"), Insert("c6", "c3", "最后，")])
    assert ids(amended) == ["c4", "c1", "c5", "c2", "c3", "c6"]
    assert (amended.number("c3"), amended.before("c5"), amended.before("c4")) == (5, "c1", "")


def test_a_clause_can_be_given_a_new_wording(text):
    new = CHARGING + "每栋楼的集中充电位不少于三十个。"
    amended = apply(text, [Replace("c2", CHARGING, new)])
    assert [clause.text for clause in amended.clauses] == [PASSAGE, new, THROWING]
    assert text.clause("c2").text == CHARGING, "the old text stays as it was"
    assert amended.digest() != text.digest()


def test_an_amendment_of_words_that_have_changed_meanwhile_is_refused(text):
    amended = apply(text, [Replace("c2", CHARGING, "电池不入户。")])
    refusal = refused(WordingDiffers, amended, Replace("c2", CHARGING, "电池不上楼。"))
    assert refusal.facts["stands"] == "电池不入户。"
    assert "第二条" in str(refusal)
    assert "Clause 2" in refusal.say("en")
    refused(WordingDiffers, amended, Remove("c2", "c1", CHARGING))


def test_the_sentence_about_a_long_clause_stays_short():
    text = Text.of(TITLE, ["长" * 8000])
    assert len(str(refused(WordingDiffers, text, Replace("c1", "短", "更短")))) < 150


def test_a_clause_that_is_not_there_cannot_be_amended(text):
    for operation in (Replace("c9", "甲", "乙"), Remove("c9", "", "甲"), Insert("c4", "c9", "甲")):
        assert refused(NoSuchClause, text, operation).facts == {"clause": "c9"}
    with pytest.raises(NoSuchClause, match="没有编号 c9 的条款"):
        text.number("c9")


def test_a_clause_that_has_moved_is_not_removed_unseen(text):
    moved = apply(text, [Insert("c4", "c1", "中间插入一条。")])
    assert "第三条" in str(refused(PlaceDiffers, moved, Remove("c2", "c1", CHARGING)))
    assert ids(apply(moved, [Remove("c2", "c4", CHARGING)])) == ["c1", "c4", "c3"]


@pytest.mark.parametrize("nothing", ["", "   ", "\n\t", "\u3000"])
def test_an_empty_wording_is_refused(text, nothing):
    refused(EmptyWording, text, Replace("c1", PASSAGE, nothing))
    refused(EmptyWording, text, Insert("c4", "c3", nothing))
    with pytest.raises(EmptyWording):
        Text.of(TITLE, [PASSAGE, nothing])
    with pytest.raises(EmptyWording):
        Text.of(nothing, [PASSAGE])


def test_an_amendment_must_change_something(text):
    refused(UnchangedWording, text, Replace("c1", PASSAGE, PASSAGE))
    refused(UnchangedWording, text, Replace("c1", PASSAGE, f" {PASSAGE}\r\n"))


def test_a_clause_has_at_most_eight_thousand_characters(text):
    assert apply(text, [Replace("c1", PASSAGE, "字" * 8000)]).clause("c1").text == "字" * 8000
    refusal = refused(WordingTooLong, text, Replace("c1", PASSAGE, "字" * 8001))
    assert refusal.facts == {"length": 8001, "limit": 8000}
    refused(WordingTooLong, text, Insert("c4", "", "字" * 8001))
    with pytest.raises(WordingTooLong):
        Text.of("题" * 201, [PASSAGE])


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\ud800"])
def test_characters_that_cannot_be_printed_are_refused(text, character):
    refusal = refused(UnreadableWording, text, Replace("c1", PASSAGE, f"不停车{character}不堆物"))
    assert refusal.facts == {"code": f"U+{ord(character):04X}"}
    with pytest.raises(UnreadableWording):
        Text.of(TITLE, [f"甲{character}乙"])


def test_a_text_has_at_most_999_clauses():
    full = Text.of(TITLE, ["一条。"] * 999)
    refused(TooManyClauses, full, Insert("c1000", "", "再来一条。"))
    with pytest.raises(TooManyClauses):
        Text.of(TITLE, ["一条。"] * 1000)


def test_of_several_operations_none_takes_effect_if_one_is_refused(text):
    before = text.to_json()
    refused(WordingDiffers, text, Replace("c1", PASSAGE, "改动一。"), Replace("c2", "不是原文", "改动二。"))
    assert text.to_json() == before


def test_what_was_amended_can_be_undone_and_done_again(text):
    operations = [
        Replace("c1", PASSAGE, "通道畅通。"),
        Insert("c4", "c1", "新的一条。"),
        Remove("c2", "c4", CHARGING),
        Insert("c5", "c1", "又一条。"),
    ]
    amended = apply(text, operations)
    back = apply(amended, undo(operations))
    assert (back.title, back.clauses, back.digest()) == (text.title, text.clauses, text.digest())
    assert back.next_id == "c6", "ids used by what was undone stay used"
    assert apply(back, undo(undo(operations))) == amended


def test_only_a_clause_that_is_gone_can_come_back(text):
    for clause in ("c1", "c4", "c0", "x"):
        refused(ClauseIdUsed, text, Insert(clause, "c3", "回来。", again=True))


def test_operations_are_stored_as_plain_data():
    operations = [
        Replace("c1", "旧文", "新文"),
        Insert("c4", "", "新增"),
        Remove("c2", "c1", "删去"),
        Insert("c2", "c1", "删去", again=True),
    ]
    stored = json.loads(json.dumps([operation.to_json() for operation in operations]))
    assert [operation_from_json(data) for data in stored] == operations
    assert stored[0] == {"operation": "replace", "clause": "c1", "old": "旧文", "new": "新文"}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"operation": "rename", "clause": "c1"},
        {"operation": ["replace"]},
        {"operation": "replace", "clause": "c1", "old": "旧"},
        {"operation": "replace", "clause": "c1", "old": "旧", "new": 3},
        {"operation": "replace", "clause": "c1", "old": "旧", "new": "新", "extra": ""},
        {"operation": "remove", "clause": "c1", "after": "", "text": "甲", "again": True},
        {"operation": "insert", "clause": "c1", "after": "", "text": "甲", "again": "yes"},
    ],
)
def test_data_that_is_no_operation_is_refused(data):
    with pytest.raises(UnknownOperation, match="看不懂这项修改"):
        operation_from_json(data)


def test_the_digest_is_that_of_the_canonical_text(text):
    pairs = f'["c1","{PASSAGE}"],["c2","{CHARGING}"],["c3","{THROWING}"]'
    canonical = f'{{"clauses":[{pairs}],"title":"{TITLE}"}}'
    assert text.digest() == sha256(canonical.encode()).hexdigest()
    assert replace(text, last=9).digest() == text.digest()
    assert replace(text, title="乙").digest() != text.digest()
    assert replace(text, clauses=text.clauses[::-1]).digest() != text.digest()


def test_texts_that_look_alike_have_one_digest():
    composed, decomposed = "caf\u00e9，第一行\n第二行", " cafe\u0301，第一行\r\n第二行 "
    one, other = Text.of(TITLE, [composed]), Text.of(f"{TITLE}\n", [decomposed])
    assert one == other
    assert one.digest() == other.digest()
    assert apply(one, [Replace("c1", decomposed, "改。")]) == apply(other, [Replace("c1", composed, "改。")])


def test_a_text_is_stored_as_plain_data(text):
    amended = apply(text, [Insert("c4", "c1", "新增。"), Remove("c4", "c1", "新增。")])
    stored = json.loads(json.dumps(amended.to_json()))
    pairs = [["c1", PASSAGE], ["c2", CHARGING], ["c3", THROWING]]
    assert stored == {"title": TITLE, "clauses": pairs, "last": 4}
    assert Text.from_json(stored) == amended


WORDS = st.sampled_from(["甲", "乙。", "丙丁", "cafe\u0301", " 空格 "])


STEPS = st.tuples(st.integers(0, 9), st.integers(0, 2), WORDS)


@given(st.lists(WORDS, max_size=5), st.lists(STEPS, max_size=12))
def test_any_amendments_can_be_undone(wordings, steps):
    text = amended = Text.of("题", wordings)
    operations = []
    for place, kind, wording in steps:
        operation = some_operation(amended, place, kind, wording)
        amended = apply(amended, [operation])
        operations.append(operation_from_json(operation.to_json()))
    assert apply(text, operations) == amended
    assert apply(amended, undo(operations)).clauses == text.clauses
    assert Text.from_json(amended.to_json()) == amended
    assert len(set(ids(amended))) == len(amended.clauses)


def some_operation(text, place, kind, wording):
    if not text.clauses or kind == 0:
        return Insert(text.next_id, ["", *ids(text)][place % (len(text.clauses) + 1)], wording)
    clause = text.clauses[place % len(text.clauses)]
    if kind == 1:
        return Replace(clause.id, clause.text, clause.text + wording.strip())
    return Remove(clause.id, text.before(clause.id), clause.text)


def test_the_names_of_wording_are_at_hand():
    assert clauses.ordinal(12) == "第十二条"
    assert clauses.diff("甲", "甲") == [("same", "甲")]

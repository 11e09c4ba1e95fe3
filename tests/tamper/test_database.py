"""Whoever writes into the database behind the program's back is found by a recount on the spot."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliberation.council import Council
from deliberation.log.store import events
from deliberation.scenario.player import COMMUNITY, play
from tests.tamper.conftest import (
    Whole,
    codes,
    first_quick,
    leaf_at,
    mend_the_head,
    position_of,
    put,
    sql,
)


def test_the_story_untouched_is_without_a_finding(council: Council, whole: Whole) -> None:
    assert codes(council, pins={whole.size: whole.root}) == set()


# the leaves


def flipped(leaf: bytes, byte: int, bit: int) -> bytes:
    at = byte % len(leaf)
    return leaf[:at] + bytes([leaf[at] ^ 1 << bit]) + leaf[at + 1 :]


def test_a_bit_flipped_in_an_entry_is_found(council: Council) -> None:
    put(council, 700, flipped(leaf_at(council, 700), 120, 3))
    assert "C03" in codes(council)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 2047), byte=st.integers(0, 65_535), bit=st.integers(0, 7))
def test_any_bit_flipped_in_any_entry_is_found(council: Council, position: int, byte: int, bit: int) -> None:
    leaf = leaf_at(council, position)
    put(council, position, flipped(leaf, byte, bit))
    assert "C03" in codes(council)
    put(council, position, leaf)


@pytest.mark.slow
def test_every_single_entry_stands_under_the_root(council: Council, whole: Whole) -> None:
    assert whole.size == council.head().size
    for position in range(0, whole.size, 97):
        leaf = leaf_at(council, position)
        put(council, position, leaf + b" ")
        assert {"C03", "C05"} <= codes(council), position
        put(council, position, leaf)
    assert codes(council) == set()


def test_words_put_where_bytes_belong_are_found(council: Council) -> None:
    """SQLite stores what it is given: an entry edited with its text functions is no longer a row of bytes."""
    at = position_of(council, "poll.counted", 5)
    sql(council, "UPDATE events SET leaf = replace(leaf, '338', '339') WHERE position = :at", at=at)
    assert {"C03", "C13"} <= codes(council)


@pytest.mark.slow
def test_a_choice_is_not_changed_by_changing_its_sealed_bytes(council: Council) -> None:
    at = position_of(council, "ballot.cast", 7)
    leaf = leaf_at(council, at)
    mark = leaf.index(b'"sealed":"') + 12
    put(council, at, leaf[:mark] + (b"0" if leaf[mark : mark + 1] != b"0" else b"1") + leaf[mark + 1 :])
    mend_the_head(council)
    assert codes(council) & {"C12", "C14"}, "even if the tree is made anew"


def test_whoever_makes_the_tree_anew_is_found_by_an_earlier_checkpoint(
    council: Council, whole: Whole
) -> None:
    at = position_of(council, "report.received", 3)
    put(council, at, leaf_at(council, at).replace(b'"colour":"', b'"colour":"r'))
    mend_the_head(council)
    assert "C04" in codes(council, pins={whole.size: whole.root})


# rows


def test_an_entry_taken_out_is_found(council: Council) -> None:
    sql(council, "DELETE FROM events WHERE position = 1000")
    assert {"C03", "C06"} <= codes(council)


@pytest.mark.slow
def test_an_entry_taken_out_with_the_gap_closed_is_found(council: Council) -> None:
    ballot = position_of(council, "ballot.cast", 20)
    sql(council, "DELETE FROM events WHERE position = :at", at=ballot)
    with council.database.engine.begin() as connection:
        for row in connection.execute(events.select().where(events.c.position > ballot)).fetchall():
            moved = events.update().where(events.c.position == row.position)
            connection.execute(moved.values(position=row.position - 1))
    mend_the_head(council)
    assert {"C13"} <= codes(council)


def test_a_tail_cut_off_with_the_head_mended_is_found_by_a_checkpoint_only(
    council: Council, whole: Whole
) -> None:
    opened = position_of(council, "resolution.adopted")
    sql(council, "DELETE FROM events WHERE position >= :at", at=opened)
    mend_the_head(council)
    assert codes(council) == set(), "a shorter log is a whole log"
    assert codes(council, pins={whole.size: whole.root}) == {"C04"}


def test_two_entries_in_each_others_rows_are_found(council: Council) -> None:
    first, second = (position_of(council, "ballot.cast", number) for number in (3, 4))
    leaves = leaf_at(council, first), leaf_at(council, second)
    put(council, first, leaves[1])
    put(council, second, leaves[0])
    assert {"C03", "C20"} <= codes(council)
    mend_the_head(council)
    assert codes(council) == {"C20"}, "an order that might have been, but not the one of the columns"


@pytest.mark.slow
def test_two_rows_in_each_others_place_are_found(council: Council) -> None:
    first, second = position_of(council, "poll.opened", 5), position_of(council, "ballot.cast")
    for old, new in ((first, -1), (second, first), (-1, second)):
        sql(council, "UPDATE events SET position = :new WHERE position = :old", old=old, new=new)
    assert "C03" in codes(council)
    mend_the_head(council)
    assert "C12" in codes(council), "a ballot before the opening"


@pytest.mark.slow
def test_a_row_added_by_hand_is_found(council: Council) -> None:
    last = council.head().size - 1
    copied = "community, position + 1, stream, version + 1, type, matter, NULL, 1, time, leaf"
    sql(council, f"INSERT INTO events SELECT {copied} FROM events WHERE position = :at", at=last)
    assert {"C03", "C06"} <= codes(council)


# what stands beside the leaves

BESIDE = {
    "matter": "NULL",
    "type": "'ballot.changed'",
    "stream": "'00000000-0000-4000-8000-000000000000'",
    "version": "version + 7",
    "time": "time - 1",
    "span": "span + 1",
}


@pytest.mark.parametrize("change", first_quick({name: f"{name} = {value}" for name, value in BESIDE.items()}))
def test_a_column_that_says_something_else_than_its_entry_is_found(council: Council, change: str) -> None:
    at = position_of(council, "ballot.cast", 50)
    sql(council, f"UPDATE events SET {change} WHERE position = :at", at=at)
    assert codes(council) == {"C20"}


HEADS = {
    "one more": "size = size + 1",
    "one less": "size = size - 1",
    "none": "size = 0",
    "another tree": "frontier = zeroblob(length(frontier))",
    "half a tree": "frontier = substr(frontier, 1, 7)",
    "words": "frontier = 'words'",
    "earlier": "time = time - 86400",
}


@pytest.mark.parametrize("change", first_quick(HEADS))
def test_a_head_that_claims_something_else_is_found(council: Council, change: str) -> None:
    sql(council, f"UPDATE heads SET {change}")
    assert codes(council) == {"C03"}


@pytest.mark.slow
def test_a_head_taken_away_is_found(council: Council) -> None:
    sql(council, "DELETE FROM heads")
    assert codes(council) == {"C03"}


@pytest.mark.slow
def test_an_entry_given_to_another_community_is_found(council: Council) -> None:
    sql(council, "UPDATE events SET community = 'elsewhere' WHERE position = 900")
    assert {"C03", "C06"} <= codes(council)


# the other database


@pytest.mark.postgres
def test_burglars_are_found_on_postgresql_too(postgres_url: str) -> None:
    council = Council.open(postgres_url, COMMUNITY)
    try:
        play(council)
        assert codes(council) == set()
        for statement, undo, expected in POSTGRES:
            sql(council, statement)
            assert expected <= codes(council), statement
            sql(council, undo)
        assert codes(council) == set()
        before = council.digest()
        sql(council, "UPDATE polls SET outcome = 'FAIL' WHERE outcome = 'PASS'")
        assert council.digest() != before, "a view that was changed is seen by its digest"
        assert codes(council) == set(), "the log is as it was"
        council.rebuild()
        assert council.digest() == before
    finally:
        council.close()


POSTGRES: list[tuple[str, str, set[str]]] = [
    (
        "UPDATE events SET leaf = set_byte(leaf, 30, get_byte(leaf, 30) # 1) WHERE position = 1200",
        "UPDATE events SET leaf = set_byte(leaf, 30, get_byte(leaf, 30) # 1) WHERE position = 1200",
        {"C03"},
    ),
    (
        "UPDATE events SET matter = reverse(matter) WHERE position = 1300",
        "UPDATE events SET matter = reverse(matter) WHERE position = 1300",
        {"C20"},
    ),
    ("UPDATE heads SET size = size + 1", "UPDATE heads SET size = size - 1", {"C03"}),
    ("UPDATE heads SET time = time - 86400", "UPDATE heads SET time = time + 86400", {"C03"}),
    (
        "UPDATE heads SET frontier = set_byte(frontier, 3, get_byte(frontier, 3) # 1)",
        "UPDATE heads SET frontier = set_byte(frontier, 3, get_byte(frontier, 3) # 1)",
        {"C03"},
    ),
    *(
        (f"UPDATE events SET {column} = {value} WHERE position = 1100", f"UPDATE events SET {column} = {back} WHERE position = 1100", {"C20"})
        for column, value, back in (
            ("type", "type || '.x'", "left(type, -2)"), ("stream", "reverse(stream)", "reverse(stream)"),
            ("version", "version + 7", "version - 7"), ("time", "time - 1", "time + 1"), ("span", "span + 1", "span - 1"),
        )
    ),
    (
        "UPDATE vault_words SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)",
        "UPDATE vault_words SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)",
        {"C07"},
    ),
]

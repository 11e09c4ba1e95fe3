"""The leaf: canonical bytes that read back to the same event, today and after the event class has changed."""

import enum
import json
import math
import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from deliberation.actors import Actor, operator
from deliberation.council import Council
from deliberation.log.aggregate import new_id
from deliberation.log.leaf import (
    MOST_BYTES,
    LeafMapper,
    NotCanonical,
    UnknownEvent,
    canonical,
    moment,
    read_leaf,
)
from deliberation.log.store import events
from deliberation.log.tlog import leaf_hash, root_of
from tests.given import replays
from tests.log import pinboard
from tests.log.pinboard import BY, Note

MOST = 2**53 - 1

keys = st.text(st.characters(max_codepoint=127), max_size=8)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-MOST, MOST) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_canonical_bytes_are_those_of_rfc_8785(value: Any) -> None:
    data = canonical(value)
    assert data == json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert json.loads(data) == value
    assert canonical(json.loads(data)) == data


class Colour(enum.IntEnum):
    RED = 1


class Name(str):
    __slots__ = ()


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


NOT_CANONICAL = [
    1.0, math.nan, math.inf, (1, 2), {1, 2}, b"bytes", {"é": 1}, {1: 1}, {None: 1}, {Name("a"): 1}, 2**53, -(2**53), 2**64,
    datetime(2026, 1, 1, tzinfo=UTC), uuid.UUID(int=1), Colour.RED, Name("a"), "\ud800", object(), nested(300), nested(9000),
]  # fmt: skip


@pytest.mark.parametrize("value", NOT_CANONICAL, ids=lambda value: type(value).__name__)
def test_what_has_no_canonical_form_is_refused_at_any_depth(value: Any) -> None:
    for whole in (value, [1, value], {"a": {"b": [value]}}):
        with pytest.raises(NotCanonical):
            canonical(whole)


def test_a_number_just_small_enough_is_taken() -> None:
    assert canonical([MOST, -MOST]) == b"[9007199254740991,-9007199254740991]"


def test_the_leaf_of_an_event_is_exactly_this() -> None:
    id = "0a6f1c1e-9f0b-5a3c-8a54-1c7f0d8f4a10"
    (event,) = Note.pin("“好”", id=id).pending_events
    assert LeafMapper().to_stored_event(event).state.decode() == (
        '{"actor":{"person":"operator","role":"operator"},"agg":"0a6f1c1e-9f0b-5a3c-8a54-1c7f0d8f4a10","aggv":1,'
        '"at":"2026-01-04T01:00:00Z","body":{"text":"“好”"},"type":"note.pinned","v":1}'
    )


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=50),
    role=st.sampled_from(["resident", "secretary"]),
    at=st.datetimes(datetime(1990, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC)),
)
def test_an_event_reads_back_equal(text: str, role: str, at: datetime) -> None:
    note = Note.pin(text, by=Actor.of(new_id(), role, at))
    mapper = LeafMapper()
    for event in note.pending_events:
        stored = mapper.to_stored_event(event)
        assert mapper.to_domain_event(stored) == event
        assert json.loads(stored.state)["body"] == event.body()


SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 1, 1, microsecond=1, tzinfo=UTC),
        datetime(2026, 1, 1),
        datetime(2026, 1, 1, tzinfo=SHANGHAI),
    ],
)
def test_a_time_that_would_read_back_differently_is_refused(at: datetime) -> None:
    with pytest.raises(NotCanonical, match="whole second"):
        moment(at)
    note = Note.pin("1", by=BY._replace(at=at.replace(tzinfo=at.tzinfo or SHANGHAI)))
    with pytest.raises(NotCanonical):
        LeafMapper().to_stored_event(note.pending_events[0])


def test_an_event_as_large_as_an_entry_may_be_is_taken_and_one_byte_more_is_not(board: Council) -> None:
    (event,) = Note.pin("").pending_events
    room = MOST_BYTES - len(LeafMapper().to_stored_event(event).state)
    board.save(Note.pin("x" * room))
    with pytest.raises(NotCanonical, match="65536 bytes"):
        board.save(Note.pin("x" * (room + 1)))
    assert board.head().size == 2


def test_a_body_that_has_no_canonical_form_leaves_nothing(board: Council) -> None:
    with pytest.raises(NotCanonical):
        board.save(Note.pin(1.5))  # type: ignore[arg-type]
    assert board.head().size == 1


# events of earlier releases


def leaf(kind: str, version: int, **body: Any) -> bytes:
    envelope = {
        "actor": {"person": "operator", "role": "operator"},
        "agg": new_id(),
        "aggv": 1,
        "at": "2026-01-04T01:00:00Z",
    }
    return canonical({**envelope, "body": body, "type": kind, "v": version})


def test_a_name_or_a_version_that_is_not_ours_is_not_read() -> None:
    assert read_leaf(leaf("note.pinned", 1, text="1")).body() == {"text": "1"}
    for kind, version in (("note.pinned", 2), ("os.system", 1), ("deliberation.council:Council", 1)):
        with pytest.raises(UnknownEvent, match=kind.split(":")[0]):
            read_leaf(leaf(kind, version, text="1"))


def test_an_old_event_is_brought_up_to_date_on_reading_and_never_rewritten(
    board: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = Note.pin("old")
    board.save(note)
    before = stored(board)

    def words(body: dict[str, Any]) -> None:
        body["words"] = body.pop("text")

    def text(body: dict[str, Any]) -> None:
        body["text"] = f"{body.pop('words')}, brought up to date"

    monkeypatch.setattr(Note.Pinned, "class_version", 3)
    monkeypatch.setattr(Note.Pinned, "upcast_v1_v2", staticmethod(words), raising=False)
    monkeypatch.setattr(Note.Pinned, "upcast_v2_v3", staticmethod(text), raising=False)
    assert board.get(Note, note.id).text == "old, brought up to date"
    board.rebuild()
    assert pinboard.texts(board) == ["old, brought up to date"]
    board.save(Note.pin("new"))
    assert stored(board)[: len(before)] == before
    assert json.loads(stored(board)[-1])["v"] == 3
    replays(board)


def stored(board: Council) -> list[bytes]:
    with board.database.engine.connect() as connection:
        return [
            bytes(row.leaf) for row in connection.execute(select(events.c.leaf).order_by(events.c.position))
        ]


# the tree


LEAVES = [
    LeafMapper().to_stored_event(Note.pin(f"第{n}条", by=operator(pinboard.FOUNDED)).pending_events[0]).state
    for n in range(11)
]


@settings(max_examples=300)
@given(st.integers(0, len(LEAVES) - 1), st.integers(0), st.integers(1, 255))
def test_any_byte_of_any_leaf_that_is_changed_changes_the_root(which: int, place: int, mask: int) -> None:
    root = root_of(map(leaf_hash, LEAVES))
    changed = bytearray(LEAVES[which])
    changed[place % len(changed)] ^= mask
    leaves = [*LEAVES[:which], bytes(changed), *LEAVES[which + 1 :]]
    assert root_of(map(leaf_hash, leaves)) != root


@given(st.integers(0, len(LEAVES) - 1))
def test_a_leaf_that_is_missing_twice_there_or_elsewhere_changes_the_root(which: int) -> None:
    root = root_of(map(leaf_hash, LEAVES))
    rest = [*LEAVES[:which], *LEAVES[which + 1 :]]
    moved = [[*rest[:place], LEAVES[which], *rest[place:]] for place in range(len(LEAVES)) if place != which]
    for leaves in (rest, [*LEAVES, LEAVES[which]], *moved):
        assert root_of(map(leaf_hash, leaves)) != root

"""Changes that are merged and written in bulk leave what the same changes leave one by one."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
)
from sqlalchemy.exc import DBAPIError

from deliberation.log import driver, views
from deliberation.log.changes import Change, Pending, RowTaken
from deliberation.log.views import Tx, add, delete, insert, update

COMMUNITY = "jiahe"
IDS = [(one, other) for one in "ab" for other in (1, 2)]
COLUMNS = ("order", "sum", "words")


@pytest.fixture(scope="module")
def things() -> Table:
    """A view that no other test sees, with names that must be quoted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(views, "tables", MetaData())
        return views.view(
            "things",
            Column("one", String(8), primary_key=True),
            Column("other", BigInteger, primary_key=True),
            Column("order", BigInteger),
            Column("sum", BigInteger),
            Column("words", Text),
            index=["words"],
        )


@pytest.fixture
def connection(database_url: str, things: Table) -> Iterator[Connection]:
    engine = create_engine(database_url.replace("postgresql:", "postgresql+psycopg:"))
    things.metadata.create_all(engine)
    with engine.connect() as open_connection:
        yield open_connection
    engine.dispose()


Plan = tuple[list[tuple[str, tuple[Any, ...], dict[str, Any]]], int]

numbers = st.none() | st.integers(-5, 5)
rows = st.fixed_dictionaries(
    {}, optional={"order": numbers, "sum": numbers, "words": st.sampled_from(["一", "二", None])}
)
amounts = st.fixed_dictionaries({}, optional={"order": st.integers(-5, 5), "sum": st.integers(-5, 5)})


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Steps that can be done, and how many of them were done (and written) before."""
    present: set[tuple[Any, ...]] = set()
    steps = []
    for _ in range(draw(st.integers(1, 14))):
        key = draw(st.sampled_from(IDS))
        kind = draw(st.sampled_from(["update", "add", "delete", *(["insert"] if key not in present else [])]))
        steps.append((kind, key, draw({"add": amounts, "delete": st.just({})}.get(kind, rows))))
        if kind in ("insert", "delete"):
            present ^= {key} & present if kind == "delete" else {key}
    return steps, draw(st.integers(0, len(steps)))


def change(table: Table, kind: str, key: tuple[Any, ...], row: dict[str, Any]) -> Change:
    if kind == "insert":
        return insert(table, one=key[0], other=key[1], **row)
    if kind == "delete":
        return delete(table, *key)
    return {"update": update, "add": add}[kind](table, *key, **row)


def stand(connection: Connection, things: Table) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {(row.one, row.other): tuple(row)[3:] for row in connection.execute(things.select())}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans())
@pytest.mark.parametrize("streamed", [False, True])
def test_merged_is_the_same_as_one_by_one(
    plan: Plan, streamed: bool, connection: Connection, things: Table
) -> None:
    steps, written = plan
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(driver, "MANY", 1 if streamed else 10**9)
        for step in steps:
            alone = Pending()
            alone.take([change(things, *step)])
            alone.flush(connection, COMMUNITY)
        expected = stand(connection, things)
        connection.rollback()
        merged = Pending()
        for count, step in enumerate(steps):
            if count == written:
                merged.flush(connection, COMMUNITY)
            merged.take([change(things, *step)])
        tx = Tx(connection, COMMUNITY, merged, 0)
        seen = {key: row for key in IDS if (row := tx.row(things, *key)) is not None}
        assert {key: tuple(row[name] for name in COLUMNS) for key, row in seen.items()} == expected
        merged.flush(connection, COMMUNITY)
        assert stand(connection, things) == expected
        assert merged.tables == {}
        assert merged.taken == 0
        connection.rollback()


def test_the_same_row_twice_is_an_error_whether_written_yet_or_not(
    connection: Connection, things: Table
) -> None:
    pending = Pending()
    pending.take([insert(things, one="a", other=1)])
    with pytest.raises(RowTaken, match="things"):
        pending.take([insert(things, one="a", other=1)])
    pending.flush(connection, COMMUNITY)
    pending.take([insert(things, one="a", other=1)])
    with pytest.raises(DBAPIError, match=r"(?i)unique"):
        pending.flush(connection, COMMUNITY)
    connection.rollback()


def test_communities_have_rows_of_their_own_under_one_key(connection: Connection, things: Table) -> None:
    for community, words in (("jiahe", "一"), ("other", "二")):
        pending = Pending()
        pending.take([insert(things, one="a", other=1, words=words)])
        pending.flush(connection, community)
    pending.take([update(things, "a", 1, words="三"), add(things, "a", 1, sum=1)])
    pending.flush(connection, "other")
    found = {row.community: (row.words, row.sum) for row in connection.execute(things.select())}
    assert found == {"jiahe": ("一", None), "other": ("三", 1)}
    pending.take([delete(things, "a", 1)])
    pending.flush(connection, "jiahe")
    assert [row.community for row in connection.execute(things.select())] == ["other"]


def test_a_column_that_a_view_does_not_have_is_noticed_at_once(things: Table) -> None:
    with pytest.raises(TypeError, match="things has no column wrods"):
        insert(things, one="a", other=1, wrods="一")
    with pytest.raises(KeyError, match="other"):
        insert(things, one="a")

"""The log in use is recounted from its stored leaves, and what stands beside them is compared."""

from typing import Any

import pytest
from sqlalchemy import update

from deliberation.audit.recount import recount
from deliberation.council import Council
from deliberation.errors import NotFound
from deliberation.log.store import events, heads
from deliberation.log.tlog import leaf_hash, root_of
from tests.given import village


def change(council: Council, statement: Any) -> None:
    with council.database.engine.begin() as connection:
        connection.execute(statement)


def codes(council: Council) -> set[str]:
    return {finding.code for finding in recount(council).findings}


def test_an_untouched_log_is_recounted_and_holds(town: Council) -> None:
    steps: list[tuple[int, int]] = []
    checker = recount(town, lambda done, size: steps.append((done, size)))
    size = town.head().size
    assert [finding.line() for finding in checker.findings] == []
    assert [(poll.declared["outcome"], poll.same) for poll in checker.recounted] == [("PASS", True)]
    assert (checker.size, checker.tree.root()) == (size, town.head().root)
    assert steps[-1] == (size, size)


def test_a_log_longer_than_a_page_is_read_whole(town: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deliberation.audit.recount.PAGE", 3)
    assert recount(town).findings == []


def test_a_community_that_was_never_founded_is_not_found(town: Council) -> None:
    with pytest.raises(NotFound):
        recount(Council(town.database, "elsewhere"))


def test_a_changed_leaf_is_found(town: Council) -> None:
    last = town.head().size - 1
    found = events.select().where(events.c.position == last)
    with town.database.engine.begin() as connection:
        leaf = connection.execute(found).one().leaf.replace(b'"in_favour":3', b'"in_favour":4')
        connection.execute(update(events).where(events.c.position == last).values(leaf=leaf))
    assert codes(town) == {"C03", "C14"}


def test_a_row_taken_out_is_found(town: Council) -> None:
    change(town, events.delete().where(events.c.position == 3))
    assert {"C03", "C06"} <= codes(town)


def test_a_tail_cut_off_is_found(town: Council) -> None:
    change(town, events.delete().where(events.c.position == town.head().size - 1))
    assert codes(town) == {"C03", "C20"}, "the last command has lost a row, too"


def test_columns_that_say_something_else_than_their_leaf_are_found(town: Council) -> None:
    change(town, update(events).where(events.c.position == 3).values(type="role.ended"))
    assert codes(town) == {"C20"}


def test_a_head_of_another_tree_is_found(town: Council) -> None:
    head = town.head()
    change(town, update(heads).values(frontier=bytes(len(head.frontier.to_bytes()))))
    assert codes(town) == {"C03"}


def test_views_that_were_changed_do_not_touch_a_recount(town: Council) -> None:
    from deliberation.polls.views import polls

    change(town, update(polls).values(outcome="FAIL"))
    assert recount(town).findings == []


def test_an_earlier_checkpoint_pins_the_log(town: Council) -> None:
    with town.reading() as r:
        leaves = [row.leaf for row in r.all(events.select().order_by(events.c.position).limit(5))]
    assert recount(town, pins={5: root_of(map(leaf_hash, leaves))}).findings == []
    assert {finding.code for finding in recount(town, pins={5: bytes(32)}).findings} == {"C04"}


@pytest.mark.postgres
def test_a_recount_reads_postgresql_alike(postgres_url: str) -> None:
    with village(postgres_url) as council:
        assert recount(council).findings == []

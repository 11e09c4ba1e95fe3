"""The story's database, to be broken into: played once, copied for each burglary."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import text

from deliberation.audit import bundle
from deliberation.audit.recount import recount
from deliberation.council import Council
from deliberation.log.store import events, heads, rows_between
from deliberation.log.tlog import Frontier, leaf_hash
from deliberation.scenario.player import COMMUNITY, play
from tests.audit.conftest import checkpoints_of


class Whole(NamedTuple):
    """The story untouched: its file, its bundle, the ids of its parts, size and root."""

    file: Path
    bundle: Path
    ids: dict[str, str]
    size: int
    root: bytes


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("tamper")
    council = Council.open(f"sqlite:///{folder / 'whole.db'}", COMMUNITY)
    stage = play(council)
    bundle.export(checkpoints_of(council), folder / "bundle")
    head = council.head()
    council.close()
    return Whole(folder / "whole.db", folder / "bundle", stage.ids, head.size, head.root)


@pytest.fixture
def council(whole: Whole, tmp_path: Path) -> Iterator[Council]:
    """A copy of one's own."""
    shutil.copy(whole.file, tmp_path / "copy.db")
    council = Council.open(f"sqlite:///{tmp_path / 'copy.db'}", COMMUNITY)
    yield council
    council.close()


def first_quick(cases: dict[str, str]) -> list[Any]:
    """All cases for a test, of which the quick run takes the first."""
    return [
        pytest.param(case, id=name, marks=[pytest.mark.slow] if number else [])
        for number, (name, case) in enumerate(cases.items())
    ]


def sql(council: Council, statement: str, **values: Any) -> None:
    """Do what somebody with the password of the database can do."""
    with council.database.engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount != 0, "nothing was broken"


def leaf_at(council: Council, position: int) -> bytes:
    with council.reading() as r:
        return bytes(r.first(events.select().where(r.mine(events), events.c.position == position)).leaf)


def position_of(council: Council, kind: str, number: int = 0) -> int:
    """Where the number-th entry of a type stands."""
    with council.reading() as r:
        rows = r.all(events.select().where(r.mine(events), events.c.type == kind).order_by(events.c.position))
        return int(rows[number].position)


def put(council: Council, position: int, leaf: bytes) -> None:
    """Write other bytes into an entry."""
    sql(council, "UPDATE events SET leaf = :leaf WHERE position = :position", leaf=leaf, position=position)


def codes(council: Council, **options: Any) -> set[str]:
    """The checks that find something."""
    return {finding.code for finding in recount(council, **options).findings}


def mend_the_head(council: Council) -> None:
    """Make size, time and tree of the head row anew over whatever the rows say now."""
    frontier, size = Frontier(), 0
    with council.database.engine.begin() as connection:
        for _, _, leaf in list(rows_between(connection, council.community)):
            frontier.push(leaf_hash(leaf))
            size += 1
        time = connection.execute(events.select().order_by(events.c.position.desc())).first()
        values = {"size": size, "frontier": frontier.to_bytes(), "time": time.time if time else 0}
        connection.execute(heads.update(), values)

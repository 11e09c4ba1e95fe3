"""Recount from the log in use: every stored leaf through the verifier, never a view.

What stands beside the leaves in the database is compared with them: positions, columns, texts and keys in the vault, and
the size, time and root that the head row claims. Whatever somebody wrote into the tables ends as a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from deliberation.audit.beside import Beside, altered_keys, altered_texts
from deliberation.audit.verify import Checker
from deliberation.council import Council
from deliberation.errors import NotFound
from deliberation.log import fold
from deliberation.log.store import events, heads
from deliberation.log.tlog import Frontier
from deliberation.register import vault

PAGE = 1000

Progress = Callable[[int, int], None]


def recount(
    council: Council, progress: Progress | None = None, *, pins: Mapping[int, bytes] | None = None
) -> Checker:
    """Return the verifier's findings and recounts; ``progress`` is told events read and in all.

    Raises NotFound.
    """
    checker = Checker(pins)
    with council.database.reader.connect() as connection:
        stored = fold.length(connection, council.community)
        with _rows(connection, heads, council.community) as found:
            head = next(found, None)
        if head is None and not stored:
            raise NotFound
        beside = Beside(checker)
        with _rows(connection, events, council.community) as rows:
            _read(rows, checker, beside, stored, progress or (lambda done, size: None))
        altered_texts(checker, vault.every_text(connection, council.community))
        altered_keys(checker, vault.every_poll_key(connection, council.community))
    _finish(checker, beside, head, stored, council.community)
    return checker


def _read(rows: Iterator[Any], checker: Checker, beside: Beside, stored: int, progress: Progress) -> None:
    expected = 0
    for row in rows:
        if row.position != expected:
            checker.find(
                "C06", expected, f"位置断开，接着是{row.position}", f"positions break off and go on at {row.position}"
            )
        expected = row.position + 1 if isinstance(row.position, int) else expected + 1
        beside.take(row, checker.take(row.leaf))
        if checker.size % PAGE == 0:
            progress(checker.size, stored)
    progress(checker.size, stored)


def _finish(checker: Checker, beside: Beside, head: Any, stored: int, community: str) -> None:
    size, time, frontier = (0, 0, b"") if head is None else (head.size, head.time, head.frontier)
    if stored != size:
        checker.find(
            "C03", None, f"库里有{stored}条，日志头说{size}条", f"{stored} rows are stored, the head says {size}"
        )
    try:
        root = Frontier.from_bytes(size, frontier).root()
    except (ValueError, TypeError):
        root = b""
    if time != checker.time:
        checker.find("C03", None, "日志头说的时间不对", "the head claims another time than the latest")
    beside.finish()
    checker.finish(size, root, community)


@contextmanager
def _rows(connection: Any, table: Any, community: str) -> Iterator[Iterator[Any]]:
    """The rows of a table in the order of its key, bytes as bytes: SQLite lets anybody put text where bytes belong."""
    columns = [column.cast(column.type).label(column.name) if _bytes(column) else column for column in table.columns]
    query = table.select().with_only_columns(*columns).where(table.c.community == community)
    query = query.order_by(*table.primary_key).execution_options(yield_per=PAGE)
    with connection.execute(query) as found:
        yield iter(found)


def _bytes(column: Any) -> bool:
    return bool(column.type.python_type is bytes)

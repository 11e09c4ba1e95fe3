"""Recount from the log in use: every stored leaf through the verifier, never a view.

What stands beside the leaves in the database is compared with them: the columns by which streams are read, the
positions, and the size and root that the head row claims.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deliberation.audit.verify import Checker
from deliberation.council import Council
from deliberation.errors import NotFound
from deliberation.log import fold
from deliberation.log.store import head_of

PAGE = 1000


def recount(
    council: Council,
    progress: Callable[[int, int], None] | None = None,
    *,
    pins: Mapping[int, bytes] | None = None,
) -> Checker:
    """Return the verifier's findings and recounts; ``progress`` is told events read and in all.

    Raises NotFound.
    """
    with council.database.reader.connect() as connection:
        head = head_of(connection, council.community)
        stored = fold.length(connection, council.community)
    if head is None:
        raise NotFound
    checker = Checker(pins)
    if stored != head.size:
        checker.find(
            "C03",
            None,
            f"库里有{stored}条，日志头说{head.size}条",
            f"{stored} rows are stored, the head says {head.size}",
        )
    expected = 0
    while page := council.log.select_notifications(expected + 1, PAGE, head.size):
        for row in page:
            _take(checker, row, expected)
            expected = row.id
        if progress is not None:
            progress(checker.size, head.size)
    checker.finish(head.size, head.root, council.community)
    return checker


def _take(checker: Checker, row: Any, expected: int) -> None:
    if row.id - 1 != expected:
        checker.find(
            "C06", expected, f"位置断开，接着是{row.id - 1}", f"positions break off and go on at {row.id - 1}"
        )
    entry = checker.take(row.state)
    if entry is not None and (entry.id, entry.version, entry.type) != (
        row.originator_id,
        row.originator_version,
        row.topic,
    ):
        checker.find(
            "C20", row.id - 1, "库里的索引列与条目不符", "the columns beside this entry say something else"
        )

"""A full check of the log beside the pages: begun by an auditor, written down while it goes on, kept when it is over."""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from deliberation.audit.recount import recount
from deliberation.audit.verify import Checker
from deliberation.council import Council
from deliberation.log import runs

#: Findings kept of one check: whoever finds more than that knows enough.
KEPT = 200
#: Seconds between two notes of how far it is.
PACE = 1

_log = logging.getLogger(__name__)

Clock = Callable[[], int]


def start(council: Council, person: str, clock: Clock) -> tuple[str, threading.Thread | None]:
    """Begin a check, unless one is under way; return its id and the thread in which it runs (None: it began before)."""
    with council.beside() as connection:
        for row in runs.latest(connection, council.community, 1):
            if runs.state(row, clock()) == "running":
                return row.id, None
        id = str(uuid.uuid4())
        runs.begin(connection, council.community, id, person=person, total=council.head().size, at=clock())
    thread = threading.Thread(target=_run, args=(council, id, clock), daemon=True)
    thread.start()
    return id, thread


def _run(council: Council, id: str, clock: Clock) -> None:
    told = [time.monotonic()]

    def tell(done: int, _total: int) -> None:
        if time.monotonic() - told[0] >= PACE:
            told[0] = time.monotonic()
            with council.beside() as connection:
                runs.tell(connection, council.community, id, done=done, at=clock())

    values: dict[str, Any] = {"done": 0, "findings": 1, "report": ""}
    try:
        checker = recount(council, tell)
        values = {"done": checker.size, "findings": len(checker.findings), "report": report(checker)}
    except Exception:  # written down as broken; whoever runs the machine reads why
        _log.exception("a full check broke off")
    with council.beside() as connection:
        runs.finish(connection, council.community, id, **values, at=clock())


def report(checker: Checker) -> str:
    """Return what a check found, as JSON: size, root (hex), findings in the order of the log, polls counted again."""
    found = sorted(checker.findings, key=lambda each: (each.position is None, each.position or 0))
    polls = [
        {
            "poll": poll.poll, "number": poll.number, "title": poll.title, "same": poll.same, "outcome": poll.declared["outcome"],
            "declared": [poll.declared[name] for name in ("in_favour", "against", "abstain")],
            "counted": [poll.tally[name] for name in ("for", "against", "abstain")] if poll.tally else None,
        }
        for poll in checker.recounted
    ]  # fmt: skip
    kept = [each._asdict() for each in found[:KEPT]]
    return json.dumps({"root": checker.tree.root().hex(), "findings": kept, "polls": polls}, ensure_ascii=False)

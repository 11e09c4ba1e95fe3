"""What stands beside the leaves: derived from them when they were appended, and derived here once more.

The columns by which streams and matters are read, the log's time, which rows came together, and in the vault the texts
and keys to which leaves commit. A bundle holds none of it, so only a recount on the spot can compare.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from deliberation.audit.verify import Checker, Entry
from deliberation.log.aggregate import OWNERS

#: Modules whose events belong to no matter.
REGISTER = ("deliberation.register.", "deliberation.access.", "deliberation.custody.", "deliberation.polls.lawbook")


def matter_of(kind: str, id: str, body: Mapping[str, Any], filed: Mapping[str, str | None]) -> str | None:
    """Return under which matter an event is filed: what it names itself, what its proceeding was filed under (``filed``), that of
    its poll, its own id; None for the register."""
    owner = OWNERS.get(kind)
    if owner is not None and owner.__module__.startswith(REGISTER):
        return None
    poll = body.get("poll")
    named = body.get("matter") or filed.get(id) or (filed.get(poll) if isinstance(poll, str) else None)
    return named if isinstance(named, str) else id


class Beside:
    """Takes rows (position, stream, version, type, matter, command, span, time) in order, each with its entry."""

    def __init__(self, checker: Checker) -> None:
        self.checker = checker
        #: stream -> the matter under which it is filed
        self.filed: dict[str, str | None] = {}
        #: rows of the command under way, and how many of it are still to come
        self.command: list[tuple[int, str, Any]] = []
        self.left = 0

    def take(self, row: Any, entry: Entry | None) -> None:
        """Compare a row with its entry (None: it could not be read)."""
        wrong = self._span(row)
        if entry is not None:
            self.filed[entry.id] = matter_of(entry.type, entry.id, entry.body, self.filed)
            self.command.append((entry.position, entry.id, row.matter))
            stated = {"stream": row.stream, "version": row.version, "type": row.type, "time": row.time}
            derived = (entry.id, entry.version, entry.type, self.checker.time)
            wrong += [name for name, value in zip(stated, derived, strict=True) if stated[name] != value]
        if wrong:
            self._find(self.checker.size - 1, wrong)
        if self.left <= 0:
            self._end()

    def finish(self) -> None:
        """See that the last command is whole."""
        if self.left > 0:
            self._find(None, ["span"])
        self._end()

    def _span(self, row: Any) -> list[str]:
        """The first row of a command has its key and the number of its rows; those behind it have neither."""
        first = self.left <= 0
        good = isinstance(row.span, int) and (row.span > 0 if first else row.span == 0 and row.command is None)
        if first:
            self.left = row.span if good else 1
        self.left -= 1
        return [] if good else ["span"]

    def _end(self) -> None:
        """All rows of one command are filed as its proceedings stand behind it."""
        for position, stream, matter in self.command:
            if matter != self.filed[stream]:
                self._find(position, ["matter"])
        self.command = []

    def _find(self, position: int | None, columns: list[str]) -> None:
        names = "、".join(columns)
        self.checker.find("C20", position, f"库里旁边的列与条目不符：{names}", f"columns beside say otherwise: {names}")


def altered_texts(checker: Checker, rows: Iterable[Any]) -> None:
    """Find texts (commitment, salt, text) that are not those committed to; an erased one is none."""
    for row in rows:
        if hashlib.sha256(bytes(row.salt) + str(row.text).encode()).hexdigest() != row.commitment:
            mark = str(row.commitment)[:12]
            checker.find("C07", None, f"原文被改过，承诺是 {mark}…", f"a text is not the one committed to as {mark}…")


def altered_keys(checker: Checker, rows: Iterable[Any]) -> None:
    """Find keys (poll, key) that are not those committed to, and votes not counted yet whose key is gone."""
    keys = {row.poll: bytes(row.key) for row in rows}
    for id, poll in checker.polls.items():
        committed = poll.notice.get("key_commitment")
        lost = id not in keys and poll.counted is None and not poll.cancelled
        if lost or (id in keys and hashlib.sha256(keys[id]).hexdigest() != committed):
            number = poll.notice.get("number", id)
            checker.find("C07", None, f"{number}的密钥不是承诺的那一把", f"the key of {number} is not the one committed to")

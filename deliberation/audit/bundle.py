"""The bundle: a community's log as plain files in the layout of C2SP tlog-tiles, which others' tools read.

``checkpoint``           origin, size and root: the body of a C2SP checkpoint (signatures may follow below it)
``tile/entries/<N>``     leaves, 256 a file, each behind its length in two bytes; the last ends in ``.p/<W>``
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

from deliberation.council import Council
from deliberation.errors import NotFound, Refusal
from deliberation.log.store import head_of, rows_between

WIDTH = 256


class FolderTaken(Refusal):
    """An export never writes over what is there."""

    zh = "“{folder}”里已经有东西，没有写入。请给一个空的或新的文件夹。"
    en = "“{folder}” is not empty; nothing was written. Name an empty or a new folder."


def export(council: Council, folder: Path, progress: Callable[[int, int], None] | None = None) -> int:
    """Write the bundle and return the number of events. ``progress`` is told events written and in all.

    Raises FolderTaken, NotFound.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FolderTaken(folder=folder)
    with council.database.reader.connect() as connection:
        head = head_of(connection, council.community)
        if head is None:
            raise NotFound
        size = head.size
        waiting: list[bytes] = []
        for row in rows_between(connection, council.community, 0, size):
            waiting.append(bytes(row.leaf))
            if len(waiting) == WIDTH:
                _write(folder, row.position // WIDTH, waiting)
                waiting = []
                if progress is not None:
                    progress(row.position + 1, size)
        if waiting:
            _write(folder, size // WIDTH, waiting)
    root = base64.b64encode(head.root).decode()
    (folder / "checkpoint").write_text(f"{council.community}\n{size}\n{root}\n", encoding="utf-8")
    if progress is not None:
        progress(size, size)
    return size


def entries_path(number: int, width: int = WIDTH) -> str:
    """Return the path of an entry file (C2SP tlog-tiles: groups of three digits, all but the last with an x)."""
    groups = []
    rest = number
    while True:
        groups.append(f"{rest % 1000:03d}")
        rest //= 1000
        if not rest:
            break
    groups = [*(f"x{group}" for group in reversed(groups[1:])), groups[0]]
    partial = "" if width == WIDTH else f".p/{width}"
    return "tile/entries/" + "/".join(groups) + partial


def _write(folder: Path, number: int, leaves: list[bytes]) -> None:
    path = folder / entries_path(number, len(leaves))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves))

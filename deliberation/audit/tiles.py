"""Where the files of a log lie and what is in them: C2SP tlog-tiles, the same over HTTP and in a bundle.

``tile/<L>/<N>[.p/<W>]``        up to 256 hashes: of leaves (L = 0), of complete subtrees of 256**L leaves
``tile/entries/<N>[.p/<W>]``    up to 256 entries, each behind its length in two bytes, highest first
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from deliberation.log.hashes import WIDTH

_PATH = re.compile(r"(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class Tile(NamedTuple):
    """One file: level (None: entries), number, and how many it holds."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it lies: groups of three digits, all but the last with an x; its width if it is a part."""
        groups, rest = [f"{self.number % 1000:03d}"], self.number // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        part = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{'entries' if self.level is None else self.level}/{'/'.join(groups)}{part}"

    @classmethod
    def at(cls, path: str) -> Tile | None:
        """Return the file that lies at a path below ``tile/``; None if none can."""
        found = _PATH.fullmatch(path)
        if found is None:
            return None
        number = int(found[2].replace("x", "").replace("/", ""))
        width = int(found[3]) if found[3] else WIDTH
        tile = cls(None if found[1] == "entries" else int(found[1]), number, width)
        return tile if tile.path == f"tile/{path}" else None

    def within(self, size: int) -> bool:
        """Whether a log of that size has it: whole, or as the part with which it ends."""
        count = size >> 8 * (self.level or 0)
        there = min(max(count - self.number * WIDTH, 0), WIDTH)
        return self.width <= there


def of_size(size: int) -> Iterator[Tile]:
    """Yield the hash tiles of a log of that size, level by level."""
    level = 0
    while count := size >> 8 * level:
        for number in range(-(-count // WIDTH)):
            yield Tile(level, number, min(WIDTH, count - number * WIDTH))
        level += 1


def packed(entries: Iterable[bytes]) -> bytes:
    """Return the contents of a file of entries."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)

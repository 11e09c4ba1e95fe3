"""编号: which number comes after the last one given."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

_NUMBER = re.compile(r"(?P<office>[^\d〔]*)(?:〔(?P<year>\d{4})〕)?(?P<count>\d{1,9})(?P<unit>号?)")
#: Candidates to ask the tables about at once.
MANY = 100


def numbers_after(last: str, today: str = "") -> Iterator[str]:
    """Yield what may follow: 甲事〔2026〕22号 → 甲事〔2026〕23号, 24号, …; "22" → "23", …

    ``today`` (ISO date): a number with another year begins again with 1. What cannot be read begins with "1".
    """
    found = _NUMBER.fullmatch(last)
    office, year, count, unit = ("", None, "0", "") if found is None else found.groups()
    if year and today and year != today[:4]:
        year, count = today[:4], "0"
    mark = f"〔{year}〕" if year else ""
    for number in range(int(count) + 1, int(count) + 1 + MANY):
        yield f"{office}{mark}{number}{unit}"


def first_free(candidates: Iterator[str], taken: Container[str]) -> str:
    """Return the first candidate that nobody has, "" if all are taken."""
    return next((number for number in candidates if number not in taken), "")


def by_door(label: str) -> list[tuple[int, str]]:
    """Return the key under which doors are sorted as people count them: 2号楼 before 10号楼."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", label)]

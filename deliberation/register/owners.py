"""STUB until merged."""
from typing import Any


def owner_lines(r: Any, kinds: Any, within: str = "") -> list[tuple[str, str, str, str, int]]:
    return []
def untitled(r: Any, within: str = "") -> list[str]:
    return []
def without_area(r: Any, kinds: Any, within: str = "") -> list[str]:
    return []
def owner_at(r: Any, label: str) -> str:
    return ""

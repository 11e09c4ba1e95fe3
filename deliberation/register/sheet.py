"""A file of rows, as spreadsheets save it: found by its headings, checked row by row, never raising.

What is shared by the roster of people and the ledger of titles.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from deliberation.log.aggregate import Aggregate
from deliberation.log.leaf import canonical
from deliberation.register.model import PAGE, PAGE_BYTES

MOST_ROWS = 50_000

Line = list[Any]
#: Column -> the headings it may have.
Columns = Mapping[str, Sequence[str]]


class Fault(NamedTuple):
    """What is wrong with a row (1 is the heading), in Chinese and in English."""

    row: int
    zh: str
    en: str


class Problem(Exception):
    """A row that does not fit the rows before it or the register."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh, self.en = zh, en


def rows_of(
    text: str, columns: Columns, optional: Container[str] = ()
) -> list[tuple[int, dict[str, str]]] | Fault:
    """Return (number in the spreadsheet, column -> cell) of all rows that are not empty, or why there are none."""
    rows = _rows(text)
    where = {column: _where(rows[0], names) for column, names in columns.items()} if rows else {}
    missing = [columns[column] for column in columns if column not in optional and where.get(column) is None]
    if missing or len(rows) > MOST_ROWS:
        return Fault(1, *_unreadable(missing))
    return [
        (number, {name: _cell(row, at) for name, at in where.items()})
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]


def faulty_rows(text: str, faults: Sequence[Fault]) -> str:
    """Return the rows with faults as a CSV file: number, what is wrong, and the row as it was."""
    rows = _rows(text)
    said: dict[int, list[str]] = {}
    for fault in faults:
        said.setdefault(fault.row, []).append(fault.zh)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["行号", "要改什么", *rows[0]] if rows else ["行号", "要改什么"])
    for number, sentences in said.items():
        if number > 1:
            writer.writerow([number, "".join(sentences), *rows[number - 1]])
    return out.getvalue()


def _where(heading: Sequence[str], names: Sequence[str]) -> int | None:
    cells = [cell.strip().lower() for cell in heading]
    return next((cells.index(name) for name in names if name in cells), None)


def _cell(row: Sequence[str], at: int | None) -> str:
    return row[at] if at is not None and at < len(row) else ""


def _unreadable(missing: Sequence[Sequence[str]]) -> tuple[str, str]:
    if missing:
        return (
            f"第一行缺少这些列：{'、'.join(names[-1] for names in missing)}。请补上再交。",
            f"The first row lacks: {', '.join(names[0] for names in missing)}. Please add them.",
        )
    return f"最多{MOST_ROWS}行，请分成几份。", f"{MOST_ROWS} rows fit; please split the file."


def _rows(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    except csv.Error:
        return []


def cut(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Cut lines into pages by number and by bytes."""
    page: list[Line] = []
    size = 0
    for line in lines:
        length = len(canonical(line)) + 1
        if page and (len(page) == PAGE or size + length > PAGE_BYTES):
            yield page
            page, size = [], 0
        page.append(line)
        size += length
    if page:
        yield page


def steps(pages: Iterable[Aggregate], many: Sequence[Aggregate]) -> Iterator[tuple[Aggregate, ...]]:
    """Yield what to save, one command each: the pages one by one, behind them the ``many`` by the page."""
    yield from ((page,) for page in pages)
    yield from (tuple(many[start : start + PAGE]) for start in range(0, len(many), PAGE))

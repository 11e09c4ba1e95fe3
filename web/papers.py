"""What papers for the wall share: a vote in figures, the code that leads a telephone to the page, the next number."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import segno
from flask import url_for
from markupsafe import Markup, escape

from web.wordings import lines

_NAME = re.compile("[“（]?《[^《》]+》[”）]?")
_NUMBER = re.compile(r"(?P<office>.*)〔(?P<year>[0-9]{4})〕(?P<count>[0-9]+)号")


class Figures(NamedTuple):
    """A counted vote as papers print it; ``unit`` (Chinese, English) is what the roll counts, ``put_aside`` slips."""

    roll: int
    voted: int
    in_favour: int
    against: int
    abstain: int
    unit: tuple[str, str]
    steps: list[dict[str, Any]]
    outcome: tuple[str, str]
    rule: dict[str, Any]
    put_aside: int
    advisory: dict[str, int]


def figures(poll: Any) -> Figures | None:
    """Return the numbers of a poll's row, None before it is counted."""
    if poll is None or not poll.result:
        return None
    result, rule = json.loads(poll.result), json.loads(poll.rule)
    sums = result["tallies"]["binding"]
    unit = ("户", "households") if rule["unit"] == "household" else ("人", "people")
    steps = [step for step in result["steps"] if step["kind"] != "report"]
    return Figures(
        sums["roll"], sums["for"] + sums["against"] + sums["abstain"], sums["for"], sums["against"], sums["abstain"], unit,
        steps, (result["result_zh"], result["result_en"]), rule, sum(result["refused"].values()),
        result["tallies"].get("advisory", {}),
    )  # fmt: skip


def whole(title: str) -> Markup:
    """Return a title whose 《names》 are not broken over two lines where they fit on one."""
    parts = _NAME.split(title), _NAME.findall(title)
    named = [Markup('<span class="whole">{}</span>').format(name) for name in parts[1]]
    return Markup("").join(part for pair in zip(map(escape, parts[0]), [*named, ""], strict=True) for part in pair)


def marked(text: str, sought: str) -> Markup:
    """Return a text with its line breaks, what was sought marked in it."""
    if not sought:
        return lines(text)
    parts = re.split(f"({re.escape(sought)})", text, flags=re.IGNORECASE)
    shown = [Markup("<mark>{}</mark>").format(part) if n % 2 else lines(part) for n, part in enumerate(parts)]
    return Markup("").join(shown)


def code_for(endpoint: str, **values: str) -> Markup:
    """Return the square code of a page's full address, as one path that keeps to the strict CSP."""
    address = url_for(endpoint, _external=True, **values)
    return Markup(segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None))


def following(number: str, today: str) -> str:
    """Return the document number after one like 甲公示〔2026〕4号 (each year begins with 1), "" for other kinds."""
    found = _NUMBER.fullmatch(number)
    if found is None:
        return ""
    year = today[:4]
    count = int(found["count"]) + 1 if found["year"] == year else 1
    return f"{found['office']}〔{year}〕{count}号"

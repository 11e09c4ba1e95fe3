"""How pages write times, shares and fingerprints. Whole numbers only: no vote is rounded over a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from deliberation.clauses import diff, ordinal
from deliberation.deadlines import local as local_time
from deliberation.polls.conditions import percentage
from web.languages import language, local
from web.moment import now

_DAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def moment(at: int | datetime, seconds: bool = False) -> Markup:
    """Return an instant (seconds UTC, or aware) as local time: 4月17日 周五 18:00; the year if not this one."""
    instant = int(local_time(at).timestamp()) if isinstance(at, datetime) else at
    return _moment(instant, seconds, language(), local_time(now()).year)


@lru_cache(maxsize=8192)
def _moment(at: int, seconds: bool, tongue: str, this_year: int) -> Markup:
    """A page may show hundreds of instants, and the same ones again on the next page."""
    when = local_time(datetime.fromtimestamp(at, UTC))
    date_then = _date(when.date(), tongue, when.year != this_year)
    words = f"{date_then} {when:%H:%M:%S}" if seconds else f"{date_then} {when:%H:%M}"
    return Markup('<time datetime="{}">{}</time>').format(when.isoformat(), words)


def day(iso: str, year: bool | None = None) -> Markup:
    """Return an ISO date as people write it: 2026年4月17日 周五; the year only if not this one, unless told."""
    if not iso:
        return Markup("")
    when = date.fromisoformat(iso)
    with_year = when.year != local_time(now()).year if year is None else year
    return Markup('<time datetime="{}">{}</time>').format(iso, _date(when, language(), with_year))


def paper_day(given: str | int) -> str:
    """Return a day (ISO date or seconds UTC) as papers print it: 2026年4月17日, no weekday, no leading zeros."""
    when = date.fromisoformat(given) if isinstance(given, str) else _local_day(given)
    if language() == "en":
        return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
    return f"{when.year}年{when.month}月{when.day}日"


def _local_day(at: int) -> date:
    return local_time(datetime.fromtimestamp(at, UTC)).date()


def pairs(words: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return (code, word) of a table code -> (Chinese, English), as choices and selects take them."""
    return [(code, local(pair)) for code, pair in words.items()]


def clock_time(at: int) -> Markup:
    """Return the local time of day of an instant: 18:00."""
    when = local_time(datetime.fromtimestamp(at, UTC))
    return Markup('<time datetime="{}">{}</time>').format(when.isoformat(), f"{when:%H:%M}")


def _date(when: date, tongue: str, with_year: bool) -> str:
    weekday = _DAYS[tongue][when.weekday()]
    if tongue == "en":
        return f"{weekday} {when.day} {_MONTHS[when.month - 1]}" + (f" {when.year}" if with_year else "")
    return (f"{when.year}年" if with_year else "") + f"{when.month}月{when.day}日 {weekday}"


def days_left(at: int) -> int:
    """Return how many whole days are left until an instant, 0 on the last one, negative when it is over."""
    return (at - int(now().timestamp())) // 86_400


def bar_length(part: int, whole: int) -> str:
    """Return a share as the length of a bar ("77.0%"); something is never drawn as nothing."""
    tenths = max(1000 * part // whole, 4 if part else 0) if whole else 0
    return f"{tenths // 10}.{tenths % 10}%"


def grouped(number: int) -> str:
    """Return a number with its thousands apart: 1,842."""
    return f"{number:,}"


def finger(digest: str | bytes) -> str:
    """Return the ends of a digest, for reading aloud: 9f3c 61be … d21a."""
    text = digest.hex() if isinstance(digest, bytes) else digest
    return f"{text[:4]} {text[4:8]} … {text[-4:]}" if len(text) > 16 else text


def area(hundredths: int) -> str:
    """Return an area kept in 0.01 m²: 88.64 ㎡."""
    return f"{hundredths // 100:,}.{hundredths % 100:02d} ㎡"


def lines(text: str) -> Markup:
    """Return a text with its line breaks."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def compared(old: str, new: str) -> Markup:
    """Return how one wording became another: removed words in <del>, added words in <ins>."""
    marks = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}
    return Markup("").join(Markup(marks[kind]).format(stretch) for kind, stretch in diff(old, new))


def init_app(app: Flask) -> None:
    """Give the templates these words."""
    given: dict[str, Any] = {
        "moment": moment, "day": day, "clock": clock_time, "days_left": days_left, "grouped": grouped,
        "finger": finger, "area": area, "lines": lines, "ordinal": ordinal,
        "paper_day": paper_day, "pairs": pairs,
    }  # fmt: skip
    app.jinja_env.filters.update(given)
    app.jinja_env.globals.update(percent=percentage, bar_length=bar_length, compared=compared)

"""Any moment: how much happened on which day, a slider over the days, and what stood where at the moment chosen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from math import isqrt
from typing import NamedTuple

from flask import render_template, request
from flask.typing import ResponseReturnValue

from deliberation.deadlines import local_date
from deliberation.log import walk
from deliberation.log.history import Entry
from deliberation.polls import queries as polls
from deliberation.polls.model import STAGES
from deliberation.register import views as register
from web.audit.blueprint import bp, sayer
from web.desks import tiles_of
from web.shell import _l, done, past, reading, tile

#: Bars at most; more days than that share one.
BARS = 240
MILESTONES = ("motion.proposed", "poll.counted", "resolution.adopted", "filing.acknowledged")
MOST_MILESTONES = 12
AROUND = 4

tile("audit", 20, "audit.replay", _l("回到某一刻"), "clock")


class Bar(NamedTuple):
    """A bar of the chart: place, width and height as shares of the whole, and whether it lies in the past chosen."""

    x: str
    width: str
    y: str
    height: str
    past: bool


class Chart(NamedTuple):
    """What happened from day to day: bars, places of milestones, first and last day, the day chosen and its place."""

    bars: list[Bar]
    miles: list[str]
    first: date
    last: date
    chosen: date
    here: str

    @property
    def span(self) -> int:
        """The number of days between the first and the last."""
        return (self.last - self.first).days

    @property
    def day(self) -> int:
        """The number of the day chosen, the first being 0."""
        return (self.chosen - self.first).days


@bp.get("/replay")
def replay() -> str:
    """The moment of ``as_of`` or ``at``, or now: what had just happened and what was about to, and how things stood."""
    r = reading()
    days = walk.days(r.live, r.community)
    around = walk.latest(r.live, r.community, walk.Part(r.size + AROUND), limit=2 * AROUND + 1)[::-1]
    total = days[-1].size
    marks = walk.latest(r.live, r.community, walk.Part(total, kinds=MILESTONES), limit=MOST_MILESTONES)[::-1]
    return render_template(
        "audit/replay.html", chart=chart(days, r.time, marks), total=total, around=around, marks=marks,
        say=sayer([*around, *marks]), reading=r, sizes=register.size(r), polls=polls.polls_at(r, *STAGES),
        opened=[(each.endpoint, each.label) for each in tiles_of("home")],
    )  # fmt: skip


@bp.get("/replay/day")
def day() -> ResponseReturnValue:
    """Turn the slider's number into a day."""
    r = reading()
    days = walk.days(r.live, r.community)
    number = min(max(request.args.get("n", 0, type=int), 0), (days[-1].date - days[0].date).days)
    return done(".replay", at=(days[0].date + timedelta(days=number)).isoformat(), as_of=None)


def chart(days: list[walk.Day], moment: int, marks: Iterable[Entry] = ()) -> Chart:
    """Return the chart of all days, with the day of a moment (seconds UTC) chosen and some entries marked."""
    first, last = days[0].date, days[-1].date
    chosen = min(max(_day(moment), first), last) if past() else last
    span = (last - first).days + 1
    wide = -(-span // BARS)
    sums: dict[int, int] = {}
    for each in days:
        number = (each.date - first).days // wide
        sums[number] = sums.get(number, 0) + each.entries
    most, reached = max(sums.values()), (chosen - first).days
    bars = [_bar(number * wide, wide, span, total, most, reached) for number, total in sums.items()]
    miles = [share((_day(mark.event.at) - first).days, span) for mark in marks]
    return Chart(bars, list(dict.fromkeys(miles)), first, last, chosen, share(reached + 1, span))


def _day(moment: int) -> date:
    return local_date(datetime.fromtimestamp(moment, UTC))


def _bar(day: int, wide: int, span: int, total: int, most: int, reached: int) -> Bar:
    """Heights go by the square root, so that quiet days are seen beside the day of a vote."""
    height = max(isqrt(10_000 * total // most), 4)
    return Bar(share(day, span), share(wide, span), share(100 - height, 100), share(height, 100), day <= reached)


def share(part: int, whole: int) -> str:
    """Return a share as SVG takes it, in whole hundredths of a percent: 12.34%."""
    parts = 10_000 * part // whole
    return f"{parts // 100}.{parts % 100:02d}%"

"""期限: how days and hours are counted (Civil Code arts. 200-204 and 1259).

Dates are calendar days in China, moments are aware datetimes in UTC. China Standard Time is a fixed +08:00:
there has been no summer time since 1991, and a fixed offset needs no time zone database on the machine that
replays a log.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from chinese_calendar.constants import holidays, workdays  # type: ignore[import-untyped]

from deliberation.errors import Refusal

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

ONE_DAY = timedelta(days=1)


class UnknownYear(Refusal):
    """The official calendar of that year is not known; it is published in the autumn before. Facts: year."""

    zh = "还没有 {year} 年的放假调休安排，算不出这个期限。已填的内容没有丢；请先更新日历，或者改一个日期。"
    en = (
        "The public holidays of {year} are not known, so this deadline cannot be computed. "
        "What you entered is kept: update the calendar first, or choose another date."
    )


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked: weekdays but for ``holidays``, weekends only if among ``working_weekends``."""

    holidays: frozenset[date]
    working_weekends: frozenset[date]
    years: frozenset[int]
    source: str

    def is_working(self, day: date) -> bool:
        """Tell whether people work that day. Raises UnknownYear."""
        if day.year not in self.years:
            raise UnknownYear(year=day.year)
        if day.weekday() >= 5:
            return day in self.working_weekends
        return day not in self.holidays

    def first_working_day(self, day: date) -> date:
        """Return the day itself if it is worked, else the first working day after it. Raises UnknownYear."""
        while not self.is_working(day):
            day += ONE_DAY
        return day


def _years(days: Iterable[date]) -> frozenset[int]:
    """Return the years known to National Day and after 2023: the tests hold these against the notices."""
    return frozenset(day.year for day in days if (day.month, day.day) == (10, 1) and day.year >= 2024)


#: The mainland calendar of the installed ``chinesecalendar`` release. It follows the yearly notices of the
#: General Office of the State Council: 国办发明电〔2023〕7号 for 2024, 〔2024〕12号 for 2025, 〔2025〕7号 for 2026.
CHINA = WorkingCalendar(
    holidays=frozenset(holidays),
    working_weekends=frozenset(day for day in workdays if day.weekday() >= 5),
    years=_years(holidays),
    source="国务院办公厅关于部分节假日安排的通知",
)


def last_day(start: date, days: int, calendar: WorkingCalendar) -> date:
    """Return the last day of a period of ``days`` days that begins on ``start``.

    The start day is not counted (art. 201); a last day off moves to the first working day after it (art.
    203), and a weekend worked in exchange for a holiday is no day off. Raises UnknownYear.
    """
    return calendar.first_working_day(start + timedelta(days=_count(days)))


def months_after(start: date, months: int) -> date:
    """Return the last day of a period of months: the day of the same number, or the last of its month (art. 202)."""
    year, month = divmod(start.year * 12 + start.month - 1 + _count(months), 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def end_of(day: date) -> datetime:
    """Return 24:00 of that day in China, in UTC (art. 203): the first moment after that day."""
    return datetime.combine(day + ONE_DAY, time(), SHANGHAI).astimezone(UTC)


def days_between(start: date, end: date) -> int:
    """Return the days from ``start``, not counted, to ``end``, counted; negative if ``end`` comes first."""
    return (end - start).days


def notice_is_long_enough(posted: date, meeting: date, days: int) -> bool:
    """Tell whether a meeting comes at least ``days`` days after its notice, the day of posting not counted.

    A notice of 17 April allows a meeting on 27 April under a rule of 10 days ("以前" includes the number, art.
    1259). Days off count: the period protects the residents' time to read, and its end asks nothing of them.
    """
    return days_between(posted, meeting) >= _count(days)


def hours_after(start: datetime, hours: int) -> datetime:
    """Return the moment ``hours`` later, in UTC: hours run at once, day and night (art. 201 para. 2)."""
    return _aware(start).astimezone(UTC) + timedelta(hours=_count(hours))


def local(moment: datetime) -> datetime:
    """Return the same moment on the clocks of China. Raises ValueError for a datetime without a time zone."""
    return _aware(moment).astimezone(SHANGHAI)


def local_date(moment: datetime) -> date:
    """Return the calendar day in China. Raises ValueError for a datetime without a time zone."""
    return local(moment).date()


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment


def _count(number: int) -> int:
    if number < 0:
        raise ValueError(f"a period of {number} is none")
    return number

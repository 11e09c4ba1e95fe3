"""Periods are counted as the Civil Code says, with the holidays of China and the days worked for them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.deadlines import (
    CHINA,
    UnknownYear,
    WorkingCalendar,
    days_between,
    end_of,
    hours_after,
    last_day,
    local,
    local_date,
    notice_is_long_enough,
)

# What the notices of the State Council's General Office say: days off (first, last) and weekend days worked.
NOTICES = {
    2024: (
        "01-01 02-10:17 04-04:06 05-01:05 06-10 09-15:17 10-01:07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    2025: (
        "01-01 01-28:31 02-01:04 04-04:06 05-01:05 05-31 06-01:02 10-01:08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    2026: (
        "01-01:03 02-15:23 04-04:06 05-01:05 06-19:21 09-25:27 10-01:07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
}


def day(text, year=2026):
    return date.fromisoformat(f"{year}-{text}")


def days_off(year):
    for span in NOTICES[year][0].split():
        first, _, last = span.partition(":")
        for number in range(int(first[3:]), int(last or first[3:]) + 1):
            yield day(f"{first[:3]}{number:02d}", year)


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_of_the_year_is_worked_or_free_as_the_notice_says(year):
    off, worked = set(days_off(year)), {day(text, year) for text in NOTICES[year][1].split()}
    current = date(year, 1, 1)
    while current.year == year:
        expected = current in worked or (current.weekday() < 5 and current not in off)
        assert CHINA.is_working(current) is expected, current
        current += timedelta(days=1)


def test_may_day_2026_is_free_for_five_days_and_a_saturday_is_worked_for_it():
    assert not any(CHINA.is_working(day(f"05-0{number}")) for number in range(1, 6))
    assert day("05-09").weekday() == 5
    assert CHINA.is_working(day("05-09"))
    assert not CHINA.is_working(day("05-10"))


def test_a_year_without_an_official_calendar_is_refused_not_guessed():
    for year in (2023, 2040):
        with pytest.raises(UnknownYear, match=f"{year} 年的放假调休安排") as caught:
            CHINA.is_working(date(year, 6, 3))
        assert caught.value.facts == {"year": year}
        assert str(year) in caught.value.say("en")
    last_known = max(CHINA.years)
    with pytest.raises(UnknownYear):
        last_day(date(last_known, 12, 31), 1, CHINA)


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("05-01", 15, "05-18"),  # result posted: 05-16 is a Saturday
        ("05-21", 3, "05-25"),  # notice served: 05-24 is a Sunday
        ("04-29", 10, "05-09"),  # filing: a Saturday, but one that is worked
        ("05-18", 60, "07-17"),
        ("04-29", 2, "05-06"),  # 05-01 begins the holiday; the first working day after it
        ("04-30", 0, "04-30"),
        ("02-13", 2, "02-24"),
    ],
)
def test_the_start_day_is_not_counted_and_a_last_day_off_moves_on(start, days, last):
    assert last_day(day(start), days, CHINA) == day(last)


@given(st.dates(date(2024, 1, 1), date(2026, 9, 1)), st.integers(0, 90))
def test_a_period_is_never_shortened_and_ends_on_a_working_day(start, days):
    end = last_day(start, days, CHINA)
    assert days <= days_between(start, end) <= days + 9
    assert CHINA.is_working(end)
    skipped = range(days, days_between(start, end))
    assert not any(CHINA.is_working(start + timedelta(days=late)) for late in skipped)


def test_a_place_may_have_a_calendar_of_its_own():
    festival = WorkingCalendar(frozenset({day("06-24")}), frozenset(), frozenset({2026}), "县政府通告")
    assert last_day(day("06-22"), 2, festival) == day("06-25")


def test_a_day_ends_at_midnight_in_china():
    assert end_of(day("05-18")) == datetime(2026, 5, 18, 16, tzinfo=UTC)
    assert end_of(day("12-31")) == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert end_of(day("05-18")).tzinfo is UTC
    assert local_date(end_of(day("05-18")) - timedelta(seconds=1)) == day("05-18")
    assert local_date(end_of(day("05-18"))) == day("05-19")


def test_a_notice_of_ten_days_posted_on_17_april_allows_a_meeting_on_the_27th():
    assert notice_is_long_enough(day("04-17"), day("04-27"), 10)
    assert not notice_is_long_enough(day("04-17"), day("04-26"), 10)
    assert not notice_is_long_enough(day("04-27"), day("04-17"), 10)
    assert notice_is_long_enough(day("04-17"), day("04-17"), 0)


def test_days_are_counted_without_the_first():
    assert days_between(day("04-29"), day("05-08")) == 9
    assert days_between(day("05-08"), day("05-08")) == 0
    assert days_between(day("05-08"), day("05-01")) == -7


def test_hours_run_at_once_through_the_night_and_holidays():
    served = datetime(2026, 4, 30, 10, 20, tzinfo=timezone(timedelta(hours=8)))
    assert hours_after(served, 24) == datetime(2026, 5, 1, 2, 20, tzinfo=UTC)
    assert hours_after(served, 24).tzinfo is UTC
    assert hours_after(served, 0) == served


def test_moments_are_shown_on_the_clocks_of_china():
    moment = datetime(2026, 4, 29, 16, 30, tzinfo=UTC)
    assert local(moment).isoformat() == "2026-04-30T00:30:00+08:00"
    assert local(moment) == moment
    assert local_date(moment) == day("04-30")


def test_a_moment_without_a_time_zone_is_an_error():
    for function in (local, local_date, lambda moment: hours_after(moment, 1)):
        with pytest.raises(ValueError, match="no time zone"):
            function(datetime(2026, 4, 29))


def test_a_period_is_not_negative():
    with pytest.raises(ValueError, match="none"):
        last_day(day("04-29"), -1, CHINA)
    with pytest.raises(ValueError, match="none"):
        notice_is_long_enough(day("04-29"), day("04-30"), -1)
    with pytest.raises(ValueError, match="none"):
        hours_after(datetime(2026, 4, 29, tzinfo=UTC), -24)

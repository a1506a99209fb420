"""When a template's next draft is made: the day, days off, and no day twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.periods import Period
from bot.domain.states import Every
from scheduler.calendar import WorkingCalendar
from scheduler.recurrence import LAST_DAY, latest_day, next_at, period_of

CALENDAR = WorkingCalendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"))
E = Every


def morning(day: int, month: int, year: int) -> datetime:
    """When the office's work begins on that day."""
    return CALENDAR.at(date(year, month, day), time(7, 30))


CASES = [
    (E.WEEK, 1, (2026, 11, 28), morning(30, 11, 2026)),
    (E.WEEK, 6, (2026, 11, 23), morning(30, 11, 2026)),  # a Saturday: the Monday after it
    (E.MONTH, 15, (2026, 11, 28), morning(15, 12, 2026)),
    (E.MONTH, 31, (2026, 11, 28), morning(30, 11, 2026)),
    (E.MONTH, 30, (2027, 2, 20), morning(1, 3, 2027)),  # the 28th, a Sunday
    (E.MONTH, 31, (2028, 2, 20), morning(29, 2, 2028)),
    (E.MONTH, 1, (2026, 12, 20), morning(4, 1, 2027)),  # New Year, then a weekend
    (E.QUARTER, 20, (2026, 11, 28), morning(21, 12, 2026)),
    (E.QUARTER, 31, (2026, 12, 31), morning(31, 3, 2027)),
    (E.QUARTER, 15, (2026, 12, 20), morning(15, 3, 2027)),
    (E.WEEK, 4, (2027, 2, 1), morning(11, 2, 2027)),  # Tết
    (E.WEEK, 4, (2027, 2, 4), morning(11, 2, 2027)),
]


@pytest.mark.parametrize(("every", "day", "now", "expected"), CASES)
def test_the_day_itself_or_the_working_morning_after_it(
    every: Every, day: int, now: tuple[int, int, int], expected: datetime
):
    after = CALENDAR.at(date(*now), time(12))
    assert next_at(every, day, after=after, calendar=CALENDAR) == expected


def test_days_that_fall_into_the_same_days_off_are_one():
    tet = {date(2027, 2, 1) + timedelta(days=count): False for count in range(21)}
    calendar = WorkingCalendar(zone=CALENDAR.zone, overrides=tet)
    first = next_at(E.WEEK, 3, after=morning(28, 1, 2027), calendar=calendar)
    assert first == morning(22, 2, 2027)
    assert next_at(E.WEEK, 3, after=first, calendar=calendar) == morning(24, 2, 2027)


def test_a_period_is_that_of_the_day_and_not_of_the_morning_after_it():
    assert latest_day(E.MONTH, 31, until=date(2027, 3, 1)) == date(2027, 2, 28)
    assert period_of(E.MONTH, date(2027, 2, 28)) == Period(E.MONTH, 2, 2027)
    assert period_of(E.QUARTER, date(2026, 12, 31)) == Period(E.QUARTER, 4, 2026)
    assert period_of(E.WEEK, date(2027, 1, 1)) == Period(E.WEEK, 53, 2026)


def often(every: Every) -> st.SearchStrategy[tuple[Every, int]]:
    return st.tuples(st.just(every), st.integers(1, LAST_DAY[every]))


moments = st.integers(0, 7 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(st.sampled_from(Every).flatmap(often), moments)
def test_what_is_next_is_ahead_at_work_and_nothing_lies_between(
    recurs: tuple[Every, int], after: datetime
):
    every, day = recurs
    moment = next_at(every, day, after=after, calendar=CALENDAR)
    assert moment > after
    assert CALENDAR.is_working_moment(moment)
    assert moment == morning(*_dmy(CALENDAR.local_date(moment)))
    its = latest_day(every, day, until=CALENDAR.local_date(moment))
    off = [its + timedelta(days=n) for n in range((CALENDAR.local_date(moment) - its).days)]
    assert not any(CALENDAR.is_working_day(each) for each in off)
    assert its.isoweekday() == day if every is E.WEEK else _is_its_day(its, day)
    # Whoever asks at any moment in between is told the same.
    between = after + (moment - after) / 2
    assert next_at(every, day, after=between, calendar=CALENDAR) == moment
    assert next_at(every, day, after=moment, calendar=CALENDAR) > moment


def _dmy(day: date) -> tuple[int, int, int]:
    return day.day, day.month, day.year


def _is_its_day(day: date, wanted: int) -> bool:
    is_last = (day + timedelta(days=1)).day == 1
    return day.day == wanted or (is_last and day.day < wanted)

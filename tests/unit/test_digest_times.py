"""When a digest is told next: on working days, never in quiet time, none twice or left out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendar import WorkingCalendar
from scheduler.digests import DigestTime, is_late

CALENDAR = WorkingCalendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"))
BERLIN = WorkingCalendar(zone=ZoneInfo("Europe/Berlin"), country="DE")
EVENING = DigestTime(time(16, 30))
MONDAY = DigestTime(time(8), weekday=1)


def at(day: int, month: int, year: int, hour: int, minute: int = 0) -> datetime:
    """A moment by the clocks of the office."""
    return CALENDAR.at(date(year, month, day), time(hour, minute))


CASES = [
    (EVENING, at(6, 10, 2026, 12), at(6, 10, 2026, 16, 30)),
    (EVENING, at(6, 10, 2026, 16, 30), at(7, 10, 2026, 16, 30)),  # told now: the next one
    (EVENING, at(9, 10, 2026, 17), at(12, 10, 2026, 16, 30)),  # over the weekend
    (EVENING, at(9, 1, 2026, 17), at(10, 1, 2026, 16, 30)),  # the Saturday that was swapped in
    (EVENING, at(13, 2, 2026, 17), at(23, 2, 2026, 16, 30)),  # Tết
    (MONDAY, at(6, 10, 2026, 12), at(12, 10, 2026, 8)),
    (MONDAY, at(14, 2, 2026, 12), at(23, 2, 2026, 8)),  # two Mondays, of which the first is off
    (MONDAY, at(1, 2, 2027, 9), at(11, 2, 2027, 8)),  # a Monday within Tết: when work begins again
    (DigestTime(time(12)), at(6, 10, 2026, 9), at(6, 10, 2026, 13)),  # not at lunch
    (DigestTime(time(20)), at(6, 10, 2026, 9), at(6, 10, 2026, 16, 59)),  # nor in the evening
    (DigestTime(time(5)), at(6, 10, 2026, 4), at(6, 10, 2026, 7, 30)),
]


@pytest.mark.parametrize(("told", "after", "expected"), CASES)
def test_the_next_one_is_on_a_working_day_and_wakes_nobody(
    told: DigestTime, after: datetime, expected: datetime
):
    assert told.next(after=after, calendar=CALENDAR) == expected


moments = st.integers(0, 5 * 366 * 24 * 60).map(
    lambda minutes: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
times = st.builds(
    DigestTime,
    st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    st.none() | st.integers(1, 7),
)


@given(times, moments, st.sampled_from([CALENDAR, BERLIN]))
def test_moments_follow_each_other_without_a_gap_each_by_day(
    told: DigestTime, after: datetime, calendar: WorkingCalendar
):
    following = told.next(after=after, calendar=calendar)
    assert following > after
    assert not calendar.is_quiet(following)
    before = told.last(before=following, calendar=calendar)
    assert before <= after  # nothing lies between
    assert told.next(after=before, calendar=calendar) == following
    assert calendar.local_date(before) < calendar.local_date(following)


def test_what_is_told_within_an_hour_is_not_late():
    due, hour = at(6, 10, 2026, 8), timedelta(hours=1)
    assert not is_late(due, now=due + hour)
    assert is_late(due, now=due + hour + timedelta(minutes=1))
    assert not is_late(due, now=due - hour)  # the clock went back

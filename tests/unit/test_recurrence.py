"""When a template's next draft is made: the day, days off, and no day twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.periods import Period, Rhythm, read_key, shown
from bot.domain.states import Every
from scheduler.calendar import WorkingCalendar
from scheduler.recurrence import (
    LAST_DAY,
    latest_day,
    next_at,
    opening_after,
    opening_ahead,
    period_at,
    period_of,
    rhythm_of,
    shifted,
)

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


# --- deadlines that come again -------------------------------------------------------------------


def evening(day: int, month: int, year: int) -> datetime:
    return CALENDAR.at(date(year, month, day), time(17))


OPENINGS = [
    # the deadline, its rhythm, the next one, and when that is opened
    (evening(16, 10, 2026), Rhythm(E.MONTH, 16), evening(16, 11, 2026), morning(19, 10, 2026)),
    (evening(30, 1, 2027), Rhythm(E.MONTH, 31), evening(28, 2, 2027), morning(1, 2, 2027)),
    (evening(18, 12, 2026), Rhythm(E.MONTH, 19), evening(19, 1, 2027), morning(21, 12, 2026)),
    (evening(29, 1, 2027), Rhythm(E.MONTH, 1), evening(1, 3, 2027), morning(2, 2, 2027)),
    (evening(16, 10, 2026), Rhythm(E.WEEK, 5), evening(23, 10, 2026), morning(19, 10, 2026)),
    # The next one lies in days off as a whole: it is due on the first day of work after them.
    (evening(13, 2, 2026), Rhythm(E.WEEK, 5), evening(23, 2, 2026), morning(23, 2, 2026)),
    (evening(10, 10, 2026), Rhythm(E.QUARTER, -52), evening(10, 1, 2027), morning(12, 10, 2026)),
    (evening(24, 12, 2026), Rhythm(E.QUARTER, 24), evening(24, 3, 2027), morning(25, 12, 2026)),
]


@pytest.mark.parametrize(("deadline", "rhythm", "following", "opens_at"), OPENINGS)
def test_the_next_deadline_is_on_the_letters_day_and_opened_when_the_last_one_has_passed(
    deadline: datetime, rhythm: Rhythm, following: datetime, opens_at: datetime
):
    period = period_at(rhythm, deadline, CALENDAR)
    opening = opening_after(period, rhythm, deadline=deadline, calendar=CALENDAR)
    assert (opening.deadline_at, opening.opens_at) == (following, opens_at)
    assert opening.period == shifted(period, 1)


@given(
    every=st.sampled_from(Every),
    minutes=st.integers(0, 4 * 366 * 24 * 60),
    moved=st.integers(-2, 2),
)
def test_periods_follow_one_another_whatever_their_deadlines_are_moved_to(
    every: Every, minutes: int, moved: int
):
    deadline = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    rhythm = rhythm_of(every, deadline, CALENDAR)
    period = period_at(rhythm, deadline, CALENDAR)
    assert period == period_of(every, CALENDAR.due_date(deadline))
    deadline += timedelta(days=moved)
    for _ in range(8):
        opening = opening_after(period, rhythm, deadline=deadline, calendar=CALENDAR)
        assert opening.period == shifted(period, 1)
        assert opening.period.key > period.key
        assert read_key(opening.period.key) == opening.period
        assert CALENDAR.is_working_day(CALENDAR.local_date(opening.opens_at))
        assert CALENDAR.due_date(opening.deadline_at) >= CALENDAR.local_date(opening.opens_at)
        local = opening.deadline_at.astimezone(CALENDAR.zone).time()
        assert local == deadline.astimezone(CALENDAR.zone).time()
        period, deadline = opening.period, opening.deadline_at
    ahead = opening_ahead(
        period, rhythm, deadline=deadline, calendar=CALENDAR, now=deadline + timedelta(days=400)
    )
    assert ahead.deadline_at > deadline + timedelta(days=400)


@given(
    st.dictionaries(st.integers(1, 52).map(lambda n: f"2026-W{n:02}"), st.booleans(), min_size=1)
)
def test_a_list_shows_the_newest_period_and_the_oldest_open_ones(is_open: dict[str, bool]):
    found = shown(is_open)
    assert max(is_open) in found.periods
    before = found.periods - {max(is_open)}
    waiting = sorted(key for key in is_open if is_open[key] and key != max(is_open))
    assert sorted(before) == waiting[:2]
    assert found.left_open == len(waiting) - len(before)

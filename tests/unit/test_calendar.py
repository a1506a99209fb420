import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendar import SEED_OVERRIDES, WorkingCalendar

OFFICE = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))
NEW_YORK = WorkingCalendar(ZoneInfo("America/New_York"), country=None)
NIGHT_DESK = WorkingCalendar(
    ZoneInfo("America/New_York"),
    working_hours=((time(1, 15), time(2, 20)), (time(2, 40), time(5))),
    quiet_from=time(12),
    quiet_until=time(1, 30),
    country="US",
)

moments = st.integers(0, 5 * 366 * 24 * 60 * 60).map(
    lambda seconds: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
days = st.dates(date(2023, 1, 1), date(2028, 1, 1))
calendars = st.sampled_from([OFFICE, NEW_YORK, NIGHT_DESK])


def local(calendar, *parts):
    return datetime(*parts, tzinfo=calendar.zone).astimezone(UTC)


def days_off(first, last):
    span = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return [day for day in span if not OFFICE.is_working_day(day)]


# --- days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2023, 1, 20), date(2023, 1, 26)),
        (date(2024, 2, 8), date(2024, 2, 14)),
        (date(2025, 1, 25), date(2025, 2, 2)),
        (date(2026, 2, 14), date(2026, 2, 22)),
        (date(2027, 2, 4), date(2027, 2, 10)),
    ],
)
def test_is_working_day_around_tet(first, last):
    whole = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    assert days_off(first, last) == whole
    assert OFFICE.is_working_day(first - timedelta(days=1))
    after = last + timedelta(days=1)
    assert OFFICE.is_working_day(after)


@pytest.mark.parametrize(
    "day",
    [
        date(2023, 4, 29),
        date(2023, 5, 2),  # in lieu of Giỗ Tổ, which fell on a Saturday
        date(2023, 5, 3),  # in lieu of 30/4, which fell on a Sunday
        date(2024, 4, 18),
        date(2024, 4, 29),  # for Saturday 04/05/2024
        date(2025, 4, 7),
        date(2025, 5, 2),  # for Saturday 26/04/2025
        date(2026, 4, 26),
        date(2026, 4, 27),  # in lieu of Giỗ Tổ, which fell on a Sunday
        date(2026, 8, 31),  # for Saturday 22/08/2026
        date(2026, 9, 2),
        date(2026, 11, 24),
        date(2027, 4, 16),
        date(2027, 5, 3),
        date(2026, 1, 3),  # an ordinary Saturday
    ],
)
def test_is_working_day_on_a_day_off(day):
    assert not OFFICE.is_working_day(day)


@pytest.mark.parametrize(
    "day", [date(2019, 1, 5), date(2024, 5, 4), date(2025, 4, 26), date(2026, 8, 22)]
)
def test_is_working_day_on_a_saturday_worked_for_another_day(day):
    assert day.weekday() == 5
    assert OFFICE.is_working_day(day)


def test_is_working_day_knows_the_swap_of_january_2026():
    assert not OFFICE.is_working_day(date(2026, 1, 2))
    assert OFFICE.is_working_day(date(2026, 1, 10))
    assert set(SEED_OVERRIDES) == {"VN"}


def test_is_working_day_obeys_staff_before_everything_else():
    calendar = WorkingCalendar(
        OFFICE.zone,
        overrides={
            date(2026, 1, 2): True,
            date(2026, 2, 17): True,
            date(2026, 11, 25): False,
            date(2026, 11, 28): True,
        },
    )
    assert calendar.is_working_day(date(2026, 1, 2))
    assert calendar.is_working_day(date(2026, 2, 17))
    assert not calendar.is_working_day(date(2026, 11, 25))
    assert calendar.is_working_day(date(2026, 11, 28))


def test_is_working_day_without_a_country_knows_weekends_only():
    assert NEW_YORK.is_working_day(date(2026, 1, 1))
    assert NEW_YORK.is_working_day(date(2026, 1, 2))
    assert not NEW_YORK.is_working_day(date(2026, 1, 3))


@pytest.mark.parametrize("day", [date.min, date.max])
def test_is_working_day_at_the_ends_of_time(day):
    assert OFFICE.is_working_day(day) is (day.weekday() < 5)


def test_overrides_changed_by_the_caller_afterwards_do_not_count():
    overrides = {date(2026, 11, 25): False}
    calendar = WorkingCalendar(OFFICE.zone, overrides=overrides)
    overrides.clear()
    assert not calendar.is_working_day(date(2026, 11, 25))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2023, 1, 18), 5, date(2023, 2, 1)),  # over Tết
        (date(2023, 1, 13), 5, date(2023, 1, 27)),
        (date(2026, 1, 1), 1, date(2026, 1, 5)),  # over the swapped Friday
        (date(2026, 1, 9), 1, date(2026, 1, 10)),  # to the swapped Saturday
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
        (date(2026, 11, 22), 1, date(2026, 11, 23)),
        (date(2026, 11, 22), -1, date(2026, 11, 20)),
        (date(2026, 11, 25), -1, date(2026, 11, 23)),
        (date(2023, 1, 27), -3, date(2023, 1, 17)),
    ],
)
def test_add_working_days(day, count, expected):
    assert OFFICE.add_working_days(day, count) == expected


def test_last_working_day_before_a_working_day_is_not_itself():
    assert OFFICE.last_working_day_before(date(2026, 11, 20)) == date(2026, 11, 19)
    assert OFFICE.last_working_day_before(date(2023, 1, 27)) == date(2023, 1, 19)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 11, 17), date(2026, 11, 20), 3),
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 11, 20), date(2026, 11, 22), 0),
        (date(2026, 11, 23), date(2026, 11, 20), -1),
        (date(2026, 11, 25), date(2026, 11, 20), -2),
        (date(2023, 1, 18), date(2023, 2, 1), 5),
    ],
)
def test_working_days_between(first, last, expected):
    assert OFFICE.working_days_between(first, last) == expected


@given(day=days, count=st.integers(-40, 40))
def test_add_working_days_is_what_working_days_between_counts(day, count):
    reached = OFFICE.add_working_days(day, count)
    assert OFFICE.is_working_day(reached) or count == 0
    between = OFFICE.working_days_between(day, reached)
    # Going back from a day, that day itself is counted if it is worked, the one reached is not.
    from_day_off = count < 0 and not OFFICE.is_working_day(day)
    assert between == (count + 1 if from_day_off else count)


@given(first=days, last=days)
def test_working_days_between_is_counted_alike_in_both_directions(first, last):
    there = OFFICE.working_days_between(first, last)
    assert there == -OFFICE.working_days_between(last, first)


# --- moments -------------------------------------------------------------------------------------


def test_at_is_in_utc():
    moment = OFFICE.at(date(2026, 11, 24), time(8))
    assert moment == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        (date(2026, 3, 7), time(8), datetime(2026, 3, 7, 13, tzinfo=UTC)),
        (date(2026, 3, 8), time(8), datetime(2026, 3, 8, 12, tzinfo=UTC)),
        (date(2026, 3, 8), time(1, 59), datetime(2026, 3, 8, 6, 59, tzinfo=UTC)),
        (date(2026, 3, 8), time(2), datetime(2026, 3, 8, 7, tzinfo=UTC)),
        (date(2026, 3, 8), time(2, 30, 15, 500), datetime(2026, 3, 8, 7, tzinfo=UTC)),
        (date(2026, 3, 8), time(2, 59, 59, 999_999), datetime(2026, 3, 8, 7, tzinfo=UTC)),
        (date(2026, 3, 8), time(3), datetime(2026, 3, 8, 7, tzinfo=UTC)),
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (date(2026, 11, 1), time(1, 30, fold=1), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (date(2026, 11, 1), time(2), datetime(2026, 11, 1, 7, tzinfo=UTC)),
    ],
)
def test_at_where_clocks_change(day, clock, expected):
    assert NEW_YORK.at(day, clock) == expected


@given(day=days, early=st.times(), late=st.times())
def test_at_never_turns_times_of_a_day_around(day, early, late):
    early, late = sorted([early, late])
    assert NEW_YORK.at(day, early) <= NEW_YORK.at(day, late)


@given(day=days)
def test_at_of_a_time_in_the_day_is_on_that_day(day):
    for calendar in (OFFICE, NEW_YORK):
        assert calendar.local_date(calendar.at(day, time(0))) == day
        assert calendar.local_date(calendar.at(day, time.max)) == day


def test_end_of_work_also_of_a_day_off():
    assert OFFICE.end_of_work(date(2026, 11, 20)) == local(OFFICE, 2026, 11, 20, 17)
    assert OFFICE.end_of_work(date(2026, 11, 22)) == local(OFFICE, 2026, 11, 22, 17)


def test_local_date_is_that_of_the_zone():
    evening = datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert OFFICE.local_date(evening) == date(2026, 11, 24)
    assert NEW_YORK.local_date(evening) == date(2026, 11, 23)


def test_due_date_of_midnight_is_the_day_that_ends():
    assert OFFICE.due_date(local(OFFICE, 2023, 1, 21)) == date(2023, 1, 20)
    assert OFFICE.due_date(local(OFFICE, 2023, 1, 20, 17)) == date(2023, 1, 20)
    assert OFFICE.due_date(local(OFFICE, 2023, 1, 20, 0, 1)) == date(2023, 1, 20)


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [
        (time(6, 59), True),
        (time(7), False),
        (time(11, 29), False),
        (time(11, 30), True),
        (time(12, 59), True),
        (time(13), False),
        (time(17, 30), False),
        (time(18, 59), False),
        (time(19), True),
        (time(23, 59), True),
        (time(0), True),
    ],
)
def test_is_quiet_on_a_working_day(clock, quiet):
    assert OFFICE.is_quiet(OFFICE.at(date(2026, 11, 20), clock)) is quiet


def test_is_quiet_all_of_a_day_off():
    assert OFFICE.is_quiet(local(OFFICE, 2026, 11, 22, 9))
    assert OFFICE.is_quiet(local(OFFICE, 2026, 2, 17, 9))
    assert not OFFICE.is_quiet(local(OFFICE, 2026, 1, 10, 9))


def test_is_quiet_within_one_day_and_with_no_quiet_hours():
    within = WorkingCalendar(OFFICE.zone, quiet_from=time(9), quiet_until=time(10))
    never = WorkingCalendar(OFFICE.zone, quiet_from=time(0), quiet_until=time(0))
    morning, night = local(OFFICE, 2026, 11, 20, 9, 30), local(OFFICE, 2026, 11, 20, 23)
    assert within.is_quiet(morning)
    assert within.is_quiet(local(OFFICE, 2026, 11, 20, 9))
    assert not within.is_quiet(local(OFFICE, 2026, 11, 20, 10))
    assert not within.is_quiet(night)
    assert not never.is_quiet(morning)
    assert not never.is_quiet(night)


def test_is_quiet_knows_the_breaks_of_hours_given_in_any_order():
    hours = ((time(13), time(17)), (time(7, 30), time(11, 30)))
    calendar = WorkingCalendar(OFFICE.zone, working_hours=hours)
    assert calendar.is_quiet(local(OFFICE, 2026, 11, 20, 12))


@pytest.mark.parametrize(
    ("moment", "following", "previous"),
    [
        # inside working time: the moment itself
        ((2026, 11, 20, 9, 12), (2026, 11, 20, 9, 12), (2026, 11, 20, 9, 12)),
        ((2026, 11, 20, 12), (2026, 11, 20, 13), (2026, 11, 20, 11, 29)),
        ((2026, 11, 20, 7), (2026, 11, 20, 7, 30), (2026, 11, 19, 16, 59)),
        # Friday's end of work, over the weekend
        ((2026, 11, 20, 17), (2026, 11, 23, 7, 30), (2026, 11, 20, 16, 59)),
        ((2026, 11, 22, 9), (2026, 11, 23, 7, 30), (2026, 11, 20, 16, 59)),
        # Tết
        ((2026, 2, 17, 8), (2026, 2, 23, 7, 30), (2026, 2, 13, 16, 59)),
    ],
)
def test_next_and_previous_working_moment(moment, following, previous):
    moment = local(OFFICE, *moment)
    assert OFFICE.next_working_moment(moment) == local(OFFICE, *following)
    assert OFFICE.previous_working_moment(moment) == local(OFFICE, *previous)


def test_next_working_moment_waits_for_the_end_of_quiet_hours():
    calendar = WorkingCalendar(OFFICE.zone, quiet_from=time(16), quiet_until=time(8))
    night = local(OFFICE, 2026, 11, 20, 2)
    assert calendar.next_working_moment(night) == local(OFFICE, 2026, 11, 20, 8)
    evening = local(OFFICE, 2026, 11, 20, 18)
    assert calendar.previous_working_moment(evening) == local(OFFICE, 2026, 11, 20, 15, 59)


@given(calendar=calendars, moment=moments)
def test_next_and_previous_working_moment_enclose_the_moment(calendar, moment):
    following = calendar.next_working_moment(moment)
    previous = calendar.previous_working_moment(moment)
    assert previous <= moment <= following
    assert following - moment < timedelta(days=12)
    assert moment - previous < timedelta(days=12)
    for found in (previous, following):
        assert found.tzinfo is UTC
        assert calendar.is_working_moment(found)
        assert not calendar.is_quiet(found)
    assert calendar.next_working_moment(following) == following
    assert calendar.previous_working_moment(previous) == previous


@given(moment=moments, minutes=st.integers(0, 12 * 24 * 60))
def test_next_working_moment_skips_no_working_time(moment, minutes):
    following = OFFICE.next_working_moment(moment)
    between = moment + timedelta(minutes=minutes)
    assert between >= following or not OFFICE.is_working_moment(between)


@pytest.mark.parametrize(
    ("since", "hours", "expected"),
    [
        ((2026, 10, 6, 8), 3, (2026, 10, 6, 11)),
        ((2026, 10, 6, 10, 30), 2, (2026, 10, 6, 14)),  # over noon
        ((2026, 10, 6, 8), 3.5, (2026, 10, 6, 11, 30)),  # to the very end of a span
        ((2026, 10, 9, 16), 4, (2026, 10, 12, 10, 30)),  # over a weekend
        ((2026, 10, 10, 20), 1, (2026, 10, 12, 8, 30)),  # from a day off
    ],
)
def test_add_working_time(since, hours, expected):
    passed = OFFICE.add_working_time(local(OFFICE, *since), timedelta(hours=hours))
    assert passed == local(OFFICE, *expected)


@given(calendar=calendars, moment=moments, minutes=st.tuples(*[st.integers(1, 2000)] * 2))
def test_working_time_adds_up(calendar, moment, minutes):
    first, second = (timedelta(minutes=each) for each in minutes)
    on_the_way = calendar.add_working_time(moment, first)
    assert calendar.is_working_moment(on_the_way - timedelta.resolution)
    at_once = calendar.add_working_time(moment, first + second)
    assert calendar.add_working_time(on_the_way, second) == at_once


@given(calendar=calendars, moment=moments)
def test_working_time_left_is_what_passes_until_the_days_work_is_over(calendar, moment):
    left = calendar.working_time_left(moment)
    day = calendar.local_date(moment)
    if left:
        over = calendar.add_working_time(moment, left)
        assert calendar.local_date(over) == day
        assert calendar.next_working_moment(over) > calendar.at(day, time.max)
    else:
        assert calendar.local_date(calendar.next_working_moment(moment)) > day


@given(calendar=calendars, moment=moments)
def test_the_next_working_moment_is_the_first_of_all_minutes_ahead(calendar, moment):
    """Looked for minute by minute, over changes of clocks and days off."""
    following = calendar.next_working_moment(moment)
    minute = timedelta(minutes=1)
    ahead = moment.replace(second=0, microsecond=0) + minute
    while not calendar.is_working_moment(ahead):
        assert ahead < following
        ahead += minute
    assert following in (moment, ahead)


def test_calendar_without_working_time_is_refused():
    with pytest.raises(ValueError, match="no working time"):
        WorkingCalendar(OFFICE.zone, quiet_from=time(7), quiet_until=time(17))
    with pytest.raises(ValueError, match="no working time"):
        WorkingCalendar(OFFICE.zone, working_hours=())


def test_importing_the_calendar_loads_no_holidays():
    code = "import sys, scheduler.calendar; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

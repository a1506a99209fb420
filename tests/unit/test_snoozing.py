from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler import snoozing
from scheduler.calendar import WorkingCalendar
from scheduler.snoozing import Later, is_allowed, is_last, offered, step_name

OFFICE = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))
NEW_YORK = WorkingCalendar(
    ZoneInfo("America/New_York"), working_hours=((time(9), time(17)),), country="US"
)
RULES = {"calendar": OFFICE, "slot": time(8)}


def local(*parts):
    return datetime(*parts, tzinfo=OFFICE.zone).astimezone(UTC)


TUESDAY_9 = local(2026, 10, 6, 9, 0, 30)
FRIDAY_17 = local(2026, 10, 9, 17)


@pytest.mark.parametrize(
    ("now", "deadlines", "moments"),
    [
        (
            TUESDAY_9,
            [FRIDAY_17],
            {
                Later.HOUR: local(2026, 10, 6, 10, 1),
                Later.AFTERNOON: local(2026, 10, 6, 13),
                Later.MORNING: local(2026, 10, 7, 8),
            },
        ),
        # The nearest deadline that is ahead binds, also beside what is overdue.
        (
            TUESDAY_9,
            [FRIDAY_17, local(2026, 10, 6, 11), local(2026, 10, 5, 17)],
            {Later.HOUR: local(2026, 10, 6, 10, 1)},
        ),
        (TUESDAY_9, [local(2026, 10, 6, 10, 1)], {}),
        # In an hour it is lunch time; in the evening nobody is at work.
        (
            local(2026, 10, 6, 11),
            [FRIDAY_17],
            {Later.AFTERNOON: local(2026, 10, 6, 13), Later.MORNING: local(2026, 10, 7, 8)},
        ),
        (local(2026, 10, 6, 16, 30), [FRIDAY_17], {Later.MORNING: local(2026, 10, 7, 8)}),
        # The same moment is offered once.
        (
            local(2026, 10, 6, 12),
            [FRIDAY_17],
            {Later.HOUR: local(2026, 10, 6, 13), Later.MORNING: local(2026, 10, 7, 8)},
        ),
        # Of what is overdue: over a weekend.
        (
            FRIDAY_17,
            [FRIDAY_17, TUESDAY_9],
            {Later.MORNING: local(2026, 10, 12, 8), Later.TWO_DAYS: local(2026, 10, 13, 8)},
        ),
    ],
)
def test_what_is_offered(now, deadlines, moments):
    assert dict(offered(deadlines, now=now, **RULES)) == moments


start = datetime(2023, 1, 1, tzinfo=UTC)
instants = st.integers(0, 5 * 366 * 24 * 3600).map(lambda count: start + timedelta(seconds=count))
spans = st.integers(-20 * 24 * 60, 20 * 24 * 60).map(lambda count: timedelta(minutes=count))
rules = st.fixed_dictionaries(
    {
        "calendar": st.sampled_from([OFFICE, NEW_YORK]),
        "slot": st.sampled_from([time(0), time(8), time(9, 30), time(12), time(23)]),
    }
)


@given(now=instants, around=st.lists(spans, min_size=1, max_size=4), rules=rules)
def test_what_is_offered_lies_in_working_time_before_the_nearest_deadline_ahead(now, around, rules):
    deadlines = [now + span for span in around]
    found = offered(deadlines, now=now, **rules)
    assert len({moment for _, moment in found}) == len(found)
    for later, moment in found:
        assert moment > now
        assert rules["calendar"].is_working_moment(moment)
        assert not [deadline for deadline in deadlines if now < deadline <= moment]
        assert is_allowed(moment, deadlines, now=now, **rules)
        assert (later is Later.TWO_DAYS) <= (max(deadlines) <= now)
    if max(deadlines) <= now:
        assert len(found) == 2, "what is overdue can always be put off"


@given(now=instants, around=st.lists(spans, min_size=1, max_size=4), at=spans, rules=rules)
def test_no_other_moment_is_allowed_than_within_those_bounds(now, around, at, rules):
    deadlines, moment = [now + span for span in around], now + at
    if not is_allowed(moment, deadlines, now=now, **rules):
        return
    assert moment > now
    assert rules["calendar"].is_working_moment(moment)
    assert not [deadline for deadline in deadlines if now < deadline <= moment]
    calendar = rules["calendar"]
    working_days = calendar.working_days_between(
        calendar.local_date(now), calendar.local_date(moment)
    )
    assert working_days <= (2 if max(deadlines) <= now else 1) + 1  # a slot at night is the next's


def test_the_steps_of_what_comes_again_are_counted():
    steps = [step_name(times + 1) for times in range(snoozing.MOST_TIMES)]
    assert [is_last(step) for step in ("overdue-1", *steps)] == [False, False, True]

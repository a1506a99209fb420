"""Until when a directive is to be confirmed, and when to remind of it, in tables."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendar import WorkingCalendar
from scheduler.plan import AcknowledgePolicy, Whom, acknowledge_due, receipt_steps

OFFICE = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))
NEW_YORK = WorkingCalendar(ZoneInfo("America/New_York"), country="US")

USUAL = AcknowledgePolicy()

moments = st.integers(0, 5 * 366 * 24 * 60).map(
    lambda minutes: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def local(*parts):
    return datetime(*parts, tzinfo=OFFICE.zone).astimezone(UTC)


def planned_for(given_at, policy=USUAL, **how):
    """Steps as people of the office would write them: day and time, name without `receipt-`."""
    due_at = acknowledge_due(
        given_at, policy=policy, calendar=OFFICE, urgent=how.get("urgent", False)
    )
    planned = receipt_steps(due_at, since=given_at, policy=policy, calendar=OFFICE, **how)
    assert all(each.step.startswith("receipt-") for each in planned)
    return [
        f"{each.at.astimezone(OFFICE.zone):%d/%m %H:%M} {each.step.removeprefix('receipt-')}"
        for each in planned
    ]


# --- until when ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins_at", "due"),
    [
        (local(2026, 11, 25, 9), local(2026, 11, 25, 17)),
        (local(2026, 11, 25, 16), local(2026, 11, 25, 17)),  # an hour is left, just enough
        (local(2026, 11, 25, 16, 1), local(2026, 11, 26, 17)),
        (local(2026, 11, 25, 12), local(2026, 11, 25, 17)),  # at noon the afternoon is left
        (local(2026, 11, 25, 6), local(2026, 11, 25, 17)),
        (local(2026, 11, 25, 20), local(2026, 11, 26, 17)),
        (local(2026, 11, 27, 16, 30), local(2026, 11, 30, 17)),  # Friday: on Monday
        (local(2026, 11, 29, 9), local(2026, 11, 30, 17)),  # Sunday
    ],
)
def test_it_is_to_be_confirmed_until_the_end_of_a_days_work(begins_at, due):
    policy = USUAL
    assert acknowledge_due(begins_at, policy=policy, calendar=OFFICE) == due
    at_once = acknowledge_due(begins_at, policy=policy, calendar=OFFICE, urgent=True)
    assert at_once == begins_at + timedelta(hours=1)


def test_both_times_can_be_set():
    policy = AcknowledgePolicy(urgent=timedelta(minutes=30), least=timedelta(0))
    late = local(2026, 11, 25, 16, 59)
    assert acknowledge_due(late, policy=policy, calendar=OFFICE) == local(2026, 11, 25, 17)
    over = local(2026, 11, 25, 17)
    assert acknowledge_due(over, policy=policy, calendar=OFFICE) == local(2026, 11, 26, 17)
    at_once = acknowledge_due(over, policy=policy, calendar=OFFICE, urgent=True)
    assert at_once == over + timedelta(minutes=30)


@given(begins_at=moments, urgent=st.booleans(), calendar=st.sampled_from([OFFICE, NEW_YORK]))
def test_there_is_always_time_to_confirm(begins_at, urgent, calendar):
    due = acknowledge_due(begins_at, policy=AcknowledgePolicy(), calendar=calendar, urgent=urgent)
    assert due >= begins_at + timedelta(hours=1)
    assert urgent or calendar.is_working_day(calendar.local_date(due))


# --- reminding of it -----------------------------------------------------------------------------


def test_an_ordinary_directive():
    assert planned_for(local(2026, 11, 26, 9)) == [
        "26/11 16:00 before",
        "27/11 08:00 overdue-1",
        "30/11 08:00 overdue-2",
        "01/12 08:00 leader",
        "02/12 08:00 staff",
    ]


def test_an_urgent_directive_that_passes_quiet_time():
    assert planned_for(local(2026, 11, 28, 21), urgent=True, passes_quiet=True) == [
        "28/11 21:30 before",
        "28/11 22:00 overdue-1",
        "28/11 23:00 overdue-2",
        "29/11 00:00 leader",
        "29/11 01:00 staff",
    ]


def test_an_urgent_directive_that_does_not_keeps_its_pace_after_the_quiet_time():
    """Held each by itself, all would come on Monday at half past seven, as one to the office."""
    assert planned_for(local(2026, 11, 27, 18), urgent=True) == [
        "27/11 18:30 before",
        "30/11 07:30 overdue-1",
        "30/11 08:30 overdue-2",
        "30/11 09:30 leader",
        "30/11 10:30 staff",
    ]


@pytest.mark.parametrize(
    ("given_at", "minutes", "expected"),
    [
        (local(2026, 11, 26, 9), 60, "26/11 16:00"),
        (local(2026, 11, 26, 9), 270, "26/11 11:29"),  # lunch: moved ahead of it
        (local(2026, 11, 26, 12), 270, "26/11 13:00"),  # but not ahead of when it was given
        (local(2026, 11, 26, 16), 60, None),  # it is just being given
        (local(2026, 11, 26, 9), 0, None),
    ],
)
def test_the_reminder_before_the_time_is_over(given_at, minutes, expected):
    policy = AcknowledgePolicy(before=timedelta(minutes=minutes))
    before = [each for each in planned_for(given_at, policy) if each.endswith(" before")]
    assert before == ([f"{expected} before"] if expected else [])


def test_no_reminder_before_when_that_is_switched_off_even_if_the_time_is_over_in_quiet_hours():
    calendar = WorkingCalendar(OFFICE.zone, quiet_from=time(17))
    planned = receipt_steps(
        local(2026, 11, 26, 17),
        since=local(2026, 11, 26, 9),
        policy=AcknowledgePolicy(before=timedelta(0), overdue_times=1, to_leader=False),
        calendar=calendar,
    )
    assert [(each.step, each.whom) for each in planned] == [
        ("receipt-overdue-1", Whom.CONTACTS),
        ("receipt-staff", Whom.STAFF),
    ]

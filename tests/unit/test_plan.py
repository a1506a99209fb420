"""When to remind of one piece of work, and what of it is due, in tables."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.calendar import WorkingCalendar
from scheduler.plan import (
    Due,
    PlannedStep,
    ReminderPolicy,
    Whom,
    due_step,
    held_until,
    next_day,
    next_step,
    steps,
)

OFFICE = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))
PLAIN = {"policy": ReminderPolicy(), "calendar": OFFICE}
CONTACTS_ONLY = {"to_leader": False, "to_staff": False}
NEVER = ReminderPolicy(
    days_before=(), on_due_day=False, hours_before=0, overdue_times=0, **CONTACTS_ONLY
)


def local(*parts):
    return datetime(*parts, tzinfo=OFFICE.zone).astimezone(UTC)


def shown(planned):
    """Steps as people of the office would write them: name, day and time."""
    return [(each.step, f"{each.at.astimezone(OFFICE.zone):%d/%m %H:%M}") for each in planned]


EIGHT = time(8)
FRIDAY_17 = local(2026, 11, 27, 17)
ALL_BEFORE = "before-3 before-1 due-day due-2h"

# --- steps ---------------------------------------------------------------------------------------


def test_steps_of_an_ordinary_deadline():
    assert shown(steps(FRIDAY_17, **PLAIN)) == [
        ("before-3", "23/11 08:00"),  # 24/11 is a day off since 2026
        ("before-1", "26/11 08:00"),
        ("due-day", "27/11 08:00"),
        ("due-2h", "27/11 15:00"),
        ("overdue-1", "30/11 08:00"),
        ("overdue-2", "02/12 08:00"),
        ("overdue-3", "04/12 08:00"),
        ("leader", "08/12 08:00"),
        ("staff", "10/12 08:00"),
    ]


def test_steps_before_a_deadline_on_a_day_off_meet_on_the_last_working_day():
    sunday = local(2026, 11, 29, 17)
    assert shown(steps(sunday, **PLAIN))[:3] == [
        ("before-3", "25/11 08:00"),
        ("due-2h", "27/11 08:00"),
        ("overdue-1", "30/11 08:00"),
    ]


def test_steps_on_the_due_day_of_a_day_off_move_to_the_last_working_day():
    policy = ReminderPolicy(days_before=(), hours_before=0, overdue_times=0, **CONTACTS_ONLY)
    sunday = local(2026, 11, 29, 17)
    planned = steps(sunday, policy=policy, calendar=OFFICE)
    assert shown(planned) == [("due-day", "27/11 08:00")]


def test_steps_of_an_urgent_deadline_pass_quiet_time():
    sunday = local(2026, 11, 29, 21)
    assert shown(steps(sunday, **PLAIN, passes_quiet=True))[1:4] == [
        ("before-1", "27/11 08:00"),
        ("due-day", "29/11 08:00"),
        ("due-2h", "29/11 19:00"),
    ]


def test_steps_count_working_days_over_tet():
    assert shown(steps(local(2026, 2, 24, 17), **PLAIN)) == [
        ("before-3", "12/02 08:00"),
        ("before-1", "23/02 08:00"),
        ("due-day", "24/02 08:00"),
        ("due-2h", "24/02 15:00"),
        ("overdue-1", "25/02 08:00"),
        ("overdue-2", "27/02 08:00"),
        ("overdue-3", "03/03 08:00"),
        ("leader", "05/03 08:00"),
        ("staff", "09/03 08:00"),
    ]


@pytest.mark.parametrize(
    ("last", "first"),
    [
        (date(2023, 1, 19), date(2023, 1, 27)),
        (date(2024, 2, 7), date(2024, 2, 15)),
        (date(2025, 1, 24), date(2025, 2, 3)),
        (date(2026, 2, 13), date(2026, 2, 23)),
        (date(2027, 2, 3), date(2027, 2, 11)),
    ],
)
def test_steps_never_come_at_tet(last, first):
    """The last working day before it and the first one after it, of each year."""
    over_tet = steps(OFFICE.end_of_work(first), **PLAIN)
    assert [each.at for each in over_tet if each.step == "before-1"] == [OFFICE.at(last, EIGHT)]
    overdue = steps(OFFICE.end_of_work(last), **PLAIN)
    assert [each.at for each in overdue if each.step == "overdue-1"] == [OFFICE.at(first, EIGHT)]
    day = last + timedelta(days=1)
    while day < first:  # a deadline at Tết itself: before it, and then when it is over
        planned = steps(OFFICE.end_of_work(day), **PLAIN)
        days = [OFFICE.local_date(each.at) for each in planned]
        assert max(each for each in days if each <= day) == last
        assert min(each for each in days if each > day) == first
        day += timedelta(days=1)


def test_steps_know_the_friday_of_2026_that_was_swapped_with_a_saturday():
    of_friday = steps(local(2026, 1, 2, 17), **PLAIN)
    assert shown(of_friday)[1:4] == [
        ("due-2h", "31/12 08:00"),
        ("overdue-1", "05/01 08:00"),
        ("overdue-2", "07/01 08:00"),
    ]
    assert shown(steps(local(2026, 1, 10, 17), **PLAIN))[1:5] == [
        ("before-1", "09/01 08:00"),
        ("due-day", "10/01 08:00"),
        ("due-2h", "10/01 15:00"),
        ("overdue-1", "12/01 08:00"),
    ]


def test_steps_of_the_morning_move_to_the_slot_of_the_day_before():
    early = local(2026, 11, 26, 8, 30)
    planned = dict(shown(steps(early, **PLAIN)))
    assert planned["due-2h"] == "25/11 08:00"
    assert planned["due-day"] == "26/11 08:00"
    assert "before-1" not in planned


def test_steps_when_the_slot_of_the_due_day_is_too_late():
    policy = ReminderPolicy(days_before=(), hours_before=0, overdue_times=0, **CONTACTS_ONLY)
    planned = steps(local(2026, 11, 26, 7, 30), policy=policy, calendar=OFFICE)
    assert shown(planned) == [("due-day", "25/11 08:00")]


def test_steps_of_a_deadline_at_the_slot_itself_come_a_day_earlier():
    planned = steps(local(2026, 11, 26, 8), **PLAIN)
    assert shown(planned)[1:3] == [("due-2h", "25/11 08:00"), ("overdue-1", "27/11 08:00")]
    policy = ReminderPolicy(days_before=(), hours_before=0, overdue_times=0, **CONTACTS_ONLY)
    planned = steps(local(2026, 11, 26, 8), policy=policy, calendar=OFFICE)
    assert shown(planned) == [("due-day", "25/11 08:00")]


def test_steps_overdue_are_after_a_deadline_at_midnight_even_if_that_is_the_slot():
    policy = ReminderPolicy(
        slot=time(0), days_before=(), hours_before=0, overdue_times=2, **CONTACTS_ONLY
    )
    planned = steps(local(2026, 11, 26), policy=policy, calendar=OFFICE, passes_quiet=True)
    assert shown(planned) == [
        ("due-day", "25/11 00:00"),
        ("overdue-1", "27/11 00:00"),
        ("overdue-2", "01/12 00:00"),
    ]


def test_steps_before_midnight_belong_to_the_day_that_ends():
    """A letter's "đến hết ngày 26/11" is stored as 27/11 00:00."""
    policy = ReminderPolicy(hours_before=0)
    planned = dict(shown(steps(local(2026, 11, 27), policy=policy, calendar=OFFICE)))
    assert planned["due-day"] == "26/11 08:00"
    assert planned["before-1"] == "25/11 08:00"
    assert planned["overdue-1"] == "27/11 08:00"


def test_steps_at_lunch_move_to_the_slot_still_ahead():
    policy = ReminderPolicy(days_before=(), on_due_day=False, overdue_times=0, **CONTACTS_ONLY)
    after_lunch = local(2026, 11, 26, 14)
    given_early = steps(
        after_lunch, policy=policy, calendar=OFFICE, since=local(2026, 11, 26, 7, 45)
    )
    given_late = steps(after_lunch, policy=policy, calendar=OFFICE, since=local(2026, 11, 26, 8, 5))
    assert shown(given_early) == [("due-2h", "26/11 08:00")]
    assert given_late == ()


def test_steps_moved_earlier_than_the_work_was_given_take_the_next_slot():
    policy = ReminderPolicy(days_before=(), on_due_day=False, overdue_times=0, **CONTACTS_ONLY)
    morning = local(2026, 11, 26, 8, 45)
    for given_at in (local(2026, 11, 25, 16), local(2026, 11, 25, 8)):
        planned = steps(morning, policy=policy, calendar=OFFICE, since=given_at)
        assert shown(planned) == [("due-2h", "26/11 08:00")]


def test_steps_moved_on_to_the_deadline_itself_are_left_out():
    policy = ReminderPolicy(days_before=(), on_due_day=False, overdue_times=0, **CONTACTS_ONLY)
    at_the_slot = local(2026, 11, 26, 8)
    given_at = local(2026, 11, 25, 16)
    assert steps(at_the_slot, policy=policy, calendar=OFFICE, since=given_at) == ()


def test_steps_of_a_directive_issued_a_day_before_have_no_t_minus_3():
    planned = steps(FRIDAY_17, **PLAIN, since=local(2026, 11, 26, 8))
    assert [each.step for each in planned][:2] == ["due-day", "due-2h"]


def test_steps_with_a_slot_in_quiet_time_fall_into_working_time():
    policy = ReminderPolicy(slot=time(12), hours_before=0, overdue_times=1, **CONTACTS_ONLY)
    planned = dict(shown(steps(FRIDAY_17, policy=policy, calendar=OFFICE)))
    assert planned["due-day"] == "27/11 11:29"
    assert planned["overdue-1"] == "30/11 13:00"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (ReminderPolicy(), "contacts contacts contacts leader staff"),
        (ReminderPolicy(to_leader=False), "contacts contacts contacts staff"),
        (ReminderPolicy(to_staff=False, overdue_times=1), "contacts leader"),
        (ReminderPolicy(overdue_times=0), "leader staff"),
    ],
)
def test_steps_overdue_go_on_to_the_leader_and_then_to_the_office(policy, expected):
    planned = steps(FRIDAY_17, policy=policy, calendar=OFFICE)
    assert [each.whom for each in planned if each.at > FRIDAY_17] == expected.split()
    assert {each.whom for each in planned if each.at < FRIDAY_17} == {Whom.CONTACTS}


def test_steps_of_a_policy_without_any():
    assert steps(FRIDAY_17, policy=NEVER, calendar=OFFICE) == ()


# --- next_step -----------------------------------------------------------------------------------


def test_next_step_is_the_first_after():
    planned = steps(FRIDAY_17, **PLAIN)
    assert next_step(planned, after=local(2026, 11, 26, 8)).step == "due-day"
    assert next_step(planned, after=local(2026, 11, 26, 7, 59)).step == "before-1"
    assert next_step(planned, after=local(2026, 12, 8, 8)).step == "staff"
    assert next_step(planned, after=local(2026, 12, 10, 8)) is None
    assert next_step((), after=local(2026, 12, 10, 8)) is None


# --- due_step ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "done", "expected", "stale"),
    [
        (local(2026, 11, 20, 8), "", None, ""),
        (local(2026, 11, 26, 8), "before-3", "before-1", ""),
        (local(2026, 11, 26, 7, 59), "before-3", None, ""),
        (local(2026, 11, 27, 9), "before-3", "due-day", "before-1"),  # it was missed
        (local(2026, 11, 27, 9), "due-day", None, "before-3 before-1"),  # nor after the later one
        (local(2026, 11, 27, 9), "before-3 before-1 due-day", None, ""),
        (local(2026, 11, 27, 8), "due-2h before-3 before-1", "due-day", ""),  # it was sent early
        (local(2026, 11, 27, 16, 59), "before-3 before-1", "due-2h", "due-day"),
        # The deadline has come: too late for what speaks of it as ahead.
        (local(2026, 11, 27, 17), "before-3 before-1 due-day", None, "due-2h"),
        (local(2026, 11, 29, 9), "before-3 before-1 due-day due-2h", None, ""),
        (local(2026, 11, 30, 8), "before-3 before-1 due-day", "overdue-1", "due-2h"),
        (local(2027, 3, 1, 9), ALL_BEFORE + " overdue-1", "staff", "overdue-2 overdue-3 leader"),
        (local(2027, 3, 1, 9), ALL_BEFORE + " staff", None, "overdue-1 overdue-2 overdue-3 leader"),
    ],
)
def test_due_step(now, done, expected, stale):
    due = due_step(steps(FRIDAY_17, **PLAIN), deadline=FRIDAY_17, now=now, done=done.split())
    assert (due.step.step if due.step else None) == expected
    assert [step.step for step in due.stale] == stale.split()


def test_due_step_not_before_the_work_was_given():
    given_at = local(2026, 11, 26, 9)
    planned = steps(FRIDAY_17, **PLAIN, since=given_at)
    due = due_step(planned, deadline=FRIDAY_17, now=local(2026, 11, 26, 10), done=())
    assert due == Due(None)


def test_due_step_of_a_moved_deadline_starts_anew():
    """What was done is kept by the deadline's value, so a new one begins with nothing done."""
    moved = local(2026, 12, 2, 17)
    now = local(2026, 12, 1, 8)
    planned = steps(moved, **PLAIN, since=local(2026, 11, 30, 9))
    assert due_step(planned, deadline=moved, now=now, done=()) == Due(
        PlannedStep("before-1", now), ()
    )
    assert next_step(planned, after=local(2026, 11, 27, 17)).at == now


# --- held_until, next_day ------------------------------------------------------------------------


def test_held_until_the_next_working_moment():
    night = local(2026, 11, 27, 22)
    assert held_until(night, calendar=OFFICE) == local(2026, 11, 30, 7, 30)
    assert held_until(night, calendar=OFFICE, passes_quiet=True) is None
    assert held_until(local(2026, 11, 27, 7, 10), calendar=OFFICE) is None


@pytest.mark.parametrize(
    ("slot", "expected"), [(time(8), local(2026, 11, 30, 8)), (time(12), local(2026, 11, 30, 13))]
)
def test_next_day_is_the_slot_of_the_next_working_day(slot, expected):
    friday = local(2026, 11, 27, 10)
    assert next_day(friday, policy=ReminderPolicy(slot=slot), calendar=OFFICE) == expected

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduler.calendar import WorkingCalendar
from scheduler.plan import (
    AcknowledgePolicy,
    ReminderPolicy,
    acknowledge_due,
    due_step,
    held_until,
    next_step,
    steps,
)

OFFICE = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))
NEW_YORK = WorkingCalendar(ZoneInfo("America/New_York"), country="US")
PLAIN = {"policy": ReminderPolicy(), "calendar": OFFICE}
NEVER = ReminderPolicy(days_before=(), on_due_day=False, hours_before=0, overdue_times=0)


def local(*parts):
    return datetime(*parts, tzinfo=OFFICE.zone).astimezone(UTC)


def shown(planned):
    """Steps as people of the office would write them: name, day and time."""
    return [(each.step, f"{each.at.astimezone(OFFICE.zone):%d/%m %H:%M}") for each in planned]


FRIDAY_17 = local(2026, 11, 27, 17)

start = datetime(2023, 1, 1, tzinfo=UTC)
moments = st.integers(0, 5 * 366 * 24 * 60).map(lambda minutes: start + timedelta(minutes=minutes))
policies = st.builds(
    ReminderPolicy,
    days_before=st.lists(st.integers(1, 10), max_size=4).map(tuple),
    slot=st.sampled_from([time(0), time(2, 30), time(6), time(8), time(12), time(16, 45)]),
    on_due_day=st.booleans(),
    hours_before=st.integers(0, 12),
    overdue_every=st.integers(1, 4),
    overdue_times=st.integers(0, 5),
)
cases = st.fixed_dictionaries(
    {
        "policy": policies,
        "calendar": st.sampled_from([OFFICE, NEW_YORK]),
        "urgent": st.booleans(),
        "since": st.none() | moments,
    }
)


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
    ]


def test_steps_before_a_deadline_on_a_day_off_meet_on_the_last_working_day():
    sunday = local(2026, 11, 29, 17)
    assert shown(steps(sunday, **PLAIN))[:3] == [
        ("before-3", "25/11 08:00"),
        ("due-2h", "27/11 08:00"),
        ("overdue-1", "30/11 08:00"),
    ]


def test_steps_on_the_due_day_of_a_day_off_move_to_the_last_working_day():
    policy = ReminderPolicy(days_before=(), hours_before=0, overdue_times=0)
    sunday = local(2026, 11, 29, 17)
    planned = steps(sunday, policy=policy, calendar=OFFICE)
    assert shown(planned) == [("due-day", "27/11 08:00")]


def test_steps_of_an_urgent_deadline_pass_quiet_time():
    sunday = local(2026, 11, 29, 21)
    assert shown(steps(sunday, **PLAIN, urgent=True))[1:4] == [
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
    ]


def test_steps_of_the_morning_move_to_the_slot_of_the_day_before():
    early = local(2026, 11, 26, 8, 30)
    planned = dict(shown(steps(early, **PLAIN)))
    assert planned["due-2h"] == "25/11 08:00"
    assert planned["due-day"] == "26/11 08:00"
    assert "before-1" not in planned


def test_steps_when_the_slot_of_the_due_day_is_too_late():
    policy = ReminderPolicy(days_before=(), hours_before=0, overdue_times=0)
    planned = steps(local(2026, 11, 26, 7, 30), policy=policy, calendar=OFFICE)
    assert shown(planned) == [("due-day", "25/11 08:00")]


def test_steps_of_a_deadline_at_the_slot_itself_come_a_day_earlier():
    planned = steps(local(2026, 11, 26, 8), **PLAIN)
    assert shown(planned)[1:3] == [("due-2h", "25/11 08:00"), ("overdue-1", "27/11 08:00")]
    policy = ReminderPolicy(days_before=(), hours_before=0, overdue_times=0)
    planned = steps(local(2026, 11, 26, 8), policy=policy, calendar=OFFICE)
    assert shown(planned) == [("due-day", "25/11 08:00")]


def test_steps_overdue_are_after_a_deadline_at_midnight_even_if_that_is_the_slot():
    policy = ReminderPolicy(slot=time(0), days_before=(), hours_before=0, overdue_times=2)
    planned = steps(local(2026, 11, 26), policy=policy, calendar=OFFICE, urgent=True)
    assert shown(planned) == [("due-day", "25/11 00:00"), ("overdue-2", "30/11 00:00")]


def test_steps_before_midnight_belong_to_the_day_that_ends():
    """A letter's "đến hết ngày 26/11" is stored as 27/11 00:00."""
    policy = ReminderPolicy(hours_before=0)
    planned = dict(shown(steps(local(2026, 11, 27), policy=policy, calendar=OFFICE)))
    assert planned["due-day"] == "26/11 08:00"
    assert planned["before-1"] == "25/11 08:00"
    assert planned["overdue-1"] == "27/11 08:00"


def test_steps_at_lunch_move_to_the_slot_still_ahead():
    policy = ReminderPolicy(days_before=(), on_due_day=False, overdue_times=0)
    after_lunch = local(2026, 11, 26, 14)
    given_early = steps(
        after_lunch, policy=policy, calendar=OFFICE, since=local(2026, 11, 26, 7, 45)
    )
    given_late = steps(after_lunch, policy=policy, calendar=OFFICE, since=local(2026, 11, 26, 8, 5))
    assert shown(given_early) == [("due-2h", "26/11 08:00")]
    assert given_late == ()


def test_steps_moved_earlier_than_the_work_was_given_take_the_next_slot():
    policy = ReminderPolicy(days_before=(), on_due_day=False, overdue_times=0)
    morning = local(2026, 11, 26, 8, 45)
    for given_at in (local(2026, 11, 25, 16), local(2026, 11, 25, 8)):
        planned = steps(morning, policy=policy, calendar=OFFICE, since=given_at)
        assert shown(planned) == [("due-2h", "26/11 08:00")]


def test_steps_moved_on_to_the_deadline_itself_are_left_out():
    policy = ReminderPolicy(days_before=(), on_due_day=False, overdue_times=0)
    at_the_slot = local(2026, 11, 26, 8)
    given_at = local(2026, 11, 25, 16)
    assert steps(at_the_slot, policy=policy, calendar=OFFICE, since=given_at) == ()


def test_steps_of_a_directive_issued_a_day_before_have_no_t_minus_3():
    planned = steps(FRIDAY_17, **PLAIN, since=local(2026, 11, 26, 8))
    assert [each.step for each in planned][:2] == ["due-day", "due-2h"]


def test_steps_with_a_slot_in_quiet_time_fall_into_working_time():
    policy = ReminderPolicy(slot=time(12), hours_before=0, overdue_times=1)
    planned = dict(shown(steps(FRIDAY_17, policy=policy, calendar=OFFICE)))
    assert planned["due-day"] == "27/11 11:29"
    assert planned["overdue-1"] == "30/11 13:00"


def test_steps_of_a_policy_without_any():
    assert steps(FRIDAY_17, policy=NEVER, calendar=OFFICE) == ()
    assert next_step(FRIDAY_17, policy=NEVER, calendar=OFFICE, after=start) is None


@given(deadline=moments, case=cases)
def test_steps_are_never_in_quiet_time_unless_urgent(deadline, case):
    assume(not case["urgent"])
    assert not any(case["calendar"].is_quiet(each.at) for each in steps(deadline, **case))


@given(deadline=moments, case=cases)
def test_steps_before_come_before_and_overdue_after_the_deadline(deadline, case):
    for each in steps(deadline, **case):
        if each.step.startswith("overdue-"):
            assert each.at > deadline
        else:
            assert each.at < deadline


@given(deadline=moments, case=cases)
def test_steps_increase_strictly_and_are_named_once(deadline, case):
    planned = steps(deadline, **case)
    times = [each.at for each in planned]
    names = [each.step for each in planned]
    assert times == sorted(set(times))
    assert len(names) == len(set(names))
    assert all(case["since"] is None or at > case["since"] for at in times)


@given(deadline=moments, case=cases)
def test_steps_overdue_are_all_there_and_on_working_days(deadline, case):
    case = {**case, "since": None}
    calendar = case["calendar"]
    overdue = [each for each in steps(deadline, **case) if each.step.startswith("overdue-")]
    dates = [calendar.local_date(each.at) for each in overdue]
    if not (case["urgent"] and case["policy"].slot == time(0)):
        assert len(overdue) == case["policy"].overdue_times
    assert all(calendar.is_working_day(day) for day in dates)


# --- next_step -----------------------------------------------------------------------------------


def test_next_step_is_the_first_after():
    assert next_step(FRIDAY_17, **PLAIN, after=local(2026, 11, 26, 8)).step == "due-day"
    assert next_step(FRIDAY_17, **PLAIN, after=local(2026, 11, 26, 7, 59)).step == "before-1"
    assert next_step(FRIDAY_17, **PLAIN, after=local(2026, 12, 4, 8)) is None


@given(deadline=moments, case=cases)
def test_next_step_walks_through_all_steps(deadline, case):
    walked = []
    after = datetime(2000, 1, 1, tzinfo=UTC)
    while (step := next_step(deadline, **case, after=after)) is not None:
        walked.append(step)
        after = step.at
    assert tuple(walked) == steps(deadline, **case)


# --- due_step ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "done", "expected"),
    [
        (local(2026, 11, 20, 8), (), None),
        (local(2026, 11, 26, 8), (), "before-1"),
        (local(2026, 11, 26, 7, 59), ("before-3",), None),
        (local(2026, 11, 27, 9), ("before-3",), "due-day"),  # before-1 was missed and is stale
        (local(2026, 11, 27, 9), ("due-day",), None),  # nor does it come after the later one
        (local(2026, 11, 27, 16), ("due-day",), "due-2h"),
        (local(2026, 11, 27, 16, 59), (), "due-2h"),
        (local(2026, 11, 27, 17), (), None),  # the deadline has come: too late for "before"
        (local(2026, 11, 29, 9), (), None),
        (local(2026, 11, 30, 8), (), "overdue-1"),
        (local(2027, 3, 1, 9), ("overdue-1",), "overdue-3"),
        (local(2027, 3, 1, 9), ("overdue-3",), None),
    ],
)
def test_due_step(now, done, expected):
    step = due_step(FRIDAY_17, **PLAIN, now=now, done=done)
    assert (step.step if step else None) == expected


def test_due_step_not_before_the_work_was_given():
    given_at = local(2026, 11, 26, 9)
    now = local(2026, 11, 26, 10)
    assert due_step(FRIDAY_17, **PLAIN, now=now, done=(), since=given_at) is None
    assert due_step(FRIDAY_17, **PLAIN, now=now, done=()).step == "before-1"


def test_due_step_of_a_moved_deadline_starts_anew():
    """What was done is kept by the deadline's value, so a new one begins with nothing done."""
    moved = local(2026, 12, 2, 17)
    now = local(2026, 12, 1, 8)
    assert due_step(FRIDAY_17, **PLAIN, now=now, done=("before-1", "overdue-1")) is None
    assert due_step(moved, **PLAIN, now=now, done=()).step == "before-1"
    assert next_step(moved, **PLAIN, after=local(2026, 11, 27, 17)).at == now


@given(deadline=moments, case=cases, now=moments, clock=st.lists(moments, max_size=12))
def test_due_step_fires_each_step_once_whatever_the_clock_does(deadline, case, now, clock):
    done = []
    for moment in [now, *clock, now]:
        step = due_step(deadline, **case, now=moment, done=done)
        if step is not None:
            assert step.at <= moment
            assert step.step.startswith("overdue-") or moment < deadline
            done.append(step.step)
        assert due_step(deadline, **case, now=moment, done=done) is None
    assert len(done) == len(set(done))


@given(deadline=moments, case=cases)
def test_due_step_at_every_planned_moment_leaves_nothing_out(deadline, case):
    done = []
    for planned in steps(deadline, **case):
        step = due_step(deadline, **case, now=planned.at, done=done)
        assert step == planned
        done.append(step.step)


@given(deadline=moments, case=cases, minutes=st.integers(-20_000, 20_000))
def test_due_step_after_an_outage_is_the_last_that_came(deadline, case, minutes):
    now = deadline + timedelta(minutes=minutes)
    come = [each for each in steps(deadline, **case) if each.at <= now]
    step = due_step(deadline, **case, now=now, done=())
    if step is not None:
        assert step == come[-1]
    elif come:
        assert come[-1].at < deadline <= now


# --- held_until ----------------------------------------------------------------------------------


def test_held_until_the_next_working_moment():
    night = local(2026, 11, 27, 22)
    assert held_until(night, calendar=OFFICE) == local(2026, 11, 30, 7, 30)
    assert held_until(night, calendar=OFFICE, urgent=True) is None
    assert held_until(local(2026, 11, 27, 7, 10), calendar=OFFICE) is None


# --- until when it is to be confirmed ------------------------------------------------------------


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
    policy = AcknowledgePolicy()
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

"""What a plan says ahead of time is what it does when its time comes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendar import WorkingCalendar
from scheduler.plan import ReminderPolicy, due_step, next_step, steps, to_come

OFFICE = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
hours = st.integers(-24 * 10, 24 * 30).map(lambda count: MONDAY + timedelta(hours=count))
policies = st.builds(
    ReminderPolicy,
    days_before=st.lists(st.integers(1, 6), max_size=4).map(tuple),
    slot=st.sampled_from([time(6), time(8), time(16, 45)]),
    hours_before=st.integers(0, 12),
    overdue_every=st.integers(1, 3),
    overdue_times=st.integers(0, 5),
)


@given(policies, hours, hours, st.integers(0, 24 * 40), st.booleans())
def test_to_come_is_what_looking_at_each_step_does(policy, deadline, look_at, length, passes_quiet):
    planned = steps(deadline, policy=policy, calendar=OFFICE, passes_quiet=passes_quiet)
    until = look_at + timedelta(hours=length)
    done: list[tuple[str, datetime]] = []
    at = look_at
    while at <= until:
        names = {step for step, _ in done}
        step = due_step(planned, deadline=deadline, now=at, done=names).step
        if step is not None:
            done.append((step.step, at))
        following = next_step(planned, after=at)
        if following is None:
            break
        at = following.at
    come = to_come(planned, deadline=deadline, look_at=look_at, until=until)
    assert [(step.step, step.at) for step in come] == done

"""What holds of every plan of reminders, whatever the settings, the deadline and the clock do."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from scheduler.calendar import WorkingCalendar
from scheduler.plan import (
    AcknowledgePolicy,
    Due,
    ReminderPolicy,
    Whom,
    acknowledge_due,
    due_step,
    next_step,
    receipt_steps,
    steps,
)

OFFICE = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))
NEW_YORK = WorkingCalendar(ZoneInfo("America/New_York"), country="US")
NIGHT_DESK = WorkingCalendar(
    NEW_YORK.zone,
    working_hours=((time(1, 15), time(2, 20)), (time(2, 40), time(5))),  # where clocks change
    quiet_from=time(12),
    quiet_until=time(1, 30),
    country="US",
)
ESCALATION = list(Whom)  # in its order

start = datetime(2023, 1, 1, tzinfo=UTC)
moments = st.integers(0, 5 * 366 * 24 * 60).map(lambda minutes: start + timedelta(minutes=minutes))
spans = st.integers(-6 * 24 * 60, 30 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
calendars = st.sampled_from([OFFICE, NEW_YORK, NIGHT_DESK])
slots = st.sampled_from([time(0), time(2, 30), time(6), time(8), time(12), time(16, 45), time(20)])
policies = st.builds(
    ReminderPolicy,
    days_before=st.lists(st.integers(1, 10), max_size=4).map(tuple),
    slot=slots,
    on_due_day=st.booleans(),
    hours_before=st.integers(0, 12),
    overdue_every=st.integers(1, 4),
    overdue_times=st.integers(0, 5),
    to_leader=st.booleans(),
    to_staff=st.booleans(),
)
cases = st.fixed_dictionaries(
    {
        "policy": policies,
        "calendar": calendars,
        "passes_quiet": st.booleans(),
        "since": st.none() | moments,
    }
)
minutes = st.integers(0, 480).map(lambda count: timedelta(minutes=count))
receipt_cases = st.fixed_dictionaries(
    {
        "policy": st.builds(
            AcknowledgePolicy,
            urgent=st.integers(5, 1440).map(lambda count: timedelta(minutes=count)),
            least=minutes,
            before=minutes,
            slot=slots,
            overdue_times=st.integers(0, 5),
            to_leader=st.booleans(),
            to_staff=st.booleans(),
        ),
        "calendar": calendars,
        "urgent": st.booleans(),
    }
)


@st.composite
def plans(draw):
    """A plan as the bot makes it, of work or of a receipt: (steps, deadline, given at, case)."""
    given_at = draw(moments)
    if draw(st.booleans()):
        case = draw(cases) | {"since": draw(st.none() | st.just(given_at))}
        deadline = given_at + draw(spans)
        return steps(deadline, **case), deadline, case["since"], case
    case = draw(receipt_cases)
    deadline = acknowledge_due(given_at, **case)
    case |= {"since": given_at, "passes_quiet": draw(st.booleans())}
    return receipt_steps(deadline, **case), deadline, given_at, case


def is_after(step):
    """Whether the step, by its name, speaks of a deadline that has passed."""
    return "before" not in step.step and not step.step.startswith("due-")


# --- the plan ------------------------------------------------------------------------------------


@given(plan=plans())
def test_nobody_is_disturbed_in_quiet_time_unless_the_directive_passes_it(plan):
    planned, _, _, case = plan
    assume(not case["passes_quiet"])
    assert not any(case["calendar"].is_quiet(each.at) for each in planned)


@given(plan=plans())
def test_each_step_comes_on_its_side_of_the_deadline_and_after_the_work_was_given(plan):
    planned, deadline, since, _ = plan
    for each in planned:
        # A receipt is late from its moment on; a deadline is still kept at its moment.
        late = each.at >= deadline if each.step.startswith("receipt-") else each.at > deadline
        assert late if is_after(each) else each.at < deadline
        assert since is None or each.at > since


@given(deadline=moments, case=cases, slot=st.sampled_from([time(8), time(16, 45)]))
def test_slots_are_kept_by_the_clock_on_the_wall_also_where_clocks_change(deadline, case, slot):
    calendar, policy = NEW_YORK, replace(case["policy"], slot=slot)
    for each in steps(deadline, policy=policy, calendar=calendar):
        nominal = deadline - timedelta(hours=policy.hours_before)
        if each.at != nominal:
            assert each.at.astimezone(calendar.zone).time() == slot


@given(plan=plans())
def test_steps_increase_strictly_and_are_named_once(plan):
    planned, *_ = plan
    assert all(one.at < other.at for one, other in pairwise(planned))
    assert len({each.step for each in planned}) == len(planned)


@given(plan=plans())
def test_contacts_are_reminded_before_their_leader_once_and_then_the_office_once(plan):
    planned, *_ = plan
    whom = [ESCALATION.index(each.whom) for each in planned]
    assert whom == sorted(whom)
    assert all(each.whom is Whom.CONTACTS for each in planned if not is_after(each))
    for each in planned:
        assert (each.whom is Whom.LEADER) == each.step.endswith("leader")
        assert (each.whom is Whom.STAFF) == each.step.endswith("staff")


@given(deadline=moments, case=cases)
def test_steps_after_the_deadline_are_all_there_and_on_working_days(deadline, case):
    calendar, policy = case["calendar"], case["policy"]
    after = [each for each in steps(deadline, **case | {"since": None}) if is_after(each)]
    expected = [f"overdue-{count + 1}" for count in range(policy.overdue_times)]
    expected += ["leader"] * policy.to_leader + ["staff"] * policy.to_staff
    assert [each.step for each in after] == expected
    assert all(calendar.is_working_day(calendar.local_date(each.at)) for each in after)


@given(given_at=moments, case=receipt_cases, passes_quiet=st.booleans())
def test_steps_after_the_time_to_confirm_are_all_there(given_at, case, passes_quiet):
    policy = case["policy"]
    due_at = acknowledge_due(given_at, **case)
    planned = receipt_steps(due_at, since=given_at, passes_quiet=passes_quiet, **case)
    after = [each.step for each in planned if is_after(each)]
    expected = [f"receipt-overdue-{count + 1}" for count in range(policy.overdue_times)]
    expected += ["receipt-leader"] * policy.to_leader + ["receipt-staff"] * policy.to_staff
    assert after == expected


@given(plan=plans())
def test_next_step_walks_through_all_steps(plan):
    planned, *_ = plan
    walked = []
    after = datetime(2000, 1, 1, tzinfo=UTC)
    while (step := next_step(planned, after=after)) is not None:
        walked.append(step)
        after = step.at
    assert tuple(walked) == planned


# --- looking at it -------------------------------------------------------------------------------


@given(plan=plans(), data=st.data())
def test_every_step_happens_once_or_is_accounted_for_whatever_the_clock_does(plan, data):
    """Looks come late, early, twice, in any order; staff skip steps and send them early."""
    planned, deadline, _, _ = plan
    assume(planned)
    near = st.sampled_from([deadline, *(each.at for each in planned)])
    looks = data.draw(st.lists(near | near.flatmap(moments_around), max_size=12))
    by_staff = data.draw(st.lists(st.sampled_from(planned), max_size=2, unique=True))
    ends = {each.step: "staff" for each in by_staff}
    told = []
    for now in [*looks, planned[-1].at + timedelta(days=1000)]:
        due = due_step(planned, deadline=deadline, now=now, done=ends.keys())
        for each in [*due.stale, *([due.step] if due.step else [])]:
            assert each.step not in ends
            assert each.at <= now
            ends[each.step] = "told" if each is due.step else "stale"
        if due.step:
            assert is_after(due.step) or now < deadline
            told.append(due.step.at)
        again = due_step(planned, deadline=deadline, now=now, done=ends.keys())
        assert again == Due(None)
    assert told == sorted(told)
    assert ends.keys() == {each.step for each in planned}


def moments_around(moment):
    return st.integers(-3000, 3000).map(lambda minutes: moment + timedelta(minutes=minutes))


@given(plan=plans())
def test_looking_at_every_planned_moment_leaves_nothing_out(plan):
    planned, deadline, _, _ = plan
    done = []
    for each in planned:
        assert due_step(planned, deadline=deadline, now=each.at, done=done) == Due(each)
        done.append(each.step)


@given(plan=plans(), data=st.data())
def test_after_an_outage_there_is_one_reminder_the_last_that_came(plan, data):
    planned, deadline, _, _ = plan
    now = data.draw(moments_around(deadline))
    come = [each for each in planned if each.at <= now]
    due = due_step(planned, deadline=deadline, now=now, done=())
    assert [*due.stale, *([due.step] if due.step else [])] == come
    if come:
        assert (due.step is None) == (come[-1].at < deadline <= now)

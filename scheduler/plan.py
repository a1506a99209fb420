"""When to remind of one piece of work: a pure function of its deadline, the policy and now.

A step is known by its name and the deadline's value, so a moved deadline starts anew and a restart
repeats nothing. What a reminder says, and to whom it goes, is not decided here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from scheduler.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """Which steps there are. Days are working days; `slot` is the time of day for reminders."""

    days_before: tuple[int, ...] = (3, 1)
    slot: time = time(8)
    on_due_day: bool = True
    hours_before: int = 2
    overdue_every: int = 2
    overdue_times: int = 3


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step and its moment, UTC."""

    step: str
    at: datetime


def steps(
    deadline: datetime,
    *,
    policy: ReminderPolicy,
    calendar: WorkingCalendar,
    urgent: bool = False,
) -> tuple[PlannedStep, ...]:
    """All steps of a deadline, in time; none in quiet time unless `urgent`.

    A step before the deadline that would fall into quiet time moves back, one after it forward. Of
    two steps at one moment only the later-named is left.
    """
    before = [
        PlannedStep(step, at if urgent else _out_of_quiet_time_back(at, policy, calendar))
        for step, at in _before(deadline, policy, calendar)
    ]
    after = [
        PlannedStep(step, at if urgent else _out_of_quiet_time_on(at, policy, calendar))
        for step, at in _after(deadline, policy, calendar)
    ]
    by_moment = {
        planned.at: planned
        for planned in before + after
        if (planned.at < deadline) == (planned in before)
    }
    return tuple(by_moment[at] for at in sorted(by_moment))


def next_step(
    deadline: datetime,
    *,
    policy: ReminderPolicy,
    calendar: WorkingCalendar,
    after: datetime,
    urgent: bool = False,
) -> PlannedStep | None:
    """The first step later than `after`, or None when all are past."""
    planned = steps(deadline, policy=policy, calendar=calendar, urgent=urgent)
    return next((step for step in planned if step.at > after), None)


def due_step(
    deadline: datetime,
    *,
    policy: ReminderPolicy,
    calendar: WorkingCalendar,
    now: datetime,
    done: Collection[str],
    since: datetime | None = None,
    urgent: bool = False,
) -> PlannedStep | None:
    """The latest step whose time has come, unless it was `done`; older ones are stale.

    So after an outage there is one reminder, not seventy, and none that speaks of a deadline as
    ahead when it has passed. Steps not later than `since`, when the work was given, never fire.
    """
    planned = steps(deadline, policy=policy, calendar=calendar, urgent=urgent)
    come = [step for step in planned if step.at <= now and (since is None or step.at > since)]
    if not come:
        return None
    latest = come[-1]
    if latest.step in done or (latest.at < deadline <= now):
        return None
    return latest


def _before(
    deadline: datetime, policy: ReminderPolicy, calendar: WorkingCalendar
) -> list[tuple[str, datetime]]:
    due_day = calendar.local_date(deadline)
    found = [
        (f"before-{days}", calendar.at(calendar.add_working_days(due_day, -days), policy.slot))
        for days in sorted(policy.days_before, reverse=True)
    ]
    if policy.on_due_day:
        found.append(("due-day", calendar.at(due_day, policy.slot)))
    if policy.hours_before:
        hours = policy.hours_before
        found.append((f"due-{hours}h", deadline - timedelta(hours=hours)))
    return found


def _after(
    deadline: datetime, policy: ReminderPolicy, calendar: WorkingCalendar
) -> list[tuple[str, datetime]]:
    day = calendar.add_working_days(calendar.local_date(deadline), 1)
    found = []
    for count in range(1, policy.overdue_times + 1):
        found.append((f"overdue-{count}", calendar.at(day, policy.slot)))
        day = calendar.add_working_days(day, policy.overdue_every)
    return found


def _out_of_quiet_time_back(
    at: datetime, policy: ReminderPolicy, calendar: WorkingCalendar
) -> datetime:
    """The latest earlier slot of a working day."""
    if not calendar.is_quiet(at):
        return at
    day = calendar.local_date(at)
    if not calendar.is_working_day(day) or calendar.at(day, policy.slot) > at:
        day = calendar.last_working_day_before(day)
    return calendar.at(day, policy.slot)


def _out_of_quiet_time_on(
    at: datetime, policy: ReminderPolicy, calendar: WorkingCalendar
) -> datetime:
    """The next slot of a working day."""
    if not calendar.is_quiet(at):
        return at
    day = calendar.local_date(at)
    if not calendar.is_working_day(day) or calendar.at(day, policy.slot) < at:
        day = calendar.add_working_days(day, 1)
    return calendar.at(day, policy.slot)

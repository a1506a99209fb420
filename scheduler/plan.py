"""When to remind of one piece of work: a pure function of its deadline, the policy and now; and
until when a directive is to be confirmed.

A step is known by its name and the deadline's value, so a moved deadline starts anew and a restart
repeats nothing. What a reminder says, and to whom it goes, is not decided here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from scheduler.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """Which steps there are. Days are working days; `slot` is the time of day for reminders."""

    days_before: tuple[int, ...] = (3, 1)
    slot: time = time(8)
    on_due_day: bool = True
    hours_before: int = 2  # 0 for none
    overdue_every: int = 2  # after the first, which is on the next working day
    overdue_times: int = 3


@dataclass(frozen=True, slots=True)
class AcknowledgePolicy:
    """How long units have to confirm: urgent ones so long, others until the day's work ends, if
    that is not too soon."""

    urgent: timedelta = timedelta(hours=1)
    least: timedelta = timedelta(hours=1)  # of working time; else it is the next working day's end


def acknowledge_due(
    begins_at: datetime,
    *,
    policy: AcknowledgePolicy,
    calendar: WorkingCalendar,
    urgent: bool = False,
) -> datetime:
    """Until when a directive that is sent at this moment is to be confirmed, in UTC."""
    if urgent:
        return begins_at.astimezone(UTC) + policy.urgent
    day = calendar.local_date(begins_at)
    left = calendar.working_time_left(begins_at)
    if not left or left < policy.least:
        day = calendar.add_working_days(day, 1)
    return calendar.end_of_work(day)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step by its stable name (`before-3`, `due-day`, `due-2h`, `overdue-1`) and when, UTC."""

    step: str
    at: datetime


def steps(
    deadline: datetime,
    *,
    policy: ReminderPolicy,
    calendar: WorkingCalendar,
    urgent: bool = False,
    since: datetime | None = None,
) -> tuple[PlannedStep, ...]:
    """All steps of a deadline, in time; none in quiet time unless `urgent`.

    A step before the deadline that falls into quiet time moves to the latest earlier slot that is
    still ahead of `since`, when the work was given, else to the next one; a step after it to the
    next one. Of two at one moment the later-named is left. None is at or before `since`.
    """
    plan = _Plan(deadline, policy, calendar, urgent, since)
    by_moment = {planned.at: planned for planned in plan.steps()}
    return tuple(by_moment[at] for at in sorted(by_moment) if since is None or at > since)


def next_step(
    deadline: datetime,
    *,
    policy: ReminderPolicy,
    calendar: WorkingCalendar,
    after: datetime,
    urgent: bool = False,
    since: datetime | None = None,
) -> PlannedStep | None:
    """The first step later than `after`, or None when all are past."""
    planned = steps(deadline, policy=policy, calendar=calendar, urgent=urgent, since=since)
    return next((step for step in planned if step.at > after), None)


def due_step(
    deadline: datetime,
    *,
    policy: ReminderPolicy,
    calendar: WorkingCalendar,
    now: datetime,
    done: Collection[str],
    urgent: bool = False,
    since: datetime | None = None,
) -> PlannedStep | None:
    """The latest step whose time has come, unless it was `done`; older ones are stale.

    So after an outage there is one reminder, not seventy, and none that speaks of a deadline as
    ahead when it has passed. Ask `held_until` first whether anything may go out now.
    """
    planned = steps(deadline, policy=policy, calendar=calendar, urgent=urgent, since=since)
    come = [step for step in planned if step.at <= now]
    if not come or come[-1].step in done:
        return None
    latest = come[-1]
    return None if latest.at < deadline <= now else latest


def held_until(
    now: datetime, *, calendar: WorkingCalendar, urgent: bool = False
) -> datetime | None:
    """Until when a reminder that comes late has to wait; None when it may go out now."""
    if urgent or not calendar.is_quiet(now):
        return None
    return calendar.next_working_moment(now)


def next_day(now: datetime, *, policy: ReminderPolicy, calendar: WorkingCalendar) -> datetime:
    """When to remind of the same once more: at the slot of the next working day, or as soon after
    it as people may be disturbed."""
    day = calendar.add_working_days(calendar.local_date(now), 1)
    slot = calendar.at(day, policy.slot)
    return calendar.next_working_moment(slot) if calendar.is_quiet(slot) else slot


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the steps of one deadline are made from."""

    deadline: datetime
    policy: ReminderPolicy
    calendar: WorkingCalendar
    urgent: bool
    since: datetime | None

    def steps(self) -> Iterator[PlannedStep]:
        """All steps in the order of their names, several perhaps at one moment."""
        due_date = self.calendar.due_date(self.deadline)
        for step, moment in self._before(due_date):
            at = self._ahead(moment)
            if at < self.deadline:
                yield PlannedStep(step, at)
        for step, moment in self._overdue(due_date):
            at = self._next_slot(moment)
            if at > self.deadline:
                yield PlannedStep(step, at)

    def _before(self, due_date: date) -> Iterator[tuple[str, datetime]]:
        for days in self.policy.days_before:
            yield f"before-{days}", self._slot(self.calendar.add_working_days(due_date, -days))
        if self.policy.on_due_day:
            moment = self._slot(due_date)
            if moment >= self.deadline:
                moment = self._slot(due_date - timedelta(days=1))
            yield "due-day", moment
        if self.policy.hours_before:
            hours = self.policy.hours_before
            yield f"due-{hours}h", self.deadline - timedelta(hours=hours)

    def _overdue(self, due_date: date) -> Iterator[tuple[str, datetime]]:
        day = self.calendar.add_working_days(due_date, 1)
        for count in range(1, self.policy.overdue_times + 1):
            yield f"overdue-{count}", self._slot(day)
            day = self.calendar.add_working_days(day, self.policy.overdue_every)

    def _slot(self, day: date) -> datetime:
        return self.calendar.at(day, self.policy.slot)

    def _ahead(self, moment: datetime) -> datetime:
        """The moment, moved out of quiet time to a slot that is still ahead."""
        earlier = self._previous_slot(moment)
        if self.since is None or earlier > self.since:
            return earlier
        return self._next_slot(moment)

    def _previous_slot(self, moment: datetime) -> datetime:
        """The moment, or in quiet time the latest slot of a working day before it."""
        if self._may_disturb(moment):
            return moment
        day = self.calendar.local_date(moment)
        if not self.calendar.is_working_day(day) or self._slot(day) > moment:
            day = self.calendar.last_working_day_before(day)
        slot = self._slot(day)
        if self._may_disturb(slot):
            return slot
        return self.calendar.previous_working_moment(moment)

    def _next_slot(self, moment: datetime) -> datetime:
        """The moment, or in quiet time the first slot of a working day after it."""
        if self._may_disturb(moment):
            return moment
        day = self.calendar.local_date(moment)
        if not self.calendar.is_working_day(day) or self._slot(day) < moment:
            day = self.calendar.add_working_days(day, 1)
        slot = self._slot(day)
        return slot if self._may_disturb(slot) else self.calendar.next_working_moment(moment)

    def _may_disturb(self, moment: datetime) -> bool:
        return self.urgent or not self.calendar.is_quiet(moment)

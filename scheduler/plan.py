"""When to remind of one piece of work, or of one receipt, and whom: pure functions of the deadline,
the policy and now.

A step is known by its name and the deadline's value, so a moved deadline starts anew and a restart
repeats nothing. What a reminder says is not decided here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile

from scheduler.calendar import WorkingCalendar


class Whom(StrEnum):
    """To whom a step goes. Who of them can be reached is asked when it is queued."""

    CONTACTS = "contacts"
    LEADER = "leader"  # the unit's, once, when its contacts were reminded in vain
    STAFF = "staff"  # the office itself, once, in the end


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """Which steps there are. Days are working days; `slot` is the time of day for reminders."""

    days_before: tuple[int, ...] = (3, 1)
    slot: time = time(8)
    on_due_day: bool = True
    hours_before: int = 2  # 0 for none
    overdue_every: int = 2  # after the first, which is on the next working day
    overdue_times: int = 3
    to_leader: bool = True  # after the last of them, at the same pace
    to_staff: bool = True  # after the leader


@dataclass(frozen=True, slots=True)
class AcknowledgePolicy:
    """How long units have to confirm: urgent ones so long, others until the day's work ends, if
    that is not too soon; and how they are reminded of it."""

    urgent: timedelta = timedelta(hours=1)
    least: timedelta = timedelta(hours=1)  # of working time; else it is the next working day's end
    before: timedelta = timedelta(hours=1)  # a reminder so long before; of urgent ones half-way
    slot: time = time(8)
    overdue_times: int = 2  # every working day; of urgent ones as often as they had time to confirm
    to_leader: bool = True
    to_staff: bool = True


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
    """One step by its stable name (`before-3`, `due-day`, `due-2h`, `overdue-1`, `leader`, `staff`;
    of receipts `receipt-before`, `receipt-overdue-1`, `receipt-leader`, `receipt-staff`), when, in
    UTC, and to whom."""

    step: str
    at: datetime
    whom: Whom = Whom.CONTACTS


def steps(
    deadline: datetime,
    *,
    policy: ReminderPolicy,
    calendar: WorkingCalendar,
    passes_quiet: bool = False,
    since: datetime | None = None,
) -> tuple[PlannedStep, ...]:
    """All steps of a deadline, in time; none in quiet time unless it `passes_quiet`.

    A step before the deadline that falls into quiet time moves to the latest earlier slot that is
    still ahead of `since`, when the work was given, else to the next one; a step after it to the
    next one. Of two at one moment the later-named is left. None is at or before `since`.
    """
    plan = _Plan(deadline, policy, calendar, passes_quiet, since)
    return _in_time(plan.steps(), since)


def receipt_steps(
    due_at: datetime,
    *,
    since: datetime,
    policy: AcknowledgePolicy,
    calendar: WorkingCalendar,
    urgent: bool = False,
    passes_quiet: bool = False,
) -> tuple[PlannedStep, ...]:
    """All steps that remind an addressee to confirm what it was given at `since`, in time; one
    plan, however many tasks it has."""
    found = _receipt_steps(
        due_at, since=since, policy=policy, calendar=calendar, urgent=urgent,
        passes_quiet=passes_quiet,
    )  # fmt: skip
    return _in_time(found, since)


def _in_time(found: Iterable[PlannedStep], since: datetime | None) -> tuple[PlannedStep, ...]:
    by_moment = {planned.at: planned for planned in found}
    return tuple(by_moment[at] for at in sorted(by_moment) if since is None or at > since)


def next_step(planned: Iterable[PlannedStep], *, after: datetime) -> PlannedStep | None:
    """The first step later than `after`, or None when all are past."""
    return next((step for step in planned if step.at > after), None)


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done of a plan now. `stale` are steps whose time has passed unused: they are
    noted, never sent."""

    step: PlannedStep | None
    stale: tuple[PlannedStep, ...] = ()


def due_step(
    planned: Iterable[PlannedStep], *, deadline: datetime, now: datetime, done: Collection[str]
) -> Due:
    """The latest step whose time has come, unless it was `done`; older ones are stale.

    So after an outage there is one reminder, not seventy, and none that speaks of a deadline as
    ahead when it has passed. What is `done` was sent, skipped or noted as stale, perhaps before
    its time. Ask `held_until` first whether anything may go out now.
    """
    come = [step for step in planned if step.at <= now]
    open_steps = [step for step in come if step.step not in done]
    if not open_steps or open_steps[-1] is not come[-1]:
        return Due(None, tuple(open_steps))
    *stale, latest = open_steps
    if latest.at < deadline <= now:
        return Due(None, (*stale, latest))
    return Due(latest, tuple(stale))


def held_until(
    now: datetime, *, calendar: WorkingCalendar, passes_quiet: bool = False
) -> datetime | None:
    """Until when a reminder that comes late has to wait; None when it may go out now."""
    if passes_quiet or not calendar.is_quiet(now):
        return None
    return calendar.next_working_moment(now)


def next_day(now: datetime, *, policy: ReminderPolicy, calendar: WorkingCalendar) -> datetime:
    """When to remind of the same once more: at the slot of the next working day, or as soon after
    it as people may be disturbed."""
    day = calendar.add_working_days(calendar.local_date(now), 1)
    slot = calendar.at(day, policy.slot)
    return calendar.next_working_moment(slot) if calendar.is_quiet(slot) else slot


def to_come(
    planned: Sequence[PlannedStep], *, deadline: datetime, look_at: datetime, until: datetime
) -> Iterator[PlannedStep]:
    """What will be sent until then if nobody does anything, each step when it really is: the plan
    is looked at next at `look_at`, and later at each of its steps."""
    moments = [look_at, *(step.at for step in planned if step.at > look_at)]
    for at in takewhile(lambda moment: moment <= until, moments):
        step = due_step(planned, deadline=deadline, now=at, done=()).step
        if step is not None:
            yield replace(step, at=at)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the steps of one deadline are made from."""

    deadline: datetime
    policy: ReminderPolicy
    calendar: WorkingCalendar
    passes_quiet: bool
    since: datetime | None

    def steps(self) -> Iterator[PlannedStep]:
        """All steps in the order of their names, several perhaps at one moment."""
        due_date = self.calendar.due_date(self.deadline)
        for step, moment in self._before(due_date):
            at = self._ahead(moment)
            if at < self.deadline:
                yield PlannedStep(step, at)
        for step, moment, whom in self._after(due_date):
            yield PlannedStep(step, self._next_slot(moment), whom)

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

    def _after(self, due_date: date) -> Iterator[tuple[str, datetime, Whom]]:
        day = self.calendar.add_working_days(due_date, 1)
        if self._slot(day) <= self.deadline:  # at midnight, where that is the slot
            day = self.calendar.add_working_days(day, 1)
        for step, whom in _after_steps(self.policy):
            yield step, self._slot(day), whom
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
        return self.passes_quiet or not self.calendar.is_quiet(moment)


def _after_steps(
    policy: ReminderPolicy | AcknowledgePolicy, prefix: str = ""
) -> Iterator[tuple[str, Whom]]:
    """What comes when a deadline has passed, in its order: contacts, their leader, the office."""
    for count in range(1, policy.overdue_times + 1):
        yield f"{prefix}overdue-{count}", Whom.CONTACTS
    if policy.to_leader:
        yield f"{prefix}leader", Whom.LEADER
    if policy.to_staff:
        yield f"{prefix}staff", Whom.STAFF


def _receipt_steps(
    due_at: datetime,
    *,
    since: datetime,
    policy: AcknowledgePolicy,
    calendar: WorkingCalendar,
    urgent: bool,
    passes_quiet: bool,
) -> Iterator[PlannedStep]:
    before = (due_at - since) / 2 if urgent else policy.before
    around = _around(due_at - before, calendar=calendar, passes_quiet=passes_quiet)
    if before and (ahead := [at for at in around if since < at < due_at]):
        yield PlannedStep("receipt-before", ahead[0])
    moment, day = due_at, calendar.due_date(due_at)
    for step, whom in _after_steps(policy, "receipt-"):
        if not urgent:
            day = calendar.add_working_days(day, 1)
            moment = calendar.at(day, policy.slot)
        moment = held_until(moment, calendar=calendar, passes_quiet=passes_quiet) or moment
        yield PlannedStep(step, moment, whom)
        moment += policy.urgent  # from where it was held, or the rest would come all at once


def _around(
    moment: datetime, *, calendar: WorkingCalendar, passes_quiet: bool
) -> tuple[datetime, ...]:
    """The moment, or in quiet time the working moments before it and after it."""
    if passes_quiet or not calendar.is_quiet(moment):
        return (moment,)
    return calendar.previous_working_moment(moment), calendar.next_working_moment(moment)

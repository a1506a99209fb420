"""The office's rules as values: calendar and reminder policy, from settings and staff's table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.config import Config, ReminderPlan
from bot.domain.approval import Approval, is_needed
from bot.domain.reminder_plans import USUAL
from bot.storage import days
from bot.storage.tables import Directive, Draft
from scheduler import plan as planning
from scheduler.calendar import WorkingCalendar, is_known_country
from scheduler.plan import AcknowledgePolicy, PlannedStep, ReminderPolicy


@dataclass(frozen=True, slots=True)
class Policy:
    """What decisions about time are made with."""

    calendar: WorkingCalendar
    reminders: ReminderPolicy
    large_send_units: int
    approval: Approval = Approval.NONE
    acknowledge: AcknowledgePolicy = field(default_factory=AcknowledgePolicy)
    # By the names in the settings.
    plans: Mapping[str, ReminderPolicy] = field(default_factory=dict)
    max_reminders_per_day: int = 3  # for one chat; urgent ones are not counted

    def plan_of(self, *names: str | None) -> ReminderPolicy:
        """The plan by the first of these names that the settings know, the task's before the
        directive's; the usual one without any, or by its own name."""
        every = {**self.plans, USUAL: self.reminders}
        return next((every[name] for name in names if name in every), self.reminders)

    def steps(
        self, deadline_at: datetime, directive: Directive, *, plan: str | None, since: datetime
    ) -> tuple[PlannedStep, ...]:
        """When to remind of a task of the directive, given at `since`, whose own `plan` this is."""
        return planning.steps(
            deadline_at,
            policy=self.plan_of(plan, directive.reminder_plan),
            calendar=self.calendar,
            passes_quiet=directive.passes_quiet,
            since=since,
        )

    def receipt_steps(
        self, due_at: datetime, directive: Directive, *, since: datetime
    ) -> tuple[PlannedStep, ...]:
        """When to remind an addressee that was given the directive at `since` to confirm it."""
        return planning.receipt_steps(
            due_at,
            since=since,
            policy=self.acknowledge,
            calendar=self.calendar,
            urgent=directive.urgency is not None,
            passes_quiet=directive.passes_quiet,
        )

    def acknowledge_due(self, directive: Directive | Draft, *, now: datetime) -> datetime:
        """Until when who is asked now to confirm the directive does so in time."""
        return planning.acknowledge_due(
            max(now, directive.send_at or now),
            policy=self.acknowledge,
            calendar=self.calendar,
            urgent=directive.urgency is not None,
        )

    def needs_approval(self, units: int) -> bool:
        """Whether somebody must approve what goes to so many units."""
        return is_needed(self.approval, units=units, large=self.large_send_units)


async def load(session: AsyncSession, config: Config) -> Policy:
    """The policy in force now."""
    return await session.run_sync(read, config)


def read(session: Session, config: Config) -> Policy:
    """The same for who has a plain session."""
    return Policy(
        _calendar(config, days.overrides(session)),
        _reminder_policy(config.reminders),
        config.delivery.large_send_units,
        Approval(config.issue.approval),
        _acknowledge_policy(config),
        plans={name: _reminder_policy(plan) for name, plan in config.reminders.plans.items()},
        max_reminders_per_day=config.reminders.max_per_day,
    )


def calendar_fault(config: Config) -> str | None:
    """Why the settings make no calendar, as a sentence for the operator; None if they do. It would
    only be noticed when the first reminder is due."""
    country = config.calendar.country
    if country and not is_known_country(country):
        return f"calendar.country: {country!r} is not a known country, such as VN"
    try:
        _calendar(config, {})
    except ValueError:
        return "calendar: quiet_hours leave nothing of working_hours"
    return None


def _calendar(config: Config, overrides: Mapping[date, bool]) -> WorkingCalendar:
    quiet_from, quiet_until = config.calendar.quiet_hours
    return WorkingCalendar(
        zone=ZoneInfo(config.office.zone),
        working_hours=config.calendar.working_hours,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        country=config.calendar.country or None,
        overrides=overrides,
    )


def _reminder_policy(settings: ReminderPlan) -> ReminderPolicy:
    return ReminderPolicy(
        days_before=settings.days_before,
        slot=settings.slot,
        on_due_day=settings.on_due_day,
        hours_before=settings.hours_before,
        overdue_every=settings.overdue_every_days,
        overdue_times=settings.overdue_times,
        to_leader=settings.to_leader,
        to_staff=settings.to_staff,
    )


def _acknowledge_policy(config: Config) -> AcknowledgePolicy:
    settings = config.acknowledge
    return AcknowledgePolicy(
        urgent=timedelta(minutes=settings.urgent_minutes),
        least=timedelta(minutes=settings.least_minutes),
        before=timedelta(minutes=settings.remind_minutes_before),
        slot=config.reminders.slot,
        overdue_times=settings.overdue_times,
        to_leader=settings.to_leader,
        to_staff=settings.to_staff,
    )

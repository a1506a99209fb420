"""The office's rules as values: calendar and reminder policy, from settings and staff's table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Config
from bot.domain.approval import Approval, is_needed
from bot.storage import units
from bot.storage.tables import Directive
from scheduler import plan
from scheduler.calendar import WorkingCalendar
from scheduler.plan import AcknowledgePolicy, ReminderPolicy


@dataclass(frozen=True, slots=True)
class Policy:
    """What decisions about time are made with."""

    calendar: WorkingCalendar
    reminders: ReminderPolicy
    large_send_units: int
    approval: Approval = Approval.NONE
    acknowledge: AcknowledgePolicy = field(default_factory=AcknowledgePolicy)

    def acknowledge_due(self, directive: Directive, *, now: datetime) -> datetime:
        """Until when who is asked now to confirm the directive does so in time."""
        return plan.acknowledge_due(
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
    quiet_from, quiet_until = config.calendar.quiet_hours
    calendar = WorkingCalendar(
        zone=ZoneInfo(config.office.zone),
        working_hours=config.calendar.working_hours,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        country=config.calendar.country or None,
        overrides=await units.day_overrides(session),
    )
    settings = config.reminders
    reminders = ReminderPolicy(
        days_before=settings.days_before,
        slot=settings.slot,
        on_due_day=settings.on_due_day,
        hours_before=settings.hours_before,
        overdue_every=settings.overdue_every_days,
        overdue_times=settings.overdue_times,
    )
    return Policy(
        calendar,
        reminders,
        config.delivery.large_send_units,
        Approval(config.issue.approval),
        AcknowledgePolicy(
            urgent=timedelta(minutes=config.acknowledge.urgent_minutes),
            least=timedelta(minutes=config.acknowledge.least_minutes),
        ),
    )

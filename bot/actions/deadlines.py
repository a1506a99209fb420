"""The deadline of one unit for one task: moving it, and when to remind first of where it is now.

What moves everybody's at once is a correction: `bot.actions.corrected_work`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards
from bot.actions.policy import Policy
from bot.domain.states import AssignmentState
from bot.storage.tables import Addressee, Assignment, Directive
from scheduler.plan import next_step


def first_step(
    deadline_at: datetime | None, directive: Directive, *, policy: Policy, now: datetime
) -> datetime | None:
    """When to remind first: a step's name holds the deadline, so a moved one begins anew."""
    if deadline_at is None:
        return None
    step = next_step(
        deadline_at,
        policy=policy.reminders,
        calendar=policy.calendar,
        after=max(now, directive.send_at or now),
        since=directive.send_at or directive.issued_at,
        urgent=directive.urgency is not None,
    )
    return step.at if step else None


async def move(
    session: AsyncSession,
    assignment: Assignment,
    addressee: Addressee,
    directive: Directive,
    *,
    to: datetime | None,
    policy: Policy,
    now: datetime,
) -> None:
    """Give a unit a deadline of its own for this task; its cards show it. Reminders of the old one
    that are queued are withdrawn when they are to be sent."""
    assignment.deadline_at = to
    if assignment.state is AssignmentState.OPEN:
        assignment.next_reminder_at = first_step(to, directive, policy=policy, now=now)
    await session.flush()
    await cards.redraw_addressee(session, addressee, now=now)

"""The deadline of one unit for one task: moving it, and when to remind first of where it is now.

What moves everybody's at once is a correction: `bot.actions.corrected_work`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards
from bot.actions.policy import Policy
from bot.domain.states import AssignmentState
from bot.storage import sending
from bot.storage.tables import Addressee, Assignment, Directive, Task
from scheduler.plan import next_step


def first_step(
    deadline_at: datetime | None,
    directive: Directive,
    *,
    plan: str | None,
    policy: Policy,
    now: datetime,
) -> datetime | None:
    """When to remind first of a task with this `plan`: a step is known by the deadline too, so a
    moved one begins anew."""
    if deadline_at is None:
        return None
    given_at = directive.send_at or directive.issued_at
    planned = policy.steps(deadline_at, directive, plan=plan, since=given_at)
    step = next_step(planned, after=max(now, given_at))
    return step.at if step else None


async def first_of(
    session: AsyncSession,
    assignment: Assignment,
    directive: Directive,
    *,
    policy: Policy,
    now: datetime,
) -> datetime | None:
    """When to remind first of this work, as its deadline is now."""
    task = await session.get_one(Task, assignment.task_id)
    return first_step(
        assignment.deadline_at, directive, plan=task.reminder_plan, policy=policy, now=now
    )


async def plan_again(
    session: AsyncSession, directive: Directive, *, policy: Policy, now: datetime
) -> None:
    """Plan anew, from now on, when all of the directive's open work is reminded of."""
    for task, deadline in await sending.open_deadlines_of(session, directive.id):
        first = first_step(deadline, directive, plan=task.reminder_plan, policy=policy, now=now)
        await sending.plan_reminders(session, task.id, deadline_at=deadline, next_reminder_at=first)


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
        assignment.next_reminder_at = await first_of(
            session, assignment, directive, policy=policy, now=now
        )
    await session.flush()
    await cards.redraw_work(session, [addressee], now=now)

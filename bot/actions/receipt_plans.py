"""When to look first whether an addressee must be reminded to confirm; one plan each, however many
tasks it has. That it has confirmed is found when it is looked at, so that no tap costs more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.policy import Policy
from bot.domain.directives import given_at
from bot.storage import due_reminders
from bot.storage.tables import Directive
from scheduler.plan import next_step


def first_step(
    due_at: datetime, directive: Directive, *, since: datetime, policy: Policy, now: datetime
) -> datetime | None:
    """When to remind first of what is to be confirmed until `due_at` and was given at `since`."""
    planned = policy.receipt_steps(due_at, directive, since=since)
    step = next_step(planned, after=max(now, since))
    return step.at if step else None


async def plan_again(
    session: AsyncSession,
    directive: Directive,
    *,
    policy: Policy,
    now: datetime,
    only_ahead: bool = False,
) -> None:
    """Plan anew, from now on, when the directive's addressees are reminded to confirm: all of them,
    or only those that are to be looked at some time ahead."""
    await session.flush()
    for due_at, added_at, asked_again_at in await due_reminders.receipts_of(session, directive.id):
        since = given_at(directive.send_at or directive.issued_at, added_at, asked_again_at)
        first = first_step(due_at, directive, since=since, policy=policy, now=now)
        await due_reminders.plan_receipts(
            session,
            directive.id,
            due_at=due_at,
            added_at=added_at,
            next_reminder_at=first,
            later_than=now if only_ahead else None,
        )

"""Reading how often units were reminded of their work, and when last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.reminding import FOR_STAFF
from bot.domain.rights import Scope
from bot.domain.states import OutboxState
from bot.storage.directives import within
from bot.storage.tables import Addressee, Assignment, OutboxMessage, Reminder


@dataclass(frozen=True, slots=True)
class Reminded:
    """The steps of which a message reached a chat of the unit, each once however many its chats."""

    times: int
    last_at: datetime


async def of_directive(
    session: AsyncSession, directive_id: int, *, scope: Scope | None = None
) -> dict[int, Reminded]:
    """By assignment; what was never reminded of is missing. What the office itself was told of a
    unit is no reminder."""
    steps = (
        select(
            Reminder.assignment_id,
            func.max(OutboxMessage.finished_at).label("at"),
        )
        .join(OutboxMessage, OutboxMessage.id == Reminder.outbox_message_id)
        .join(Assignment, Assignment.id == Reminder.assignment_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .where(
            Addressee.directive_id == directive_id,
            within(scope),
            Reminder.step.not_in(FOR_STAFF),
            OutboxMessage.state == OutboxState.ACCEPTED,
        )
        .group_by(Reminder.assignment_id, Reminder.step, Reminder.deadline_at)
        .subquery()
    )
    rows = await session.execute(
        select(steps.c.assignment_id, func.count(), func.max(steps.c.at)).group_by(
            steps.c.assignment_id
        )
    )
    return {assignment_id: Reminded(times, at) for assignment_id, times, at in rows}

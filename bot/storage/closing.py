"""Queries of a directive that ends: its row locked, its open work cancelled, its cards found."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import AssignmentState, CardKind
from bot.storage.tables import Addressee, Assignment, Card, Directive, Task


async def lock(session: AsyncSession, directive_id: int) -> Directive | None:
    """The directive as it stands now, locked until the transaction ends."""
    directive: Directive | None = await session.scalar(
        select(Directive)
        .where(Directive.id == directive_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return directive


async def cancel_open_work(session: AsyncSession, directive_id: int) -> int:
    """Nothing is asked any more, nobody is reminded; how much was still open."""
    cancelled = await session.scalars(
        update(Assignment)
        .where(
            Assignment.task_id.in_(select(Task.id).where(Task.directive_id == directive_id)),
            Assignment.state == AssignmentState.OPEN,
        )
        .values(state=AssignmentState.CANCELLED, next_reminder_at=None)
        .returning(Assignment.id)
        .execution_options(synchronize_session=False)
    )
    return len(cancelled.all())


async def cards(session: AsyncSession, directive_id: int) -> list[Card]:
    """The directive's cards in all chats that have one."""
    rows = await session.scalars(
        select(Card)
        .join(Addressee, Addressee.id == Card.subject_id)
        .where(
            Card.kind == CardKind.DIRECTIVE,
            Card.message_id.is_not(None),
            Addressee.directive_id == directive_id,
        )
        .order_by(Card.id)
    )
    return list(rows)

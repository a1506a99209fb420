"""Queries of what a correction does to work that was given: deadlines moved, tasks added and
dropped, and where the directive's cards are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import (
    COMPOSING,
    AssignmentState,
    CardKind,
    MessageKind,
    OutboxState,
    Part,
)
from bot.storage.assignments import COUNTED
from bot.storage.tables import (
    Addressee,
    Article,
    Assignment,
    Card,
    Draft,
    OutboxMessage,
    Task,
)

_MAY_BE_THERE = (OutboxState.IN_FLIGHT, OutboxState.UNCERTAIN)


async def open_draft(session: AsyncSession, directive_id: int, *, chat_id: int) -> Draft | None:
    """A correction of the directive that was begun in this chat and is not issued."""
    draft: Draft | None = await session.scalar(
        select(Draft)
        .where(
            Draft.corrects_id == directive_id,
            Draft.chat_id == chat_id,
            Draft.state.in_(COMPOSING),
        )
        .order_by(Draft.id.desc())
        .limit(1)
    )
    return draft


async def last_position(session: AsyncSession, directive_id: int) -> int:
    """The highest number a task of the directive ever had: it is never given twice."""
    found = await session.scalar(
        select(func.max(Task.position)).where(Task.directive_id == directive_id)
    )
    return found or 0


async def with_work(session: AsyncSession, directive_id: int) -> list[int]:
    """The addressees whose work was not cancelled as a whole."""
    rows = await session.scalars(
        select(Assignment.addressee_id)
        .distinct()
        .join(Task, Task.id == Assignment.task_id)
        .where(Task.directive_id == directive_id, Assignment.state != AssignmentState.CANCELLED)
        .order_by(Assignment.addressee_id)
    )
    return list(rows)


async def add_work(
    session: AsyncSession,
    task: Task,
    addressee_ids: Collection[int],
    *,
    next_reminder_at: datetime | None,
) -> None:
    """Give a task to these addressees."""
    rows = [
        {
            "task_id": task.id,
            "addressee_id": addressee_id,
            "period": task.period,
            "part": Part.LEAD,
            "state": AssignmentState.OPEN,
            "deadline_at": task.deadline_at,
            "next_reminder_at": next_reminder_at,
        }
        for addressee_id in addressee_ids
    ]
    if rows:
        await session.execute(insert(Assignment), rows)


async def cancel_work(session: AsyncSession, task_ids: Collection[int]) -> None:
    """Nobody is asked for these tasks any more; what was submitted for them stays."""
    await session.execute(
        update(Assignment)
        .where(Assignment.task_id.in_(task_ids), Assignment.state != AssignmentState.NOT_APPLICABLE)
        .values(state=AssignmentState.CANCELLED, next_reminder_at=None)
        .execution_options(synchronize_session=False)
    )


async def move_deadline(
    session: AsyncSession,
    task_id: int,
    *,
    period: str,
    old: datetime | None,
    new: datetime | None,
    next_reminder_at: datetime | None,
) -> None:
    """Move everybody's deadline of this period. One of a unit's own, which the office granted,
    stays while it is later than the new one; where there is no deadline any more there is none of
    a unit's own."""
    is_open = Assignment.state == AssignmentState.OPEN
    moved: ColumnElement[bool] = true()
    if new is not None:
        moved = or_(Assignment.deadline_at.is_not_distinct_from(old), Assignment.deadline_at <= new)
    await session.execute(
        update(Assignment)
        .where(
            Assignment.task_id == task_id,
            Assignment.period == period,
            moved,
            Assignment.state != AssignmentState.CANCELLED,
        )
        .values(
            deadline_at=new,
            next_reminder_at=case((is_open, next_reminder_at), else_=Assignment.next_reminder_at),
        )
        .execution_options(synchronize_session=False)
    )


async def submitted(
    session: AsyncSession, task_id: int
) -> list[tuple[int, AssignmentState, datetime | None, int]]:
    """Of everybody who works on a task or has submitted: the assignment, its state and deadline,
    and how many links that count; locked, for who sends something meanwhile counts by what was
    asked before."""
    await session.execute(
        select(Assignment.id)
        .where(Assignment.task_id == task_id)
        .order_by(Assignment.id)
        .with_for_update()
    )
    links = (
        select(func.count())
        .where(Article.assignment_id == Assignment.id, Article.state.in_(COUNTED))
        .scalar_subquery()
    )
    rows = await session.execute(
        select(Assignment.id, Assignment.state, Assignment.deadline_at, links).where(
            Assignment.task_id == task_id,
            Assignment.state.in_((AssignmentState.OPEN, AssignmentState.SUBMITTED)),
        )
    )
    return [tuple(row) for row in rows]


async def reopen(
    session: AsyncSession, assignment_id: int, *, next_reminder_at: datetime | None
) -> None:
    """More is asked than was submitted."""
    await session.execute(
        update(Assignment)
        .where(Assignment.id == assignment_id)
        .values(state=AssignmentState.OPEN, submitted_at=None, next_reminder_at=next_reminder_at)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True)
class PlacedCard:
    """A directive's card in a chat; `is_there` if it surely or perhaps came, else it waits or never
    will come."""

    card: Card
    unit_id: int
    is_there: bool


async def cards_of(session: AsyncSession, directive_id: int) -> Sequence[PlacedCard]:
    """All cards of a directive."""
    may_be_there = exists().where(
        OutboxMessage.card_id == Card.id,
        OutboxMessage.kind == MessageKind.DIRECTIVE,
        or_(
            OutboxMessage.state.in_(_MAY_BE_THERE),
            OutboxMessage.uncertain_attempts > 0,
            OutboxMessage.seen_message_id.is_not(None),
        ),
    )
    rows = await session.execute(
        select(Card, Addressee.unit_id, or_(Card.message_id.is_not(None), may_be_there))
        .join(Addressee, Addressee.id == Card.subject_id)
        .where(Card.kind == CardKind.DIRECTIVE, Addressee.directive_id == directive_id)
        .order_by(Card.id)
    )
    return [PlacedCard(card, unit_id, bool(is_there)) for card, unit_id, is_there in rows]

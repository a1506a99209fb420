"""Queries of reminders: what is due, what was queued, what is still wanted when it is sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain.rights import Scope
from bot.domain.states import AssignmentState, OutboxState, Sending
from bot.storage.directives import within
from bot.storage.insert import insert_new
from bot.storage.tables import Addressee, Assignment, Directive, OutboxMessage, Reminder, Task


@dataclass(frozen=True, slots=True)
class DueAssignment:
    """An assignment whose next reminder's time has come."""

    id: int
    addressee_id: int
    unit_id: int
    directive_id: int
    deadline_at: datetime
    next_reminder_at: datetime
    given_at: datetime  # when its sending began, or the unit came to it
    cancelled: bool  # the rest of its sending was given up
    directive: Directive
    plan: str | None  # its task's own


async def due(session: AsyncSession, *, now: datetime, units: int) -> list[DueAssignment]:
    """All that is due for the first so many units, those that waited longest first."""
    of_units = (
        select(Addressee.unit_id)
        .join(Assignment, Assignment.addressee_id == Addressee.id)
        .where(Assignment.next_reminder_at <= now)
        .group_by(Addressee.unit_id)
        .order_by(func.min(Assignment.next_reminder_at), Addressee.unit_id)
        .limit(units)
    )
    rows = await session.execute(
        select(Assignment, Task, Addressee, Directive)
        .join(Task, Task.id == Assignment.task_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(Assignment.next_reminder_at <= now, Addressee.unit_id.in_(of_units))
        .order_by(Assignment.next_reminder_at, Assignment.id)
    )
    return [
        DueAssignment(
            id=assignment.id,
            addressee_id=addressee.id,
            unit_id=addressee.unit_id,
            directive_id=directive.id,
            deadline_at=assignment.deadline_at,
            next_reminder_at=assignment.next_reminder_at,
            given_at=max(directive.send_at or directive.issued_at, addressee.added_at),
            cancelled=directive.sending is Sending.CANCELLED,
            directive=directive,
            plan=task.reminder_plan,
        )
        for assignment, task, addressee, directive in rows
        if assignment.deadline_at is not None and assignment.next_reminder_at is not None
    ]


async def steps_done(
    session: AsyncSession, assignment_ids: Collection[int]
) -> dict[tuple[int, datetime], set[str]]:
    """Steps that were queued, by assignment and deadline value."""
    rows = await session.execute(
        select(Reminder.assignment_id, Reminder.deadline_at, Reminder.step).where(
            Reminder.assignment_id.in_(assignment_ids)
        )
    )
    done: dict[tuple[int, datetime], set[str]] = {}
    for assignment_id, deadline_at, step in rows:
        assert assignment_id is not None  # noqa: S101 - it was asked for
        done.setdefault((assignment_id, deadline_at), set()).add(step)
    return done


async def move_on(
    session: AsyncSession, assignment: DueAssignment, *, next_reminder_at: datetime | None
) -> bool:
    """Set the next time, only if nobody has changed it meanwhile."""
    moved = await session.scalar(
        update(Assignment)
        .where(
            Assignment.id == assignment.id,
            Assignment.next_reminder_at == assignment.next_reminder_at,
        )
        .values(next_reminder_at=next_reminder_at)
        .returning(Assignment.id)
    )
    return moved is not None


async def add(
    session: AsyncSession,
    *,
    assignment_id: int,
    chat_id: int,
    step: str,
    deadline_at: datetime,
    now: datetime,
) -> int | None:
    """Write the step down; None when it was there: then it is not sent again."""
    row = {
        "assignment_id": assignment_id,
        "chat_id": chat_id,
        "step": step,
        "deadline_at": deadline_at,
        "queued_at": now,
    }
    return await insert_new(session, Reminder, row)


async def attach(
    session: AsyncSession, reminder_ids: Collection[int], *, outbox_message_id: int
) -> None:
    """Let the reminders point at the message that carries them."""
    await session.execute(
        update(Reminder)
        .where(Reminder.id.in_(reminder_ids))
        .values(outbox_message_id=outbox_message_id)
    )


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """One task that a reminder message still speaks of when it is sent."""

    assignment_id: int
    addressee_id: int
    unit_id: int
    unit_name: str
    directive: Directive
    task_position: int
    short_title: str
    step: str
    deadline_at: datetime
    period: str = ""


async def still_wanted(session: AsyncSession, *, outbox_message_id: int) -> list[ReminderLine]:
    """The message's reminders whose work is still open, whose deadline has not moved, whose
    directive is not closed, and that no later step has overtaken; nearest deadline first."""
    later = aliased(Reminder)
    overtaken = (
        select(later.id)
        .where(
            later.assignment_id == Reminder.assignment_id,
            later.chat_id == Reminder.chat_id,
            later.deadline_at == Reminder.deadline_at,
            later.id > Reminder.id,
        )
        .exists()
    )
    rows = await session.execute(
        select(Reminder, Assignment, Task, Addressee, Directive)
        .join(Assignment, Assignment.id == Reminder.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(
            Reminder.outbox_message_id == outbox_message_id,
            Assignment.state == AssignmentState.OPEN,
            Assignment.deadline_at == Reminder.deadline_at,
            Directive.closed_at.is_(None),
            ~overtaken,
        )
        .order_by(Reminder.deadline_at, Directive.id, Addressee.id, Task.position)
    )
    return [
        ReminderLine(
            assignment_id=assignment.id,
            addressee_id=addressee.id,
            unit_id=addressee.unit_id,
            unit_name=addressee.unit_name,
            directive=directive,
            task_position=task.position,
            short_title=task.short_title,
            step=reminder.step,
            deadline_at=reminder.deadline_at,
            period=assignment.period,
        )
        for reminder, assignment, task, addressee, directive in rows
    ]


@dataclass(frozen=True, slots=True)
class NotReminded:
    """Reminder messages that may not, or surely did not, arrive; neither is repeated."""

    uncertain: int
    failed: int


async def not_reminded(
    session: AsyncSession, *, directive_id: int, scope: Scope | None = None
) -> NotReminded:
    """Count a directive's reminder messages whose sending did not end well, to all its units or to
    those within somebody's limits."""
    rows = await session.execute(
        select(OutboxMessage.state, func.count(OutboxMessage.id.distinct()))
        .join(Reminder, Reminder.outbox_message_id == OutboxMessage.id)
        .join(Assignment, Assignment.id == Reminder.assignment_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .where(
            Addressee.directive_id == directive_id,
            within(scope),
            OutboxMessage.state.in_((OutboxState.UNCERTAIN, OutboxState.FAILED)),
        )
        .group_by(OutboxMessage.state)
    )
    found = dict(rows.all())
    return NotReminded(
        uncertain=found.get(OutboxState.UNCERTAIN, 0), failed=found.get(OutboxState.FAILED, 0)
    )


async def addressee_at(session: AsyncSession, *, chat_id: int, message_id: int) -> int | None:
    """Whose work a reminder message speaks of, if it speaks of one addressee's only."""
    rows = await session.scalars(
        select(Assignment.addressee_id)
        .distinct()
        .join(Reminder, Reminder.assignment_id == Assignment.id)
        .join(OutboxMessage, OutboxMessage.id == Reminder.outbox_message_id)
        .where(OutboxMessage.chat_id == chat_id, OutboxMessage.message_id == message_id)
        .limit(2)
    )
    found = list(rows)
    return found[0] if len(found) == 1 else None


async def open_deadlines(session: AsyncSession, *, limit: int) -> list[datetime]:
    """The distinct deadlines of open work, earliest first."""
    rows = await session.scalars(
        select(Assignment.deadline_at)
        .distinct()
        .where(Assignment.state == AssignmentState.OPEN, Assignment.deadline_at.is_not(None))
        .order_by(Assignment.deadline_at)
        .limit(limit)
    )
    return [deadline for deadline in rows if deadline is not None]

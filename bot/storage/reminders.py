"""Queries of reminders' steps, one row for each and its chat: written down, waiting for a message,
put into one. What is due is in `due_reminders`, what a message still speaks of when it is sent in
`reminder_lines`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.reminding import Waiting
from bot.domain.states import (
    AssignmentState,
    Lane,
    MessageKind,
    OutboxState,
    ReminderEnd,
)
from bot.storage.due_reminders import Key
from bot.storage.in_bulk import is_one_of, number, numbered, numbers, other, pairs
from bot.storage.insert import insert_each_new
from bot.storage.tables import (
    Addressee,
    Assignment,
    Directive,
    OutboxMessage,
    Reminder,
)


def row(
    about: Key,
    step: str,
    *,
    now: datetime,
    chat_id: int | None = None,
    ending: ReminderEnd | None = None,
) -> dict[str, Any]:
    """A step that waits from now on for the chat's next message, or that has ended."""
    assignment_id, addressee_id, deadline_at = about
    return {
        "assignment_id": assignment_id,
        "addressee_id": addressee_id,
        "chat_id": chat_id,
        "step": step,
        "deadline_at": deadline_at,
        "queued_at": now,
        "hold_until": None if ending else now,
        "ending": ending,
    }


async def add_all(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the steps down; what was there is not sent again."""
    await insert_each_new(session, Reminder, rows)


async def attach(session: AsyncSession, messages: Mapping[int, int], *, now: datetime) -> None:
    """Let each of these reminders that still waits point at the message that carries it."""
    if messages:
        await session.execute(_ATTACH, {"messages": numbered(messages), "now": now})


_REMINDERS = cast(Table, Reminder.__table__)
_MESSAGES = pairs("messages")
_ATTACH = (
    update(_REMINDERS)
    .where(_REMINDERS.c.id == number(_MESSAGES), _REMINDERS.c.hold_until.is_not(None))
    .values(outbox_message_id=other(_MESSAGES), queued_at=bindparam("now"), hold_until=None)
)


async def hold(session: AsyncSession, reminder_ids: Collection[int], *, until: datetime) -> None:
    """Let those of them that still wait do so until then."""
    await session.execute(
        update(Reminder)
        .where(Reminder.id.in_(reminder_ids), Reminder.hold_until.is_not(None))
        .values(hold_until=until)
        .execution_options(synchronize_session=False)
    )


async def waiting(session: AsyncSession, *, now: datetime, limit: int) -> list[Waiting]:
    """All that waits in the chats of the first so many that are due."""
    rows = await session.execute(_WAITING_IN_FIRST, {"now": now, "most": limit})
    return [
        Waiting(
            id=row.id,
            about=(row.assignment_id, row.addressee_id, row.deadline_at),
            chat_id=row.chat_id,
            step=row.step,
            directive_id=row.directive_id,
            is_urgent=row.urgency is not None,
            passes_quiet=row.passes_quiet,
            hold_until=row.hold_until,
            put_off=row.person_id is not None,
        )
        for row in rows
        if row.chat_id is not None and row.hold_until is not None
    ]


_WAITING = (
    select(
        Reminder.id,
        Reminder.assignment_id,
        Reminder.addressee_id,
        Reminder.deadline_at,
        Reminder.chat_id,
        Reminder.step,
        Reminder.hold_until,
        Reminder.person_id,
        Directive.id.label("directive_id"),
        Directive.urgency,
        Directive.passes_quiet,
    )
    .select_from(Reminder)
    .outerjoin(Assignment, Assignment.id == Reminder.assignment_id)
    .join(Addressee, Addressee.id == func.coalesce(Reminder.addressee_id, Assignment.addressee_id))
    .join(Directive, Directive.id == Addressee.directive_id)
    .where(Reminder.hold_until.is_not(None))
)
_FIRST = (
    select(Reminder.chat_id)
    .where(Reminder.hold_until <= bindparam("now"))
    .order_by(Reminder.hold_until)
    .limit(bindparam("most"))
    .subquery()
)
_WAITING_IN_FIRST = _WAITING.where(Reminder.chat_id.in_(select(_FIRST.c.chat_id))).order_by(
    Reminder.id
)


async def sent_since(
    session: AsyncSession, chat_ids: Collection[int], *, since: datetime
) -> dict[int, int]:
    """How many reminder messages that were not urgent were queued for each of these chats, but
    what was not sent in the end."""
    rows = await session.execute(_SENT_SINCE, {"chats": numbers(chat_ids), "since": since})
    return {chat_id: count for chat_id, count in rows if chat_id is not None}


_SENT_SINCE = (
    select(Reminder.chat_id, func.count(OutboxMessage.id.distinct()))
    .join(OutboxMessage, OutboxMessage.id == Reminder.outbox_message_id)
    .where(
        is_one_of(_REMINDERS.c.chat_id, "chats"),
        Reminder.queued_at >= bindparam("since"),
        OutboxMessage.kind == MessageKind.REMINDER,
        OutboxMessage.lane == Lane.REMINDER,
        OutboxMessage.state.not_in((OutboxState.WITHDRAWN, OutboxState.FAILED)),
    )
    .group_by(Reminder.chat_id)
)


async def open_deadlines(session: AsyncSession, *, after: datetime, limit: int) -> list[datetime]:
    """The distinct deadlines of open work that are ahead, earliest first."""
    rows = await session.scalars(
        select(Assignment.deadline_at)
        .distinct()
        .where(Assignment.state == AssignmentState.OPEN, Assignment.deadline_at > after)
        .order_by(Assignment.deadline_at)
        .limit(limit)
    )
    return [deadline for deadline in rows if deadline is not None]

"""Queries of reminders that their recipients have put off: how often, whether they wait still, and
how many units wait. What waits is sent like all that waits: see `reminders`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Scope
from bot.domain.states import MessageKind
from bot.storage.directives import within
from bot.storage.due_reminders import Key
from bot.storage.insert import insert_each_new
from bot.storage.tables import Addressee, Assignment, OutboxMessage, Reminder


async def message(session: AsyncSession, message_id: int) -> OutboxMessage | None:
    """A message that reminds, locked: who presses twice comes one after the other."""
    found: OutboxMessage | None = await session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.kind == MessageKind.REMINDER)
        .with_for_update()
    )
    return found


async def put_off(
    session: AsyncSession, chat_id: int, about: Collection[Key]
) -> tuple[dict[Key, int], set[Key]]:
    """How often a chat has put each of these off, and which of them wait in it for that reason."""
    rows = await session.execute(
        select(
            Reminder.assignment_id,
            Reminder.addressee_id,
            Reminder.deadline_at,
            Reminder.hold_until,
        ).where(
            Reminder.chat_id == chat_id,
            _IS_PUT_OFF,
            or_(
                Reminder.assignment_id.in_([each[0] for each in about if each[0] is not None]),
                Reminder.addressee_id.in_([each[1] for each in about if each[1] is not None]),
            ),
        )
    )
    times: dict[Key, int] = {}
    waiting: set[Key] = set()
    for assignment_id, addressee_id, deadline_at, hold_until in rows:
        key = (assignment_id, addressee_id, deadline_at)
        times[key] = times.get(key, 0) + 1
        if hold_until is not None:
            waiting.add(key)
    return times, waiting


async def add(
    session: AsyncSession,
    steps: Collection[tuple[Key, str]],
    *,
    chat_id: int,
    person_id: int,
    until: datetime,
    now: datetime,
) -> None:
    """Let these wait, each as the step that is named."""
    rows = [
        {
            "assignment_id": assignment_id,
            "addressee_id": addressee_id,
            "chat_id": chat_id,
            "step": step,
            "deadline_at": deadline_at,
            "queued_at": now,
            "hold_until": until,
            "person_id": person_id,
        }
        for (assignment_id, addressee_id, deadline_at), step in steps
    ]
    await insert_each_new(session, Reminder, rows)


async def count_units(
    session: AsyncSession, *, directive_id: int, now: datetime, scope: Scope | None = None
) -> int:
    """How many of a directive's units, within somebody's limits, have put reminders off now."""
    found = await session.scalar(
        select(func.count(Addressee.id.distinct()))
        .select_from(Reminder)
        .outerjoin(Assignment, Assignment.id == Reminder.assignment_id)
        .join(
            Addressee,
            Addressee.id == func.coalesce(Reminder.addressee_id, Assignment.addressee_id),
        )
        .where(
            Reminder.hold_until > now,
            _IS_PUT_OFF,
            Addressee.directive_id == directive_id,
            within(scope),
        )
    )
    return found or 0


# By its recipient: staff are named where they have ended it.
_IS_PUT_OFF: ColumnElement[bool] = and_(Reminder.person_id.is_not(None), Reminder.ending.is_(None))

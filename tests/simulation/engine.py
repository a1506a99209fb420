"""What is asked of the engine's tables: when it has something to do, and which of the messages it
has sent were reminders. What it meant by them is not."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, func, or_, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute

from bot.config import Config
from bot.domain.states import MessageKind, OutboxState, UpdateState
from bot.runtime import Runtime
from bot.storage.tables import Addressee, Assignment, Chat, OutboxMessage, Reminder, Update

TICK = timedelta(seconds=2)  # so late the tick comes
MOST_A_DAY = 2  # little, so that something is held back
KINDS = [kind for kind in MessageKind if kind.value in ("reminder", "escalation")]

_DUE: tuple[tuple[InstrumentedAttribute[datetime | None], ColumnElement[bool]], ...] = (
    (Assignment.next_reminder_at, true()),
    (Addressee.next_reminder_at, true()),
    (Reminder.hold_until, true()),
)
_IS_WAITING = OutboxMessage.state == OutboxState.WAITING
_NEXT = union_all(
    *(
        select(func.min(column).label("at")).where(column > bindparam("now"), condition)
        for column, condition in (*_DUE, (OutboxMessage.send_at, _IS_WAITING))
    )
)
_ON_THE_WAY = (OutboxState.CLAIMED, OutboxState.IN_FLIGHT)


def with_rules(config: Config) -> Config:
    """The settings of the simulated office."""
    reminders = config.reminders.model_copy(update={"max_per_day": MOST_A_DAY})
    return config.model_copy(update={"reminders": reminders})


async def next_due(rt: Runtime) -> datetime | None:
    """When, by the clock, something is due next."""
    async with rt.read() as session:
        rows = await session.scalars(_NEXT, {"now": rt.now()})
        return min((at for at in rows if at is not None), default=None)


async def is_busy(rt: Runtime) -> str | None:
    """What is still to be done now, if anything is."""
    now = rt.now()
    async with rt.read() as session:
        for column, condition in _DUE:
            if await session.scalar(select(column).where(column <= now, condition).limit(1)):
                return str(column)
        to_send = or_(
            OutboxMessage.state.in_(_ON_THE_WAY),
            (OutboxMessage.state == OutboxState.WAITING) & (OutboxMessage.send_at <= now),
        )
        if await session.scalar(select(OutboxMessage.id).where(to_send).limit(1)):
            return "outbox"
        unheard = Update.state == UpdateState.WAITING
        if await session.scalar(select(Update.id).where(unheard).limit(1)):
            return "inbox"
    return None


async def reminders_sent(rt: Runtime) -> set[tuple[int, int]]:
    """Every reminder that was accepted, by chat and number, as Telegram knows it."""
    async with rt.read() as session:
        rows = await session.execute(
            select(Chat.telegram_id, OutboxMessage.message_id)
            .join(Chat, Chat.id == OutboxMessage.chat_id)
            .where(OutboxMessage.kind.in_(KINDS), OutboxMessage.message_id.is_not(None))
        )
        return {(chat, number) for chat, number in rows if number is not None}

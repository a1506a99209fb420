"""Telegram groups and channels that the bot was put into by somebody: one that nobody links to a
unit or to the office is told so at once, and left after a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.replies import queue
from bot.domain.states import Lane, MessageKind
from bot.storage import events, outbox
from bot.storage.outbox import NewMessage
from bot.storage.tables import Chat

STAYS_FOR = timedelta(hours=24)
# Whoever adds the bot by a link gives the code in the next moment: then nothing need be said.
_CODE_COMES_WITHIN = timedelta(seconds=5)


async def added(session: AsyncSession, chat: Chat, *, now: datetime) -> None:
    """The bot is in a group now; delivery asks again whether somebody has linked it meanwhile."""
    if is_linked(chat):
        return
    await outbox.withdraw_waiting(
        session, chat.id, (MessageKind.UNLINKED, MessageKind.LEAVE), now=now
    )
    await _queue(
        session, chat, MessageKind.UNLINKED, lane=Lane.ANSWER, send_at=now + _CODE_COMES_WITHIN
    )
    await _queue(session, chat, MessageKind.LEAVE, lane=Lane.REDRAW, send_at=now + STAYS_FOR)


async def added_to_channel(session: AsyncSession, chat: Chat, *, now: datetime) -> None:
    """Nobody can talk with the bot there: it goes without a word."""
    events.add(session, "channel_left", at=now, object_kind="chat", object_id=chat.id)
    await _queue(session, chat, MessageKind.LEAVE, lane=Lane.REDRAW, send_at=now)


def is_linked(chat: Chat) -> bool:
    """Whether the group is a unit's, or the office's own."""
    return chat.unit_id is not None or chat.staff_group


async def _queue(
    session: AsyncSession, chat: Chat, kind: MessageKind, *, lane: Lane, send_at: datetime
) -> None:
    await queue(session, NewMessage(kind=kind, lane=lane, chat_id=chat.id, send_at=send_at))

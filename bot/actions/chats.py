"""Chats that can be reached or not, lose a topic, move: what becomes of what goes there. Linking a
group is in `bot.actions.people`, what becomes of one that nobody links in `bot.actions.rooms`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import alarms, cards, replies
from bot.storage import events, lost_touch, moved_chats, outbox, people, units
from bot.storage.claims import Claimed
from bot.storage.tables import Chat


async def leave_topic(session: AsyncSession, message: Claimed, *, now: datetime) -> None:
    """The forum topic that a message was for takes none any more: an answer goes without what it
    answers, and if it is the chat's own topic that is closed, the general one takes its place."""
    if message.reply_to is not None:
        await outbox.answer_nothing(session, message.id, message.parameters)
        return
    chat_id, topic_id = message.chat.id, message.chat.topic_id
    if topic_id is None or not await people.forget_topic(session, chat_id, topic_id=topic_id):
        return
    events.add(session, "topic_gone", at=now, object_kind="chat", object_id=chat_id)
    await replies.notice(session, chat_id, "group.topic_gone", now=now)


async def note_unreachable(
    session: AsyncSession, chat_id: int, *, reason: str, now: datetime
) -> bool:
    """Telegram takes nothing for this chat any more; False if that was known."""
    if not await people.mark_unreachable(session, chat_id, reason=reason, now=now):
        return False
    await _note_reach(session, "chat_unreachable", chat_id, now=now, reason=reason)
    return True


async def _note_reach(
    session: AsyncSession, action: str, chat_id: int, *, now: datetime, reason: str | None = None
) -> None:
    """One event for each unit that the chat is a way to, so that it stands in the record of all."""
    served = await people.units_served(session, {chat_id})
    for unit_id in sorted(unit_id for _, unit_id in served) or (None,):
        events.add(
            session, action, at=now, object_kind="chat", object_id=chat_id, unit_id=unit_id,
            reason=reason,
        )  # fmt: skip


async def chat_blocked(session: AsyncSession, chat: Chat, *, reason: str, now: datetime) -> None:
    """The bot was blocked in or removed from this chat; staff are told of a unit whose last one it
    was."""
    if not await note_unreachable(session, chat.id, reason=reason, now=now):
        return
    for _, unit_id in sorted(await people.units_served(session, {chat.id})):
        unit = await units.unit(session, unit_id)
        if unit is None or unit.retired_at or not await lost_touch.is_cut_off(session, unit_id):
            continue
        values: replies.Values = {"unit": unit.name, "phone": unit.phone or "–"}
        await alarms.tell(session, "unit.cut_off", now=now, values=values, unit_id=unit_id)


async def chat_unblocked(session: AsyncSession, chat: Chat, *, now: datetime) -> None:
    """The bot may write to this chat again: what did not come meanwhile is sent now."""
    if chat.unreachable_reason is None:
        return
    if await people.mark_reachable(session, chat.id):
        await _note_reach(session, "chat_reachable", chat.id, now=now)
        for _, unit_id in sorted(await people.units_served(session, {chat.id})):
            await cards.give_open_directives(session, unit_id=unit_id, chat=chat, now=now)


async def follow_migration(
    session: AsyncSession, chat: Chat, *, new_telegram_id: int, now: datetime
) -> None:
    """The group has a new id; our row, and all that hangs on it, goes with it."""
    moved = await moved_chats.move_chat(session, chat.id, new_telegram_id=new_telegram_id, now=now)
    await cards.draw_anew(session, moved, now=now)
    events.add(session, "group_migrated", at=now, object_kind="chat", object_id=chat.id)

"""Chats that come and go: blocked, unblocked, added to a group, removed from it."""

from __future__ import annotations

from telegram import ChatMember, ChatMemberRestricted

from bot.actions import chats, rooms
from bot.domain.states import ChatKind
from handlers.context import Incoming

_AWAY = (ChatMember.LEFT, ChatMember.BANNED)


async def changed(incoming: Incoming) -> None:
    """The bot's own membership of a chat changed."""
    change = incoming.update.my_chat_member
    if change is None:
        return
    if is_away(change.new_chat_member):
        reason = "blocked" if incoming.chat.kind is ChatKind.PRIVATE else "kicked"
        await chats.chat_blocked(incoming.session, incoming.chat, reason=reason, now=incoming.now)
        return
    await chats.chat_unblocked(incoming.session, incoming.chat, now=incoming.now)
    if incoming.chat.kind is ChatKind.GROUP and is_away(change.old_chat_member):
        await rooms.added(incoming.session, incoming.chat, now=incoming.now)


def is_away(member: ChatMember) -> bool:
    """Not in the chat; who is restricted may be in it or not."""
    return member.status in _AWAY or (
        isinstance(member, ChatMemberRestricted) and not member.is_member
    )


async def migrated(incoming: Incoming) -> None:
    """A group became a supergroup: its row follows. The new group tells the same: not heeded."""
    message = incoming.message
    new_id = message.migrate_to_chat_id if message else None
    if new_id is not None:
        await chats.follow_migration(
            incoming.session, incoming.chat, new_telegram_id=new_id, now=incoming.now
        )

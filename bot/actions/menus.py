"""Giving a person the command menu of their role and language."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.replies import queue
from bot.domain.menus import commands_for
from bot.domain.rights import Actor
from bot.domain.states import ChatKind, Lane, MessageKind
from bot.storage.outbox import NewMessage
from bot.storage.tables import Chat


async def give(session: AsyncSession, chat: Chat, actor: Actor, *, now: datetime) -> None:
    """Queue the menu for a private chat; it goes when nothing else does."""
    if chat.kind is not ChatKind.PRIVATE:
        return
    await queue(
        session,
        NewMessage(
            kind=MessageKind.MENU,
            lane=Lane.REDRAW,
            chat_id=chat.id,
            send_at=now,
            parameters={"commands": list(commands_for(actor))},
        ),
    )

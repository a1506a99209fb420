"""Giving somebody the whole letter: the file as it came, or its text in parts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.replies import queue
from bot.domain.splitting import split
from bot.domain.states import Lane, MessageKind
from bot.storage.outbox import NewMessage
from bot.storage.tables import Directive


async def send(
    session: AsyncSession,
    directive: Directive,
    *,
    chat_id: int,
    reply_to: int | None,
    now: datetime,
) -> None:
    """Queue the letter for one chat, its parts in order."""
    parts = 1 if directive.file_id else len(split(directive.body))
    for part in range(parts):
        await queue(
            session,
            NewMessage(
                kind=MessageKind.FULL_TEXT,
                lane=Lane.ANSWER,
                chat_id=chat_id,
                send_at=now,
                parameters={"directive_id": directive.id, "part": part},
                reply_to=reply_to,
            ),
        )

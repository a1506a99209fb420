"""A draft sent to whoever composes it, as its recipients will get it. Nothing of it counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import attachments, audience, drafts
from bot.actions.replies import notice, queue
from bot.domain.states import Lane, MessageKind
from bot.storage.outbox import NewMessage
from bot.storage.tables import Chat, Draft


async def send(session: AsyncSession, draft: Draft, chat: Chat, *, now: datetime) -> None:
    """Queue the lists, the card and the whole letter for one chat, behind a line that says what
    this is."""
    await notice(session, chat.id, "test.before", now=now)
    parts = [("list", number) for number in range(await audience.lists(session, draft))]
    parts.append(("card", 0))
    parts += [("text", number) for number in range(await drafts.parts(session, draft))]
    for part, number in parts:
        await queue(
            session,
            NewMessage(
                kind=MessageKind.PREVIEW,
                lane=Lane.ANSWER,
                chat_id=chat.id,
                send_at=now,
                parameters={"draft_id": draft.id, "part": part, "list": number, "test": True},
            ),
        )
    await attachments.send(session, draft.id, chat_id=chat.id, now=now)

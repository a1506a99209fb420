"""What waits for the office's word, as a card in each of its chats: brought to the end of a chat,
and drawn again in all of them when something becomes of it, before two decide the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.actions import replies
from bot.domain.states import CardKind, Lane
from bot.storage import cards


async def bring(
    session: AsyncSession,
    kind: CardKind,
    subject_id: int,
    *,
    chat_id: int,
    since: datetime,
    now: datetime,
) -> None:
    """Let the card be the newest message of this chat; one further up there, which is no older than
    `since`, is taken back."""
    card, _ = await cards.ensure(session, kind, subject_id=subject_id, chat_id=chat_id)
    if card.message_id is not None:
        await replies.retire(
            session, chat_id=chat_id, message_id=card.message_id, since=since, now=now,
            lane=Lane.ANSWER,
        )  # fmt: skip
        await cards.lost(session, card.id)
    await card_actions.redraw(session, card, now=now, lane=Lane.ANSWER)


async def redraw(session: AsyncSession, kind: CardKind, subject_id: int, *, now: datetime) -> None:
    """Show in all of the office's chats what has become of it."""
    found = await cards.of_subject(session, kind, subject_id)
    await card_actions.redraw_all(session, found, now=now, lane=Lane.ANSWER)

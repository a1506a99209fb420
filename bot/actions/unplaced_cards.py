"""What nobody could place, in the office's chats: one card in each, drawn again when it changes or
was decided, with a copy of everything below it that is no short text.

What becomes of it is in `bot.actions.unplaced`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.actions import duty, office_cards, replies
from bot.domain.rights import Right
from bot.domain.splitting import length
from bot.domain.states import CardKind, ContentKind, Lane
from bot.storage import cards, unplaced
from bot.storage.tables import Card, Unplaced

# As much of one message as a card shows; what is longer is copied below it as well.
LONGEST_SHOWN = 600


async def tell_office(session: AsyncSession, first: Unplaced, *, now: datetime) -> None:
    """Send the entry to the chats on duty for whose it may be."""
    chats: dict[int, None] = {}
    for unit in await unplaced.units_of(session, first):
        on_duty = await duty.chats(session, unit_id=unit.id, right=Right.REVIEW)
        chats |= dict.fromkeys(on_duty)
    for chat_id in chats:
        await bring(session, first, chat_id=chat_id, now=now)


async def bring(session: AsyncSession, first: Unplaced, *, chat_id: int, now: datetime) -> None:
    """Put the entry's card at the end of a chat; where it was stands that it goes on below."""
    card, _ = await cards.ensure(session, CardKind.UNPLACED, subject_id=first.id, chat_id=chat_id)
    if card.message_id is not None:
        await replies.notice(session, chat_id, "unplaced.moved", now=now, edits=card.message_id)
        await cards.lost(session, card.id)
        await session.refresh(card)
    drawn = await card_actions.redraw(session, card, now=now, lane=Lane.ANSWER)
    await _copy(session, await unplaced.entry(session, first.id), card, below=drawn, now=now)


async def show_more(
    session: AsyncSession, first: Unplaced, added: Unplaced, *, now: datetime
) -> None:
    """More has come that belongs to the entry, wherever it is shown."""
    for card in await cards.of_subject(session, CardKind.UNPLACED, first.id):
        drawn = await card_actions.redraw(session, card, now=now, lane=Lane.ANSWER)
        await _copy(session, [added], card, below=drawn, now=now)


async def redraw(session: AsyncSession, first_id: int, *, now: datetime) -> None:
    """Show in all of the office's chats what has become of it, before two decide it."""
    await office_cards.redraw(session, CardKind.UNPLACED, first_id, now=now)


def fits_on_card(row: Unplaced) -> bool:
    """Whether a card can show all of it: it is a text, and no long one."""
    return row.kind is ContentKind.TEXT and length(row.text) <= LONGEST_SHOWN


async def _copy(
    session: AsyncSession,
    messages: Sequence[Unplaced],
    card: Card,
    *,
    below: int | None,
    now: datetime,
) -> None:
    for each in messages:
        if fits_on_card(each) or each.message_id is None:
            continue
        await replies.copy(
            session,
            card.chat_id,
            from_chat_id=each.chat_id,
            message_id=each.message_id,
            about={"unplaced_id": each.first_id or each.id},
            below=below,
            reply_to=card.message_id,
            now=now,
        )

"""Telling a unit what the office says to something that somebody of it said below a card."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import replies
from bot.actions.replies import Values
from bot.domain.states import CardKind
from bot.storage import audience, cards, people
from bot.storage.tables import Addressee


async def tell(
    session: AsyncSession,
    addressee: Addressee,
    key: str,
    values: Values,
    *,
    said_in: int,
    now: datetime,
) -> None:
    """Tell it below the unit's card in the chat where it was said; if whoever said it has left, in
    every chat of the unit that can be reached."""
    places = [said_in]
    if (said_in, addressee.unit_id) not in await people.units_served(session, places):
        found = await audience.chats_of_addressees(session, [addressee.id])
        places = [chat.id for _, chat in found if chat.unreachable_reason is None]
    of_unit = await cards.of_subject(session, CardKind.DIRECTIVE, addressee.id)
    below = {card.chat_id: card.message_id for card in of_unit}
    for chat_id in places:
        await replies.notice(
            session, chat_id, key, now=now, reply_to=below.get(chat_id), values=values
        )

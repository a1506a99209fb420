"""Queries of cards: the messages that are redrawn in place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.domain.states import CardKind
from bot.storage.in_bulk import number, numbered, other, pairs
from bot.storage.insert import insert_new
from bot.storage.tables import Card, OutboxMessage


async def ensure(
    session: AsyncSession, kind: CardKind, *, subject_id: int, chat_id: int
) -> tuple[Card, bool]:
    """The card of this subject in this chat, and whether it is new."""
    row = {"kind": kind, "subject_id": subject_id, "chat_id": chat_id}
    new_id = await insert_new(session, Card, row)
    card = await session.scalar(_OF_CHAT, row)
    assert card is not None  # noqa: S101 - inserted above if it was missing
    return card, new_id is not None


_OF_CHAT = select(Card).where(  # made once: it is asked for all that the bot shows
    Card.kind == bindparam("kind"),
    Card.subject_id == bindparam("subject_id"),
    Card.chat_id == bindparam("chat_id"),
)


async def get(session: AsyncSession, card_id: int) -> Card | None:
    """One card by id."""
    return await session.get(Card, card_id)


async def lock(session: AsyncSession, card_id: int) -> Card:
    """One card as it is now, locked until the transaction ends."""
    return await session.get_one(Card, card_id, with_for_update=True, populate_existing=True)


async def sent_at(session: AsyncSession, card: Card) -> datetime | None:
    """When the card's message was queued to be sent; None if that is not known any more."""
    found: datetime | None = await session.scalar(
        select(func.min(OutboxMessage.created_at)).where(
            OutboxMessage.card_id == card.id, OutboxMessage.message_id == card.message_id
        )
    )
    return found


async def of_subject(session: AsyncSession, kind: CardKind, subject_id: int) -> list[Card]:
    """The cards of one subject in all its chats."""
    rows = await session.scalars(_OF_SUBJECT, {"kind": kind, "subject": subject_id})
    return list(rows)


async def of_subjects(
    session: AsyncSession, kind: CardKind, subject_ids: Collection[int]
) -> list[Card]:
    """The cards of several subjects in all their chats."""
    rows = await session.scalars(
        select(Card).where(Card.kind == kind, Card.subject_id.in_(subject_ids)).order_by(Card.id)
    )
    return list(rows)


async def add_all(
    session: AsyncSession, kind: CardKind, pairs: Collection[tuple[int, int]]
) -> list[Card]:
    """A card for each pair of subject and chat, none of which has one."""
    new = [Card(kind=kind, subject_id=subject_id, chat_id=chat_id) for subject_id, chat_id in pairs]
    session.add_all(new)
    await session.flush()
    return new


_OF_SUBJECT = (
    select(Card)
    .where(Card.kind == bindparam("kind"), Card.subject_id == bindparam("subject"))
    .order_by(Card.id)
)


async def at_message(session: AsyncSession, *, chat_id: int, message_id: int) -> Card | None:
    """The card that a message is."""
    card: Card | None = await session.scalar(_AT_MESSAGE, {"chat": chat_id, "message": message_id})
    return card


_AT_MESSAGE = select(Card).where(
    Card.chat_id == bindparam("chat"), Card.message_id == bindparam("message")
)


def drawn(session: Session, message_ids: Mapping[int, int | None], *, now: datetime) -> None:
    """Note that these cards were sent or edited; a new message's id by the card's."""
    if message_ids:
        session.execute(DRAW, {"drawn": numbered(message_ids), "at": now})


_TABLE = cast(Table, Card.__table__)
_DRAWN = pairs("drawn")
DRAW = (
    update(_TABLE)
    .where(_TABLE.c.id == number(_DRAWN))
    .values(
        drawn_at=bindparam("at"),
        message_id=func.coalesce(other(_DRAWN), _TABLE.c.message_id),
    )
)


async def lost(session: AsyncSession, card_id: int) -> None:
    """The message is gone from the chat; the card can be sent anew."""
    await session.execute(update(Card).where(Card.id == card_id).values(message_id=None))

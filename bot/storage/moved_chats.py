"""A group that became a supergroup: Telegram's number of it is another one, our row the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.people import chat_by_telegram_id, mark_unreachable
from bot.storage.tables import (
    Acknowledgement,
    Answer,
    Article,
    Card,
    Chat,
    Dialogue,
    Extension,
    LinkFile,
    OutboxMessage,
    Question,
    QuestionMessage,
    Submission,
    Unplaced,
)

# Where something was said, and is answered. Events stay: they are sealed as they were.
_SAID_THERE = (
    OutboxMessage, Submission, LinkFile, Article, Unplaced, Acknowledgement, Answer, Extension,
    Question, QuestionMessage,
)  # fmt: skip
_NOBODYS = 0  # no chat of Telegram's: while two rows change their numbers


async def move_chat(
    session: AsyncSession, chat_id: int, *, new_telegram_id: int, now: datetime
) -> list[int]:
    """Follow a group that became a supergroup: our row keeps its id and all that hangs on it.

    The cards whose messages stayed behind: their ids mean others in the new chat.
    """
    known = await session.scalar(select(Chat.telegram_id).where(Chat.id == chat_id))
    if known is None or known == new_telegram_id:
        return []  # told twice
    left_behind = await session.scalars(
        update(Card)
        .where(Card.chat_id == chat_id, Card.message_id.is_not(None))
        .values(message_id=None)
        .returning(Card.id)
    )
    cards = list(left_behind)
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.chat_id == chat_id)
        .values(reply_to=None, edits=None)
    )
    await session.execute(
        update(QuestionMessage).where(QuestionMessage.chat_id == chat_id).values(message_id=None)
    )
    await session.execute(
        update(Unplaced)
        .where(Unplaced.chat_id == chat_id, Unplaced.message_id.is_not(None))
        .values(message_id=None)
    )
    await session.execute(update(Article).where(Article.chat_id == chat_id).values(message_id=None))
    newcomer = await chat_by_telegram_id(session, new_telegram_id)
    if newcomer is not None and newcomer.id != chat_id:
        if await _has_life_of_its_own(session, newcomer):
            await session.execute(update(Chat).where(Chat.id == chat_id).values(unit_id=None))
            await mark_unreachable(session, chat_id, reason="migrated", now=now)
            return []
        await _take_over(session, newcomer, chat_id=chat_id, left_id=known, now=now)
    await session.execute(
        update(Chat).where(Chat.id == chat_id).values(telegram_id=new_telegram_id, topic_id=None)
    )
    return cards


async def _has_life_of_its_own(session: AsyncSession, chat: Chat) -> bool:
    """Whether somebody has linked the chat already."""
    card = await session.scalar(select(Card.id).where(Card.chat_id == chat.id).limit(1))
    return chat.unit_id is not None or chat.staff_group or card is not None


async def _take_over(
    session: AsyncSession, newcomer: Chat, *, chat_id: int, left_id: int, now: datetime
) -> None:
    """The new id was heard of before the move was: what was said there is the moved chat's. The
    newcomer's row stays, for what happened names it, and stands for the group that was left."""
    await session.execute(delete(Dialogue).where(Dialogue.chat_id == newcomer.id))
    for table in _SAID_THERE:
        await session.execute(
            update(table).where(table.chat_id == newcomer.id).values(chat_id=chat_id)
        )
    for row_id, telegram_id in ((chat_id, _NOBODYS), (newcomer.id, left_id)):
        await session.execute(update(Chat).where(Chat.id == row_id).values(telegram_id=telegram_id))
    await mark_unreachable(session, newcomer.id, reason="migrated", now=now)

"""Queries of questions: what contacts asked, and what was said of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import Question, QuestionMessage


async def lock(session: AsyncSession, question_id: int) -> Question | None:
    """One question, locked until the transaction ends, as it is now."""
    return await session.get(Question, question_id, with_for_update=True, populate_existing=True)


async def thread(session: AsyncSession, question_id: int) -> list[QuestionMessage]:
    """Everything that was said of it, oldest first."""
    rows = await session.scalars(
        select(QuestionMessage)
        .where(QuestionMessage.question_id == question_id)
        .order_by(QuestionMessage.id)
    )
    return list(rows)

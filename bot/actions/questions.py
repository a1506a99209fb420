"""Questions of units and the office's answers, as far as canned answers need them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access
from bot.domain.rights import Actor, Right
from bot.domain.states import QuestionState
from bot.errors import NotAllowed, NotFound
from bot.storage import questions as rows
from bot.storage.tables import Chat, Question, QuestionMessage


async def to_handle(session: AsyncSession, question_id: int, *, actor: Actor) -> Question:
    """A question, locked, that this person of the office may handle."""
    question = await rows.lock(session, question_id)
    if question is None:
        raise NotFound("refused.gone")
    if not actor.may(Right.REVIEW):
        raise NotAllowed("refused.not_yours")
    access.check_unit(actor, question.unit_id)
    return question


async def answer(
    session: AsyncSession,
    question_id: int,
    *,
    actor: Actor,
    text: str,
    chat: Chat,
    message_id: int | None,
    now: datetime,
) -> Question:
    """Answer with a text."""
    question = await to_handle(session, question_id, actor=actor)
    session.add(
        QuestionMessage(
            question_id=question.id,
            person_id=actor.person_id,
            from_office=True,
            text=text,
            chat_id=chat.id,
            message_id=message_id,
            at=now,
        )
    )
    question.state, question.remind_at = QuestionState.ANSWERED, None
    await session.flush()
    return question

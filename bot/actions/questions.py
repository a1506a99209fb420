"""Questions of units to the office: asked, and asked on. What the office does with them comes with
the piece that shows them to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Actor
from bot.domain.states import ContentKind, QuestionState
from bot.errors import NotAllowed, NotFound
from bot.storage.tables import Chat, Question, QuestionMessage


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody said, and where: a text, or something that is copied from there."""

    chat: Chat
    message_id: int | None
    text: str
    content: ContentKind = ContentKind.TEXT
    file_id: str | None = None
    album: str | None = None


async def ask(
    session: AsyncSession,
    *,
    unit_id: int,
    addressee_id: int | None,
    assignment_id: int | None,
    person_id: int,
    chat: Chat,
    message_id: int | None,
    text: str,
    content: ContentKind = ContentKind.TEXT,
    file_id: str | None = None,
    album: str | None = None,
    now: datetime,
) -> Question:
    """Ask the office something for a unit."""
    question = Question(
        unit_id=unit_id,
        addressee_id=addressee_id,
        assignment_id=assignment_id,
        person_id=person_id,
        chat_id=chat.id,
        state=QuestionState.OPEN,
        asked_at=now,
    )
    session.add(question)
    await session.flush()
    words = Words(chat, message_id, text, content, file_id, album)
    await _say(session, question, words, person_id=person_id, now=now)
    return question


async def go_on(
    session: AsyncSession, question_id: int, words: Words, *, actor: Actor | None, now: datetime
) -> Question:
    """Somebody of the unit asks on."""
    question = await session.get(Question, question_id)
    if question is None:
        raise NotFound("refused.gone")
    if actor is None or question.unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    await _say(session, question, words, person_id=actor.person_id, now=now)
    return question


async def _say(
    session: AsyncSession, question: Question, words: Words, *, person_id: int, now: datetime
) -> None:
    session.add(
        QuestionMessage(
            question_id=question.id,
            person_id=person_id,
            from_office=False,
            text=words.text,
            file_kind=None if words.content is ContentKind.TEXT else words.content,
            file_id=words.file_id,
            chat_id=words.chat.id,
            message_id=words.message_id,
            at=now,
        )
    )
    await session.flush()


async def of_reply(session: AsyncSession, *, chat_id: int, message_id: int) -> int | None:
    """The question that a message is about: none is shown yet."""
    del session, chat_id, message_id
    return None

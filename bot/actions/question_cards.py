"""A question in the office's chats: one card in each, drawn again whenever something about it
changes, and brought to the end of the chat when there is something new to answer.

What is asked and answered is in `bot.actions.questions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import duty, office_cards, replies
from bot.actions.replies import queue
from bot.domain.rights import Right
from bot.domain.splitting import length
from bot.domain.states import CardKind, Lane, MessageKind
from bot.storage import cards, people, questions, staff
from bot.storage.outbox import NewMessage
from bot.storage.tables import Card, Question, QuestionMessage

# As much of one thing said as a card shows; what is longer is copied below it as well.
LONGEST_SHOWN = 1200
_MOST_FILES = 10


async def bring(
    session: AsyncSession,
    question: Question,
    *,
    now: datetime,
    said: QuestionMessage | None = None,
    only_to: Sequence[int] | None = None,
) -> None:
    """Put the question's card at the end of the chats on duty and of who handles it, or of these
    alone; what was said and has no room on it is copied below."""
    chats = await _on_duty(session, question) if only_to is None else only_to
    for chat_id in chats:
        card, _ = await cards.ensure(
            session, CardKind.QUESTION, subject_id=question.id, chat_id=chat_id
        )
        brought = await _bring(session, card, now=now)
        if said is not None and not fits_on_card(said):
            await copy_below(
                session, said, chat_id=chat_id, for_office=True, below=brought, now=now
            )


async def add(
    session: AsyncSession, question: Question, said: QuestionMessage, *, now: datetime
) -> None:
    """Show what was said besides where the question is shown already: another part of an album."""
    for card in await cards.of_subject(session, CardKind.QUESTION, question.id):
        await copy_below(session, said, chat_id=card.chat_id, for_office=True, now=now)
    await redraw(session, question.id, now=now)


async def redraw(session: AsyncSession, question_id: int, *, now: datetime) -> None:
    """Show in all of the office's chats what has become of it, before two answer it."""
    await office_cards.redraw(session, CardKind.QUESTION, question_id, now=now)


def fits_on_card(said: QuestionMessage) -> bool:
    """Whether a card can show all of it: it is a text, and no long one."""
    return said.file_kind is None and length(said.text) <= LONGEST_SHOWN


async def copy_below(
    session: AsyncSession,
    said: QuestionMessage,
    *,
    chat_id: int,
    for_office: bool,
    below: int | None = None,
    now: datetime,
) -> None:
    """Copy what was said into a chat, as a reply to the outbox message that tells of it, or to the
    office's card that lies there."""
    if said.message_id is None:
        return
    await replies.copy(
        session,
        chat_id,
        from_chat_id=said.chat_id,
        message_id=said.message_id,
        about={"question_id": said.question_id, "for_office": for_office},
        below=below,
        now=now,
    )


async def copy_files(
    session: AsyncSession,
    question_id: int,
    *,
    chat_id: int,
    for_office: bool,
    below: int | None = None,
    now: datetime,
) -> None:
    """Copy the last things said that are no text, for who sees the whole of it."""
    thread = await questions.thread(session, question_id)
    for said in [each for each in thread if each.file_kind is not None][-_MOST_FILES:]:
        await copy_below(
            session, said, chat_id=chat_id, for_office=for_office, below=below, now=now
        )


async def _on_duty(session: AsyncSession, question: Question) -> list[int]:
    chats = await duty.chats(session, unit_id=question.unit_id, right=Right.REVIEW)
    return [*chats, *(each for each in await of_handler(session, question) if each not in chats)]


async def of_handler(session: AsyncSession, question: Question) -> list[int]:
    """The private chat of who took it on, if they may still answer it and can be written to."""
    if question.handler_id is None:
        return []
    own = await staff.private_chat(session, question.handler_id)
    actor = await people.actor_by_id(session, question.handler_id)
    may_answer = actor is not None and actor.may(Right.REVIEW) and actor.oversees(question.unit_id)
    if own is None or own.unreachable_reason is not None or not may_answer:
        return []
    return [own.id]


async def _bring(session: AsyncSession, card: Card, *, now: datetime) -> int | None:
    """Send the card as a new message; where it was stands that it goes on below."""
    if card.message_id is not None:
        await replies.notice(
            session, card.chat_id, "question.moved", now=now, edits=card.message_id
        )
    return await queue(
        session,
        NewMessage(
            kind=MessageKind.QUESTION,
            lane=Lane.ANSWER,
            chat_id=card.chat_id,
            send_at=now,
            card_id=card.id,
        ),
    )

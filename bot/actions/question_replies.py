"""The office's answer on its way to who asked: below the card it is about, and to whom if they are
no longer there.

What is asked and answered is in `bot.actions.questions`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from html import escape

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import question_cards
from bot.actions.replies import queue
from bot.domain.splitting import split
from bot.domain.states import CardKind, ChatKind, Lane, MessageKind
from bot.storage import audience, cards, events, outbox, people
from bot.storage import questions as rows
from bot.storage.outbox import NewMessage
from bot.storage.tables import Chat, Question, QuestionMessage

_LONGEST_PART = 3000  # UTF-16 units; what stands above and below must have room


class Reached(StrEnum):
    """Whom an answer goes to."""

    ASKER = "asker"  # where it was asked
    OTHERS = "others"  # the unit's other contacts: who asked is none any more, or out of reach
    NOBODY = "nobody"


def parts_of(text: str) -> tuple[str, ...]:
    """An answer's text as Telegram's HTML, in as many messages as it needs; at least one."""
    return split(escape(text, quote=False), limit=_LONGEST_PART) or ("",)


async def send(
    session: AsyncSession, question: Question, answer: QuestionMessage, *, now: datetime
) -> Reached:
    """Queue the answer for who asked last, or for the unit's others."""
    asked = await rows.last_asked(session, question.id)
    assert asked is not None  # noqa: S101 - a question begins with what was asked
    chat = await people.chat(session, asked.chat_id)
    served = await people.units_served(session, {asked.chat_id})
    is_theirs = (asked.chat_id, question.unit_id) in served
    if chat is not None and is_theirs and chat.unreachable_reason is None:
        await _queue(session, question, answer, asked, chat, now=now)
        return Reached.ASKER
    if await _send_to_others(session, question, answer, asked, now=now):
        return Reached.OTHERS
    _note_failed(session, question, answer, now=now)
    return Reached.NOBODY


async def _send_to_others(
    session: AsyncSession,
    question: Question,
    answer: QuestionMessage,
    asked: QuestionMessage,
    *,
    now: datetime,
) -> bool:
    """Queue it for the private chats of the unit's people, or its group if it has none of those;
    False if none of them was new."""
    queued = False
    for chat in await _chats_of_unit(session, question):
        queued |= await _queue(session, question, answer, asked, chat, now=now)
    return queued


async def _chats_of_unit(session: AsyncSession, question: Question) -> Sequence[Chat]:
    if question.addressee_id is not None:
        found = await audience.chats_of_addressees(session, [question.addressee_id])
    else:
        found = await people.chats_of_units(session, [question.unit_id])
    reachable = [chat for _, chat in found if chat.unreachable_reason is None]
    return [chat for chat in reachable if chat.kind is ChatKind.PRIVATE] or reachable


async def _queue(
    session: AsyncSession,
    question: Question,
    answer: QuestionMessage,
    asked: QuestionMessage,
    chat: Chat,
    *,
    now: datetime,
) -> bool:
    """Queue all that brings the answer into this chat; False if it was queued before."""
    reply_to = await _below(session, question, asked, chat)
    parts = len(parts_of(answer.text))
    last: int | None = None
    for part in range(parts):
        last = await queue(
            session,
            NewMessage(
                kind=MessageKind.QUESTION,
                lane=Lane.ANSWER,
                chat_id=chat.id,
                send_at=now,
                parameters={"question_id": question.id, "said_id": answer.id, "part": part},
                key=_key(answer, chat.id, part),
                reply_to=reply_to,
            ),
        )
    if last is not None and answer.file_kind is not None:
        await question_cards.copy_below(
            session, answer, chat_id=chat.id, for_office=False, below=last, now=now
        )
    return last is not None


def _key(answer: QuestionMessage, chat_id: int, part: int) -> str:
    return f"answer:{answer.id}:{chat_id}:{part}"


async def _below(
    session: AsyncSession, question: Question, asked: QuestionMessage, chat: Chat
) -> int | None:
    """The message that the answer replies to: the directive's card in that chat, or in the chat
    where it was asked the question itself."""
    if question.addressee_id is not None:
        found = await cards.of_subject(session, CardKind.DIRECTIVE, question.addressee_id)
        for card in found:
            if card.chat_id == chat.id and card.message_id is not None:
                return card.message_id
    return asked.message_id if asked.chat_id == chat.id else None


async def not_delivered(
    session: AsyncSession, said_id: int, *, lost: Collection[int], now: datetime
) -> None:
    """These outbox messages reach nobody, and some of them were to bring this answer: it goes to
    the unit's others; if there are none, the office is told to call."""
    answer = await rows.said(session, said_id)
    question = await rows.lock(session, answer.question_id) if answer else None
    if answer is None or question is None or answer.failed_at is not None:
        return
    asked = await rows.last_asked(session, question.id)
    if asked is not None and await _send_to_others(session, question, answer, asked, now=now):
        return
    sent = await outbox.any_of(session, await _keys_everywhere(session, question, answer))
    if any(each.state not in outbox.LOST and each.id not in lost for each in sent):
        return
    _note_failed(session, question, answer, now=now)
    await session.flush()
    await question_cards.bring(session, question, now=now)


def _note_failed(
    session: AsyncSession, question: Question, answer: QuestionMessage, *, now: datetime
) -> None:
    answer.failed_at = now
    events.add(
        session, "question_undelivered", at=now, object_kind="question", object_id=question.id,
        unit_id=question.unit_id,
    )  # fmt: skip


async def edit(
    session: AsyncSession, question: Question, answer: QuestionMessage, *, now: datetime
) -> None:
    """The answer is worded otherwise now: so it stands in the chats that have it, if it is one
    message there and has not become several."""
    if len(parts_of(answer.text)) > 1:
        return
    for message in await outbox.any_of(session, await _keys_everywhere(session, question, answer)):
        if message.message_id is None:
            continue
        await queue(
            session,
            NewMessage(
                kind=MessageKind.QUESTION,
                lane=Lane.ANSWER,
                chat_id=message.chat_id,
                send_at=now,
                parameters=message.parameters,
                edits=message.message_id,
            ),
        )


async def _keys_everywhere(
    session: AsyncSession, question: Question, answer: QuestionMessage
) -> list[str]:
    """By which keys it may have been queued, now or when the unit had other people."""
    everybody = await people.chats_of_units(session, [question.unit_id])
    chats = {chat.id for _, chat in everybody}
    chats |= {each.chat_id for each in await rows.thread(session, question.id)}
    return [_key(answer, chat_id, 0) for chat_id in sorted(chats)]

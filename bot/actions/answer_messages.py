"""Who is shown what somebody answered, and what became of it: the office by a card in each chat on
duty, and the colleague who is to do it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards, replies
from bot.domain.states import CardKind, Lane, MessageKind
from bot.storage import cards as card_rows
from bot.storage import events, staff
from bot.storage.outbox import NewMessage
from bot.storage.tables import Addressee, Answer


def note_answer(
    session: AsyncSession, action: str, answer: Answer, addressee: Addressee, *, now: datetime
) -> None:
    """Write down what was said or decided; not in which words."""
    events.add(
        session, action, at=now, object_kind="answer", object_id=answer.id,
        directive_id=addressee.directive_id, unit_id=addressee.unit_id,
        assignment=answer.assignment_id,
    )  # fmt: skip


async def give_to_staff(
    session: AsyncSession, answer: Answer, *, chat_id: int, now: datetime
) -> None:
    """Queue the answer's card for a chat of the office."""
    card, _ = await card_rows.ensure(
        session, CardKind.ANSWER, subject_id=answer.id, chat_id=chat_id
    )
    message = NewMessage(
        kind=MessageKind.ANSWER, lane=Lane.ANSWER, chat_id=chat_id, send_at=now, card_id=card.id
    )
    await replies.queue(session, message)


async def bring_to_staff(
    session: AsyncSession, answer: Answer, *, chat_id: int, now: datetime
) -> None:
    """Let the card be the newest message of this chat; one further up there is taken back."""
    card, _ = await card_rows.ensure(
        session, CardKind.ANSWER, subject_id=answer.id, chat_id=chat_id
    )
    if card.message_id is not None:
        await replies.retire(
            session, chat_id=chat_id, message_id=card.message_id, since=answer.at, now=now,
            lane=Lane.ANSWER,
        )  # fmt: skip
        await card_rows.lost(session, card.id)
    await give_to_staff(session, answer, chat_id=chat_id, now=now)


async def redraw_for_staff(session: AsyncSession, answer: Answer, *, now: datetime) -> None:
    """Show in the office's chats what became of it."""
    found = await card_rows.of_subject(session, CardKind.ANSWER, answer.id)
    await cards.redraw_all(session, found, now=now, lane=Lane.ANSWER)


async def tell_colleague(session: AsyncSession, answer: Answer, *, now: datetime) -> bool:
    """Tell who is to do it, below their card, that it is theirs or is no more; False where the bot
    cannot."""
    chat = await staff.private_chat(session, answer.to_person_id or 0)
    if chat is None or chat.unreachable_reason is not None:
        return False
    found = await card_rows.of_subject(session, CardKind.DIRECTIVE, answer.addressee_id)
    below = {card.chat_id: card.message_id for card in found}.get(chat.id)
    message = NewMessage(
        kind=MessageKind.ANSWER,
        lane=Lane.ANSWER,
        chat_id=chat.id,
        send_at=now,
        parameters={"answer_id": answer.id, "taken_back": answer.taken_back_at is not None},
        reply_to=below,
    )
    await replies.queue(session, message)
    return True

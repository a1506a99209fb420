"""Who of the office handles a question, and its end: taking on, handing over, closing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import question_cards, questions, replies
from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.rights import Actor, Right
from bot.domain.states import QuestionState
from bot.errors import Conflict, NotFound
from bot.storage import events, people, staff
from bot.storage import questions as rows
from bot.storage.tables import Question


async def take(session: AsyncSession, question_id: int, *, actor: Actor, now: datetime) -> bool:
    """Handle it; False if they did already. Conflict if somebody else has taken it on, and still
    may handle it."""
    question = await questions.to_handle(session, question_id, actor=actor)
    if question.handler_id == actor.person_id:
        return False
    if question.handler_id is not None:
        holder = await people.actor_by_id(session, question.handler_id)
        if holder is not None and _may_handle(holder, question):
            raise Conflict("question.taken_by", name=holder.name)
    question.handler_id = actor.person_id
    events.add(
        session, "question_taken", at=now, person_id=actor.person_id,
        **await questions.named(session, question),
    )  # fmt: skip
    await session.flush()
    await question_cards.redraw(session, question.id, now=now)
    return True


async def others(session: AsyncSession, question: Question, *, actor: Actor) -> list[Actor]:
    """Who else of the office may handle it."""
    found = []
    for member in await staff.members(session):
        other = await people.actor_by_id(session, member.person_id)
        if other is None or other.person_id in (actor.person_id, question.handler_id):
            continue
        if _may_handle(other, question):
            found.append(other)
    return found


def _may_handle(actor: Actor, question: Question) -> bool:
    return actor.may(Right.REVIEW) and actor.oversees(question.unit_id)


async def give(
    session: AsyncSession, question_id: int, person_id: int, *, actor: Actor, now: datetime
) -> str:
    """Hand it over to somebody else of the office, who is shown it in private; their name."""
    question = await questions.to_handle(session, question_id, actor=actor)
    other = await people.actor_by_id(session, person_id)
    if other is None or not _may_handle(other, question):
        raise NotFound("refused.gone")
    if question.handler_id == other.person_id:
        return other.name
    question.handler_id = other.person_id
    events.add(
        session, "question_given", at=now, person_id=actor.person_id, to_person_id=other.person_id,
        **await questions.named(session, question),
    )  # fmt: skip
    await session.flush()
    chat = await staff.private_chat(session, other.person_id)
    if chat is not None and other.person_id != actor.person_id:
        await replies.notice(
            session, chat.id, "question.given_to_you", now=now, values={"name": actor.name}
        )
        await question_cards.bring(session, question, only_to=[chat.id], now=now)
        await question_cards.copy_files(
            session, question.id, chat_id=chat.id, for_office=True, now=now
        )
    await question_cards.redraw(session, question.id, now=now)
    return other.name


async def close(session: AsyncSession, question_id: int, *, actor: Actor, now: datetime) -> bool:
    """Nothing more is to be said of it; False if it was closed before. Who asked without getting an
    answer is told."""
    question = await questions.to_handle(session, question_id, actor=actor)
    if question.state is QuestionState.CLOSED:
        return False
    is_unanswered = question.state is QuestionState.OPEN
    question.state, question.closed_at = QuestionState.CLOSED, now
    question.remind_at = None
    events.add(
        session, "question_closed", at=now, person_id=actor.person_id,
        **await questions.named(session, question),
    )  # fmt: skip
    await session.flush()
    await question_cards.redraw(session, question.id, now=now)
    if is_unanswered:
        await _tell_closed(session, question, now=now)
    return True


async def _tell_closed(session: AsyncSession, question: Question, *, now: datetime) -> None:
    asked = await rows.last_asked(session, question.id)
    if asked is None:
        return
    served = await people.units_served(session, {asked.chat_id})
    if (asked.chat_id, question.unit_id) in served:
        more = Button("button.question_more", Callback(Press.QUESTION_MORE, (question.id,)))
        await questions.tell(
            session, question, "question.closed_unanswered", chat_id=asked.chat_id,
            reply_to=asked.message_id, button=more, now=now,
        )  # fmt: skip

"""Questions of units and the office's answers: asking, going on, answering, editing. Whoever
decides locks the question, so that of two at once the second sees what the first has made of it.

Who of the office handles it, and its end, is in `question_handling`; how it is shown to the office
in `question_cards`, how an answer finds who asked in `question_replies`, when the office is
reminded in `question_reminders`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, closing, question_cards, question_replies, replies
from bot.actions.question_replies import Reached
from bot.actions.replies import Button, Values
from bot.domain.rights import Actor, Right
from bot.domain.states import ChatKind, ContentKind, Ending, Lane, MessageKind, QuestionState
from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.storage import directives, events
from bot.storage import questions as rows
from bot.storage.outbox import NewMessage
from bot.storage.tables import Chat, Person, Question, QuestionMessage


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
    """Ask the office something for a unit; about what the person has asked already and waits for
    the answer to, it goes on."""
    question = None
    if addressee_id is not None:
        question = await rows.open_one(
            session,
            addressee_id=addressee_id,
            assignment_id=assignment_id,
            person_id=person_id,
            chat_id=chat.id,
        )
    if question is None:
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
        events.add(
            session, "question_asked", at=now, person_id=person_id,
            **await named(session, question),
        )  # fmt: skip
    words = Words(chat, message_id, text, content, file_id, album)
    await _ask_on(session, question, words, person_id=person_id, now=now)
    return question


async def go_on(
    session: AsyncSession, question_id: int, words: Words, *, actor: Actor | None, now: datetime
) -> Question:
    """Somebody of the unit asks on; what was answered or closed is open again."""
    question = await own(session, question_id, actor=actor, chat=words.chat)
    assert actor is not None  # noqa: S101 - strangers were refused
    await refuse_if_recalled(session, question)
    if question.state is not QuestionState.OPEN:
        events.add(
            session, "question_reopened", at=now, person_id=actor.person_id,
            **await named(session, question),
        )  # fmt: skip
    await _ask_on(session, question, words, person_id=actor.person_id, now=now)
    return question


async def _ask_on(
    session: AsyncSession, question: Question, words: Words, *, person_id: int, now: datetime
) -> None:
    is_of_album = words.album is not None and await rows.of_album(
        session, chat_id=words.chat.id, person_id=person_id, album=words.album
    )
    said = await _say(session, question, words, person_id=person_id, from_office=False, now=now)
    question.state, question.closed_at = QuestionState.OPEN, None
    question.remind_at = now  # `question_reminders` finds out when it will be time
    await session.flush()
    if is_of_album:
        await question_cards.add(session, question, said, now=now)
    else:
        await question_cards.bring(session, question, said=said, now=now)


async def _say(
    session: AsyncSession,
    question: Question,
    words: Words,
    *,
    person_id: int,
    from_office: bool,
    now: datetime,
) -> QuestionMessage:
    said = QuestionMessage(
        question_id=question.id,
        person_id=person_id,
        from_office=from_office,
        text=words.text,
        file_kind=None if words.content is ContentKind.TEXT else words.content,
        file_id=words.file_id,
        album=words.album,
        chat_id=words.chat.id,
        message_id=words.message_id,
        at=now,
    )
    session.add(said)
    await session.flush()
    return said


async def own(
    session: AsyncSession, question_id: int, *, actor: Actor | None, chat: Chat
) -> Question:
    """A question of a unit of this person's, locked, where its matters may be shown."""
    question = await rows.lock(session, question_id)
    if question is None:
        raise NotFound("refused.gone")
    if actor is None or question.unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    if chat.kind is ChatKind.GROUP and chat.unit_id != question.unit_id:
        raise NotAllowed("refused.not_your_unit")
    return question


async def refuse_if_recalled(session: AsyncSession, question: Question) -> None:
    """Conflict if the directive it is about was recalled; what was closed may be asked about."""
    if question.addressee_id is None:
        return
    found = await directives.addressee_with_directive(session, question.addressee_id)
    if found is not None and found[1].ending is Ending.RECALLED:
        raise await closing.refusal(session, found[1].id, found[1].ending)


async def of_reply(session: AsyncSession, *, chat_id: int, message_id: int) -> int | None:
    """The question that a message is about: one of ours, or the one that asked or answered."""
    place = await rows.at_message(session, chat_id=chat_id, message_id=message_id)
    return place.question_id if place is not None else None


# --- the office ----------------------------------------------------------------------------------


async def to_handle(session: AsyncSession, question_id: int, *, actor: Actor) -> Question:
    """A question, locked, that this person of the office may handle."""
    question = await rows.lock(session, question_id)
    if question is None:
        raise NotFound("refused.gone")
    if not actor.may(Right.REVIEW):
        raise NotAllowed("refused.not_yours")
    access.check_unit(actor, question.unit_id)
    return question


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an answer; `before` is what somebody else had answered already."""

    question: Question
    reached: Reached
    before: tuple[str, datetime] | None


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
    words = Words(chat, message_id, text)
    return (await answer_with(session, question_id, words, actor=actor, now=now)).question


async def answer_with(
    session: AsyncSession, question_id: int, words: Words, *, actor: Actor, now: datetime
) -> Answered:
    """Answer with whatever it is. What others have answered meanwhile stays: both arrive, and both
    are shown."""
    question = await to_handle(session, question_id, actor=actor)
    if words.content is ContentKind.TEXT and not words.text.strip():
        raise InvalidInput("question.empty")
    before = await answered_by(session, question)
    said = await _say(
        session, question, words, person_id=actor.person_id, from_office=True, now=now
    )
    question.state, question.closed_at = QuestionState.ANSWERED, None
    question.remind_at = None
    question.handler_id = question.handler_id or actor.person_id
    reached = await question_replies.send(session, question, said, now=now)
    events.add(
        session, "question_answered", at=now, person_id=actor.person_id,
        **await named(session, question),
    )  # fmt: skip
    await session.flush()
    await question_cards.redraw(session, question.id, now=now)
    is_another = before is not None and before[0] != actor.person_id
    name = await name_of(session, before[0]) if before is not None and is_another else ""
    return Answered(question, reached, (name, before[1]) if before and is_another else None)


async def answered_by(session: AsyncSession, question: Question) -> tuple[int, datetime] | None:
    """Who has answered what was asked last, and when; None while nobody has."""
    last = (await rows.thread(session, question.id))[-1:]
    if not last or not last[0].from_office:
        return None
    return last[0].person_id, last[0].at


async def name_of(session: AsyncSession, person_id: int) -> str:
    """What somebody is called."""
    person = await session.get(Person, person_id)
    return person.name if person else ""


async def tell(
    session: AsyncSession,
    question: Question,
    key: str,
    *,
    chat_id: int,
    reply_to: int | None,
    button: Button,
    now: datetime,
    values: Values | None = None,
) -> None:
    """Tell the unit's side something about the question; what replies to it is about it too."""
    said = replies.sentence(key, buttons=[[button]], values=values)
    await replies.queue(
        session,
        NewMessage(
            kind=MessageKind.NOTICE,
            lane=Lane.ANSWER,
            chat_id=chat_id,
            send_at=now,
            parameters={**said, "question_id": question.id},
            reply_to=reply_to,
        ),
    )


# --- both ----------------------------------------------------------------------------------------


async def edit(
    session: AsyncSession, said: QuestionMessage, text: str, *, actor: Actor, now: datetime
) -> None:
    """Somebody has changed the message by which they asked or answered; only who may still speak
    of it."""
    question = await rows.lock(session, said.question_id)
    if question is None or said.person_id != actor.person_id or said.text == text:
        return
    may_speak = (
        actor.may(Right.REVIEW) and actor.oversees(question.unit_id)
        if said.from_office
        else question.unit_id in actor.unit_ids
    )
    if not may_speak:
        return
    said.text, said.edited_at = text, now
    events.add(
        session, "question_edited", at=now, person_id=actor.person_id,
        **await named(session, question),
    )  # fmt: skip
    await session.flush()
    if said.from_office:
        await question_replies.edit(session, question, said, now=now)
    await question_cards.redraw(session, question.id, now=now)


async def named(session: AsyncSession, question: Question) -> dict[str, Any]:
    """How an event names the question, with the directive and the unit that it concerns."""
    found = None
    if question.addressee_id is not None:
        found = await directives.addressee(session, question.addressee_id)
    return {
        "object_kind": "question",
        "object_id": question.id,
        "directive_id": found.directive_id if found else None,
        "unit_id": question.unit_id,
    }

"""Queries of questions: what contacts asked, what was said of it, and which message is about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import CardKind, MessageKind, QuestionState
from bot.storage import cards
from bot.storage.tables import (
    Addressee,
    Assignment,
    Card,
    Directive,
    OutboxMessage,
    Person,
    Question,
    QuestionMessage,
    Task,
    Unit,
)

# What else in a chat is about a question besides the office's card: parameters say which.
_ABOUT_ONE = (
    MessageKind.QUESTION,
    MessageKind.QUESTION_THREAD,
    MessageKind.COPY,
    MessageKind.NOTICE,
)


async def get(session: AsyncSession, question_id: int) -> Question | None:
    """One question by id."""
    return await session.get(Question, question_id)


async def lock(session: AsyncSession, question_id: int) -> Question | None:
    """The same, locked until the transaction ends, as it is now."""
    return await session.get(Question, question_id, with_for_update=True, populate_existing=True)


async def open_one(
    session: AsyncSession,
    *,
    addressee_id: int,
    assignment_id: int | None,
    person_id: int,
    chat_id: int,
) -> Question | None:
    """What the person has asked about this in this chat and the office has not answered, locked."""
    row: Question | None = await session.scalar(
        select(Question)
        .where(
            Question.addressee_id == addressee_id,
            Question.assignment_id.is_not_distinct_from(assignment_id),
            Question.person_id == person_id,
            Question.chat_id == chat_id,
            Question.state == QuestionState.OPEN,
        )
        .order_by(Question.id.desc())
        .limit(1)
        .with_for_update()
    )
    return row


async def thread(session: AsyncSession, question_id: int) -> list[QuestionMessage]:
    """Everything that was said of it, oldest first."""
    rows = await session.scalars(
        select(QuestionMessage)
        .where(QuestionMessage.question_id == question_id)
        .order_by(QuestionMessage.id)
    )
    return list(rows)


async def last_asked(session: AsyncSession, question_id: int) -> QuestionMessage | None:
    """What the unit's side said last."""
    row: QuestionMessage | None = await session.scalar(
        select(QuestionMessage)
        .where(QuestionMessage.question_id == question_id, QuestionMessage.from_office.is_(False))
        .order_by(QuestionMessage.id.desc())
        .limit(1)
    )
    return row


async def said(session: AsyncSession, message_id: int) -> QuestionMessage | None:
    """One thing that was said, by our id."""
    return await session.get(QuestionMessage, message_id)


async def written_at(
    session: AsyncSession, *, chat_id: int, message_id: int
) -> QuestionMessage | None:
    """What was said by this message of somebody's."""
    row: QuestionMessage | None = await session.scalar(
        select(QuestionMessage)
        .where(QuestionMessage.chat_id == chat_id, QuestionMessage.message_id == message_id)
        .order_by(QuestionMessage.id.desc())
        .limit(1)
    )
    return row


async def of_album(
    session: AsyncSession, *, chat_id: int, person_id: int, album: str
) -> QuestionMessage | None:
    """What was said by another part of the same album."""
    row: QuestionMessage | None = await session.scalar(
        select(QuestionMessage)
        .where(
            QuestionMessage.chat_id == chat_id,
            QuestionMessage.person_id == person_id,
            QuestionMessage.album == album,
        )
        .order_by(QuestionMessage.id.desc())
        .limit(1)
    )
    return row


@dataclass(frozen=True, slots=True)
class Place:
    """Which question a message in a chat is about, and whether it stands there for the office."""

    question_id: int
    for_office: bool


async def at_message(session: AsyncSession, *, chat_id: int, message_id: int) -> Place | None:
    """What a message of ours, or the message that asked or answered, is about."""
    own = await written_at(session, chat_id=chat_id, message_id=message_id)
    if own is not None:
        return Place(own.question_id, own.from_office)
    rows = await session.execute(
        select(OutboxMessage.parameters, Card.subject_id)
        .outerjoin(Card, (Card.id == OutboxMessage.card_id) & (Card.kind == CardKind.QUESTION))
        .where(
            OutboxMessage.chat_id == chat_id,
            or_(OutboxMessage.message_id == message_id, OutboxMessage.edits == message_id),
            or_(OutboxMessage.kind.in_(_ABOUT_ONE), Card.id.is_not(None)),
        )
        .order_by(OutboxMessage.id.desc())
    )
    for parameters, subject_id in rows:
        if subject_id is not None:
            return Place(subject_id, True)
        if "question_id" in parameters:
            return Place(int(parameters["question_id"]), bool(parameters.get("for_office")))
    card = await cards.at_message(session, chat_id=chat_id, message_id=message_id)
    if card is None or card.kind is not CardKind.QUESTION:
        return None
    return Place(card.subject_id, True)  # what was sent is forgotten in time, the card stays


# --- what is shown -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class About:
    """A question with all that it is about."""

    question: Question
    unit: Unit
    person_name: str
    directive: Directive | None
    assignment: Assignment | None
    task: Task | None
    handler_name: str | None


async def about(session: AsyncSession, question_id: int) -> About | None:
    """What one question is about."""
    row = (await session.execute(_about().where(Question.id == question_id))).first()
    if row is None:
        return None
    question, unit, person_name, directive, assignment, task = row
    handler = await session.get(Person, question.handler_id) if question.handler_id else None
    handler_name = handler.name if handler else None
    return About(question, unit, person_name, directive, assignment, task, handler_name)


def _about() -> Select[Question, Unit, str, Directive | None, Assignment | None, Task | None]:
    return (
        select(Question, Unit, Person.name, Directive, Assignment, Task)
        .join(Unit, Unit.id == Question.unit_id)
        .join(Person, Person.id == Question.person_id)
        .outerjoin(Addressee, Addressee.id == Question.addressee_id)
        .outerjoin(Directive, Directive.id == Addressee.directive_id)
        .outerjoin(Assignment, Assignment.id == Question.assignment_id)
        .outerjoin(Task, Task.id == Assignment.task_id)
    )


async def named_thread(
    session: AsyncSession, question_id: int
) -> list[tuple[QuestionMessage, str]]:
    """Everything that was said of it with who said it, oldest first."""
    rows = await session.execute(
        select(QuestionMessage, Person.name)
        .join(Person, Person.id == QuestionMessage.person_id)
        .where(QuestionMessage.question_id == question_id)
        .order_by(QuestionMessage.id)
    )
    return [(message, name) for message, name in rows]


async def count_of_units(
    session: AsyncSession, unit_ids: Collection[int], *, addressee_id: int | None
) -> int:
    """How much these units have asked, about one directive or about anything."""
    number = await session.scalar(
        select(func.count(Question.id)).where(*_asked_by(unit_ids, addressee_id))
    )
    return number or 0


async def of_units(
    session: AsyncSession,
    unit_ids: Collection[int],
    *,
    addressee_id: int | None,
    offset: int,
    limit: int,
) -> list[tuple[Question, str, QuestionMessage]]:
    """Some of it, newest first: the question, who asked, and with which words."""
    first = (
        select(func.min(QuestionMessage.id))
        .where(QuestionMessage.question_id == Question.id)
        .correlate(Question)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(Question, Person.name, QuestionMessage)
        .join(Person, Person.id == Question.person_id)
        .join(QuestionMessage, QuestionMessage.id == first)
        .where(*_asked_by(unit_ids, addressee_id))
        .order_by(Question.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [(question, name, message) for question, name, message in rows]


def _asked_by(
    unit_ids: Collection[int], addressee_id: int | None
) -> tuple[ColumnElement[bool], ...]:
    of_units = Question.unit_id.in_(unit_ids)
    return (
        (of_units,) if addressee_id is None else (of_units, Question.addressee_id == addressee_id)
    )


# --- what is due, what goes elsewhere ------------------------------------------------------------


async def any_due(session: AsyncSession, *, now: datetime) -> bool:
    """Whether the office may have to be reminded of one."""
    found = await session.scalar(select(Question.id).where(Question.remind_at <= now).limit(1))
    return found is not None


async def due(session: AsyncSession, *, now: datetime, limit: int) -> list[Question]:
    """Some that the office is to be reminded of, locked."""
    rows = await session.scalars(
        select(Question)
        .where(Question.remind_at <= now)
        .order_by(Question.remind_at, Question.id)
        .limit(limit)
        .with_for_update()
    )
    return list(rows)


async def is_urgent(session: AsyncSession, question: Question) -> bool:
    """Whether it is about a directive that is urgent."""
    found = await session.scalar(
        select(Directive.id)
        .join(Addressee, Addressee.directive_id == Directive.id)
        .where(Addressee.id == question.addressee_id, Directive.urgency.is_not(None))
    )
    return found is not None


async def move(session: AsyncSession, addressee_id: int, *, into_id: int) -> None:
    """What was asked as one addressee of a directive belongs to another one of it."""
    await session.execute(
        update(Question)
        .where(Question.addressee_id == addressee_id)
        .values(addressee_id=into_id)
        .execution_options(synchronize_session="fetch")
    )


async def open_of_person(session: AsyncSession, person_id: int) -> list[Question]:
    """What only this person has asked and the office has not answered, locked."""
    by_another = exists().where(
        QuestionMessage.question_id == Question.id, QuestionMessage.person_id != person_id
    )
    rows = await session.scalars(
        select(Question)
        .where(Question.person_id == person_id, Question.state == QuestionState.OPEN, ~by_another)
        .order_by(Question.id)
        .with_for_update()
    )
    return list(rows)


async def with_words_of(session: AsyncSession, person_id: int) -> list[int]:
    """The questions in which the person has said something."""
    rows = await session.scalars(
        select(QuestionMessage.question_id)
        .distinct()
        .where(QuestionMessage.person_id == person_id)
        .order_by(QuestionMessage.question_id)
    )
    return list(rows)

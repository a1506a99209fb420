"""Queries of what waits for the office, for the list of it: how much of each kind there is, and
some of it, oldest first. What each of it means is known to the modules that keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, exists, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Scope
from bot.domain.states import ContentKind, ExtensionState, QuestionState
from bot.storage import submissions, unplaced
from bot.storage.answers import IS_UNDECIDED
from bot.storage.tables import (
    Addressee,
    Answer,
    Assignment,
    Contact,
    Directive,
    Extension,
    Person,
    Question,
    QuestionMessage,
    Submission,
    Task,
    Unit,
    Unplaced,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: since when, of whom, and the first words of it. `wished_at` is the
    deadline that somebody would have, `directive` what it is about."""

    id: int
    at: datetime
    person: str
    unit: str | None
    text: str
    kind: ContentKind = ContentKind.TEXT
    directive: Directive | None = None
    position: int | None = None
    wished_at: datetime | None = None
    period: str = ""  # of the task, if it recurs


async def _count(session: AsyncSession, wanted: Select[int]) -> int:
    return await session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


# --- questions -----------------------------------------------------------------------------------


def _open_questions(scope: Scope | None) -> tuple[ColumnElement[bool], ...]:
    return Question.state == QuestionState.OPEN, _of_unit(Question.unit_id, scope)


def _of_unit(column: ColumnElement[int] | object, scope: Scope | None) -> ColumnElement[bool]:
    return true() if scope is None else column.in_(scope.unit_ids)  # type: ignore[union-attr]


async def count_questions(session: AsyncSession, scope: Scope | None) -> int:
    """Questions that the office has not answered."""
    return await _count(session, select(Question.id).where(*_open_questions(scope)))


async def questions(
    session: AsyncSession, scope: Scope | None, *, offset: int, limit: int
) -> list[Waiting]:
    """Some of them, with what was asked last."""
    last = (
        select(func.max(QuestionMessage.id))
        .where(QuestionMessage.question_id == Question.id, QuestionMessage.from_office.is_(False))
        .correlate(Question)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(Question, QuestionMessage, Person.name, Unit.name, Directive)
        .join(Unit, Unit.id == Question.unit_id)
        .join(Person, Person.id == Question.person_id)
        .outerjoin(QuestionMessage, QuestionMessage.id == last)
        .outerjoin(Addressee, Addressee.id == Question.addressee_id)
        .outerjoin(Directive, Directive.id == Addressee.directive_id)
        .where(*_open_questions(scope))
        .order_by(Question.id)
        .offset(offset)
        .limit(limit)
    )
    return [
        Waiting(
            question.id,
            said.at if said else question.asked_at,
            person,
            unit,
            said.text if said else "",
            (said.file_kind if said else None) or ContentKind.TEXT,
            directive,
        )
        for question, said, person, unit, directive in rows
    ]


# --- wishes for a later deadline -----------------------------------------------------------------


def _asked_extensions(scope: Scope | None) -> tuple[ColumnElement[bool], ...]:
    return Extension.state == ExtensionState.ASKED, _of_unit(Addressee.unit_id, scope)


async def count_extensions(session: AsyncSession, scope: Scope | None) -> int:
    """Wishes that the office has not decided."""
    wanted = (
        select(Extension.id)
        .join(Assignment, Assignment.id == Extension.assignment_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .where(*_asked_extensions(scope))
    )
    return await _count(session, wanted)


async def extensions(
    session: AsyncSession, scope: Scope | None, *, offset: int, limit: int
) -> list[Waiting]:
    """Some of them."""
    rows = await session.execute(
        select(
            Extension, Person.name, Addressee.unit_name, Directive, Task.position, Assignment.period
        )
        .join(Assignment, Assignment.id == Extension.assignment_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .join(Person, Person.id == Extension.person_id)
        .where(*_asked_extensions(scope))
        .order_by(Extension.id)
        .offset(offset)
        .limit(limit)
    )
    return [
        Waiting(
            each.id, each.asked_at, person, unit, each.reason, directive=directive,
            position=position, wished_at=each.wished_at, period=period,
        )
        for each, person, unit, directive, position, period in rows
    ]  # fmt: skip


# --- answers that it cannot be done --------------------------------------------------------------


def _undecided_answers(scope: Scope | None) -> tuple[ColumnElement[bool], ...]:
    return IS_UNDECIDED, Directive.closed_at.is_(None), _of_unit(Addressee.unit_id, scope)


async def count_answers(session: AsyncSession, scope: Scope | None) -> int:
    """Answers "cannot" about what goes on that the office has not decided."""
    wanted = (
        select(Answer.id)
        .join(Addressee, Addressee.id == Answer.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(*_undecided_answers(scope))
    )
    return await _count(session, wanted)


async def answers(
    session: AsyncSession, scope: Scope | None, *, offset: int, limit: int
) -> list[Waiting]:
    """Some of them."""
    rows = await session.execute(
        select(
            Answer, Person.name, Addressee.unit_name, Directive, Task.position, Assignment.period
        )
        .join(Addressee, Addressee.id == Answer.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .join(Person, Person.id == Answer.person_id)
        .outerjoin(Assignment, Assignment.id == Answer.assignment_id)
        .outerjoin(Task, Task.id == Assignment.task_id)
        .where(*_undecided_answers(scope))
        .order_by(Answer.id)
        .offset(offset)
        .limit(limit)
    )
    return [
        Waiting(
            each.id, each.at, person, unit, each.reason or "", directive=directive,
            position=position, period=period or "",
        )
        for each, person, unit, directive, position, period in rows
    ]  # fmt: skip


# --- what nobody could place ---------------------------------------------------------------------


def _unplaced(scope: Scope | None) -> tuple[ColumnElement[bool], ...]:
    return (*unplaced.waiting(), unplaced.within(scope))


async def count_unplaced(session: AsyncSession, scope: Scope | None) -> int:
    """Entries that the office has not decided."""
    return await _count(session, select(Unplaced.id).where(*_unplaced(scope)))


async def unplaced_messages(
    session: AsyncSession, scope: Scope | None, *, offset: int, limit: int
) -> list[Waiting]:
    """Some of them, with the words of the first message."""
    rows = await session.execute(
        select(Unplaced, Person.name, Unit.name)
        .join(Person, Person.id == Unplaced.person_id)
        .outerjoin(Unit, Unit.id == Unplaced.unit_id)
        .where(*_unplaced(scope))
        .order_by(Unplaced.id)
        .offset(offset)
        .limit(limit)
    )
    return [
        Waiting(
            each.id, each.received_at, person, unit, each.text or each.file_name, each.kind
        )
        for each, person, unit in rows
    ]  # fmt: skip


# --- what waits for its sender to choose the task ------------------------------------------------


def _unchosen(scope: Scope | None) -> tuple[ColumnElement[bool], ...]:
    if scope is None:
        return submissions.waiting()
    speaks = exists().where(
        Contact.person_id == Submission.person_id,
        Contact.ended_at.is_(None),
        Contact.unit_id.in_(scope.unit_ids),
    )
    return (*submissions.waiting(), speaks)


async def count_submissions(session: AsyncSession, scope: Scope | None) -> int:
    """Messages with evidence whose task their senders have not chosen."""
    return await _count(session, select(Submission.id).where(*_unchosen(scope)))


async def submitted_messages(
    session: AsyncSession, scope: Scope | None, *, offset: int, limit: int
) -> list[Waiting]:
    """Some of them, with the links or the words; the unit where the sender has but one."""
    only_unit = (
        select(case((func.count(Unit.id) == 1, func.min(Unit.name))))
        .join(Contact, Contact.unit_id == Unit.id)
        .where(Contact.person_id == Submission.person_id, Contact.ended_at.is_(None))
        .correlate(Submission)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(Submission, Person.name, only_unit)
        .join(Person, Person.id == Submission.person_id)
        .where(*_unchosen(scope))
        .order_by(Submission.id)
        .offset(offset)
        .limit(limit)
    )
    return [
        Waiting(
            each.id, each.received_at, person, unit,
            " ".join(each.links) or each.note or each.file_name,
        )
        for each, person, unit in rows
    ]  # fmt: skip

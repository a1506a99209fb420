"""Queries of what contacts said of a directive beyond "received": who does it instead, or that it
cannot be done; and of the work that such an answer is about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Table, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from bot.domain.states import OF_WORK_UNDONE, AnswerKind, AssignmentState, Part
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import (
    Addressee,
    Answer,
    Assignment,
    Contact,
    Directive,
    Person,
    Task,
    Unit,
)
from bot.storage.types import written_out

_SETTLED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that holds, as a unit's card shows it. `position` is its task's, None: all of it;
    `agreed` is None until the office decides."""

    addressee_id: int
    id: int
    kind: AnswerKind
    person_id: int
    by: str
    to: str | None
    position: int | None
    agreed: bool | None
    note: str | None
    assignment_id: int | None
    period: str  # of the task, if it recurs


_ANSWERS = cast(Table, Answer.__table__)
_WORK = cast(Table, Assignment.__table__)
_PERSONS = cast(Table, Person.__table__)
_TO = _PERSONS.alias("receivers")
_TASKS = cast(Table, Task.__table__)
# What an answer is about is the addressee's own: work that passed on to another unit is not.
_OWN = _WORK.alias("own")
_ABOUT = and_(
    _OWN.c.addressee_id == _ANSWERS.c.addressee_id,
    or_(_ANSWERS.c.assignment_id.is_(None), _OWN.c.id == _ANSWERS.c.assignment_id),
)
_IS_OPEN = exists().where(_ABOUT, _OWN.c.state == AssignmentState.OPEN)
_IS_DROPPED = exists().where(
    _ABOUT, _OWN.c.state == AssignmentState.NOT_APPLICABLE, _OWN.c.part != Part.WATCH
)
# What the office has still to decide, unless the work or the directive is over.
IS_UNDECIDED = and_(
    _ANSWERS.c.kind.in_([written_out(kind) for kind in OF_WORK_UNDONE]),
    _ANSWERS.c.decided_at.is_(None),
    _ANSWERS.c.taken_back_at.is_(None),
)


def is_waiting_for(
    addressee_id: InstrumentedAttribute[int], assignment_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """Whether the office has still to decide on an answer that this work, or all of the directive,
    cannot be done."""
    return exists().where(
        _ANSWERS.c.addressee_id == addressee_id,
        or_(_ANSWERS.c.assignment_id.is_(None), _ANSWERS.c.assignment_id == assignment_id),
        IS_UNDECIDED,
    )


def holds() -> ColumnElement[bool]:
    """Whether an answer still says how things are: not taken back, not overtaken by what became of
    the work."""
    cannot = or_(
        and_(_ANSWERS.c.decided_at.is_(None), _IS_OPEN),
        and_(_ANSWERS.c.agreed.is_(True), ~_IS_OPEN, _IS_DROPPED),
        and_(_ANSWERS.c.agreed.is_(False), _IS_OPEN),
    )
    return and_(
        _ANSWERS.c.taken_back_at.is_(None),
        or_(_ANSWERS.c.kind == AnswerKind.PASSED_ON, cannot),
    )


_HOLDING = (
    select(
        _ANSWERS.c.addressee_id,
        _ANSWERS.c.id,
        _ANSWERS.c.kind,
        _ANSWERS.c.person_id,
        _PERSONS.c.name,
        func.coalesce(_TO.c.name, _ANSWERS.c.to_name),
        _TASKS.c.position,
        _ANSWERS.c.agreed,
        _ANSWERS.c.decision_note,
        _ANSWERS.c.assignment_id,
        func.coalesce(_WORK.c.period, ""),
    )
    .join(_PERSONS, _PERSONS.c.id == _ANSWERS.c.person_id)
    .outerjoin(_TO, _TO.c.id == _ANSWERS.c.to_person_id)
    .outerjoin(_WORK, _WORK.c.id == _ANSWERS.c.assignment_id)
    .outerjoin(_TASKS, _TASKS.c.id == _WORK.c.task_id)
    .where(is_one_of(_ANSWERS.c.addressee_id, "ids"), holds())
    .order_by(_ANSWERS.c.id)
)


def read_holding(
    session: Session, addressee_ids: Collection[int]
) -> dict[int, tuple[Answered, ...]]:
    """The answers that hold, by addressee, in the order in which they were given."""
    found: dict[int, tuple[Answered, ...]] = {}
    for row in session.execute(_HOLDING, {"ids": numbers(addressee_ids)}):
        said = Answered(*row)
        found[said.addressee_id] = (*found.get(said.addressee_id, ()), said)
    return found


async def holding(session: AsyncSession, addressee_id: int) -> tuple[Answered, ...]:
    """Those of one addressee."""
    found = await session.run_sync(read_holding, [addressee_id])
    return found.get(addressee_id, ())


@dataclass(frozen=True, slots=True)
class Agreed:
    """Work that a unit need not do by the office's word, and why. `position` is the task's, None:
    all that was open."""

    addressee_id: int
    kind: AnswerKind
    position: int | None
    period: str
    reason: str


_AGREED = (
    select(
        _ANSWERS.c.addressee_id,
        _ANSWERS.c.kind,
        _TASKS.c.position,
        func.coalesce(_WORK.c.period, ""),
        func.coalesce(_ANSWERS.c.reason, ""),
    )
    .outerjoin(_WORK, _WORK.c.id == _ANSWERS.c.assignment_id)
    .outerjoin(_TASKS, _TASKS.c.id == _WORK.c.task_id)
    .where(
        is_one_of(_ANSWERS.c.addressee_id, "ids"),
        _ANSWERS.c.kind.in_([written_out(kind) for kind in OF_WORK_UNDONE]),
        _ANSWERS.c.agreed.is_(True),
        holds(),
    )
    .order_by(_ANSWERS.c.id)
)


async def agreed(session: AsyncSession, addressee_ids: Collection[int]) -> list[Agreed]:
    """What these addressees need not do, in the order in which they said so."""
    return [Agreed(*row) for row in await session.execute(_AGREED, {"ids": numbers(addressee_ids)})]


_CANNOT_AT_ALL = and_(
    _ANSWERS.c.kind == AnswerKind.CANNOT,
    _ANSWERS.c.assignment_id.is_(None),
    _ANSWERS.c.agreed.is_not(False),
    holds(),
)
_CANNOT = select(_ANSWERS.c.addressee_id).where(
    is_one_of(_ANSWERS.c.addressee_id, "ids"), _CANNOT_AT_ALL
)


def says_cannot() -> ColumnElement[bool]:
    """Whether an addressee is one of those that `cannot` finds."""
    return exists().where(_ANSWERS.c.addressee_id == Addressee.id, _CANNOT_AT_ALL)


def read_cannot(session: Session, addressee_ids: Collection[int]) -> set[int]:
    """Those of these addressees that said of all of it that it cannot be done, and were not told
    otherwise."""
    return set(session.scalars(_CANNOT, {"ids": numbers(addressee_ids)}))


async def cannot(session: AsyncSession, addressee_ids: Collection[int]) -> set[int]:
    """What `read_cannot` finds."""
    return await session.run_sync(read_cannot, addressee_ids)


# --- one answer ----------------------------------------------------------------------------------


async def add(session: AsyncSession, answer: Answer) -> None:
    """Keep a new answer."""
    session.add(answer)
    await session.flush()


async def get(session: AsyncSession, answer_id: int) -> Answer | None:
    """One answer by id."""
    return await session.get(Answer, answer_id)


async def lock(session: AsyncSession, answer_id: int) -> Answer | None:
    """The same, as it is now, locked: whoever decides it or takes it back comes after the first."""
    answer: Answer | None = await session.scalar(
        select(Answer)
        .where(Answer.id == answer_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return answer


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an answer is about, with whom it names."""

    answer: Answer
    addressee: Addressee
    directive: Directive
    unit: Unit
    by: Person
    to: Person | None
    decider: Person | None
    contact: Contact | None  # as what the person answered, if they still are or were
    assignment: Assignment | None  # None: all that is open
    task: Task | None


async def with_surroundings(session: AsyncSession, answer_id: int) -> Surroundings | None:
    """One answer with all that a message about it shows."""
    to, decider = aliased(Person), aliased(Person)
    row = (
        await session.execute(
            select(
                Answer, Addressee, Directive, Unit, Person, to, decider, Contact, Assignment, Task
            )
            .join(Addressee, Addressee.id == Answer.addressee_id)
            .join(Directive, Directive.id == Addressee.directive_id)
            .join(Unit, Unit.id == Addressee.unit_id)
            .join(Person, Person.id == Answer.person_id)
            .outerjoin(to, to.id == Answer.to_person_id)
            .outerjoin(decider, decider.id == Answer.decided_by)
            .outerjoin(
                Contact,
                and_(Contact.unit_id == Unit.id, Contact.person_id == Answer.person_id),
            )
            .outerjoin(Assignment, Assignment.id == Answer.assignment_id)
            .outerjoin(Task, Task.id == Assignment.task_id)
            .where(Answer.id == answer_id)
        )
    ).one_or_none()
    return Surroundings(*tuple(row)) if row is not None else None


# --- the work it is about ------------------------------------------------------------------------


async def work(
    session: AsyncSession, answer: Answer, state: AssignmentState
) -> Sequence[Assignment]:
    """The assignments that the answer is about and that are in this state, locked; none that is
    only watched or no longer asked for."""
    wanted = [
        Assignment.addressee_id == answer.addressee_id,
        Assignment.state == state,
        Assignment.part != Part.WATCH,
        Task.removed_in.is_(None),
    ]
    if answer.assignment_id is not None:
        wanted.append(Assignment.id == answer.assignment_id)
    rows = await session.scalars(
        select(Assignment)
        .join(Task, Task.id == Assignment.task_id)
        .where(*wanted)
        .order_by(Assignment.id)
        .with_for_update(of=Assignment)
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def is_open_or_dropped(session: AsyncSession, answer_id: int) -> tuple[bool, bool]:
    """Whether anything that the answer is about is still to be done, and whether anything was given
    up; for looking only."""
    asked = select(_IS_OPEN, _IS_DROPPED).select_from(_ANSWERS).where(_ANSWERS.c.id == answer_id)
    row = (await session.execute(asked)).one()
    return bool(row[0]), bool(row[1])


async def dropped_alone(session: AsyncSession, addressee_id: int) -> set[int]:
    """The assignments that the office gave up by an answer about that one only."""
    rows = await session.scalars(
        select(Answer.assignment_id).where(
            Answer.addressee_id == addressee_id,
            Answer.assignment_id.is_not(None),
            Answer.agreed.is_(True),
        )
    )
    return {each for each in rows if each is not None}


async def overtaken(session: AsyncSession) -> list[int]:
    """Some of the answers that nobody decided and that need no decision any more: the work is done
    or dropped, or the directive has ended."""
    rows = await session.scalars(
        select(_ANSWERS.c.id)
        .join(Addressee, Addressee.id == _ANSWERS.c.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(IS_UNDECIDED, or_(Directive.closed_at.is_not(None), ~_IS_OPEN))
        .order_by(_ANSWERS.c.id)
        .limit(_SETTLED_AT_ONCE)
    )
    return list(rows)

"""Queries of assignments: what units have to do, and what was submitted for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import (
    Row,
    Table,
    bindparam,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.domain.states import ArticleState, AssignmentState, Part
from bot.storage import extensions
from bot.storage.extensions import NO_STANDING
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import (
    Addressee,
    Article,
    Assignment,
    Directive,
    Task,
)

COUNTED = (ArticleState.RECORDED, ArticleState.ACCEPTED)
IS_WORK = Assignment.state != AssignmentState.CANCELLED
# Whether an addressee is asked to confirm: there is, or was, work for it.
IS_ASKED = exists().where(Assignment.addressee_id == Addressee.id, IS_WORK)


@dataclass(frozen=True, slots=True)
class TaskState:
    """One task of one addressee with what was submitted for it."""

    assignment_id: int
    addressee_id: int
    task_id: int
    position: int
    short_title: str
    text: str
    deadline_at: datetime | None
    expected: int
    state: AssignmentState
    submitted_at: datetime | None
    articles: int
    part: Part = Part.LEAD
    extended_from: datetime | None = None  # the deadline before the unit was given its own
    wished_at: datetime | None = None  # a later one that waits for the office's word
    period: str = ""  # of which it is, if its task recurs

    @property
    def is_watched(self) -> bool:
        """Nothing is asked of the unit: it only is to know."""
        return self.part is Part.WATCH


async def task_states(session: AsyncSession, *, addressee_ids: Collection[int]) -> list[TaskState]:
    """Every assignment of these addressees whose task is still asked for, by addressee, the task's
    number and the period."""
    ids = {"ids": numbers(addressee_ids)}
    articles = {row[0]: row[1] for row in await session.execute(_ARTICLES, ids)}
    rows = await session.execute(_STATES, ids)
    standing = await session.run_sync(extensions.standing, addressee_ids)
    found = []
    for row in rows:
        own = standing.get(row[0], NO_STANDING)
        part, period = row[-2:]
        kept = (articles.get(row[0], 0), part, own.extended_from, own.wished_at, period)
        found.append([*row[:-2], *kept])
    return [TaskState(*values) for values in found]


async def positions(session: AsyncSession, addressee_ids: Collection[int]) -> set[int]:
    """The numbers of all tasks that these addressees have or had."""
    rows = await session.scalars(
        select(Task.position)
        .join(Assignment, Assignment.task_id == Task.id)
        .where(Assignment.addressee_id.in_(addressee_ids))
    )
    return set(rows)


@dataclass(frozen=True, slots=True)
class Work:
    """What units have to do, as their cards need it, for thousands of them: each task once, and
    plain tuples of assignment, addressee, task, deadline, state, part, period and number of
    articles in the order of tasks and periods. `removed` are the numbers of tasks that are no
    longer asked, by addressee."""

    tasks: Mapping[int, Task]
    assignments: Sequence[tuple[int, int, int, datetime | None, AssignmentState, Part, str, int]]
    removed: Mapping[int, Sequence[int]]


def article_counts(session: Session, addressee_ids: Collection[int]) -> dict[int, int]:
    """How much of what was sent counts, by assignment, of those of these addressees that have
    any."""
    rows = session.execute(_ARTICLES, {"ids": numbers(addressee_ids)})
    return {row[0]: row[1] for row in rows}


def work(session: Session, addressee_ids: Collection[int]) -> Work:
    """The work of these addressees."""
    ids = {"ids": numbers(addressee_ids)}
    articles = article_counts(session, addressee_ids)
    found = session.execute(_ASSIGNMENTS, ids).all()
    wanted = {"ids": list({row[2] for row in found})}
    tasks = {task.id: task for task in session.scalars(_TASKS, wanted)}
    # Asked of the rows once, not for every assignment.
    positions = {task.id: task.position for task in tasks.values()}
    gone = {task.id for task in tasks.values() if task.removed_in is not None}
    assignments = [
        (
            assignment_id,
            addressee_id,
            task_id,
            deadline_at,
            state,
            part,
            period,
            articles.get(assignment_id, 0),
        )
        for assignment_id, addressee_id, task_id, deadline_at, state, part, period in found
        if task_id not in gone
    ]
    assignments.sort(key=lambda each: (positions[each[2]], each[6]))
    removed: dict[int, list[int]] = {}
    if gone:
        for _, addressee_id, task_id, *_ in found:
            if task_id in gone:
                removed.setdefault(addressee_id, []).append(positions[task_id])
    return Work(tasks, assignments, removed)


_WORK = cast(Table, Assignment.__table__)
_TASKS = select(Task).where(Task.id.in_(bindparam("ids", expanding=True)))


_LINKS = cast(Table, Article.__table__)


_ARTICLES = (
    select(_LINKS.c.assignment_id, func.count())
    .join(_WORK, _WORK.c.id == _LINKS.c.assignment_id)
    .where(
        is_one_of(_WORK.c.addressee_id, "ids"),
        _LINKS.c.state.in_(COUNTED),
    )
    .group_by(_LINKS.c.assignment_id)
)


_ASSIGNMENTS = select(
    _WORK.c.id,
    _WORK.c.addressee_id,
    _WORK.c.task_id,
    _WORK.c.deadline_at,
    _WORK.c.state,
    _WORK.c.part,
    _WORK.c.period,
).where(is_one_of(_WORK.c.addressee_id, "ids"))


_STATES = (
    select(
        _WORK.c.id,
        _WORK.c.addressee_id,
        Task.id,
        Task.position,
        Task.short_title,
        Task.text,
        _WORK.c.deadline_at,
        Task.expected_articles,
        _WORK.c.state,
        _WORK.c.submitted_at,
        _WORK.c.part,
        _WORK.c.period,
    )
    .join(Task, Task.id == _WORK.c.task_id)
    .where(is_one_of(_WORK.c.addressee_id, "ids"), Task.removed_in.is_(None))
    .order_by(_WORK.c.addressee_id, Task.position, _WORK.c.period)
)


async def assignment_for_update(
    session: AsyncSession, assignment_id: int
) -> Row[Assignment, Task, Addressee, Directive] | None:
    """One assignment, locked until the transaction ends, with its surroundings as they are then:
    whoever was waited for may have changed them, and how much is asked for."""
    await session.execute(_LOCK, {"assignment": assignment_id})
    rows = await session.execute(_WITH_SURROUNDINGS, {"assignment": assignment_id})
    return rows.one_or_none()


_LOCK = select(_WORK.c.id).where(_WORK.c.id == bindparam("assignment")).with_for_update()
_WITH_SURROUNDINGS = (
    select(Assignment, Task, Addressee, Directive)
    .join(Task, Task.id == Assignment.task_id)
    .join(Addressee, Addressee.id == Assignment.addressee_id)
    .join(Directive, Directive.id == Addressee.directive_id)
    .where(Assignment.id == bindparam("assignment"))
    .execution_options(populate_existing=True)
)


async def change_assignment_state(
    session: AsyncSession, assignment_id: int, *, state: AssignmentState, now: datetime
) -> None:
    """Move the work on; finished work is not reminded of any more."""
    values = {"state": state}
    if state is AssignmentState.SUBMITTED:
        values |= {"submitted_at": now, "next_reminder_at": None}  # type: ignore[dict-item]
    await session.execute(update(Assignment).where(Assignment.id == assignment_id).values(**values))

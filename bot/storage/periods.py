"""Queries of tasks that recur: whose next period is due, and the work of each period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.assignments import begins_as
from bot.domain.states import COMPOSING, AnswerKind, AssignmentState, Part
from bot.storage.tables import Addressee, Answer, Assignment, Draft, DraftTask, Task, Unit


async def next_due(session: AsyncSession, *, now: datetime) -> Task | None:
    """The task whose next period has been due longest."""
    task: Task | None = await session.scalar(
        select(Task)
        .where(Task.next_period_at <= now)
        .order_by(Task.next_period_at, Task.id)
        .limit(1)
    )
    return task


async def who_goes_on(session: AsyncSession, task_id: int) -> list[tuple[int, Part]]:
    """The addressees who have the task, with their parts in it: units that there still are, whose
    work of their newest period was not cancelled. Who could not do it in one period is asked again
    in the next, unless the office agreed that the whole directive is not for them."""
    excused = exists().where(
        Answer.addressee_id == Assignment.addressee_id,
        Answer.kind == AnswerKind.CANNOT,
        Answer.assignment_id.is_(None),
        Answer.agreed.is_(True),
        Answer.taken_back_at.is_(None),
    )
    newest = (
        select(Assignment.addressee_id, func.max(Assignment.period).label("period"))
        .where(Assignment.task_id == task_id)
        .group_by(Assignment.addressee_id)
        .subquery()
    )
    rows = await session.execute(
        select(Assignment.addressee_id, Assignment.part)
        .join(
            newest,
            and_(
                newest.c.addressee_id == Assignment.addressee_id,
                newest.c.period == Assignment.period,
            ),
        )
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Unit, Unit.id == Addressee.unit_id)
        .where(
            Assignment.task_id == task_id,
            Unit.retired_at.is_(None),
            Assignment.state != AssignmentState.CANCELLED,
            or_(
                Assignment.state != AssignmentState.NOT_APPLICABLE,
                Assignment.part == Part.WATCH,
                ~excused,
            ),
        )
        .order_by(Assignment.addressee_id)
    )
    return [(addressee_id, part) for addressee_id, part in rows]


async def add_work(
    session: AsyncSession,
    task: Task,
    who: Sequence[tuple[int, Part]],
    *,
    next_reminder_at: datetime | None,
) -> None:
    """Give these addressees the task for its newest period."""
    rows = []
    for addressee_id, part in who:
        state = begins_as(part)
        rows.append(
            {
                "task_id": task.id,
                "addressee_id": addressee_id,
                "period": task.period,
                "part": part,
                "state": state,
                "deadline_at": task.deadline_at,
                "next_reminder_at": next_reminder_at if state is AssignmentState.OPEN else None,
            }
        )
    if rows:
        await session.execute(insert(Assignment), rows)


async def is_there(session: AsyncSession, task_id: int, period: str) -> bool:
    """Whether anybody has, or had, work of this period."""
    row = await session.scalar(
        select(Assignment.id)
        .where(Assignment.task_id == task_id, Assignment.period == period)
        .limit(1)
    )
    return row is not None


async def rename(session: AsyncSession, task_id: int, *, old: str, new: str) -> None:
    """The work of one period is that of another."""
    await session.execute(
        update(Assignment)
        .where(Assignment.task_id == task_id, Assignment.period == old)
        .values(period=new)
        .execution_options(synchronize_session=False)
    )


async def recurring(session: AsyncSession, directive_id: int) -> Sequence[Task]:
    """The directive's tasks that recur and are still asked for."""
    rows = await session.scalars(
        select(Task)
        .where(
            Task.directive_id == directive_id, Task.every.is_not(None), Task.removed_in.is_(None)
        )
        .order_by(Task.position)
    )
    return rows.all()


async def stop(session: AsyncSession, directive_id: int) -> None:
    """No further period of the directive's tasks is opened."""
    await session.execute(
        update(Task)
        .where(Task.directive_id == directive_id, Task.next_period_at.is_not(None))
        .values(next_period_at=None)
    )


async def in_corrections(session: AsyncSession, task_id: int) -> list[tuple[Draft, DraftTask]]:
    """The task in corrections that are being composed."""
    rows = await session.execute(
        select(Draft, DraftTask)
        .join(DraftTask, DraftTask.draft_id == Draft.id)
        .where(DraftTask.task_id == task_id, Draft.state.in_(COMPOSING))
        .order_by(Draft.id)
    )
    return [(draft, draft_task) for draft, draft_task in rows]

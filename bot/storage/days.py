"""Queries of the days that staff declared working or off, and of what was planned by the calendar
before they did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.domain.states import AssignmentState
from bot.storage.tables import Addressee, Assignment, DayOverride, Directive, Task


def overrides(session: Session) -> dict[date, bool]:
    """Days that staff declared working (True) or off."""
    return dict(session.execute(_OVERRIDES).all())


_OVERRIDES = select(DayOverride.day, DayOverride.working)  # made once: it is asked all day


async def notes(session: AsyncSession) -> dict[date, str]:
    """What they declared each with."""
    rows = await session.execute(select(DayOverride.day, DayOverride.note))
    return dict(rows.all())


async def put(session: AsyncSession, day: date, *, working: bool, note: str) -> None:
    """Declare a day, in place of what it was declared before."""
    await session.merge(DayOverride(day=day, working=working, note=note))


async def forget(session: AsyncSession, day: date) -> bool:
    """Leave the day to the rule; False if it was."""
    gone = await session.scalar(
        delete(DayOverride).where(DayOverride.day == day).returning(DayOverride.day)
    )
    return gone is not None


# --- planned reminders ---------------------------------------------------------------------------


async def planned_directives(
    session: AsyncSession, *, after: int, now: datetime, limit: int
) -> list[Directive]:
    """Some directives, in the order of their ids, with reminders that are still ahead."""
    of_it = Addressee.directive_id == Directive.id
    work = exists().where(
        of_it, Assignment.addressee_id == Addressee.id, Assignment.next_reminder_at > now
    )
    rows = await session.scalars(
        select(Directive)
        .where(
            Directive.id > after,
            Directive.closed_at.is_(None),
            or_(work, exists().where(of_it, Addressee.next_reminder_at > now)),
        )
        .order_by(Directive.id)
        .limit(limit)
    )
    return list(rows)


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """Open work that is reminded of at the same moments: a task's, of one deadline, of addressees
    that were added together."""

    task: Task
    deadline_at: datetime
    added_at: datetime


async def planned_work(
    session: AsyncSession, directive_id: int, *, now: datetime
) -> list[PlannedWork]:
    """The directive's, with its next reminder ahead."""
    rows = await session.execute(
        select(Task, Assignment.deadline_at, Addressee.added_at)
        .distinct()
        .join(Assignment, Assignment.task_id == Task.id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .where(
            Task.directive_id == directive_id,
            Assignment.state == AssignmentState.OPEN,
            Assignment.next_reminder_at > now,
        )
    )
    return [
        PlannedWork(task, deadline_at, added_at)
        for task, deadline_at, added_at in rows
        if deadline_at is not None
    ]


async def plan_work(
    session: AsyncSession, work: PlannedWork, *, next_reminder_at: datetime | None, now: datetime
) -> None:
    """When to look again at it; what is due already is left to the look that is."""
    together = select(Addressee.id).where(
        Addressee.directive_id == work.task.directive_id, Addressee.added_at == work.added_at
    )
    await session.execute(
        update(Assignment)
        .where(
            Assignment.task_id == work.task.id,
            Assignment.state == AssignmentState.OPEN,
            Assignment.deadline_at == work.deadline_at,
            Assignment.addressee_id.in_(together),
            Assignment.next_reminder_at > now,
            Assignment.next_reminder_at.is_distinct_from(next_reminder_at),
        )
        .values(next_reminder_at=next_reminder_at)
        .execution_options(synchronize_session=False)
    )

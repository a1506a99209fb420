"""Queries of the reminders to come: open work and receipts that are looked at until a moment, what
was said of their steps ahead of time, and what is held. When a step comes is known to the plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    case,
    delete,
    distinct,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Scope
from bot.domain.states import AssignmentState, ReminderEnd
from bot.storage.assignments import IS_ASKED
from bot.storage.directives import within
from bot.storage.due_reminders import IS_WHERE_ASKED, OF_WORK, Due
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import (
    Addressee,
    Assignment,
    Directive,
    DirectiveVersion,
    Reminder,
    Task,
    Unit,
)

_REMINDERS = cast(Table, Reminder.__table__)


@dataclass(frozen=True, slots=True)
class Window:
    """Which reminders are asked for: until when, of whose units, of one directive or of all."""

    until: datetime
    scope: Scope | None
    directive_id: int | None = None

    def holds(self, looked_at: ColumnElement[Any] | Any) -> ColumnElement[bool]:
        """Addressees of these, with something that is looked at in time."""
        return and_(
            looked_at <= self.until,
            Directive.closed_at.is_(None),
            within(self.scope),
            true() if self.directive_id is None else Directive.id == self.directive_id,
        )


@dataclass(frozen=True, slots=True)
class Alike:
    """Open work of one task, and of one of its periods, for which the same is planned."""

    task_id: int
    period: str
    deadline_at: datetime
    next_reminder_at: datetime
    added_at: datetime


_ALIKE = (
    Assignment.task_id,
    Assignment.period,
    Assignment.deadline_at,
    Assignment.next_reminder_at,
    Addressee.added_at,
)


def _open_work(window: Window, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Assignment)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(
            window.holds(Assignment.next_reminder_at),
            Assignment.state == AssignmentState.OPEN,
            Assignment.deadline_at.is_not(None),
        )
    )


async def work(session: AsyncSession, window: Window) -> dict[Alike, int]:
    """How many units have open work that is alike."""
    rows = await session.execute(_open_work(window, *_ALIKE, func.count()).group_by(*_ALIKE))
    return {Alike(*of_work): units for *of_work, units in rows}


async def work_of_units(
    session: AsyncSession, window: Window
) -> dict[Alike, list[tuple[int, int]]]:
    """Whose open work it is that is alike: the addressees, each with the work."""
    found: dict[Alike, list[tuple[int, int]]] = {}
    rows = await session.execute(_open_work(window, *_ALIKE, Addressee.id, Assignment.id))
    for *of_work, addressee_id, assignment_id in rows:
        found.setdefault(Alike(*of_work), []).append((addressee_id, assignment_id))
    return found


@dataclass(frozen=True, slots=True)
class Mark:
    """A step that was dealt with before its time: sent, or skipped by somebody."""

    step: str
    skipped_by: int | None  # a person


_SKIPPED_BY = case((Reminder.ending == ReminderEnd.SKIPPED, Reminder.person_id))


async def marks(session: AsyncSession, window: Window) -> dict[tuple[Alike, Mark], int]:
    """Of how much of the work that is alike a step was dealt with; also of steps that are past."""
    rows = await session.execute(
        _open_work(window, *_ALIKE, Reminder.step, _SKIPPED_BY, func.count(distinct(Assignment.id)))
        .join(Reminder, _is_of_this_deadline())
        .group_by(*_ALIKE, Reminder.step, _SKIPPED_BY)
    )
    return {
        (Alike(*of_work), Mark(step, skipped_by)): units
        for *of_work, step, skipped_by, units in rows
    }


def _is_of_this_deadline() -> ColumnElement[bool]:
    return and_(
        Reminder.assignment_id == Assignment.id, Reminder.deadline_at == Assignment.deadline_at
    )


async def assignments(
    session: AsyncSession, window: Window, *, lock: bool
) -> list[tuple[Due, Task]]:
    """The open work itself, locked if something is to be said of it."""
    statement = (
        _open_work(window, *OF_WORK, Task)
        .join(Task, Task.id == Assignment.task_id)
        .join(Unit, Unit.id == Addressee.unit_id)
        .order_by(Addressee.id, Assignment.id)
    )
    if lock:
        statement = statement.with_for_update(of=Assignment)
    return [(Due.of_work(row), row.Task) for row in await session.execute(statement)]


async def receipts(session: AsyncSession, window: Window, *, lock: bool = False) -> list[Due]:
    """Addressees of which something is asked and who are looked at for their receipt; whether it
    was given is not asked here."""
    statement = (
        select(Addressee, Directive, Unit.reminds_group, DirectiveVersion.at)
        .join(Directive, Directive.id == Addressee.directive_id)
        .join(Unit, Unit.id == Addressee.unit_id)
        .outerjoin(DirectiveVersion, IS_WHERE_ASKED)
        .where(
            window.holds(Addressee.next_reminder_at),
            Addressee.acknowledge_due_at.is_not(None),
            IS_ASKED,
        )
        .order_by(Addressee.id)
    )
    if lock:
        statement = statement.with_for_update(of=Addressee)
    return [
        Due.of_receipt(addressee, directive, reminds_group=reminds_group, again=again)
        for addressee, directive, reminds_group, again in await session.execute(statement)
    ]


@dataclass(frozen=True, slots=True)
class Dealt:
    """The same of one piece of work, or one addressee's receipt, by the row that says so."""

    reminder_id: int
    skipped_by: int | None


Step = tuple[int, datetime, str]  # of which work or addressee, for which deadline, which step


async def of_work(session: AsyncSession, assignment_ids: Iterable[int]) -> dict[Step, Dealt]:
    """What was dealt with of this work."""
    return await _dealt_with(session, _REMINDERS.c.assignment_id, assignment_ids)


async def of_receipts(session: AsyncSession, addressee_ids: Iterable[int]) -> dict[Step, Dealt]:
    """What was dealt with of these addressees' receipts."""
    return await _dealt_with(session, _REMINDERS.c.addressee_id, addressee_ids)


async def _dealt_with(
    session: AsyncSession, about: ColumnElement[Any], ids: Iterable[int]
) -> dict[Step, Dealt]:
    rows = await session.execute(
        select(about, Reminder.deadline_at, Reminder.step, Reminder.id, _SKIPPED_BY)
        .where(is_one_of(about, "ids"))
        .order_by(Reminder.id.desc()),
        {"ids": numbers(ids)},
    )
    return {(of, deadline, step): Dealt(*row) for of, deadline, step, *row in rows}


async def forget(session: AsyncSession, reminder_ids: Collection[int]) -> None:
    """Let steps that somebody skipped come after all."""
    await session.execute(
        delete(Reminder)
        .where(Reminder.id.in_(reminder_ids), Reminder.ending == ReminderEnd.SKIPPED)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True)
class Held:
    """Steps of one task, or of the receipt (None), that wait until a moment for so many units;
    `is_put_off` by people of the units, else since their day was full."""

    until: datetime
    directive_id: int
    task_id: int | None
    period: str | None  # of the task, "" if it does not recur; None with it
    is_put_off: bool
    units: int


async def held(session: AsyncSession, window: Window, *, now: datetime) -> list[Held]:
    """What was to be sent before and waits. What waits no longer is being put into messages."""
    is_put_off = Reminder.person_id.is_not(None)
    work = (Assignment.task_id, Assignment.period)
    keys = (Reminder.hold_until, Directive.id, *work, is_put_off)
    rows = await session.execute(
        select(*keys, func.count(distinct(Addressee.id)))
        .select_from(Reminder)
        .outerjoin(Assignment, Assignment.id == Reminder.assignment_id)
        .join(
            Addressee,
            Addressee.id == func.coalesce(Assignment.addressee_id, Reminder.addressee_id),
        )
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(
            window.holds(Reminder.hold_until),
            Reminder.hold_until > now,
            Reminder.outbox_message_id.is_(None),
            Reminder.ending.is_(None),
            or_(Assignment.id.is_(None), Assignment.state == AssignmentState.OPEN),
            or_(Assignment.id.is_(None), Assignment.deadline_at == Reminder.deadline_at),
        )
        .group_by(*keys)
    )
    return [
        Held(until, directive_id, task_id, period, is_put_off, units)
        for until, directive_id, task_id, period, is_put_off, units in rows
        if until is not None
    ]


async def tasks(session: AsyncSession, ids: Collection[int]) -> dict[int, tuple[Task, Directive]]:
    """These tasks with their directives."""
    rows = await session.execute(
        select(Task, Directive)
        .join(Directive, Directive.id == Task.directive_id)
        .where(is_one_of(cast(Table, Task.__table__).c.id, "ids")),
        {"ids": numbers(ids)},
    )
    return {task.id: (task, directive) for task, directive in rows}


async def directives(session: AsyncSession, ids: Collection[int]) -> dict[int, Directive]:
    """These directives."""
    rows = await session.scalars(
        select(Directive).where(is_one_of(cast(Table, Directive.__table__).c.id, "ids")),
        {"ids": numbers(ids)},
    )
    return {directive.id: directive for directive in rows}

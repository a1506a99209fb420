"""Queries of what a reminder message still speaks of when it is sent, and of what became of such
messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Row, Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.domain.article_review import Returned
from bot.domain.rights import Scope
from bot.domain.states import AssignmentState, OutboxState
from bot.storage import answers, returned_work, standings
from bot.storage.assignments import article_counts
from bot.storage.directives import within
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.standings import UnitReceipt
from bot.storage.succession import has_open_work
from bot.storage.tables import (
    Addressee,
    Assignment,
    Directive,
    OutboxMessage,
    Reminder,
    Task,
    Unit,
)


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One task that a reminder message speaks of."""

    assignment_id: int
    addressee: Addressee
    directive: Directive
    unit: Unit
    task_position: int
    short_title: str
    period: str
    step: str
    deadline_at: datetime
    articles: int = 0  # that were sent and count, where something was returned
    expected: int = 1
    returned: Returned | None = None


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One receipt that it asks for, unless it was given meanwhile."""

    addressee: Addressee
    directive: Directive
    unit: Unit
    step: str
    deadline_at: datetime


def _overtaken(about: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    """A later step of the same has a message for the same chat."""
    later = aliased(Reminder)
    return (
        select(later.id)
        .where(
            getattr(later, about.key) == about,
            later.chat_id == Reminder.chat_id,
            later.deadline_at == Reminder.deadline_at,
            later.id > Reminder.id,
            later.outbox_message_id.is_not(None),
        )
        .exists()
    )


@dataclass(slots=True)
class Lines:
    """What one reminder message still speaks of, each in the order of time."""

    work: list[WorkLine] = field(default_factory=list)
    receipts: list[tuple[ReceiptLine, UnitReceipt]] = field(default_factory=list)


async def held_work(session: AsyncSession, message_ids: Collection[int]) -> set[int]:
    """Hold the work that these messages speak of as it is until the transaction ends, but what
    somebody is changing at this moment; what is held. Ask `of_messages` after it."""
    rows = await session.scalars(_HOLD_WORK, {"ids": numbers(message_ids)})
    return set(rows)


async def of_messages(session: AsyncSession, message_ids: Collection[int]) -> dict[int, Lines]:
    """What these messages still speak of: work that is open, whose deadline has not moved, and
    which the unit did not say it cannot do; receipts whose time has not moved, with how far the
    unit is. Nothing that a later step has overtaken, or of what is closed; of a unit that is no
    more while its people finish what is open, as they were asked to."""
    found = {message_id: Lines() for message_id in message_ids}
    ids = {"ids": numbers(message_ids)}
    work = (await session.execute(_WORK, ids)).all()
    addressee_ids = {addressee.id for _, _, _, _, addressee, _, _ in work}
    returned = await session.run_sync(returned_work.read, addressee_ids) if work else {}
    articles = await session.run_sync(article_counts, addressee_ids) if returned else {}
    for reminder, assignment_id, period, task, addressee, directive, unit in work:
        line = WorkLine(
            assignment_id=assignment_id,
            addressee=addressee,
            directive=directive,
            unit=unit,
            task_position=task.position,
            short_title=task.short_title,
            period=period,
            step=reminder.step,
            deadline_at=reminder.deadline_at,
            articles=articles.get(assignment_id, 0),
            expected=task.expected_articles,
            returned=returned.get(assignment_id),
        )
        found[_carrier(reminder)].work.append(line)
    receipts = (await session.execute(_RECEIPTS, ids)).all()
    units = await _judged(session, receipts)
    for reminder, addressee, directive, unit in receipts:
        receipt = ReceiptLine(addressee, directive, unit, reminder.step, reminder.deadline_at)
        found[_carrier(reminder)].receipts.append((receipt, units[addressee.id]))
    return found


def _carrier(reminder: Reminder) -> int:
    assert reminder.outbox_message_id is not None  # noqa: S101 - it was asked for
    return reminder.outbox_message_id


async def _judged(
    session: AsyncSession, receipts: Sequence[Row[Reminder, Addressee, Directive, Unit]]
) -> dict[int, UnitReceipt]:
    addressees = {addressee.id: addressee for _, addressee, _, _ in receipts}
    rules = {directive.id: directive.acknowledge_by for _, _, directive, _ in receipts}
    judged = await standings.judged_by(session, list(addressees.values()), rules)
    return {each.addressee.id: each for each in judged}


_REMINDERS = cast(Table, Reminder.__table__)
# Made once, like `_RECEIPTS`: making them costs more than the database needs for some messages.
_WORK = (
    select(Reminder, Assignment.id, Assignment.period, Task, Addressee, Directive, Unit)
    .join(Assignment, Assignment.id == Reminder.assignment_id)
    .join(Task, Task.id == Assignment.task_id)
    .join(Addressee, Addressee.id == Assignment.addressee_id)
    .join(Directive, Directive.id == Addressee.directive_id)
    .join(Unit, Unit.id == Addressee.unit_id)
    .where(
        is_one_of(_REMINDERS.c.outbox_message_id, "ids"),
        Assignment.state == AssignmentState.OPEN,
        Assignment.deadline_at == Reminder.deadline_at,
        Directive.closed_at.is_(None),
        ~answers.is_waiting_for(Assignment.addressee_id, Assignment.id),
        ~_overtaken(Reminder.assignment_id),
    )
    .order_by(Reminder.deadline_at, Directive.id, Addressee.id, Task.position, Assignment.period)
)


_HOLD_WORK = (
    select(Assignment.id)
    .join(Reminder, Reminder.assignment_id == Assignment.id)
    .where(is_one_of(_REMINDERS.c.outbox_message_id, "ids"))
    .with_for_update(read=True, skip_locked=True, of=Assignment)
)
_RECEIPTS = (
    select(Reminder, Addressee, Directive, Unit)
    .join(Addressee, Addressee.id == Reminder.addressee_id)
    .join(Directive, Directive.id == Addressee.directive_id)
    .join(Unit, Unit.id == Addressee.unit_id)
    .where(
        is_one_of(_REMINDERS.c.outbox_message_id, "ids"),
        Addressee.acknowledge_due_at == Reminder.deadline_at,
        Directive.closed_at.is_(None),
        or_(Unit.retired_at.is_(None), has_open_work(Unit.id)),
        ~_overtaken(Reminder.addressee_id),
    )
    .order_by(Reminder.deadline_at, Directive.id, Addressee.id)
)


@dataclass(frozen=True, slots=True)
class NotReminded:
    """Reminder messages that may not, or surely did not, arrive; neither is repeated."""

    uncertain: int
    failed: int


async def not_reminded(
    session: AsyncSession, *, directive_id: int, scope: Scope | None = None
) -> NotReminded:
    """Count a directive's reminder messages, of work and of receipts, whose sending did not end
    well, about all its units or those within somebody's limits."""
    rows = await session.execute(
        select(OutboxMessage.state, func.count(OutboxMessage.id.distinct()))
        .join(Reminder, Reminder.outbox_message_id == OutboxMessage.id)
        .outerjoin(Assignment, Assignment.id == Reminder.assignment_id)
        .join(
            Addressee,
            or_(Addressee.id == Assignment.addressee_id, Addressee.id == Reminder.addressee_id),
        )
        .where(
            Addressee.directive_id == directive_id,
            within(scope),
            OutboxMessage.state.in_((OutboxState.UNCERTAIN, OutboxState.FAILED)),
        )
        .group_by(OutboxMessage.state)
    )
    found = dict(rows.all())
    return NotReminded(
        uncertain=found.get(OutboxState.UNCERTAIN, 0), failed=found.get(OutboxState.FAILED, 0)
    )


async def addressee_at(session: AsyncSession, *, chat_id: int, message_id: int) -> int | None:
    """Whose work or receipt a reminder message speaks of, if it speaks of one addressee's only."""
    rows = await session.scalars(
        select(func.coalesce(Reminder.addressee_id, Assignment.addressee_id))
        .distinct()
        .select_from(Reminder)
        .outerjoin(Assignment, Assignment.id == Reminder.assignment_id)
        .join(OutboxMessage, OutboxMessage.id == Reminder.outbox_message_id)
        .where(OutboxMessage.chat_id == chat_id, OutboxMessage.message_id == message_id)
        .limit(2)
    )
    found = list(rows)
    return found[0] if len(found) == 1 else None

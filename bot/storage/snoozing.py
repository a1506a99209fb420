"""Queries of reminders that their recipients have put off: what a message still speaks of, until
when something waits, and how many units wait. Putting off adds rows; sending them is not here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain.rights import Scope
from bot.domain.states import AssignmentState, MessageKind
from bot.storage import standings
from bot.storage.directives import within
from bot.storage.insert import insert_each_new
from bot.storage.tables import Addressee, Assignment, Directive, OutboxMessage, Reminder

Work = tuple[int | None, int | None]
"""An assignment's id, or the addressee's whose receipt it is."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """A piece of work that a message reminded of and that is still open."""

    assignment_id: int | None
    addressee: Addressee
    deadline_at: datetime
    times: int  # it has been put off

    @property
    def work(self) -> Work:
        """By what its rows are known."""
        if self.assignment_id is None:
            return None, self.addressee.id
        return self.assignment_id, None


async def message(session: AsyncSession, message_id: int) -> OutboxMessage | None:
    """A message that reminds, locked: who presses twice comes one after the other."""
    found: OutboxMessage | None = await session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.kind == MessageKind.REMINDER)
        .with_for_update()
    )
    return found


async def reminded(session: AsyncSession, message_id: int) -> list[Reminded]:
    """What the message reminded of that is open, with the same deadline, and that nothing came
    after in its chat, be it a later step or the same put off."""
    again = aliased(Reminder)
    times = select(func.count(again.id)).where(_same(again), _is_put_off(again)).scalar_subquery()
    later = aliased(Reminder)
    rows = await session.execute(
        select(Reminder, Addressee, Directive, times)
        .outerjoin(Assignment, Assignment.id == Reminder.assignment_id)
        .join(
            Addressee,
            Addressee.id == func.coalesce(Reminder.addressee_id, Assignment.addressee_id),
        )
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(
            Reminder.outbox_message_id == message_id,
            Directive.closed_at.is_(None),
            or_(_work_is_open, _receipt_is_open),
            ~select(later.id).where(_same(later), later.id > Reminder.id).exists(),
        )
        .order_by(Reminder.id)
    )
    found = rows.all()
    asked = [addressee for reminder, addressee, *_ in found if reminder.addressee_id is not None]
    rules = {directive.id: directive.acknowledge_by for _, _, directive, _ in found}
    receipts = await standings.of(session, asked, rules)
    return [
        Reminded(reminder.assignment_id, addressee, reminder.deadline_at, count)
        for reminder, addressee, _, count in found
        if reminder.addressee_id is None or not receipts[addressee.id].is_complete
    ]


_work_is_open = and_(
    Assignment.state == AssignmentState.OPEN, Assignment.deadline_at == Reminder.deadline_at
)
_receipt_is_open = and_(
    Reminder.assignment_id.is_(None), Addressee.acknowledge_due_at == Reminder.deadline_at
)


def _same(other: type[Reminder]) -> ColumnElement[bool]:
    """Of the same work, deadline and chat."""
    return and_(
        other.chat_id == Reminder.chat_id,
        other.deadline_at == Reminder.deadline_at,
        or_(
            other.assignment_id == Reminder.assignment_id,
            other.addressee_id == Reminder.addressee_id,
        ),
    )


async def add(
    session: AsyncSession,
    works: Sequence[tuple[Reminded, str]],
    *,
    chat_id: int,
    person_id: int,
    until: datetime,
    now: datetime,
) -> None:
    """Let these wait, each as the step that is named; what waits goes when its time comes."""
    await insert_each_new(
        session,
        Reminder,
        [
            {
                "assignment_id": each.work[0],
                "addressee_id": each.work[1],
                "chat_id": chat_id,
                "step": step,
                "deadline_at": each.deadline_at,
                "queued_at": now,
                "hold_until": until,
                "person_id": person_id,
            }
            for each, step in works
        ],
    )


async def put_off_until(
    session: AsyncSession, chat_ids: Collection[int], *, now: datetime
) -> dict[tuple[int, Work], datetime]:
    """Until when each of these chats has put off which work, as far as that is ahead."""
    rows = await session.execute(
        select(Reminder.chat_id, Reminder.assignment_id, Reminder.addressee_id, Reminder.hold_until)
        .where(_waits(now), Reminder.chat_id.in_(chat_ids))
        .order_by(Reminder.hold_until)
    )
    return {
        (chat_id, (assignment_id, addressee_id)): until
        for chat_id, assignment_id, addressee_id, until in rows
        if chat_id is not None and until is not None
    }


async def count_units(
    session: AsyncSession, *, directive_id: int, now: datetime, scope: Scope | None = None
) -> int:
    """How many of a directive's units, within somebody's limits, have put reminders off now."""
    found = await session.scalar(
        select(func.count(Addressee.id.distinct()))
        .select_from(Reminder)
        .outerjoin(Assignment, Assignment.id == Reminder.assignment_id)
        .join(
            Addressee,
            Addressee.id == func.coalesce(Reminder.addressee_id, Assignment.addressee_id),
        )
        .where(_waits(now), Addressee.directive_id == directive_id, within(scope))
    )
    return found or 0


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(Reminder.hold_until > now, _is_put_off(Reminder))


def _is_put_off(reminder: type[Reminder]) -> ColumnElement[bool]:
    """Its recipient did it, not staff who ended it."""
    return and_(reminder.person_id.is_not(None), reminder.ending.is_(None))

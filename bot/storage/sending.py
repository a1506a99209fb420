"""Queries of a directive's sending under control: held, given up, begun early, tried again.

Only first cards are meant, and only those that are not on their way to Telegram at this moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Scope
from bot.domain.states import (
    AssignmentState,
    CardKind,
    MessageKind,
    OutboxState,
    Part,
    Sending,
)
from bot.storage.directives import seen_within, within
from bot.storage.tables import (
    Addressee,
    Assignment,
    Card,
    Chat,
    Directive,
    OutboxMessage,
    Task,
)

_ONE_WRITER = text("LOCK TABLE outbox_messages IN SHARE ROW EXCLUSIVE MODE")
# It has left, or is leaving: the chat may have it.
_MAY_HAVE_ARRIVED = (OutboxState.IN_FLIGHT, OutboxState.ACCEPTED, OutboxState.UNCERTAIN)


async def lock(session: AsyncSession, directive_id: int) -> Directive | None:
    """The directive as it stands now, locked until the transaction ends: whoever controls its
    sending does so after whoever was first.

    The outbox has one writer that long: nothing is claimed, marked or put back between our look at
    a card and our commit.
    """
    await be_the_one_writer(session)
    directive: Directive | None = await session.scalar(
        select(Directive)
        .where(Directive.id == directive_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return directive


async def be_the_one_writer(session: AsyncSession) -> None:
    """Let nobody else write to the outbox until the transaction ends, as it always is on SQLite."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(_ONE_WRITER)


async def count(session: AsyncSession, directive_id: int, *states: OutboxState) -> int:
    """How many of the directive's first cards are in these states."""
    number = await session.scalar(
        select(func.count()).where(*_first_cards(directive_id, states=states))
    )
    return number or 0


async def put_back(session: AsyncSession, directive_id: int) -> None:
    """What is claimed waits again: it is not sent, whoever has it in hand."""
    await _change(session, directive_id, (OutboxState.CLAIMED,), {"state": OutboxState.WAITING})


async def withdraw(session: AsyncSession, directive_id: int, *, now: datetime) -> int:
    """Give up what has not left; how many chats. What may have arrived at an earlier try is not
    called withdrawn: nobody knows."""
    tried = OutboxMessage.uncertain_attempts > 0
    return await _change(
        session,
        directive_id,
        (OutboxState.WAITING, OutboxState.CLAIMED),
        {
            "state": case((tried, OutboxState.UNCERTAIN), else_=OutboxState.WITHDRAWN),
            "reason": "cancelled",
            "finished_at": now,
        },
    )


async def cancel_unreached(session: AsyncSession, directive_id: int) -> int:
    """Cancel the open work of units none of whose chats may have the directive; how much."""
    may_have_it = (
        select(Card.id)
        .join(OutboxMessage, OutboxMessage.card_id == Card.id)
        .where(
            Card.kind == CardKind.DIRECTIVE,
            Card.subject_id == Assignment.addressee_id,
            OutboxMessage.kind == MessageKind.DIRECTIVE,
            or_(
                OutboxMessage.state.in_(_MAY_HAVE_ARRIVED),
                OutboxMessage.uncertain_attempts > 0,
                OutboxMessage.seen_message_id.is_not(None),
                Card.message_id.is_not(None),
            ),
        )
        .exists()
    )
    cancelled = await session.scalars(
        update(Assignment)
        .where(
            Assignment.task_id.in_(select(Task.id).where(Task.directive_id == directive_id)),
            _IS_PENDING,
            ~may_have_it,
        )
        .values(state=AssignmentState.CANCELLED, next_reminder_at=None)
        .returning(Assignment.id)
        .execution_options(synchronize_session=False)
    )
    return len(cancelled.all())


# What is asked of a unit, or told it: also of what it only watches it has heard nothing.
_IS_PENDING = or_(
    Assignment.state == AssignmentState.OPEN,
    (Assignment.part == Part.WATCH) & (Assignment.state == AssignmentState.NOT_APPLICABLE),
)


async def with_work(session: AsyncSession, addressee_ids: Collection[int]) -> set[int]:
    """Those of these addressees who still have work that was not cancelled."""
    rows = await session.scalars(
        select(Assignment.addressee_id)
        .distinct()
        .where(
            Assignment.addressee_id.in_(addressee_ids),
            Assignment.state != AssignmentState.CANCELLED,
        )
    )
    return set(rows)


async def has_work(session: AsyncSession, directive_id: int) -> bool:
    """Whether any work of the directive was not cancelled."""
    row = await session.scalar(
        select(Assignment.id)
        .join(Task, Task.id == Assignment.task_id)
        .where(Task.directive_id == directive_id, Assignment.state != AssignmentState.CANCELLED)
        .limit(1)
    )
    return row is not None


async def bring_forward(session: AsyncSession, directive_id: int, *, now: datetime) -> None:
    """Let what waits for the appointed moment go now."""
    await _change(
        session, directive_id, (OutboxState.WAITING,), {"send_at": now},
        OutboxMessage.send_at > now,
    )  # fmt: skip


async def open_deadlines_of(
    session: AsyncSession, directive_id: int
) -> list[tuple[Task, datetime]]:
    """The distinct deadlines of each task's open work."""
    rows = await session.execute(
        select(Task, Assignment.deadline_at)
        .distinct()
        .join(Task, Task.id == Assignment.task_id)
        .where(
            Task.directive_id == directive_id,
            Assignment.state == AssignmentState.OPEN,
            Assignment.deadline_at.is_not(None),
        )
    )
    return [(task, deadline) for task, deadline in rows if deadline is not None]


async def plan_reminders(
    session: AsyncSession,
    task_id: int,
    *,
    deadline_at: datetime,
    next_reminder_at: datetime | None,
) -> None:
    """When to look again at the task's open work of this deadline."""
    await session.execute(
        update(Assignment)
        .where(
            Assignment.task_id == task_id,
            Assignment.state == AssignmentState.OPEN,
            Assignment.deadline_at == deadline_at,
        )
        .values(next_reminder_at=next_reminder_at)
        .execution_options(synchronize_session=False)
    )


async def failures(session: AsyncSession, directive_id: int) -> dict[str, int]:
    """How many chats the directive surely did not reach, by the reason's code."""
    rows = await session.execute(
        select(OutboxMessage.reason, func.count())
        .where(*_first_cards(directive_id, states=(OutboxState.FAILED,)))
        .group_by(OutboxMessage.reason)
    )
    return {reason or "": number for reason, number in rows}


@dataclass(frozen=True, slots=True)
class Reasons:
    """Some codes, or with `excluded` all but these."""

    codes: tuple[str, ...]
    excluded: bool = False

    def match(self) -> ColumnElement[bool]:
        """Messages that failed for one of these."""
        found = func.coalesce(OutboxMessage.reason, "").in_(self.codes)
        return ~found if self.excluded else found


async def revive_failed(
    session: AsyncSession, directive_id: int, *, reasons: Reasons, send_at: datetime
) -> int:
    """Let what failed for these reasons wait again, and take its chats for reachable; how many."""
    chats = (
        select(OutboxMessage.chat_id)
        .where(*_first_cards(directive_id, states=(OutboxState.FAILED,)), reasons.match())
        .scalar_subquery()
    )
    await session.execute(
        update(Chat)
        .where(Chat.id.in_(chats), Chat.unreachable_reason.is_not(None))
        .values(unreachable_reason=None, unreachable_at=None)
        .execution_options(synchronize_session=False)
    )
    return await _revive(session, directive_id, OutboxState.FAILED, send_at, reasons.match())


async def revive_uncertain(session: AsyncSession, directive_id: int, *, send_at: datetime) -> int:
    """Let what may not have arrived wait again; its unclear tries are kept, so that the card says
    that it may come twice. How many."""
    return await _revive(session, directive_id, OutboxState.UNCERTAIN, send_at)


async def _revive(
    session: AsyncSession,
    directive_id: int,
    state: OutboxState,
    send_at: datetime,
    *conditions: ColumnElement[bool],
) -> int:
    values = {
        "state": OutboxState.WAITING,
        "send_at": send_at,
        "attempts": OutboxMessage.uncertain_attempts,  # a try that was refused reached nobody
        "reason": None,
        "finished_at": None,
    }
    return await _change(session, directive_id, (state,), values, *conditions)


async def _change(
    session: AsyncSession,
    directive_id: int,
    states: Collection[OutboxState],
    values: Mapping[str, Any],
    *conditions: ColumnElement[bool],
) -> int:
    """Change first cards in these states; how many."""
    changed = await session.execute(
        update(OutboxMessage)
        .where(*_first_cards(directive_id, states=states), *conditions)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


def _first_cards(
    directive_id: int, *, states: Collection[OutboxState]
) -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxMessage.directive_id == directive_id,
        OutboxMessage.kind == MessageKind.DIRECTIVE,
        OutboxMessage.state.in_(states),
    )


# --- what is appointed ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Appointed:
    """A directive whose sending has not begun; `units` are those within the limits of who asks, and
    `is_whole` says that there are no others."""

    directive: Directive
    send_at: datetime
    units: int
    is_whole: bool


async def count_appointed(session: AsyncSession, *, now: datetime, scope: Scope | None) -> int:
    """How many directives there are whose sending will begin later."""
    number = await session.scalar(
        select(func.count()).select_from(Directive).where(*_is_ahead(now), seen_within(scope))
    )
    return number or 0


async def appointed(
    session: AsyncSession, *, now: datetime, scope: Scope | None, offset: int, limit: int
) -> list[Appointed]:
    """Some of these directives, the nearest first."""
    of_directive = (
        select(func.count()).where(Addressee.directive_id == Directive.id).correlate(Directive)
    )
    rows = await session.execute(
        select(
            Directive,
            of_directive.where(within(scope)).scalar_subquery(),
            of_directive.scalar_subquery(),
        )
        .where(*_is_ahead(now), seen_within(scope))
        .order_by(Directive.send_at, Directive.id)
        .offset(offset)
        .limit(limit)
    )
    return [
        Appointed(directive, directive.send_at, units, units == all_units)
        for directive, units, all_units in rows
        if directive.send_at is not None
    ]


def _is_ahead(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Directive.send_at > now,
        Directive.sending != Sending.CANCELLED,
        Directive.closed_at.is_(None),
    )

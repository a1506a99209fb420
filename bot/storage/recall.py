"""Queries of a recall: what a directive has left in chats, what still waits, how far erasing is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import AssignmentState, CardKind, MessageKind, OutboxState
from bot.storage.outbox import TO_COME, UNSENT
from bot.storage.tables import (
    Acknowledgement,
    Addressee,
    Assignment,
    Attachment,
    Card,
    Directive,
    OutboxMessage,
    Reminder,
    Task,
)

_MAY_BE_THERE = (OutboxState.ACCEPTED, OutboxState.IN_FLIGHT)
# Of these the parameters name the directive.
_NAMING_IT = (
    MessageKind.FULL_TEXT,
    MessageKind.CORRECTION,
    MessageKind.ADDITION,
    MessageKind.RECEIPT_SLIP,
    MessageKind.CHASE,
    MessageKind.NUDGE,  # of this directive alone
)


@dataclass(frozen=True, slots=True)
class Left:
    """A message that a directive has left in a chat, or may just be leaving there."""

    outbox_message_id: int
    chat_id: int


def _chats(directive_id: int) -> ColumnElement[bool]:
    """Messages in chats that have a card of the directive: looked at by an index."""
    chats = (
        select(Card.chat_id)
        .join(Addressee, Addressee.id == Card.subject_id)
        .where(Card.kind == CardKind.DIRECTIVE, Addressee.directive_id == directive_id)
    )
    return OutboxMessage.chat_id.in_(chats)


def _names(directive_id: int) -> ColumnElement[bool]:
    files = (
        select(Attachment.id)
        .join(Directive, Directive.draft_id == Attachment.draft_id)
        .where(Directive.id == directive_id)
    )
    return and_(
        _chats(directive_id),
        or_(
            and_(
                OutboxMessage.kind.in_(_NAMING_IT),
                OutboxMessage.parameters["directive_id"].as_integer() == directive_id,
            ),
            and_(
                OutboxMessage.kind == MessageKind.ATTACHMENT,
                OutboxMessage.parameters["attachment_id"].as_integer().in_(files),
            ),
        ),
    )


def _is_redraw(directive_id: int) -> ColumnElement[bool]:
    cards = (
        select(Card.id)
        .join(Addressee, Addressee.id == Card.subject_id)
        .where(Card.kind == CardKind.DIRECTIVE, Addressee.directive_id == directive_id)
    )
    return and_(OutboxMessage.kind == MessageKind.REDRAW, OutboxMessage.card_id.in_(cards))


async def withdraw_rest(
    session: AsyncSession, directive_id: int, *, now: datetime, reason: str
) -> None:
    """Give up letters, notices and redraws that have not left. First cards are `sending`'s, and
    reminders are asked again before they go."""
    tried = and_(OutboxMessage.uncertain_attempts > 0, OutboxMessage.kind != MessageKind.REDRAW)
    for which in (_names(directive_id), _is_redraw(directive_id)):  # by one index each
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.state.in_(UNSENT), which)
            .values(
                state=case((tried, OutboxState.UNCERTAIN), else_=OutboxState.WITHDRAWN),
                reason=reason,
                finished_at=now,
            )
            .execution_options(synchronize_session=False)
        )


async def left_behind(session: AsyncSession, directive_id: int) -> Sequence[Left]:
    """Lists of tasks, letters, notices and reminders of this directive alone that are in chats or
    are just being sent there. Its cards are not among them."""
    of_it = (
        select(Reminder.id)
        .outerjoin(Assignment, Assignment.id == Reminder.assignment_id)
        .join(
            Addressee,
            Addressee.id == func.coalesce(Reminder.addressee_id, Assignment.addressee_id),
        )
        .where(Reminder.outbox_message_id == OutboxMessage.id)
    )
    is_reminder = and_(
        OutboxMessage.kind == MessageKind.REMINDER,
        _chats(directive_id),
        exists(of_it.where(Addressee.directive_id == directive_id)),
        ~exists(of_it.where(Addressee.directive_id != directive_id)),
    )
    is_list = and_(
        OutboxMessage.directive_id == directive_id,
        OutboxMessage.kind == MessageKind.DIRECTIVE,
        OutboxMessage.card_id.is_(None),
    )
    found: dict[int, int] = {}
    for which in (is_list, _names(directive_id), is_reminder):  # by one index each
        rows = await session.execute(
            select(OutboxMessage.id, OutboxMessage.chat_id).where(
                OutboxMessage.state.in_(_MAY_BE_THERE), which
            )
        )
        found |= dict(rows.all())
    return [Left(*each) for each in sorted(found.items())]


async def cancel_open_work(session: AsyncSession, directive_id: int) -> int:
    """Nothing is asked any more; what was done stays. How much."""
    await _forget_receipts(session, directive_id)
    cancelled = await session.scalars(
        update(Assignment)
        .where(
            Assignment.task_id.in_(select(Task.id).where(Task.directive_id == directive_id)),
            Assignment.state == AssignmentState.OPEN,
        )
        .values(state=AssignmentState.CANCELLED, next_reminder_at=None)
        .returning(Assignment.id)
        .execution_options(synchronize_session=False)
    )
    return len(cancelled.all())


async def forget_reminders(session: AsyncSession, directive_id: int) -> None:
    """Nobody is reminded while it is closed; what is open stays open."""
    await _forget_receipts(session, directive_id)
    await session.execute(
        update(Assignment)
        .where(
            Assignment.task_id.in_(select(Task.id).where(Task.directive_id == directive_id)),
            Assignment.next_reminder_at.is_not(None),
        )
        .values(next_reminder_at=None)
        .execution_options(synchronize_session=False)
    )


async def _forget_receipts(session: AsyncSession, directive_id: int) -> None:
    await session.execute(
        update(Addressee)
        .where(Addressee.directive_id == directive_id, Addressee.next_reminder_at.is_not(None))
        .values(next_reminder_at=None)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How far the erasing of a recalled directive is, in chats; `confirmed` of `units` have said
    that they deleted it."""

    deleted: int
    overwritten: int
    impossible: int
    waiting: int
    unknown: int
    confirmed: int
    units: int


async def erased(session: AsyncSession, directive: Directive) -> Erased:
    """Count it; a chat is as far as the message there that is least far."""
    overwritten = OutboxMessage.parameters["overwrite"].as_boolean()
    is_done = OutboxMessage.state == OutboxState.ACCEPTED
    rank = case(
        (OutboxMessage.state == OutboxState.FAILED, 3),
        (OutboxMessage.state.in_(TO_COME), 2),
        (and_(is_done, overwritten), 1),
        else_=0,
    )
    by_chat = (
        select(func.max(rank).label("rank"))
        .where(
            OutboxMessage.directive_id == directive.id,
            OutboxMessage.kind == MessageKind.ERASE,
            # Else there turned out to be nothing to erase.
            or_(
                OutboxMessage.state != OutboxState.WITHDRAWN,
                OutboxMessage.reason == "message_gone",
            ),
        )
        .group_by(OutboxMessage.chat_id)
        .subquery()
    )
    counted = await session.execute(select(by_chat.c.rank, func.count()).group_by(by_chat.c.rank))
    chats: dict[int, int] = dict(counted.all())
    unknown = await session.scalar(
        select(func.count(OutboxMessage.chat_id.distinct())).where(
            OutboxMessage.directive_id == directive.id,
            OutboxMessage.kind == MessageKind.DIRECTIVE,
            OutboxMessage.state == OutboxState.UNCERTAIN,
        )
    )
    confirmed = await session.scalar(
        select(func.count(Acknowledgement.addressee_id.distinct()))
        .join(Addressee, Addressee.id == Acknowledgement.addressee_id)
        .where(Addressee.directive_id == directive.id, Acknowledgement.version == directive.version)
    )
    units = await session.scalar(
        select(func.count(Card.subject_id.distinct()))
        .join(Addressee, Addressee.id == Card.subject_id)
        .join(OutboxMessage, OutboxMessage.card_id == Card.id)
        .where(
            Card.kind == CardKind.DIRECTIVE,
            Addressee.directive_id == directive.id,
            OutboxMessage.kind == MessageKind.DIRECTIVE,
            or_(
                OutboxMessage.state.in_((*_MAY_BE_THERE, OutboxState.UNCERTAIN)),
                Card.message_id.is_not(None),
            ),
        )
    )
    return Erased(
        deleted=chats.get(0, 0),
        overwritten=chats.get(1, 0),
        waiting=chats.get(2, 0),
        impossible=chats.get(3, 0),
        unknown=unknown or 0,
        confirmed=confirmed or 0,
        units=units or 0,
    )

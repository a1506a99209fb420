"""Queries of the auditor: whether what must always hold in the tables does hold; it mends nothing.

What a constraint of the database keeps anyway, such as one acknowledgement a person and version, is
not asked. A rule is one query that counts the rows breaking it and names a few of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.domain.states import CardKind, MessageKind, OutboxState, Sending, UpdateState
from bot.storage.kept import WORKER
from bot.storage.outbox import to_come, under_way
from bot.storage.tables import (
    Addressee,
    Assignment,
    Card,
    Directive,
    Lease,
    OutboxMessage,
    Reminder,
    Task,
    Update,
)
from bot.storage.types import written_out

# What is not open is looked at only while it is new: the rows of a hundred thousand recipients are
# asked in a blink, those of ten years would not be. What was written later by hand is found by a
# look at everything, as `dondoc check` takes it.
NEWEST = 100_000
_EXAMPLES = 5
_ABSURDLY_FAR = timedelta(days=400)
_PATIENCE = timedelta(minutes=15)

# What is always a new message of text; of the others an edit that changed nothing has no id.
_NEW_MESSAGES = (
    MessageKind.NOTICE,
    MessageKind.PREVIEW,
    MessageKind.REMINDER,
    MessageKind.ESCALATION,
    MessageKind.CHASE,
    MessageKind.NUDGE,
    MessageKind.CORRECTION,
)


class Rule(StrEnum):
    """What must always hold, named by what breaks it."""

    FIRST_SENDING = "first_sending"  # a directive's card without exactly one first sending
    FAR_OFF = "far_off"  # a message that waits for a time that never comes
    LEFT_BEHIND = "left_behind"  # under way in the hands of an instance that is gone
    STUCK = "stuck"  # in flight for longer than any call can last
    CANCELLED = "cancelled"  # still to be sent, though the sending was cancelled
    ENDED = "ended"  # somebody is still to be reminded of what is closed, replaced or recalled
    ENDED_RECEIPT = "ended_receipt"  # or of confirming it
    REMINDER_ASTRAY = "reminder_astray"  # a step that neither went, nor waits, nor has ended
    REMINDER_HELD = "reminder_held"  # it waits for a message that nobody makes
    UPDATE_OVERDUE = "update_overdue"  # nobody handles it
    MESSAGE_UNKNOWN = "message_unknown"  # accepted, and yet without the message's id
    ATTEMPTS = "attempts"  # more tries, or fewer, than its state allows


@dataclass(frozen=True, slots=True)
class Breach:
    """How many rows break a rule, and the ids of the first few."""

    rule: Rule
    count: int
    examples: tuple[int, ...]

    @classmethod
    def of(cls, rule: Rule, ids: Sequence[int]) -> Breach:
        """The breach of these rows."""
        return cls(rule, len(ids), tuple(ids[:_EXAMPLES]))


async def breaches(
    session: AsyncSession, *, now: datetime, newest: int | None = NEWEST
) -> list[Breach]:
    """The rules that are broken now, but STUCK, which one look cannot see; `newest` None looks at
    all rows ever written."""
    found = []
    for rule, query in _queries(now, newest).items():
        rows = (await session.execute(query)).all()
        if rows:
            found.append(Breach(rule, rows[0][1], tuple(row[0] for row in rows)))
    return found


async def in_flight_and_long_due(session: AsyncSession, *, now: datetime) -> list[tuple[int, str]]:
    """Messages in flight that were due long ago, each with the moment it was due: whoever puts one
    back sets another. For how long they have been in flight is not written anywhere."""
    rows = await session.execute(
        select(OutboxMessage.id, OutboxMessage.send_at)
        .where(
            under_way(OutboxMessage),
            OutboxMessage.state == OutboxState.IN_FLIGHT,
            OutboxMessage.send_at < now - _PATIENCE,
        )
        .order_by(OutboxMessage.id)
    )
    return [(message_id, due.isoformat()) for message_id, due in rows]


def _queries(now: datetime, newest: int | None) -> dict[Rule, Select[int, int]]:
    return {
        Rule.FIRST_SENDING: _first_sending(newest),
        Rule.FAR_OFF: _breaking(OutboxMessage.id).where(
            to_come(OutboxMessage),
            _is(OutboxState.WAITING),
            OutboxMessage.send_at > now + _ABSURDLY_FAR,
        ),
        Rule.LEFT_BEHIND: _left_behind(now),
        Rule.CANCELLED: _cancelled(now),
        Rule.ENDED: _ended(),
        Rule.ENDED_RECEIPT: _ended_receipt(),
        Rule.REMINDER_ASTRAY: _breaking(Reminder.id).where(
            _new(Reminder.id, newest),
            Reminder.outbox_message_id.is_(None),
            Reminder.hold_until.is_(None),
            Reminder.ending.is_(None),
        ),
        Rule.REMINDER_HELD: _breaking(Reminder.id).where(
            Reminder.hold_until < now - _PATIENCE, _lease_is_held(now)
        ),
        Rule.UPDATE_OVERDUE: _breaking(Update.id).where(
            Update.state == written_out(UpdateState.WAITING),
            Update.next_try_at < now - _PATIENCE,
            _lease_is_held(now),
        ),
        Rule.MESSAGE_UNKNOWN: _message_unknown(newest),
        Rule.ATTEMPTS: _attempts(newest),
    }


def _breaking(row_id: InstrumentedAttribute[int]) -> Select[int, int]:
    """The first few ids, each beside the number of all."""
    return select(row_id, func.count().over()).order_by(row_id).limit(_EXAMPLES)


def _new(row_id: InstrumentedAttribute[int], newest: int | None) -> ColumnElement[bool]:
    if newest is None:
        return true()
    return row_id > select(func.max(row_id)).scalar_subquery() - newest


def _is(state: OutboxState) -> ColumnElement[bool]:
    return OutboxMessage.state == written_out(state)


def _lease_is_held(now: datetime) -> ColumnElement[bool]:
    """While nobody works, what waits is not late."""
    return exists().where(Lease.name == WORKER, Lease.expires_at > now)


def _first_sending(newest: int | None) -> Select[int, int]:
    sendings = (
        select(func.count())
        .where(OutboxMessage.card_id == Card.id, OutboxMessage.kind == MessageKind.DIRECTIVE)
        .scalar_subquery()
    )
    return _breaking(Card.id).where(
        Card.kind == CardKind.DIRECTIVE, _new(Card.id, newest), sendings != 1
    )


def _left_behind(now: datetime) -> Select[int, int]:
    """Whoever takes the lease settles first what others left: it can only be of its own epoch."""
    return (
        _breaking(OutboxMessage.id)
        .join(Lease, and_(Lease.name == WORKER, Lease.expires_at > now))
        .where(under_way(OutboxMessage), OutboxMessage.epoch.is_distinct_from(Lease.epoch))
    )


def _cancelled(now: datetime) -> Select[int, int]:
    """A try that was under way may come back and wait; when it is due, it is withdrawn."""
    still_to_send = union_all(
        select(OutboxMessage.id).where(
            to_come(OutboxMessage), _is(OutboxState.WAITING), OutboxMessage.send_at <= now
        ),
        select(OutboxMessage.id).where(
            under_way(OutboxMessage), OutboxMessage.state == OutboxState.CLAIMED
        ),
    )
    return (
        _breaking(OutboxMessage.id)
        .join(Directive, Directive.id == OutboxMessage.directive_id)
        .where(
            OutboxMessage.id.in_(still_to_send),
            OutboxMessage.kind == MessageKind.DIRECTIVE,
            Directive.sending == Sending.CANCELLED,
            _lease_is_held(now),
        )
    )


def _ended() -> Select[int, int]:
    return (
        _breaking(Assignment.id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Directive, Directive.id == Task.directive_id)
        .where(Assignment.next_reminder_at.is_not(None), Directive.ending.is_not(None))
    )


def _ended_receipt() -> Select[int, int]:
    return (
        _breaking(Addressee.id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(Addressee.next_reminder_at.is_not(None), Directive.ending.is_not(None))
    )


def _message_unknown(newest: int | None) -> Select[int, int]:
    """A card's first sending is new, unless a redraw had brought the card into the chat before."""
    other = aliased(OutboxMessage)
    drawn_by_another = exists().where(
        other.card_id == OutboxMessage.card_id,
        other.id != OutboxMessage.id,
        other.state == OutboxState.ACCEPTED,
    )
    return _breaking(OutboxMessage.id).where(
        _new(OutboxMessage.id, newest),
        _is(OutboxState.ACCEPTED),
        OutboxMessage.message_id.is_(None),
        OutboxMessage.seen_message_id.is_(None),
        or_(
            OutboxMessage.kind.in_(_NEW_MESSAGES),
            and_(OutboxMessage.kind == MessageKind.DIRECTIVE, ~drawn_by_another),
        ),
    )


def _attempts(newest: int | None) -> Select[int, int]:
    """A try counts once it may have reached somebody. Those that ended unclear are counted beside;
    one more is under way, or was the last: it may have been accepted, refused or come too late."""
    surplus = OutboxMessage.attempts - OutboxMessage.uncertain_attempts
    allowed = case(
        (_is(OutboxState.IN_FLIGHT), surplus == 1),
        (
            OutboxMessage.state.in_(
                (OutboxState.WAITING, OutboxState.CLAIMED, OutboxState.UNCERTAIN)
            ),
            surplus == 0,
        ),
        else_=surplus.in_((0, 1)),
    )
    return _breaking(OutboxMessage.id).where(_new(OutboxMessage.id, newest), ~allowed)

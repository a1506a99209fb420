"""Queries of digests: when each kind is told next, to which chats, and what there is to count over
all that goes on. What of it is worth a message is known to those who write it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Scope
from bot.domain.states import (
    AcknowledgeBy,
    AssignmentState,
    ChatKind,
    DigestKind,
    MessageKind,
    OutboxState,
    StaffRole,
)
from bot.storage import answers, lost_touch, standings
from bot.storage.assignments import IS_ASKED
from bot.storage.directives import within
from bot.storage.insert import insert_new
from bot.storage.receipts import is_receipt
from bot.storage.reminder_lines import NotReminded
from bot.storage.tables import (
    Acknowledgement,
    Addressee,
    Assignment,
    Chat,
    Digest,
    Directive,
    OutboxMessage,
    Reminder,
    Staff,
)

# --- when ----------------------------------------------------------------------------------------


async def moments(session: AsyncSession) -> dict[DigestKind, datetime]:
    """When each kind is told next; those that are never told, or never were yet, are missing."""
    rows = await session.execute(select(Digest.kind, Digest.next_at))
    return dict(rows.all())


async def begin(session: AsyncSession, kind: DigestKind, *, next_at: datetime) -> None:
    """Tell a kind that was not told before."""
    await insert_new(session, Digest, {"kind": kind, "next_at": next_at})


async def end(session: AsyncSession, kind: DigestKind) -> None:
    """Tell it no more."""
    await session.execute(delete(Digest).where(Digest.kind == kind))


async def move_on(
    session: AsyncSession, kind: DigestKind, *, due: datetime, next_at: datetime
) -> bool:
    """Set the next moment, only if nobody has changed it meanwhile."""
    moved = await session.scalar(
        update(Digest)
        .where(Digest.kind == kind, Digest.next_at == due)
        .values(next_at=next_at)
        .returning(Digest.kind)
    )
    return moved is not None


# --- to whom -------------------------------------------------------------------------------------


async def chats_of_staff(
    session: AsyncSession, roles: Collection[StaffRole]
) -> list[tuple[int, int]]:
    """The private chats that can be written to of those with these roles, each with the person."""
    rows = await session.execute(
        select(Chat.id, Staff.person_id)
        .join(Staff, Staff.person_id == Chat.person_id)
        .where(
            Staff.role.in_(roles),
            Staff.removed_at.is_(None),
            Chat.kind == ChatKind.PRIVATE,
            Chat.unreachable_reason.is_(None),
        )
        .order_by(Chat.id)
    )
    return [(chat_id, person_id) for chat_id, person_id in rows]


async def chats_of_units(session: AsyncSession) -> list[int]:
    """The chats in which a unit's people want it."""
    rows = await session.scalars(
        select(Chat.id)
        .where(Chat.weekly_digest.is_(True), Chat.unreachable_reason.is_(None))
        .order_by(Chat.id)
    )
    return list(rows)


async def is_overtaken(
    session: AsyncSession, kind: DigestKind, *, chat_id: int, after: int
) -> bool:
    """Whether a later digest of this kind is on its way into the chat, or came before this one."""
    rows = await session.scalars(
        select(OutboxMessage.parameters).where(
            OutboxMessage.chat_id == chat_id,
            OutboxMessage.kind == MessageKind.DIGEST,
            OutboxMessage.id > after,
        )
    )
    return any(parameters.get("digest") == kind.value for parameters in rows)


# --- what there is to count ----------------------------------------------------------------------


def _goes_on(now: datetime) -> ColumnElement[bool]:
    """Directives that have begun and are not closed."""
    return and_(
        Directive.closed_at.is_(None), or_(Directive.send_at.is_(None), Directive.send_at <= now)
    )


@dataclass(frozen=True, slots=True)
class Due:
    """Open work of one directive: overdue, due until the end of the first of two days, and from
    then until the end of the second."""

    directive: Directive
    overdue: int
    first: int
    second: int


async def due_work(
    session: AsyncSession,
    *,
    now: datetime,
    first_until: datetime,
    second_until: datetime,
    scope: Scope | None,
) -> list[Due]:
    """What is overdue and what is due soon, by directive: where most is overdue first."""
    overdue = _count(Assignment.deadline_at < now)
    first = _count(Assignment.deadline_at.between(now, first_until))
    second = _count(Assignment.deadline_at > first_until)
    rows = await session.execute(
        select(Directive, overdue, first, second)
        .join(Addressee, Addressee.directive_id == Directive.id)
        .join(Assignment, Assignment.addressee_id == Addressee.id)
        .where(
            _goes_on(now),
            within(scope),
            Assignment.state == AssignmentState.OPEN,
            Assignment.deadline_at <= second_until,
        )
        .group_by(Directive.id)
        .order_by(overdue.desc(), first.desc(), second.desc(), Directive.id)
    )
    return [Due(*row) for row in rows]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


async def count_done(session: AsyncSession, *, since: datetime, scope: Scope | None) -> int:
    """Work that was handed in since, also of what is closed by now."""
    done = (AssignmentState.SUBMITTED, AssignmentState.ACCEPTED)
    number = await session.scalar(
        select(func.count())
        .select_from(Assignment)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .where(Assignment.submitted_at > since, Assignment.state.in_(done), within(scope))
    )
    return number or 0


async def unconfirmed(
    session: AsyncSession, *, now: datetime, scope: Scope | None
) -> list[tuple[Directive, int]]:
    """How many units have not confirmed though their time is over, by directive. Those of whom
    nobody did are counted by the database; whether the word of some is enough is judged."""
    given = exists().where(Acknowledgement.addressee_id == Addressee.id, is_receipt())
    late = (
        _goes_on(now), within(scope), IS_ASKED, ~answers.says_cannot(),
        Addressee.acknowledge_due_at < now,
    )  # fmt: skip
    counted = await session.execute(
        select(Directive, func.count())
        .join(Addressee, Addressee.directive_id == Directive.id)
        .where(*late, ~given)
        .group_by(Directive.id)
    )
    rows = await session.execute(
        select(Addressee, Directive)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(*late, given, Directive.acknowledge_by != AcknowledgeBy.ANY)
    )
    judged = [(addressee, directive) for addressee, directive in rows]
    rules = {directive.id: directive.acknowledge_by for _, directive in judged}
    standing = await standings.of(session, [addressee for addressee, _ in judged], rules)
    missing = Counter(dict(counted.all()))
    missing.update(
        directive for addressee, directive in judged if not standing[addressee.id].is_complete
    )
    return list(missing.items())


async def not_reminded(
    session: AsyncSession, *, since: datetime, now: datetime, scope: Scope | None
) -> NotReminded:
    """Messages with reminders of what goes on whose sending did not end well since."""
    rows = await session.execute(
        select(OutboxMessage.state, func.count(OutboxMessage.id.distinct()))
        .join(Reminder, Reminder.outbox_message_id == OutboxMessage.id)
        .outerjoin(Assignment, Assignment.id == Reminder.assignment_id)
        .join(
            Addressee,
            Addressee.id == func.coalesce(Reminder.addressee_id, Assignment.addressee_id),
        )
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(
            OutboxMessage.state.in_((OutboxState.UNCERTAIN, OutboxState.FAILED)),
            OutboxMessage.finished_at > since,
            _goes_on(now),
            within(scope),
        )
        .group_by(OutboxMessage.state)
    )
    found = dict(rows.all())
    return NotReminded(
        uncertain=found.get(OutboxState.UNCERTAIN, 0), failed=found.get(OutboxState.FAILED, 0)
    )


async def cut_off_with_work(
    session: AsyncSession, *, now: datetime, scope: Scope | None
) -> list[str]:
    """The names of units with open work whom the bot cannot reach at all."""
    rows = await session.scalars(
        select(Addressee.unit_id)
        .distinct()
        .join(Directive, Directive.id == Addressee.directive_id)
        .join(Assignment, Assignment.addressee_id == Addressee.id)
        .where(_goes_on(now), within(scope), Assignment.state == AssignmentState.OPEN)
    )
    with_work = set(rows)
    lost = await lost_touch.lost_units(session, scope=with_work) if with_work else []
    return [each.name for each in lost if each.is_cut_off]

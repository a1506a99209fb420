"""Queries of reminders that are due: of which work and which receipts, which steps were dealt with,
and what waits for its message. What a message still speaks of when it is sent is in
`reminder_lines`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.directives import given_at
from bot.domain.reminding import Place, Waiting
from bot.domain.states import (
    AssignmentState,
    ChatKind,
    Lane,
    MessageKind,
    OutboxState,
    ReminderEnd,
    Sending,
)
from bot.storage import audience
from bot.storage.insert import insert_each_new, insert_new
from bot.storage.tables import (
    Addressee,
    Assignment,
    Contact,
    Directive,
    DirectiveVersion,
    OutboxMessage,
    Reminder,
    Task,
    Unit,
)

Key = tuple[int | None, int | None, datetime]


@dataclass(frozen=True, slots=True)
class Due:
    """Work whose time has come to look whether to remind of it; or, without `assignment_id`, an
    addressee's receipt."""

    assignment_id: int | None
    addressee: Addressee
    directive: Directive
    reminds_group: bool
    deadline_at: datetime
    next_reminder_at: datetime
    given_at: datetime  # when its sending began, the unit came to it, or it was asked again
    plan: str | None = None  # its task's own
    is_asked: bool = True  # an addressee without work is asked nothing

    @property
    def is_receipt(self) -> bool:
        """Whether it is about confirming, not about work."""
        return self.assignment_id is None

    @property
    def key(self) -> Key:
        """What a reminder's rows are about."""
        addressee_id = self.addressee.id if self.is_receipt else None
        return self.assignment_id, addressee_id, self.deadline_at

    @property
    def is_given_up(self) -> bool:
        """Whether the rest of its sending was."""
        return self.directive.sending is Sending.CANCELLED


# --- what is due ---------------------------------------------------------------------------------


async def any_due(session: AsyncSession, *, now: datetime) -> bool:
    """Whether there is anything to look at; by one index each."""
    for column in (Assignment.next_reminder_at, Addressee.next_reminder_at, Reminder.hold_until):
        if await session.scalar(select(column).where(column <= now).limit(1)) is not None:
            return True
    return False


async def due_work(session: AsyncSession, *, now: datetime, limit: int) -> list[Due]:
    """The work that has waited longest."""
    rows = await session.execute(
        select(Assignment, Task, Addressee, Directive, Unit.reminds_group)
        .join(Task, Task.id == Assignment.task_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .join(Unit, Unit.id == Addressee.unit_id)
        .where(Assignment.next_reminder_at <= now)
        .order_by(Assignment.next_reminder_at, Assignment.id)
        .limit(limit)
    )
    return [
        Due(
            assignment_id=assignment.id,
            addressee=addressee,
            directive=directive,
            reminds_group=reminds_group,
            deadline_at=assignment.deadline_at,
            next_reminder_at=assignment.next_reminder_at,
            given_at=given_at(directive.send_at or directive.issued_at, addressee.added_at),
            plan=task.reminder_plan,
        )
        for assignment, task, addressee, directive, reminds_group in rows
        if assignment.deadline_at is not None and assignment.next_reminder_at is not None
    ]


_IS_ASKED = exists().where(
    Assignment.addressee_id == Addressee.id, Assignment.state != AssignmentState.CANCELLED
)


async def due_receipts(session: AsyncSession, *, now: datetime, limit: int) -> list[Due]:
    """The addressees that have waited longest."""
    rows = await session.execute(
        select(Addressee, Directive, Unit.reminds_group, DirectiveVersion.at, _IS_ASKED)
        .join(Directive, Directive.id == Addressee.directive_id)
        .join(Unit, Unit.id == Addressee.unit_id)
        .outerjoin(DirectiveVersion, _IS_WHERE_ASKED)
        .where(Addressee.next_reminder_at <= now)
        .order_by(Addressee.next_reminder_at, Addressee.id)
        .limit(limit)
    )
    return [
        Due(
            assignment_id=None,
            addressee=addressee,
            directive=directive,
            reminds_group=reminds_group,
            deadline_at=addressee.acknowledge_due_at,
            next_reminder_at=addressee.next_reminder_at,
            given_at=given_at(directive.send_at or directive.issued_at, addressee.added_at, again),
            is_asked=is_asked,
        )
        for addressee, directive, reminds_group, again, is_asked in rows
        if addressee.acknowledge_due_at is not None and addressee.next_reminder_at is not None
    ]


# The version since which receipts count, if it asked for new ones.
_IS_WHERE_ASKED = and_(
    DirectiveVersion.directive_id == Directive.id,
    DirectiveVersion.version == Directive.acknowledge_from,
    Directive.acknowledge_from > 1,
)


async def steps_done(session: AsyncSession, due: Iterable[Due]) -> dict[Key, set[str]]:
    """Steps that were dealt with: that went, wait, or ended otherwise."""
    work = {each.assignment_id for each in due if each.assignment_id is not None}
    receipts = {each.addressee.id for each in due if each.is_receipt}
    done: dict[Key, set[str]] = {}
    for column, ids in ((Reminder.assignment_id, work), (Reminder.addressee_id, receipts)):
        if not ids:
            continue
        rows = await session.execute(
            select(
                Reminder.assignment_id, Reminder.addressee_id, Reminder.deadline_at, Reminder.step
            ).where(column.in_(ids))
        )
        for assignment_id, addressee_id, deadline_at, step in rows:
            done.setdefault((assignment_id, addressee_id, deadline_at), set()).add(step)
    return done


async def move_on(session: AsyncSession, due: Due, *, next_reminder_at: datetime | None) -> bool:
    """Set the next time, only if nobody has changed it meanwhile."""
    table, row_id = (
        (Addressee, due.addressee.id) if due.is_receipt else (Assignment, due.assignment_id)
    )
    moved = await session.scalar(
        update(table)
        .where(table.id == row_id, table.next_reminder_at == due.next_reminder_at)
        .values(next_reminder_at=next_reminder_at)
        .returning(table.id)
    )
    return moved is not None


async def places(session: AsyncSession, addressee_ids: Collection[int]) -> dict[int, list[Place]]:
    """The chats of these addressees that can be written to."""
    rows = await session.execute(
        select(Addressee.id, Contact.person_id, Contact.role)
        .join(Contact, Contact.unit_id == Addressee.unit_id)
        .where(Addressee.id.in_(addressee_ids), Contact.ended_at.is_(None))
    )
    roles = {(addressee_id, person_id): role for addressee_id, person_id, role in rows}
    found: dict[int, list[Place]] = {}
    for addressee_id, chat in await audience.chats_of_addressees(session, addressee_ids):
        if chat.unreachable_reason is None:
            person_id = chat.person_id if chat.kind is ChatKind.PRIVATE else None
            role = roles.get((addressee_id, person_id)) if person_id else None
            found.setdefault(addressee_id, []).append(Place(chat.id, person_id, role))
    return found


# --- rows ----------------------------------------------------------------------------------------


def row(
    about: Key,
    step: str,
    *,
    now: datetime,
    chat_id: int | None = None,
    ending: ReminderEnd | None = None,
) -> dict[str, Any]:
    """A step that waits from now on for the chat's next message, or that has ended."""
    assignment_id, addressee_id, deadline_at = about
    return {
        "assignment_id": assignment_id,
        "addressee_id": addressee_id,
        "chat_id": chat_id,
        "step": step,
        "deadline_at": deadline_at,
        "queued_at": now,
        "hold_until": None if ending else now,
        "ending": ending,
    }


async def add_all(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the steps down; what was there is not sent again."""
    await insert_each_new(session, Reminder, rows)


async def add(
    session: AsyncSession,
    *,
    assignment_id: int,
    chat_id: int,
    step: str,
    deadline_at: datetime,
    now: datetime,
) -> int | None:
    """Write one step of work down, for a message that is made at once; None when it was there."""
    return await insert_new(
        session,
        Reminder,
        {
            "assignment_id": assignment_id,
            "chat_id": chat_id,
            "step": step,
            "deadline_at": deadline_at,
            "queued_at": now,
        },
    )


async def attach(
    session: AsyncSession, reminder_ids: Collection[int], *, outbox_message_id: int, now: datetime
) -> None:
    """Let the reminders point at the message that carries them; they wait no more."""
    await session.execute(
        update(Reminder)
        .where(Reminder.id.in_(reminder_ids))
        .values(outbox_message_id=outbox_message_id, queued_at=now, hold_until=None)
        .execution_options(synchronize_session=False)
    )


async def hold(session: AsyncSession, reminder_ids: Collection[int], *, until: datetime) -> None:
    """Let them wait until then."""
    await session.execute(
        update(Reminder)
        .where(Reminder.id.in_(reminder_ids))
        .values(hold_until=until)
        .execution_options(synchronize_session=False)
    )


async def waiting(session: AsyncSession, *, now: datetime, limit: int) -> list[Waiting]:
    """All that waits in the chats of the first so many that are due."""
    first = (
        select(Reminder.chat_id)
        .where(Reminder.hold_until <= now)
        .order_by(Reminder.hold_until)
        .limit(limit)
        .subquery()
    )
    rows = await session.execute(
        _WAITING.where(Reminder.chat_id.in_(select(first.c.chat_id))).order_by(Reminder.id)
    )
    return [
        Waiting(
            id=reminder.id,
            chat_id=reminder.chat_id,
            step=reminder.step,
            directive_id=directive.id,
            is_urgent=directive.urgency is not None,
            passes_quiet=directive.passes_quiet,
            hold_until=reminder.hold_until,
            put_off=reminder.person_id is not None,
        )
        for reminder, directive in rows
        if reminder.chat_id is not None and reminder.hold_until is not None
    ]


_WAITING = (
    select(Reminder, Directive)
    .outerjoin(Assignment, Assignment.id == Reminder.assignment_id)
    .join(Addressee, Addressee.id == func.coalesce(Reminder.addressee_id, Assignment.addressee_id))
    .join(Directive, Directive.id == Addressee.directive_id)
    .where(Reminder.hold_until.is_not(None))
)


async def sent_since(
    session: AsyncSession, chat_ids: Collection[int], *, since: datetime
) -> dict[int, int]:
    """How many reminder messages that were not urgent were queued for each of these chats, but
    what was not sent in the end."""
    rows = await session.execute(
        select(Reminder.chat_id, func.count(OutboxMessage.id.distinct()))
        .join(OutboxMessage, OutboxMessage.id == Reminder.outbox_message_id)
        .where(
            Reminder.chat_id.in_(chat_ids),
            Reminder.queued_at >= since,
            OutboxMessage.kind == MessageKind.REMINDER,
            OutboxMessage.lane == Lane.REMINDER,
            OutboxMessage.state.not_in((OutboxState.WITHDRAWN, OutboxState.FAILED)),
        )
        .group_by(Reminder.chat_id)
    )
    return {chat_id: count for chat_id, count in rows if chat_id is not None}


# --- planning receipts ---------------------------------------------------------------------------


async def receipts_of(
    session: AsyncSession, directive_id: int
) -> list[tuple[datetime, datetime, datetime | None]]:
    """The different plans of a directive's receipts: until when, since when they are addressees,
    and when they were asked anew."""
    rows = await session.execute(
        select(Addressee.acknowledge_due_at, Addressee.added_at, DirectiveVersion.at)
        .distinct()
        .join(Directive, Directive.id == Addressee.directive_id)
        .outerjoin(DirectiveVersion, _IS_WHERE_ASKED)
        .where(Addressee.directive_id == directive_id, Addressee.acknowledge_due_at.is_not(None))
    )
    return [(due_at, added_at, again) for due_at, added_at, again in rows if due_at is not None]


async def plan_receipts(
    session: AsyncSession,
    directive_id: int,
    *,
    due_at: datetime,
    added_at: datetime,
    next_reminder_at: datetime | None,
) -> None:
    """When to look again at the receipts of these addressees."""
    await session.execute(
        update(Addressee)
        .where(
            Addressee.directive_id == directive_id,
            Addressee.acknowledge_due_at == due_at,
            Addressee.added_at == added_at,
        )
        .values(next_reminder_at=next_reminder_at)
        .execution_options(synchronize_session=False)
    )


async def open_deadlines(session: AsyncSession, *, limit: int) -> list[datetime]:
    """The distinct deadlines of open work, earliest first."""
    rows = await session.scalars(
        select(Assignment.deadline_at)
        .distinct()
        .where(Assignment.state == AssignmentState.OPEN, Assignment.deadline_at.is_not(None))
        .order_by(Assignment.deadline_at)
        .limit(limit)
    )
    return [deadline for deadline in rows if deadline is not None]

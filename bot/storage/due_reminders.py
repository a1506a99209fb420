"""Queries of what is due to be looked at, work and receipts: which steps were dealt with, when to
look again, and where whom it concerns can be written to. What of it is looked at, and from when on
it counts, is said here once: the list of what is to come (`storage.agenda`) asks by the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, and_, bindparam, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.directives import given_at
from bot.domain.reminding import Place
from bot.domain.states import (
    AssignmentState,
    ChatKind,
    Sending,
)
from bot.storage import audience
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import (
    Addressee,
    Assignment,
    Contact,
    Directive,
    DirectiveVersion,
    Reminder,
    Task,
    Unit,
)

_ADDRESSEES = cast(Table, Addressee.__table__)
_CONTACTS = cast(Table, Contact.__table__)

Key = tuple[int | None, int | None, datetime]
Row = tuple[bool, int]  # whether it is an addressee's, else an assignment's; its id


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
    period: str = ""  # of which the work is, if its task recurs
    is_asked: bool = True  # an addressee without work is asked nothing

    @classmethod
    def of_work(
        cls,
        assignment: Assignment,
        task: Task,
        addressee: Addressee,
        directive: Directive,
        *,
        reminds_group: bool,
    ) -> Due:
        """Work with a deadline that is looked at some time."""
        assert assignment.deadline_at is not None  # noqa: S101 - it was asked for
        assert assignment.next_reminder_at is not None  # noqa: S101 - so was this
        return cls(
            assignment_id=assignment.id,
            addressee=addressee,
            directive=directive,
            reminds_group=reminds_group,
            deadline_at=assignment.deadline_at,
            next_reminder_at=assignment.next_reminder_at,
            given_at=given_at(directive.send_at or directive.issued_at, addressee.added_at),
            plan=task.reminder_plan,
            period=assignment.period,
        )

    @classmethod
    def of_receipt(
        cls,
        addressee: Addressee,
        directive: Directive,
        *,
        reminds_group: bool,
        again: datetime | None,
        is_asked: bool = True,
    ) -> Due:
        """A receipt with its time that is looked at some time; `again` is when it was asked for
        anew."""
        assert addressee.acknowledge_due_at is not None  # noqa: S101 - it was asked for
        assert addressee.next_reminder_at is not None  # noqa: S101 - so was this
        return cls(
            assignment_id=None,
            addressee=addressee,
            directive=directive,
            reminds_group=reminds_group,
            deadline_at=addressee.acknowledge_due_at,
            next_reminder_at=addressee.next_reminder_at,
            given_at=given_at(directive.send_at or directive.issued_at, addressee.added_at, again),
            is_asked=is_asked,
        )

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
    def row(self) -> Row:
        """Where its next time is kept."""
        return self.is_receipt, self.assignment_id or self.addressee.id

    @property
    def is_given_up(self) -> bool:
        """Whether the rest of its sending was."""
        return self.directive.sending is Sending.CANCELLED


# --- what is due ---------------------------------------------------------------------------------


async def any_due(session: AsyncSession, *, now: datetime) -> bool:
    """Whether there is anything to look at; by one index each."""
    return await session.scalar(_ANY_DUE, {"now": now}) is not None


_LOOKED_AT = (
    cast(Table, Assignment.__table__).c.next_reminder_at,
    _ADDRESSEES.c.next_reminder_at,
    cast(Table, Reminder.__table__).c.hold_until,
)
# The first by its index: whether one exists PostgreSQL would rather learn by reading the table.
_ANY_DUE = select(
    func.coalesce(
        *(
            select(column)
            .where(column <= bindparam("now"))
            .order_by(column)
            .limit(1)
            .scalar_subquery()
            for column in _LOOKED_AT
        )
    )
)


async def due_work(session: AsyncSession, *, now: datetime, limit: int) -> list[Due]:
    """The work that has waited longest."""
    rows = await session.execute(_DUE_WORK, {"now": now, "most": limit})
    return [
        Due.of_work(assignment, task, addressee, directive, reminds_group=reminds_group)
        for assignment, task, addressee, directive, reminds_group in rows
    ]


# Made once, like the others here: making them costs more than the database needs.
_DUE_WORK = (
    select(Assignment, Task, Addressee, Directive, Unit.reminds_group)
    .join(Task, Task.id == Assignment.task_id)
    .join(Addressee, Addressee.id == Assignment.addressee_id)
    .join(Directive, Directive.id == Addressee.directive_id)
    .join(Unit, Unit.id == Addressee.unit_id)
    .where(Assignment.next_reminder_at <= bindparam("now"), Assignment.deadline_at.is_not(None))
    .order_by(Assignment.next_reminder_at, Assignment.id)
    .limit(bindparam("most"))
)
# Whether an addressee is asked to confirm: there is, or was, work for it.
IS_ASKED = exists().where(
    Assignment.addressee_id == Addressee.id, Assignment.state != AssignmentState.CANCELLED
)
# The version since which receipts count, if it asked for new ones; for an outer join.
IS_WHERE_ASKED = and_(
    DirectiveVersion.directive_id == Directive.id,
    DirectiveVersion.version == Directive.acknowledge_from,
    Directive.acknowledge_from > 1,
)


async def due_receipts(session: AsyncSession, *, now: datetime, limit: int) -> list[Due]:
    """The addressees that have waited longest."""
    rows = await session.execute(_DUE_RECEIPTS, {"now": now, "most": limit})
    return [
        Due.of_receipt(
            addressee, directive, reminds_group=reminds_group, again=again, is_asked=is_asked
        )
        for addressee, directive, reminds_group, again, is_asked in rows
    ]


_DUE_RECEIPTS = (
    select(Addressee, Directive, Unit.reminds_group, DirectiveVersion.at, IS_ASKED)
    .join(Directive, Directive.id == Addressee.directive_id)
    .join(Unit, Unit.id == Addressee.unit_id)
    .outerjoin(DirectiveVersion, IS_WHERE_ASKED)
    .where(
        Addressee.next_reminder_at <= bindparam("now"), Addressee.acknowledge_due_at.is_not(None)
    )
    .order_by(Addressee.next_reminder_at, Addressee.id)
    .limit(bindparam("most"))
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


async def move_on(session: AsyncSession, moves: Iterable[tuple[Due, datetime | None]]) -> set[Row]:
    """Set the next times, each only if nobody has changed it meanwhile; of which it was."""
    alike: dict[tuple[bool, datetime, datetime | None], list[int]] = {}
    for due, next_at in moves:
        is_receipt, row_id = due.row
        alike.setdefault((is_receipt, due.next_reminder_at, next_at), []).append(row_id)
    moved: set[Row] = set()
    for (is_receipt, before, next_at), ids in alike.items():
        table = Addressee if is_receipt else Assignment
        rows = await session.scalars(
            update(table)
            .where(table.id.in_(ids), table.next_reminder_at == before)
            .values(next_reminder_at=next_at)
            .returning(table.id)
            .execution_options(synchronize_session=False)
        )
        moved |= {(is_receipt, row_id) for row_id in rows}
    return moved


async def places(session: AsyncSession, addressee_ids: Collection[int]) -> dict[int, list[Place]]:
    """The chats of these addressees that can be written to."""
    rows = await session.execute(_ROLES, {"ids": numbers(addressee_ids)})
    roles = {(addressee_id, person_id): role for addressee_id, person_id, role in rows}
    found: dict[int, list[Place]] = {}
    for addressee_id, chat in await audience.chats_of_addressees(session, addressee_ids):
        if chat.unreachable_reason is None:
            person_id = chat.person_id if chat.kind is ChatKind.PRIVATE else None
            role = roles.get((addressee_id, person_id)) if person_id else None
            found.setdefault(addressee_id, []).append(Place(chat.id, person_id, role))
    return found


_ROLES = (
    select(_ADDRESSEES.c.id, _CONTACTS.c.person_id, _CONTACTS.c.role)
    .join(_CONTACTS, _CONTACTS.c.unit_id == _ADDRESSEES.c.unit_id)
    .where(is_one_of(_ADDRESSEES.c.id, "ids"), _CONTACTS.c.ended_at.is_(None))
)


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
        .outerjoin(DirectiveVersion, IS_WHERE_ASKED)
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
    later_than: datetime | None = None,
) -> None:
    """When to look again at the receipts of these addressees; only of those, if that is said, that
    were to be looked at later than then."""
    these = [
        Addressee.directive_id == directive_id,
        Addressee.acknowledge_due_at == due_at,
        Addressee.added_at == added_at,
    ]
    if later_than is not None:
        these.append(Addressee.next_reminder_at > later_than)
    await session.execute(
        update(Addressee)
        .where(*these)
        .values(next_reminder_at=next_reminder_at)
        .execution_options(synchronize_session=False)
    )

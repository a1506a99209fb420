"""Queries of what is due to be looked at, work and receipts: which steps were dealt with, when to
look again, and where whom it concerns can be written to. What of it is looked at, and from when on
it counts, is said here once: the list of what is to come (`storage.agenda`) asks by the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.directives import given_at
from bot.domain.reminding import Place
from bot.domain.states import Sending
from bot.storage import audience
from bot.storage.assignments import IS_ASKED
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import (
    Addressee,
    Assignment,
    Chat,
    Contact,
    Directive,
    DirectiveVersion,
    Reminder,
    Task,
    Unit,
)

_ADDRESSEES = cast(Table, Addressee.__table__)
_ASSIGNMENTS = cast(Table, Assignment.__table__)
_REMINDERS = cast(Table, Reminder.__table__)

Key = tuple[int | None, int | None, datetime]
RowKey = tuple[bool, int]  # whether it is an addressee's, else an assignment's; its id


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
    def of_work(cls, row: Any) -> Due:
        """Work with a deadline that is looked at some time, as `OF_WORK` finds it."""
        directive = row.Directive
        return cls(
            assignment_id=row.id,
            addressee=row.Addressee,
            directive=directive,
            reminds_group=row.reminds_group,
            deadline_at=row.deadline_at,
            next_reminder_at=row.next_reminder_at,
            given_at=given_at(directive.send_at or directive.issued_at, row.Addressee.added_at),
            plan=row.reminder_plan,
            period=row.period,
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
    def row(self) -> RowKey:
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
    _ASSIGNMENTS.c.next_reminder_at,
    _ADDRESSEES.c.next_reminder_at,
    _REMINDERS.c.hold_until,
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
    return [Due.of_work(row) for row in rows]


# Of work and its task no more than is to be known: there is much of it, and its text may be long.
OF_WORK = (
    Assignment.id,
    Assignment.deadline_at,
    Assignment.next_reminder_at,
    Assignment.period,
    Task.reminder_plan,
    Addressee,
    Directive,
    Unit.reminds_group,
)
# Made once, like the others here: making them costs more than the database needs.
_DUE_WORK = (
    select(*OF_WORK)
    .join(Task, Task.id == Assignment.task_id)
    .join(Addressee, Addressee.id == Assignment.addressee_id)
    .join(Directive, Directive.id == Addressee.directive_id)
    .join(Unit, Unit.id == Addressee.unit_id)
    .where(Assignment.next_reminder_at <= bindparam("now"), Assignment.deadline_at.is_not(None))
    .order_by(Assignment.next_reminder_at, Assignment.id)
    .limit(bindparam("most"))
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
    for statement, ids in ((_STEPS_OF_WORK, work), (_STEPS_OF_RECEIPTS, receipts)):
        if not ids:
            continue
        rows = await session.execute(statement, {"ids": numbers(ids)})
        for assignment_id, addressee_id, deadline_at, step in rows:
            done.setdefault((assignment_id, addressee_id, deadline_at), set()).add(step)
    return done


_DONE = select(
    _REMINDERS.c.assignment_id, _REMINDERS.c.addressee_id, _REMINDERS.c.deadline_at,
    _REMINDERS.c.step,
)  # fmt: skip
_STEPS_OF_WORK = _DONE.where(is_one_of(_REMINDERS.c.assignment_id, "ids"))
_STEPS_OF_RECEIPTS = _DONE.where(is_one_of(_REMINDERS.c.addressee_id, "ids"))


async def move_on(
    session: AsyncSession, moves: Iterable[tuple[Due, datetime | None]]
) -> set[RowKey]:
    """Set the next times, each only if nobody has changed it meanwhile; of which it was."""
    alike: dict[tuple[bool, datetime, datetime | None], list[int]] = {}
    for due, next_at in moves:
        is_receipt, row_id = due.row
        alike.setdefault((is_receipt, due.next_reminder_at, next_at), []).append(row_id)
    moved: set[RowKey] = set()
    for (is_receipt, before, next_at), ids in alike.items():
        rows = await session.scalars(
            _MOVE_RECEIPTS if is_receipt else _MOVE_WORK,
            {"ids": numbers(ids), "before": before, "next_at": next_at},
        )
        moved |= {(is_receipt, row_id) for row_id in rows}
    return moved


def _move(table: Table) -> ReturningUpdate[Any]:
    return (
        update(table)
        .where(is_one_of(table.c.id, "ids"), table.c.next_reminder_at == bindparam("before"))
        .values(next_reminder_at=bindparam("next_at"))
        .returning(table.c.id)
    )


_MOVE_WORK, _MOVE_RECEIPTS = _move(_ASSIGNMENTS), _move(_ADDRESSEES)


async def places(session: AsyncSession, addressee_ids: Collection[int]) -> dict[int, list[Place]]:
    """The chats of these addressees that can be written to."""
    found: dict[int, list[Place]] = {}
    for statement in (_OF_PEOPLE, _OF_GROUPS):
        rows = await session.execute(statement, {"ids": numbers(addressee_ids)})
        for addressee_id, chat_id, person_id, role in rows:
            found.setdefault(addressee_id, []).append(Place(chat_id, person_id, role))
    return found


_IN_REACH = Chat.unreachable_reason.is_(None)
_OF_PEOPLE = audience.private_chats(Chat.id, Contact.person_id, Contact.role).where(_IN_REACH)
_OF_GROUPS = audience.group_chats(Chat.id, null(), null()).where(_IN_REACH)


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

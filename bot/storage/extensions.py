"""Queries of wishes for a later deadline: what waits, what was decided, what is a unit's own.

That a deadline was extended is written nowhere but here: the newest wish that was granted gave it,
as long as nothing has moved it since.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, aliased

from bot.domain.states import AssignmentState, ExtensionState
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import Addressee, Assignment, Directive, Extension, Person, Task

# Some assignments, as a question for them.
Which = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Standing:
    """What of an assignment's deadline is its unit's own: from which moment it was extended to the
    present one, and which one is wished and not decided."""

    extended_from: datetime | None = None
    wished_at: datetime | None = None


NO_STANDING = Standing()


def standing(session: Session, addressee_ids: Collection[int]) -> dict[int, Standing]:
    """By assignment, of those of these addressees that have any; for thousands of them."""
    rows = session.execute(_STANDING, {"ids": numbers(addressee_ids)})
    found: dict[int, Standing] = {}
    for assignment_id, state, deadline_at, wished_at in rows:
        before = found.get(assignment_id, NO_STANDING)
        if state is ExtensionState.ASKED:
            found[assignment_id] = Standing(before.extended_from, wished_at)
        else:
            found[assignment_id] = Standing(deadline_at, before.wished_at)
    return found


_STANDING = (
    select(Extension.assignment_id, Extension.state, Extension.deadline_at, Extension.wished_at)
    .join(Assignment, Assignment.id == Extension.assignment_id)
    .where(
        is_one_of(Assignment.__table__.c.addressee_id, "ids"),
        or_(
            Extension.state == ExtensionState.ASKED,
            and_(
                Extension.state == ExtensionState.GRANTED,
                Extension.granted_at == Assignment.deadline_at,
            ),
        ),
    )
    .order_by(Extension.id)
)


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish with its surroundings."""

    extension: Extension
    assignment: Assignment
    task: Task
    addressee: Addressee
    directive: Directive
    asked_by: str
    decided_by: str | None


async def get(session: AsyncSession, extension_id: int, *, locked: bool = False) -> Wish | None:
    """One wish; `locked` with its assignment until the transaction ends."""
    wanted = _WISHES.where(Extension.id == extension_id)
    if locked:
        wanted = wanted.with_for_update(of=(Extension, Assignment))
    row = (await session.execute(wanted)).one_or_none()
    return Wish(*row) if row else None


async def of_assignment(session: AsyncSession, assignment_id: int) -> list[Wish]:
    """All wishes of an assignment, oldest first."""
    rows = await session.execute(
        _WISHES.where(Extension.assignment_id == assignment_id).order_by(Extension.id)
    )
    return [Wish(*row) for row in rows]


async def of_addressee(
    session: AsyncSession, addressee_id: int, *, limit: int
) -> tuple[list[Wish], int]:
    """The newest wishes of a unit for its tasks of a directive, and how many there are in all."""
    is_theirs = Assignment.addressee_id == addressee_id
    rows = await session.execute(
        _WISHES.where(is_theirs).order_by(Extension.id.desc()).limit(limit)
    )
    count = await session.scalar(
        select(func.count(Extension.id))
        .join(Assignment, Assignment.id == Extension.assignment_id)
        .where(is_theirs)
    )
    return [Wish(*row) for row in rows], count or 0


_ASKER, _DECIDER = aliased(Person), aliased(Person)
_WISHES = (
    select(Extension, Assignment, Task, Addressee, Directive, _ASKER.name, _DECIDER.name)
    .join(Assignment, Assignment.id == Extension.assignment_id)
    .join(Task, Task.id == Assignment.task_id)
    .join(Addressee, Addressee.id == Assignment.addressee_id)
    .join(Directive, Directive.id == Addressee.directive_id)
    .join(_ASKER, _ASKER.id == Extension.person_id)
    .outerjoin(_DECIDER, _DECIDER.id == Extension.decided_by)
    .execution_options(populate_existing=True)
)


async def asked(session: AsyncSession, assignment_id: int) -> Extension | None:
    """The wish of an assignment that waits for the office's word."""
    found: Extension | None = await session.scalar(
        select(Extension).where(
            Extension.assignment_id == assignment_id, Extension.state == ExtensionState.ASKED
        )
    )
    return found


# --- wishes that are over, and that go with their work -------------------------------------------


def of_work(assignment_id: int) -> Which:
    """Which assignments: this one."""
    return Assignment.id == assignment_id


def of_unit(unit_id: int) -> Which:
    """Which assignments: those of a unit."""
    return Addressee.unit_id == unit_id


def of_directive(directive_id: int) -> Which:
    """Which assignments: those of a directive."""
    return Addressee.directive_id == directive_id


async def pointless(session: AsyncSession, which: Which) -> Sequence[int]:
    """The wishes among these assignments that nothing can come of any more: the work is done or
    dropped, the directive ended, or the deadline is as late as was wished; locked."""
    rows = await session.scalars(_POINTLESS.where(which))
    return rows.all()


_POINTLESS = (
    select(Extension.id)
    .join(Assignment, Assignment.id == Extension.assignment_id)
    .join(Addressee, Addressee.id == Assignment.addressee_id)
    .join(Directive, Directive.id == Addressee.directive_id)
    .where(
        Extension.state == ExtensionState.ASKED,
        or_(
            Assignment.state != AssignmentState.OPEN,
            Directive.closed_at.is_not(None),
            Assignment.deadline_at.is_(None),
            Assignment.deadline_at >= Extension.wished_at,
        ),
    )
    .order_by(Extension.id)
    .with_for_update(of=Extension)
)


async def end(session: AsyncSession, extension_ids: Collection[int], *, now: datetime) -> None:
    """They wait for nothing any more."""
    await session.execute(
        update(Extension)
        .where(Extension.id.in_(extension_ids), Extension.state == ExtensionState.ASKED)
        .values(state=ExtensionState.OVER, decided_at=now)
        .execution_options(synchronize_session="fetch")
    )


async def move(
    session: AsyncSession, assignment_id: int, *, to_id: int, now: datetime
) -> Sequence[int]:
    """Another assignment goes on in the place of this one: its wishes too, which are returned. Of
    two that wait the other one's stays, for there is one at a time."""
    waits = await asked(session, to_id)
    is_asked = Extension.state == ExtensionState.ASKED
    over = {
        "state": case((is_asked, ExtensionState.OVER), else_=Extension.state),
        "decided_at": case((is_asked, now), else_=Extension.decided_at),
    }
    moved = await session.scalars(
        update(Extension)
        .where(Extension.assignment_id == assignment_id)
        .values(assignment_id=to_id, **(over if waits else {}))
        .returning(Extension.id)
        .execution_options(synchronize_session=False)
    )
    return moved.all()

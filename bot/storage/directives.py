"""Queries of directives, their tasks and their addressees."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import cast

from sqlalchemy import (
    ColumnElement,
    Row,
    Table,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.domain.rights import Scope
from bot.domain.states import AcknowledgeBy, AssignmentState, Ending, Sending
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import (
    Addressee,
    Assignment,
    Directive,
    Task,
)


async def get(session: AsyncSession, directive_id: int) -> Directive | None:
    """One directive by id."""
    return await session.get(Directive, directive_id)


def by_ids(session: Session, ids: Collection[int]) -> dict[int, Directive]:
    """These directives by id."""
    rows = session.scalars(_BY_IDS, {"ids": list(ids)})
    return {directive.id: directive for directive in rows}


_BY_IDS = select(Directive).where(Directive.id.in_(bindparam("ids", expanding=True)))


async def by_identity(session: AsyncSession, identity_key: str) -> Directive | None:
    """The directive that was issued under this identity."""
    row: Directive | None = await session.scalar(
        select(Directive).where(Directive.identity_key == identity_key)
    )
    return row


async def unit_ids(session: AsyncSession, directive_id: int) -> frozenset[int]:
    """The units that the directive was issued to."""
    return frozenset(await session.scalars(_UNIT_IDS, {"directive": directive_id}))


def seen_within(scope: Scope | None) -> ColumnElement[bool]:
    """Directives of which staff with these limits may see something."""
    if scope is None:
        return true()
    return exists().where(Addressee.directive_id == Directive.id, within(scope))


def _has_ended() -> ColumnElement[bool]:
    """Closed, replaced or recalled; or its sending was given up before anybody got it."""
    has_work = exists().where(
        Task.directive_id == Directive.id,
        Assignment.task_id == Task.id,
        Assignment.state != AssignmentState.CANCELLED,
    )
    given_up = and_(Directive.sending == Sending.CANCELLED, ~has_work)
    return or_(Directive.closed_at.is_not(None), given_up)


async def open_directives(
    session: AsyncSession, *, scope: Scope | None, offset: int = 0, limit: int = 20
) -> list[Directive]:
    """Some of those that go on, newest first."""
    rows = await session.scalars(
        select(Directive)
        .where(~_has_ended(), seen_within(scope))
        .order_by(Directive.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return list(rows)


async def count_open(session: AsyncSession, *, scope: Scope | None) -> int:
    """How many go on."""
    number = await session.scalar(
        select(func.count()).select_from(Directive).where(~_has_ended(), seen_within(scope))
    )
    return number or 0


async def ended_directives(
    session: AsyncSession, *, scope: Scope | None, offset: int, limit: int
) -> list[Directive]:
    """Some of those that have ended, newest first."""
    rows = await session.scalars(
        select(Directive)
        .where(_has_ended(), seen_within(scope))
        .order_by(Directive.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return list(rows)


async def count_ended(session: AsyncSession, *, scope: Scope | None) -> int:
    """How many have ended."""
    number = await session.scalar(
        select(func.count()).select_from(Directive).where(_has_ended(), seen_within(scope))
    )
    return number or 0


async def by_number(session: AsyncSession, number: str, *, scope: Scope | None) -> list[Directive]:
    """Directives with this number, newest first; 5 is 05, however the letter has it."""
    alike = {number, number.zfill(2), number.lstrip("0")}
    rows = await session.scalars(
        select(Directive)
        .where(Directive.number.in_(alike), seen_within(scope))
        .order_by(Directive.id.desc())
    )
    return list(rows)


async def tasks(session: AsyncSession, directive_id: int) -> list[Task]:
    """The tasks that the directive asks for now, in order."""
    rows = await session.scalars(
        select(Task)
        .where(Task.directive_id == directive_id, Task.removed_in.is_(None))
        .order_by(Task.position)
    )
    return list(rows)


async def addressee(session: AsyncSession, addressee_id: int) -> Addressee | None:
    """One addressee by id."""
    return await session.get(Addressee, addressee_id)


async def lock_addressee(session: AsyncSession, addressee_id: int) -> None:
    """Whoever decides something for the addressee does so after whoever was first."""
    await session.execute(
        select(Addressee.id).where(Addressee.id == addressee_id).with_for_update(key_share=True)
    )


async def addressee_with_directive(
    session: AsyncSession, addressee_id: int
) -> tuple[Addressee, Directive] | None:
    """One addressee by id, and what it is of."""
    row = (await session.execute(_ADDRESSED, {"id": addressee_id})).first()
    return (row[0], row[1]) if row is not None else None


_ADDRESSED = (
    select(Addressee, Directive)
    .join(Directive, Directive.id == Addressee.directive_id)
    .where(Addressee.id == bindparam("id"))
)


@dataclass(frozen=True, slots=True)
class Addressed:
    """One addressee with what decides whether it may still act."""

    id: int
    directive_id: int
    unit_id: int
    acknowledge_due_at: datetime | None
    version: int
    acknowledge_from: int
    acknowledge_by: AcknowledgeBy
    sending: Sending
    closed_at: datetime | None
    ending: Ending | None


async def addressed(session: AsyncSession, ids: Collection[int]) -> dict[int, Addressed]:
    """These addressees by id."""
    rows = await session.execute(_ADDRESSED_BY_IDS, {"ids": numbers(ids)})
    return {row[0]: Addressed(*row) for row in rows}


@dataclass(slots=True)
class Recipient:
    """One addressee as its cards need it."""

    id: int
    directive_id: int
    unit_id: int
    unit_name: str
    acknowledge_due_at: datetime | None = None


def recipients(session: Session, ids: Collection[int]) -> dict[int, Recipient]:
    """These addressees by id."""
    rows = session.execute(_RECIPIENTS, {"ids": numbers(ids)}).all()
    return {row[0]: Recipient(*row) for row in rows}


_ADDRESSEES = cast(Table, Addressee.__table__)
_DIRECTIVES = cast(Table, Directive.__table__)
_ADDRESSED_BY_IDS = (
    select(
        *(_ADDRESSEES.c[each.name] for each in fields(Addressed)[:4]),
        *(_DIRECTIVES.c[each.name] for each in fields(Addressed)[4:]),
    )
    .join(_DIRECTIVES, _DIRECTIVES.c.id == _ADDRESSEES.c.directive_id)
    .where(is_one_of(_ADDRESSEES.c.id, "ids"))
)
_UNIT_IDS = select(Addressee.unit_id).where(Addressee.directive_id == bindparam("directive"))
_RECIPIENTS = select(*(_ADDRESSEES.c[each.name] for each in fields(Recipient))).where(
    is_one_of(_ADDRESSEES.c.id, "ids")
)


async def set_acknowledge_due(session: AsyncSession, directive_id: int, due_at: datetime) -> None:
    """Until when all addressees confirm it in time."""
    await session.execute(
        update(Addressee)
        .where(Addressee.directive_id == directive_id)
        .values(acknowledge_due_at=due_at)
    )


def within(scope: Scope | None) -> ColumnElement[bool]:
    """Addressees that staff with these limits may see."""
    return true() if scope is None else Addressee.unit_id.in_(scope.unit_ids)


async def addressees(
    session: AsyncSession, directive_id: int, *, scope: Scope | None = None
) -> list[Addressee]:
    """The directive's frozen list, or what of it lies within somebody's limits, in the order in
    which it was frozen."""
    rows = await session.scalars(
        select(Addressee)
        .where(Addressee.directive_id == directive_id, within(scope))
        .order_by(Addressee.id)
    )
    return list(rows)


async def open_addressees_of_units(
    session: AsyncSession, unit_ids: Collection[int], *, begun_by: datetime | None = None
) -> list[Row[Addressee, Directive]]:
    """Where these units are addressees of directives that are not closed, newest first; with
    `begun_by` only those whose sending has begun by then."""
    units = {"units": list(unit_ids)}
    if begun_by is None:
        return list(await session.execute(_OPEN, units))
    return list(await session.execute(_OPEN_AND_BEGUN, {**units, "now": begun_by}))


# Made once: they are asked for each link that somebody sends. With a parameter for each unit: of a
# unit there is much, and PostgreSQL would take one list for many.
_OPEN = (
    select(Addressee, Directive)
    .join(Directive, Directive.id == Addressee.directive_id)
    .where(Addressee.unit_id.in_(bindparam("units", expanding=True)), Directive.closed_at.is_(None))
    .order_by(Directive.id.desc())
)
_OPEN_AND_BEGUN = _OPEN.where(
    or_(Directive.send_at.is_(None), Directive.send_at <= bindparam("now"))
)


async def count_open_work(session: AsyncSession, directive_id: int) -> int:
    """How much of the directive's work is neither done nor dropped."""
    number = await session.scalar(
        select(func.count())
        .select_from(Assignment)
        .join(Task, Task.id == Assignment.task_id)
        .where(Task.directive_id == directive_id, Assignment.state == AssignmentState.OPEN)
    )
    return number or 0


async def has_work(session: AsyncSession, addressee_id: int) -> bool:
    """Whether anything is still asked of the addressee, or was done by it."""
    found = await session.scalar(
        select(Assignment.id)
        .where(
            Assignment.addressee_id == addressee_id,
            Assignment.state != AssignmentState.CANCELLED,
        )
        .limit(1)
    )
    return found is not None


async def addressees_by_ids(session: AsyncSession, ids: Collection[int]) -> list[Addressee]:
    """These addressees."""
    rows = await session.scalars(
        select(Addressee).where(Addressee.id.in_(ids)).order_by(Addressee.id)
    )
    return list(rows)

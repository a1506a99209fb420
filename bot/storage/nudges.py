"""Queries of what units have not done yet, for reminding them of it by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, Table, and_, exists, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.nudging import Aim, AimKind
from bot.domain.rights import Scope
from bot.domain.states import (
    OF_WORK_UNDONE,
    AssignmentState,
    ChatKind,
    ContactRole,
    MessageKind,
    OutboxState,
)
from bot.storage.answers import holds
from bot.storage.assignments import IS_ASKED
from bot.storage.directives import within
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import (
    Addressee,
    Answer,
    Assignment,
    Chat,
    Contact,
    Directive,
    OutboxMessage,
    Person,
    Task,
    Unit,
    UnitGroup,
)

_ADDRESSEES = cast(Table, Addressee.__table__)
_WORK = cast(Table, Assignment.__table__)
_UNITS = cast(Table, Unit.__table__)

Addressed = tuple[Addressee, Directive, Unit]


async def addressed(
    session: AsyncSession, aim: Aim, *, scope: Scope | None, now: datetime
) -> list[Addressed]:
    """What is meant, as far as it lies within somebody's limits: addressees of directives that are
    not closed and whose sending has begun."""
    begun = or_(Directive.send_at.is_(None), Directive.send_at <= now)
    return await _found(session, _going_on().where(_is_meant(aim), within(scope), begun))


async def addressed_by_ids(session: AsyncSession, ids: Collection[int]) -> list[Addressed]:
    """These of them that still go on."""
    these = is_one_of(_ADDRESSEES.c.id, "ids")
    return await _found(session, _going_on().where(these).params(ids=numbers(ids)))


def _going_on() -> Select[Addressee]:
    return (
        select(Addressee)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(Directive.closed_at.is_(None), IS_ASKED)
        .order_by(Addressee.id)
    )


async def _found(session: AsyncSession, which: Select[Addressee]) -> list[Addressed]:
    """The addressees with their directives and units, each of which is loaded but once."""
    found = list(await session.scalars(which))
    directives = {each.directive_id for each in found}
    of_directives = await session.scalars(select(Directive).where(Directive.id.in_(directives)))
    of_units = await session.scalars(
        select(Unit).where(is_one_of(_UNITS.c.id, "ids")),
        {"ids": numbers(each.unit_id for each in found)},
    )
    by_id = {directive.id: directive for directive in of_directives}
    units = {unit.id: unit for unit in of_units}
    return [(each, by_id[each.directive_id], units[each.unit_id]) for each in found]


def _is_meant(aim: Aim) -> ColumnElement[bool]:
    match aim.kind:
        case AimKind.DIRECTIVE:
            return Addressee.directive_id == aim.id
        case AimKind.GROUP:
            of_group = select(UnitGroup.unit_id).where(UnitGroup.group_id == aim.id)
            return Addressee.unit_id.in_(of_group)
        case AimKind.ALL:
            return true()


@dataclass(frozen=True, slots=True)
class OpenWork:
    """A task that an addressee has not done; of which period, if it recurs."""

    addressee_id: int
    assignment_id: int
    position: int
    short_title: str
    deadline_at: datetime | None
    period: str


async def open_work(
    session: AsyncSession, addressee_ids: Collection[int]
) -> dict[int, list[OpenWork]]:
    """What these addressees have open, by the tasks' numbers; not that of which a unit answered
    that it cannot be done, as long as the office has not disagreed."""
    rows = await session.execute(
        select(
            Assignment.addressee_id,
            Assignment.id,
            Task.position,
            Task.short_title,
            Assignment.deadline_at,
            Assignment.period,
        )
        .join(Task, Task.id == Assignment.task_id)
        .where(
            is_one_of(_WORK.c.addressee_id, "ids"),
            Assignment.state == AssignmentState.OPEN,
            Task.removed_in.is_(None),
            ~_CANNOT,
        )
        .order_by(Assignment.addressee_id, Task.position, Assignment.id),
        {"ids": numbers(addressee_ids)},
    )
    found: dict[int, list[OpenWork]] = {}
    for row in rows:
        work = OpenWork(*row)
        found.setdefault(work.addressee_id, []).append(work)
    return found


_CANNOT = exists().where(
    Answer.addressee_id == Assignment.addressee_id,
    or_(Answer.assignment_id.is_(None), Answer.assignment_id == Assignment.id),
    Answer.kind.in_(OF_WORK_UNDONE),
    Answer.agreed.is_not(False),
    holds(),
)


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody to ask for on the phone; `lost` is why the bot cannot write to them."""

    name: str
    title: str
    role: ContactRole
    lost: str | None


async def to_call(session: AsyncSession, unit_ids: Collection[int]) -> dict[int, list[Called]]:
    """The people of these units, contacts first."""
    rows = await session.execute(
        select(
            Contact.unit_id,
            Person.name,
            Contact.title,
            Contact.role,
            Chat.id,
            Chat.unreachable_reason,
        )
        .join(Person, Person.id == Contact.person_id)
        .outerjoin(Chat, and_(Chat.person_id == Person.id, Chat.kind == ChatKind.PRIVATE))
        .join(Unit, Unit.id == Contact.unit_id)
        .where(is_one_of(_UNITS.c.id, "ids"), Contact.ended_at.is_(None))
        .order_by(Contact.unit_id, Contact.role, Contact.id),
        {"ids": numbers(unit_ids)},
    )
    found: dict[int, list[Called]] = {}
    for unit_id, name, title, role, chat_id, reason in rows:
        lost = reason if chat_id is not None else "not_started"
        found.setdefault(unit_id, []).append(Called(name, title, role, lost))
    return found


async def is_overtaken(
    session: AsyncSession, addressee_ids: Collection[int], *, chat_id: int, after: int
) -> bool:
    """Whether a later message of staff's reminds the chat of all this too."""
    rows = await session.scalars(
        select(OutboxMessage.parameters).where(
            OutboxMessage.chat_id == chat_id,
            OutboxMessage.kind == MessageKind.NUDGE,
            OutboxMessage.id > after,
            OutboxMessage.state.not_in((OutboxState.FAILED, OutboxState.WITHDRAWN)),
        )
    )
    return any(set(addressee_ids) <= set(parameters["addressee_ids"]) for parameters in rows)

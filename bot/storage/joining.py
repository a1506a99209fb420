"""Queries of those who would join: requests that wait for the office, and people it expects."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import ContactRole, JoinState
from bot.storage.tables import (
    Contact,
    ExpectedContact,
    JoinRequest,
    Person,
    Staff,
    Unit,
)
from bot.storage.types import written_out


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for the office's word."""

    id: int
    name: str
    title: str
    role: ContactRole
    unit_id: int
    unit_name: str
    asked_at: datetime


def _waits(scope: Collection[int] | None) -> list[ColumnElement[bool]]:
    waiting = JoinRequest.state == written_out(JoinState.WAITING)
    return [waiting] if scope is None else [waiting, JoinRequest.unit_id.in_(scope)]


async def count_waiting(session: AsyncSession, *, scope: Collection[int] | None) -> int:
    """How many wait, for these units or for all."""
    statement = select(func.count()).select_from(JoinRequest).where(*_waits(scope))
    return await session.scalar(statement) or 0


async def waiting(
    session: AsyncSession, *, scope: Collection[int] | None, offset: int, limit: int
) -> list[Waiting]:
    """Some of those who wait, who asked first comes first."""
    rows = await session.execute(
        select(
            JoinRequest.id,
            Person.name,
            JoinRequest.title,
            JoinRequest.role,
            JoinRequest.unit_id,
            Unit.name,
            JoinRequest.asked_at,
        )
        .join(Person, Person.id == JoinRequest.person_id)
        .join(Unit, Unit.id == JoinRequest.unit_id)
        .where(*_waits(scope))
        .order_by(JoinRequest.id)
        .offset(offset)
        .limit(limit)
    )
    return [Waiting(*row) for row in rows]


async def request(session: AsyncSession, request_id: int) -> JoinRequest | None:
    """One request by id."""
    return await session.get(JoinRequest, request_id)


async def units_waited_for(
    session: AsyncSession, person_id: int, *, unit_id: int | None = None
) -> list[str]:
    """The names of the units that the person has asked to join and waits for; of one at most, if
    it is named."""
    statement = (
        select(Unit.name)
        .join(JoinRequest, JoinRequest.unit_id == Unit.id)
        .where(JoinRequest.person_id == person_id, *_waits(None))
        .order_by(JoinRequest.id)
    )
    if unit_id is not None:
        statement = statement.where(JoinRequest.unit_id == unit_id)
    return list(await session.scalars(statement))


async def decide(
    session: AsyncSession, request_id: int, state: JoinState, *, by: int, now: datetime
) -> bool:
    """Settle a request; False if somebody has done it before."""
    decided = await session.scalar(
        update(JoinRequest)
        .where(JoinRequest.id == request_id, *_waits(None))
        .values(state=state, decided_by=by, decided_at=now)
        .returning(JoinRequest.id)
    )
    return decided is not None


async def move(session: AsyncSession, request_id: int, *, unit_id: int) -> bool:
    """The person belongs to another unit; False if the request is settled."""
    moved = await session.scalar(
        update(JoinRequest)
        .where(JoinRequest.id == request_id, *_waits(None))
        .values(unit_id=unit_id)
        .returning(JoinRequest.id)
    )
    return moved is not None


async def names_beside(
    session: AsyncSession, *, unit_id: int, person_id: int
) -> tuple[list[str], list[str]]:
    """What the unit's other contacts are called, and what other staff are."""
    contacts = await session.scalars(
        select(Person.name)
        .join(Contact, Contact.person_id == Person.id)
        .where(Contact.unit_id == unit_id, Contact.ended_at.is_(None), Person.id != person_id)
    )
    staff = await session.scalars(
        select(Person.name)
        .join(Staff, Staff.person_id == Person.id)
        .where(Staff.removed_at.is_(None), Person.id != person_id)
    )
    return list(contacts), list(staff)


async def anybody_expected(session: AsyncSession) -> bool:
    """Whether the registry names people who have not joined."""
    return await session.scalar(select(ExpectedContact.id).limit(1)) is not None


async def expected(session: AsyncSession, phone_hash: str) -> list[ExpectedContact]:
    """For which units the registry names who has this phone."""
    rows = await session.scalars(
        select(ExpectedContact)
        .join(Unit, Unit.id == ExpectedContact.unit_id)
        .where(ExpectedContact.phone_hash == phone_hash, Unit.retired_at.is_(None))
        .order_by(ExpectedContact.id)
    )
    return list(rows)


async def take_expected(session: AsyncSession, ids: Collection[int]) -> list[ExpectedContact]:
    """Those of these who are still expected; they are not any more."""
    rows = list(
        await session.scalars(
            select(ExpectedContact)
            .where(ExpectedContact.id.in_(ids))
            .order_by(ExpectedContact.id)
            .with_for_update()
        )
    )
    await session.execute(
        delete(ExpectedContact).where(ExpectedContact.id.in_([row.id for row in rows]))
    )
    return rows

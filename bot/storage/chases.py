"""Queries of what staff had units reminded of by hand: when last, and by whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import Addressee, Chase, Person


@dataclass(frozen=True, slots=True)
class Chased:
    """The last time a unit was chased, and how often it was in all."""

    id: int
    by: str
    at: datetime
    times: int


async def last(session: AsyncSession, addressee_ids: Collection[int]) -> dict[int, Chased]:
    """The last chase of each of these addressees; who was never chased is missing."""
    newest = (
        select(func.max(Chase.id).label("id"), func.count().label("times"))
        .where(is_one_of(Chase.__table__.c.addressee_id, "ids"))
        .group_by(Chase.addressee_id)
        .subquery()
    )
    rows = await session.execute(
        select(Chase.addressee_id, Chase.id, Person.name, Chase.at, newest.c.times)
        .join(newest, newest.c.id == Chase.id)
        .join(Person, Person.id == Chase.person_id),
        {"ids": numbers(addressee_ids)},
    )
    return {addressee_id: Chased(*rest) for addressee_id, *rest in rows}


async def newest(session: AsyncSession, *, directive_id: int, addressee_id: int | None) -> int:
    """The last chase of a directive, or of one of its addressees; 0 if there was none. Whoever
    was shown this number acts only while it is the same."""
    statement = (
        select(func.max(Chase.id))
        .join(Addressee, Addressee.id == Chase.addressee_id)
        .where(Addressee.directive_id == directive_id)
    )
    if addressee_id is not None:
        statement = statement.where(Chase.addressee_id == addressee_id)
    return await session.scalar(statement) or 0


async def get(session: AsyncSession, chase_id: int) -> Chased | None:
    """One chase, with who pressed."""
    rows = await session.execute(
        select(Chase.id, Person.name, Chase.at)
        .join(Person, Person.id == Chase.person_id)
        .where(Chase.id == chase_id)
    )
    row = rows.one_or_none()
    return Chased(*row, times=1) if row else None


async def add(
    session: AsyncSession,
    addressee_ids: Collection[int],
    *,
    person_id: int,
    now: datetime,
) -> None:
    """Note that these were chased."""
    session.add_all(
        Chase(addressee_id=addressee_id, person_id=person_id, at=now)
        for addressee_id in addressee_ids
    )
    await session.flush()

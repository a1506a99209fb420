"""Queries of what staff had units reminded of by hand: when last, by whom, how often. A press that
reminds a unit both of its receipt and of its work leaves a row of each kind and counts once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Scope
from bot.domain.states import ChaseKind
from bot.storage.directives import within
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import Addressee, Chase, Person


@dataclass(frozen=True, slots=True)
class Chased:
    """The last time a unit was chased, and how often it was in all."""

    id: int
    by: str
    at: datetime
    times: int


_TIMES = func.count(Chase.at.distinct())  # a press has one moment for all its rows


async def last(session: AsyncSession, addressee_ids: Collection[int]) -> dict[int, Chased]:
    """The last chase of each of these addressees; who was never chased is missing."""
    newest = (
        select(func.max(Chase.id).label("id"), _TIMES.label("times"))
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


async def newest_of(session: AsyncSession, addressee_ids: Collection[int]) -> int:
    """The last chase of any of these addressees; 0 if there was none."""
    found = await session.scalar(
        select(func.max(Chase.id)).where(is_one_of(Chase.__table__.c.addressee_id, "ids")),
        {"ids": numbers(addressee_ids)},
    )
    return found or 0


async def of_directive(
    session: AsyncSession, directive_id: int, *, scope: Scope | None = None
) -> Chased | None:
    """The last time any of the directive's units was chased, or of those within somebody's limits,
    and how often in all."""
    newest = (
        select(func.max(Chase.id).label("id"), _TIMES.label("times"))
        .join(Addressee, Addressee.id == Chase.addressee_id)
        .where(Addressee.directive_id == directive_id, within(scope))
        .subquery()
    )
    rows = await session.execute(
        select(Chase.id, Person.name, Chase.at, newest.c.times)
        .join(newest, newest.c.id == Chase.id)
        .join(Person, Person.id == Chase.person_id)
    )
    row = rows.one_or_none()
    return Chased(*row) if row else None


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
    kind: ChaseKind,
    person_id: int,
    now: datetime,
) -> None:
    """Note that these were chased."""
    rows = [
        {"addressee_id": each, "kind": kind, "person_id": person_id, "at": now}
        for each in addressee_ids
    ]
    if rows:
        await session.execute(insert(Chase), rows)

"""Queries of changes of units: what is planned, what is due, what was done; and former names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import UnitChangeKind
from bot.storage.tables import UnitChange


async def add(
    session: AsyncSession,
    kind: UnitChangeKind,
    *,
    unit_id: int,
    into_id: int | None,
    parameters: Mapping[str, Any],
    effective_on: date,
    decided_by: int | None,
    now: datetime,
) -> UnitChange:
    """Write down what is to be done; it is not due before somebody says so."""
    change = UnitChange(
        kind=kind,
        unit_id=unit_id,
        into_id=into_id,
        parameters=dict(parameters),
        effective_on=effective_on,
        decided_by=decided_by,
        decided_at=now,
    )
    session.add(change)
    await session.flush()
    return change


async def get(session: AsyncSession, change_id: int) -> UnitChange | None:
    """One change by id, locked until the transaction ends."""
    return await session.get(UnitChange, change_id, with_for_update=True)


async def any_due(session: AsyncSession, *, now: datetime) -> bool:
    """Whether the time of a change has come."""
    found = await session.scalar(select(UnitChange.id).where(UnitChange.due_at <= now).limit(1))
    return found is not None


async def next_due(session: AsyncSession, *, now: datetime) -> UnitChange | None:
    """The change whose time came first, locked."""
    change: UnitChange | None = await session.scalar(
        select(UnitChange)
        .where(UnitChange.due_at <= now)
        .order_by(UnitChange.due_at, UnitChange.id)
        .limit(1)
        .with_for_update()
    )
    return change


def _ahead(scope: Collection[int] | None) -> list[ColumnElement[bool]]:
    ahead = UnitChange.due_at.is_not(None)
    return [ahead] if scope is None else [ahead, UnitChange.unit_id.in_(scope)]


async def count_planned(session: AsyncSession, *, scope: Collection[int] | None = None) -> int:
    """How many changes are still ahead, of these units or of all."""
    counted = select(func.count()).select_from(UnitChange).where(*_ahead(scope))
    return await session.scalar(counted) or 0


async def planned(
    session: AsyncSession,
    *,
    scope: Collection[int] | None = None,
    offset: int = 0,
    limit: int | None = None,
) -> list[UnitChange]:
    """Changes that are ahead, of these units or of all, the nearest first."""
    rows = await session.scalars(
        select(UnitChange)
        .where(*_ahead(scope))
        .order_by(UnitChange.due_at, UnitChange.id)
        .offset(offset)
        .limit(limit)
    )
    return list(rows)


async def planned_of(session: AsyncSession, unit_id: int) -> list[UnitChange]:
    """Changes of this unit that are ahead."""
    rows = await session.scalars(
        select(UnitChange)
        .where(UnitChange.unit_id == unit_id, UnitChange.due_at.is_not(None))
        .order_by(UnitChange.due_at, UnitChange.id)
    )
    return list(rows)


async def point_elsewhere(session: AsyncSession, unit_id: int, *, into_id: int) -> None:
    """Others were to merge into this unit: they go where it went."""
    await session.execute(
        update(UnitChange)
        .where(UnitChange.into_id == unit_id, UnitChange.due_at.is_not(None))
        .values(into_id=into_id)
        .execution_options(synchronize_session="fetch")
    )

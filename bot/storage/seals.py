"""Queries of the chain of seals. Giving an event its number and seal is the only change that is
ever made to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.seals import Head, Sealable
from bot.storage.tables import Event

_EVENTS = cast(Table, Event.__table__)
_COVERED = tuple(_EVENTS.c[name] for name in Sealable.__dataclass_fields__)


async def head(session: AsyncSession) -> Head:
    """How far the chain reaches."""
    row = (
        await session.execute(
            select(_EVENTS.c.number, _EVENTS.c.seal)
            .where(_EVENTS.c.number.is_not(None))
            .order_by(_EVENTS.c.number.desc())
            .limit(1)
        )
    ).one_or_none()
    return Head(row[0], row[1] or "") if row else Head()


async def count_unsealed(session: AsyncSession) -> int:
    """How many events wait for their seal."""
    number = await session.scalar(
        select(func.count()).select_from(_EVENTS).where(_EVENTS.c.number.is_(None))
    )
    return number or 0


async def unsealed(session: AsyncSession, *, limit: int) -> list[Sealable]:
    """The oldest of them that are committed: one with a smaller id may still come."""
    rows = await session.execute(
        select(*_COVERED).where(_EVENTS.c.number.is_(None)).order_by(_EVENTS.c.id).limit(limit)
    )
    return [_sealable(row) for row in rows]


async def put(session: AsyncSession, seals: Sequence[tuple[int, Head]]) -> None:
    """Give events, by id, their number and seal."""
    await session.execute(
        update(_EVENTS)
        .where(_EVENTS.c.id == bindparam("event_id"), _EVENTS.c.number.is_(None))
        .values(number=bindparam("new_number"), seal=bindparam("new_seal")),
        [
            {"event_id": event_id, "new_number": head.number, "new_seal": head.seal}
            for event_id, head in seals
        ],
    )


async def sealed(session: AsyncSession, *, after: int, limit: int) -> list[tuple[Head, Sealable]]:
    """Sealed events in the chain's order, behind this number."""
    rows = await session.execute(
        select(_EVENTS.c.number, _EVENTS.c.seal, *_COVERED)
        .where(_EVENTS.c.number > after)
        .order_by(_EVENTS.c.number)
        .limit(limit)
    )
    return [(Head(row[0], row[1] or ""), _sealable(row)) for row in rows]


def _sealable(row: Any) -> Sealable:
    return Sealable(**{column.name: row._mapping[column] for column in _COVERED})

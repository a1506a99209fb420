"""Queries of tables of units that staff sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import ImportState
from bot.storage.tables import TableImport


async def get(session: AsyncSession, import_id: int) -> TableImport | None:
    """One table by id."""
    return await session.get(TableImport, import_id)


async def next_due(session: AsyncSession, *, now: datetime) -> TableImport | None:
    """The table that has waited longest: to be read, or to be forgotten."""
    found: TableImport | None = await session.scalar(
        select(TableImport)
        .where(TableImport.import_due_at <= now)
        .order_by(TableImport.import_due_at, TableImport.id)
        .limit(1)
    )
    return found


async def close(
    session: AsyncSession, import_id: int, *, state: ImportState, now: datetime
) -> bool:
    """End a table that is open or being read, and forget its rows, which name people; False when
    somebody else has ended it meanwhile."""
    closed = await session.scalar(
        update(TableImport)
        .where(
            TableImport.id == import_id,
            TableImport.state.in_((ImportState.OPEN, ImportState.READING)),
        )
        .values(state=state, rows=[], import_due_at=None, finished_at=now)
        .returning(TableImport.id)
    )
    return closed is not None

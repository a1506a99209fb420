"""Queries of canned answers: what staff answer often, under a short name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.insert import insert_new
from bot.storage.tables import CannedAnswer


async def count(session: AsyncSession) -> int:
    """How many there are."""
    return await session.scalar(select(func.count()).select_from(CannedAnswer)) or 0


async def page(session: AsyncSession, *, offset: int, limit: int) -> list[CannedAnswer]:
    """Some of them, by name."""
    rows = await session.scalars(
        select(CannedAnswer)
        .order_by(CannedAnswer.name, CannedAnswer.id)
        .offset(offset)
        .limit(limit)
    )
    return list(rows)


async def get(session: AsyncSession, answer_id: int) -> CannedAnswer | None:
    """One by id."""
    return await session.get(CannedAnswer, answer_id)


async def is_taken(session: AsyncSession, name: str) -> bool:
    """Whether there is one of that name."""
    found = await session.scalar(select(CannedAnswer.id).where(CannedAnswer.name == name))
    return found is not None


async def add(
    session: AsyncSession, name: str, text: str, *, person_id: int, now: datetime
) -> int | None:
    """A new one; None if its name is taken."""
    row = {"name": name, "text": text, "person_id": person_id, "created_at": now}
    return await insert_new(session, CannedAnswer, row)


async def drop(session: AsyncSession, answer_id: int) -> tuple[str, str] | None:
    """Forget one; what it was, or None if it was gone before."""
    row = (
        await session.execute(
            delete(CannedAnswer)
            .where(CannedAnswer.id == answer_id)
            .returning(CannedAnswer.name, CannedAnswer.text)
        )
    ).first()
    return (row[0], row[1]) if row is not None else None

"""Queries of what a unit has sent for a directive, whatever became of it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import Article, Assignment, Task


async def count(session: AsyncSession, addressee_id: int) -> int:
    """How much it is."""
    number = await session.scalar(
        select(func.count())
        .select_from(Article)
        .join(Assignment, Assignment.id == Article.assignment_id)
        .where(Assignment.addressee_id == addressee_id)
    )
    return number or 0


async def listed(session: AsyncSession, addressee_id: int, *, offset: int, limit: int) -> list[int]:
    """A part of it by id, by the task's number, its period, and when it came."""
    rows = await session.scalars(
        select(Article.id)
        .join(Assignment, Assignment.id == Article.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(Assignment.addressee_id == addressee_id)
        .order_by(Task.position, Assignment.period, Article.id)
        .offset(offset)
        .limit(limit)
    )
    return list(rows)


async def has_key(session: AsyncSession, assignment_id: int, url_key: str) -> bool:
    """Whether something with this key was ever sent for this work."""
    found = await session.scalar(
        select(Article.id)
        .where(Article.assignment_id == assignment_id, Article.url_key == url_key)
        .limit(1)
    )
    return found is not None

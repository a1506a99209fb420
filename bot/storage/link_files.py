"""Queries of tables of links that somebody sent: each is there until it is read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import LinkFile


async def next_due(session: AsyncSession, *, now: datetime) -> LinkFile | None:
    """The file that has waited longest."""
    found: LinkFile | None = await session.scalar(
        select(LinkFile)
        .where(LinkFile.read_due_at <= now)
        .order_by(LinkFile.read_due_at, LinkFile.id)
        .limit(1)
    )
    return found


async def get(session: AsyncSession, link_file_id: int) -> LinkFile | None:
    """The same, locked until the transaction ends; None when it was read or dropped."""
    return await session.get(LinkFile, link_file_id, with_for_update=True)


async def drop(session: AsyncSession, *, chat_id: int, message_id: int) -> None:
    """The file of this message is not to be read."""
    await session.execute(
        delete(LinkFile).where(LinkFile.chat_id == chat_id, LinkFile.message_id == message_id)
    )

"""Queries of the files that go with a draft's letter, and with the directive made from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

from sqlalchemy import Table, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.storage.tables import Attachment

_TABLE = cast(Table, Attachment.__table__)
_ASIDE = 1_000  # places that no file has: where they stand while they change


async def of_draft(session: AsyncSession, draft_id: int) -> list[Attachment]:
    """The draft's files in order."""
    rows = await session.scalars(
        select(Attachment)
        .where(Attachment.draft_id == draft_id)
        .order_by(Attachment.position)
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def get(session: AsyncSession, attachment_id: int) -> Attachment | None:
    """One file by id."""
    return await session.get(Attachment, attachment_id)


async def count(session: AsyncSession, draft_id: int) -> int:
    """How many files the draft has."""
    found = await session.scalar(
        select(func.count(Attachment.id)).where(Attachment.draft_id == draft_id)
    )
    return found or 0


def counts(session: Session, draft_ids: Collection[int]) -> dict[int, int]:
    """How many files these drafts have; those without any are left out."""
    return dict(session.execute(_COUNTS, {"ids": list(draft_ids)}).all())


_COUNTS = (
    select(_TABLE.c.draft_id, func.count())
    .where(_TABLE.c.draft_id.in_(bindparam("ids", expanding=True)))
    .group_by(_TABLE.c.draft_id)
)


async def ids(session: AsyncSession, draft_id: int) -> list[int]:
    """The draft's files in order, by their ids only."""
    rows = await session.scalars(
        select(_TABLE.c.id).where(_TABLE.c.draft_id == draft_id).order_by(_TABLE.c.position)
    )
    return list(rows)


async def remove(session: AsyncSession, attachment_id: int) -> None:
    """Forget one file."""
    await session.execute(delete(_TABLE).where(_TABLE.c.id == attachment_id))


async def set_order(session: AsyncSession, draft_id: int, ids: Sequence[int]) -> None:
    """Let the draft's files stand in this order, counted from 1."""
    await session.execute(
        update(_TABLE)
        .where(_TABLE.c.draft_id == draft_id)
        .values(position=_TABLE.c.position + _ASIDE)
    )
    for position, attachment_id in enumerate(ids, start=1):
        await session.execute(
            update(_TABLE).where(_TABLE.c.id == attachment_id).values(position=position)
        )

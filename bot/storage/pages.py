"""Queries of the pages that links lead to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.articles import FAILED
from bot.storage.insert import insert_new_ones
from bot.storage.tables import Page


async def ensure(
    session: AsyncSession, links: Mapping[str, str], *, now: datetime
) -> dict[str, int]:
    """The pages of these links, by key; what nobody sent before is due to be looked at."""
    rows = [
        {
            "url_key": key,
            "url": url,
            "published_is_sure": False,
            "checks": 0,
            "failures": 0,
            "check_due_at": now,
        }
        for key, url in sorted(links.items())
    ]
    await insert_new_ones(session, Page, rows, key=("id",))
    found = await session.execute(
        select(Page.url_key, Page.id).where(Page.url_key.in_(list(links)))
    )
    return dict(found.all())


async def look_again(session: AsyncSession, page_ids: Collection[int], *, now: datetime) -> None:
    """Those of these pages that were not there when they were last looked at are due now."""
    await session.execute(
        update(Page)
        .where(Page.id.in_(page_ids), or_(Page.state.in_(FAILED), Page.dead_at.is_not(None)))
        .values(check_due_at=now)
    )


async def titles(session: AsyncSession, url_keys: Collection[str]) -> list[str]:
    """The titles of these links' pages, as far as they are known."""
    found = await session.scalars(
        select(Page.title).where(Page.url_key.in_(url_keys), Page.title.is_not(None))
    )
    return [title for title in found if title]

"""Queries of the pages that links lead to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

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

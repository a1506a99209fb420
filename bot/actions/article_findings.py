"""What is noticed about articles, looked up: the one place where facts and findings meet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, tzinfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.articles.landings import with_address
from bot.domain.findings import Found, findings
from bot.storage import article_facts


async def found_of(
    session: AsyncSession, article_ids: Collection[int], *, zone: tzinfo, now: datetime
) -> dict[int, tuple[Found, ...]]:
    """By article, as things are now; `zone` is the office's. One that is not there is left out."""
    facts = await article_facts.facts(session, article_ids)
    return {
        article_id: findings(replace(each, article=with_address(each.article)), now=now, zone=zone)
        for article_id, each in facts.items()
    }

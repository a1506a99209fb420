"""What is noticed about articles, looked up: the one place where facts and findings meet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, tzinfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.articles.urls import canonical_address
from bot.domain.article_facts import ArticleFacts
from bot.domain.articles import EvidenceKind
from bot.domain.findings import Found, findings
from bot.errors import InvalidInput
from bot.storage import article_facts


async def found_of(
    session: AsyncSession, article_ids: Collection[int], *, zone: tzinfo, now: datetime
) -> dict[int, tuple[Found, ...]]:
    """By article, as things are now; `zone` is the office's. One that is not there is left out."""
    facts = await article_facts.facts(session, article_ids)
    return {
        article_id: findings(_with_address(each), now=now, zone=zone)
        for article_id, each in facts.items()
    }


def _with_address(facts: ArticleFacts) -> ArticleFacts:
    """With where the link leads, as sites are compared with it."""
    mine = facts.article
    if mine.kind is not EvidenceKind.LINK or mine.landing_url is None:
        return facts
    try:
        address = canonical_address(mine.landing_url)
    except InvalidInput:
        return facts  # a redirect that led nowhere; its key says what is known
    return replace(facts, article=replace(mine, address=address))

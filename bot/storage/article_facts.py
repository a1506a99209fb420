"""Reading what findings about articles are made of, for many in as many queries as for one.

Whoever asks has the right to see these articles. What of others a unit's own people may see is
decided in `bot.domain.found.for_unit`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import Table, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.article_facts import ArticleFacts, Look, SentArticle
from bot.domain.articles import OPENED
from bot.domain.site_owners import OwnedSite, hosts_above
from bot.domain.states import ArticleState
from bot.storage import alike_articles
from bot.storage.in_bulk import is_one_of, is_one_of_texts, numbers, texts
from bot.storage.sent_articles import Known, known
from bot.storage.tables import PageCheck, Unit, UnitSite

_SITES, _CHECKS = (cast(Table, each.__table__) for each in (UnitSite, PageCheck))


async def facts(session: AsyncSession, article_ids: Collection[int]) -> dict[int, ArticleFacts]:
    """What is known of each of these articles, by its id; in at most six queries.

    Compared with are only articles that count. One that does not exist is left out.
    """
    asked = await known(session, article_ids)
    if not asked:
        return {}
    articles = {article_id: each.article for article_id, each in asked.items()}
    sites = await _sites(session, articles.values())
    others = await alike_articles.others(session, articles)
    looks = await _looks(session, [each.page_id for each in asked.values() if each.page_id])
    return {
        article_id: replace(
            _bare(each),
            sites=sites[article_id],
            others=others[article_id],
            looks=looks.get(each.page_id or 0, ()),
        )
        for article_id, each in asked.items()
    }


@dataclass(frozen=True, slots=True)
class ManyFacts:
    """What is known of articles by the thousand. Each is without its sites and others: those stand
    here once for all, since a thousand may share them."""

    articles: Mapping[int, ArticleFacts]
    sites: Sequence[OwnedSite] = ()
    alike: Sequence[SentArticle] = ()  # these among them; by keys, titles and texts alone


async def of_many(session: AsyncSession, article_ids: Collection[int]) -> ManyFacts:
    """The same for reports, which ask about thousands at once; in at most five queries."""
    asked = await known(session, article_ids)
    if not asked:
        return ManyFacts({})
    articles = {article_id: each.article for article_id, each in asked.items()}
    # Only of what is accepted it is asked whether it changed.
    accepted = [each for each in asked.values() if each.state is ArticleState.ACCEPTED]
    looks = await _looks(session, [each.page_id for each in accepted if each.page_id])
    return ManyFacts(
        {
            article_id: replace(_bare(each), looks=looks.get(each.page_id or 0, ()))
            for article_id, each in asked.items()
        },
        await _sites_of(session, articles.values()),
        await alike_articles.sharing(session, articles),
    )


def _bare(known: Known) -> ArticleFacts:
    return ArticleFacts(
        article=known.article,
        state=known.state,
        decided_at=known.decided_at,
        deadline_at=known.deadline_at,
        issued_at=known.issued_at,
        issued_on=known.issued_on,
    )


# --- whose sites ---------------------------------------------------------------------------------


async def _sites(
    session: AsyncSession, articles: Iterable[SentArticle]
) -> dict[int, tuple[OwnedSite, ...]]:
    """By article: the sites of its unit, and those with its host or one above."""
    asked = list(articles)
    hosts = {each.article_id: set(hosts_above(each.host)) for each in asked}
    units = {each.article_id: each.unit_id for each in asked}
    by_host: dict[str, list[OwnedSite]] = defaultdict(list)
    by_unit: dict[int, list[OwnedSite]] = defaultdict(list)
    for site in await _sites_of(session, asked):
        by_host[site.host].append(site)
        by_unit[site.unit_id].append(site)
    return {
        article_id: tuple(
            dict.fromkeys(
                site
                for found in (by_unit[units[article_id]], *(by_host[host] for host in above))
                for site in found
            )
        )
        for article_id, above in hosts.items()
    }


async def _sites_of(session: AsyncSession, articles: Iterable[SentArticle]) -> list[OwnedSite]:
    """All that `_sites` finds for any of them."""
    asked = list(articles)
    hosts = {each.host for each in asked}
    rows = await session.execute(
        _BY_HOST_OR_UNIT,
        {
            "hosts": texts(above for host in hosts for above in hosts_above(host)),
            "units": numbers(each.unit_id for each in asked),
        },
    )
    return [
        OwnedSite(
            unit_id=unit_id,
            unit_name=unit_name,
            host=host,
            path_prefix=path_prefix,
            valid_from=valid_from,
            valid_until=valid_until,
        )
        for unit_id, unit_name, host, path_prefix, valid_from, valid_until in rows
    ]


_SITE_VALUES = (
    UnitSite.unit_id,
    Unit.name,
    UnitSite.host,
    UnitSite.path_prefix,
    UnitSite.valid_from,
    UnitSite.valid_until,
)
# Two lookups, each by its index, where one condition with "or" would read the table.
_BY_HOST_OR_UNIT = union(
    *(
        select(*_SITE_VALUES).join(Unit, Unit.id == UnitSite.unit_id).where(which)
        for which in (
            is_one_of_texts(_SITES.c.host, "hosts"),
            is_one_of(_SITES.c.unit_id, "units"),
        )
    )
)


# --- what the pages were before ------------------------------------------------------------------


async def _looks(session: AsyncSession, page_ids: Collection[int]) -> dict[int, tuple[Look, ...]]:
    """By page: what every look that could read it found, the oldest first."""
    found: dict[int, list[Look]] = defaultdict(list)
    rows = await session.execute(_READ, {"pages": numbers(page_ids)})
    for page_id, at, title, text_hash in rows:
        found[page_id].append(Look(at, title, text_hash))
    return {page_id: tuple(looks) for page_id, looks in found.items()}


_READ = (
    select(PageCheck.page_id, PageCheck.at, PageCheck.title, PageCheck.text_hash)
    .where(is_one_of(_CHECKS.c.page_id, "pages"), PageCheck.state.in_(OPENED))
    .order_by(PageCheck.at, PageCheck.id)
)

"""A directive's articles as all reports show them: each with its class, and the numbers of them.

What is counted and how is decided in `bot.domain.article_numbers`; here it is put together.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import cached_property, partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.articles.landings import with_address
from bot.domain.article_facts import ArticleFacts, SentArticle
from bot.domain.article_numbers import (
    ArticleNumbers,
    CountedArticle,
    TaskProgress,
    Timing,
    class_of,
    count,
    genre_of,
)
from bot.domain.findings import Finding, Found, findings
from bot.domain.found import doubts, for_unit
from bot.domain.reposts import reposts
from bot.domain.rights import Scope
from bot.domain.same_articles import repost_of
from bot.domain.same_links import SameLinks
from bot.domain.site_owners import SitesByPlace
from bot.storage import article_facts, article_lines
from bot.storage.article_facts import ManyFacts
from bot.storage.article_lines import ArticleLine


@dataclass(frozen=True, slots=True)
class ReportedArticle:
    """An article with what it is counted as, and what advises against counting it."""

    line: ArticleLine
    counted: CountedArticle
    doubts: tuple[Found, ...] = ()


@dataclass(frozen=True)
class ArticleReport:
    """All articles of a directive, or of its units within somebody's limits, in their order."""

    articles: tuple[ReportedArticle, ...] = ()

    @cached_property
    def total(self) -> ArticleNumbers:
        """Of all of them."""
        return count(each.counted for each in self.articles)

    def of_unit(self, addressee_id: int) -> Sequence[ReportedArticle]:
        """What one unit sent."""
        return self._by_unit.get(addressee_id, ())

    def of_units(self, addressee_ids: Iterable[int]) -> ArticleNumbers:
        """Of one unit, or of several together."""
        return count(each.counted for one in addressee_ids for each in self.of_unit(one))

    def of_task(self, task_id: int, period: str, addressee_ids: Iterable[int]) -> ArticleNumbers:
        """Of one task, or one period of it, by some units."""
        return count(
            counted
            for one in addressee_ids
            for counted in self._by_work.get((one, task_id, period), ())
        )

    def of_work(self, addressee_id: int, task_id: int, period: str) -> ArticleNumbers:
        """Of one task, or one period of it, by one unit."""
        return count(self._by_work.get((addressee_id, task_id, period), ()))

    def with_doubts(self, progress: Iterable[TaskProgress]) -> tuple[TaskProgress, ...]:
        """The tasks with how many of their articles are doubtful."""
        doubtful = Counter(
            (each.line.task_position, each.line.period)
            for each in self.articles
            if each.counted.counts and each.counted.is_doubtful
        )
        return tuple(
            replace(each, doubtful=doubtful[each.position, each.period]) for each in progress
        )

    @cached_property
    def _by_work(self) -> Mapping[tuple[int, int, str], Sequence[CountedArticle]]:
        found: dict[tuple[int, int, str], list[CountedArticle]] = defaultdict(list)
        for each in self.articles:
            line = each.line
            found[line.addressee_id, line.task_id, line.period].append(each.counted)
        return found

    @cached_property
    def _by_unit(self) -> Mapping[int, Sequence[ReportedArticle]]:
        found: dict[int, list[ReportedArticle]] = defaultdict(list)
        for each in self.articles:
            found[each.line.addressee_id].append(each)
        return found


async def article_report(
    session: AsyncSession,
    directive_id: int,
    *,
    now: datetime,
    zone: tzinfo,
    scope: Scope | None = None,
) -> ArticleReport:
    """Read and count them; `zone` is the office's. Counting thousands takes a while, so that it is
    done beside the event loop. Who reads within limits is told of no other unit by its name."""
    lines = await article_lines.of_directive(session, directive_id, scope=scope)
    counted = await article_lines.counted_ids(session, directive_id)
    many = await article_facts.of_many(session, {*counted, *(line.article_id for line in lines)})
    # A re-post is one though the original be of a unit outside of somebody's limits.
    sent = [many.articles[article_id].article for article_id in counted]
    noticing = partial(_Noticing, many, sent, now=now, zone=zone)
    found = await asyncio.to_thread(_reported, lines, noticing)
    return ArticleReport(found if scope is None else tuple(_for_limited(each) for each in found))


def _reported(
    lines: Iterable[ArticleLine], noticing: Callable[[], _Noticing]
) -> tuple[ReportedArticle, ...]:
    notice = noticing()
    return tuple(_counted(line, notice.of(line.article_id)) for line in lines)


def _for_limited(each: ReportedArticle) -> ReportedArticle:
    return replace(each, doubts=for_unit(each.doubts))


class _Noticing:
    """What is found of each of many articles, as of one alone (`bot.actions.article_findings`), but
    that of those that are the same only the first is told: no article is held against all."""

    def __init__(
        self, many: ManyFacts, sent: Iterable[SentArticle], *, now: datetime, zone: tzinfo
    ) -> None:
        self._many = many
        self._sites = SitesByPlace(many.sites)
        self._links = SameLinks(many.alike)
        self._originals = reposts(sent, many.alike)
        self._now, self._zone = now, zone

    def of(self, article_id: int) -> tuple[Found, ...]:
        """In the order of `Finding`."""
        facts = self._complete(self._many.articles[article_id])
        found = [_without_others(each) for each in findings(facts, now=self._now, zone=self._zone)]
        if (original := self._originals.get(article_id)) is not None:
            found.append(repost_of(facts.article, original))
        return tuple(found)

    def _complete(self, facts: ArticleFacts) -> ArticleFacts:
        mine = with_address(facts.article)
        sites = self._sites.near(mine.address or mine.landing_key, mine.unit_id)
        return replace(facts, article=mine, sites=sites, others=self._links.few(mine))


def _without_others(found: Found) -> Found:
    """Without how many more are the same."""
    return found if found.of_article_id is None else replace(found, number=None)


def _counted(line: ArticleLine, found: tuple[Found, ...]) -> ReportedArticle:
    named = {each.finding for each in found}
    against = doubts(found)
    counted = CountedArticle(
        genre=genre_of(line.kind, url_key=line.url_key, words=f"{line.measure} {line.note}"),
        became=class_of(line.state, is_asked=line.is_asked),
        submitted=_timing(named, Finding.SUBMITTED_ON_TIME, Finding.SUBMITTED_LATE),
        published=_timing(named, Finding.PUBLISHED_ON_TIME, Finding.PUBLISHED_LATE),
        is_repost=Finding.REPOST in named,
        is_doubtful=bool(against),
    )
    return ReportedArticle(line, counted, against)


def _timing(found: Collection[Finding], on_time: Finding, late: Finding) -> Timing:
    if late in found:
        return Timing.LATE
    return Timing.ON_TIME if on_time in found else Timing.UNKNOWN

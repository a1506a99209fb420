"""A directive's articles as all reports show them: each with its class, and the numbers of them.

What is counted and how is decided in `bot.domain.article_numbers`; here it is put together.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.article_facts import ArticleFacts, SentArticle
from bot.domain.article_numbers import (
    ArticleNumbers,
    CountedArticle,
    Timing,
    class_of,
    count,
    genre_of,
)
from bot.domain.findings import Finding, findings
from bot.domain.reposts import reposts
from bot.domain.rights import Scope
from bot.storage import alike_articles, article_facts, article_lines
from bot.storage.article_lines import ArticleLine


@dataclass(frozen=True, slots=True)
class ReportedArticle:
    """An article with what it is counted as."""

    line: ArticleLine
    counted: CountedArticle


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
            each.counted
            for one in addressee_ids
            for each in self.of_unit(one)
            if (each.line.task_id, each.line.period) == (task_id, period)
        )

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
    done beside the event loop."""
    lines = await article_lines.of_directive(session, directive_id, scope=scope)
    counted = await article_lines.counted_ids(session, directive_id)
    facts = await article_facts.bare(session, {*counted, *(line.article_id for line in lines)})
    # A re-post is one though the original be of a unit outside of somebody's limits.
    sent = [facts[article_id].article for article_id in counted]
    others = await alike_articles.with_same_words(session, sent)
    return await asyncio.to_thread(_reported, lines, facts, sent, others, now=now, zone=zone)


def _reported(
    lines: Iterable[ArticleLine],
    facts: Mapping[int, ArticleFacts],
    sent: Iterable[SentArticle],
    others: Iterable[SentArticle],
    *,
    now: datetime,
    zone: tzinfo,
) -> ArticleReport:
    again = reposts(sent, others)
    return ArticleReport(
        tuple(
            ReportedArticle(line, _counted(line, facts[line.article_id], again, now=now, zone=zone))
            for line in lines
        )
    )


def _counted(
    line: ArticleLine,
    facts: ArticleFacts,
    again: Collection[int],
    *,
    now: datetime,
    zone: tzinfo,
) -> CountedArticle:
    found = {each.finding for each in findings(facts, now=now, zone=zone)}
    return CountedArticle(
        genre=genre_of(line.kind, url_key=line.url_key, words=f"{line.measure} {line.note}"),
        became=class_of(line.state, is_asked=line.is_asked),
        submitted=_timing(found, Finding.SUBMITTED_ON_TIME, Finding.SUBMITTED_LATE),
        published=_timing(found, Finding.PUBLISHED_ON_TIME, Finding.PUBLISHED_LATE),
        is_repost=line.article_id in again,
    )


def _timing(found: Collection[Finding], on_time: Finding, late: Finding) -> Timing:
    if late in found:
        return Timing.LATE
    return Timing.ON_TIME if on_time in found else Timing.UNKNOWN

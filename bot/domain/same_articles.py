"""Which other articles are the same as one, or probably are; pure.

An article is never compared with itself. Each way of being the same is told once, of the article
that was sent first, with how many there are in all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import reduce

from bot.domain.article_facts import ArticleFacts, PageFacts, SentArticle, TaskName
from bot.domain.found import Finding, Found
from bot.domain.likeness import similar


class Same(StrEnum):
    """How it is known that two links lead to one page, the plainest first."""

    LINK = "link"
    REDIRECT = "redirect"
    CANONICAL = "canonical"


class Whose(StrEnum):
    """For what the other one was sent."""

    SAME_TASK = "same_task"
    OTHER_TASK = "other_task"
    OTHER_UNIT = "other_unit"


def found_same(facts: ArticleFacts) -> Iterator[Found]:
    """Duplicates first, then what is probably the same words published elsewhere."""
    mine = facts.article
    others = [other for other in facts.others if other.article_id != mine.article_id]
    alike: list[SentArticle] = []
    groups: dict[Finding, list[SentArticle]] = {}
    for other in sorted(others, key=_by_submission):
        if (same := same_page(mine, other)) is not None:
            finding = _DUPLICATES.get((same, _whose(mine, other)))
            if finding is not None:
                groups.setdefault(finding, []).append(other)
        elif same_words(mine, other):
            alike.append(other)
    for finding in sorted(groups, key=_ORDER.index):
        yield _of(finding, groups[finding][0], mine, number=len(groups[finding]))
    if alike:
        yield _repost(mine, alike)


_ORDER = tuple(Finding)
_DUPLICATES = {
    (same, whose): Finding(f"{same}_{whose}")
    for same in Same
    for whose in Whose
    if (same, whose) != (Same.LINK, Whose.SAME_TASK)  # that one is refused when it is sent
}


def _by_submission(article: SentArticle) -> tuple[float, int]:
    return article.submitted_at.timestamp(), article.article_id


def _whose(mine: SentArticle, other: SentArticle) -> Whose:
    if mine.unit_id != other.unit_id:
        return Whose.OTHER_UNIT
    is_same = mine.assignment_id == other.assignment_id
    return Whose.SAME_TASK if is_same else Whose.OTHER_TASK


def same_page(one: SentArticle, other: SentArticle) -> Same | None:
    """How two articles are known to be one page, or one file; None if they are not."""
    if one.url_key == other.url_key:
        return Same.LINK
    if _landings(one) & _landings(other):
        return Same.REDIRECT
    return Same.CANONICAL if one.keys & other.keys else None


def _landings(article: SentArticle) -> set[str]:
    return {key for key in (article.url_key, article.final_key) if key is not None}


def same_words(one: SentArticle, other: SentArticle) -> bool:
    """Whether two pages probably hold the same article: the very same text, or on different hosts
    the same title or almost the same text."""
    if (mine := one.read) is None or (theirs := other.read) is None:
        return False
    if mine.text_hash is not None and mine.text_hash == theirs.text_hash:
        return True
    if one.host == other.host:
        return False
    same_title = mine.title_key is not None and mine.title_key == theirs.title_key
    return same_title or _similar(mine, theirs)


def _similar(mine: PageFacts, theirs: PageFacts) -> bool:
    if mine.fingerprint is None or theirs.fingerprint is None:
        return False
    return similar(mine.fingerprint, theirs.fingerprint)


def _repost(mine: SentArticle, alike: Sequence[SentArticle]) -> Found:
    earlier = [other for other in alike if is_earlier(other, mine)]
    if earlier:
        return _of(Finding.REPOST, _earliest(earlier), mine, number=len(alike))
    return _of(Finding.REPOSTED, _earliest(alike), mine, number=len(alike))


def repost_of(mine: SentArticle, original: SentArticle) -> Found:
    """What is found of a re-post where it is known of which."""
    return _of(Finding.REPOST, original, mine, number=1)


def _earliest(articles: Iterable[SentArticle]) -> SentArticle:
    return reduce(lambda best, other: other if is_earlier(other, best) else best, articles)


def is_earlier(one: SentArticle, other: SentArticle) -> bool:
    """Which of two is the original: the one published earlier where both pages say when for sure,
    else the one that was sent earlier."""
    mine, theirs = _sure_day(one), _sure_day(other)
    if mine is not None and theirs is not None:
        at, their_at = _at(one), _at(other)
        if at is not None and their_at is not None and at != their_at:
            return at < their_at
        if mine != theirs:
            return mine < theirs
    return _by_submission(one) < _by_submission(other)


def _sure_day(article: SentArticle) -> date | None:
    page = article.page
    return page.published_on if page and page.published_is_sure else None


def _at(article: SentArticle) -> float | None:
    page = article.page
    return page.published_at.timestamp() if page and page.published_at else None


def _of(finding: Finding, other: SentArticle, mine: SentArticle, *, number: int) -> Found:
    is_own = other.unit_id == mine.unit_id
    return Found(
        finding,
        of_article_id=other.article_id,
        unit_name="" if is_own else other.unit_name,
        number=number,
        at=other.submitted_at,
        task=_as_seen_from(mine, other.task),
    )


def _as_seen_from(mine: SentArticle, task: TaskName) -> TaskName:
    """Of the same directive only what tells its tasks apart."""
    return replace(task, directive="") if task.directive_id == mine.task.directive_id else task

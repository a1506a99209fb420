"""Which of a directive's many articles are re-posts of others; pure.

The rule is that of the finding for one article (`same_articles`). Here it is asked of thousands at
once, of which a thousand may well be the same release: every article is held against few others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from bot.domain.article_facts import SentArticle
from bot.domain.fingerprints import Fingerprints
from bot.domain.same_articles import is_earlier, same_page, same_words


def reposts(
    counted: Iterable[SentArticle], others: Iterable[SentArticle] = ()
) -> dict[int, SentArticle]:
    """By id, those of a directive's `counted` articles that are probably re-posts: of each other,
    or of `others` anywhere with the same title or text. Each with an earlier one, most often the
    first: not all are compared."""
    of_directive = [each for each in counted if each.read is not None]
    everywhere = {each.article_id: each for each in (*others, *of_directive)}
    # What was sent first is most often the original: then the first comparison is the last.
    in_order = sorted(everywhere.values(), key=lambda each: each.submitted_at)
    by_words = _by_words(in_order)
    by_fingerprint = _by_fingerprint(sorted(of_directive, key=lambda each: each.submitted_at))
    fingerprints = Fingerprints(by_fingerprint)
    found = {}
    for mine in of_directive:
        same = _with_same_words(mine, by_words)
        alike = _alike(mine, fingerprints, by_fingerprint)
        earlier = (other for other in chain(same, alike) if _is_repost(mine, other))
        if (original := next(earlier, None)) is not None:
            found[mine.article_id] = original
    return found


def _is_repost(mine: SentArticle, other: SentArticle) -> bool:
    return (
        other.article_id != mine.article_id
        and is_earlier(other, mine)
        and same_page(mine, other) is None
        and same_words(mine, other)
    )


_Words = tuple[str, str]


def _marks(article: SentArticle) -> Iterator[_Words]:
    page = article.read
    if page is None:
        return
    if page.title_key:
        yield "title", page.title_key
    if page.text_hash:
        yield "text", page.text_hash


def _by_words(articles: Iterable[SentArticle]) -> Mapping[_Words, list[SentArticle]]:
    found: dict[_Words, list[SentArticle]] = defaultdict(list)
    for article in articles:
        for mark in _marks(article):
            found[mark].append(article)
    return found


def _with_same_words(
    mine: SentArticle, by_words: Mapping[_Words, list[SentArticle]]
) -> Iterator[SentArticle]:
    for mark in _marks(mine):
        yield from by_words[mark]


def _by_fingerprint(articles: Sequence[SentArticle]) -> Mapping[int, list[SentArticle]]:
    found: dict[int, list[SentArticle]] = defaultdict(list)
    for article in articles:
        if article.read is not None and article.read.fingerprint is not None:
            found[article.read.fingerprint].append(article)
    return found


def _alike(
    mine: SentArticle,
    fingerprints: Fingerprints,
    by_fingerprint: Mapping[int, list[SentArticle]],
) -> Iterator[SentArticle]:
    page = mine.read
    if page is None or page.fingerprint is None:
        return
    for theirs in fingerprints.similar_to(page.fingerprint):
        yield from by_fingerprint[theirs]

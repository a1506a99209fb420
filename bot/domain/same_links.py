"""Which of very many articles may be the same page as one: a few of those with a key of it; pure.

A thousand units may send the same link. That it was sent by others, and by whom first, is told from
the first of them; how many they are is asked of one article alone (`same_articles`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from bot.domain.article_facts import SentArticle

# Of other units' articles and of the unit's own, by each key.
FEW: Final = 4


class SameLinks:
    """Counted articles by their keys."""

    def __init__(self, articles: Iterable[SentArticle]) -> None:
        self._own: dict[tuple[str, int], list[SentArticle]] = defaultdict(list)
        self._first: dict[str, list[SentArticle]] = defaultdict(list)
        for article in sorted(articles, key=lambda each: (each.submitted_at, each.article_id)):
            for key in article.keys:
                self._add(key, article)

    def _add(self, key: str, article: SentArticle) -> None:
        own, first = self._own[key, article.unit_id], self._first[key]
        # One more than is told of, for the article itself may be among them.
        if not own and len(first) <= FEW:
            first.append(article)
        if len(own) <= FEW:
            own.append(article)

    def few(self, mine: SentArticle) -> tuple[SentArticle, ...]:
        """The first of the same unit, and of every other unit its first, up to some of each."""
        found = {other.article_id: other for key in mine.keys for other in self._with(key, mine)}
        found.pop(mine.article_id, None)
        return tuple(found.values())

    def _with(self, key: str, mine: SentArticle) -> Iterator[SentArticle]:
        yield from self._own.get((key, mine.unit_id), ())
        yield from (each for each in self._first.get(key, ()) if each.unit_id != mine.unit_id)

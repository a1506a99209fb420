"""What is counted of articles in every report: classes, forms, in time or not, originals; pure.

Chat, board and files show these numbers and count nothing themselves. Which articles they are made
of is read in `bot.reports.numbers`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from bot.domain.articles import EvidenceKind
from bot.domain.folding import fold
from bot.domain.site_owners import host_of, is_social
from bot.domain.states import ArticleState

_Kind = TypeVar("_Kind", bound=StrEnum)


class Genre(StrEnum):
    """The forms in which offices count what was published."""

    ARTICLE = "article"  # tin, bài: on a site that is no social network's
    FILM = "film"  # phóng sự, video
    SOCIAL = "social"  # mạng xã hội
    BROADCAST = "broadcast"  # phát thanh
    OTHER = "other"


_BROADCAST: Final = re.compile(r"\b(?:phat thanh|truyen thanh|loa)\b")
_FILM: Final = re.compile(r"\b(?:phong su|video|clip|truyen hinh)\b")
_OF_FILES: Final = {EvidenceKind.VIDEO: Genre.FILM, EvidenceKind.AUDIO: Genre.BROADCAST}


def genre_of(kind: EvidenceKind, *, url_key: str = "", words: str = "") -> Genre:
    """In which form something was published: of a link by its key, of a quantity by the words that
    say what it is so many of. A picture or a document shows that something else was done."""
    if kind is EvidenceKind.LINK:
        return Genre.SOCIAL if is_social(host_of(url_key)) else Genre.ARTICLE
    if kind is not EvidenceKind.QUANTITY:
        return _OF_FILES.get(kind, Genre.OTHER)
    folded = fold(words)
    if _BROADCAST.search(folded):
        return Genre.BROADCAST
    return Genre.FILM if _FILM.search(folded) else Genre.OTHER


class ArticleClass(StrEnum):
    """What became of an article."""

    ACCEPTED = "accepted"
    UNDECIDED = "undecided"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"  # its task is asked no more


COUNTING: Final = frozenset({ArticleClass.ACCEPTED, ArticleClass.UNDECIDED})
_CLASSES: Final = {
    ArticleState.ACCEPTED: ArticleClass.ACCEPTED,
    ArticleState.RECORDED: ArticleClass.UNDECIDED,
    ArticleState.RETURNED: ArticleClass.RETURNED,
    ArticleState.WITHDRAWN: ArticleClass.WITHDRAWN,
}


def class_of(state: ArticleState, *, is_asked: bool) -> ArticleClass:
    """`is_asked`: whether its task is still one of its directive's."""
    return _CLASSES[state] if is_asked else ArticleClass.DROPPED


class Timing(StrEnum):
    """Whether something was before its deadline."""

    ON_TIME = "on_time"
    LATE = "late"
    UNKNOWN = "unknown"  # no deadline, or nobody knows when it was


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedArticle:
    """An article as far as it is counted."""

    genre: Genre
    became: ArticleClass
    submitted: Timing
    published: Timing
    is_repost: bool = False
    is_doubtful: bool = False  # something advises against counting it

    @property
    def counts(self) -> bool:
        """Whether it is one of those that the unit has to show."""
        return self.became in COUNTING


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleNumbers:
    """Articles of a unit, a group or a directive. Of those that count: by form, in time by when
    they were sent and by when they were published, re-posts, and those of which something advises
    against counting them; `classes` are of all."""

    classes: Mapping[ArticleClass, int]
    genres: Mapping[Genre, int]
    submitted: Mapping[Timing, int]
    published: Mapping[Timing, int]
    reposts: int
    doubtful: int = 0

    @property
    def total(self) -> int:
        """How many count."""
        return sum(self.classes[each] for each in COUNTING)

    @property
    def originals(self) -> int:
        """How many of them are published nowhere else before, as far as is known."""
        return self.total - self.reposts


def count(articles: Iterable[CountedArticle]) -> ArticleNumbers:
    """Count them; every class, form and timing has its number, though it be 0."""
    found = list(articles)
    counting = [each for each in found if each.counts]
    return ArticleNumbers(
        classes=_counted(ArticleClass, (each.became for each in found)),
        genres=_counted(Genre, (each.genre for each in counting)),
        submitted=_counted(Timing, (each.submitted for each in counting)),
        published=_counted(Timing, (each.published for each in counting)),
        reposts=sum(each.is_repost for each in counting),
        doubtful=sum(each.is_doubtful for each in counting),
    )


def _counted(kinds: type[_Kind], them: Iterable[_Kind]) -> Mapping[_Kind, int]:
    counter = Counter(them)
    return {kind: counter[kind] for kind in kinds}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskProgress:
    """Of how many units a task, or one period of it, is asked, how many of them have sent as many
    articles as are expected, of how many the office has accepted it, how many are finished with
    it, how many articles are expected of all of them, and of how many of those that count
    something advises against it."""

    position: int
    period: str = ""
    units: int
    enough: int
    accepted: int
    finished: int
    expected: int
    doubtful: int = 0  # articles

    @property
    def asks_articles(self) -> bool:
        """Whether units are to send any: else everybody would have sent enough from the start."""
        return self.expected > 0

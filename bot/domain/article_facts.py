"""What is known of an article and of those that may be the same: the values, nothing decided.

What is noticed about them is in `findings`; how they are read is in `bot.storage.article_facts`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.domain.articles import OPENED, EvidenceKind, PageKind, PageState
from bot.domain.site_owners import OwnedSite, host_of
from bot.domain.states import ArticleState

# Somebody's article is none of these: what stands there is said of many.
NO_ARTICLE: Final = frozenset({PageKind.NOT_FOUND, PageKind.LIST, PageKind.HOME, PageKind.LOGIN})
_BELOW_HOST: Final = re.compile(r"[/?#]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """A page as it was found when it was last looked at; `state` is None before that."""

    state: PageState | None
    kind: PageKind | None = None
    final_key: str | None = None
    final_url: str | None = None
    canonical_key: str | None = None
    title: str | None = None
    title_key: str | None = None
    published_on: date | None = None
    published_at: datetime | None = None  # where the time of day is known too
    published_is_sure: bool = False
    text_hash: str | None = None
    fingerprint: int | None = None
    checked_at: datetime | None = None
    dead_at: datetime | None = None

    @property
    def is_opened(self) -> bool:
        """Somebody can read something there."""
        return self.state in OPENED

    @property
    def may_be_article(self) -> bool:
        """It is not known to be of another kind."""
        return self.kind not in NO_ARTICLE


@dataclass(frozen=True, slots=True)
class Look:
    """What a page was when it could be read at that moment."""

    at: datetime
    title: str | None = None
    text_hash: str | None = None


@dataclass(frozen=True, slots=True)
class TaskName:
    """A task as people tell it from others; `directive` is its number and symbol, where known."""

    directive_id: int
    position: int
    period: str = ""
    directive: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentArticle:
    """An article with all that it is compared by."""

    article_id: int
    assignment_id: int
    unit_id: int
    unit_name: str
    task: TaskName
    kind: EvidenceKind
    url_key: str
    url: str | None = None  # as sent
    address: str | None = None  # of where it leads, as sites are compared with it
    submitted_at: datetime
    given_title: str | None = None
    page: PageFacts | None = None

    @property
    def landing_key(self) -> str:
        """The key of where the link leads: after redirects, if it could be followed."""
        page = self.page
        return (page.final_key if page and page.is_opened else None) or self.url_key

    @property
    def landing_url(self) -> str | None:
        """Where the link leads, likewise: the link itself."""
        page = self.page
        return (page.final_url if page and page.is_opened else None) or self.url

    @property
    def host(self) -> str:
        """Of where the link leads."""
        return host_of(self.landing_key)

    @property
    def final_key(self) -> str | None:
        """Where the link leads, if an article may stand there."""
        return self._telling(self.page.final_key if self.page else None)

    @property
    def canonical_key(self) -> str | None:
        """What the page calls itself, likewise."""
        return self._telling(self.page.canonical_key if self.page else None)

    def _telling(self, key: str | None) -> str | None:
        """The key if it tells one article from others: links that are gone often lead to a home
        page, and careless sites call all their pages by its address."""
        page = self.page
        if key is None or page is None or not (page.is_opened and page.may_be_article):
            return None
        return key if _BELOW_HOST.search(key) else None

    @property
    def keys(self) -> frozenset[str]:
        """All by which another article may be found to be the same."""
        return frozenset(
            key for key in (self.url_key, self.final_key, self.canonical_key) if key is not None
        )

    @property
    def read(self) -> PageFacts | None:
        """The page while an article may be read there: only then its words are compared."""
        page = self.page
        return page if page and page.is_opened and page.may_be_article else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFacts:
    """One article with everything that findings are made of.

    `sites` are at least those of its unit and those with its link's host or one above; `others`
    are counted articles that may be the same, `looks` those at its page that could read it.
    """

    article: SentArticle
    state: ArticleState = ArticleState.RECORDED
    decided_at: datetime | None = None
    deadline_at: datetime | None = None
    issued_at: datetime
    issued_on: date | None = None
    sites: tuple[OwnedSite, ...] = ()
    others: tuple[SentArticle, ...] = ()
    looks: tuple[Look, ...] = ()

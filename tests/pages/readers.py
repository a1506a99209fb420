"""Who reads the pages: we, and the libraries that we are measured beside, all in one form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import htmldate
import trafilatura

from bot.articles.metadata import read_page
from tests.pages.corpus import NOW, ZONE, Marked


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a page; None where it says nothing or was not asked."""

    title: str | None = None
    day: date | None = None
    at: datetime | None = None
    is_sure: bool = True
    """Libraries do not say how sure they are: whatever they name they give as certain."""
    kind: str | None = None
    site: str | None = None
    author: str | None = None
    canonical: str | None = None


def ours(page: Marked) -> Reading:
    """As the bot reads it."""
    read = read_page(page.body, url=page.url, content_type=page.content_type, now=NOW, zone=ZONE)
    published = read.published
    return Reading(
        title=read.title,
        day=published.day if published else None,
        at=published.at if published else None,
        is_sure=bool(published and published.is_sure),
        kind=read.kind.value,
        site=read.site,
        author=read.author,
        canonical=read.canonical,
    )


def by_trafilatura(page: Marked) -> Reading:
    """Title, site and author; its day is htmldate's, with extensive search."""
    found = trafilatura.extract_metadata(page.body, default_url=page.url)
    if found is None:
        return Reading()
    return Reading(
        title=found.title,
        day=date.fromisoformat(found.date) if found.date else None,
        site=found.sitename,
        author=found.author,
    )


def by_htmldate(page: Marked) -> Reading:
    """The day of publication, as it comes."""
    return _htmldate(page, is_extensive=True)


def by_careful_htmldate(page: Marked) -> Reading:
    """The same without its search through the text."""
    return _htmldate(page, is_extensive=False)


def _htmldate(page: Marked, *, is_extensive: bool) -> Reading:
    try:
        found = htmldate.find_date(
            page.body, url=page.url, original_date=True, extensive_search=is_extensive
        )
    except ValueError:  # an empty page
        return Reading()
    return Reading(day=date.fromisoformat(found) if found else None)


READERS: dict[str, Callable[[Marked], Reading]] = {
    "Dondoc": ours,
    "trafilatura": by_trafilatura,
    "htmldate": by_htmldate,
    "htmldate, not extensive": by_careful_htmldate,
}

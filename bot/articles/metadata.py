"""A fetched page understood: what it is, its title, site, author, day, address and text.

Nothing is fetched here, and nothing raised: what a page does not say is None. It takes a fraction
of a second at most, whatever the bytes; who has other work meanwhile has it done by `reading`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final
from urllib.parse import urljoin

from bot.articles.likeness import fingerprint, text_hash
from bot.articles.page import DateSource, Page
from bot.articles.page_authors import find_author
from bot.articles.page_blocks import Markup
from bot.articles.page_dates import find_published
from bot.articles.page_encoding import decode
from bot.articles.page_headlines import Line, headlines
from bot.articles.page_kinds import kind_of
from bot.articles.page_linked_data import LinkedArticle, LinkedData, read_linked_data
from bot.articles.page_markup import read_markup
from bot.articles.page_names import find_site, known_names, words_of_address
from bot.articles.page_text import find_place, lines_within, main_text
from bot.articles.page_title_choice import choose
from bot.articles.page_titles import is_like
from bot.articles.urls import MAX_LENGTH, canonical_key
from bot.domain.articles import PageKind
from bot.domain.folding import fold
from bot.errors import InvalidInput

MOST_BYTES: Final = 2 * 1024 * 1024
_MOST_SHOWN: Final = 12  # lines that may be the headline of the article in the page's data
_MOST_LINKS: Final = 300
_SHORTEST_TITLE: Final = 12  # characters of a link that may be the headline
_NEAR: Final = frozenset({DateSource.LABELLED, DateSource.LINE, DateSource.TIME})
_HTML: Final = re.compile(r"\s*(?:text/(?:html|plain)|application/xhtml\+xml)\b", re.IGNORECASE)


def read_page(
    body: bytes, *, url: str, content_type: str | None, now: datetime, zone: tzinfo
) -> Page:
    """The page that these bytes are; of more than MOST_BYTES the first.

    `url` is where they came from after all redirects, `content_type` the server's header, `zone`
    the office's, for hours that name none.
    """
    if content_type and not _HTML.match(content_type):
        return Page(PageKind.UNKNOWN)
    markup = read_markup(decode(body[:MOST_BYTES], content_type))
    data = read_linked_data(markup.scripts_ld)
    seen = headlines(markup, _own_links(markup, url))
    article = _article(markup, data, seen, url)
    known = known_names(markup, data, article)
    chosen = choose(markup, article, seen, known, address=words_of_address(url))
    title = chosen.title if chosen else None
    place = find_place(markup, title, chosen.at if chosen else None)
    lines = lines_within(markup, place)
    text = main_text(lines)
    published = find_published(markup, data, article, place, url=url, now=now, zone=zone)
    kind = kind_of(
        markup, data, place, lines, url=url, title=title,
        known=known,
        is_dated=published is not None and published.is_sure,
        is_day_near=published is not None and published.source in _NEAR,
    )  # fmt: skip
    return Page(
        kind=kind,
        title=title,
        site=find_site(markup, data, article, known),
        author=find_author(markup, article, place, text, known)
        if kind is PageKind.ARTICLE
        else None,
        published=published if kind in (PageKind.ARTICLE, PageKind.UNKNOWN) else None,
        canonical=_canonical(markup, url),
        text_hash=text_hash(text),
        fingerprint=fingerprint(text),
        text=text,
    )


# --- whom to believe ---------------------------------------------------------------------------


def _article(
    markup: Markup, data: LinkedData, seen: Sequence[Line], url: str
) -> LinkedArticle | None:
    """Of the articles that the page describes, its own."""
    lines = sorted((line for line in seen if line.weight > 0), key=lambda line: -line.weight)
    shown = [
        markup.title, *markup.meta("og:title"), *_headings(markup, "h1"),
        *(line.texts[0] for line in lines[:_MOST_SHOWN]),
    ]  # fmt: skip
    same = {fold(name) for name in shown}
    own = [
        *(article for article in data.articles if fold(article.headline) in same - {""}),
        *(
            article
            for article in data.articles
            if any(is_like(article.headline, name) for name in shown if name)
        ),
    ]
    if own:
        return own[0]
    here = _key(url)
    own = [
        article
        for article in data.articles
        if article.url and _key(urljoin(url, article.url)) == here
    ]
    if here and own:
        return own[0]
    unnamed = [article for article in data.articles if not article.headline]
    return unnamed[0] if len(data.articles) == len(unnamed) == 1 else None


def _own_links(markup: Markup, url: str) -> frozenset[str]:
    """The words of the links that lead to the page itself, as the headline of a blog does."""
    here = {_key(url), _key(_joined(url, markup.canonical or ""))} - {None}
    return frozenset(
        link.text
        for link in markup.links[:_MOST_LINKS]
        if len(link.text) >= _SHORTEST_TITLE and link.href and _key(_joined(url, link.href)) in here
    )


def _joined(url: str, href: str) -> str:
    try:
        return urljoin(url, href)
    except ValueError:
        return ""


def _key(url: str) -> str | None:
    try:
        return canonical_key(url)
    except (InvalidInput, ValueError):
        return None


def _headings(markup: Markup, tag: str) -> list[str]:
    return [block.plain for block in markup.blocks if block.tag == tag][:20]


def _canonical(markup: Markup, url: str) -> str | None:
    """The address that the page gives itself, if it is of the same host and names a page."""
    if not markup.canonical:
        return None
    try:
        address = urljoin(urljoin(url, markup.base or ""), markup.canonical.strip())
        named, here = canonical_key(address), canonical_key(url)
    except (InvalidInput, ValueError):
        return None
    host, _, path = named.partition("/")
    if (
        host.partition("?")[0] != here.partition("/")[0].partition("?")[0]
        or len(address) > MAX_LENGTH
    ):
        return None
    is_home = not path and "?" not in host
    return None if is_home and named != here else address

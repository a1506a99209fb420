"""A fetched page understood: what it is, its title, site, author, day, address and text.

Nothing is fetched here, and nothing raised: what a page does not say is None. It takes a fraction
of a second at most, whatever the bytes; who has other work to do meanwhile gives it to a thread.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final
from urllib.parse import urljoin

from bot.articles.likeness import fingerprint, text_hash
from bot.articles.page import LONGEST_NAME, Page
from bot.articles.page_blocks import Markup, Region, tidy
from bot.articles.page_dates import find_published
from bot.articles.page_encoding import decode
from bot.articles.page_kinds import kind_of
from bot.articles.page_linked_data import LinkedArticle, LinkedData, read_linked_data
from bot.articles.page_markup import read_markup
from bot.articles.page_text import Place, find_place, lines_within, main_text
from bot.articles.page_titles import Candidate, Known, choose, clean, is_like, without_site
from bot.articles.urls import MAX_LENGTH, canonical_key
from bot.domain.articles import PageKind
from bot.domain.folding import fold
from bot.errors import InvalidInput

MOST_BYTES: Final = 2 * 1024 * 1024
_HTML: Final = re.compile(r"\s*(?:text/(?:html|plain)|application/xhtml\+xml)\b", re.IGNORECASE)
_TITLE_METAS: Final = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "title",
    "headline",
)
_TITLE_HINT: Final = re.compile(
    r"(?:title|tieu-?de|headline)[_-]?(?:detail|news|article|post|entry|bai|tin|main|ct)"
    r"|(?:detail|news|article|post|entry|content|chitiet|ct|bai|tin)[_-]?(?:title|tieu-?de|headline|name)"
    r"|\btieu-?de|\btitle\b|\bheadline"
)
_AUTHOR_HINT: Final = re.compile(r"\b(?:author|tac-?gia|but-?danh|nguoi-?viet|byline)")
_AUTHOR: Final = re.compile(
    r"\s*(?:tác giả|người viết|bài và ảnh|bài, ảnh|tin, ảnh|tin và ảnh|by|bài viết)\s*:?\s+",
    re.IGNORECASE,
)
_NO_AUTHOR: Final = frozenset(
    {"admin", "administrator", "webmaster", "editor", "ban bien tap", "bbt", "quan tri",
     "quan tri vien", "root", "user", "super user"}
)  # fmt: skip


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
    article = _article(markup, data, url)
    known = _known(markup, data, article)
    title = choose(_titles(markup, article), known)
    place = find_place(markup, title)
    lines = lines_within(markup, place)
    text = main_text(lines)
    published = find_published(markup, data, article, place, now=now, zone=zone)
    kind = kind_of(
        markup, data, place, lines, url=url, title=title,
        is_dated=published is not None and published.is_sure,
    )  # fmt: skip
    site = _site(markup, data, article, known)
    return Page(
        kind=kind,
        title=title,
        site=site,
        author=_author(markup, article, place, known) if kind is PageKind.ARTICLE else None,
        published=published if kind in (PageKind.ARTICLE, PageKind.UNKNOWN) else None,
        canonical=_canonical(markup, url),
        text_hash=text_hash(text),
        fingerprint=fingerprint(text),
        text=text,
    )


# --- whom to believe ---------------------------------------------------------------------------


def _article(markup: Markup, data: LinkedData, url: str) -> LinkedArticle | None:
    """Of the articles that the page describes, its own."""
    shown = [markup.title, *markup.meta("og:title"), *_headings(markup, "h1")]
    own = [
        article
        for article in data.articles
        if any(is_like(article.headline, name) for name in shown if name)
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


def _key(url: str) -> str | None:
    try:
        return canonical_key(url)
    except (InvalidInput, ValueError):
        return None


def _headings(markup: Markup, tag: str) -> list[str]:
    return [block.plain for block in markup.blocks if block.tag == tag][:20]


def _known(markup: Markup, data: LinkedData, article: LinkedArticle | None) -> Known:
    """The names of the site, and those that its menus lead to."""
    names = [
        *markup.meta("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher"),
        *markup.meta("dc.publisher", "copyright", "al:ios:app_name"),
        *data.site_names,
        article.publisher if article else "",
    ]
    menu = {
        fold(link.text)
        for link in markup.links
        if len(link.text.split()) <= 8
        and any(region in (Region.NAVIGATION, Region.HEADER) for _, region in link.regions)
    }
    return Known(frozenset(filter(None, map(fold, names))), frozenset(menu - {""}))


def _titles(markup: Markup, article: LinkedArticle | None) -> list[Candidate]:
    """All that may be the title, the most trustworthy first."""
    found = [Candidate(article.headline, False)] if article and article.headline else []
    found += [Candidate(value, False) for value in markup.meta(*_TITLE_METAS)[:1]]
    blocks = [(block, frozenset(region for _, region in block.regions)) for block in markup.blocks]
    inside = [block for block, regions in blocks if not regions & _BESIDE]
    found += [Candidate(block.plain, True) for block in inside if block.tag == "h1"][:5]
    found += [Candidate(markup.title, False)] if markup.title else []
    hinted = [block for block in inside if _TITLE_HINT.search(block.hint) and len(block.text) >= 15]
    found += [
        Candidate(block.plain, True) for block in hinted if block.linked < len(block.text) / 2
    ][:5]
    found += [
        Candidate(block.plain, True)
        for block in inside
        if block.tag in ("h2", "h3")
        and block.linked < len(block.text) / 2
        and len(block.text) >= 20
    ][:3]
    return found


_BESIDE: Final = frozenset({Region.NAVIGATION, Region.FOOTER, Region.ASIDE, Region.RELATED,
                            Region.COMMENTS, Region.CLOCK})  # fmt: skip


# --- the other names ---------------------------------------------------------------------------


def _site(
    markup: Markup, data: LinkedData, article: LinkedArticle | None, known: Known
) -> str | None:
    names: Sequence[str | None] = (
        *markup.meta("og:site_name", "application-name"),
        *data.site_names,
        article.publisher if article else None,
        without_site(clean(markup.title), known)[1],
    )
    name = next((tidy(name) for name in names if name and name.strip()), None)
    return name[:LONGEST_NAME] if name else None


def _author(
    markup: Markup, article: LinkedArticle | None, place: Place, known: Known
) -> str | None:
    names = [
        article.author if article else "",
        *markup.meta("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author"),
    ]
    first = place.headline or 0
    for block in markup.blocks[first : place.end]:
        if place.outside(block.regions) or len(block.text) > 100:
            continue
        labelled = _AUTHOR.match(block.plain)
        if labelled or _AUTHOR_HINT.search(block.hint):
            names.append(block.plain[labelled.end() if labelled else 0 :])
    for name in names:
        cleaned = clean(name).strip(" -–|:,.")
        folded = fold(cleaned)
        if folded and not _is_nobody(cleaned, folded, known):
            return cleaned[:LONGEST_NAME]
    return None


def _is_nobody(name: str, folded: str, known: Known) -> bool:
    """Whether this is an account, an address or the office itself."""
    return (
        folded in _NO_AUTHOR
        or folded in known.sites
        or "://" in name
        or "@" in name
        or len(name) > 80
        or any(letter.isdigit() for letter in name)
        or without_site(f"- | {name}", known)[1] is not None
    )


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

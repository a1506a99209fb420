"""What kind of page it is that was fetched: an article, or what a site shows instead of one; pure.

What follows for a link is decided by who checks it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urljoin, urlsplit

from bot.articles.page_blocks import Block, Markup
from bot.articles.page_linked_data import LinkedData
from bot.articles.page_lists import ARTICLE_TEXT, SILENT, is_list, repeats, says_list
from bot.articles.page_text import Place, first_text, leads_elsewhere
from bot.articles.page_titles import Known, is_like
from bot.articles.page_words import (
    BROKEN,
    GONE,
    LOCKED,
    LOGIN,
    PAGE,
    SHELL,
    WHOLLY_GONE,
)
from bot.domain.articles import PageKind
from bot.domain.folding import fold, unaccent

SHORT_TEXT: Final = 350  # characters; with fewer a page says nothing of its own
SHELL_TEXT: Final = 200
FEW_WORDS: Final = 120  # what stands below a video

_HOME_PATH: Final = re.compile(
    r"/?(?:(?:trang-chu|home|index|default|homepage|main|portal|web/guest/home|vi|vi-vn|web/guest"
    r"|pages/(?:home|default|trangchu|trang-chu)|sitepages/home)(?:\.(?:html?|aspx?|php|jsp|vnp|shtml))?)?/?",
    re.IGNORECASE,
)
_ERROR_PATH: Final = re.compile(
    r"(?:.{0,300}/)?(?:404|error|errors?/\d{3}|error-?(?:404|page)|page-?not-?found|not-?found|loi"
    r"|khong-tim-thay|trang-khong-ton-tai|pagenotfounderror)(?:\.(?:html?|aspx?|php|jsp))?/?",
    re.IGNORECASE,
)
_LOGIN_PATH: Final = re.compile(
    r"(?:.{0,300}/)?(?:login|dang-nhap|dangnhap|signin|sign-in|account/login|sso|authenticate)"
    r"(?:\.(?:html?|aspx?|php|jsp))?/?",
    re.IGNORECASE,
)
_SITES: Final = frozenset({"WebSite"})


def kind_of(
    markup: Markup,
    data: LinkedData,
    place: Place,
    lines: Sequence[Block],
    *,
    url: str,
    title: str | None,
    known: Known,
    is_dated: bool,
    is_day_near: bool,
) -> PageKind:
    """What the page is, by the `lines` of its text and all else.

    `is_dated`: whether it surely says when it was published; `is_day_near`: whether some day stands
    beside its headline.
    """
    path = _path_of(url)
    claims = _claims_article(markup, data)
    length = _length(lines)
    if _says_gone(markup, length, is_article=claims and is_dated) or _ERROR_PATH.fullmatch(path):
        return PageKind.NOT_FOUND
    if _is_login(markup, path, length, is_dated=is_dated):
        return PageKind.LOGIN
    if _HOME_PATH.fullmatch(path) and not _has_query(url):
        return PageKind.HOME
    if length < SHELL_TEXT and not is_dated and _is_shell(markup):
        return PageKind.SHELL
    if not claims and length < ARTICLE_TEXT and _is_home(markup, data, known, title, url):
        return PageKind.HOME
    if not data.articles and (says_list(markup, data) or repeats(markup, place)):
        return PageKind.LIST
    is_named = bool(title) and place.headline is not None
    if title and (is_dated or (is_day_near and is_named)) and (claims or length >= SHORT_TEXT):
        return PageKind.ARTICLE
    if is_named and is_dated:
        return PageKind.ARTICLE  # of pictures, or of a paper that is shown in a frame
    if is_named and is_day_near and length >= FEW_WORDS and is_like(markup.title, title or ""):
        return PageKind.ARTICLE
    if is_list(markup, place, lines, length):
        return PageKind.LIST
    if is_named and title and (is_like(markup.title, title) or is_day_near):
        return PageKind.ARTICLE
    if title and (claims or is_dated or length >= ARTICLE_TEXT):
        return PageKind.ARTICLE
    if is_dated and length >= ARTICLE_TEXT:
        return PageKind.ARTICLE  # whose title nobody can make out
    return PageKind.UNKNOWN


def _is_home(markup: Markup, data: LinkedData, known: Known, title: str | None, url: str) -> bool:
    """Whether the page is called like its site, or says that it is the site's front page."""
    is_sites = fold(markup.title) in known.sites
    if title is None:
        return is_sites
    if is_like(markup.title, title):
        return False
    address = urljoin(url, markup.canonical) if markup.canonical else ""
    says_home = bool(address) and not _path_of(address).strip("/") and not _has_query(address)
    return is_sites and (says_home or bool(data.types & _SITES) or not _has_text(markup))


def _has_text(markup: Markup) -> bool:
    return first_text(markup) is not None


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/-"


def _has_query(url: str) -> bool:
    try:
        return bool(urlsplit(url).query)
    except ValueError:
        return False


def _claims_article(markup: Markup, data: LinkedData) -> bool:
    return bool(data.articles) or any(
        value.lower().startswith("article") for value in markup.meta("og:type")
    )


def _length(lines: Sequence[Block]) -> int:
    """Characters of text, without links and lines so short that they are buttons and fields."""
    return sum(
        len(block.text) for block in lines if len(block.text) >= 25 and not leads_elsewhere(block)
    )


def _says_gone(markup: Markup, length: int, *, is_article: bool) -> bool:
    if is_article:
        return False
    headings = [markup.title, *(block.plain for block in markup.blocks if block.tag == "h1")]
    if any(BROKEN.fullmatch(fold(heading[:300])) for heading in headings[:5]):
        return True
    if length >= ARTICLE_TEXT:
        return False
    for heading in headings[:5]:
        folded = fold(heading[:300])
        if WHOLLY_GONE.fullmatch(folded) or (GONE.search(folded) and PAGE.search(folded)):
            return True
    if length >= SHORT_TEXT:
        return False
    for block in markup.blocks:
        if len(block.text) <= 300 and not SILENT & {region for _, region in block.regions}:
            folded = block.folded
            if GONE.search(folded) and PAGE.search(folded):
                return True
    return False


def _is_login(markup: Markup, path: str, length: int, *, is_dated: bool) -> bool:
    if length >= ARTICLE_TEXT:
        return False
    if _LOGIN_PATH.fullmatch(path):
        return True
    if is_dated:
        return False
    named = [markup.title, *(block.plain for block in markup.blocks if block.tag in ("h1", "h2"))]
    is_named = any(LOGIN.fullmatch(fold(name[:200])) for name in named[:6])
    asks = any(LOCKED.search(block.folded) for block in markup.blocks if len(block.text) <= 300)
    if markup.has_password:
        return is_named or asks or length < SHELL_TEXT
    return is_named or (asks and length < SHELL_TEXT)


def _is_shell(markup: Markup) -> bool:
    if not markup.blocks or markup.has_frames:
        return True
    seen = sum(block.own for block in markup.blocks)
    said = unaccent(" ".join([markup.noscript, markup.title, *(
        block.plain for block in markup.blocks[:5])])[:1_000])  # fmt: skip
    if seen < SHELL_TEXT and (SHELL.search(said) or markup.script_count):
        return True
    return seen < 2 * SHELL_TEXT and bool(SHELL.search(said)) and markup.script_count > 0

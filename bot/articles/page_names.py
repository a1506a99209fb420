"""The names on a page that are no title: the site's and those of its menu; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final
from urllib.parse import unquote, urlsplit

from bot.articles.page import LONGEST_NAME
from bot.articles.page_blocks import SHOWN_BORDER, Block, Markup, Region
from bot.articles.page_linked_data import LinkedArticle, LinkedData
from bot.articles.page_regions import is_clock
from bot.articles.page_text import BESIDE
from bot.articles.page_titles import Known, clean, parts_of, without_site
from bot.articles.page_words import GENERIC, SURNAME, is_office
from bot.domain.folding import fold

_MASTHEAD: Final = 8  # lines from the top in which an office says who it is
_FIRST: Final = 3
_MOST_WORDS: Final = 14
_MOST_OTHER_WORDS: Final = 6  # of a site that is no office
_FIELDS: Final = re.compile(rf"{SHOWN_BORDER.strip()}|\s[|•·]\s")
_STEPS: Final = re.compile(rf"(?:\s|^)(?:[»›>/|-]|{SHOWN_BORDER.strip()}|>>|::)(?=\s|$)")
_HOME_NAME: Final = re.compile(r"trang (?:chu|nhat)|home")
_TOP: Final = 60  # lines
_NAMED_TITLE: Final = re.compile(r"tieude|headline|(?:lbl|news|post|article|entry|detail)title")
_BETWEEN: Final = re.compile(r"[-_]+")
_DAY_BELOW: Final = 2  # lines under a headline in which its day stands
_DAY: Final = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d|\b(?:19|20)\d\d\b")
_MENU_WORDS: Final = 6
_HOME: Final = re.compile(r"(?:https?://[^/]{1,253})?/?(?:(?:index|default|home)(?:\.\w{2,5})?)?/?")
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")


def known_names(markup: Markup, data: LinkedData, article: LinkedArticle | None) -> Known:
    """The names of the site, and those that its menus lead to, as `page_titles` compares them."""
    sites = {fold(name) for name in _site_names(markup, data, article)}
    menu = {fold(link.text) for link in markup.links if _is_of_menu(link.text, link.regions)}
    menu |= {
        block.folded
        for block in markup.blocks
        if len(block.text) <= 30 and len(block.folded.split()) <= 3
        and Region.NAVIGATION in _regions(block)
    }  # fmt: skip
    menu |= {name for block in markup.blocks[:_TOP] for name in _of_path(block)}
    return Known(frozenset(sites - {""}), frozenset(menu - {""}))


def _of_path(block: Block) -> Iterator[str]:
    """`Trang chủ » Tin tức » Chuyển đổi số` are names of sections, whatever the line is called."""
    parts = [fold(part) for part in _STEPS.split(block.shown)]
    if len(parts) > 1 and _HOME_NAME.fullmatch(parts[0]):
        yield from (part for part in parts if len(part.split()) <= _MENU_WORDS)


def _is_of_menu(text: str, regions: tuple[tuple[int, Region], ...]) -> bool:
    return len(text.split()) <= _MENU_WORDS and any(
        region in (Region.NAVIGATION, Region.HEADER) for _, region in regions
    )


def _regions(block: Block) -> frozenset[Region]:
    return frozenset(region for _, region in block.regions)


def _site_names(markup: Markup, data: LinkedData, article: LinkedArticle | None) -> Iterator[str]:
    """All that may be the site's name, the best first."""
    yield from markup.meta("og:site_name")
    yield from data.site_names
    if article is not None and article.publisher:
        yield article.publisher
    yield from _from_masthead(markup)
    yield from markup.meta("dc.publisher", "publisher")


def _from_masthead(markup: Markup) -> Iterator[str]:
    """Whoever stands at the head of the page, or is what its logo shows and leads home."""
    for link in markup.links[:60]:
        if _HOME.fullmatch(link.href) and link.href and _is_name(fold(link.text)):
            yield link.text
    for logo in markup.logos[:5]:
        if _is_name(fold(logo)):
            yield re.sub(r"(?i)^logo\s+", "", logo)
    parts = [fold(part) for part in parts_of(markup.title)]
    ends = [part for part in parts if is_office(part)]
    if len(parts) > 1 and not ends:
        end = parts[0] if GENERIC.fullmatch(parts[-1]) else parts[-1]
        ends = [end] if len(end.split()) <= _MOST_OTHER_WORDS else []
    for at, block in enumerate(markup.blocks[:40]):
        regions = _regions(block)
        if regions & BESIDE or is_clock(block.hint):
            continue
        for piece in _FIELDS.split(block.shown)[:4]:
            if SURNAME.match(piece.strip()) is None and _is_masthead(fold(piece), markup, at, ends):
                yield piece.strip()


def _may_be_headline(markup: Markup, at: int) -> bool:
    """Whether a line that begins like an office is rather news of it: "Xã Vân Khê ra quân …"."""
    names = _BETWEEN.sub("", markup.blocks[at].hint)
    below = markup.blocks[at + 1 : at + 1 + _DAY_BELOW]
    return _NAMED_TITLE.search(names) is not None or any(_DAY.search(line.text) for line in below)


def _is_masthead(folded: str, markup: Markup, at: int, ends: Collection[str]) -> bool:
    """Whether a line at the head of the page names the site: an office, or an end of the title."""
    if not _is_name(folded):
        return False
    block = markup.blocks[at]
    is_of_title = folded in ends
    is_of_office = is_office(folded)
    if Region.HEADER in _regions(block):
        # A headline may stand in the page's header too.
        return block.tag not in _HEADINGS or is_of_office or is_of_title
    if block.tag in _HEADINGS:
        is_first = at < _FIRST and not _may_be_headline(markup, at)
        return is_first and is_of_title and is_of_office
    if is_of_title and at < _FIRST:
        return True
    return is_of_office and at < _MASTHEAD and not _may_be_headline(markup, at)


def _first_lines(markup: Markup) -> Iterator[Block]:
    """Lines before every heading, where a page may begin with the name of its site."""
    for block in markup.blocks[:2]:
        if block.tag in _HEADINGS:
            return
        is_plain = not block.linked and not re.search(r"[\d:]", block.text)
        if is_plain and block.plain[0].isupper() and _is_name(block.folded):
            yield block


def _is_name(folded: str) -> bool:
    words = folded.split()
    return (
        1 < len(words) <= _MOST_WORDS
        and not any(word.isdigit() and len(word) == 4 for word in words)
        and "trang chu" not in folded
        and GENERIC.fullmatch(folded) is None
    )


def find_site(
    markup: Markup, data: LinkedData, article: LinkedArticle | None, known: Known
) -> str | None:
    """The site's name as the page writes it; capitals only where it is never written otherwise."""
    named = without_site(clean(markup.title), known)[1]
    given = [
        *markup.meta("og:site_name"),
        *data.site_names,
        *([article.publisher] if article and article.publisher else []),
    ]
    names = [clean(name) for name in given] or [
        *([named] if named else []),
        *(clean(name) for name in _from_masthead(markup)),
        *(clean(block.plain) for block in _first_lines(markup)),
    ]
    name = next((name for name in names if name), None)
    if name is None:
        return None
    written = [markup.title, named or "", *(block.plain for block in markup.blocks[:_MASTHEAD])]
    if name.isupper():
        name = next(
            (each for each in written if fold(each) == fold(name) and not each.isupper()), name
        )
    return name[:LONGEST_NAME]


def words_of_address(url: str) -> str:
    """The title as the address has it: `/Lop_hoc_dem-305919.aspx` is `Lop hoc dem`; or nothing."""
    try:
        segments = urlsplit(url).path.split("/")
    except ValueError:
        return ""
    last = next((segment for segment in reversed(segments) if len(segment) > 12), "")
    words = fold(unquote(last, errors="replace").rpartition(".")[0] or unquote(last)).split()
    words = [
        word for word in words if not any(letter.isdigit() for letter in word) or len(word) < 4
    ]
    return " ".join(words) if len(words) >= 4 else ""

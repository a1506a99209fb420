"""Whether a page lists articles instead of being one; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.articles.page_blocks import DECORATION, Block, Markup, Region
from bot.articles.page_linked_data import LinkedData
from bot.articles.page_moments import SOME_DAY
from bot.articles.page_text import Place, leads_elsewhere
from bot.articles.page_words import FOUND, NEXT_PAGE
from bot.domain.folding import fold, unaccent

SILENT: Final = frozenset({Region.NAVIGATION, Region.FOOTER, Region.COMMENTS, Region.RELATED})
"""The parts of a page that say nothing of what it is."""
ARTICLE_TEXT: Final = 500  # characters of a text that is an article's
_LOWER: Final = ("h2", "h3", "h4", "h5")
_FEWEST_ALIKE: Final = 3  # headlines of a list
_SECTION: Final = re.compile(
    r"(?:the|tag|tu khoa|chuyen muc|danh muc|luu tru|category|archives?|tag archives?)\s?:"
)
_LISTS: Final = frozenset({"CollectionPage", "ItemList", "SearchResultsPage", "Blog"})
FEWEST_HEADLINES: Final = 5
_HEADLINE_WORDS: Final = 5


def says_list(markup: Markup, data: LinkedData) -> bool:
    """Whether the page says of itself that it lists what is in a section or found by a word."""
    named = [markup.title, *(block.plain for block in markup.blocks if block.tag in ("h1", "h2"))]
    return bool(data.types & _LISTS) or any(
        _SECTION.match(unaccent(name[:60])) for name in named[:4]
    )


def repeats(markup: Markup, place: Place) -> bool:
    """Whether the headline is one of several that look the same and have their day below them."""
    if place.headline is None:
        return False
    headline = markup.blocks[place.headline]
    is_named = bool(DECORATION.sub("", headline.hint).strip())
    if headline.tag not in _LOWER and not is_named:
        return False
    same = [
        at
        for at, block in enumerate(markup.blocks)
        if block.tag == headline.tag and block.hint == headline.hint
        and (is_named or not leads_elsewhere(block))
        and not place.outside(block.regions)
    ]  # fmt: skip
    dated = [
        at
        for at in same
        if any(SOME_DAY.search(unaccent(block.shown[:200])) for block in markup.blocks[at : at + 3])
    ]
    return len(dated) >= _FEWEST_ALIKE


def is_list(markup: Markup, place: Place, lines: Sequence[Block], length: int) -> bool:
    """Many headlines that lead elsewhere, and no text of one's own."""
    names = [markup.title, *(block.plain for block in markup.blocks if block.tag in ("h1", "h2"))]
    if length < ARTICLE_TEXT and any(FOUND.fullmatch(fold(name[:200])) for name in names[:4]):
        return True
    is_paged = _is_paged(markup)
    fewest = FEWEST_HEADLINES - 2 if is_paged else FEWEST_HEADLINES
    among = {block.folded for block in lines if _is_headline(block)}
    if length >= ARTICLE_TEXT:
        # Each headline of a list has a lead, none of which is long.
        return len(among) >= fewest and _longest_run(lines) < ARTICLE_TEXT
    every = {
        fold(link.text)
        for link in markup.links
        if len(link.text.split()) >= _HEADLINE_WORDS and not place.outside(link.regions) & SILENT
    }
    return len(among | every) >= fewest


def _longest_run(lines: Sequence[Block]) -> int:
    """The characters of the longest text that no other headline interrupts."""
    longest = run = 0
    for block in lines:
        run = 0 if _is_headline(block) else run + block.own
        longest = max(longest, run)
    return longest


def _is_paged(markup: Markup) -> bool:
    """Whether it is one page of several: `Trang sau`, or 1, 2, 3."""
    short = [unaccent(link.text) for link in markup.links if len(link.text) <= 20]
    return any(NEXT_PAGE.fullmatch(text) for text in short) or {"1", "2", "3"} <= set(short)


def _is_headline(block: Block) -> bool:
    return leads_elsewhere(block) and len(block.text.split()) >= _HEADLINE_WORDS

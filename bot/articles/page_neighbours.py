"""Which headline a line goes with, where several stand on a page; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.articles.page_blocks import BORDER, Block, Markup, Region
from bot.articles.page_text import leads_elsewhere
from bot.articles.page_titles import is_like
from bot.articles.page_words import is_office

_HEADLINE_WORDS: Final = 5
_HEADLINE: Final = 20  # characters of a link that may be another headline
_ABOVE: Final = 2  # lines before the headline
_MOST_ABOVE: Final = 10  # the same with short fields among them
_SHORT_FIELD: Final = 40  # characters of a line between a day above and its headline
_MOST_DEEP: Final = 60  # elements around a line
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_HOME: Final = re.compile(r"(?:trang (?:chu|nhat)|home)\b")
_YEAR: Final = re.compile(r"(?:19|20)\d\d|[-/.]\d\d(?!\d)")


def is_of_another(markup: Markup, at: int, headline: int) -> bool:
    """Whether a line above the headline goes with another one, which is there or just before it.

    It goes with the one that it stands closer to in the tree of elements, else with the other.
    """
    title = markup.blocks[headline].plain
    return any(
        heads_another(markup.blocks[other], title)
        and not (other < at and _is_closer(markup, at, headline, other))
        for other in range(max(0, at - _ABOVE), headline)
    )


def heads_another(block: Block, title: str) -> bool:
    """Whether a line looks like the headline of an article that is not of this title."""
    return (
        (is_other(block) or block.tag in _HEADINGS)
        and len(block.folded.split()) >= _HEADLINE_WORDS
        and not is_office(block.folded)
        and not is_like(block.plain, title)
    )


def _is_closer(markup: Markup, at: int, one: int, other: int) -> bool:
    """Whether a line has more elements in common with one line than with another one."""
    return _in_common(markup, at, one) > _in_common(markup, at, other)


def _in_common(markup: Markup, one: int, other: int) -> int:
    """How many elements hold both lines, of the innermost _MOST_DEEP of each."""
    mine = set(_around(markup, one))
    return sum(element in mine for element in _around(markup, other))


def _around(markup: Markup, at: int) -> list[int]:
    found = [markup.blocks[at].container]
    while found[-1] and len(found) < _MOST_DEEP:
        found.append(markup.parents[found[-1]])
    return found


def first_above(blocks: Sequence[Block], headline: int) -> int:
    """The first of the lines above a headline that may be fields of it: below menu and path."""
    others = 0
    at = headline
    while at > max(0, headline - _MOST_ABOVE) and others < _ABOVE:
        if _is_menu(blocks[at - 1]):
            break
        at -= 1
        others += len(blocks[at].text) > _SHORT_FIELD
    return at


def _is_menu(block: Block) -> bool:
    """Whether what stands above this line is of the masthead."""
    is_navigation = Region.NAVIGATION in {region for _, region in block.regions}
    return _HOME.match(block.folded) is not None or (is_navigation and not _YEAR.search(block.text))


def is_other(block: Block) -> bool:
    """Whether a line is the headline of another article, perhaps with its day behind it."""
    if not leads_elsewhere(block) or len(block.folded.split()) < _HEADLINE_WORDS:
        return False
    links = block.text.count(BORDER) // 2
    return links <= 1 or block.linked > _HEADLINE * links

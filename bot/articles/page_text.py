"""Which lines of a page are its headline and its text; pure, over the lines of `page_blocks`.

What the text is compared by is `likeness`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.articles.page import LONGEST_TEXT
from bot.articles.page_blocks import DECORATION, Block, Markup, Region, Regions
from bot.articles.page_moments import SOME_DAY
from bot.articles.page_regions import is_clock
from bot.articles.page_titles import is_like
from bot.articles.page_words import OPINIONS, OTHER_ARTICLES
from bot.domain.folding import fold, unaccent

_SHORTEST: Final = 25  # characters of a line that says something
_LINKED: Final = 0.5  # a line with more of it in links leads elsewhere
_MOST_LEVELS: Final = 500
_MOST_TEXTS: Final = 8
_LONGEST_DAY: Final = 160  # characters of a line that is a day and other fields
_SHARE: Final = 0.5  # of the longest text, which another one needs to be an article's
_LONGEST_HEAD: Final = 60  # characters of a line that heads other articles
_SURELY_LONG: Final = 220  # characters that are no headline
_ENDS: Final = tuple(".:;!?…”\"')/")
_LONG: Final = 80  # characters of a line with which a text begins


@dataclass(frozen=True, slots=True)
class Place:
    """Where the article is: places in the list of lines, and the parts that hold it."""

    headline: int | None
    """The headline's line; None when no line is like the title."""
    end: int
    """The line at which other articles begin, or the number of lines."""
    around: frozenset[int]
    """Numbers of the regions that hold the headline: their names say nothing of it."""
    container: int | None = None
    """What holds most of the text."""
    title: str = ""
    """The title that the headline's line begins with."""

    def outside(self, regions: Regions) -> frozenset[Region]:
        """The parts of the page a line is in, other than those that hold the headline."""
        return frozenset(region for number, region in regions if number not in self.around)


def texts(markup: Markup) -> list[tuple[int, float]]:
    """The lines with which the longest texts begin, and their share of the longest one's length.

    Whatever the article's title is: the longest first, which usually is its text. Below one article
    some pages show the next, and beside it what the site is about.
    """
    weights = _weights(markup, Place(None, len(markup.blocks), frozenset()))
    heavy = sorted(weights, key=lambda at: (-weights[at], at))[:_MOST_TEXTS]
    found: dict[int, float] = {}
    # What is around the longest text is no other one.
    around = set(elements_around(markup, heavy[0])[1:]) if heavy else set()
    for container in heavy:
        if container in around:
            continue
        share = weights[container] / weights[heavy[0]]
        at = _first_within(markup, container) if share >= _SHARE else None
        if at is not None and at not in found:
            found[at] = share
    return list(found.items())


def first_text(markup: Markup) -> int | None:
    """The line with which the longest text begins; None without a text."""
    return next((at for at, _ in texts(markup)), None)


def elements_around(markup: Markup, container: int) -> list[int]:
    """An element and those that hold it, the innermost first; at most _MOST_LEVELS."""
    found = [container]
    while found[-1] and len(found) < _MOST_LEVELS:
        found.append(markup.parents[found[-1]])
    return found


def _first_within(markup: Markup, container: int) -> int | None:
    """The first paragraph that the element holds itself, else that of an element within it."""
    inside: dict[int, bool] = {container: True, 0: container == 0}
    within = [
        at
        for at, block in enumerate(markup.blocks)
        if is_paragraph(block)
        and not _BESIDE & {region for _, region in block.regions}
        and _is_within(block.container, markup.parents, inside)
    ]
    own = (at for at in within if markup.blocks[at].container == container)
    return next(own, next(iter(within), None))


def is_day_line(block: Block) -> bool:
    """Whether a line is a day, perhaps with other fields, and not the time it is."""
    return (
        len(block.text) <= _LONGEST_DAY
        and not is_paragraph(block)
        and any(letter.isdigit() for letter in block.text)
        and not any(region in BESIDE for _, region in block.regions)
        and not is_clock(block.hint)
        and SOME_DAY.search(unaccent(block.shown)) is not None
    )


def is_paragraph(block: Block) -> bool:
    """Whether a line is a whole sentence rather than a long headline."""
    if block.own < _LONG or (block.tag[0] == "h" and len(block.tag) == 2):
        return False
    return block.own >= _SURELY_LONG or block.plain.endswith(_ENDS)


def find_place(markup: Markup, title: str | None, at: int | None = None) -> Place:
    """Where the article of that title stands; `at`: the line that is known to be its headline."""
    headline = at if at is not None else _headline(markup.blocks, title) if title else None
    around: frozenset[int] = frozenset()
    if headline is not None:
        around = frozenset(number for number, _ in markup.blocks[headline].regions)
    same = make_of(markup.blocks[headline]) if headline is not None else None
    # What counts opinions above the text does not head them.
    first = max(headline or 0, first_text(markup) or 0)
    end = next(
        (
            at
            for at, block in enumerate(markup.blocks[first + 1 :], first + 1)
            if _heads_others(block) or (same is not None and (block.tag, block.hint) == same)
        ),
        len(markup.blocks),
    )
    container = _container(markup, Place(headline, end, around))
    return Place(headline, end, around, container, title or "")


def make_of(headline: Block) -> tuple[str, str] | None:
    """What a headline of the next article looks like too; None where text may look the same."""
    names = DECORATION.sub("", headline.hint).strip()
    return (headline.tag, headline.hint) if names else None


def _heads_others(block: Block) -> bool:
    """Whether other articles, or the opinions of readers, begin with this line."""
    if len(block.text) <= _LONGEST_HEAD and OTHER_ARTICLES.fullmatch(block.folded):
        return True
    head, colon, _ = block.text[: _LONGEST_HEAD + 1].partition(":")
    return bool(colon) and OPINIONS.fullmatch(fold(head)) is not None


def _headline(blocks: Sequence[Block], title: str) -> int | None:
    """The line that is the title, a heading rather than any other."""
    wanted = fold(title)
    same, like = [], []
    for at, block in enumerate(blocks):
        if len(block.text) > 2 * len(title) + 80 or len(block.text) < 3:
            continue
        folded = block.folded
        if folded == wanted or (folded and wanted.startswith(folded) and len(folded) >= 40):
            same.append(at)
        elif block.tag[0] == "h" and len(block.tag) == 2 and is_like(block.plain, title):
            like.append(at)
    for found in (same, like):
        if found:
            return min(found, key=lambda at: (_rank(blocks[at]), at))
    return None


_BESIDE: Final = frozenset({Region.NAVIGATION, Region.RELATED, Region.ASIDE, Region.FOOTER})
BESIDE: Final = _BESIDE | {Region.COMMENTS, Region.CLOCK}
"""The parts of a page in which no headline stands."""


def _rank(block: Block) -> int:
    if block.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        rank = int(block.tag[1])
    else:
        rank = 7 if block.linked < len(block.text) / 2 else 8
    return rank + (10 if _BESIDE & {region for _, region in block.regions} else 0)


def _is_text(block: Block, place: Place) -> bool:
    return (
        len(block.text) >= _SHORTEST
        and not leads_elsewhere(block)
        and not (place.outside(block.regions) - {Region.HEADER})
    )


def _container(markup: Markup, place: Place) -> int | None:
    """The element with the most text."""
    weights = _weights(markup, place)
    return max(weights, key=lambda at: (weights[at], -at), default=None)


def _weights(markup: Markup, place: Place) -> dict[int, float]:
    """How much text of its own each element has; half of an inner element's counts for it too."""
    weights: defaultdict[int, float] = defaultdict(float)
    first = place.headline or 0
    for block in markup.blocks[first : place.end]:
        if (block.tag[0] == "h" and len(block.tag) == 2) or not _is_text(block, place):
            continue
        share, at = float(block.own), block.container
        for _ in range(4):
            weights[at] += share
            if at == 0:
                break
            share, at = share / 2, markup.parents[at]
    return weights


def lines_within(markup: Markup, place: Place) -> list[Block]:
    """The lines between the headline and the next articles that stand with the text, links too."""
    if place.container is None:
        return []
    first = 0 if place.headline is None else place.headline + 1
    inside: dict[int, bool] = {place.container: True, 0: place.container == 0}
    return [
        block
        for block in markup.blocks[first : place.end]
        if _is_within(block.container, markup.parents, inside) and not place.outside(block.regions)
    ]


def leads_elsewhere(block: Block) -> bool:
    """Whether most of a line is a link."""
    return block.linked > _LINKED * len(block.text)


def main_text(lines: Sequence[Block]) -> str:
    """The article's words, one paragraph a line, at most LONGEST_TEXT characters."""
    kept: list[str] = []
    length = 0
    for block in lines:
        if leads_elsewhere(block):
            continue
        kept.append(block.plain)
        length += len(kept[-1]) + 1
        if length > LONGEST_TEXT:
            break
    return "\n".join(kept)[:LONGEST_TEXT].strip()


def _is_within(container: int, parents: Sequence[int], inside: dict[int, bool]) -> bool:
    """Whether it is in the one that `inside` is known of; remembers what was found."""
    path: list[int] = []
    at = container
    while at not in inside and len(path) < _MOST_LEVELS:
        path.append(at)
        at = parents[at]
    found = inside.get(at, False)
    inside.update(dict.fromkeys(path, found))
    return found

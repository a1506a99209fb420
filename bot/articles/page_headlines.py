"""The names a page gives itself, and the lines that may be its headline; pure.

Which of them is the title is chosen in `page_titles`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.articles.page_blocks import BOLD, BORDER, LARGE, Block, Markup, Region
from bot.articles.page_linked_data import LinkedArticle
from bot.articles.page_text import leads_elsewhere
from bot.articles.page_titles import Candidate, clean
from bot.articles.page_words import OTHER_ARTICLES

BESIDE: Final = frozenset(
    {Region.NAVIGATION, Region.FOOTER, Region.ASIDE, Region.RELATED, Region.COMMENTS, Region.CLOCK}
)
_METAS: Final = ("og:title", "twitter:title", "dc.title", "dcterms.title", "title", "headline")
_HINT: Final = re.compile(
    r"title|tieude|headline|videoname|contentheading|subject|(?:ten|ttl|tit|tde)(?:bai|tin)?\b"
    r"|(?:news|post|article|detail|bai|tin)name|" + LARGE.replace("-", "")
)
_OTHER_HINT: Final = re.compile(
    r"(?:site|sub|widget|block|box|menu|cate|category|section|related|side|panel|tab)title|titlewrap"
)
_BETWEEN: Final = re.compile(r"[-_]+")
_KICKER: Final = re.compile(r"\bcat|kicker|label|badge|topic|eyebrow|chuyen-?muc")
_KICKER_WORDS: Final = 5
_DAY: Final = re.compile(r"(?:^|\D)\d{1,2}\s?(?:[-/.]|tháng)\s?\d{1,2}\s?(?:[-/.,]|năm)?\s?\d{2,4}")
_FEWEST_WORDS: Final = 4
_MOST_WORDS: Final = 40
_LONG: Final = 100  # characters of a line with which a text begins
_ABOVE_TEXT: Final = 8  # lines
_MOST_LINES: Final = 400
_LONGEST_LINE: Final = 300


def title_candidates(markup: Markup, article: LinkedArticle | None) -> list[Candidate]:
    """All that may be the title, the most trustworthy first."""
    found = [Candidate(article.headline)] if article and article.headline else []
    found += [Candidate(value) for value in markup.meta(*_METAS)[:1]]
    inside = [block for block in markup.blocks if not _is_beside(block)]
    found += [
        Candidate(text, True)
        for block in [block for block in inside if block.tag == "h1"][:5]
        for text in _of_heading(block)
    ]
    found += [Candidate(markup.title)] if markup.title else []
    lines = [block for block in inside if block.linked < len(block.text) / 2]
    hinted = [block for block in lines if len(block.text) >= 12 and _is_hinted(block.hint)]
    found += [Candidate(text, True) for block in hinted[:5] for text in _of_heading(block)]
    headings = [block for block in inside if block.tag in _LOWER and len(block.text) >= 20]
    headings.sort(key=lambda block: (leads_elsewhere(block), block.tag))
    found += [Candidate(text, True) for block in headings[:5] for text in _of_heading(block)]
    return found + [Candidate(block.plain, True) for block in _alone(markup)]


_LOWER: Final = ("h2", "h3", "h4", "h5")


def visible_lines(markup: Markup) -> list[str]:
    """The lines that may be a headline, whatever they look like."""
    return [
        clean(text)
        for block in markup.blocks[:_MOST_LINES]
        if len(block.text.split()) >= 3 and len(block.text) <= _LONGEST_LINE
        if not _is_beside(block)
        for text in _of_heading(block)
    ]


def _of_heading(block: Block) -> Iterator[str]:
    """A heading, before it what is left of it without a day in an element of its own."""
    pieces = [piece for piece in block.text.split(BORDER) if piece.strip(" |()[]·•-")]
    if len(pieces) > 1 and _DAY.search(pieces[-1]) and len(pieces[-1]) <= _ABOVE_TEXT * 5:
        yield "".join(pieces[:-1]).strip(" |([·•-")
    if len(pieces) == 2 and _KICKER.search(block.hint) and len(pieces[0].split()) <= _KICKER_WORDS:
        yield pieces[1].strip()
    yield block.plain


def _alone(markup: Markup) -> list[Block]:
    """On a page without headings, the line above the day or the text, a bold one rather."""
    text = next(
        (
            at
            for at, block in enumerate(markup.blocks)
            if block.own >= _LONG and not _is_beside(block)
        ),
        0,
    )
    above = markup.blocks[max(0, text - _ABOVE_TEXT) : text]
    day = next((at for at, block in enumerate(above) if _DAY.search(block.plain)), len(above))
    lines = [block for block in above[:day] or above if _may_be_headline(block)]
    bold = [block for block in lines if BOLD in block.hint or LARGE in block.hint]
    return [*bold[-1:], *lines[-1:]]


def _may_be_headline(block: Block) -> bool:
    plain = block.plain
    return (
        not _is_beside(block)
        and _FEWEST_WORDS <= len(plain.split()) <= _MOST_WORDS
        and not leads_elsewhere(block)
        and not plain.endswith((".", ":", ";", ","))
        and _DAY.search(plain) is None
        and OTHER_ARTICLES.fullmatch(block.folded) is None
        and not any(mark in plain for mark in "|»›©")
    )


def _is_beside(block: Block) -> bool:
    return any(region in BESIDE for _, region in block.regions)


def _is_hinted(hint: str) -> bool:
    joined = _BETWEEN.sub("", hint)
    return _HINT.search(joined) is not None and _OTHER_HINT.search(joined) is None

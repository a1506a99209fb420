"""The lines of a page that look and stand like the headline of its article; pure.

A line speaks for itself by how it looks (a heading, a telling name, large or bold letters) and by
where it stands (just above the day or the text). What each sign weighs is said here, in one table;
which name becomes the title is chosen in `page_title_choice`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.articles.page_blocks import BOLD, BORDER, LARGE, SHOWN_BORDER, Block, Markup, Region
from bot.articles.page_moments import SOME_DAY
from bot.articles.page_text import (
    BESIDE,
    is_day_line,
    is_paragraph,
    leads_elsewhere,
    make_of,
    texts,
)
from bot.articles.page_titles import clean
from bot.articles.page_words import OTHER_ARTICLES, SECTION, is_office
from bot.domain.folding import unaccent

MOST_LINES: Final = 400

# What each sign weighs. A heading that stands above day and text is believed without more.
_HEADING: Final = {"h1": 4.0, "h2": 3.0, "h3": 2.5, "h4": 2.0, "h5": 2.0, "h6": 1.0}
_NAMED: Final = 2.5  # class or id
_MARKED: Final = 2.0  # itemprop
_LABELLED: Final = 4.0  # "Tiêu đề:"
_LARGE: Final = 2.0
_BOLD: Final = 1.0
_ABOVE_DAY: Final = 2.0
_ABOVE_TEXT: Final = (2.0, 2.0, 1.0)  # the lines nearest to the text first
_OF_BOX: Final = -3.5  # names of boxes and sections
_LEADS_ELSEWHERE: Final = -3.0
_IN_HEADER: Final = -1.0
_BELOW_TEXT: Final = -4.0
_OFFICE: Final = -3.0  # is called like an office
_SENTENCE: Final = -2.5
_SHORT: Final = -1.5
_LONG: Final = -1.0
_OTHERS: Final = -9.0  # heads other articles
_SECTION: Final = -2.5  # "Tin nông thôn mới"
_MANY_FOR_SECTION: Final = 6  # words
_MOST_OF_SECTION: Final = 5  # words
_ONLY_DAY: Final = -9.0  # a day with its label or a name

_HINT: Final = re.compile(
    r"title|tieude|headline|videoname|contentheading|subject|(?:ten|ttl|tit|tde)(?:bai|tin)?\b"
    r"|(?:news|post|article|detail|bai|tin)(?:name|heading|head)\b"
)
_OTHER_HINT: Final = re.compile(
    r"(?:site|sub|widget|block|box|menu|cate|category|section|related|side|panel|tab|portlet|module"
    r"|portal|pane|zone|list|group|chuyenmuc|wrapper|modal|popup|banner|logo)title"
    r"|titlewrap|title(?:box|block|cate|widget|section|portlet|module|list|menu)|wptitle"
)
_OWN_HINT: Final = re.compile(
    r"(?:headertitle|title(?:page|header))"
    r"|(?:news|post|article|detail|entry|item|bai(?:viet)?|tin|content)[a-z]{0,8}(?:title|tieude)"
    r"|(?:title|tieude)(?:news|post|article|detail|entry|item|bai|tin|content)"
)
_ITEM_HINT: Final = re.compile(r"\b(?:headline|name)\b")
_FIELD: Final = re.compile(
    r"[^:]{0,20}\b(?:nguoi|tac gia|ngay|luot|chuyen muc|so|gian|diem|nguon|nay|thoai|email|hotline"
    r"|tin|bai|anh|khoa|muc|kem|dinh kem|bien tap|truy cap|online|hanh|website|dc|dt)\s?:"
)
_BETWEEN: Final = re.compile(r"[-_]+")
_KICKER: Final = re.compile(r"\bcat|kicker|label|badge|topic|eyebrow|chuyen-?muc")
_KICKER_WORDS: Final = 5
_TITLE_LABEL: Final = re.compile(
    r"(?:tieu de|ten bai(?: viet)?|ten tin)(?: (?:tin|bai|bai viet|tin bai))?\s?:?\s*"
)
_FEWEST_WORDS: Final = 4
_MANY_WORDS: Final = 26
_MOST_WORDS: Final = 40
_LONGEST_LINE: Final = 300
_NEAR_TEXT: Final = 12  # lines
_NEAR_DAY: Final = 5
_BUTTON: Final = 12  # characters


@dataclass(frozen=True, slots=True)
class Line:
    """A line that may be the headline; the higher its weight, the more speaks for it."""

    at: int
    texts: tuple[str, ...]
    """What of it may be the title, the likeliest first: without the day, without a section."""
    weight: float
    make: tuple[str, str] | None
    """What the headline of another article on the page would look like too, if that can be told."""
    heads_text: bool
    """Whether a text stands below it."""


def headlines(markup: Markup, own_links: Collection[str] = ()) -> list[Line]:
    """The lines of the page that may be its headline, in their order.

    `own_links`: the words of the links that lead to the page itself.
    """
    looks = {
        at: _looks(block, markup.blocks[at - 1] if at else None, own_links)
        for at, block in enumerate(markup.blocks[:MOST_LINES])
        if _may_be_line(block)
    }
    begun = texts(markup)
    above = _near_texts(markup, looks, begun)
    dated = _above_days(markup, looks, [at for at, _ in begun])
    found = []
    for at, weight in looks.items():
        block = markup.blocks[at]
        weight += above.get(at, 0.0) + (_ABOVE_DAY if at in dated else 0.0)
        if at not in above and any(at >= text for text, _ in begun):
            weight += _BELOW_TEXT
        found.append(Line(at, tuple(_texts_of(block)), weight, make_of(block), at in above))
    return found


def is_beside(block: Block) -> bool:
    """Whether a line is of a part of the page that is not the article."""
    return any(region in BESIDE for _, region in block.regions)


def _may_be_line(block: Block) -> bool:
    length = len(block.text)
    return 3 <= length <= _LONGEST_LINE and not is_beside(block) and len(block.text.split()) <= 60


# --- how a line looks --------------------------------------------------------------------------


def _looks(block: Block, before: Block | None, own_links: Collection[str]) -> float:
    """What a line weighs by itself."""
    weight = _HEADING.get(block.tag, 0.0) + _names(block)
    if LARGE in block.hint:
        weight += _LARGE
    elif BOLD in block.hint and block.tag not in _HEADING:
        weight += _BOLD
    if before is not None and len(before.text) <= 40:
        weight += _LABELLED if _TITLE_LABEL.fullmatch(unaccent(before.shown)) else 0.0
    words = len(block.plain.split())
    if leads_elsewhere(block) and block.plain not in own_links:
        weight += _LEADS_ELSEWHERE
    if Region.HEADER in {region for _, region in block.regions}:
        weight += _IN_HEADER
    if is_office(block.folded):
        weight += _OFFICE
    if block.plain.endswith((".", ":", ";", ",")) and not block.plain.endswith("..."):
        weight += _SENTENCE
    if words < _FEWEST_WORDS:
        weight += _SHORT
    elif words > _MANY_WORDS:
        weight += _LONG * (1 if words <= _MOST_WORDS else 3)
    if OTHER_ARTICLES.fullmatch(block.folded):
        weight += _OTHERS
    if words <= _MOST_OF_SECTION and SECTION.match(block.folded):
        weight += _SECTION
    if is_day_line(block) and _is_only_day(block):
        weight += _ONLY_DAY
    return weight


def _names(block: Block) -> float:
    """What the names say that its makers gave it."""
    joined = _BETWEEN.sub("", block.hint)
    marked = _MARKED if _ITEM_HINT.search(block.hint) and block.tag in _HEADING else 0.0
    if _OWN_HINT.search(joined):
        return _NAMED + marked
    if _OTHER_HINT.search(joined):
        return _OF_BOX
    return (_NAMED if _HINT.search(joined) else 0.0) + marked


# --- where a line stands -----------------------------------------------------------------------


def _near_texts(
    markup: Markup, looks: dict[int, float], begun: Sequence[tuple[int, float]]
) -> dict[int, float]:
    """What the lines weigh for standing above a text: most above the longest."""
    found: dict[int, float] = {}
    for text, share in begun:
        for place, at in enumerate(_heads_of(markup, looks, text)):
            found[at] = max(found.get(at, 0.0), share * _ABOVE_TEXT[place])
    return found


def _heads_of(markup: Markup, looks: dict[int, float], text: int) -> list[int]:
    """The lines that may head a text, the nearest first."""
    found: list[int] = []
    lines = 0
    for at in range(text - 1, -1, -1):
        block = markup.blocks[at]
        if len(block.text) <= _BUTTON or is_beside(block):
            continue
        lines += 1
        # Another text above the headline has a headline of its own.
        is_other_text = bool(found) and is_paragraph(block)
        if lines > _NEAR_TEXT or len(found) == len(_ABOVE_TEXT) or is_other_text:
            break
        if _may_head(block, looks.get(at)):
            found.append(at)
    return found


def _above_days(markup: Markup, looks: dict[int, float], begun: Sequence[int]) -> frozenset[int]:
    """The lines with a day just below them, or else just above, where a text may follow."""
    places = [range(max(0, text - 2 * _NEAR_TEXT), text) for text in begun] or [
        range(min(MOST_LINES, len(markup.blocks)))
    ]
    return frozenset(
        headed
        for at in {at for place in places for at in place}
        if is_day_line(markup.blocks[at])
        and (headed := _head_of_day(markup, looks, at)) is not None
    )


def _head_of_day(markup: Markup, looks: dict[int, float], day: int) -> int | None:
    near = [*range(day, max(-1, day - 1 - _NEAR_DAY), -1), *range(day + 1, day + 3)]
    head: int | None = next(
        (at for at in near if at in looks and _may_head(markup.blocks[at], looks[at])), None
    )
    if head and head < day and looks.get(head - 1, 0.0) > max(looks[head], 0.0):
        # Below a headline there may be a second, lower one; below a section's name the headline.
        is_title = len(markup.blocks[head - 1].text.split()) >= _MANY_FOR_SECTION
        return head - 1 if is_title else head
    return head


def _may_head(block: Block, look: float | None) -> bool:
    """Whether a line may head what is below it: a plain one too, but no field and no sentence."""
    if look is None or look <= _LEADS_ELSEWHERE or (look <= 1 and leads_elsewhere(block)):
        return False
    words = block.plain.split()
    if look > 0:
        return len(words) > 1
    return (
        _FEWEST_WORDS <= len(words) <= _MOST_WORDS
        and SOME_DAY.search(unaccent(block.plain)) is None
        and not any(mark in block.plain for mark in "|»›©@")
        and _FIELD.match(unaccent(block.plain)) is None
    )


def _is_only_day(block: Block) -> bool:
    """Whether little is said beside the day: "Cập nhật ngày 09/01/2026", "Hà Minh | 6-3-2026"."""
    rest = SOME_DAY.sub(" ", unaccent(block.shown))
    words = [word for word in rest.split() if word.isalpha()]
    return len(words) < _FEWEST_WORDS or (
        len(words) <= 2 * _FEWEST_WORDS and any(mark in rest for mark in "|:¦•[@")
    )


# --- what of a line is the title ---------------------------------------------------------------


def _texts_of(block: Block) -> Iterator[str]:
    """The line, before it what is left of it without a day or a section in elements of its own."""
    pieces = [piece for piece in block.text.split(BORDER) if piece.strip(" |()[]·•-")]
    if len(pieces) > 1 and (at := _first_field(pieces)):
        yield clean("".join(pieces[:at]).strip(" |([·•-"))
    if len(pieces) == 2 and _KICKER.search(block.hint) and len(pieces[0].split()) <= _KICKER_WORDS:
        yield clean(pieces[1].strip())
    labelled = _TITLE_LABEL.match(unaccent(block.shown))
    if labelled and ":" in labelled[0]:
        yield clean(block.plain.partition(":")[2].replace(SHOWN_BORDER, " "))
    yield clean(block.plain)
    if len(pieces) == 2:  # what the head of the page may say without: "Phóng sự: …", "… (Video)"
        yield from (clean(piece) for piece in pieces if len(piece.split()) > _KICKER_WORDS)


def _first_field(pieces: list[str]) -> int | None:
    """The piece with which the day begins that follows a headline in the same line."""
    for at, piece in enumerate(pieces[1:], 1):
        if len(piece) <= 60 and SOME_DAY.search(unaccent(piece)):
            is_label = (
                at > 1 and len(pieces[at - 1]) <= 20 and pieces[at - 1].rstrip().endswith(":")
            )
            return at - 1 if is_label else at
    return None

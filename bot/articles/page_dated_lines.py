"""The days that people see around a headline, and which of them are another article's; pure.

How days are written is known to `page_moments`, what is said of them to `page_labels`; which of
them is the publication's is judged in `page_dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from bot.articles.page_blocks import BORDER, Block, Markup
from bot.articles.page_labels import Label, LabelledDay, labelled_days
from bot.articles.page_moments import LONGEST_LINE
from bot.articles.page_neighbours import first_above, is_of_another, is_other
from bot.articles.page_regions import is_clock
from bot.articles.page_signs import Found, Sign
from bot.articles.page_text import Place, leads_elsewhere
from bot.articles.page_titles import is_like
from bot.domain.folding import fold, unaccent

NEAR: Final = 14  # lines after the headline in which a label is believed
NEAR_WORDS: Final = 700  # characters of text after the headline: a lead and no more
NEAR_TEXT: Final = 2  # long lines after the headline: with the third the text has surely begun
_BESIDE: Final = 4  # lines after the headline for a day that nothing explains
_BESIDE_WORDS: Final = 300
BUTTON: Final = 12  # characters of a line that is only a button: Facebook, Zalo, In, A+
MOST_BUTTONS: Final = 10
_BEFORE_TEXT: Final = 4  # lines before the text, where there is no headline
_AFTER: Final = 3  # lines below the text in which its day may stand
_MOST_BELOW: Final = 30
_MOST_DATED: Final = 300  # lines with a day that are looked at
_DIGIT: Final = re.compile(r"\d")
_YEAR: Final = re.compile(r"(?:19|20)\d\d|[-/.]\d\d(?!\d)")
_LONG: Final = 100  # characters of a line with which a text begins
_PLACE: Final = re.compile(r"\bdia diem\b|^\W*tai\s?:")
_COUNTER: Final = re.compile(r"\b(?:truy cap|online|hom nay|hom qua|truc tuyen|thang nay)\b")

_NEAR_SIGNS: Final = {
    Label.PUBLISHED: Sign.PUBLISHED,
    Label.SENT: Sign.PUBLISHED,
    Label.CREATED: Sign.CREATED,
    Label.UPDATED: Sign.UPDATED,
}
_NO_LABELS: Final = frozenset({Label.NONE, Label.WEEKDAY})
_FAR_LABELS: Final = frozenset({Label.PUBLISHED, Label.CREATED, Label.UPDATED})
"""Those believed below a text too; what is "sent" there are opinions of readers."""


def dated_lines(markup: Markup, place: Place, *, today: date) -> Iterator[Found]:
    """The days of the lines around the headline, or else of those before the text."""
    if place.headline is None:
        yield from _before_text(markup, place)
        return
    yield from _above(markup, place, today)
    yield from _within_headline(markup, place)
    yield from _after_text(markup, place, today)
    words = dated = buttons = long = 0
    is_still_near = True
    for at in range(place.headline + 1, min(place.end, len(markup.blocks))):
        block = markup.blocks[at]
        distance = at - place.headline - min(buttons, MOST_BUTTONS)
        # What follows another article's headline is that one's.
        is_still_near = (
            is_still_near and distance <= NEAR and words <= NEAR_WORDS
            and long <= NEAR_TEXT and not is_other(block)
        )  # fmt: skip
        is_beside = is_still_near and distance <= _BESIDE and words <= _BESIDE_WORDS
        words += block.own
        long += block.own >= _LONG
        if not _YEAR.search(block.text):
            buttons += len(block.text) <= BUTTON and not _DIGIT.search(block.text)
            continue
        dated += 1
        if dated > _MOST_DATED:
            return
        for day in _in_line(markup, at, place):
            sign = _sign_below(day, is_near=is_still_near, is_beside=is_beside)
            if sign is Sign.BELOW and _is_among_counters(markup, at):
                continue
            if sign is not None:
                yield Found(day.moment, sign, distance)


def _is_among_counters(markup: Markup, at: int) -> bool:
    """Whether the lines beside count visitors: what is updated there is the site."""
    beside = markup.blocks[max(0, at - 2) : at + 3]
    return any(len(block.text) < _LONG and _COUNTER.search(block.folded) for block in beside)


def _sign_below(day: LabelledDay, *, is_near: bool, is_beside: bool) -> Sign | None:
    """What a day below the headline is believed to be; None for one like any other."""
    if is_near and (sign := _NEAR_SIGNS.get(day.label)):
        return sign
    if is_beside:
        return Sign.WEEKDAY if day.label is Label.WEEKDAY else Sign.BESIDE
    if day.label is Label.WEEKDAY:
        return Sign.BELOW if is_near else None
    return Sign.BELOW if day.label in _FAR_LABELS and day.is_first else None


def _above(markup: Markup, place: Place, today: date) -> Iterator[Found]:
    """Above the headline stands the day of the article, or today's: only a label tells which."""
    headline = place.headline or 0
    for at in range(first_above(markup.blocks, headline), headline):
        if is_of_another(markup, at, headline):
            continue
        for day in _in_line(markup, at, place):
            if day.moment.day < today:
                # The whole site is "updated" too.
                is_update = day.label is Label.UPDATED
                sign = Sign.ABOVE if is_update else _NEAR_SIGNS.get(day.label, Sign.ABOVE)
                yield Found(day.moment, sign, headline - at)


def _within_headline(markup: Markup, place: Place) -> Iterator[Found]:
    """`<h1>… <small>06/01/2023</small></h1>`: what follows the title in its own line."""
    at = place.headline or 0
    block = markup.blocks[at]
    pieces = block.text.split(BORDER)
    title = fold(place.title)
    for count in range(1, len(pieces)):
        if title and fold("".join(pieces[:count])) == title:
            rest = replace(block, text=BORDER.join(pieces[count:]), _folded=None)
            for day in _in_block(rest, None, None, place):
                yield Found(day.moment, _NEAR_SIGNS.get(day.label, Sign.BESIDE))
            return


def _after_text(markup: Markup, place: Place, today: date) -> Iterator[Found]:
    """Just below the text, if it stands there alone: opinions and other articles are several."""
    headline = place.headline or 0
    ends = [
        at
        for at in range(headline + 1, min(place.end, len(markup.blocks)))
        if markup.blocks[at].own >= _LONG
        and not leads_elsewhere(markup.blocks[at])
        and not place.outside(markup.blocks[at].regions)
    ]
    if not ends:
        return
    below = range(ends[-1] + 1, min(place.end, len(markup.blocks), ends[-1] + 1 + _MOST_BELOW))
    days = [(at, day) for at in below for day in _in_line(markup, at, place)]
    if len(days) != 1:
        return
    at, day = days[0]
    is_close = at - ends[-1] <= _AFTER
    is_of_other = any(is_other(block) for block in markup.blocks[ends[-1] + 1 : at])
    if is_of_other:
        return
    if is_close and day.is_first and day.moment.day < today and day.label in _NO_LABELS:
        yield Found(day.moment, Sign.AFTER, at - headline)


def _before_text(markup: Markup, place: Place) -> Iterator[Found]:
    """Without a headline nothing is sure."""
    text = next(
        (
            at
            for at, block in enumerate(markup.blocks[: place.end])
            if block.own >= _LONG and block.container == place.container
        ),
        0,
    )
    for at in range(max(0, text - _BEFORE_TEXT), text):
        for day in _in_line(markup, at, place):
            yield Found(day.moment, Sign.BEFORE_TEXT, text - at)


def _in_line(markup: Markup, at: int, place: Place) -> Iterator[LabelledDay]:
    """The days of one line, unless it is of another part of the page or of an event."""
    before = markup.blocks[at - 1] if at else None
    earlier = markup.blocks[at - 2] if at > 1 else None
    has_place = any(
        _PLACE.search(unaccent(block.text[:_LONG]))
        for block in markup.blocks[at : at + 2]
        if block.own < _LONG
    )
    for day in _in_block(markup.blocks[at], before, earlier, place):
        # Before "Địa điểm:" it is when something happens.
        if not has_place or day.label not in _NO_LABELS:
            yield day


def _in_block(
    block: Block, before: Block | None, earlier: Block | None, place: Place
) -> Iterator[LabelledDay]:
    if block.tag == "figcaption" or (is_other(block) and not is_like(block.plain, place.title)):
        return
    if len(block.text) > LONGEST_LINE or place.outside(block.regions) or is_clock(block.hint):
        return
    yield from labelled_days(block, before, earlier)

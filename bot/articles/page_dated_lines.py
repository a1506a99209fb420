"""The days that people see around a headline, and which of them are another article's; pure.

How days are written is known to `page_moments`, what is said of them to `page_labels`; which of
them is the publication's is judged in `page_dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.articles.page import DateSource
from bot.articles.page_blocks import BORDER, Block, Markup, Stamp
from bot.articles.page_labels import Label, labelled_days
from bot.articles.page_moments import LONGEST_LINE, Moment
from bot.articles.page_regions import is_clock
from bot.articles.page_text import Place, leads_elsewhere
from bot.articles.page_titles import is_like
from bot.articles.page_words import OFFICE

_NEAR: Final = 14  # lines after the headline in which a label is believed
_NEAR_WORDS: Final = 700  # characters of text after the headline: a lead and no more
_BESIDE: Final = 4  # lines after the headline for a day that nothing explains
_BESIDE_WORDS: Final = 300
_BUTTON: Final = 12  # characters of a line that is only a button: Facebook, Zalo, In, A+
_MOST_BUTTONS: Final = 10
_HEADLINE_WORDS: Final = 5
_LONGEST_FIELD: Final = 120  # characters of a line in which a `<time>` is no part of a sentence
_ABOVE: Final = 2  # lines before the headline
_BEFORE_TEXT: Final = 4  # lines before the text, where there is no headline
_MOST_DATED: Final = 300  # lines with a day that are looked at
_DIGIT: Final = re.compile(r"\d")
_YEAR: Final = re.compile(r"(?:19|20)\d\d|[-/.]\d\d(?!\d)")
_LONG: Final = 100  # characters of a line with which a text begins
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True, slots=True)
class Found:
    """A day that may be the publication's."""

    moment: Moment
    source: DateSource
    is_explained: bool
    is_update: bool = False
    is_weekday_only: bool = False
    is_created: bool = False
    """When the article was begun; only where nothing says when it was published."""
    distance: int = 0
    """Lines from the headline."""


def is_near(stamp: Stamp, markup: Markup, place: Place) -> bool:
    """Whether a moment for machines stands beside the headline, in a line that is no sentence."""
    if place.headline is None:
        return False
    headline = place.headline
    if stamp.at < len(markup.blocks) and len(markup.blocks[stamp.at].text) > _LONGEST_FIELD:
        return False
    if stamp.at < headline:
        is_above = headline - stamp.at <= _ABOVE
        return is_above and not is_of_another(markup.blocks, stamp.at, headline)
    between = markup.blocks[headline + 1 : stamp.at]
    if len(between) >= _NEAR + _MOST_BUTTONS or any(_is_other(block) for block in between):
        return False
    is_close = sum(len(block.text) > _BUTTON for block in between) < _NEAR
    return is_close and sum(block.own for block in between) <= _NEAR_WORDS


def is_of_next(stamp: Stamp, markup: Markup, place: Place) -> bool:
    """Whether a moment for machines stands above the headline, just before another one."""
    headline = place.headline
    if headline is None or stamp.at >= headline:
        return False
    behind = markup.blocks[stamp.at : min(stamp.at + 2, headline)]
    return is_of_another([*behind, markup.blocks[headline]], 0, len(behind))


def is_of_another(blocks: Sequence[Block], at: int, headline: int) -> bool:
    """Whether a line above the headline goes with another one, which is there or just before it."""
    title = blocks[headline].plain
    return any(
        (_is_other(block) or block.tag in _HEADINGS)
        and len(block.text.split()) >= _HEADLINE_WORDS
        and OFFICE.match(block.folded) is None
        and not is_like(block.plain, title)
        for block in blocks[max(0, at - _ABOVE) : headline]
    )


def dated_lines(markup: Markup, place: Place, *, today: date) -> Iterator[Found]:
    """The days of the lines around the headline, or else of those before the text."""
    if place.headline is None:
        yield from _before_text(markup, place)
        return
    yield from _above(markup, place, today)
    if BORDER in markup.blocks[place.headline].text:  # <h1>… <small>06/01/2023</small></h1>
        yield from _in_line(markup, place.headline, place)
    words = dated = buttons = 0
    is_still_near = True
    for at in range(place.headline + 1, min(place.end, len(markup.blocks))):
        block = markup.blocks[at]
        distance = at - place.headline - min(buttons, _MOST_BUTTONS)
        # What follows another article's headline is that one's.
        is_still_near = (
            is_still_near
            and distance <= _NEAR and words <= _NEAR_WORDS and not _is_other(block)
        )  # fmt: skip
        is_beside = is_still_near and distance <= _BESIDE and words <= _BESIDE_WORDS
        words += block.own
        if not _YEAR.search(block.text):
            buttons += len(block.text) <= _BUTTON and not _DIGIT.search(block.text)
            continue
        dated += 1
        if dated > _MOST_DATED:
            return
        for found in _in_line(markup, at, place):
            is_explained = found.is_explained and (
                is_beside if found.is_weekday_only else is_still_near
            )
            if is_beside or found.is_explained:
                yield replace(found, is_explained=is_explained, distance=distance)


def _is_other(block: Block) -> bool:
    return (
        leads_elsewhere(block)
        and len(block.text.split()) >= _HEADLINE_WORDS
        and (BORDER not in block.text)
    )


def _above(markup: Markup, place: Place, today: date) -> Iterator[Found]:
    """Above the headline stands the day of the article, or today's: only a label tells which."""
    headline = place.headline or 0
    for at in range(max(0, headline - _ABOVE), headline):
        if is_of_another(markup.blocks, at, headline):
            continue
        for found in _in_line(markup, at, place):
            is_of_today = found.moment.day >= today
            if found.is_explained and not found.is_weekday_only and not is_of_today:
                yield replace(found, distance=headline - at)
            elif not is_of_today:
                yield replace(found, source=DateSource.LINE, is_explained=False,
                              distance=headline - at)  # fmt: skip


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
        for found in _in_line(markup, at, place):
            yield replace(found, is_explained=False, distance=text - at)


def _in_line(markup: Markup, at: int, place: Place) -> Iterator[Found]:
    """The days of one line, unless it is of another part of the page."""
    block = markup.blocks[at]
    if len(block.text) > LONGEST_LINE or place.outside(block.regions) or is_clock(block.hint):
        return
    before = markup.blocks[at - 1] if at else None
    for day in labelled_days(block, before, markup.blocks[at - 2] if at > 1 else None):
        is_labelled = day.label is not Label.NONE
        yield Found(
            day.moment,
            DateSource.LABELLED if is_labelled else DateSource.LINE,
            is_explained=is_labelled,
            is_update=day.label is Label.UPDATED,
            is_weekday_only=day.label is Label.WEEKDAY,
            is_created=day.label is Label.CREATED,
        )

"""When a page was published, among all the days that stand on it; pure.

How days are written is known to `page_moments`, what is said of them to `page_labels`. A day is
told as sure only where machines are told it or a label near the headline explains it, and where
nothing else on the page speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from bot.articles.page import DateSource, Published
from bot.articles.page_blocks import BORDER, Block, Markup, Stamp
from bot.articles.page_labels import Label, labelled_days
from bot.articles.page_linked_data import LinkedArticle, LinkedData
from bot.articles.page_moments import LONGEST_LINE, Moment, read_stamp
from bot.articles.page_regions import is_clock
from bot.articles.page_text import Place, leads_elsewhere

FIRST_YEAR: Final = 1995
_NEAR: Final = 14  # lines after the headline in which a label is believed
_NEAR_WORDS: Final = 700  # characters of text after the headline: a lead and no more
_BESIDE: Final = 4  # lines after the headline for a day that nothing explains
_BESIDE_WORDS: Final = 300
_HEADLINE_WORDS: Final = 5
_LONGEST_FIELD: Final = 120  # characters of a line in which a `<time>` is no part of a sentence
_ABOVE: Final = 2  # lines before the headline
_BEFORE_TEXT: Final = 4  # lines before the text, where there is no headline
_MOST_DATED: Final = 300  # lines with a day that are looked at
_YEAR: Final = re.compile(r"(?:19|20)\d\d|[-/.]\d\d(?!\d)")
_LONG: Final = 100  # characters of a line with which a text begins
_CLOCK_TICK: Final = timedelta(minutes=10)
_FRESH: Final = timedelta(minutes=3)

_METAS: Final = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time",
    "pubdate", "publishdate", "publish-date", "publish_date", "published_date", "published-date",
    "published_time", "datepublished", "article.published", "dc.date.issued", "dcterms.issued",
    "dc.date.published", "parsely-pub-date", "sailthru.date",
    "originalpublicationdate", "publication_date", "article_date_original",
    "cxenseparse:recs:publishtime",
)  # fmt: skip
# A day of the page, perhaps not of its publication.
_WEAK_METAS: Final = ("dc.date", "dcterms.date", "date", "dc.date.created", "dcterms.created",
                      "article:modified_time", "og:updated_time",
                      "dcterms.modified", "dc.date.modified", "lastmod")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """A day that may be the publication's."""

    moment: Moment
    source: DateSource
    is_explained: bool
    is_update: bool = False
    is_weekday_only: bool = False
    distance: int = 0
    """Lines from the headline."""


def find_published(
    markup: Markup,
    data: LinkedData,
    article: LinkedArticle | None,
    place: Place,
    *,
    now: datetime,
    zone: tzinfo,
) -> Published | None:
    """When the page says it was published: the best of its days, and whether that is sure.

    `zone` is the office's, for hours without a zone. Days to come and before 1995 are passed over.
    """
    lines = list(_lines(markup, place, today=now.astimezone(zone).date()))
    told = [_in_local_time(found, lines) for found in _for_machines(markup, data, article, place)]
    every = [found for found in (*told, *lines) if _is_possible(found.moment, now, zone)]
    if not every:
        return None
    best = min(every, key=_rank)
    return Published(
        day=best.moment.day_in(zone),
        at=best.moment.at(zone),
        is_sure=best.is_explained
        and best.moment.is_clear
        and not _is_contradicted(best, every, zone)
        and not _may_be_a_clock(best, every, now, zone),
        source=best.source,
    )


_ORDER: Final = tuple(DateSource)


def _rank(found: _Found) -> tuple[bool, bool, bool, int, bool, bool, int]:
    """Explained ones first; of these the publication rather than an update."""
    return (
        not found.is_explained,
        not found.moment.is_clear,
        found.is_update and found.source is not DateSource.LABELLED,
        _ORDER.index(found.source),
        found.is_update,
        found.is_weekday_only,
        found.distance,
    )


def _is_possible(moment: Moment, now: datetime, zone: tzinfo) -> bool:
    if moment.day.year < FIRST_YEAR:
        return False
    at = moment.at(zone)
    if at is not None:
        return at <= now + timedelta(days=1)
    return moment.day <= (now + timedelta(days=1)).astimezone(zone).date()


# --- for machines ----------------------------------------------------------------------------


def _for_machines(
    markup: Markup, data: LinkedData, article: LinkedArticle | None, place: Place
) -> Iterator[_Found]:
    if article is not None:
        yield from _stamp(article.published, DateSource.JSON_LD)
        yield from _stamp(article.modified, DateSource.JSON_LD, is_explained=False, is_update=True)
    yield from _stamp(data.page_published, DateSource.META, is_explained=False)
    for value in markup.meta(*_METAS):
        yield from _stamp(value, DateSource.META)
    for value in markup.meta(*_WEAK_METAS):
        yield from _stamp(value, DateSource.META, is_explained=False, is_update=True)
    yield from _stamps_of_page(markup, place)


def _stamp(
    value: str, source: DateSource, *, is_explained: bool = True, is_update: bool = False
) -> Iterator[_Found]:
    if value and (moment := read_stamp(value)):
        yield _Found(moment, source, is_explained, is_update)


_STAMPS: Final = {
    "time": DateSource.TIME,
    "title": DateSource.TIME,  # "2 năm trước", and the day when the pointer rests on it
    "datepublished": DateSource.META,
}


def _stamps_of_page(markup: Markup, place: Place) -> Iterator[_Found]:
    """Of `<time>` and `itemprop`, those of the article itself."""
    dated = [stamp for stamp in markup.stamps if stamp.name in _STAMPS]
    for stamp in dated:
        if place.outside(stamp.regions) or is_clock(stamp.hint.lower()) or stamp.at >= place.end:
            continue
        is_near = place.headline is not None and _is_near(stamp, markup, place)
        source = _STAMPS[stamp.name]
        is_update = "updat" in stamp.hint.lower() or "modif" in stamp.hint.lower()
        is_alone = len(dated) == 1 and stamp.name == "datepublished"
        is_explained = (is_near or is_alone) and not is_update
        yield from _stamp(stamp.value, source, is_explained=is_explained, is_update=is_update)


def _is_near(stamp: Stamp, markup: Markup, place: Place) -> bool:
    """Whether it stands beside the headline, in a line that is no sentence."""
    headline = place.headline or 0
    if stamp.at < len(markup.blocks) and len(markup.blocks[stamp.at].text) > _LONGEST_FIELD:
        return False
    if stamp.at < headline:
        return headline - stamp.at <= _ABOVE
    between = markup.blocks[headline + 1 : stamp.at]
    if len(between) >= _NEAR or any(_is_other(block) for block in between):
        return False
    return sum(block.own for block in between) <= _NEAR_WORDS


# --- for people ------------------------------------------------------------------------------


def _lines(markup: Markup, place: Place, *, today: date) -> Iterator[_Found]:
    """The days of the lines around the headline, or else of those before the text."""
    if place.headline is None:
        yield from _before_text(markup, place)
        return
    yield from _above(markup, place, today)
    words = dated = 0
    is_near = True
    for at in range(place.headline + 1, min(place.end, len(markup.blocks))):
        distance = at - place.headline
        block = markup.blocks[at]
        # What follows another article's headline is that one's.
        is_near = is_near and distance <= _NEAR and words <= _NEAR_WORDS and not _is_other(block)
        is_beside = is_near and distance <= _BESIDE and words <= _BESIDE_WORDS
        words += block.own
        if not _YEAR.search(block.text):
            continue
        dated += 1
        if dated > _MOST_DATED:
            return
        for found in _in_line(markup, at, place):
            is_explained = found.is_explained and (is_beside if found.is_weekday_only else is_near)
            if is_beside or found.is_explained:
                yield replace(found, is_explained=is_explained, distance=distance)


def _is_other(block: Block) -> bool:
    return (
        leads_elsewhere(block)
        and len(block.text.split()) >= _HEADLINE_WORDS
        and (BORDER not in block.text)
    )


def _above(markup: Markup, place: Place, today: date) -> Iterator[_Found]:
    """Above the headline stands the day of the article, or today's: only a label tells which."""
    headline = place.headline or 0
    for at in range(max(0, headline - _ABOVE), headline):
        for found in _in_line(markup, at, place):
            is_of_today = found.moment.day == today
            if found.is_explained and not found.is_weekday_only and not is_of_today:
                yield replace(found, distance=headline - at)
            elif not is_of_today:
                yield replace(found, source=DateSource.LINE, is_explained=False,
                              distance=headline - at)  # fmt: skip


def _before_text(markup: Markup, place: Place) -> Iterator[_Found]:
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


def _in_line(markup: Markup, at: int, place: Place) -> Iterator[_Found]:
    """The days of one line, unless it is of another part of the page."""
    block = markup.blocks[at]
    if len(block.text) > LONGEST_LINE or place.outside(block.regions) or is_clock(block.hint):
        return
    for day in labelled_days(block, markup.blocks[at - 1] if at else None):
        is_labelled = day.label is not Label.NONE
        yield _Found(
            day.moment,
            DateSource.LABELLED if is_labelled else DateSource.LINE,
            is_explained=is_labelled,
            is_update=day.label is Label.UPDATED,
            is_weekday_only=day.label is Label.WEEKDAY,
        )


# --- doubts ----------------------------------------------------------------------------------


def _in_local_time(told: _Found, lines: list[_Found]) -> _Found:
    """Sites that write local hours and call them UTC: the line that people see shows it."""
    moment = told.moment
    if moment.offset != timedelta(0) or moment.clock is None:
        return told
    written = (moment.day, moment.clock.hour, moment.clock.minute)
    for seen in (found.moment for found in lines):
        if (
            seen.clock is not None
            and seen.offset is None
            and (seen.day, seen.clock.hour, seen.clock.minute) == written
        ):
            return replace(told, moment=replace(moment, offset=None))
    return told


def _is_contradicted(best: _Found, every: list[_Found], zone: tzinfo) -> bool:
    """Whether another sign of the same weight names another day."""
    day = best.moment.day_in(zone)
    for other in every:
        seen = other.moment.day_in(zone)
        if seen == day:
            continue
        # Days of a week one below the other are a timetable.
        if best.is_weekday_only and other.is_weekday_only:
            return True
        is_later_change = other.is_update and seen > day
        if other.is_explained and other.moment.is_clear and not (is_later_change or best.is_update):
            return True
    return False


def _may_be_a_clock(best: _Found, every: list[_Found], now: datetime, zone: tzinfo) -> bool:
    """Whether the page may just show the time at which it was asked for."""
    today: date = now.astimezone(zone).date()
    at = best.moment.at(zone)
    if best.moment.day_in(zone) != today:
        return False
    others = [found for found in every if found.source is not best.source and found.is_explained]
    if any(found.moment.day_in(zone) == today for found in others):
        return False
    if best.is_weekday_only:
        return at is None or abs(at - now.astimezone(UTC)) < _CLOCK_TICK
    return at is not None and abs(at - now.astimezone(UTC)) < _FRESH

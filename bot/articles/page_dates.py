"""When a page was published, among all the days that stand on it; pure.

How days are written is known to `page_moments`, what is said of them to `page_labels`. A day is
told as sure only where machines are told it or a label near the headline explains it, and where nothing
else on the page speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from bot.articles.page import DateSource, Published
from bot.articles.page_blocks import Block, Markup, Stamp
from bot.articles.page_labels import Label, labelled_days
from bot.articles.page_linked_data import LinkedArticle, LinkedData
from bot.articles.page_moments import LONGEST_LINE, Moment, read_stamp
from bot.articles.page_regions import is_clock
from bot.articles.page_text import Place

FIRST_YEAR: Final = 1995
_NEAR: Final = 14  # lines after the headline in which a label is believed
_NEAR_WORDS: Final = 700  # characters of text after the headline: a lead and no more
_BESIDE: Final = 4  # lines after the headline for a day that nothing explains
_BESIDE_WORDS: Final = 300
_ABOVE: Final = 2  # lines before the headline
_BEFORE_TEXT: Final = 4  # lines before the text, where there is no headline
_LONG: Final = 100  # characters of a line with which a text begins
_CLOCK_TICK: Final = timedelta(minutes=10)
_FRESH: Final = timedelta(minutes=3)

_METAS: Final = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time",
    "pubdate", "publishdate", "publish-date", "publish_date", "published_date", "published-date",
    "published_time", "datepublished", "article.published", "dc.date.issued", "dcterms.issued",
    "dc.date.created", "dcterms.created", "dc.date.published", "parsely-pub-date", "sailthru.date",
    "originalpublicationdate", "publication_date", "article_date_original",
    "cxenseparse:recs:publishtime",
)  # fmt: skip
# A day of the page, perhaps not of its publication.
_WEAK_METAS: Final = ("dc.date", "dcterms.date", "date", "article:modified_time", "og:updated_time",
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
    every = [
        found
        for found in (*_for_machines(markup, data, article, place), *lines)
        if _is_possible(found.moment, now, zone)
    ]
    if not every:
        return None
    best = _in_local_time(min(every, key=_rank), lines)
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


def _rank(found: _Found) -> tuple[bool, bool, int, bool, bool, int]:
    """Explained ones first; of these the publication rather than an update."""
    return (
        not found.is_explained,
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
    headline = place.headline or 0
    if stamp.at < headline:
        return headline - stamp.at <= _ABOVE
    return stamp.at in range(headline, headline + _NEAR + 1) and (
        _words_between(markup.blocks, headline, stamp.at) <= _NEAR_WORDS
    )


def _words_between(blocks: list[Block], first: int, last: int) -> int:
    return sum(block.own for block in blocks[first + 1 : last])


# --- for people ------------------------------------------------------------------------------


def _lines(markup: Markup, place: Place, *, today: date) -> Iterator[_Found]:
    """The days of the lines around the headline, or else of those before the text."""
    if place.headline is None:
        yield from _before_text(markup, place)
        return
    yield from _above(markup, place, today)
    words = 0
    for at in range(place.headline, min(place.end, len(markup.blocks))):
        distance = at - place.headline
        block = markup.blocks[at]
        is_near = distance <= _NEAR and words <= _NEAR_WORDS
        is_beside = distance <= _BESIDE and words <= _BESIDE_WORDS
        for found in _in_line(markup, at, place):
            if found.is_explained or is_beside:
                yield replace(found, is_explained=found.is_explained and is_near, distance=distance)
        if distance:
            words += block.own


def _above(markup: Markup, place: Place, today: date) -> Iterator[_Found]:
    """Above the headline stands the day of the article, or today's: only a label tells which."""
    headline = place.headline or 0
    for at in range(max(0, headline - _ABOVE), headline):
        for found in _in_line(markup, at, place):
            if found.source is DateSource.LABELLED and not found.is_weekday_only:
                yield replace(found, distance=headline - at)
            elif found.moment.day != today:
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


def _in_local_time(best: _Found, lines: list[_Found]) -> _Found:
    """Sites that write local hours and call them UTC: the line that people see shows it."""
    moment = best.moment
    if moment.offset != timedelta(0) or moment.clock is None:
        return best
    written = (moment.day, moment.clock.hour, moment.clock.minute)
    for found in lines:
        seen = found.moment
        if seen.clock and (seen.day, seen.clock.hour, seen.clock.minute) == written:
            local = Moment(moment.day, moment.clock, None, moment.is_clear)
            return _Found(local, best.source, best.is_explained)
    return best


def _is_contradicted(best: _Found, every: list[_Found], zone: tzinfo) -> bool:
    """Whether another sign of the same weight names another day."""
    day = best.moment.day_in(zone)
    for other in every:
        if not other.is_explained:
            continue
        seen = other.moment.day_in(zone)
        if seen == day or (other.is_update and seen > day):
            continue
        if not other.moment.is_clear or best.is_update:
            continue
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

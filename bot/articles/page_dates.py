"""When a page was published, among all the days that stand on it; pure.

How days are written is known to `page_moments`, what is said of them to `page_labels`. A day is
told as sure only where machines are told it or a label near the headline explains it, and where
nothing else on the page speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from bot.articles.page import DateSource, Published
from bot.articles.page_blocks import IN_HEAD, Markup
from bot.articles.page_dated_lines import Found, dated_lines, is_near, is_of_next
from bot.articles.page_linked_data import LinkedArticle, LinkedData
from bot.articles.page_moments import Moment, read_stamp
from bot.articles.page_regions import is_clock
from bot.articles.page_text import Place

FIRST_YEAR: Final = 1995
_CLOCK_TICK: Final = timedelta(minutes=10)
_FRESH: Final = timedelta(minutes=3)

_METAS: Final = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time",
    "pubdate", "publishdate", "publish-date", "publish_date", "published_date", "published-date",
    "published_time", "datepublished", "article.published", "dc.date.issued", "dcterms.issued",
    "dc.date.published", "parsely-pub-date", "sailthru.date",
    "originalpublicationdate", "publication_date", "article_date_original",
    "cxenseparse:recs:publishtime", "article:published_at", "published_at", "publishtime",
    "news:publication_date", "citation_publication_date", "dcterms.available", "bt:pubdate",
    "shareaholic:article_published_time",
)  # fmt: skip
# A day of the page, perhaps not of its publication.
_WEAK_METAS: Final = ("dc.date", "dcterms.date", "date", "dc.date.created", "dcterms.created",
                      "article:modified_time", "og:updated_time",
                      "dcterms.modified", "dc.date.modified", "lastmod", "last-modified", "created",
                      "article:created_time", "citation_date", "revised")  # fmt: skip


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
    lines = list(dated_lines(markup, place, today=now.astimezone(zone).date()))
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


def _rank(found: Found) -> tuple[bool, bool, bool, int, bool, bool, bool, int]:
    """Explained ones first; of these the publication rather than an update."""
    return (
        not found.is_explained,
        not found.moment.is_clear,
        found.is_update and found.source is not DateSource.LABELLED,
        _ORDER.index(found.source),
        found.is_update,
        found.is_created,
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
) -> Iterator[Found]:
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
) -> Iterator[Found]:
    if value and (moment := read_stamp(value)):
        yield Found(moment, source, is_explained, is_update)


_STAMPS: Final = {
    "time": DateSource.TIME,
    "title": DateSource.TIME,  # "2 năm trước", and the day when the pointer rests on it
    "data": DateSource.TIME,  # the same for the script that writes "2 năm trước"
    "datepublished": DateSource.META,
}


def _stamps_of_page(markup: Markup, place: Place) -> Iterator[Found]:
    """Of `<time>` and `itemprop`, those of the article itself."""
    dated = [stamp for stamp in markup.stamps if stamp.name in _STAMPS]
    for stamp in dated:
        if place.outside(stamp.regions) or is_clock(stamp.hint.lower()) or stamp.at >= place.end:
            continue
        if IN_HEAD not in stamp.hint and is_of_next(stamp, markup, place):
            continue
        source = _STAMPS[stamp.name]
        is_update = "updat" in stamp.hint.lower() or "modif" in stamp.hint.lower()
        is_alone = len(dated) == 1 and stamp.name == "datepublished"
        is_explained = stamp.name != "data" and not is_update and (
            is_alone or is_near(stamp, markup, place)
        )  # fmt: skip
        yield from _stamp(stamp.value, source, is_explained=is_explained, is_update=is_update)


# --- doubts ----------------------------------------------------------------------------------


def _in_local_time(told: Found, lines: list[Found]) -> Found:
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


def _is_contradicted(best: Found, every: list[Found], zone: tzinfo) -> bool:
    """Whether another sign of the same weight names another day."""
    day = best.moment.day_in(zone)
    for other in every:
        seen = other.moment.day_in(zone)
        if seen == day:
            continue
        # Days of a week one below the other are a timetable.
        if best.is_weekday_only and other.is_weekday_only:
            return True
        is_later_change = (other.is_update and seen > day) or (other.is_created and seen < day)
        if other.is_explained and other.moment.is_clear and not (is_later_change or best.is_update):
            return True
    return False


def _may_be_a_clock(best: Found, every: list[Found], now: datetime, zone: tzinfo) -> bool:
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

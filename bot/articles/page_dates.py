"""When a page was published, among all the days that stand on it; pure: the one place that decides.

How days are written is known to `page_moments`, what is said of them to `page_labels`, by what they
are found to `page_signs`. The day is that of the best sign, unless people see another one. It is
told as sure only where that sign explains it, or two of different kinds agree, and where nothing
else on the page speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from bot.articles.page import Published
from bot.articles.page_blocks import IN_HEAD, Markup
from bot.articles.page_dated_lines import dated_lines, is_field, is_near, is_of_next
from bot.articles.page_linked_data import LinkedArticle, LinkedData
from bot.articles.page_moments import read_stamp, stamp_of_address
from bot.articles.page_regions import is_clock
from bot.articles.page_signs import CHANGES, SEEN, Found, Sign
from bot.articles.page_text import Place

FIRST_YEAR: Final = 1995
_CLOCK_TICK: Final = timedelta(minutes=10)
_FRESH: Final = timedelta(minutes=3)
_DAY: Final = timedelta(days=1)
_CLOSE: Final = 2  # lines from the headline in which a day without a word speaks against others

_METAS: Final = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time",
    "pubdate", "publishdate", "publish-date", "publish_date", "published_date", "published-date",
    "published_time", "datepublished", "article.published", "dc.date.issued", "dcterms.issued",
    "dc.date.published", "parsely-pub-date", "sailthru.date",
    "originalpublicationdate", "publication_date", "article_date_original",
    "cxenseparse:recs:publishtime", "article:published_at", "published_at", "publishtime",
    "news:publication_date", "citation_publication_date", "dcterms.available", "bt:pubdate",
    "shareaholic:article_published_time", "og:release_date", "release_date", "publicationdate",
    "date_published", "article:publish_date", "ngaydang", "dc.issued",
)  # fmt: skip
# A day of the page, perhaps not of its publication.
_WEAK_METAS: Final = ("dc.date", "dcterms.date", "date", "dc.date.created", "dcterms.created",
                      "article:modified_time", "og:updated_time",
                      "dcterms.modified", "dc.date.modified", "lastmod", "last-modified", "created",
                      "article:created_time", "citation_date", "revised", "dc.created",
                      "dc.modified", "datecreated", "datemodified", "updated")  # fmt: skip


def find_published(
    markup: Markup,
    data: LinkedData,
    article: LinkedArticle | None,
    place: Place,
    *,
    url: str,
    now: datetime,
    zone: tzinfo,
) -> Published | None:
    """When the page says it was published: the best of its days, and whether that is sure.

    `zone` is the office's, for hours without a zone. Days to come and before 1995 are passed over.
    """
    lines = list(dated_lines(markup, place, today=now.astimezone(zone).date()))
    told = [
        _in_local_time(found, lines) for found in _for_machines(markup, data, article, place, url)
    ]
    every = [found for found in (*told, *lines) if _is_possible(found, now, zone)]
    if not every:
        return None
    every.sort(key=_rank)
    best = _as_seen(every[0], every, zone)
    is_explained = best.is_explained or _is_agreed(best, every, now, zone)
    return Published(
        day=best.moment.day_in(zone),
        at=_hour(best, every, zone),
        is_sure=is_explained
        and not _is_contradicted(best, every, zone)
        and not _may_be_a_clock(best, every, now, zone),
        source=best.source,
    )


_ORDER: Final = tuple(Sign)


def _rank(found: Found) -> tuple[bool, bool, int, int]:
    """Explained ones first, in the order of their signs; near the headline rather."""
    return (
        not found.is_explained,
        not found.moment.is_clear,
        _ORDER.index(found.sign),
        found.distance,
    )


def _is_possible(found: Found, now: datetime, zone: tzinfo) -> bool:
    moment = found.moment
    if moment.day.year < FIRST_YEAR:
        return False
    at = moment.at(zone)
    if at is not None:
        return at <= now + _DAY
    return moment.day <= (now + _DAY).astimezone(zone).date()


# --- for machines ----------------------------------------------------------------------------


def _for_machines(
    markup: Markup, data: LinkedData, article: LinkedArticle | None, place: Place, url: str
) -> Iterator[Found]:
    if article is not None:
        yield from _stamp(article.published, Sign.LINKED)
        yield from _stamp(article.modified, Sign.MODIFIED)
    yield from _stamp(data.page_published, Sign.PAGE)
    for value in markup.meta(*_METAS):
        yield from _stamp(value, Sign.META)
    for value in markup.meta(*_WEAK_METAS):
        yield from _stamp(value, Sign.MODIFIED)
    yield from _stamps_of_page(markup, place)
    if written := stamp_of_address(url):
        yield Found(written, Sign.ADDRESS)


def _stamp(value: str, sign: Sign) -> Iterator[Found]:
    if value and (moment := read_stamp(value)):
        yield Found(moment, sign)


_STAMPS: Final = {
    "time": Sign.TIME,
    "title": Sign.TIME,  # "2 năm trước", and the day when the pointer rests on it
    "data": Sign.ATTRIBUTE,  # the same for the script that writes "2 năm trước"
    "datepublished": Sign.META,
}


def _stamps_of_page(markup: Markup, place: Place) -> Iterator[Found]:
    """Of `<time>` and `itemprop`, those of the article itself."""
    dated = [stamp for stamp in markup.stamps if stamp.name in _STAMPS]
    for stamp in dated:
        if place.outside(stamp.regions) or is_clock(stamp.hint.lower()) or stamp.at >= place.end:
            continue
        if IN_HEAD not in stamp.hint and is_of_next(stamp, markup, place):
            continue
        if _is_change(stamp.hint.lower()):
            yield from _stamp(stamp.value, Sign.MODIFIED)
            continue
        if stamp.name != "datepublished" and not is_field(stamp, markup, place):
            continue
        is_named = stamp.name == "datepublished" or "publish" in stamp.hint.lower()
        if (is_named and len(dated) == 1) or is_near(stamp, markup, place):
            yield from _stamp(stamp.value, _STAMPS[stamp.name])
        elif is_named:
            yield from _stamp(stamp.value, Sign.ATTRIBUTE)


def _is_change(hint: str) -> bool:
    """Whether a moment is that of a change. Blogs call one that was never changed both."""
    is_first = "publish" in hint or "entry-date" in hint or "posted" in hint
    return ("updat" in hint or "modif" in hint) and not is_first


def _in_local_time(told: Found, lines: Sequence[Found]) -> Found:
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


# --- what people see -------------------------------------------------------------------------


def _as_seen(best: Found, every: Sequence[Found], zone: tzinfo) -> Found:
    """The best sign, or an earlier day that people see beside the headline.

    Machines are often told of the last change, or of the day on which all pages were moved, and
    "Cập nhật" is said of the publication as well as of a change.
    """
    if best.sign in (Sign.PUBLISHED, Sign.WEEKDAY):
        return best
    day = best.moment.day_in(zone)
    if best.sign in CHANGES:
        near = {Sign.BESIDE, Sign.ABOVE, Sign.ATTRIBUTE, Sign.WEEKDAY}
    elif best.sign in SEEN:
        return best
    else:
        near = {Sign.BESIDE}
    earlier = (
        found
        for found in every
        if found.sign in near
        and found.moment.is_clear
        and found.moment.day_in(zone) < day
        and found.distance <= _CLOSE
    )
    return next(earlier, best)


def _hour(best: Found, every: Sequence[Found], zone: tzinfo) -> datetime | None:
    """The hour of that day, by the best sign that has one."""
    day = best.moment.day_in(zone)
    same = (
        found.moment.at(zone)
        for found in (best, *every)
        if found.sign not in CHANGES or found.sign is best.sign
        if found.sign is not Sign.ADDRESS and found.moment.day_in(zone) == day
    )
    return next((at for at in same if at is not None), None)


# --- doubts ----------------------------------------------------------------------------------


def _is_agreed(best: Found, every: Sequence[Found], now: datetime, zone: tzinfo) -> bool:
    """Whether a day beside the headline is what machines are told too, in whatever way."""
    day = best.moment.day_in(zone)
    if best.sign is not Sign.BESIDE or not best.moment.is_clear or best.distance > _CLOSE:
        return False
    if day >= now.astimezone(zone).date():
        return False
    return any(
        found.sign not in SEEN and found.moment.is_clear and found.moment.day_in(zone) == day
        for found in every
    )


def _is_contradicted(best: Found, every: Sequence[Found], zone: tzinfo) -> bool:
    """Whether another sign that is worth something names another day."""
    day = best.moment.day_in(zone)
    return any(
        _contradicts(other, best, other.moment.day_in(zone), day)
        for other in every
        if other.moment.day_in(zone) != day
    )


def _contradicts(other: Found, best: Found, seen: date, day: date) -> bool:
    if other.sign is Sign.BESIDE:
        return other.moment.is_clear and other.distance <= _CLOSE
    if other.sign is Sign.ADDRESS:
        return seen > day
    if other.sign is Sign.MODIFIED:
        # What was changed before it was published was published before.
        return seen < day - _DAY and best.sign not in SEEN
    if not other.is_explained:
        return False
    if other.sign is Sign.UPDATED:
        return seen < day
    if other.sign is Sign.CREATED:
        return seen > day
    return True


def _may_be_a_clock(best: Found, every: Sequence[Found], now: datetime, zone: tzinfo) -> bool:
    """Whether the page may just show the time at which it was asked for."""
    today = now.astimezone(zone).date()
    if best.moment.day_in(zone) != today:
        return False
    others = (found for found in every if found.source is not best.source and found.is_explained)
    if any(found.moment.day_in(zone) == today for found in others):
        return False
    at = best.moment.at(zone)
    if best.sign is Sign.WEEKDAY:
        return at is None or abs(at - now.astimezone(UTC)) < _CLOCK_TICK
    return at is not None and abs(at - now.astimezone(UTC)) < _FRESH

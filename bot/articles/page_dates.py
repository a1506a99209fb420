"""When a page was published, among all the days that stand on it; pure: the one place that decides.

How days are written is known to `page_moments`, what is said of them to `page_labels`, by what they
are found to `page_signs`. The day is that of the best sign, unless people see another one. It is
told as sure only where that sign explains it, or two of different kinds agree, and where nothing
else on the page speaks against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from bot.articles.page import Published
from bot.articles.page_blocks import Markup
from bot.articles.page_dated_lines import dated_lines
from bot.articles.page_linked_data import LinkedArticle, LinkedData
from bot.articles.page_signs import CHANGES, SEEN, Found, Sign
from bot.articles.page_text import Place
from bot.articles.page_told_days import days_for_machines

FIRST_YEAR: Final = 1995
_CLOCK_TICK: Final = timedelta(minutes=10)
_FRESH: Final = timedelta(minutes=3)
_DAY: Final = timedelta(days=1)
_CLOSE: Final = 2  # lines from the headline in which a day without a word speaks against others


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
        _in_local_time(found, lines)
        for found in days_for_machines(markup, data, article, place, url)
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
        near = {Sign.BESIDE, Sign.WEEKDAY}
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

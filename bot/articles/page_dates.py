"""When a page was published, among all the days that stand on it; pure.

How days are written is known to `page_moments`. A day is told as sure only where machines are told
it or a label near the headline explains it, and where nothing else on the page speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from bot.articles.page import DateSource, Published
from bot.articles.page_blocks import BORDER, SHOWN_BORDER, Block, Markup, Stamp
from bot.articles.page_linked_data import LinkedArticle, LinkedData
from bot.articles.page_moments import LONGEST_LINE, Moment, moments, read_stamp
from bot.articles.page_regions import is_clock
from bot.articles.page_text import Place
from bot.domain.folding import normalise, unaccent

FIRST_YEAR: Final = 1995
_NEAR: Final = 14  # lines after the headline
_NEAR_WORDS: Final = 700  # characters of text after the headline: a lead and no more
_ABOVE: Final = 5  # lines before it
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

_PUBLISHED: Final = (
    r"(?:ngay(?: gio)? (?:dang(?: tin| bai| tai)?|xuat ban|viet|tao|gui|cong bo|dua tin|post|dua)"
    r"|(?:duoc )?dang(?: tai| tin| bai)?|thoi gian (?:dang(?: tin| bai| tai)?|xuat ban)|xuat ban"
    r"|dua tin|(?:dang|viet|gui|dua) (?:boi|bo?i)[^|¦.]{1,40}|published(?: (?:by|in)[^|¦.]{1,40})?"
    r"|posted(?: (?:by|in)[^|¦.]{1,40})?|date posted|publish(?:ed)? date|publication date"
    r"|created(?: date)?|ngay tin|tin ngay|ngay phat|phat song)"
)
_UPDATED: Final = (
    r"(?:(?:ngay |thoi gian |lan )?(?:cap nhat|sua doi|chinh sua)(?: (?:lan )?cuoi(?: cung)?)?"
    r"|(?:last )?(?:updated|modified))"
)
_LABEL_END: Final = r"[\s:;,|¦•·()\[\]\u2013\u2014-]*(?:\b(?:ngay|luc|vao|hoi|on|at)\b[\s:¦]*)*$"
_PUBLISHED_BEFORE: Final = re.compile(rf"(?<![a-z0-9]){_PUBLISHED}{_LABEL_END}")
_UPDATED_BEFORE: Final = re.compile(rf"(?<![a-z0-9]){_UPDATED}{_LABEL_END}")
_ONLY_LABEL: Final = re.compile(rf"[\s|¦•·-]*(?:{_PUBLISHED}|{_UPDATED})[\s:¦-]*")
_OTHER_DANG: Final = re.compile(r"\b(?:đảng|đang|đáng|dạng|dáng|đẳng|đắng|đặng|dâng)\b")
# What may stand before a label or a lone day, and behind it: other fields, never a sentence.
_FIELD_ENDS: Final = re.compile(r"[|¦•·()\[\]:/\u2013\u2014-]\s*$|^\s*$")
_FIELD_BEGINS: Final = re.compile(
    r"\s*(?:$|[|¦•·()\[\]/\u2013\u2014-]|[.;]?\s*$|[.;,]?\s*(?:luot|so luot|da xem|xem|view|doc"
    r"|tac gia|nguon|theo|co chu|in |chia se|binh luan|gmt|utc|by |boi "
    r"|\d{1,9} (?:luot|view)|cap nhat|dang|ngay|font|email|gui|print|a\+|a-|nguoi))"
)
_MOST_BEFORE: Final = 14  # words
_MOST_BEHIND: Final = 30


@dataclass(frozen=True, slots=True)
class _Found:
    """A day that may be the publication's."""

    moment: Moment
    source: DateSource
    is_explained: bool
    is_update: bool = False
    is_weekday_only: bool = False
    is_above: bool = False


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
    lines = list(_lines(markup, place))
    every = [
        found
        for found in (*_for_machines(markup, data, article, place), *lines)
        if _is_possible(found.moment, now, zone)
    ]
    if not every:
        return None
    best = min(every, key=_rank)
    best = _in_local_time(best, lines)
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


def _rank(found: _Found) -> tuple[bool, bool, int, bool, bool]:
    """Explained ones first; of these the publication rather than an update."""
    return (
        not found.is_explained,
        found.is_update and found.source is not DateSource.LABELLED,
        _ORDER.index(found.source),
        found.is_update,
        found.is_weekday_only,
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


def _stamps_of_page(markup: Markup, place: Place) -> Iterator[_Found]:
    """Of `<time>` and `itemprop`, those of the article itself."""
    dated = [stamp for stamp in markup.stamps if stamp.name in ("time", "datepublished")]
    for stamp in dated:
        if place.outside(stamp.regions) or is_clock(stamp.hint.lower()) or stamp.at >= place.end:
            continue
        is_near = place.headline is not None and _is_near(stamp, markup, place)
        source = DateSource.TIME if stamp.name == "time" else DateSource.META
        is_update = "updat" in stamp.hint.lower() or "modif" in stamp.hint.lower()
        is_alone = len(dated) == 1 and stamp.name != "time"
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


def _lines(markup: Markup, place: Place) -> Iterator[_Found]:
    """The days of the lines around the headline."""
    if place.headline is None:
        return
    words = 0
    first = max(0, place.headline - _ABOVE)
    last = min(place.end, place.headline + _NEAR + 1, len(markup.blocks))
    for at in range(first, last):
        block = markup.blocks[at]
        is_above = at < place.headline
        if len(block.text) <= LONGEST_LINE and not _is_elsewhere(block, place):
            before = markup.blocks[at - 1] if at else None
            for found in _line(block, before):
                is_lone = is_above and found.is_weekday_only
                yield _Found(
                    found.moment,
                    DateSource.LINE if is_lone else found.source,
                    found.is_explained and not is_lone,
                    found.is_update,
                    found.is_weekday_only,
                    is_above,
                )
        if at > place.headline:
            words += block.own
            if words > _NEAR_WORDS:
                return


def _is_elsewhere(block: Block, place: Place) -> bool:
    return bool(place.outside(block.regions)) or is_clock(block.hint)


def _line(block: Block, before: Block | None) -> Iterator[_Found]:
    """The days of one line, with what explains them; those within sentences are none."""
    text = normalise(block.text.replace(BORDER, SHOWN_BORDER)).lower().replace("\n", " ")
    if not any(letter.isdigit() for letter in text):
        return
    if before is not None and len(before.text) <= 40:
        label = unaccent(before.plain)
        if _ONLY_LABEL.fullmatch(label):
            text = f"{normalise(before.plain).lower()}: {text}"
    bare = unaccent(text)
    if len(bare) != len(text):
        text = bare
    for moment in moments(bare):
        head, tail = bare[: moment.start], bare[moment.end :]
        if len(tail.split()) > _MOST_BEHIND or not _FIELD_BEGINS.match(tail):
            continue
        if found := _explained(moment, head, text[: moment.start]):
            yield found


def _explained(moment: Moment, head: str, accented: str) -> _Found | None:
    for pattern, is_update in ((_PUBLISHED_BEFORE, False), (_UPDATED_BEFORE, True)):
        label = pattern.search(head)
        if label is None or _OTHER_DANG.search(accented[label.start() :]):
            continue
        if _is_field(head[: label.start()]):
            return _Found(moment, DateSource.LABELLED, is_explained=True, is_update=is_update)
    if not _is_field(head):
        return None
    if moment.has_weekday:
        return _Found(moment, DateSource.LABELLED, is_explained=True, is_weekday_only=True)
    return _Found(moment, DateSource.LINE, is_explained=False)


def _is_field(head: str) -> bool:
    return len(head.split()) <= _MOST_BEFORE and _FIELD_ENDS.search(head) is not None


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
        if not other.is_explained or (other.is_above and other.is_weekday_only):
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

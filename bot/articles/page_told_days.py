"""What a page tells machines of the day of its publication, and how near the headline; pure.

Which of its days counts is judged in `page_dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.articles.page_blocks import IN_HEAD, Markup, Stamp
from bot.articles.page_dated_lines import BUTTON, MOST_BUTTONS, NEAR, NEAR_TEXT, NEAR_WORDS
from bot.articles.page_labels import labelled_days
from bot.articles.page_linked_data import LinkedArticle, LinkedData
from bot.articles.page_moments import SOME_DAY
from bot.articles.page_neighbours import first_above, heads_another, is_of_another, is_other
from bot.articles.page_regions import is_clock
from bot.articles.page_signs import Found, Sign
from bot.articles.page_stamps import read_stamp, stamp_of_address
from bot.articles.page_text import Place, is_paragraph
from bot.articles.page_titles import is_like
from bot.domain.folding import unaccent

_LONGEST_FIELD: Final = 120  # characters of a line in which a `<time>` is no part of a sentence
_CAPTION: Final = re.compile(r"\W*(?:anh|video|clip|hinh)\b")
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


_STAMPS: Final = {
    "time": Sign.TIME,
    "title": Sign.TIME,  # "2 năm trước", and the day when the pointer rests on it
    "data": Sign.ATTRIBUTE,  # the same for the script that writes "2 năm trước"
    "datepublished": Sign.META,
}


def days_for_machines(
    markup: Markup, data: LinkedData, article: LinkedArticle | None, place: Place, url: str
) -> Iterator[Found]:
    """The days in the page's data, its head, its elements' attributes and its address."""
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


def _stamps_of_page(markup: Markup, place: Place) -> Iterator[Found]:
    """Of `<time>` and `itemprop`, those of the article itself."""
    dated = [stamp for stamp in markup.stamps if stamp.name in _STAMPS]
    for stamp in dated:
        if place.outside(stamp.regions) or is_clock(stamp.hint.lower()) or stamp.at >= place.end:
            continue
        if IN_HEAD not in stamp.hint and _is_of_next(stamp, markup, place):
            continue
        if _is_change(stamp.hint.lower()):
            yield from _stamp(stamp.value, Sign.MODIFIED)
            continue
        if stamp.name != "datepublished" and not _is_field(stamp, markup, place):
            continue
        is_named = stamp.name == "datepublished" or "publish" in stamp.hint.lower()
        is_alone = len(dated) == 1 and is_named and not _is_below_text(stamp, markup, place)
        if is_alone or _is_near(stamp, markup, place):
            yield from _stamp(stamp.value, _STAMPS[stamp.name])
        elif is_named:
            yield from _stamp(stamp.value, Sign.ATTRIBUTE)


def _is_change(hint: str) -> bool:
    """Whether a moment is that of a change. Blogs call one that was never changed both."""
    is_first = "publish" in hint or "entry-date" in hint or "posted" in hint
    return ("updat" in hint or "modif" in hint) and not is_first


def _is_field(stamp: Stamp, markup: Markup, place: Place) -> bool:
    """Whether a moment for machines is no part of a sentence, of a caption or of an event."""
    if stamp.at >= len(markup.blocks):
        return True
    block = markup.blocks[stamp.at]
    if len(block.text) > _LONGEST_FIELD or block.tag == "figcaption":
        return stamp.at == place.headline
    if is_other(block) and not is_like(block.plain, place.title):
        return False
    words = unaccent(block.shown)
    if not SOME_DAY.search(words):  # "2 năm trước"
        return _CAPTION.match(words) is None
    before = markup.blocks[stamp.at - 1] if stamp.at else None
    return any(labelled_days(block, before))


def _is_near(stamp: Stamp, markup: Markup, place: Place) -> bool:
    """Whether a moment for machines stands beside the headline, before the text."""
    if place.headline is None:
        return False
    headline = place.headline
    if stamp.at < headline:
        is_above = stamp.at >= first_above(markup.blocks, headline)
        return is_above and not is_of_another(markup, stamp.at, headline)
    between = markup.blocks[headline + 1 : stamp.at]
    if len(between) >= NEAR + MOST_BUTTONS or any(is_other(block) for block in between):
        return False
    is_close = sum(len(block.text) > BUTTON for block in between) < NEAR
    leads = sum(is_paragraph(block) for block in between)
    return is_close and leads < NEAR_TEXT and sum(block.own for block in between) <= NEAR_WORDS


def _is_below_text(stamp: Stamp, markup: Markup, place: Place) -> bool:
    """Whether a moment for machines stands where opinions and other articles do too."""
    first = 0 if place.headline is None else place.headline + 1
    return any(is_paragraph(block) for block in markup.blocks[first : stamp.at])


def _is_of_next(stamp: Stamp, markup: Markup, place: Place) -> bool:
    """Whether a moment for machines stands above the headline, just before another one."""
    headline = place.headline
    if headline is None or stamp.at >= headline:
        return False
    behind = markup.blocks[stamp.at : min(stamp.at + 2, headline)]
    return any(heads_another(block, place.title) for block in behind)

"""The signs by which a page says when it was published, in the order they are believed; pure.

What a day is found by is said here once: where such signs stand is known to `page_dated_lines` and
`page_dates`, which of them counts is decided in `page_dates`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.articles.page import DateSource
from bot.articles.page_moments import Moment


class Sign(StrEnum):
    """Where a day stands and what is said of it, the most trustworthy first."""

    PUBLISHED = "published"  # "Ngày đăng: …" near the headline
    LINKED = "linked"  # of the article itself, in JSON-LD
    META = "meta"
    TIME = "time"  # <time>, itemprop, near the headline
    WEEKDAY = "weekday"  # "Thứ Sáu, 06/01/2023" just below the headline
    CREATED = "created"  # when it was begun, or went on the air
    UPDATED = "updated"  # "Cập nhật: …" near the headline
    # From here on nothing is sure.
    BESIDE = "beside"  # just below the headline, without a word
    ABOVE = "above"  # above it, where today's may stand as well
    BELOW = "below"  # with a label, but far from the headline
    AFTER = "after"  # the only one below the text, without a word
    ATTRIBUTE = "attribute"  # for scripts, or not near the headline
    BEFORE_TEXT = "before_text"  # on a page without a headline
    MODIFIED = "modified"  # what machines are told of changes
    ADDRESS = "address"
    PAGE = "page"  # when the page was made, not its article


SURE: Final = frozenset(
    {Sign.PUBLISHED, Sign.LINKED, Sign.META, Sign.TIME, Sign.WEEKDAY, Sign.CREATED, Sign.UPDATED}
)
"""Those that explain a day well enough to tell it without a doubt, if nothing contradicts."""

CHANGES: Final = frozenset({Sign.UPDATED, Sign.MODIFIED})
"""Those that may be later than the publication."""

SEEN: Final = frozenset(
    {Sign.PUBLISHED, Sign.WEEKDAY, Sign.CREATED, Sign.UPDATED, Sign.BESIDE, Sign.ABOVE, Sign.BELOW,
     Sign.AFTER, Sign.BEFORE_TEXT}
)  # fmt: skip
"""Those that people see; the others are for machines."""

_SOURCES: Final = {
    Sign.LINKED: DateSource.JSON_LD,
    Sign.META: DateSource.META,
    Sign.MODIFIED: DateSource.META,
    Sign.PAGE: DateSource.META,
    Sign.TIME: DateSource.TIME,
    Sign.ATTRIBUTE: DateSource.TIME,
    Sign.ADDRESS: DateSource.ADDRESS,
    Sign.BELOW: DateSource.FAR,
    Sign.AFTER: DateSource.FAR,
    Sign.BESIDE: DateSource.LINE,
    Sign.ABOVE: DateSource.LINE,
    Sign.BEFORE_TEXT: DateSource.LINE,
}


@dataclass(frozen=True, slots=True)
class Found:
    """A day that may be the publication's."""

    moment: Moment
    sign: Sign
    distance: int = 0
    """Lines from the headline."""

    @property
    def is_explained(self) -> bool:
        """Whether it may be told as sure."""
        return self.sign in SURE and self.moment.is_clear

    @property
    def source(self) -> DateSource:
        """What readers of the page's facts are told of it."""
        return _SOURCES.get(self.sign, DateSource.LABELLED)

"""What can be noticed about an article, how much each weighs, and what of it a unit may see; pure.

When each is noticed is in `findings`; in what words it is told is in the catalogues.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.article_facts import TaskName


class Finding(StrEnum):
    """Something noticed about an article. Advice: nothing is refused or accepted by it."""

    # whose site
    OWN_SITE = "own_site"
    SITE_OF_OTHER_UNIT = "site_of_other_unit"
    SITE_NOT_VALID = "site_not_valid"  # the unit's, but not on the day the link was sent
    SITE_UNKNOWN = "site_unknown"
    SITE_NOT_REGISTERED = "site_not_registered"  # the unit has none: nothing to compare with
    # what opening it came to
    NO_LINK = "no_link"
    NOT_CHECKED = "not_checked"
    DEAD_PAGE = "dead_page"
    PAGE_SOFT404 = "page_soft404"
    PAGE_NOT_FOUND = "page_not_found"
    PAGE_BLOCKED = "page_blocked"
    PAGE_TLS_ERROR = "page_tls_error"
    PAGE_TIMEOUT = "page_timeout"
    PAGE_TOO_LARGE = "page_too_large"
    PAGE_NOT_HTML = "page_not_html"
    PAGE_UNSAFE = "page_unsafe"
    PAGE_MANUAL = "page_manual"
    PAGE_UNREACHABLE = "page_unreachable"
    PAGE_SERVER_ERROR = "page_server_error"
    PAGE_NOT_READ = "page_not_read"  # whichever of these, for those who may not know which
    LEADS_ELSEWHERE = "leads_elsewhere"  # to another host
    # what was read there
    LIST_PAGE = "list_page"
    HOME_PAGE = "home_page"
    LOGIN_PAGE = "login_page"
    EMPTY_PAGE = "empty_page"  # without scripts
    CHANGED = "changed"  # since it was accepted
    NO_TITLE = "no_title"
    NO_DATE = "no_date"
    DATE_UNSURE = "date_unsure"
    DATE_IN_FUTURE = "date_in_future"
    BEFORE_DIRECTIVE = "before_directive"  # published before it was issued
    # in time
    SUBMITTED_ON_TIME = "submitted_on_time"
    SUBMITTED_LATE = "submitted_late"
    PUBLISHED_ON_TIME = "published_on_time"
    PUBLISHED_LATE = "published_late"
    # the same as another article: by its link, by where that leads, by what the page calls itself
    LINK_OTHER_TASK = "link_other_task"
    LINK_OTHER_UNIT = "link_other_unit"
    REDIRECT_SAME_TASK = "redirect_same_task"
    REDIRECT_OTHER_TASK = "redirect_other_task"
    REDIRECT_OTHER_UNIT = "redirect_other_unit"
    CANONICAL_SAME_TASK = "canonical_same_task"
    CANONICAL_OTHER_TASK = "canonical_other_task"
    CANONICAL_OTHER_UNIT = "canonical_other_unit"
    # the same words elsewhere
    REPOST = "repost"  # probably, of an earlier one
    REPOSTED = "reposted"  # probably the original of a later one


class Weight(StrEnum):
    """Whether somebody must look."""

    NOTE = "note"
    CONCERN = "concern"


_NOTES: Final = frozenset(
    {
        Finding.OWN_SITE,
        Finding.SITE_NOT_REGISTERED,
        Finding.LEADS_ELSEWHERE,
        Finding.SUBMITTED_ON_TIME,
        Finding.PUBLISHED_ON_TIME,
        Finding.REPOSTED,
    }
)
WEIGHTS: Final[Mapping[Finding, Weight]] = {
    finding: Weight.NOTE if finding in _NOTES else Weight.CONCERN for finding in Finding
}


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with what it speaks of.

    `number` is in minutes for what is late, otherwise of how many articles; `at` the moment of what
    the finding names, a day's beginning where only the day is known. `of_article_id` and `task`
    name another article, `unit_name` another unit: empty where it is the article's own.
    """

    finding: Finding
    of_article_id: int | None = None
    unit_name: str = ""
    number: int | None = None
    at: datetime | None = None
    task: TaskName | None = None
    is_hidden: bool = False  # it speaks of another unit, which the reader may not know

    @property
    def weight(self) -> Weight:
        """Whether somebody must look at it."""
        return WEIGHTS[self.finding]


# Here nothing speaks against the article: it is not looked at yet, no program can judge it, or its
# page leaves something out.
_WITHOUT_DOUBT: Final = _NOTES | {
    Finding.NO_LINK,
    Finding.NOT_CHECKED,
    Finding.PAGE_BLOCKED,
    Finding.PAGE_MANUAL,
    Finding.PAGE_TOO_LARGE,
    Finding.EMPTY_PAGE,
    Finding.NO_TITLE,
    Finding.NO_DATE,
    Finding.DATE_UNSURE,
}


def doubts(found: Iterable[Found]) -> tuple[Found, ...]:
    """What advises against counting the article; reports tell it and how many articles have any."""
    return tuple(each for each in found if each.finding not in _WITHOUT_DOUBT)


def is_clean(found: Iterable[Found]) -> bool:
    """Nothing that a person must look at."""
    return all(each.weight is Weight.NOTE for each in found)


def is_repost(found: Iterable[Found]) -> bool:
    """Probably published elsewhere before; original articles are counted apart from these."""
    return any(each.finding is Finding.REPOST for each in found)


def for_unit(found: Sequence[Found]) -> tuple[Found, ...]:
    """The same as a unit's own people may see it: no other unit, nor what it sent, is named."""
    return tuple(_hidden(each) if each.unit_name else each for each in found)


# What opening a page came to, where it could not be read, or has not been yet.
NOT_READ: Final = frozenset(
    {
        Finding.NOT_CHECKED,
        Finding.DEAD_PAGE,
        Finding.PAGE_SOFT404,
        Finding.PAGE_NOT_FOUND,
        Finding.PAGE_BLOCKED,
        Finding.PAGE_TLS_ERROR,
        Finding.PAGE_TIMEOUT,
        Finding.PAGE_TOO_LARGE,
        Finding.PAGE_NOT_HTML,
        Finding.PAGE_UNSAFE,
        Finding.PAGE_UNREACHABLE,
        Finding.PAGE_SERVER_ERROR,
    }
)


def for_sender(found: Sequence[Found]) -> tuple[Found, ...]:
    """What whoever sent the link may see: as `for_unit`, and of a page that was not read no more
    than that. How it failed, and how soon, would tell what there is in the office's network."""
    told = [
        Found(Finding.PAGE_NOT_READ) if each.finding in NOT_READ else each
        for each in for_unit(found)
    ]
    return tuple(dict.fromkeys(told))


def _hidden(found: Found) -> Found:
    return replace(found, of_article_id=None, unit_name="", number=None, task=None, is_hidden=True)

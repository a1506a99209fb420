"""What is noticed about an article: its site, its page, its time, and others like it; pure.

Derived anew whenever it is shown, never kept. It advises; people decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from bot.domain.article_facts import ArticleFacts, Look, PageFacts
from bot.domain.articles import OPENED, EvidenceKind, PageKind, PageState
from bot.domain.folding import fold
from bot.domain.found import (
    WEIGHTS,
    Finding,
    Found,
    Weight,
    for_sender,
    for_unit,
    is_clean,
    is_repost,
)
from bot.domain.likeness import similar, title_key_of
from bot.domain.same_articles import found_same
from bot.domain.site_owners import OwnedSite, host_of, owners
from bot.domain.states import ArticleState

__all__ = (
    "WEIGHTS",
    "ArticleFacts",
    "Finding",
    "Found",
    "Weight",
    "findings",
    "for_sender",
    "for_unit",
    "is_clean",
    "is_repost",
    "similar",
    "title_key_of",
)

# Clocks of web sites are not ours.
_CLOCKS_DIFFER: Final = timedelta(hours=1)
_MINUTES_A_DAY: Final = 24 * 60

STATES: Final = {
    state: Finding(f"page_{state}") for state in PageState if state not in OPENED
}  # every way of not being opened is a finding
KINDS: Final = {
    PageKind.NOT_FOUND: Finding.PAGE_SOFT404,
    PageKind.LIST: Finding.LIST_PAGE,
    PageKind.HOME: Finding.HOME_PAGE,
    PageKind.LOGIN: Finding.LOGIN_PAGE,
    PageKind.SHELL: Finding.EMPTY_PAGE,
}


def findings(facts: ArticleFacts, *, now: datetime, zone: tzinfo) -> tuple[Found, ...]:
    """All that is noticed, each at most once, in the order of `Finding`.

    `zone` is the office's: days of publication and deadlines are compared in it.
    """
    found = (
        *_of_site(facts, zone),
        *_of_page(facts),
        *_of_time(facts, now, zone),
        *found_same(facts),
    )
    order = tuple(Finding)
    return tuple(sorted(found, key=lambda each: order.index(each.finding)))


# --- whose site ----------------------------------------------------------------------------------


def _of_site(facts: ArticleFacts, zone: tzinfo) -> Iterator[Found]:
    mine = facts.article
    if mine.kind is not EvidenceKind.LINK:
        return
    day = mine.submitted_at.astimezone(zone).date()
    # A key may leave out whose page it is: that of a post does.
    address = mine.address or mine.landing_key
    valid = owners(address, (site for site in facts.sites if site.is_valid(day)))
    if any(site.unit_id == mine.unit_id for site in valid):
        yield Found(Finding.OWN_SITE)
    elif _was_own(mine.unit_id, owners(address, facts.sites), day):
        yield Found(Finding.SITE_NOT_VALID)
    elif valid:
        names = ", ".join(sorted({site.unit_name for site in valid}))
        yield Found(Finding.SITE_OF_OTHER_UNIT, unit_name=names)
    elif any(site.unit_id == mine.unit_id for site in facts.sites):
        yield Found(Finding.SITE_UNKNOWN)
    else:
        yield Found(Finding.SITE_NOT_REGISTERED)


def _was_own(unit_id: int, closest: tuple[OwnedSite, ...], day: date) -> bool:
    """Whether the site is the unit's on other days, and nobody's on this one."""
    is_own = any(site.unit_id == unit_id for site in closest)
    return is_own and not any(site.is_valid(day) for site in closest)


# --- the page ------------------------------------------------------------------------------------


def _of_page(facts: ArticleFacts) -> Iterator[Found]:
    mine, page = facts.article, facts.article.page
    if mine.kind is not EvidenceKind.LINK:
        yield Found(Finding.NO_LINK)
        return
    if page is None or page.state is None:
        yield Found(Finding.NOT_CHECKED)
        return
    if page.dead_at is not None:
        yield Found(Finding.DEAD_PAGE, at=page.dead_at)
    if page.state in STATES:
        yield Found(STATES[page.state])
    elif page.kind in KINDS:
        yield Found(KINDS[page.kind])
    if page.is_opened and mine.host != host_of(mine.url_key):
        yield Found(Finding.LEADS_ELSEWHERE)
    if (changed := _changed(facts, page)) is not None:
        yield Found(Finding.CHANGED, at=changed)
    yield from _of_words(facts, page)


def _of_words(facts: ArticleFacts, page: PageFacts) -> Iterator[Found]:
    """What the page lacks, of what an article's page says."""
    by_hand = page.state is PageState.MANUAL
    can_say = by_hand or (page.is_opened and page.may_be_article)
    if can_say and not (page.title or facts.article.given_title):
        yield Found(Finding.NO_TITLE)
    if can_say and not by_hand and page.published_on is None:
        yield Found(Finding.NO_DATE)


def _changed(facts: ArticleFacts, page: PageFacts) -> datetime | None:
    """Since when an accepted page has said something else than when it was accepted."""
    if facts.decided_at is None or facts.state is not ArticleState.ACCEPTED or not page.is_opened:
        return None
    looks = sorted(facts.looks, key=lambda look: look.at)
    before = [look for look in looks if look.at <= facts.decided_at]
    first = before[-1] if before else next(iter(looks), None)
    if first is None or not _differs(first, page.title, page.text_hash):
        return None
    later = [look.at for look in looks if _differs(first, look.title, look.text_hash)]
    return next((at for at in later if at > first.at), page.checked_at)


def _differs(look: Look, title: str | None, text_hash: str | None) -> bool:
    new_title = bool(look.title and title) and fold(look.title or "") != fold(title or "")
    return new_title or bool(look.text_hash and text_hash and look.text_hash != text_hash)


# --- in time -------------------------------------------------------------------------------------


def _of_time(facts: ArticleFacts, now: datetime, zone: tzinfo) -> Iterator[Found]:
    page, deadline_at = facts.article.page, facts.deadline_at
    if deadline_at is not None:
        minutes = _minutes_between(deadline_at, facts.article.submitted_at)
        yield _in_time(Finding.SUBMITTED_ON_TIME, Finding.SUBMITTED_LATE, minutes)
    if page is None or not page.may_be_article or page.published_on is None:
        return
    day = page.published_on
    at = page.published_at or datetime.combine(day, time.min, zone).astimezone(UTC)
    if not page.published_is_sure:
        yield Found(Finding.DATE_UNSURE, at=at)
    # As it was when the page was read: a day that was ahead then is wrong for ever.
    if _is_ahead(page, page.checked_at or now, zone):
        yield Found(Finding.DATE_IN_FUTURE, at=at)
        return
    if day < _issued_on(facts, zone):
        yield Found(Finding.BEFORE_DIRECTIVE, at=at)
    if deadline_at is not None:
        minutes = _minutes_published_late(page, day, deadline_at, zone)
        yield _in_time(Finding.PUBLISHED_ON_TIME, Finding.PUBLISHED_LATE, minutes)


def _in_time(on_time: Finding, late: Finding, minutes: int) -> Found:
    return Found(late, number=minutes) if minutes > 0 else Found(on_time)


def _minutes_between(deadline_at: datetime, at: datetime) -> int:
    """Minutes begun since the deadline; none at the very moment of it."""
    return max(0, -((deadline_at - at) // timedelta(minutes=1)))


def _minutes_published_late(page: PageFacts, day: date, deadline_at: datetime, zone: tzinfo) -> int:
    """To the minute if the page says so, otherwise in whole days: the deadline's day is in time."""
    if page.published_at is not None:
        return _minutes_between(deadline_at, page.published_at)
    # A deadline at midnight ends the day before.
    last_day = (deadline_at - timedelta(microseconds=1)).astimezone(zone).date()
    return max(0, (day - last_day).days) * _MINUTES_A_DAY


def _is_ahead(page: PageFacts, then: datetime, zone: tzinfo) -> bool:
    if page.published_at is not None:
        return page.published_at > then + _CLOCKS_DIFFER
    return page.published_on is not None and page.published_on > then.astimezone(zone).date()


def _issued_on(facts: ArticleFacts, zone: tzinfo) -> date:
    """The letter's day, or that of its sending where it bears none or a later one."""
    sent_on = facts.issued_at.astimezone(zone).date()
    return min(facts.issued_on or sent_on, sent_on)

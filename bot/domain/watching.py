"""When a page is looked at again, and when it counts as dead; stdlib only."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from bot.domain.articles import FAILED, PageState

LOOKS: Final = (timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30))
"""When a page is looked at again, counted from the first look."""
AFTER_FAILURE: Final = timedelta(hours=8)
"""A page that is not there is looked at again after this, until it is known to be dead."""
DEAD_AFTER: Final = 3
"""Failures in a row, on two days at least."""
_NEVER_AGAIN: Final = frozenset({PageState.MANUAL, PageState.UNSAFE})
_JITTER: Final = 0.1


@dataclass(frozen=True, slots=True)
class Watched:
    """How the watching of a page stands after a look."""

    first_seen_at: datetime
    failures: int = 0
    failed_since: datetime | None = None
    dead_at: datetime | None = None
    next_at: datetime | None = None


def after_look(
    before: Watched | None, state: PageState, *, page_id: int, now: datetime, zone: tzinfo
) -> Watched:
    """What a look changes; `before` is None at the first one. `zone` says what a day is.

    Being blocked or too slow an answer counts neither for the page nor against it.
    """
    before = before or Watched(now)
    planned = None if state in _NEVER_AGAIN else _planned(before.first_seen_at, page_id, now=now)
    if state in FAILED:
        return _after_failure(before, planned, page_id=page_id, now=now, zone=zone)
    if state in (PageState.BLOCKED, PageState.TIMEOUT):
        return Watched(
            before.first_seen_at, before.failures, before.failed_since, before.dead_at, planned
        )
    return Watched(before.first_seen_at, next_at=planned)


def _after_failure(
    before: Watched, planned: datetime | None, *, page_id: int, now: datetime, zone: tzinfo
) -> Watched:
    failures, since = before.failures + 1, before.failed_since or now
    on_two_days = since.astimezone(zone).date() < now.astimezone(zone).date()
    is_dead = before.dead_at is not None or (failures >= DEAD_AFTER and on_two_days)
    if is_dead:
        return Watched(before.first_seen_at, failures, since, before.dead_at or now, planned)
    again = now + AFTER_FAILURE * _spread(page_id)
    return Watched(
        before.first_seen_at, failures, since, None, min(again, planned) if planned else again
    )


def _planned(first_seen_at: datetime, page_id: int, *, now: datetime) -> datetime | None:
    """The next look of the plan that is still ahead: after an outage one, not four."""
    moments = (first_seen_at + look * _spread(page_id) for look in LOOKS)
    return next((moment for moment in moments if moment > now), None)


def _spread(page_id: int) -> float:
    """By how much a page's waits are stretched, so that what came together is not asked for
    together: always the same for one page."""
    return 1 + _JITTER * (zlib.crc32(str(page_id).encode()) / 2**32)

"""When a page is looked at again, and when it counts as dead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import FAILED, PageState
from bot.domain.watching import AFTER_FAILURE, DEAD_AFTER, LOOKS, Watched, after_look

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
OK, GONE = PageState.OK, PageState.NOT_FOUND


def story(states: list[PageState], *, page_id: int = 7) -> list[tuple[datetime, Watched]]:
    """Looks at a page, each at the moment that the one before has planned."""
    told: list[tuple[datetime, Watched]] = []
    now, watched = NOON, None
    for state in states:
        watched = after_look(watched, state, page_id=page_id, now=now, zone=ZONE)
        told.append((now, watched))
        if watched.next_at is None:
            break
        now = watched.next_at
    return told


def test_a_page_that_stays_is_looked_at_four_times_more():
    told = story([OK] * 9)
    assert len(told) == 1 + len(LOOKS)
    for (at, _), look in zip(told[1:], LOOKS, strict=True):
        assert look <= at - NOON <= look * 1.1
    assert told[-1][1].next_at is None


def test_pages_that_came_together_are_not_asked_for_together():
    nexts = {after_look(None, OK, page_id=each, now=NOON, zone=ZONE).next_at for each in range(99)}
    assert len(nexts) > 90


def test_an_outage_is_made_up_for_by_one_look():
    watched = after_look(None, OK, page_id=7, now=NOON, zone=ZONE)
    later = after_look(watched, OK, page_id=7, now=NOON + timedelta(days=8), zone=ZONE)
    assert later.next_at is not None
    assert later.next_at >= NOON + LOOKS[-1]


@pytest.mark.parametrize("state", sorted(FAILED))
def test_dead_is_what_failed_three_times_on_two_days(state: PageState):
    told = story([state] * 6)
    dead = next(n for n, (_, watched) in enumerate(told, start=1) if watched.dead_at)
    assert dead >= DEAD_AFTER
    at, watched = told[dead - 1]
    assert watched.dead_at == at
    assert at.astimezone(ZONE).date() > NOON.astimezone(ZONE).date()
    assert all(later - earlier <= AFTER_FAILURE * 1.1 for (earlier, _), (later, _) in pairwise(
        told[:dead]
    ))  # fmt: skip


def test_three_failures_on_one_day_are_not_yet_a_death():
    morning = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    watched = None
    for hours in (0, 1, 2):
        watched = after_look(
            watched, GONE, page_id=7, now=morning + timedelta(hours=hours), zone=ZONE
        )
    assert watched is not None
    assert (watched.failures, watched.dead_at) == (3, None)


@pytest.mark.parametrize("state", [PageState.BLOCKED, PageState.TIMEOUT])
def test_being_kept_out_counts_neither_way(state: PageState):
    failed = after_look(None, GONE, page_id=7, now=NOON, zone=ZONE)
    later = after_look(failed, state, page_id=7, now=NOON + timedelta(hours=1), zone=ZONE)
    assert (later.failures, later.failed_since) == (1, NOON)
    assert story([state] * 20)[-1][1].dead_at is None


def test_what_opens_again_is_alive():
    dead = Watched(NOON, 5, NOON, NOON + timedelta(days=1))
    alive = after_look(dead, OK, page_id=7, now=NOON + timedelta(days=7), zone=ZONE)
    assert (alive.failures, alive.failed_since, alive.dead_at) == (0, None, None)


@pytest.mark.parametrize("state", [PageState.MANUAL, PageState.UNSAFE])
def test_what_nobody_may_open_is_not_looked_at_again(state: PageState):
    assert story([state] * 3)[-1][1].next_at is None


@given(st.lists(st.sampled_from(PageState), max_size=40), st.integers(1, 10**12))
def test_watching_goes_on_and_ends(states: list[PageState], page_id: int):
    told = story(states, page_id=page_id)
    for (earlier, watched), (later, _) in pairwise(told):
        assert later > earlier
        assert watched.first_seen_at == NOON
    ended = story([*states, *[OK] * 9], page_id=page_id)[-1]
    assert ended[1].next_at is None

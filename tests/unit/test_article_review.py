"""What reviewing makes of work, and when it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.callbacks import Callback, Press
from bot.domain.article_review import (
    REASONS,
    TELL_AFTER,
    TELL_AT_LAST,
    Entry,
    EntryKind,
    ReturnReason,
    entry_of,
    is_told_now,
    reasons_for,
)
from bot.domain.assignments import after_review, is_all_accepted
from bot.domain.states import AssignmentState

NOW = datetime(2026, 10, 6, 5, tzinfo=UTC)
OPEN, SUBMITTED = AssignmentState.OPEN, AssignmentState.SUBMITTED
ACCEPTED, DROPPED = AssignmentState.ACCEPTED, AssignmentState.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("state", "counted", "accepted", "undecided", "expected", "becomes"),
    [
        # something was accepted
        (SUBMITTED, 1, 1, 0, 1, ACCEPTED),
        (SUBMITTED, 3, 2, 1, 3, SUBMITTED),
        (SUBMITTED, 3, 3, 0, 3, ACCEPTED),
        (SUBMITTED, 4, 3, 1, 3, SUBMITTED),  # one more waits
        (OPEN, 1, 1, 0, 3, OPEN),
        # something was returned
        (SUBMITTED, 0, 0, 0, 1, OPEN),
        (SUBMITTED, 2, 2, 0, 3, OPEN),
        (SUBMITTED, 4, 4, 0, 3, ACCEPTED),  # what was one too many
        (OPEN, 1, 0, 1, 3, OPEN),
        # such a word was taken back
        (ACCEPTED, 1, 0, 1, 1, SUBMITTED),
        (OPEN, 3, 2, 1, 3, SUBMITTED),
        (ACCEPTED, 4, 3, 1, 3, SUBMITTED),
        # it is asked no more
        (DROPPED, 1, 1, 0, 1, DROPPED),
        (AssignmentState.CANCELLED, 1, 1, 0, 1, AssignmentState.CANCELLED),
    ],
)
def test_after_review(
    state: AssignmentState,
    counted: int,
    accepted: int,
    undecided: int,
    expected: int,
    becomes: AssignmentState,
):
    found = after_review(
        state, counted=counted, accepted=accepted, undecided=undecided, expected=expected
    )
    assert found is becomes


@pytest.mark.parametrize("state", [SUBMITTED, ACCEPTED])
def test_work_that_was_reported_done_with_fewer_stays_done(state: AssignmentState):
    counts = {"counted": 1, "accepted": 0, "undecided": 1, "expected": 3}
    assert after_review(state, **counts, reported_done=True) is SUBMITTED
    assert after_review(state, **counts) is OPEN


def test_all_is_accepted_when_nothing_that_is_asked_is_anything_else():
    assert is_all_accepted([ACCEPTED, DROPPED, AssignmentState.CANCELLED])
    assert not is_all_accepted([ACCEPTED, SUBMITTED])
    assert not is_all_accepted([ACCEPTED, OPEN])
    assert not is_all_accepted([DROPPED])
    assert not is_all_accepted([])


def test_a_chat_is_told_when_nothing_is_added_any_more():
    due = [NOW, NOW + timedelta(seconds=50)]
    assert not is_told_now(due, now=NOW + timedelta(seconds=49))
    assert is_told_now(due, now=NOW + timedelta(seconds=50))
    assert not is_told_now([], now=NOW)


def test_a_chat_waits_no_longer_than_so_however_much_is_added():
    first = NOW + TELL_AFTER  # of what was decided now
    due = [first, NOW + TELL_AT_LAST + timedelta(seconds=90)]
    assert not is_told_now(due, now=NOW + TELL_AT_LAST - timedelta(seconds=1))
    assert is_told_now(due, now=NOW + TELL_AT_LAST)


def test_a_button_carries_what_is_reviewed():
    for entry in (Entry(EntryKind.ARTICLE, 7), Entry(EntryKind.WORK, 7)):
        assert entry_of(*entry.numbers) == entry
    assert entry_of(2, 7) is None
    most = 10**18 - 1
    data = Callback(Press.ARTICLE_REASON, (1, 999_999_999, 999_999_999, 7)).encode()
    assert len(data) < 64
    assert len(Callback(Press.ARTICLES_ACCEPT, (999_999_999, most)).encode()) < 64


def test_reasons_keep_their_numbers():
    assert [reason.value for reason in REASONS] == [
        "not_about_task",
        "not_own_site",
        "dead_link",
        "duplicate",
        "before_issue",
        "not_published",
        "wrong_link",
        "not_enough",
    ]
    assert [reason.value for reason in reasons_for(EntryKind.WORK)] == [
        ReturnReason.NOT_ABOUT_TASK,
        ReturnReason.NOT_PUBLISHED,
        ReturnReason.NOT_ENOUGH,
    ]

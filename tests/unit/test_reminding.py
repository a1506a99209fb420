"""Who is reminded in which chat, and what goes into one message when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reminding import (
    FOR_STAFF,
    Limits,
    Place,
    Waiting,
    sort_out,
    to_contacts,
    to_leaders,
)
from bot.domain.states import AcknowledgeBy, ContactRole
from tests.factories import NOON

AN = Place(1, 11, ContactRole.CONTACT)
MAI = Place(2, 12, ContactRole.CONTACT)
BINH = Place(3, 13, ContactRole.LEADER)
GROUP = Place(9, None, None)


@pytest.mark.parametrize(
    ("places", "group_too", "expected"),
    [
        ([AN, MAI, BINH, GROUP], False, [1, 2]),
        ([AN, MAI, BINH, GROUP], True, [1, 2, 9]),
        ([BINH, GROUP], False, [3]),
        ([GROUP], False, [9]),
        ([], True, []),
        ([AN, AN], False, [1]),
    ],
)
def test_work_goes_to_contacts(places: list[Place], group_too: bool, expected: list[int]):
    assert to_contacts(places, group_too=group_too) == expected


@pytest.mark.parametrize(
    ("asks", "missing", "expected"),
    [
        (AcknowledgeBy.ANY, {11, 12, 13}, [1, 2]),
        (AcknowledgeBy.ANY, {13}, [3]),
        (AcknowledgeBy.LEADER, {13}, [3]),
        (AcknowledgeBy.EACH, {12, 13}, [2, 3]),
        (AcknowledgeBy.EACH, {99}, [9]),
    ],
)
def test_a_receipt_goes_to_who_is_missing(
    asks: AcknowledgeBy, missing: set[int], expected: list[int]
):
    places = [AN, MAI, BINH, GROUP]
    assert to_contacts(places, group_too=False, asks=asks, missing=missing) == expected


def test_leaders_are_leaders():
    assert to_leaders([AN, BINH, GROUP]) == [3]


moments = st.integers(-3, 3).map(lambda hours: NOON + timedelta(hours=hours))
waiting_ones = st.lists(
    st.builds(
        Waiting,
        id=st.integers(1, 10**6),
        chat_id=st.integers(1, 3),
        step=st.sampled_from(["before-1", "overdue-1", *sorted(FOR_STAFF)]),
        directive_id=st.integers(1, 3),
        is_urgent=st.booleans(),
        passes_quiet=st.booleans(),
        hold_until=moments,
        put_off=st.booleans(),
    ),
    unique_by=lambda each: each.id,
)


@given(
    waiting=waiting_ones,
    most=st.integers(0, 2),
    sent=st.dictionaries(st.integers(1, 3), st.integers(0, 3)),
    is_quiet=st.booleans(),
)
def test_each_that_is_due_goes_once_or_waits_and_a_chat_gets_one_message(
    waiting: list[Waiting], most: int, sent: dict[int, int], is_quiet: bool
):
    morning = NOON + timedelta(hours=8)
    limits = Limits(most=most, next_slot=morning, quiet_until=morning if is_quiet else None)
    found = sort_out(waiting, now=NOON, limits=limits, sent_today=sent)
    by_id = {each.id: each for each in waiting}
    gone = [each for bundle in found.bundles for each in bundle.ids]
    held = [each for ids in found.held.values() for each in ids]
    assert len({*gone, *held}) == len([*gone, *held])
    assert {each.id for each in waiting if each.hold_until <= NOON} <= {*gone, *held}
    assert all(until > NOON for until in found.held)
    for bundle in found.bundles:
        rows = [by_id[each] for each in bundle.ids]
        assert {row.chat_id for row in rows} == {bundle.chat_id}
        assert {row.for_staff for row in rows} == {bundle.for_staff}
        assert {row.is_urgent for row in rows} == {bundle.is_urgent}
        assert not bundle.is_urgent or len({row.directive_id for row in rows}) == 1
        assert any(row.hold_until <= NOON for row in rows)
        assert not any(row.put_off and row.hold_until > NOON for row in rows)
        if is_quiet:
            assert all(row.passes_quiet for row in rows)
        if not (bundle.is_urgent or bundle.for_staff):
            assert sent.get(bundle.chat_id, 0) < most
    plain = [(each.chat_id, each.for_staff) for each in found.bundles if not each.is_urgent]
    assert len(plain) == len(set(plain))


def test_what_was_held_back_goes_with_the_next_message_but_not_what_was_put_off():
    def waits(reminder_id: int, hours: int, *, put_off: bool = False) -> Waiting:
        return Waiting(
            reminder_id, 1, "before-1", 1, False, False, NOON + timedelta(hours=hours), put_off
        )

    limits = Limits(most=3, next_slot=NOON + timedelta(hours=20))
    rows = [waits(1, 0), waits(2, 5), waits(3, 5, put_off=True)]
    (bundle,) = sort_out(rows, now=NOON, limits=limits, sent_today={}).bundles
    assert bundle.ids == (1, 2)

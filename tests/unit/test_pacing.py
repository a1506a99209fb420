"""The pacer, in virtual time: what it lets pass in any window, and that it does not starve."""

import math
from collections import defaultdict
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import pacing
from bot.delivery.pacing import Limit, Limits, Pacer, Second
from bot.domain.states import ChatKind

PRIVATE, GROUP = ChatKind.PRIVATE, ChatKind.GROUP
HAIR = 1e-3
UNLIMITED = Limit(rate=1e6, burst=1000)

wishes = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.0, 0.01, 0.3, 1.0, 7.0]) | st.floats(0, 30),  # seconds gone by
        st.integers(1, 4) | st.none(),  # chat; the even ones are groups
        st.booleans(),  # waits for its turn, or gives up
        st.integers(0, 60),  # Telegram complains now and then
    ),
    min_size=10,
    max_size=120,
)


def kind_of(chat):
    return GROUP if chat is not None and chat % 2 == 0 else PRIVATE


def play(pacer, script, *, complaints=True):
    """Send as the script wishes and the pacer allows; the list of (time, chat) sent."""
    now, sent = 1_000.0, []
    for gone_by, chat, patient, mood in script:
        now += gone_by
        wait = pacer.wait_for(chat, kind_of(chat), now)
        if wait and patient:
            now += wait
            wait = pacer.wait_for(chat, kind_of(chat), now)
            assert wait == 0, "its turn had come"
        if not wait:
            pacer.take(chat, kind_of(chat), now)
            sent.append((now, chat))
        if complaints and mood == 0:
            pacer.hold(None, now + 2, now=now)
        elif complaints and mood < 3:
            pacer.hold(chat, now + 2, now=now)
    return sent


def assert_within(times, limit):
    for first, start in enumerate(times):
        for count, end in enumerate(times[first:], start=1):
            assert count <= limit.burst + limit.rate * (end - start) + HAIR


@given(wishes)
def test_pacer_never_passes_more_than_rate_and_burst_in_any_window(script):
    limits = Limits()
    sent = play(Pacer(limits), script)
    by_chat = defaultdict(list)
    for time, chat in sent:
        by_chat[chat].append(time)
    by_chat.pop(None, None)
    assert_within([time for time, _ in sent], limits.overall)
    for chat, times in by_chat.items():
        assert_within(times, limits.of(kind_of(chat)))


@given(wishes)
def test_pacer_forgetting_changes_no_decision(script):
    with patch.object(pacing, "FORGET_EVERY", 1):
        forgetful = play(Pacer(), script)
    with patch.object(pacing, "FORGET_EVERY", 10**9):
        assert play(Pacer(), script) == forgetful


@given(
    count=st.integers(2, 40),
    seconds=st.floats(1, 120),
    burst=st.integers(1, 39),
    gaps=st.lists(st.floats(0, 20), max_size=100),
)
def test_limit_within_holds_in_every_window(count, seconds, burst, gaps):
    limit = Limit.within(count, seconds=seconds, burst=min(burst, count - 1))
    pacer = Pacer(Limits(overall=UNLIMITED, private=limit))
    now, times = 0.0, []
    for gap in gaps:
        now += gap
        now += pacer.wait_for(1, PRIVATE, now)
        pacer.take(1, PRIVATE, now)
        times.append(now)
    for start in times:
        assert sum(start <= time < start + seconds - HAIR for time in times) <= count


def test_pacer_forgets_no_chat_too_early():
    with patch.object(pacing, "FORGET_EVERY", 1):
        pacer = Pacer()
        for _ in range(3):
            pacer.take(1, PRIVATE, 100.0)
        pacer.hold(2, 100.5, now=100.0)
        pacer.take(3, PRIVATE, 100.0)
    assert pacer.wait_for(1, PRIVATE, 100.0) == pytest.approx(1.0)
    assert pacer.wait_for(2, PRIVATE, 100.0) == pytest.approx(0.5)


def send_all(pacer, chats, *, now=0.0):
    for chat in chats:
        now += pacer.wait_for(chat, PRIVATE, now)
        pacer.take(chat, PRIVATE, now)
    return now


def test_pacer_uses_the_whole_overall_rate():
    assert send_all(Pacer(), range(3_000)) == pytest.approx(3_000 / 25, rel=0.01)


def test_wait_for_burst_then_one_a_second_in_a_private_chat():
    pacer = Pacer(Limits(overall=UNLIMITED))
    waits = []
    for _ in range(5):
        waits.append(pacer.wait_for(7, PRIVATE, 100.0 + sum(waits)))
        pacer.take(7, PRIVATE, 100.0 + sum(waits))
    assert waits == pytest.approx([0, 0, 0, 1, 1])


def test_wait_for_what_leaves_room_is_over_before_a_chat_is_full():
    pacer = Pacer(Limits(overall=UNLIMITED))
    for kind, chat_id in ((PRIVATE, 7), (GROUP, -5)):
        drawn = 0
        while pacer.wait_for(chat_id, kind, 100.0, leaving=1) == 0:
            pacer.take(chat_id, kind, 100.0)
            drawn += 1
        assert drawn == 2  # of three
        assert pacer.wait_for(chat_id, kind, 100.0) == 0
    only_one = Pacer(Limits(overall=UNLIMITED, private=Limit(rate=1, burst=1)))
    assert only_one.wait_for(7, PRIVATE, 100.0, leaving=1) == 0  # it never waits for ever


def test_wait_for_group_keeps_twenty_a_minute():
    pacer = Pacer(Limits(overall=UNLIMITED))
    now, times = 0.0, []
    while now < 180:
        pacer.take(-5, GROUP, now)
        times.append(now)
        now += pacer.wait_for(-5, GROUP, now)
    assert 17 * 3 <= len(times) <= 20 * 3
    assert max(sum(start <= t < start + 60 for t in times) for start in times) <= 20


def test_wait_for_one_chat_does_not_hold_up_another():
    pacer = Pacer()
    for _ in range(3):
        pacer.take(1, PRIVATE, 10.0)
    assert pacer.wait_for(1, PRIVATE, 10.0) > 0.9
    assert pacer.wait_for(2, PRIVATE, 10.0) == 0


def test_wait_for_call_without_chat_counts_overall_only():
    pacer = Pacer()
    for _ in range(5):
        assert pacer.wait_for(None, PRIVATE, 1.0) == 0
        pacer.take(None, PRIVATE, 1.0)
    assert pacer.wait_for(None, PRIVATE, 1.0) == pytest.approx(1 / 25)


def test_hold_of_a_chat_stops_this_chat_only():
    pacer = Pacer()
    pacer.hold(1, 105.0, now=100.0)
    assert pacer.wait_for(1, PRIVATE, 100.0) == 5.0
    assert pacer.wait_for(2, PRIVATE, 100.0) == 0
    assert pacer.rate(100.0) == 25
    assert pacer.wait_for(1, PRIVATE, 105.0) == 0


def test_hold_is_never_shortened():
    pacer = Pacer()
    for until in (160.0, 110.0):
        pacer.hold(1, until, now=100.0)
        pacer.hold(None, until, now=100.0)
    assert pacer.wait_for(1, PRIVATE, 100.0) == 60.0
    assert pacer.wait_for(2, PRIVATE, 100.0) == 60.0


def test_hold_of_all_halves_the_rate_once_and_recovers_slowly():
    pacer = Pacer()
    for _ in range(8):  # all that were under way come back refused
        pacer.hold(None, 110.0, now=100.0)
    assert pacer.wait_for(9, PRIVATE, 100.0) == 10.0
    assert pacer.rate(100.0) == 12.5
    assert 12.5 < pacer.rate(130.0) < 25
    pacer.hold(None, 140.0, now=130.0)
    assert pacer.rate(130.0) < 12.5
    assert pacer.rate(130.0 + pacing.RECOVERY_SECONDS) == 25


def test_hold_of_all_again_and_again_never_stops_for_good():
    pacer = Pacer()
    for minute in range(100):
        pacer.hold(None, minute + 1.0, now=float(minute))
    assert pacer.rate(99.0) >= 25 / 16
    assert pacer.wait_for(1, PRIVATE, 100.0) == 0


def test_hold_of_several_chats_at_once_is_taken_for_the_whole_bot():
    pacer = Pacer()
    for chat in (1, 2, 3):
        assert pacer.wait_for(99, PRIVATE, 100.0) == 0
        pacer.hold(chat, 104.0, now=100.0)
    assert pacer.wait_for(99, PRIVATE, 100.0) == 4.0
    assert pacer.rate(100.0) == 12.5


@pytest.mark.parametrize(
    ("chats", "step"),
    [
        pytest.param([1, 1, 1, 1], 0.0, id="one chat many times"),
        pytest.param([1, 2, 3, 4], 3.0, id="spread over time"),
    ],
)
def test_hold_of_chats_stays_with_the_chats(chats, step):
    pacer = Pacer()
    for number, chat in enumerate(chats):
        pacer.hold(chat, 200.0, now=100.0 + number * step)
    assert pacer.wait_for(99, PRIVATE, 115.0) == 0


def test_slowed_pacer_sends_at_the_lower_rate():
    pacer = Pacer()
    pacer.hold(None, 100.0, now=100.0)
    sent = 0
    now = 100.0
    while now < 110.0:
        now += pacer.wait_for(sent, PRIVATE, now)
        pacer.take(sent, PRIVATE, now)
        sent += 1
    assert 125 <= sent <= 140


def test_pacer_memory_is_bounded():
    pacer = Pacer()
    now = send_all(pacer, range(20_000))
    for chat in range(20_000, 21_000):
        pacer.hold(chat, now + 1, now=now + chat)
    send_all(pacer, range(30_000, 32_000), now=now + 50_000)
    kept = sum(len(value) for value in vars(pacer).values() if isinstance(value, dict))
    assert kept <= 2 * pacing.FORGET_EVERY


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_limit_that_lets_nothing_pass_is_refused(rate, burst):
    with pytest.raises(ValueError, match="lets something pass"):
        Limit(rate=rate, burst=burst)


ways = st.tuples(st.floats(0, 0.4), st.floats(0, 0.4))  # there and back, beside the shortest ones


@given(
    shortest=ways,
    delays=st.lists(ways, min_size=1, max_size=150),
    lazy=st.lists(st.sampled_from([0.0, 0.0, 0.01, 0.5]), min_size=1, max_size=20),
    most=st.integers(2, 8),
)
def test_a_second_is_never_counted_too_full(shortest, delays, lazy, most):
    second, now, counted = Second(most), 50.0, []
    under_way = []  # when each began, and when its answer comes
    # The first calls tell the shortest way; without them it is only guessed.
    for number, (there, back) in enumerate([(0.0, 0.0), *delays]):
        now += lazy[number % len(lazy)]
        while True:
            done = sorted(call for call in under_way if call[1] <= now)
            for begun, answered in done:
                second.ended(answered, seconds=answered - begun)
            under_way = [call for call in under_way if call[1] > now]
            wait = second.wait_for(now, under_way=len(under_way))
            if not wait:
                break
            now = min([now + wait, *(answered for _, answered in under_way)]) + 1e-9
        at = now + shortest[0] + there
        counted.append(at)
        under_way.append((now, at + shortest[1] + back))
    for start in counted:
        assert sum(start <= at < start + 1 - HAIR for at in counted) <= most


def test_a_second_costs_no_speed_however_far_away_telegram_is():
    second, now, under_way = Second(28), 0.0, []
    for number in range(500):
        now = max(now, number / 25)
        while under_way and under_way[0] <= now:
            second.ended(under_way.pop(0), seconds=0.3)
        now += second.wait_for(now, under_way=len(under_way))
        under_way.append(now + 0.3)
    assert now == pytest.approx(499 / 25)


def test_a_second_without_room_waits_for_the_oldest_or_for_any_answer():
    second = Second(2)
    assert second.free(0.0, under_way=1) == 1
    assert second.wait_for(0.0, under_way=2) == math.inf
    second.ended(0.5, seconds=0.25)
    assert second.wait_for(0.5, under_way=1) == pytest.approx(0.75)
    assert second.wait_for(1.25, under_way=1) == 0.0


@pytest.mark.parametrize(
    ("per_second", "a_second", "kept"), [(25, 29, 2), (5, 6, 1), (2, 3, 0), (0.5, 1, 0)]
)
def test_a_broadcast_always_has_some_calls_of_a_second(per_second: float, a_second: int, kept: int):
    limits = Limits.at(per_second, 1, 20)
    assert (limits.a_second, limits.kept_for_answers) == (a_second, kept)

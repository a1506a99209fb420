"""Whose turn it is among the lanes."""

from __future__ import annotations

from collections import Counter

from bot.delivery.lanes import SHARES, Turns
from bot.domain.states import Lane


def order(turns: Turns, waiting: dict[Lane, int]) -> list[Lane]:
    """In which order so many messages of each lane go out."""
    places = [
        (turns.place(lane, number), lane) for lane, count in waiting.items()
        for number in range(count)
    ]  # fmt: skip
    found = []
    for place, lane in sorted(places):
        turns.taken(place)
        found.append(lane)
    return found


def test_answers_go_before_everything():
    assert (
        order(Turns(), {Lane.URGENT: 5, Lane.DIRECTIVE: 5, Lane.ANSWER: 3})[:3] == [Lane.ANSWER] * 3
    )


def test_no_lane_starves_and_each_gets_its_share():
    whole = sum(SHARES.values())
    sent = Counter(order(Turns(), dict.fromkeys(SHARES, 200))[: whole * 10])
    assert all(abs(sent[lane] - share * 10) <= 1 for lane, share in SHARES.items())


def test_a_lane_alone_takes_all():
    assert order(Turns(), {Lane.REDRAW: 4}) == [Lane.REDRAW] * 4


def test_messages_of_a_lane_keep_their_order():
    turns = Turns()
    places = [turns.place(Lane.DIRECTIVE, number) for number in range(20)]
    assert places == sorted(places)


def test_a_lane_that_was_empty_saves_up_no_turns():
    turns = Turns()
    order(turns, {Lane.DIRECTIVE: 100})
    sent = order(turns, {Lane.REMINDER: 20, Lane.DIRECTIVE: 20})[:10]
    assert sent.count(Lane.DIRECTIVE) >= 7

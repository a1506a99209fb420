"""Whose turn it is: in order of waiting, what can be handled together in one."""

from __future__ import annotations

from bot.intake.turns import LONGEST_TURN, MOST_SHARED, Turns
from bot.storage.updates import Waiting


def rows(*chats: int, body: str) -> list[Waiting]:
    return [Waiting(number, chat, body, 0) for number, chat in enumerate(chats)]


def turns() -> Turns:
    return Turns(lambda row: row.body == "tap")


def test_taps_of_many_chats_are_few_turns():
    line = turns()
    line.line_up(rows(*range(120), body="tap"))
    begun = list(line.begin())
    assert [len(turn.chats) for turn in begun] == [MOST_SHARED, MOST_SHARED, 20]
    assert all(len(turn.parts) == 1 for turn in begun)
    assert line.is_sharing
    assert line.busy == set(range(120))
    for turn in begun:
        line.end(turn)
    assert not line.is_sharing
    assert line.busy == set()
    assert line.served == set(range(120))


def test_what_a_chat_did_besides_stays_in_its_order_and_its_own_turn():
    line = turns()
    word, *taps = [*rows(1, body="word"), *rows(1, 2, 3, body="tap")]
    line.line_up([word, *taps])
    alone, together = line.begin()
    assert alone.parts == ([word], [taps[0]])
    assert together.parts == (taps[1:],)


def test_nobody_has_more_than_a_turns_worth():
    line = turns()
    line.line_up(rows(*[1] * 50, body="tap"))
    (turn,) = line.begin()
    assert len(turn.parts[0]) == LONGEST_TURN

"""Floods: nothing that has content is lost, nothing but repetitions is dropped, calm returns."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.flood import Delayed, Dropped, FloodGate, Passed, Verdict
from bot.domain.incoming import Sighting, UpdateKind, glance
from tests.conftest import NOON

BURST, RATE = 5, 2.0
CHAT = 70


class Person:
    """Somebody who does things, at a gate and a time that others may share."""

    def __init__(self, gate: FloodGate | None = None, *, sender: int | None = 7) -> None:
        self.gate = gate or FloodGate(burst=BURST, per_second=RATE)
        self.sender = sender
        self.at = NOON
        self.numbers = count(1)

    def presses(self, what: str = "ack", *, chat: int = CHAT) -> Verdict:
        return self._does(Sighting(UpdateKind.PRESS, self.sender, what), chat)

    def writes(self) -> Verdict:
        return self._does(Sighting(UpdateKind.MESSAGE, self.sender), CHAT)

    def _does(self, seen: Sighting, chat: int) -> Verdict:
        return self.gate.judge(next(self.numbers), seen, chat=chat, now=self.at)


def flooding(person: Person) -> Person:
    assert [person.presses() for _ in range(BURST)] == [Passed()] * BURST
    return person


def test_a_repetition_in_a_flood_is_dropped_and_told_once():
    person = flooding(Person())
    assert person.presses() == Dropped(tell=True)
    assert {person.presses() for _ in range(1_000)} == {Dropped(tell=False)}


def test_what_was_not_done_before_only_waits_each_for_its_own_moment():
    person = flooding(Person())
    assert person.writes() == Delayed(0.5, tell=True)
    assert person.presses("other") == Delayed(1.0, tell=False)
    assert person.writes() == Delayed(1.5, tell=False)
    assert person.presses("other") == Dropped(tell=False)


def test_what_was_delayed_passes_when_it_comes_again_and_only_then():
    person = flooding(Person())
    seen = Sighting(UpdateKind.MESSAGE, 7)
    assert isinstance(person.gate.judge(99, seen, chat=CHAT, now=NOON), Delayed)
    assert person.gate.judge(99, seen, chat=CHAT, now=NOON) == Passed()
    assert isinstance(person.gate.judge(99, seen, chat=CHAT, now=NOON), Delayed)


def test_what_failed_after_it_passed_is_not_taken_for_a_repetition_of_itself():
    person = flooding(Person())
    person.gate.promise(3)
    assert (
        person.gate.judge(3, Sighting(UpdateKind.PRESS, 7, "ack"), chat=CHAT, now=NOON) == Passed()
    )


def test_a_flood_is_over_when_all_tokens_are_back_and_the_next_is_told_anew():
    person = flooding(Person())
    assert person.presses() == Dropped(tell=True)
    person.at += timedelta(seconds=BURST / RATE)
    assert flooding(person).presses() == Dropped(tell=True)


def test_nobody_pays_for_somebody_else_nor_one_chat_for_another():
    person = flooding(Person())
    assert Person(person.gate, sender=8).presses() == Passed()
    assert person.presses(chat=CHAT + 1) == Passed()
    assert person.presses() == Dropped(tell=True)


def test_what_nobody_did_is_never_slowed_down():
    telegram = Person(sender=None)
    assert {telegram.writes() for _ in range(100)} == {Passed()}


def test_a_clock_set_back_gives_no_tokens_and_takes_none():
    person = flooding(Person())
    person.at -= timedelta(days=1)
    assert person.presses() == Dropped(tell=True)
    person.at += timedelta(seconds=0.5)
    assert person.presses() == Passed()


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 2)), max_size=80))
def test_everything_that_is_not_a_repetition_gets_its_turn_in_order(
    acts: list[tuple[int, float]],
):
    person = Person()
    moments: list[datetime] = []
    for what, pause in acts:
        person.at += timedelta(seconds=pause)
        verdict = person.writes() if what == 0 else person.presses(f"button {what}")
        match verdict:
            case Passed():
                moments.append(person.at)
            case Delayed(seconds):
                moments.append(person.at + timedelta(seconds=seconds))
            case Dropped():
                assert what != 0
    assert moments == sorted(moments)
    # Never more than the burst at once, and the rate after it.
    for first, later in zip(moments, moments[BURST:], strict=False):
        assert (later - first).total_seconds() >= 1 / RATE - 1e-6


PRESS = {"callback_query": {"from": {"id": 7}, "data": "1:ack:5",
                            "message": {"message_id": 3, "chat": {"id": 70}}}}  # fmt: skip


def message(**content: object) -> dict[str, object]:
    return {"message": {"from": {"id": 7}, "chat": {"id": 70}, "message_id": 1, **content}}


def test_a_glance_tells_what_somebody_did_and_what_repeats_it():
    assert glance(PRESS).kind is UpdateKind.PRESS
    assert glance(PRESS).sender == 7
    other = {"callback_query": {**PRESS["callback_query"], "data": "1:ack:6"}}
    assert glance(PRESS).repeats != glance(other).repeats
    assert glance(message(text="/viec")) == glance({**message(text="/viec"), "update_id": 9})
    assert glance(message(text="/viec")).repeats != glance(message(text="/nop")).repeats
    assert glance(message(text="https://a.vn/1")).repeats is None
    assert glance(message(document={}, caption="/nop")) == Sighting(UpdateKind.FILE, 7)
    assert glance({"edited_message": {"from": {"id": 7}}}) == Sighting(UpdateKind.EDIT, 7)
    assert glance({"edited_message": {"from": {"id": 10**30}}}).sender is None
    assert glance({"my_chat_member": {}}) == Sighting(UpdateKind.MEMBERSHIP)


json_like = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["callback_query", "message", "from", "chat", "id", "text", "data"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(json_like)
def test_a_glance_never_fails(update: object):
    assert glance(update).kind in UpdateKind

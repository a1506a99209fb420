"""One call a minute while Telegram does not answer."""

from __future__ import annotations

from bot.delivery.breaker import OPENS_AFTER, PROBE_SECONDS, Breaker


def broken(now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(OPENS_AFTER):
        breaker.note(answered=False, now=now)
    return breaker


def test_a_few_failures_leave_it_closed():
    breaker = Breaker()
    for _ in range(OPENS_AFTER - 1):
        breaker.note(answered=False, now=0)
    assert breaker.allowed(8, 2, 0) == 6
    assert not breaker.is_open


def test_open_it_lets_one_probe_a_minute_pass():
    breaker = broken(now=10)
    assert breaker.allowed(8, 0, 10 + PROBE_SECONDS - 1) == 0
    assert breaker.wait(10 + PROBE_SECONDS - 1) == 1
    assert breaker.allowed(8, 0, 10 + PROBE_SECONDS) == 1
    assert breaker.allowed(8, 1, 10 + PROBE_SECONDS) == 0
    breaker.note(answered=False, now=100)
    assert breaker.allowed(8, 0, 100 + PROBE_SECONDS - 1) == 0


def test_any_answer_closes_it():
    breaker = broken()
    breaker.note(answered=True, now=1)
    assert breaker.allowed(8, 0, 1) == 8
    assert breaker.wait(1) == 0

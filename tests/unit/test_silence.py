"""A long silence of Telegram is told once, when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.delivery.silence import WORTH_TELLING, Silence

NOON = datetime(2026, 11, 30, 5, 0, tzinfo=UTC)


def test_a_long_silence_counts_from_its_beginning():
    silence = Silence()
    silence.note(silent=True, now=NOON)
    silence.note(silent=True, now=NOON + WORTH_TELLING)
    assert silence.ended is None
    silence.note(silent=False, now=NOON + 2 * WORTH_TELLING)
    assert silence.ended == 2 * WORTH_TELLING


def test_a_short_one_is_nobodys_business():
    silence = Silence()
    silence.note(silent=True, now=NOON)
    silence.note(silent=False, now=NOON + WORTH_TELLING - timedelta(seconds=1))
    silence.note(silent=False, now=NOON + 3 * WORTH_TELLING)
    assert silence.ended is None

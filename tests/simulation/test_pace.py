"""The clock by which the bot and the sandbox count what may be sent in a simulated year."""

from __future__ import annotations

from datetime import timedelta

from tests.simulation.course import six_weeks
from tests.simulation.on_sandbox import Pace, on_sandbox
from tests.simulation.year import ZONE

_DAY = timedelta(days=1)


def test_what_is_skipped_counts_and_a_move_back_does_not():
    pace = Pace()
    before = pace()
    pace.move(_DAY)
    ahead = pace()
    assert ahead - before >= _DAY.total_seconds()
    pace.move(-_DAY)
    assert pace() >= ahead


async def test_the_bot_counts_by_it_and_it_goes_on_with_the_clock(database_url: str):
    async with on_sandbox(database_url, six_weeks(2026, ZONE)) as ground:
        pace = (await ground.prepare()).rt.seconds
        assert isinstance(pace, Pace)
        before = pace()
        ground.move_to(ground.now() + 2 * _DAY)
        assert pace() - before >= (2 * _DAY).total_seconds()

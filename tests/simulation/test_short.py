"""Six weeks of a small office around Tết, as a test: `make simulate` does the same for a year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.simulation.course import six_weeks
from tests.simulation.facts import Sent
from tests.simulation.on_paper import OnPaper, on_paper
from tests.simulation.oracle import Verdict
from tests.simulation.report import NEVER
from tests.simulation.run import judge, live
from tests.simulation.year import ZONE, Size

_COURSE = six_weeks(2026, ZONE)
_SIZE = Size(units=6, directives=4, tasks=2, parts=(2, 2, 3))


@pytest.fixture
async def ground(database_url: str) -> OnPaper:
    """The six weeks, over, on each database."""
    async with on_paper(database_url, _COURSE) as ground:
        verdict, _ = await live(ground, _COURSE, _SIZE, seed=4)
        assert found(verdict) == {}
        assert verdict.counts["sent"] > 10
    return ground


def found(verdict: Verdict) -> dict[str, list[str]]:
    """What must not be."""
    return {kind: verdict.faults[kind] for kind in NEVER if verdict.faults[kind]}


async def test_every_reminder_comes_once_and_in_time(ground: OnPaper):
    def lost(sent: list[Sent]) -> list[Sent]:
        return sent[:-1]

    def twice(sent: list[Sent]) -> list[Sent]:
        return [*sent, replace(sent[-1], true=sent[-1].true + timedelta(minutes=5))]

    def at_night(sent: list[Sent]) -> list[Sent]:
        return [*sent[:-1], replace(sent[-1], true=sent[-1].true + timedelta(hours=14))]

    def to_somebody_else(sent: list[Sent]) -> list[Sent]:
        return [*sent[:-1], replace(sent[-1], chat=-1)]

    # The oracle is no judge unless it sees each of these.
    facts = ground.office.facts
    spoilt: list[tuple[Callable[[list[Sent]], list[Sent]], str]] = [
        (lost, "missed"), (twice, "doubled"), (at_night, "in quiet time"),
        (to_somebody_else, "unwarranted"),
    ]  # fmt: skip
    sent = [each for each in facts.sent if each.message_id is not None]
    for spoil, kind in spoilt:
        facts.sent = spoil(sent)
        assert kind in found(judge(ground.office, _COURSE)), kind

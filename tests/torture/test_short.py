"""A few kills at every point, as a test: `make torture` does the same a thousand times."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.states import OutboxState
from tests.bench.stores import Store
from tests.torture.children import children
from tests.torture.ground import Grounds
from tests.torture.invariants import Row, judge
from tests.torture.kills import kill_at
from tests.torture.ledger import Arrival
from tests.torture.order import POINTS
from tests.torture.plan import kills_by_point

_RECIPIENTS = 30
_CHAT = 7


class OneDatabase(Store):
    """The test's own database instead of copies."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def _create(self, name: str) -> str:
        return self._url

    async def _copy(self, source: str, target: str) -> str:
        return self._url

    async def _drop(self, name: str) -> None:
        pass


@pytest.fixture
async def grounds(database_url: str, tmp_path: Path) -> AsyncIterator[Grounds]:
    """A trial on each database."""
    async with children() as forked:
        yield Grounds("test", OneDatabase(database_url), forked, tmp_path)


async def test_a_kill_at_every_point_loses_nothing(grounds: Grounds):
    chance = random.Random(1)
    async with grounds.open(_RECIPIENTS, chance) as ground:
        for point in POINTS:
            assert await ground.live(dies_at=point, delay=0.0005), point
        figures = await kill_at(ground, "answered", 0, lambda: True)
    assert figures.kills == len(POINTS)
    assert figures.uncertain > 0


def row(state: OutboxState, *, attempts: int = 1, uncertain: int = 0, message_id: int = 1) -> Row:
    return Row(1, _CHAT, state, None, message_id, attempts, uncertain, None)


def arrival(message_id: int = 1) -> Arrival:
    return Arrival(_CHAT, message_id, 0.0, "")


def test_a_message_that_was_received_is_fine():
    assert judge([row(OutboxState.ACCEPTED)], [arrival()], {_CHAT}).broken == []


@pytest.mark.parametrize(
    ("rows", "arrivals"),
    [
        ([], []),
        ([row(OutboxState.ACCEPTED)], []),
        ([row(OutboxState.ACCEPTED)], [arrival(2)]),
        ([row(OutboxState.ACCEPTED)], [arrival(), arrival(2)]),
        ([row(OutboxState.ACCEPTED, attempts=2)], [arrival()]),
        ([row(OutboxState.ACCEPTED, attempts=0)], [arrival()]),
        ([row(OutboxState.IN_FLIGHT)], [arrival()]),
        ([row(OutboxState.WITHDRAWN)], []),
        ([row(OutboxState.WAITING)], []),
    ],
)
def test_what_is_broken_is_told(rows, arrivals):
    assert judge(rows, arrivals, {_CHAT}).broken


def test_a_full_run_kills_often_enough_at_every_point():
    by_point = kills_by_point(1_000)
    assert 2 * sum(by_point.values()) >= 1_000
    assert min(by_point.values()) >= 30

"""A few kills at every point, as a test: `make torture` does the same a thousand times."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.states import OutboxState, UpdateState
from tests.bench.stores import Store
from tests.torture.children import children
from tests.torture.ground import Grounds
from tests.torture.intake import kill_intake
from tests.torture.intake_invariants import Act, Done, Found, judge_intake
from tests.torture.invariants import Row, judge
from tests.torture.kills import kill_at
from tests.torture.ledger import Arrival
from tests.torture.order import AT_RANDOM, INTAKE_POINTS, POINTS
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


async def test_a_kill_at_every_point_of_the_intake_loses_and_doubles_nothing(grounds: Grounds):
    async with grounds.open(_RECIPIENTS // 2, random.Random(1)) as ground:
        figures = await kill_intake(ground, [*INTAKE_POINTS, AT_RANDOM, AT_RANDOM])
    assert figures.kills == len(INTAKE_POINTS) + 2
    assert figures.parked > 0
    assert figures.updates > figures.parked


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


WORD = Done(11, Act.WORD, _CHAT, 3)
TAPS = [Done(12, Act.TAP, _CHAT), Done(13, Act.TAP, _CHAT)]
POISON = Done(14, Act.POISON, _CHAT)
EVERYTHING = [WORD, *TAPS, POISON]
DONE, WAITING, PARKED = UpdateState.DONE, UpdateState.WAITING, UpdateState.PARKED


def all_is_well(**changed: object) -> Found:
    """What the rows say after all of that was done, or something else."""
    found = Found(
        {11: (1, DONE), 12: (2, DONE), 13: (3, DONE), 14: (4, PARKED)},
        words=Counter({(_CHAT, 3): 1}),
        entries=Counter({_CHAT: 1}),
        answers=Counter({_CHAT: 1}),
        acknowledgements=Counter({_CHAT: 1}),
        confirmations=Counter({_CHAT: 1}),
        parkings=Counter({4: 1}),
    )
    return replace(found, **changed)


def test_what_was_done_once_is_fine_as_is_what_telegram_still_has():
    assert judge_intake(EVERYTHING, (), all_is_well()).broken == []
    later = Done(15, Act.LINK, _CHAT, 4)
    assert judge_intake([*EVERYTHING, later], {15}, all_is_well()).broken == []


@pytest.mark.parametrize(
    ("found", "lost", "doubled"),
    [
        (all_is_well(updates={12: (2, DONE), 13: (3, DONE), 14: (4, PARKED)}), 1, 1),
        (all_is_well(updates=all_is_well().updates | {13: (3, WAITING)}), 1, 0),
        (all_is_well(words=Counter()), 1, 0),
        (all_is_well(words=Counter({(_CHAT, 3): 2})), 0, 1),
        (all_is_well(answers=Counter({_CHAT: 2})), 0, 1),
        (all_is_well(entries=Counter(), answers=Counter()), 1, 0),
        (all_is_well(acknowledgements=Counter()), 2, 0),
        (all_is_well(confirmations=Counter({_CHAT: 2})), 0, 2),
        (all_is_well(parkings=Counter()), 1, 0),
    ],
)
def test_what_is_lost_or_doubled_is_counted(found: Found, lost: int, doubled: int):
    verdict = judge_intake(EVERYTHING, (), found)
    assert (verdict.figures.lost, verdict.figures.doubled) == (lost, doubled)
    assert verdict.broken


@pytest.mark.parametrize("points", [POINTS, INTAKE_POINTS])
def test_a_full_run_kills_often_enough_at_every_point(points: tuple[str, ...]):
    by_point = kills_by_point(1_000, points)
    assert 2 * sum(by_point.values()) >= 1_000
    assert min(by_point.values()) >= 30

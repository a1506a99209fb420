"""Kills: one directive after the other, its sender killed at one point until all is final."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.torture.ground import Broken, Ground, Grounds
from tests.torture.invariants import Figures
from tests.torture.order import AT_RANDOM, AT_START, IN_COMMIT

RECIPIENTS = 120
CONNECTIONS = 8  # the default of the settings
# How often a point is passed before the process dies there, at most: claims are few.
_MOST_PASSES = {"claimed": 4, "answered": 12}
_PASSES = 6
# Most of a commit is over within a fraction of a millisecond: its tenth powers are tried alike.
_COMMIT = (-5.0, -2.3)
_LONGEST = {AT_START: 0.7, AT_RANDOM: 0.5}  # seconds: of starting, of working
_MOST_LIVES = 200  # of one directive

Stop = Callable[[], bool]


def death(point: str, chance: random.Random) -> dict[str, object]:
    """How the next life is to end."""
    if point in _LONGEST:
        return {"dies_at": point, "delay": chance.uniform(0, _LONGEST[point])}
    passes = chance.randint(1, _MOST_PASSES.get(point, _PASSES))
    delay = 10 ** chance.uniform(*_COMMIT) if point == IN_COMMIT else 0.0
    return {"dies_at": point, "passes": passes, "delay": delay}


async def kill_at(ground: Ground, point: str, most: int, enough: Stop) -> Figures:
    """Kill at this point until everything is final, `most` times at most; then look at all."""
    for _ in range(_MOST_LIVES):
        if ground.kills >= most or enough():
            break
        if not await ground.live(**death(point, ground.chance)):
            break
    await ground.finish()
    figures = await ground.judged()
    if figures.uncertain > CONNECTIONS * ground.kills:
        raise Broken(f"{figures.uncertain} unclear after {ground.kills} kills, which is too many")
    return figures


async def kills_at(
    grounds: Grounds, point: str, wanted: int, chance: random.Random, enough: Stop
) -> Figures:
    """At least so many kills at a point, in as many directives as it takes, unless time is up."""
    total = Figures()
    while total.kills < wanted and not enough():
        async with grounds.open(RECIPIENTS, chance) as ground:
            total.add(await kill_at(ground, point, wanted - total.kills, enough))
    return total

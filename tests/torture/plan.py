"""What a run consists of: so many kills at each point, then the faults."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.torture import faults_of_calls, faults_of_people, faults_of_the_machine
from tests.torture.fault import Fault
from tests.torture.ground import Grounds
from tests.torture.intake import intake_kills_at
from tests.torture.invariants import Figures
from tests.torture.kills import kills_at
from tests.torture.order import AT_RANDOM, AT_START, INTAKE_POINTS, POINTS

DATABASES = ("SQLite", "PostgreSQL")
_LEAST = 30  # kills at each point on each database, in a run that is to prove something

FAULTS: tuple[Fault, ...] = tuple(
    sorted(
        (*faults_of_calls.FAULTS, *faults_of_people.FAULTS, *faults_of_the_machine.FAULTS),
        key=lambda fault: fault.name,
    )
)
# Faults 1 to 5 are the kills of sending, 23 and 24 those of the intake; its others, those of time
# and of attackers are proved elsewhere.
NOT_THERE = {
    "15 a chat becomes reachable again": "comes in as an update: tests/handlers, tests/intake",
    "41 a directive is edited while it is sent": "tests/handlers/test_corrections",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One line of the report; `kills` is 0 for a fault."""

    name: str
    kills: int = 0
    intake_point: str | None = None
    fault: Fault | None = None

    async def run(
        self, grounds: Grounds, chance: random.Random, enough: Callable[[], bool]
    ) -> Figures:
        """Do it on one database."""
        if self.fault:
            return await self.fault.tried(grounds, chance)
        if self.intake_point:
            return await intake_kills_at(grounds, self.intake_point, self.kills, chance, enough)
        return await kills_at(grounds, self.name, self.kills, chance, enough)


def kills_by_point(kills: int, points: Sequence[str] = POINTS) -> dict[str, int]:
    """How many on one database, of so many on both: what no point needs goes to random moments."""
    points = (*points, AT_START)
    full = 2 * _LEAST * (len(points) + 1)
    each = _LEAST if kills >= full else max(1, kills // 2 // (len(points) + 1))
    return {**dict.fromkeys(points, each), AT_RANDOM: max(each, kills // 2 - each * len(points))}


def trials(database: str, kills: int, intake_kills: int, only: str | None) -> Iterator[Trial]:
    """What is to be done on a database; `only` is a part of the names that are wanted."""
    for point, number in kills_by_point(intake_kills, INTAKE_POINTS).items():
        name = f"intake_{point}"
        if only is None or only in name:
            yield Trial(name, kills=number, intake_point=point)
    for point, number in kills_by_point(kills).items():
        if only is None or only in point:
            yield Trial(point, kills=number)
    for fault in FAULTS:
        wanted = only in fault.name if only else fault.not_yet is None
        if wanted and fault.is_about(database):
            yield Trial(fault.name, fault=fault)

"""A whole year, moment by moment: what people do and what is due, in the order of true time."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Protocol

from tests.simulation.course import Course
from tests.simulation.facts import Sent
from tests.simulation.office import Office
from tests.simulation.oracle import Oracle, Verdict
from tests.simulation.year import Size, Year


class Ground(Protocol):
    """Where it happens."""

    async def prepare(self) -> Office: ...
    def move_to(self, true: datetime) -> None: ...
    async def next_due(self) -> datetime | None: ...
    async def settle(self) -> None: ...
    async def restart(self) -> None: ...
    async def sent(self) -> list[Sent]: ...


async def live(ground: Ground, course: Course, size: Size, seed: int) -> tuple[Verdict, float]:
    """Let the year pass; what the oracle says of it, and how many seconds it took."""
    begun = time.perf_counter()
    office = await ground.prepare()
    year = Year(office, size, seed)
    await year.begin()
    marks = [*course.marks(), course.ends]
    true = course.begins
    while true < course.ends:
        wanted = [at for at in (year.next_at, await ground.next_due()) if at is not None]
        true = min([*wanted, *(mark for mark in marks if mark > true)])
        if (outage := course.outage_at(true)) is not None:
            true = outage.ends
        if any(each.ends == true for each in course.outages):
            ground.move_to(true)
            await ground.restart()
        ground.move_to(true)
        while year.next_at is not None and year.next_at <= true:
            await year.act()
        await ground.settle()
    office.facts.sent = await ground.sent()
    return judge(office, course), time.perf_counter() - begun


def judge(office: Office, course: Course) -> Verdict:
    """What the oracle says of a year that is over."""
    policy = office.policy
    oracle = Oracle(
        office.facts,
        course,
        calendar=policy.calendar,
        policy=policy.reminders,
        most_a_day=policy.max_reminders_per_day,
    )
    return oracle.judge()

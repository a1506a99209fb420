"""A whole year, moment by moment: what people do and what is due, in the order of true time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
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
    def now(self) -> datetime: ...
    def move_to(self, true: datetime) -> None: ...
    async def next_due(self) -> datetime | None: ...
    async def settle(self) -> None: ...
    async def restart(self) -> None: ...
    async def sent(self) -> list[Sent]: ...


@dataclass(frozen=True, slots=True)
class Took:
    """How long a year took: by the clock on the wall, and of the processor alone."""

    seconds: float
    busy: float


async def live(
    ground: Ground,
    course: Course,
    size: Size,
    seed: int,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Verdict, Took]:
    """Let the year pass; what the oracle says of it, and how long it took."""
    begun, busy = time.perf_counter(), time.process_time()
    office = await ground.prepare()
    year = Year(office, size, seed)
    await year.begin()
    marks = [*course.marks(), course.ends]
    true = course.begins
    while true < course.ends:
        wanted = [at for at in (year.next_at, await ground.next_due()) if at is not None]
        marks = [mark for mark in marks if mark > true]
        true = max(true, min([*wanted, *marks[:1]]), min(ground.now(), marks[0]))
        if (outage := course.outage_at(true)) is not None:
            true = outage.ends
        if any(each.ends == true for each in course.outages):
            ground.move_to(true)
            await ground.restart()
        if true.month != ground.now().month:
            say(f"{true:%B}, after {time.perf_counter() - begun:.0f} s")
        ground.move_to(true)
        while year.next_at is not None and year.next_at <= true:
            await year.act()
        await ground.settle()
    office.facts.sent = await ground.sent()
    verdict = judge(office, course)
    verdict.counts["acts"] = year.done
    verdict.counts["given"] = sum(
        matter.position is None for matter in office.facts.matters.values()
    )
    return verdict, Took(time.perf_counter() - begun, time.process_time() - busy)


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

"""Whose turn it is, on a clock that moves only while somebody sleeps."""

from __future__ import annotations

import asyncio
import heapq
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.policy import SHIPPED, FetchPolicy
from bot.articles.turns import HostTurns


@dataclass
class Clock:
    """Seconds that pass when everybody sleeps, up to whoever wakes first."""

    now: float = 0.0
    sleepers: list[tuple[float, int, asyncio.Future[None]]] = field(default_factory=list)
    slept: int = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept += 1
        wakes: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self.sleepers, (self.now + seconds, self.slept, wakes))
        await wakes

    async def run(self, *work: asyncio.Task[None]) -> None:
        while not all(task.done() for task in work):
            for _ in range(20):  # let all go on that can
                await asyncio.sleep(0)
            if self.sleepers and not all(task.done() for task in work):
                self.now, _, wakes = heapq.heappop(self.sleepers)
                if not wakes.done():
                    wakes.set_result(None)
        for task in work:
            task.result()


@dataclass
class Visits:
    """Pages of hosts being fetched, each for so many seconds, and who was there when."""

    policy: FetchPolicy
    clock: Clock = field(default_factory=Clock)
    started: list[tuple[float, str]] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    most: int = 0
    most_of_one: int = 0

    def __post_init__(self) -> None:
        self.turns = HostTurns(self.policy, seconds=self.clock, sleep=self.clock.sleep)

    async def visit(self, host: str, lasts: float) -> None:
        async with self.turns.turn(host):
            self.started.append((self.clock.now, host))
            self.there.append(host)
            self.most = max(self.most, len(self.there))
            self.most_of_one = max(self.most_of_one, self.there.count(host))
            await self.clock.sleep(lasts)
            self.there.remove(host)

    async def all(self, *visits: tuple[str, float]) -> None:
        await self.clock.run(*[asyncio.create_task(self.visit(*each)) for each in visits])

    def starts(self, host: str) -> list[float]:
        return [at for at, whose in self.started if whose == host]


async def test_pages_of_one_host_start_a_second_apart():
    visits = Visits(SHIPPED)
    await visits.all(*[("a.vn", 0.25)] * 3)
    assert visits.starts("a.vn") == [0.0, 1.0, 2.0]


async def test_no_more_than_two_of_one_host_are_under_way():
    visits = Visits(SHIPPED)
    await visits.all(*[("a.vn", 10.0)] * 4)
    assert visits.starts("a.vn") == [0.0, 1.0, 10.0, 11.0]


async def test_hosts_do_not_wait_for_one_another():
    visits = Visits(replace(SHIPPED, at_once=3))
    await visits.all(*[("slow.vn", 100.0)] * 5, ("a.vn", 1.0), ("b.vn", 1.0), ("a.vn", 1.0))
    assert visits.starts("slow.vn")[:2] == [0.0, 1.0]
    assert visits.starts("a.vn") == [0.0, 1.0]
    assert visits.starts("b.vn") == [0.0]


async def test_waiting_for_a_place_does_not_bring_starts_together():
    """Both have had their pause when a place becomes free; still one starts after the other."""
    visits = Visits(replace(SHIPPED, at_once=1))
    await visits.all(("b.vn", 10.0), ("a.vn", 0.0), ("a.vn", 0.0))
    assert visits.starts("a.vn") == [10.0, 11.0]


@given(
    st.lists(
        st.tuples(st.sampled_from(["a.vn", "b.vn", "c.vn"]), st.sampled_from([0.0, 0.5, 3.0])),
        max_size=12,
    )
)
def test_every_limit_is_kept_and_everybody_comes(wanted: list[tuple[str, float]]):
    visits = Visits(replace(SHIPPED, at_once=3))
    asyncio.run(visits.all(*wanted))
    assert sorted(host for _, host in visits.started) == sorted(host for host, _ in wanted)
    assert visits.most <= 3
    assert visits.most_of_one <= 2
    for host in {host for host, _ in wanted}:
        starts = visits.starts(host)
        assert all(later - earlier >= 1.0 for earlier, later in pairwise(starts))


async def test_who_gives_up_or_fails_leaves_no_place_taken():
    visits = Visits(replace(SHIPPED, at_once=1, at_once_per_host=1, pause_per_host=0))
    first = asyncio.create_task(visits.visit("a.vn", 10.0))
    second = asyncio.create_task(visits.visit("a.vn", 10.0))
    third = asyncio.create_task(visits.visit("b.vn", 10.0))
    await asyncio.sleep(0.01)
    for task in (second, third, first):
        task.cancel()
    await asyncio.wait((first, second, third))
    with pytest.raises(ZeroDivisionError):
        async with visits.turns.turn("a.vn"):
            _ = 1 / 0
    await visits.all(("a.vn", 0.0), ("b.vn", 0.0))


async def test_hosts_that_nobody_wants_any_more_are_forgotten():
    visits = Visits(SHIPPED)
    await visits.all(*[(f"{number}.vn", 0.0) for number in range(50)])
    visits.clock.now += 2
    await visits.all(("a.vn", 0.0))
    assert set(visits.turns._hosts) == {"a.vn"}

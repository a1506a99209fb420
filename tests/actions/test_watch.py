"""Administrators are told when a tick hangs, once, and when it runs again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.states import StaffRole
from bot.runtime import Runtime
from bot.storage.tables import OutboxMessage
from scheduler import runner
from scheduler.runner import Ticks
from scheduler.watch import LOOK_SECONDS, Watch
from tests import factories
from tests.conftest import MovedClock


@pytest.fixture
async def administrators(rt: Runtime) -> None:
    """Two administrators, and one of the office who is told nothing."""
    async with rt.write() as session:
        for role in (StaffRole.ADMIN, StaffRole.SENDER, StaffRole.ADMIN):
            await factories.create_staff(session, role)


async def told(rt: Runtime) -> list[tuple[str, Any]]:
    """What the administrators were told, each time all of them."""
    async with rt.read() as session:
        rows = list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
    pairs = [(row.parameters["key"], row.parameters["values"].get("tick")) for row in rows]
    assert pairs[::2] == pairs[1::2]
    assert len({row.chat_id for row in rows}) in (0, 2)
    return [(key, tick["said"] if tick else None) for key, tick in pairs[::2]]


async def look(watch: Watch, seconds: float) -> None:
    for _ in range(int(seconds / LOOK_SECONDS)):
        await watch.look()


async def run_once(watch: Watch, name: str, *, of: str = "tick", seconds: float = 5) -> None:
    with watch.doing(name, of=of, seconds=seconds):
        pass


async def test_a_tick_that_hangs_is_told_once_and_that_it_runs_again(
    rt: Runtime, clock: MovedClock, administrators: None
):
    watch = Watch(rt)
    await run_once(watch, "change_units")
    await run_once(watch, "queue_due_reminders")
    await look(watch, 10)
    assert await told(rt) == []
    await run_once(watch, "change_units")
    with watch.doing("queue_due_reminders", of="tick", seconds=5):
        await look(watch, 60)  # what waits behind it hangs too, but is not the cause
        assert await told(rt) == [("watch.hangs", "tick.queue_due_reminders")]
    await run_once(watch, "change_units")
    await look(watch, 9)
    ended = [("watch.hangs", "tick.queue_due_reminders")]
    ended += [("watch.runs_again", "tick.queue_due_reminders")]
    assert await told(rt) == ended
    await look(watch, 60)  # nothing is begun any more, as when the ticking itself has died
    assert (await told(rt))[2:] == [("watch.hangs", "tick.change_units")]


async def test_a_long_round_lives_by_its_parts_but_not_what_fails_in_it(
    rt: Runtime, administrators: None
):
    watch = Watch(rt)
    await run_once(watch, "audit", of="audit", seconds=60)
    await run_once(watch, "change_units")
    for _ in range(25):
        await run_once(watch, "queue_due_reminders")  # one part of many, while others wait
        await run_once(watch, "seal_events", of="seal")
        await look(watch, 4)
    assert await told(rt) == []
    for _ in range(5):
        doing = watch.doing("settle_answers", of="tick", seconds=5)
        with pytest.raises(ValueError, match="broken"), doing:
            raise ValueError("broken")
        await run_once(watch, "queue_due_reminders")
        await run_once(watch, "seal_events", of="seal")
        await look(watch, 4)
    assert await told(rt) == [("watch.hangs", "tick.settle_answers")]
    await run_once(watch, "settle_answers")
    await run_once(watch, "seal_events", of="seal")
    await look(watch, 2)
    ends = [("watch.runs_again", "tick.settle_answers"), ("watch.hangs", "tick.audit")]
    assert (await told(rt))[1:] == ends


async def test_an_alarm_outlives_the_instance_that_raised_it(rt: Runtime, administrators: None):
    watch = Watch(rt)
    with watch.doing("prune", of="prune", seconds=5):
        await look(watch, 15)
    again = Watch(rt)
    await look(again, 15)
    assert [key for key, _ in await told(rt)] == ["watch.hangs"]
    await run_once(again, "prune", of="prune")
    await look(again, 2)
    assert [key for key, _ in await told(rt)] == ["watch.hangs", "watch.runs_again"]


async def test_clocks_that_are_moved_raise_no_alarm(
    rt: Runtime, clock: MovedClock, administrators: None
):
    watch = Watch(rt)
    for days in (400, -800, 400):
        clock.at += timedelta(days=days)
        await run_once(watch, "queue_due_reminders")
        await look(watch, 5)
    assert await told(rt) == []


async def test_the_watch_stands_beside_the_ticks(
    rt: Runtime, administrators: None, monkeypatch: pytest.MonkeyPatch
):
    begun, hanging = asyncio.Event(), asyncio.Event()

    async def queue_due_reminders(_: Runtime) -> bool:
        begun.set()
        await hanging.wait()
        return False

    monkeypatch.setattr(runner.jobs, "queue_due_reminders", queue_due_reminders)
    ticks, stop = Ticks(rt), asyncio.Event()
    running = asyncio.create_task(ticks.run(stop))
    tick = asyncio.create_task(ticks.tick())
    await begun.wait()
    assert "watch" in {task.get_name() for task in asyncio.all_tasks()}
    await look(ticks._watch, 11)
    assert await told(rt) == [("watch.hangs", "tick.queue_due_reminders")]
    hanging.set()
    await tick
    await look(ticks._watch, 1)
    assert (await told(rt))[1:] == [("watch.runs_again", "tick.queue_due_reminders")]
    stop.set()
    rt.signals.wake()
    await running
    assert "watch" not in {task.get_name() for task in asyncio.all_tasks()}

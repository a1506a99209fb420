"""What a tick costs with a million open assignments: when none is due, and when a hundred are."""

from __future__ import annotations

import os
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.runtime import Runtime
from bot.storage import schema
from bot.storage.engine import Database
from bot.storage.tables import OutboxMessage
from scheduler.jobs import queue_due_reminders
from tests.bench.at_work import against
from tests.bench.due_rows import NOW, Shape, fill, make_due
from tests.bench.explain import readings, watched
from tests.bench.machine import fsync_ms
from tests.bench.processes import Failed
from tests.bench.stores import Store
from tests.conftest import MovedClock, office_config

MOST_MS = 50.0
TABLES = ("assignments", "addressees", "reminders")
_UNITS, _DIRECTIVES, _DUE = 250, 1_000, 100
SHAPES = (Shape(_UNITS, _DIRECTIVES, _DUE, _DUE), Shape(_UNITS, _DIRECTIVES, _DUE, _DUE // 4))
_ROUNDS = 25


async def due(
    stores: dict[str, Store], directory: Path, say: Callable[[str], None]
) -> AsyncIterator[str]:
    """The table, line by line, on each database."""
    busy, cores = os.getloadavg()[0], os.cpu_count()
    yield f"Load {busy:.1f} on {cores} cores, {fsync_ms(directory):.2f} ms to make 4 KB durable."
    yield f"A tick with {SHAPES[0].assignments:,} open assignments, ms, medians of {_ROUNDS}:"
    for name, store in stores.items():
        say(f"{name}: writing {SHAPES[0].assignments:,} assignments")
        async with store.empty() as url:
            await schema.upgrade(url)
            database = Database(url)
            try:
                await fill(database, SHAPES[0])
                if not database.is_sqlite:
                    async with database.write() as session:
                        await session.execute(text("ANALYZE"))
                async for line in _measured(name, database, url, say):
                    yield line
            finally:
                await database.close()


async def _measured(
    name: str, database: Database, url: str, say: Callable[[str], None]
) -> AsyncIterator[str]:
    rt = Runtime(office_config(url), database, MovedClock(NOW))
    say(f"{name}: ticks")
    await _tick(rt)
    empty = statistics.median([await _tick(rt) for _ in range(_ROUNDS)])
    yield against(f"{name}, nothing due", empty, MOST_MS)
    for shape in SHAPES:
        times, busy = [], []
        for _ in range(_ROUNDS):
            await _prepare(database, shape)
            begun = time.process_time()
            times.append(await _tick(rt))
            busy.append((time.process_time() - begun) * 1_000)
            await _check(database, shape)
        median = statistics.median(times)
        what = f"{shape.due} due in {shape.due_units} units"
        yield against(f"{name}, {what}", median, MOST_MS)
        yield (
            f"    that is {median / empty:.1f} x an empty tick, {median / shape.due:.2f} ms each; "
            f"the quickest took {min(times):.1f}, and this process was at work for "
            f"{statistics.median(busy):.1f}"
        )
    for line in await _explained(rt, SHAPES[0]):
        yield line


async def _tick(rt: Runtime) -> float:
    """Milliseconds until nothing is due any more."""
    begun = time.perf_counter()
    while await queue_due_reminders(rt):
        pass
    return (time.perf_counter() - begun) * 1_000


async def _prepare(database: Database, shape: Shape) -> None:
    async with database.write() as session:
        await make_due(session, shape)
    if not database.is_sqlite:  # what the last round left is not part of this one
        engine = create_async_engine(database.url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text("VACUUM assignments, reminders, outbox_messages"))
        await engine.dispose()


async def _check(database: Database, shape: Shape) -> None:
    """Failed unless everybody is reminded by one message."""
    async with database.read() as session:
        messages = await session.scalar(select(func.count()).select_from(OutboxMessage))
    if messages != shape.due_units:
        raise Failed(f"{messages} messages for {shape.due_units} units")


async def _explained(rt: Runtime, shape: Shape) -> list[str]:
    """How the large tables are read by the statements of a tick."""
    await _prepare(rt.database, shape)
    with watched(rt.database) as statements:
        await _tick(rt)
    await _prepare(rt.database, shape)
    found = await readings(rt.database, statements, TABLES)
    return list(_lines(Counter((each.table, each.how, each.rows, each.by_index) for each in found)))


def _lines(found: Counter[tuple[str, str, int | None, bool]]) -> Iterator[str]:
    for (table, how, rows, by_index), count in found.items():
        counted = "" if rows is None else f", {rows:,} rows"
        verdict = "" if by_index else "   WITHOUT AN INDEX"
        yield f"    {table:<12} {count} x {how}{counted}{verdict}"

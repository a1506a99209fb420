"""Finding what is due reads indexes, and no more than is due, however much is open."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.runtime import Runtime
from bot.storage.engine import Database
from scheduler.jobs import queue_due_reminders
from tests.bench.due import TABLES
from tests.bench.due_rows import NOW, Shape, fill, make_due
from tests.bench.explain import readings, watched
from tests.conftest import MovedClock, office_config

_SHAPE = Shape(units=30, directives=30, due=6, due_units=3, receipts=4)


@pytest.fixture
async def rt(database_url: str) -> AsyncIterator[Runtime]:
    """Much open work, a little of it due now."""
    database = Database(database_url)
    await fill(database, _SHAPE)
    async with database.write() as session:
        await make_due(session, _SHAPE)
    yield Runtime(office_config(database_url), database, MovedClock(NOW))
    await database.close()


async def test_a_tick_reads_by_index_and_no_more_than_is_due(rt: Runtime):
    with watched(rt.database) as statements:
        while await queue_due_reminders(rt):
            pass
    async with rt.write() as session:
        await make_due(session, _SHAPE)
        if not rt.database.is_sqlite:  # it would know by itself, after a while
            await session.execute(text("ANALYZE"))
    found = await readings(rt.database, statements, TABLES, indexes_first=True)
    assert {each.table for each in found} == set(TABLES)
    assert [each for each in found if not each.by_index] == []
    assert [each for each in found if "(unit_id=" in each.how] == []  # all it was ever given
    # PostgreSQL counts what it looks at; a row may be looked at by its old and its new version.
    too_many = [each for each in found if each.rows is not None and each.rows > 2 * _SHAPE.due]
    assert too_many == []

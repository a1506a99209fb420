"""Most ticks find nothing to do: they look, and do not stand in the way of whoever writes."""

from __future__ import annotations

from sqlalchemy import Connection, event

from bot.domain.states import StaffRole
from bot.runtime import Runtime
from bot.storage.engine import Database
from scheduler.runner import Ticks
from tests import factories
from tests.conftest import MovedClock


def commits_of(database: Database) -> list[Connection]:
    """Grows with every transaction that is committed: what only looks is rolled back."""
    found: list[Connection] = []
    for engine in database.engines:
        event.listen(engine, "commit", found.append)
    return found


async def test_ticks_with_nothing_to_do_write_nothing(rt: Runtime, clock: MovedClock):
    async with rt.write() as session:
        await factories.create_staff(session, StaffRole.ADMIN)
        unit = await factories.create_unit(session)
        await factories.create_contact(session, unit)
        await factories.create_directive(session, [unit])
    ticks = Ticks(rt)
    for job in (ticks.tick, ticks.audit, ticks.prune):
        await job()  # what is noted once is noted
    commits = commits_of(rt.database)
    for job in (ticks.tick, ticks.audit, ticks.prune):
        await job()
    assert commits == []

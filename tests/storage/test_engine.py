"""The two scopes of the database keep their promises."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from bot.runtime import Runtime
from bot.storage.engine import Database, is_trouble
from bot.storage.tables import Contact, KeptValue
from tests import factories

NOW = datetime(2026, 10, 6, 5, 0, tzinfo=UTC)


async def test_write_rolls_back_when_the_block_raises(rt: Runtime):
    async def fail() -> None:
        async with rt.write() as session:
            session.add(KeptValue(name="x", value={}, kept_at=NOW))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with rt.read() as session:
        assert await session.scalar(select(func.count()).select_from(KeptValue)) == 0


async def test_write_loses_no_increment_of_many_at_once(rt: Runtime):
    async with rt.write() as session:
        session.add(KeptValue(name="counter", value={"n": 0}, kept_at=NOW))

    async def increment() -> None:
        async with rt.write() as session:
            row = await session.scalar(
                select(KeptValue).where(KeptValue.name == "counter").with_for_update()
            )
            assert row is not None
            row.value = {"n": row.value["n"] + 1}

    await asyncio.gather(*(increment() for _ in range(40)))
    async with rt.read() as session:
        row = await session.get(KeptValue, "counter")
        assert row is not None
        assert row.value == {"n": 40}


async def _write(rt: Runtime, name: str) -> None:
    async with rt.write() as session:
        session.add(KeptValue(name=name, value={}, kept_at=NOW))


async def _write_at_once(rt: Runtime, name: str) -> None:
    row = KeptValue(name=name, value={}, kept_at=NOW)
    await rt.write_at_once(lambda session: session.add(row))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("write", [_write, _write_at_once])
async def test_a_lock_of_another_process_is_waited_for_beside_the_loop(
    rt: Runtime, write: Callable[[Runtime, str], Awaitable[None]]
):
    await write(rt, "before")
    other = sqlite3.connect(str(rt.database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.ensure_future(write(rt, "meanwhile"))
    async with asyncio.timeout(4):  # held up, the loop would come here after the five of a lock
        for _ in range(20):
            await asyncio.sleep(0.005)
    assert not writing.done()
    other.close()
    await writing
    await write(rt, "after")
    async with rt.read() as session:
        assert await session.scalar(select(func.count()).select_from(KeptValue)) == 3


async def test_what_is_left_half_read_hinders_no_later_write(rt: Runtime):
    half_read = []
    for name in "abc":
        async with rt.write() as session:
            session.add(KeptValue(name=name, value={}, kept_at=NOW))
            await session.flush()
            rows = await session.execute(select(KeptValue.__table__))
            half_read.append((rows, next(rows)))
        await rt.write_at_once(
            lambda session, name=name: session.add(
                KeptValue(name=name + name, value={}, kept_at=NOW)
            )
        )
    assert len(half_read) == 3


async def test_what_is_asked_at_once_is_planned_once(rt: Runtime):
    if rt.database.is_sqlite:
        pytest.skip("every statement is")
    mode = text("SHOW plan_cache_mode")
    for ask in (rt.read_at_once, rt.write_at_once, rt.read_at_once):
        assert await ask(lambda session: session.scalar(mode)) == "force_generic_plan"
    async with rt.read() as session:
        assert await session.scalar(mode) == "auto"


async def test_a_dead_connection_of_what_is_asked_at_once_is_found_after_a_while(rt: Runtime):
    if rt.database.is_sqlite:
        pytest.skip("there are no connections that somebody else could end")
    mine, pid = text("SELECT pg_backend_pid()"), text("SELECT pg_terminate_backend(:pid, 5000)")
    dialect = next(each.dialect for each in rt.database.engines if each.dialect.ask_every)  # type: ignore[attr-defined]
    for seconds, notices in ((0.0, True), (600.0, False)):
        dialect.ask_every = seconds  # type: ignore[attr-defined]
        await rt.read_at_once(lambda session: session.scalar(mine))
        ended = await rt.read_at_once(lambda session: session.scalar(mine))
        async with rt.read() as session:
            await session.execute(pid, {"pid": ended})
        if not notices:
            with pytest.raises(DBAPIError) as caught:
                await rt.read_at_once(lambda session: session.scalar(mine))
            assert is_trouble(caught.value)
        assert await rt.read_at_once(lambda session: session.scalar(mine)) != ended


async def test_moments_come_back_aware_and_in_utc(rt: Runtime):
    async with rt.write() as session:
        session.add(KeptValue(name="x", value={}, kept_at=NOW))
    async with rt.read() as session:
        row = await session.get(KeptValue, "x")
        assert row is not None
        assert row.kept_at == NOW
        assert row.kept_at.tzinfo is UTC


async def test_a_naive_moment_is_refused(rt: Runtime):
    with pytest.raises(Exception, match="without its zone"):
        async with rt.write() as session:
            session.add(KeptValue(name="x", value={}, kept_at=NOW.replace(tzinfo=None)))


async def test_a_word_nobody_knows_is_no_word_that_is_missing(rt: Runtime):
    async with rt.write() as session:
        unit = await factories.create_unit(session)
        await factories.create_contact(session, unit)
        await session.execute(text("UPDATE contacts SET role = 'king'"))
    async with rt.read() as session:
        with pytest.raises(KeyError):
            await session.scalar(select(Contact.role))


@pytest.mark.parametrize(
    "url", ["postgresql://nobody:x@127.0.0.1:9/x", "sqlite:////dev/null/dondoc.db"]
)
async def test_a_database_out_of_reach_is_trouble(url: str):
    with pytest.raises(Exception, match=r".") as caught:
        async with Database(url).write() as session:
            await session.get(KeptValue, "x")
    assert is_trouble(caught.value)


def test_a_new_file_is_its_owners_alone(tmp_path: Path):
    file = tmp_path / "data" / "dondoc.db"
    Database(f"sqlite:///{file}")
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_connection_that_was_ended_meanwhile_is_replaced(rt: Runtime):
    if rt.database.is_sqlite:
        pytest.skip("there are no connections that somebody else could end")
    mine, pid = text("SELECT pg_backend_pid()"), text("SELECT pg_terminate_backend(:pid, 5000)")
    async with rt.read() as first, rt.read() as second:
        ended = [await first.scalar(mine), await second.scalar(mine)]
    async with rt.read() as session:
        (other,) = {*ended} - {await session.scalar(mine)}
        await session.execute(pid, {"pid": other})
    async with rt.read() as first, rt.read() as second:
        assert other not in {await first.scalar(mine), await second.scalar(mine)}

"""A database that one test hands on to another is as new: no rows, no numbers, nobody inside."""

from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from bot.storage.engine import Database
from bot.storage.tables import Base
from tests import factories
from tests.conftest import Copies
from tests.emptying import empty_postgres, schema_of


@pytest.fixture
def copy(postgres_copies: Copies) -> str:
    """A copy of the template that no other test is given."""
    return postgres_copies.make()


async def rows_in(address: str) -> dict[str, int]:
    """How many rows each of our tables has."""
    database = Database(address)
    try:
        async with database.read() as session:
            return {
                table.name: await session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }
    finally:
        await database.close()


async def test_what_a_test_wrote_is_gone_and_numbers_begin_anew(copy: str):
    schema, empty = await schema_of(copy), await rows_in(copy)
    database = Database(copy)
    async with database.write() as session:
        first = await factories.create_unit(session)
        await factories.create_directive(session, [first], tasks=3)
    assert await rows_in(copy) != empty
    assert await empty_postgres(copy, schema)
    assert await rows_in(copy) == empty
    async with database.write() as session:
        assert (await factories.create_unit(session)).id == first.id
    await database.close()


async def test_who_was_left_inside_can_write_no_more(copy: str):
    schema = await schema_of(copy)
    database = Database(copy)
    async with database.read() as session:
        await factories.create_unit(session)
        assert await empty_postgres(copy, schema)
        with pytest.raises(DBAPIError):
            await session.commit()
    await database.close()
    assert not any((await rows_in(copy)).values())


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE left_over (id integer)",
        "DROP TABLE units CASCADE",
        "ALTER TABLE units ADD COLUMN left_over integer",
        "ALTER TABLE units ALTER COLUMN name DROP NOT NULL",
        "CREATE INDEX left_over ON units (name)",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE FUNCTION left_over() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    ],
)
async def test_a_database_whose_schema_was_touched_is_not_handed_on(copy: str, change: str):
    schema = await schema_of(copy)
    connection = await asyncpg.connect(copy)
    await connection.execute(change)
    await connection.close()
    assert not await empty_postgres(copy, schema)


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_no_test_finds_what_another_wrote(database_url: str, turn: str):
    """The fixture itself: in whatever order they run, each finds nothing and leaves something."""
    assert not any((await rows_in(database_url)).values())
    database = Database(database_url)
    async with database.write() as session:
        await factories.create_unit(session)
        assert await session.scalar(text("SELECT max(id) FROM units")) == 1
        tables = await (await session.connection()).run_sync(
            lambda it: inspect(it).get_table_names()
        )
    await database.close()
    assert set(tables) == {table.name for table in Base.metadata.sorted_tables} | {
        "alembic_version"
    }

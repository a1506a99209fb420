"""An upgrade happens wholly or not at all, on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain.states import OutboxState
from bot.runtime import Runtime
from bot.storage import schema
from bot.storage.engine import Database, StatementRefused, apart, async_url
from bot.storage.schema import BrokenReferences, Schema
from bot.storage.tables import Base, Chat, Contact, OutboxMessage, Unit
from tests import factories

HEAD = '''
"""One of the next program's."""
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = depends_on = None


def upgrade() -> None:
'''
MORE = """
    op.create_table("extras", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO extras SELECT id FROM units")
    with op.batch_alter_table("units") as units:
        units.add_column(sa.Column("colour", sa.String(20), nullable=True))
"""
ORPHANS = MORE + '    op.execute("DELETE FROM units")\n'
HALF = MORE + '    raise RuntimeError("the disk is full")\n'

Adds = Callable[..., None]


@pytest.fixture
def next_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Adds:
    """From the call on the program has these migrations more."""

    def add(*bodies: str) -> None:
        migrations = tmp_path / "migrations"
        shutil.copytree(schema._MIGRATIONS, migrations)
        versions = migrations / "versions"
        before = max(path.stem[:4] for path in versions.glob("0*.py"))
        for number, body in enumerate(bodies, start=9001):
            head = HEAD.format(revision=number, before=before)
            (versions / f"{number}_next.py").write_text(head + body)
            before = str(number)
        monkeypatch.setattr(schema, "_MIGRATIONS", migrations)

    return add


@pytest.fixture
async def url(database_url: str) -> str:
    """A database with a unit and its contact."""
    database = Database(database_url)
    async with database.write() as session:
        await factories.create_contact(session, await factories.create_unit(session))
    await database.close()
    return database_url


async def seen(url: str) -> dict[str, Any]:
    """The schema and how many rows there are."""
    engine = create_async_engine(async_url(url))
    async with engine.connect() as connection:
        found: dict[str, Any] = await connection.run_sync(
            lambda it: {
                name: {column["name"] for column in inspect(it).get_columns(name)}
                for name in inspect(it).get_table_names()
            }
        )
        for table in (Unit, Contact):
            count = await connection.scalar(select(func.count()).select_from(table))
            found[f"rows of {table.__tablename__}"] = count
    await engine.dispose()
    return found


async def test_the_migrations_make_the_tables_that_the_code_knows(url: str):
    engine = create_async_engine(async_url(url))
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda bound: compare_metadata(MigrationContext.configure(bound), Base.metadata)
        )
    await engine.dispose()
    assert differences == []


async def test_an_upgrade_brings_everything(url: str, next_program: Adds):
    before = await seen(url)
    next_program(MORE)
    await schema.upgrade(url)
    after = await seen(url)
    assert after.pop("extras") == {"id"}
    assert after.pop("units") - before.pop("units") == {"colour"}
    assert after == before
    assert await schema.check(url) is Schema.CURRENT


async def test_a_migration_that_breaks_references_is_undone(url: str, next_program: Adds):
    before = await seen(url)
    next_program(ORPHANS)
    with pytest.raises((BrokenReferences, IntegrityError)):  # PostgreSQL sees to it by itself
        await schema.upgrade(url)
    assert await seen(url) == before
    assert await schema.check(url) is Schema.OLDER


@pytest.mark.parametrize("bodies", [(HALF,), (MORE, '    raise RuntimeError("no")\n')])
async def test_an_upgrade_that_fails_half_way_is_undone(
    url: str, next_program: Adds, bodies: tuple[str, ...]
):
    before = await seen(url)
    next_program(*bodies)
    with pytest.raises(RuntimeError):
        await schema.upgrade(url)
    assert await seen(url) == before
    assert await schema.check(url) is Schema.OLDER


async def test_a_first_upgrade_that_fails_leaves_nothing(
    empty_database_url: str, next_program: Adds
):
    next_program(HALF)
    with pytest.raises(RuntimeError):
        await schema.upgrade(empty_database_url)
    assert await schema.check(empty_database_url) is Schema.EMPTY


async def test_messages_of_old_are_given_the_moments_that_fit_their_states(empty_database_url: str):
    at, later = datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 10, 6, tzinfo=UTC)
    before = {
        1: ("waiting", later),
        2: ("claimed", None),
        3: ("accepted", later),
        4: ("uncertain", None),
        5: ("in_flight", None),
    }
    await schema.upgrade(empty_database_url, to="0008")
    engine = create_async_engine(async_url(empty_database_url))
    async with engine.begin() as connection:
        await connection.execute(
            insert(Chat.__table__).values(
                id=1, telegram_id=1, kind="private", title="", language="vi", staff_group=False
            )
        )
        for number, (state, finished_at) in before.items():
            await connection.execute(
                insert(OutboxMessage.__table__).values(
                    id=number, kind="notice", lane="1_answer", chat_id=1, parameters={},
                    state=state, send_at=at, created_at=at, finished_at=finished_at,
                    attempts=0, uncertain_attempts=0,
                )
            )  # fmt: skip
    await schema.upgrade(empty_database_url)
    async with engine.connect() as connection:
        rows = await connection.execute(select(OutboxMessage.id, OutboxMessage.finished_at))
        assert {row[0]: row[1] for row in rows} == {1: None, 2: None, 3: later, 4: at, 5: None}
    await engine.dispose()


@pytest.mark.parametrize(
    "values", [{"state": OutboxState.ACCEPTED}, {"finished_at": factories.NOON}]
)
async def test_a_message_cannot_end_by_halves(rt: Runtime, values: dict[str, Any]):
    """One that waited with a moment of finishing would never be found."""
    async with rt.write() as session:
        somebody = await factories.create_somebody(session)
        message_id = await factories.create_notice(session, somebody.chat)
        with pytest.raises(StatementRefused):
            async with apart(session):
                await session.execute(
                    update(OutboxMessage).where(OutboxMessage.id == message_id).values(**values)
                )

"""Data of every released schema comes forward whole, on both databases."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.actions import versions
from bot.domain.states import VersionKind
from bot.domain.versions import changes
from bot.reports.article_report import article_report
from bot.reports.numbers import directive_numbers
from bot.storage import directives, schema
from bot.storage import engine as storage_engine
from bot.storage.schema import Schema
from bot.storage.tables import Directive, DirectiveVersion
from tests import snapshots
from tests.conftest import NOON

TAKEN = {path.stem: path.read_text() for path in sorted(snapshots.DIRECTORY.glob("*.json"))}


def test_there_is_a_snapshot_of_the_present_schema():
    versions = Path(schema.__file__).parent / "migrations" / "versions"
    newest = max(versions.glob("[0-9]*.py")).name.partition("_")[0]
    assert newest in TAKEN


@pytest.mark.parametrize("revision", TAKEN)
async def test_a_snapshot_comes_forward_whole(revision: str, empty_database_url: str):
    snapshot = json.loads(TAKEN[revision])
    await schema.upgrade(empty_database_url, to=revision)
    engine = create_async_engine(storage_engine.async_url(empty_database_url))
    async with engine.connect() as connection:
        await connection.run_sync(snapshots.load, snapshot)
    await schema.upgrade(empty_database_url)
    assert await schema.check(empty_database_url) is Schema.CURRENT
    async with engine.connect() as connection:
        found = await connection.run_sync(snapshots.counts)
        if connection.dialect.name == "sqlite":
            assert (await connection.execute(text("PRAGMA foreign_key_check"))).all() == []
            assert (await connection.execute(text("PRAGMA integrity_check"))).scalar() == "ok"
    await engine.dispose()
    assert {name: found[name] for name in snapshot} == {
        name: len(rows) for name, rows in snapshot.items()
    }

    database = storage_engine.Database(empty_database_url)
    async with database.read() as session:
        numbers = await directive_numbers(session, 1, now=NOON)
        articles = (await article_report(session, 1, now=NOON, zone=UTC)).total
        for directive in (await session.scalars(select(Directive))).all():
            version = (
                await session.scalars(
                    select(DirectiveVersion).where(DirectiveVersion.directive_id == directive.id)
                )
            ).one()
            # As issuing wrote it then, when it said nothing of reminders.
            tasks = await directives.tasks(session, directive.id)
            content = versions.content_of(directive, tasks)
            assert changes(version.content, content) == ()
            assert version.content.keys() <= content.keys()
            assert (version.version, version.kind) == (1, VersionKind.ISSUED)
            assert (version.at, version.person_id) == (directive.issued_at, directive.issued_by)
    await database.close()
    # What the circle did: some of eleven units confirmed, and one sent four links.
    confirmed = len({row["addressee_id"] for row in snapshot["acknowledgements"]})
    assert (len(numbers.units), numbers.acknowledged, articles.total) == (11, confirmed, 4)

"""Real data as a released schema held it: taken once a release, carried forward by every later one.

`python -m tests.snapshots` plays the circle and writes tests/fixtures/snapshots/<revision>.json.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, MetaData, Table, func, insert, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage import schema
from bot.storage.engine import async_url

DIRECTORY = Path(__file__).parent / "fixtures" / "snapshots"

Snapshot = dict[str, list[dict[str, Any]]]


def dump(connection: Connection) -> Snapshot:
    """Every table's rows as JSON holds them, parents before children."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {
        table.name: [
            {name: _as_json(value) for name, value in row._mapping.items()}
            for row in connection.execute(select(table).order_by(*table.primary_key))
        ]
        for table in metadata.sorted_tables
        if table.name != "alembic_version"
    }


def load(connection: Connection, snapshot: Snapshot) -> None:
    """Put a snapshot's rows into the tables of its own revision."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        rows = snapshot.get(table.name, [])
        if rows:
            connection.execute(
                insert(table), [{name: _of(table, name, row[name]) for name in row} for row in rows]
            )
        if connection.dialect.name == "postgresql" and "id" in table.c and rows:
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), :last)"),
                {"last": max(row["id"] for row in rows)},
            )
    connection.commit()


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table holds."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
        if table.name != "alembic_version"
    }


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _of(table: Table, name: str, value: Any) -> Any:
    kind = table.c[name].type
    if value is None:
        return None
    if isinstance(kind, DateTime):
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if kind.timezone else moment
    return date.fromisoformat(value) if kind.python_type is date else value


async def take() -> Path:
    """Play the circle on SQLite and write its data down."""
    from tests.acceptance.test_circle import MONDAY, play
    from tests.office import open_office

    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{Path(directory) / 'snapshot.db'}"
        await schema.upgrade(url)
        async with open_office(url, at=MONDAY) as office:
            await play(office)
        engine = create_async_engine(async_url(url))
        async with engine.connect() as connection:
            revision = (
                await connection.execute(text("SELECT version_num FROM alembic_version"))
            ).scalar_one()
            snapshot = await connection.run_sync(dump)
        await engine.dispose()
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    target = DIRECTORY / f"{revision}.json"
    target.write_text(json.dumps(snapshot, ensure_ascii=False, indent=0) + "\n")
    return target


if __name__ == "__main__":
    asyncio.run(take())

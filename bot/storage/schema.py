"""Which schema a database has, and bringing it up to this program's. Never done silently."""

from __future__ import annotations

import functools
import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.storage.engine import async_url

Result = TypeVar("Result")

_MIGRATIONS = Path(__file__).parent / "migrations"


class Schema(StrEnum):
    """How a database's schema stands to this program's."""

    EMPTY = "empty"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"  # made by a newer program: this one must not touch it


class BrokenReferences(Exception):
    """A migration left rows that point at nothing; it was undone."""


async def check(url: str) -> Schema:
    """How the database stands; connection errors of the driver come through."""
    return await _run(url, _standing)


async def upgrade(url: str, *, to: str = "head") -> None:
    """Bring the database to this program's schema, wholly or not at all."""
    await _run(url, functools.partial(_upgrade, to=to))


def copy_sqlite_file(url: str, *, now: datetime) -> Path | None:
    """A consistent copy beside the file before it is changed; None for PostgreSQL or no file."""
    parsed = async_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    source = Path(parsed.database)
    if not source.exists():
        return None
    target = source.with_name(f"{source.stem}-{now:%Y%m%d-%H%M%S}{source.suffix}")
    backup_sqlite(source, target)
    return target


def backup_sqlite(source: Path, target: Path) -> None:
    """Copy a database that may be in use, as of one moment, through SQLite's own backup."""
    part = target.with_name(target.name + ".part")
    from_db, to_db = sqlite3.connect(source), sqlite3.connect(part)
    try:
        from_db.backup(to_db)
    finally:
        to_db.close()
        from_db.close()
    part.chmod(0o600)
    part.replace(target)


def restore_sqlite(source: Path, target: Path) -> None:
    """Put a backup in the database's place; the log files of the replaced one go too."""
    part = target.with_name(target.name + ".part")
    shutil.copyfile(source, part)
    for leftover in (Path(f"{target}-wal"), Path(f"{target}-shm")):
        leftover.unlink(missing_ok=True)
    part.replace(target)


async def _run(url: str, work: Callable[[Connection], Result]) -> Result:
    engine = create_async_engine(async_url(url), poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # By itself the driver begins no transaction before a CREATE or DROP: nothing undoes them.
        connection.isolation_level = None
        cursor = connection.cursor()
        # Batch migrations rebuild tables: with foreign keys on, cascades would wipe child rows.
        # Inside a transaction the pragma does nothing.
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")


def _alembic(connection: Connection) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _standing(connection: Connection) -> Schema:
    current = MigrationContext.configure(connection).get_current_revision()
    script = ScriptDirectory.from_config(_alembic(connection))
    if current is None:
        return Schema.OLDER if inspect(connection).has_table("updates") else Schema.EMPTY
    if current == script.get_current_head():
        return Schema.CURRENT
    known = {revision.revision for revision in script.walk_revisions()}
    return Schema.OLDER if current in known else Schema.NEWER


def _upgrade(connection: Connection, *, to: str) -> None:
    # Alembic commits nothing in a transaction that it finds open.
    with connection.begin():
        command.upgrade(_alembic(connection), to)
        if connection.dialect.name == "sqlite":
            broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
            if broken:
                raise BrokenReferences(f"{len(broken)} rows point at nothing")

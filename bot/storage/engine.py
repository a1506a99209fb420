"""Opening the database: one writer on SQLite, a pool on PostgreSQL, the same two scopes on both.

`read()` and `write()` are the only ways in. A transaction begins and ends at the edge that opened
the scope; what is called inside takes the session and never commits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import StaticPool

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
# For other processes only (a backup, a command); inside this one the writers stand in a queue.
_BUSY_TIMEOUT_MS = 5000
# PostgreSQL's classes of states: data exception, integrity, syntax or access rule.
_OF_THE_STATEMENT = ("22", "23", "42")


def async_url(url: str) -> URL:
    """`sqlite:///file` or `postgresql://…` with the asynchronous driver named."""
    parsed = make_url(url)
    name = parsed.get_backend_name()
    if name not in _DRIVERS:
        raise ValueError(f"unknown kind of database: {name}")
    return parsed.set(drivername=_DRIVERS[name])


class Database:
    """The engines of one database and its two scopes.

    Errors hide the parameters of statements: these hold what people wrote, and errors are logged.
    """

    def __init__(self, url: str) -> None:
        self.url = async_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            if self.url.database:
                file = Path(self.url.database)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.touch(mode=0o600)  # names and messages; what SQLite puts beside it follows
            self._writer = _sqlite_engine(self.url, begin="BEGIN IMMEDIATE", single=True)
            self._reader = _sqlite_engine(self.url, begin="BEGIN", single=False)
        else:
            self._writer = self._reader = create_async_engine(
                self.url, pool_size=10, max_overflow=5, pool_pre_ping=True, hide_parameters=True
            )
        # SQLite has one writer; asyncio's lock is first come, first served, SQLite's own is not.
        self._turn = asyncio.Lock()
        self._sessions = async_sessionmaker(self._writer, expire_on_commit=False)
        self._read_sessions = async_sessionmaker(self._reader, expire_on_commit=False)

    @property
    def engine(self) -> AsyncEngine:
        """The writing engine, for migrations."""
        return self._writer

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for looking; what it changes is rolled back."""
        async with self._read_sessions() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        if not self.is_sqlite:
            async with self._sessions.begin() as session:
                yield session
            return
        async with self._turn, self._sessions.begin() as session:
            yield session

    async def close(self) -> None:
        """Close all connections; on SQLite the log is folded into the file."""
        await self._reader.dispose()
        await self._writer.dispose()


def is_trouble(error: BaseException) -> bool:
    """Whether the database is at fault rather than the statement: the same may work later."""
    if isinstance(error, IntegrityError | DataError | ProgrammingError | NotSupportedError):
        return False
    # asyncpg's refusals of a value come without a class of their own.
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    if state.startswith(_OF_THE_STATEMENT):
        return False
    # What hinders asyncpg from connecting comes through as it is: OSError, or the server's refusal.
    return isinstance(error, DBAPIError | PoolTimeoutError | OSError | asyncpg.PostgresError)


def _sqlite_engine(url: URL, *, begin: str, single: bool) -> AsyncEngine:
    engine = (
        create_async_engine(url, poolclass=StaticPool, hide_parameters=True)
        if single
        else create_async_engine(url, pool_size=5, hide_parameters=True)
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: with its defaults 60 of 80 concurrent
        # increments were lost without an error.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine

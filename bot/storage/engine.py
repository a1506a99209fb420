"""Opening the database: one writer on SQLite, a pool on PostgreSQL, the same two scopes on both.

`read()` and `write()` are the ways in. A transaction begins and ends at the edge that opened the
scope; what is called inside takes the session and never commits. `read_at_once` and `write_at_once`
are for the sender, which has no question between its statements: a whole transaction in one step.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import registry
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
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

_Result = TypeVar("_Result")

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
# Dialects of ours in their place. By name: who uses one database does not load the other's driver.
_INLINE, _ASKED_ONCE = "sqlite+inline", "postgresql+asked_once"
registry.register(_INLINE.replace("+", "."), "bot.storage.inline", "InlineSqlite")
registry.register(_ASKED_ONCE.replace("+", "."), "bot.storage.asked_once", "AskedOnce")
# For other processes only (a backup, a command); inside this one the writers stand in a queue.
_BUSY_TIMEOUT_MS = 5000
_PLANNED_ASKED_EVERY = 1.0  # seconds; the sender lives with a question that fails, and asks again
_BY_NUMBERS = "SET plan_cache_mode = force_generic_plan; SET random_page_cost = 1.1"
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
            self._writer = _sqlite_engine(self.url, writes=True)
            self._reader = _sqlite_engine(self.url, writes=False)
        else:
            self._writer = self._reader = _postgresql_engine(self.url, pool_size=10)
        # SQLite has one writer; asyncio's lock is first come, first served, SQLite's own is not.
        self._turn = asyncio.Lock()
        self._sessions = async_sessionmaker(self._writer, expire_on_commit=False)
        self._read_sessions = async_sessionmaker(self._reader, expire_on_commit=False)
        self._inline = _inline_engine(self.url) if self.is_sqlite else None
        self._planned = self._writer if self.is_sqlite else _planned_engine(self.url)
        self._planned_sessions = async_sessionmaker(self._planned, expire_on_commit=False)
        # Each statement by itself: a question sees what is committed when it is asked, in a
        # transaction of PostgreSQL's as well; what is written is committed at once.
        self._planned_by_itself = async_sessionmaker(
            self._planned.execution_options(isolation_level="AUTOCOMMIT")
        )

    @property
    def engines(self) -> set[Engine]:
        """All of them, for whoever wants to watch the statements."""
        inline = {self._inline} if self._inline is not None else set()
        engines = (self._writer, self._reader, self._planned)
        return {each.sync_engine for each in engines} | inline

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

    async def read_at_once(self, work: Callable[[Session], _Result]) -> _Result:
        """What `work` finds, without a question in between.

        On SQLite it runs right here: a read waits for nobody, and handing every statement to a
        thread and back, as the asynchronous driver does, costs several times the statement.
        """
        if self._inline is None:
            async with self._planned_by_itself() as session:
                return await session.run_sync(work)
        with Session(self._inline) as session:
            return work(session)

    async def write_at_once(self, work: Callable[[Session], _Result]) -> _Result:
        """One transaction like `write`, its statements in one go like `read_at_once`. What may
        have to wait, the lock and the disk, waits in a thread."""
        if self._inline is None:
            async with self._planned_sessions.begin() as session:
                return await session.run_sync(work)
        async with self._turn:
            with Session(self._inline, expire_on_commit=False) as session:
                connection = await _begun(session)
                found = work(session)
                try:
                    await asyncio.to_thread(session.commit)
                except DBAPIError:
                    # The transaction may still be open, and neither session nor pool would end it:
                    # on this connection no other one could begin.
                    connection.invalidate()
                    raise
                return found

    async def write_by_itself(self, work: Callable[[Session], _Result]) -> _Result:
        """What `work` writes in a single statement, which PostgreSQL makes a transaction without
        being asked to: two ways there and back fewer than `write_at_once`."""
        if self._inline is not None:
            return await self.write_at_once(work)
        async with self._planned_by_itself() as session:
            return await session.run_sync(work)

    async def close(self) -> None:
        """Close all connections; on SQLite the log is folded into the file."""
        if self._inline is not None:
            self._inline.dispose()
        for engine in (self._planned, self._reader, self._writer):
            await engine.dispose()


class StatementRefused(Exception):
    """What was to be written does not fit; the database itself works."""


@asynccontextmanager
async def apart(session: AsyncSession) -> AsyncIterator[None]:
    """What is written inside is undone alone where the database refuses it: StatementRefused."""
    try:
        async with session.begin_nested():
            yield
    except DBAPIError as error:
        if is_trouble(error):
            raise
        raise StatementRefused from error


def is_trouble(error: BaseException) -> bool:
    """Whether the database is at fault rather than the statement: the same may work later."""
    if isinstance(error, IntegrityError | DataError | ProgrammingError | NotSupportedError):
        return False
    # asyncpg's refusals of a value come without a class of their own.
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    if state.startswith(_OF_THE_STATEMENT):
        return False
    # What hinders asyncpg from connecting comes through as it is: OSError, or the server's refusal,
    # which has a state.
    return isinstance(error, DBAPIError | PoolTimeoutError | OSError) or hasattr(error, "sqlstate")


def _from_json(stored: str) -> Any:
    return {} if stored == "{}" else json.loads(stored)  # as nearly all parameters of messages


_OPTIONS: dict[str, Any] = {"hide_parameters": True, "json_deserializer": _from_json}


def _postgresql_engine(url: URL, *, pool_size: int) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername=_ASKED_ONCE),
        pool_size=pool_size,
        max_overflow=5,
        pool_pre_ping=True,
        **_OPTIONS,
    )


def _planned_engine(url: URL) -> AsyncEngine:
    """For PostgreSQL where rows are asked for by their numbers: every statement is planned once.
    Planned anew for every few rows, it would cost more than these. Pages count as being in memory:
    taken for a disk's, they let it read a whole table of thousands to find fifty rows."""
    engine = _postgresql_engine(url, pool_size=2)
    engine.sync_engine.dialect.ask_every = _PLANNED_ASKED_EVERY  # type: ignore[attr-defined]

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.run_async(lambda raw: raw.execute(_BY_NUMBERS))

    return engine


def _inline_engine(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        pool_size=2,
        connect_args={"check_same_thread": False},  # it waits in another one
        **_OPTIONS,
    )

    def begin(connection: Connection) -> None:
        connection.get_execution_options().get(_BEGIN, _begin)(connection)

    _prepare(engine, begin)
    return engine


_BEGIN = "begin"  # an option: how a transaction begins that is to write


async def _begun(session: Session) -> Connection:
    """The session's connection, writing. Only if another process has the lock it is waited for in a
    thread: handing over costs more than all else of a transaction."""
    try:
        return session.connection(execution_options={_BEGIN: _begin_writing_now})
    except sqlite3.OperationalError:  # whatever else it may be comes again, as SQLAlchemy's
        waiting = {_BEGIN: _begin_writing}
        return await asyncio.to_thread(session.connection, execution_options=waiting)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_writing_now(connection: Connection) -> None:
    raw = cast(sqlite3.Connection, connection.connection.driver_connection)
    raw.execute("PRAGMA busy_timeout=0")
    try:
        raw.execute("BEGIN IMMEDIATE")
    finally:
        raw.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")


def _sqlite_engine(url: URL, *, writes: bool) -> AsyncEngine:
    url = url.set(drivername=_INLINE)
    engine = (
        create_async_engine(url, poolclass=StaticPool, **_OPTIONS)
        if writes
        else create_async_engine(url, pool_size=5, **_OPTIONS)
    )
    _prepare(engine.sync_engine, _begin_writing if writes else _begin)
    return engine


def _prepare(engine: Engine, begin: Callable[[Connection], None]) -> None:
    @event.listens_for(engine, "connect")
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

    event.listen(engine, "begin", begin)

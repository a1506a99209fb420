"""SQLite asked where the question is: a dialect for SQLAlchemy's asynchronous engine, no threads.

A file next to the program answers sooner than a thread can be woken; only what may have to wait,
for the lock or for the disk, goes to one. Nothing is known here of our tables or scopes.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util import await_only

_WAITS = "BEGIN IMMEDIATE"


class Cursor(sqlite3.Cursor):
    """Python's cursor with all rows read at once: a statement that is left half read keeps the
    connection in the past, where it may write no more."""

    server_side = False
    _rows: deque[Any] = deque()

    def execute(self, *statement: Any) -> Cursor:
        """Run it and read what it gives."""
        super().execute(*statement)
        self._rows = deque(super().fetchall()) if self.description else deque()
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows."""
        count = min(self.arraysize if size is None else size, len(self._rows))
        return [self._rows.popleft() for _ in range(count)]

    def fetchall(self) -> list[Any]:
        """The rows that are left."""
        rows, self._rows = list(self._rows), deque()
        return rows

    async def _async_soft_close(self) -> None:
        """SQLAlchemy asks this of asynchronous drivers; there is nothing to wait for."""


class Connection(sqlite3.Connection):
    """Python's connection with that cursor."""

    def cursor(self, factory: Any = Cursor) -> Any:
        """A new one."""
        return super().cursor(factory)


class InlineSqlite(SQLiteDialect_pysqlite):
    """Python's own driver under an asynchronous engine."""

    driver = "inline"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        """A pool that can be waited for."""
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> Any:
        """The driver must not mind which thread waits."""
        arguments, options = super().create_connect_args(url)
        return arguments, {**options, "check_same_thread": False, "factory": Connection}

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """At once; only if another process has the lock, it is waited for in a thread."""
        if statement != _WAITS:
            cursor.execute(statement, parameters)
            return
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout=0")
        try:
            cursor.execute(statement)
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        finally:
            cursor.execute(f"PRAGMA busy_timeout={patience}")
        _in_thread(lambda: cursor.execute(statement))

    def do_commit(self, dbapi_connection: Any) -> None:
        """What was written goes to the disk; there is nothing to wait for without a transaction."""
        if dbapi_connection.in_transaction:
            _in_thread(dbapi_connection.commit)


def _in_thread(work: Callable[[], object]) -> None:
    await_only(asyncio.to_thread(work))

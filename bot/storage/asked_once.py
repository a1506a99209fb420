"""PostgreSQL asked whether a connection still lives: a dialect that needs one question for it.

SQLAlchemy's own asks in a transaction, three ways there and back before every transaction of ours,
which is a fourth of what the database costs. Who does little else than going there and back may ask
only now and then. Nothing is known here of our tables or scopes.
"""

from __future__ import annotations

import time
from typing import Any
from weakref import WeakKeyDictionary

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.util import await_only

_NOTHING = "SELECT"  # no column, no row, no statement that a pooler between would have to keep


class AskedOnce(PGDialect_asyncpg):
    """SQLAlchemy's dialect for asyncpg with a shorter question."""

    supports_statement_cache = True
    ask_every = 0.0  # seconds for which what a connection has answered is believed

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)  # type: ignore[no-untyped-call]
        self._asked: WeakKeyDictionary[asyncpg.Connection, float] = WeakKeyDictionary()

    def do_ping(self, dbapi_connection: Any) -> bool:
        """Whether the connection can be used; if not, the pool makes another."""
        connection = dbapi_connection.driver_connection
        now = time.monotonic()
        if now < self._asked.get(connection, 0.0) + self.ask_every:
            return True
        try:
            await_only(connection.execute(_NOTHING))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            return False
        self._asked[connection] = now
        return True

"""PostgreSQL asked whether a connection still lives: a dialect that needs one question for it.

SQLAlchemy's own asks in a transaction, three ways there and back before every transaction of ours,
which is a fourth of what the database costs. Nothing is known here of our tables or scopes.
"""

from __future__ import annotations

from typing import Any

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.util import await_only

_NOTHING = "SELECT"  # no column, no row, no statement that a pooler between would have to keep


class AskedOnce(PGDialect_asyncpg):
    """SQLAlchemy's dialect for asyncpg with a shorter question."""

    supports_statement_cache = True

    def do_ping(self, dbapi_connection: Any) -> bool:
        """Whether the connection can be used; if not, the pool makes another."""
        try:
            await_only(dbapi_connection.driver_connection.execute(_NOTHING))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            return False
        return True

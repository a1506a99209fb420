"""Inserting a row unless an equal one is there: the same statements on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import Base


async def insert_new(
    session: AsyncSession, table: type[Base], row: Mapping[str, Any]
) -> int | None:
    """Insert `row`; its id, or None when a unique key says that it is there already."""
    statement = _insert(session, table).values(dict(row)).on_conflict_do_nothing()
    new_id: int | None = await session.scalar(statement.returning(inspect(table).primary_key[0]))
    return new_id


async def insert_or_update(
    session: AsyncSession,
    table: type[Base],
    row: Mapping[str, Any],
    *,
    key: str,
    values: Mapping[str, Any],
) -> int | None:
    """Insert `row`, or set `values` on the one that has the same `key`; its id."""
    statement = (
        _insert(session, table)
        .values(dict(row))
        .on_conflict_do_update(index_elements=[key], set_=dict(values))
    )
    row_id: int | None = await session.scalar(statement.returning(inspect(table).primary_key[0]))
    return row_id


def _insert(session: AsyncSession, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    dialect = session.get_bind().dialect.name
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)

"""Inserting a row unless an equal one is there: the same statement on both databases."""

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
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    primary_key = inspect(table).primary_key[0]
    statement = insert(table).values(dict(row)).on_conflict_do_nothing().returning(primary_key)
    new_id: int | None = await session.scalar(statement)
    return new_id

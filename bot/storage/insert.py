"""Inserting a row unless an equal one is there: the same statements on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

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


def insert_all_new(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert all `rows` that no unique key knows, in one statement; how many these are."""
    if not rows:
        return 0
    statement = _insert(session, table).on_conflict_do_nothing()
    key = inspect(table).primary_key[0]
    return len(session.execute(statement.returning(key), [dict(row) for row in rows]).all())


def _insert(
    session: AsyncSession | Session, table: type[Base]
) -> sqlite.Insert | postgresql.Insert:
    dialect = session.get_bind().dialect.name
    plain = cast(Table, table.__table__)  # rows, not objects: these come back as they are
    return sqlite.insert(plain) if dialect == "sqlite" else postgresql.insert(plain)

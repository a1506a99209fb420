"""Inserting a row unless an equal one is there: the same statements on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, case, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from bot.storage.tables import Base

Columns = tuple[str, ...]


async def insert_new(
    session: AsyncSession, table: type[Base], row: Mapping[str, Any]
) -> int | None:
    """Insert `row`; its id, or None when a unique key says that it is there already."""
    new_id: int | None = await session.scalar(_insert_new(table, _dialect(session)), dict(row))
    return new_id


async def insert_new_ones(
    session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]], *, key: Columns
) -> set[tuple[Any, ...]]:
    """Insert all `rows` that no unique key knows, in one statement; these, by the columns `key`."""
    if not rows:
        return set()
    statement = _insert_new(table, _dialect(session), key)
    return {tuple(row) for row in await session.execute(statement, [dict(row) for row in rows])}


async def insert_or_lower(
    session: AsyncSession,
    table: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: str,
    column: str,
) -> list[int]:
    """Insert `rows`, or let `column` of one with the same `key` be the lower of both; the ids."""
    if not rows:
        return []
    statement = _insert_or_lower(table, _dialect(session), key, column)
    return list(await session.scalars(statement, [dict(row) for row in rows]))


async def insert_each_new(
    session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Insert those of `rows` that no unique key knows; their ids."""
    if not rows:
        return []
    statement = _insert_new(table, _dialect(session))
    return list(await session.scalars(statement, [dict(row) for row in rows]))


def insert_all_new(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert all `rows` that no unique key knows, in one statement; how many these are."""
    if not rows:
        return 0
    statement = _insert_new(table, _dialect(session))
    return len(session.execute(statement, [dict(row) for row in rows]).all())


def _dialect(session: AsyncSession | Session) -> str:
    return session.get_bind().dialect.name


# Made once: making a statement costs more than SQLite needs for it.


@cache
def _insert_new(table: type[Base], dialect: str, key: Columns = ()) -> ReturningInsert[Any]:
    columns = cast(Table, table.__table__).c
    found = [columns[name] for name in key] if key else inspect(table).primary_key
    return _insert(table, dialect).on_conflict_do_nothing().returning(*found)


@cache
def _insert_or_lower(
    table: type[Base], dialect: str, key: str, column: str
) -> ReturningInsert[Any]:
    statement = _insert(table, dialect)
    ours, theirs = cast(Table, table.__table__).c[column], statement.excluded[column]
    return statement.on_conflict_do_update(
        index_elements=[key], set_={column: case((ours > theirs, theirs), else_=ours)}
    ).returning(inspect(table).primary_key[0])


def _insert(table: type[Base], dialect: str) -> sqlite.Insert | postgresql.Insert:
    plain = cast(Table, table.__table__)  # rows, not objects: these come back as they are
    return sqlite.insert(plain) if dialect == "sqlite" else postgresql.insert(plain)

"""Queries of how directives refer to earlier ones, and of those that a draft may be related to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Scope
from bot.storage.directives import seen_within
from bot.storage.tables import Directive


@dataclass(frozen=True, slots=True)
class Brief:
    """What a directive is found by."""

    id: int
    number: str | None
    symbol: str | None
    subject: str


async def count(session: AsyncSession, *, scope: Scope | None) -> int:
    """How many directives were issued, of those that may be seen."""
    found = await session.scalar(select(func.count(Directive.id)).where(seen_within(scope)))
    return found or 0


async def page(
    session: AsyncSession, *, scope: Scope | None, offset: int, limit: int
) -> list[Directive]:
    """Some of them, newest first."""
    rows = await session.scalars(
        select(Directive)
        .where(seen_within(scope))
        .order_by(Directive.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return list(rows)


async def briefs(session: AsyncSession, *, scope: Scope | None) -> list[Brief]:
    """All of them by what they are found by, newest first."""
    rows = await session.execute(
        select(Directive.id, Directive.number, Directive.symbol, Directive.subject)
        .where(seen_within(scope))
        .order_by(Directive.id.desc())
    )
    return [Brief(*row) for row in rows]


async def by_ids(session: AsyncSession, ids: Collection[int]) -> list[Directive]:
    """These, newest first."""
    rows = await session.scalars(
        select(Directive).where(Directive.id.in_(ids)).order_by(Directive.id.desc())
    )
    return list(rows)


async def issued_on(
    session: AsyncSession, days: Collection[date], *, scope: Scope | None
) -> list[Directive]:
    """Those that bear one of these days, newest first."""
    rows = await session.scalars(
        select(Directive)
        .where(Directive.issued_on.in_(days), seen_within(scope))
        .order_by(Directive.id.desc())
    )
    return list(rows)


async def later(
    session: AsyncSession, directive_id: int, *, scope: Scope | None
) -> list[Directive]:
    """Those that refer to this one, newest first."""
    rows = await session.scalars(
        select(Directive)
        .where(Directive.related_id == directive_id, seen_within(scope))
        .order_by(Directive.id.desc())
    )
    return list(rows)

"""Queries of what people look through: directives by what they are known by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Scope
from bot.storage.assignments import IS_ASKED
from bot.storage.directives import seen_within
from bot.storage.tables import Addressee, Directive


@dataclass(frozen=True, slots=True)
class Listed:
    """A directive as it can be found; `addressee_id` is whose card the reader has of it."""

    id: int
    issuer: str | None
    number: str | None
    symbol: str | None
    issued_on: date | None
    urgency: str | None
    subject: str
    is_open: bool
    addressee_id: int | None = None


_KNOWN_BY = (
    Directive.id,
    Directive.issuer,
    Directive.number,
    Directive.symbol,
    Directive.issued_on,
    Directive.urgency,
    Directive.subject,
    Directive.closed_at.is_(None),
)


async def directives_within(session: AsyncSession, scope: Scope | None) -> list[Listed]:
    """All directives of which staff with these limits may see something."""
    rows = await session.execute(select(*_KNOWN_BY).where(seen_within(scope)))
    return [Listed(*row) for row in rows]


async def directives_of_units(
    session: AsyncSession, unit_ids: Collection[int], *, begun_by: datetime
) -> list[Listed]:
    """The directives that these units have and that are not closed; of those that were given up
    only what they got before."""
    rows = await session.execute(
        select(*_KNOWN_BY, func.min(Addressee.id))
        .join(Addressee, Addressee.directive_id == Directive.id)
        .where(
            Addressee.unit_id.in_(unit_ids),
            Directive.closed_at.is_(None),
            or_(Directive.send_at.is_(None), Directive.send_at <= begun_by),
            IS_ASKED,
        )
        .group_by(Directive.id)
    )
    return [Listed(*row) for row in rows]

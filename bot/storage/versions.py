"""Queries of versions: what a directive said when, and which one is in which chat since when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, aliased

from bot.domain.states import Relation, VersionKind
from bot.storage.insert import insert_all_new
from bot.storage.tables import CardVersion, Directive, DirectiveVersion


@dataclass(frozen=True, slots=True)
class Correction:
    """A version that corrected the one before it, with what both say."""

    version: int
    at: datetime
    old: Mapping[str, Any]
    new: Mapping[str, Any]


def newest_corrections(session: Session, directive_ids: Collection[int]) -> dict[int, Correction]:
    """The newest version of each of these directives, if it is a correction."""
    before = aliased(DirectiveVersion)
    rows = session.execute(
        select(DirectiveVersion, before.content, Directive.id)
        .join(
            Directive,
            (Directive.id == DirectiveVersion.directive_id)
            & (Directive.version == DirectiveVersion.version),
        )
        .join(
            before,
            (before.directive_id == DirectiveVersion.directive_id)
            & (before.version == DirectiveVersion.version - 1),
        )
        .where(Directive.id.in_(directive_ids), DirectiveVersion.kind == VersionKind.CORRECTED)
    )
    return {
        directive_id: Correction(row.version, row.at, old, row.content)
        for row, old, directive_id in rows
    }


def replacements(session: Session, directive_ids: Collection[int]) -> dict[int, Directive]:
    """The newest directive that took the place of each of these."""
    rows = session.scalars(
        select(Directive)
        .where(Directive.related_id.in_(directive_ids), Directive.relation == Relation.REPLACES)
        .order_by(Directive.id)
    )
    return {directive.related_id: directive for directive in rows if directive.related_id}


async def of_directive(session: AsyncSession, directive_id: int) -> list[DirectiveVersion]:
    """All versions of a directive, oldest first."""
    rows = await session.scalars(
        select(DirectiveVersion)
        .where(DirectiveVersion.directive_id == directive_id)
        .order_by(DirectiveVersion.version)
    )
    return list(rows)


async def get(session: AsyncSession, directive_id: int, version: int) -> DirectiveVersion | None:
    """One version of a directive."""
    row: DirectiveVersion | None = await session.scalar(
        select(DirectiveVersion).where(
            DirectiveVersion.directive_id == directive_id, DirectiveVersion.version == version
        )
    )
    return row


def arrived(session: Session, shown: Mapping[int, int], *, now: datetime) -> None:
    """Note which version, by the card's id, Telegram has taken into the chat."""
    rows = [
        {"card_id": card_id, "version": version, "at": now} for card_id, version in shown.items()
    ]
    insert_all_new(session, CardVersion, rows)

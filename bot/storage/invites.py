"""Queries of invites as staff see them, and of codes that were tried and were none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import InviteKind
from bot.storage.tables import Invite, InviteTry, Person, Unit
from bot.storage.units import is_open


@dataclass(frozen=True, slots=True)
class OpenInvite:
    """An invite that may still be used; its code is known to nobody here."""

    id: int
    kind: InviteKind
    unit_id: int | None
    unit_code: str | None
    unit_name: str | None
    uses_left: int
    created_at: datetime
    expires_at: datetime
    created_by: str | None


async def open_invites(
    session: AsyncSession, *, now: datetime, unit_id: int | None = None
) -> list[OpenInvite]:
    """All of a unit's, or of the whole office, newest first."""
    statement = (
        select(Invite, Unit.code, Unit.name, Person.name)
        .outerjoin(Unit, Unit.id == Invite.unit_id)
        .outerjoin(Person, Person.id == Invite.created_by)
        .where(is_open(now))
        .order_by(Invite.id.desc())
    )
    if unit_id is not None:
        statement = statement.where(Invite.unit_id == unit_id)
    return [
        OpenInvite(
            invite.id,
            invite.kind,
            invite.unit_id,
            unit_code,
            unit_name,
            invite.uses_left,
            invite.created_at,
            invite.expires_at,
            creator,
        )
        for invite, unit_code, unit_name, creator in await session.execute(statement)
    ]


async def revoke(session: AsyncSession, invite_id: int, *, now: datetime) -> bool:
    """Let nobody use it any more; False if nobody could."""
    revoked = await session.scalar(
        update(Invite)
        .where(Invite.id == invite_id, is_open(now))
        .values(revoked_at=now)
        .returning(Invite.id)
    )
    return revoked is not None


async def revoke_by_hashes(
    session: AsyncSession, hashes: Collection[str], *, now: datetime
) -> list[tuple[int, int | None]]:
    """The same for invites with these codes; which they were, and of which units."""
    rows = await session.execute(
        update(Invite)
        .where(Invite.code_hash.in_(hashes), is_open(now))
        .values(revoked_at=now)
        .returning(Invite.id, Invite.unit_id)
        .execution_options(synchronize_session=False)
    )
    return [(invite_id, unit_id) for invite_id, unit_id in rows]


async def add_for_units(
    session: AsyncSession,
    hashes: Mapping[int, str],
    *,
    kind: InviteKind,
    created_by: int | None,
    now: datetime,
    expires_at: datetime,
) -> None:
    """One invite of one use for each unit, by the hash of its code."""
    rows: list[dict[str, Any]] = [
        {
            "code_hash": code_hash,
            "kind": kind,
            "unit_id": unit_id,
            "group_ids": [],
            "uses_left": 1,
            "created_by": created_by,
            "created_at": now,
            "expires_at": expires_at,
        }
        for unit_id, code_hash in hashes.items()
    ]
    if rows:
        await session.execute(insert(Invite), rows)


async def count_tries(
    session: AsyncSession, *, since: datetime, telegram_id: int | None = None
) -> int:
    """How many wrong codes were tried since then, by one account or by all."""
    statement = select(func.count()).select_from(InviteTry).where(InviteTry.at > since)
    if telegram_id is not None:
        statement = statement.where(InviteTry.telegram_id == telegram_id)
    return await session.scalar(statement) or 0


async def add_try(
    session: AsyncSession, *, telegram_id: int, now: datetime, forget_before: datetime
) -> None:
    """Note a wrong code; what is too old to count is forgotten."""
    await session.execute(delete(InviteTry).where(InviteTry.at <= forget_before))
    session.add(InviteTry(telegram_id=telegram_id, at=now))


async def names_of_units(session: AsyncSession, unit_ids: Collection[int]) -> dict[int, str]:
    """What these units are called."""
    rows = await session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids)))
    return dict(rows.all())

"""Queries of units, groups and invites."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.audience import GroupNames
from bot.domain.states import InviteKind, StaffRole
from bot.storage.insert import insert_new
from bot.storage.tables import Group, Invite, Unit, UnitGroup


async def lock(session: AsyncSession, unit_ids: Collection[int]) -> None:
    """Let whoever gives these units a directive or a chat go one after the other, so that none
    overlooks what the other is about to commit. SQLite has one writer and needs nothing."""
    await session.execute(
        select(Unit.id).where(Unit.id.in_(unit_ids)).order_by(Unit.id).with_for_update()
    )


async def unit(session: AsyncSession, unit_id: int) -> Unit | None:
    """One unit by id."""
    return await session.get(Unit, unit_id)


async def unit_by_code(session: AsyncSession, code: str) -> Unit | None:
    """One unit by its stable code."""
    row: Unit | None = await session.scalar(select(Unit).where(Unit.code == code))
    return row


async def units_by_ids(session: AsyncSession, unit_ids: Collection[int]) -> list[Unit]:
    """These units, without an order."""
    return list(await session.scalars(select(Unit).where(Unit.id.in_(unit_ids))))


async def units_of_groups(session: AsyncSession, group_ids: Collection[int]) -> list[Unit]:
    """Every active unit of these groups, each once, in the order of its groups and name."""
    first_group = (
        select(UnitGroup.unit_id, func.min(Group.position).label("position"))
        .join(Group, Group.id == UnitGroup.group_id)
        .where(UnitGroup.group_id.in_(group_ids))
        .group_by(UnitGroup.unit_id)
        .subquery()
    )
    rows = await session.scalars(
        select(Unit)
        .join(first_group, first_group.c.unit_id == Unit.id)
        .where(Unit.retired_at.is_(None))
        .order_by(first_group.c.position, Unit.id)
    )
    return list(rows)


async def groups(session: AsyncSession) -> list[Group]:
    """All groups in the office's order."""
    return list(await session.scalars(select(Group).order_by(Group.position, Group.id)))


async def group_sizes(session: AsyncSession) -> dict[int, int]:
    """How many active units each group holds."""
    rows = await session.execute(
        select(UnitGroup.group_id, func.count())
        .join(Unit, Unit.id == UnitGroup.unit_id)
        .where(Unit.retired_at.is_(None))
        .group_by(UnitGroup.group_id)
    )
    return dict(rows.all())


async def group_names(session: AsyncSession) -> list[GroupNames]:
    """All groups with the names that letters may use for them."""
    return [GroupNames(group.id, (group.name, *group.aliases)) for group in await groups(session)]


async def ensure_group(
    session: AsyncSession, code: str, *, name: str, aliases: list[str], position: int
) -> int:
    """The group with this code, made or renamed; its id."""
    row = {"code": code, "name": name, "aliases": aliases, "position": position}
    new_id = await insert_new(session, Group, row)
    if new_id is not None:
        return new_id
    group_id: int | None = await session.scalar(
        update(Group)
        .where(Group.code == code)
        .values(name=name, aliases=aliases, position=position)
        .returning(Group.id)
    )
    assert group_id is not None  # noqa: S101 - the insert found it there
    return group_id


async def group_by_code(session: AsyncSession, code: str) -> Group | None:
    """One group by its code."""
    row: Group | None = await session.scalar(select(Group).where(Group.code == code))
    return row


async def ensure_unit(
    session: AsyncSession, code: str, *, name: str, phone: str, now: datetime
) -> tuple[int, bool]:
    """The unit with this code, made or brought up to date; its id and whether it is new."""
    row = {"code": code, "name": name, "phone": phone, "note": "", "created_at": now}
    new_id = await insert_new(session, Unit, row)
    if new_id is not None:
        return new_id, True
    unit_id = await session.scalar(
        update(Unit).where(Unit.code == code).values(name=name, phone=phone).returning(Unit.id)
    )
    assert unit_id is not None  # noqa: S101 - the insert found it there
    return unit_id, False


async def add_to_group(session: AsyncSession, *, unit_id: int, group_id: int) -> None:
    """Let the unit stand in the group."""
    await insert_new(session, UnitGroup, {"unit_id": unit_id, "group_id": group_id})


async def add_invite(
    session: AsyncSession,
    *,
    code_hash: str,
    kind: InviteKind,
    unit_id: int | None,
    staff_role: StaffRole | None,
    group_ids: list[int],
    created_by: int | None,
    uses: int,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Keep an invite by the hash of its code."""
    session.add(
        Invite(
            code_hash=code_hash,
            kind=kind,
            unit_id=unit_id,
            staff_role=staff_role,
            group_ids=group_ids,
            created_by=created_by,
            uses_left=uses,
            created_at=now,
            expires_at=expires_at,
        )
    )


def is_open(now: datetime) -> ColumnElement[bool]:
    """Whether an invite may still be used."""
    return and_(Invite.uses_left > 0, Invite.expires_at > now, Invite.revoked_at.is_(None))


async def usable_invite(session: AsyncSession, code_hash: str, *, now: datetime) -> Invite | None:
    """The invite if it may still be used."""
    row: Invite | None = await session.scalar(
        select(Invite).where(Invite.code_hash == code_hash, is_open(now))
    )
    return row


async def invite_by_hash(session: AsyncSession, code_hash: str) -> Invite | None:
    """One invite by what is kept of its code, also if it is used up, over or revoked."""
    row: Invite | None = await session.scalar(select(Invite).where(Invite.code_hash == code_hash))
    return row


async def invite_by_id(session: AsyncSession, invite_id: int) -> Invite | None:
    """One invite by id."""
    return await session.get(Invite, invite_id)


async def use_invite(session: AsyncSession, invite_id: int, *, now: datetime) -> bool:
    """Count one use; False when somebody else took the last, or it has expired or was revoked."""
    used = await session.scalar(
        update(Invite)
        .where(Invite.id == invite_id, is_open(now))
        .values(uses_left=Invite.uses_left - 1)
        .returning(Invite.id)
    )
    return used is not None


async def all_units(session: AsyncSession) -> list[Unit]:
    """Every unit, retired ones too, by code."""
    return list(await session.scalars(select(Unit).order_by(Unit.code)))

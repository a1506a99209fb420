"""Queries of the office's own people: roles, and the groups of units they are limited to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Scope
from bot.domain.states import ChatKind, InviteKind, StaffRole
from bot.storage.tables import Chat, Group, Invite, Person, Staff, StaffScope, UnitGroup


async def scope_of(session: AsyncSession, staff_id: int) -> Scope | None:
    """What a staff member is limited to now; None without limits."""
    groups = frozenset(await session.scalars(_GROUPS_OF, {"staff": staff_id}))
    if not groups:
        return None
    units = await session.scalars(select(UnitGroup.unit_id).where(UnitGroup.group_id.in_(groups)))
    return Scope(groups, frozenset(units))


_GROUPS_OF = select(StaffScope.group_id).where(StaffScope.staff_id == bindparam("staff"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the office's people as lists show them."""

    id: int
    person_id: int
    name: str
    role: StaffRole
    groups: tuple[tuple[int, str], ...]  # the limits: id and name


async def count(session: AsyncSession) -> int:
    """How many there are."""
    number = await session.scalar(select(func.count(Staff.id)).where(Staff.removed_at.is_(None)))
    return number or 0


async def count_issuing(session: AsyncSession) -> int:
    """How many may issue, and so approve what another one wrote."""
    issuing = Staff.role.in_((StaffRole.SENDER, StaffRole.ADMIN))
    counted = select(func.count(Staff.id)).where(issuing, Staff.removed_at.is_(None))
    return await session.scalar(counted) or 0


async def members(
    session: AsyncSession, *, offset: int = 0, limit: int | None = None
) -> list[Member]:
    """Some of them, or all, in the order in which they came."""
    return await _found(session, _MEMBERS.order_by(Staff.id).offset(offset).limit(limit))


async def member(session: AsyncSession, staff_id: int) -> Member | None:
    """One of them; None for who was removed."""
    found = await _found(session, _MEMBERS.where(Staff.id == staff_id))
    return found[0] if found else None


async def member_of_person(session: AsyncSession, person_id: int) -> Member | None:
    """The person as one of them; None for who is not, or not any more."""
    found = await _found(session, _MEMBERS.where(Staff.person_id == person_id))
    return found[0] if found else None


async def was_of_it(session: AsyncSession, person_id: int) -> bool:
    """Whether the person is of the office, or was."""
    found = await session.scalar(select(Staff.id).where(Staff.person_id == person_id).limit(1))
    return found is not None


_MEMBERS = (
    select(Staff.id, Staff.person_id, Person.name, Staff.role)
    .join(Person, Person.id == Staff.person_id)
    .where(Staff.removed_at.is_(None))
)


async def _found(session: AsyncSession, wanted: Select[int, int, str, StaffRole]) -> list[Member]:
    rows = (await session.execute(wanted)).all()
    limits = await session.execute(
        select(StaffScope.staff_id, Group.id, Group.name)
        .join(Group, Group.id == StaffScope.group_id)
        .where(StaffScope.staff_id.in_([row.id for row in rows]))
        .order_by(Group.position, Group.id)
    )
    groups: dict[int, list[tuple[int, str]]] = {row.id: [] for row in rows}
    for staff_id, group_id, name in limits:
        groups[staff_id].append((group_id, name))
    return [Member(**row._asdict(), groups=tuple(groups[row.id])) for row in rows]


async def lock_governors(session: AsyncSession) -> set[int]:
    """The administrators without limits, by their ids as staff, locked: whoever takes one of them
    away comes after whoever took the one before."""
    admins = await session.scalars(
        select(Staff.id)
        .where(Staff.role == StaffRole.ADMIN, Staff.removed_at.is_(None))
        .order_by(Staff.id)
        .with_for_update()
    )
    found = set(admins)
    limited = await session.scalars(
        select(StaffScope.staff_id).where(StaffScope.staff_id.in_(found)).distinct()
    )
    return found - set(limited)


async def governing_chats(session: AsyncSession) -> list[int]:
    """The private chats of the administrators without limits."""
    limits = select(StaffScope).where(StaffScope.staff_id == Staff.id)
    rows = await session.scalars(
        select(Chat.id)
        .join(Staff, Staff.person_id == Chat.person_id)
        .where(
            Staff.role == StaffRole.ADMIN,
            Staff.removed_at.is_(None),
            Chat.kind == ChatKind.PRIVATE,
            ~limits.exists(),
        )
        .order_by(Chat.id)
    )
    return list(rows)


async def group_chats(session: AsyncSession) -> list[int]:
    """The office's own groups that can be written to."""
    rows = await session.scalars(
        select(Chat.id)
        .where(Chat.staff_group.is_(True), Chat.unreachable_reason.is_(None))
        .order_by(Chat.id)
    )
    return list(rows)


async def is_group(session: AsyncSession, chat_id: int) -> bool:
    """Whether the chat is one of the office's own groups."""
    found = select(Chat.id).where(Chat.id == chat_id, Chat.staff_group.is_(True))
    return await session.scalar(found) is not None


async def private_chats(
    session: AsyncSession, roles: Collection[StaffRole], *, unit_id: int
) -> list[int]:
    """The private chats that can be written to of those with one of these roles, whose limits, if
    they have any, leave them the unit."""
    limits = select(StaffScope).where(StaffScope.staff_id == Staff.id)
    leaving_it = limits.join(UnitGroup, UnitGroup.group_id == StaffScope.group_id).where(
        UnitGroup.unit_id == unit_id
    )
    rows = await session.scalars(
        select(Chat.id)
        .join(Staff, Staff.person_id == Chat.person_id)
        .where(
            Staff.role.in_(roles),
            Staff.removed_at.is_(None),
            Chat.kind == ChatKind.PRIVATE,
            Chat.unreachable_reason.is_(None),
            or_(~limits.exists(), leaving_it.exists()),
        )
        .order_by(Chat.id)
    )
    return list(rows)


async def set_role(session: AsyncSession, staff_id: int, role: StaffRole) -> None:
    """What they may do from now on."""
    await session.execute(update(Staff).where(Staff.id == staff_id).values(role=role))


async def set_limits(session: AsyncSession, staff_id: int, group_ids: Collection[int]) -> None:
    """The groups they are limited to from now on; none lifts the limits."""
    await session.execute(delete(StaffScope).where(StaffScope.staff_id == staff_id))
    session.add_all(StaffScope(staff_id=staff_id, group_id=each) for each in sorted(group_ids))
    await session.flush()


async def remove(session: AsyncSession, staff_id: int, *, now: datetime) -> None:
    """They are of the office no more."""
    await set_limits(session, staff_id, ())
    await session.execute(update(Staff).where(Staff.id == staff_id).values(removed_at=now))


async def revoke_invites(session: AsyncSession, person_id: int, *, now: datetime) -> None:
    """The links for staff that the person made and nobody has used let nobody in any more."""
    await session.execute(
        update(Invite)
        .where(
            Invite.created_by == person_id,
            Invite.kind == InviteKind.STAFF,
            Invite.uses_left > 0,
        )
        .values(uses_left=0, revoked_at=now)
    )


async def private_chat(session: AsyncSession, person_id: int) -> Chat | None:
    """Where the person is spoken to in private."""
    chat: Chat | None = await session.scalar(
        select(Chat).where(Chat.person_id == person_id, Chat.kind == ChatKind.PRIVATE)
    )
    return chat

"""Queries of units that the bot cannot reach, with what is needed to call them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.folding import sort_key
from bot.domain.states import ChatKind
from bot.storage.tables import Chat, Contact, Person, Unit


@dataclass(frozen=True, slots=True)
class LostChat:
    """A chat of a unit that takes nothing: whose, why and since when."""

    name: str  # the person's, or the group's title
    reason: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class LostUnit:
    """A unit with such chats, or without any chat at all."""

    unit_id: int
    code: str
    name: str
    phone: str
    chats: tuple[LostChat, ...]
    is_cut_off: bool  # nobody else of the unit can be reached
    left_at: datetime | None = None  # when its last contact stopped, if it has none any more


async def lost_units(
    session: AsyncSession, *, scope: Collection[int] | None = None
) -> list[LostUnit]:
    """Active units that are not, or not wholly, within reach; the cut off ones first, by name."""
    of_unit: dict[int, list[tuple[str, Chat | None]]] = {}
    for unit_id, name, chat in await _contacts(session):
        of_unit.setdefault(unit_id, []).append((name, chat))
    for chat in await session.scalars(
        select(Chat).where(Chat.kind == ChatKind.GROUP, Chat.unit_id.is_not(None))
    ):
        of_unit.setdefault(chat.unit_id or 0, []).append((chat.title, chat))
    units = await session.scalars(select(Unit).where(Unit.retired_at.is_(None)))
    left = await left_by_all(session)
    lost = [
        found
        for unit in units
        if scope is None or unit.id in scope
        if (found := _lost(unit, of_unit.get(unit.id, []), left.get(unit.id)))
    ]
    return sorted(lost, key=lambda each: (not each.is_cut_off, sort_key(each.name), each.unit_id))


async def left_by_all(session: AsyncSession, *, unit_id: int | None = None) -> dict[int, datetime]:
    """Which units have no contact any more though they had, of all or this one; and since when."""
    of = select(Contact.unit_id, func.max(Contact.ended_at)).group_by(Contact.unit_id)
    if unit_id is not None:
        of = of.where(Contact.unit_id == unit_id)
    rows = await session.execute(of.having(func.count() == func.count(Contact.ended_at)))
    return {unit: since for unit, since in rows if since is not None}


async def _contacts(session: AsyncSession) -> list[tuple[int, str, Chat | None]]:
    rows = await session.execute(
        select(Contact.unit_id, Person.name, Chat)
        .join(Person, Person.id == Contact.person_id)
        .outerjoin(Chat, (Chat.person_id == Person.id) & (Chat.kind == ChatKind.PRIVATE))
        .where(Contact.ended_at.is_(None))
        .order_by(Contact.id)
    )
    return [(unit_id, name, chat) for unit_id, name, chat in rows]


def _lost(
    unit: Unit, chats: list[tuple[str, Chat | None]], left_at: datetime | None
) -> LostUnit | None:
    gone = tuple(
        LostChat(name, chat.unreachable_reason or "", chat.unreachable_at)
        if chat
        else LostChat(name, "not_started", None)
        for name, chat in chats
        if chat is None or chat.unreachable_reason is not None
    )
    is_cut_off = len(gone) == len(chats)
    if not gone and not is_cut_off:
        return None
    return LostUnit(unit.id, unit.code, unit.name, unit.phone, gone, is_cut_off, left_at)


async def is_cut_off(session: AsyncSession, unit_id: int) -> bool:
    """Whether none of the unit's chats takes anything."""
    private = select(Chat.id).join(Contact, Contact.person_id == Chat.person_id).where(
        Contact.unit_id == unit_id,
        Contact.ended_at.is_(None),
        Chat.kind == ChatKind.PRIVATE,
        Chat.unreachable_reason.is_(None),
    )  # fmt: skip
    group = select(Chat.id).where(
        Chat.unit_id == unit_id,
        Chat.kind == ChatKind.GROUP,
        Chat.unreachable_reason.is_(None),
    )
    for statement in (private, group):
        if await session.scalar(statement.limit(1)) is not None:
            return False
    return True

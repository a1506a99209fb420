"""Who of the office is told of what a unit says or asks: its own group, else those who may act."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Right, roles_with
from bot.storage import staff


async def chats(session: AsyncSession, *, unit_id: int, right: Right) -> list[int]:
    """Our ids of the chats on duty for the unit: the office's own groups; without any the private
    chats of those with this right whose limits leave them the unit; without any of those either the
    administrators', so that nothing is told to nobody."""
    return (await chats_of_units(session, [unit_id], right=right))[unit_id]


async def chats_of_units(
    session: AsyncSession, unit_ids: Collection[int], *, right: Right
) -> dict[int, list[int]]:
    """The same for several units."""
    groups = await staff.group_chats(session) if unit_ids else []
    if groups:
        return dict.fromkeys(unit_ids, groups)
    found = {}
    for unit_id in unit_ids:
        private = await staff.private_chats(session, roles_with(right), unit_id=unit_id)
        found[unit_id] = private or await staff.governing_chats(session)
    return found

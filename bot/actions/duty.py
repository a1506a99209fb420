"""Who of the office is told of what a unit says or asks: its own group, else those who may act."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Right, roles_with
from bot.storage import staff


async def chats(session: AsyncSession, *, unit_id: int, right: Right) -> list[int]:
    """Our ids of the chats on duty for the unit: the office's own groups; without any the private
    chats of those with this right whose limits leave them the unit; without any of those either the
    administrators', so that nothing is told to nobody."""
    found = await staff.group_chats(session)
    if not found:
        found = await staff.private_chats(session, roles_with(right), unit_id=unit_id)
    return found or await staff.governing_chats(session)

"""What administrators are told in their private chats, whatever it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import replies
from bot.storage import people


async def tell(
    session: AsyncSession,
    key: str,
    *,
    now: datetime,
    values: replies.Values | None = None,
    unit_id: int | None = None,
    buttons: Sequence[Sequence[replies.Button]] = (),
) -> int:
    """Queue the sentence for all of them; about a unit, for those whose limits leave them it. How
    many there are."""
    chats = await people.admin_chats(session, unit_id=unit_id)
    for chat_id in chats:
        await replies.notice(session, chat_id, key, now=now, values=values, buttons=buttons)
    return len(chats)

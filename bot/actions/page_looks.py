"""What a look at a page changes: kept, the next one planned, and the office told when it is dead.

The unit is not told: the office looks first.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import duty
from bot.domain.articles import PageState
from bot.domain.rights import Right
from bot.domain.states import Lane, MessageKind
from bot.domain.watching import AFTER_FAILURE, Watched, after_look
from bot.storage import events, outbox, pages
from bot.storage.outbox import NewMessage
from bot.storage.pages import Look
from bot.storage.tables import Page

TOGETHER = timedelta(minutes=10)
"""What dies within this time is told in one message."""
_EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)


async def take(
    session: AsyncSession, page: Page, look: Look, *, zone: ZoneInfo, now: datetime
) -> None:
    """Keep what was found of a page as it was when the look began, unless somebody else has looked
    meanwhile."""
    before = (
        Watched(page.first_seen_at, page.failures, page.failed_since, page.dead_at)
        if page.first_seen_at is not None
        else None
    )
    counted = look.state
    if counted is PageState.UNREACHABLE and not await pages.others_answered(
        session, page, since=now - AFTER_FAILURE
    ):
        counted = PageState.TIMEOUT  # as likely it is the office's own network that is down
    watched = after_look(before, counted, page_id=page.id, now=now, zone=zone)
    if not await pages.record(session, page, look, watched, now=now):
        return
    if watched.dead_at is not None and page.dead_at is None:
        events.add(session, "page_dead", at=now, object_kind="page", object_id=page.id)
        await _tell_office(session, page.id, now=now)


async def _tell_office(session: AsyncSession, page_id: int, *, now: datetime) -> None:
    since = now - (now - _EPOCH) % TOGETHER
    found = await duty.chats_of_units(
        session, await pages.units_of(session, page_id), right=Right.REVIEW
    )
    for chat_id in sorted({chat_id for chats in found.values() for chat_id in chats}):
        await outbox.add(
            session,
            NewMessage(
                kind=MessageKind.DEAD_LINKS,
                lane=Lane.REMINDER,
                chat_id=chat_id,
                send_at=since + TOGETHER,
                parameters={"since": since.isoformat()},
                key=f"dead-links:{chat_id}:{since.isoformat()}",
            ),
        )

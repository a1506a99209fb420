"""Queries of the inbox: storing what Telegram told us, handing it out in order, settling it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import UpdateState
from bot.storage.insert import insert_new
from bot.storage.tables import Update
from bot.storage.types import written_out

_LATEST: Final = 500  # updates of a chat in which a message is looked for


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """An update as it came; `chat_key` is what must be kept in order."""

    update_id: int
    chat_key: int
    body: str


async def store(
    session: AsyncSession, updates: Iterable[RawUpdate], *, bot_id: int, now: datetime
) -> int:
    """Write the updates down; how many were new."""
    new = 0
    for update_ in updates:
        row = {
            "bot_id": bot_id,
            "update_id": update_.update_id,
            "chat_key": update_.chat_key,
            "body": update_.body,
            "state": UpdateState.WAITING,
            "tries": 0,
            "next_try_at": now,
            "received_at": now,
        }
        new += await insert_new(session, Update, row) is not None
    return new


async def waiting(
    session: AsyncSession, *, now: datetime, limit: int, busy_chats: Collection[int] = ()
) -> list[Update]:
    """Updates whose time has come, oldest first; none of the chats being handled."""
    rows = await session.scalars(
        select(Update)
        .where(
            Update.state == written_out(UpdateState.WAITING),
            Update.next_try_at <= now,
            Update.chat_key.not_in(busy_chats),
        )
        .order_by(Update.id)
        .limit(limit)
    )
    return list(rows)


async def settle(
    session: AsyncSession,
    row_id: int,
    *,
    state: UpdateState,
    now: datetime,
    reason: str | None = None,
) -> bool:
    """Mark an update done or parked; False when it was settled before."""
    settled = await session.scalar(
        update(Update)
        .where(Update.id == row_id, Update.state == UpdateState.WAITING)
        .values(state=state, finished_at=now, reason=reason)
        .returning(Update.id)
    )
    return settled is not None


async def forget_body(session: AsyncSession, row_id: int) -> None:
    """Keep of an update only that it was there."""
    await session.execute(update(Update).where(Update.id == row_id).values(body=""))


async def forget_message(session: AsyncSession, *, chat_key: int, message_id: int) -> None:
    """Empty every update that holds this message of a chat, also as what another one answers."""
    rows = await session.execute(
        select(Update.id, Update.body)
        .where(Update.chat_key == chat_key, Update.body.contains(str(message_id)))
        .order_by(Update.id.desc())
        .limit(_LATEST)
    )
    holding = [row_id for row_id, body in rows if message_id in _messages(json.loads(body))]
    await session.execute(update(Update).where(Update.id.in_(holding)).values(body=""))


def _messages(body: Any) -> Iterator[int]:
    """The numbers of all messages anywhere in an update."""
    if isinstance(body, dict):
        if isinstance(number := body.get("message_id"), int):
            yield number
        for value in body.values():
            yield from _messages(value)
    elif isinstance(body, list):
        for value in body:
            yield from _messages(value)


async def step_aside(
    session: AsyncSession, row_id: int, *, tries: int, next_try_at: datetime, reason: str
) -> None:
    """Let a failing update wait, so that later ones of its chat go on."""
    await session.execute(
        update(Update)
        .where(Update.id == row_id, Update.state == UpdateState.WAITING)
        .values(tries=tries, next_try_at=next_try_at, reason=reason)
    )


async def count_parked(session: AsyncSession) -> int:
    """How many updates nobody could handle."""
    count = await session.scalar(
        select(func.count()).select_from(Update).where(Update.state == UpdateState.PARKED)
    )
    return count or 0

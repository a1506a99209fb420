"""Queries of the inbox: storing what Telegram told us, handing it out in order, settling it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.domain.incoming import UpdateKind, glance
from bot.domain.states import UpdateState
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.insert import insert_all_new
from bot.storage.tables import Chat, Person, Update
from bot.storage.types import written_out

_LATEST: Final = 500  # updates of a chat in which a message is looked for


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """An update as it came; `chat_key` is what must be kept in order."""

    update_id: int
    chat_key: int
    body: str


def store(session: Session, updates: Sequence[RawUpdate], *, bot_id: int, now: datetime) -> int:
    """Write the updates down, in one statement; how many were new."""
    rows = [
        {
            "bot_id": bot_id,
            "update_id": update_.update_id,
            "chat_key": update_.chat_key,
            "body": update_.body,
            "state": UpdateState.WAITING,
            "tries": 0,
            "next_try_at": now,
            "received_at": now,
        }
        for update_ in updates
    ]
    return insert_all_new(session, Update, rows)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A stored update that waits to be handled."""

    id: int
    chat_key: int
    body: str
    tries: int


async def waiting(
    session: AsyncSession, *, now: datetime, limit: int, left_out: Collection[int] = ()
) -> list[Waiting]:
    """Updates whose time has come, oldest first; none of the chats left out."""
    values = {"now": now, "most": limit, "left_out": numbers(left_out)}
    return [Waiting(*row) for row in await session.execute(_WAITING, values)]


async def settle(
    session: AsyncSession,
    row_ids: Collection[int],
    *,
    state: UpdateState,
    now: datetime,
    reason: str | None = None,
) -> set[int]:
    """Mark updates done or parked; those that were not settled before."""
    values = {"rows": numbers(row_ids), "to": state, "at": now, "why": reason}
    return set(await session.scalars(_SETTLE, values))


_TABLE = cast(Table, Update.__table__)
_WAITING = (
    select(*(_TABLE.c[each.name] for each in fields(Waiting)))
    .where(
        _TABLE.c.state == written_out(UpdateState.WAITING),
        _TABLE.c.next_try_at <= bindparam("now"),
        ~is_one_of(_TABLE.c.chat_key, "left_out"),
    )
    .order_by(_TABLE.c.id)
    .limit(bindparam("most"))
)
_SETTLE = (
    update(_TABLE)
    .where(is_one_of(_TABLE.c.id, "rows"), _TABLE.c.state == UpdateState.WAITING)
    .values(state=bindparam("to"), finished_at=bindparam("at"), reason=bindparam("why"))
    .returning(_TABLE.c.id)
)


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


async def unpark(
    session: AsyncSession, *, now: datetime, ids: Collection[int] | None = None
) -> list[int]:
    """Let these parked updates, or all of them, wait for their first try again; which they are."""
    return await _change_parked(
        session,
        ids,
        state=UpdateState.WAITING,
        tries=0,
        next_try_at=now,
        reason=None,
        finished_at=None,
    )


async def skip(session: AsyncSession, row_id: int, *, reason: str, now: datetime) -> bool:
    """Call a parked update done; False if it is not parked."""
    values = {"state": UpdateState.DONE, "reason": reason, "finished_at": now}
    return bool(await _change_parked(session, [row_id], **values))


async def _change_parked(
    session: AsyncSession, ids: Collection[int] | None, **values: Any
) -> list[int]:
    statement = update(Update).where(Update.state == UpdateState.PARKED)
    if ids is not None:
        statement = statement.where(Update.id.in_(ids))
    return sorted(await session.scalars(statement.values(**values).returning(Update.id)))


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked update as staff see it: nothing of what was written."""

    id: int
    kind: UpdateKind
    parked_at: datetime | None
    reason: str
    who: str | None  # the person's name, else the group's


async def parked(session: AsyncSession, *, offset: int, limit: int) -> list[Parked]:
    """Some of what is parked, oldest first."""
    rows = list(await session.scalars(_PARKED.offset(offset).limit(limit)))
    seen = {row.id: glance(json.loads(row.body or "{}")) for row in rows}
    senders = {each.sender for each in seen.values()}
    names = await _names(session, senders | {row.chat_key for row in rows})
    return [
        Parked(
            row.id,
            seen[row.id].kind,
            row.finished_at,
            row.reason or "",
            names.get(seen[row.id].sender) or names.get(row.chat_key),
        )
        for row in rows
    ]


_PARKED = select(Update).where(Update.state == UpdateState.PARKED).order_by(Update.id)


async def _names(session: AsyncSession, ids: Collection[int | None]) -> dict[int | None, str]:
    """What these Telegram ids are called: groups, and before them persons."""
    known = [each for each in ids if each is not None]
    chats = await session.execute(
        select(Chat.telegram_id, Chat.title).where(Chat.telegram_id.in_(known))
    )
    persons = await session.execute(
        select(Person.telegram_id, Person.name).where(Person.telegram_id.in_(known))
    )
    return {telegram_id: name for telegram_id, name in (*chats, *persons) if name}


async def count_parked(session: AsyncSession) -> int:
    """How many updates nobody could handle."""
    count = await session.scalar(
        select(func.count()).select_from(Update).where(Update.state == UpdateState.PARKED)
    )
    return count or 0

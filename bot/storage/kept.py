"""Queries of small facts that survive a restart, and of the worker lease."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.insert import insert_new
from bot.storage.tables import KeptValue, Lease

WORKER = "worker"
IDENTITY = "telegram_identity"  # the bot, as Telegram last named it
_HOLD = "sending_held"
LEASE_LIFE = timedelta(seconds=9)


async def get(session: AsyncSession, name: str) -> dict[str, Any] | None:
    """The kept value, or None."""
    row = await session.get(KeptValue, name)
    return row.value if row else None


async def put(session: AsyncSession, name: str, value: dict[str, Any], *, now: datetime) -> None:
    """Keep `value` under `name`, in place of an older one, also of one that is forgotten or kept by
    somebody else at this moment."""
    changed = (
        update(KeptValue)
        .where(KeptValue.name == name)
        .values(value=value, kept_at=now)
        .returning(KeptValue.name)
    )
    if await session.scalar(changed) is not None:
        return
    row = {"name": name, "value": value, "kept_at": now}
    if await insert_new(session, KeptValue, row) is None:
        await session.execute(changed)


async def lock(session: AsyncSession, name: str) -> None:
    """Who changes what is kept under `name` waits until the transaction ends."""
    await session.execute(select(KeptValue.name).where(KeptValue.name == name).with_for_update())


async def put_first(
    session: AsyncSession, name: str, value: dict[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Keep `value` unless there is one under `name`; the one that is kept now."""
    await insert_new(session, KeptValue, {"name": name, "value": value, "kept_at": now})
    found: dict[str, Any] | None = await session.scalar(
        select(KeptValue.value).where(KeptValue.name == name)
    )
    return found or value


async def forget(session: AsyncSession, name: str) -> None:
    """Keep nothing under `name`."""
    await session.execute(delete(KeptValue).where(KeptValue.name == name))


async def keep_hold(session: AsyncSession, until: datetime, *, now: datetime) -> None:
    """What Telegram told the whole bot to wait outlives this process."""
    await put(session, _HOLD, {"until": until.isoformat()}, now=now)


async def hold_left(session: AsyncSession, *, now: datetime) -> timedelta:
    """How much of such a wait is left; none is not negative."""
    held = await get(session, _HOLD)
    if held is None:
        return timedelta()
    return max(timedelta(), datetime.fromisoformat(held["until"]) - now)


async def take_lease(session: AsyncSession, holder: str, *, now: datetime) -> int | None:
    """Take or renew the worker role; its epoch, or None while another instance holds it."""
    await insert_new(
        session,
        Lease,
        {"name": WORKER, "holder": "", "epoch": 0, "expires_at": now - LEASE_LIFE},
    )
    renewed: int | None = await session.scalar(
        update(Lease)
        .where(Lease.name == WORKER, Lease.holder == holder)
        .values(expires_at=now + LEASE_LIFE)
        .returning(Lease.epoch)
    )
    if renewed is not None:
        return renewed
    taken: int | None = await session.scalar(
        update(Lease)
        .where(Lease.name == WORKER, Lease.expires_at < now)
        .values(holder=holder, epoch=Lease.epoch + 1, expires_at=now + LEASE_LIFE)
        .returning(Lease.epoch)
    )
    return taken


async def worker_is_there(session: AsyncSession, *, now: datetime) -> bool:
    """Whether an instance has the worker role."""
    found = await session.scalar(
        select(Lease.holder).where(Lease.name == WORKER, Lease.expires_at >= now)
    )
    return bool(found)


async def release_lease(session: AsyncSession, holder: str, *, now: datetime) -> None:
    """Give the worker role back, so that another instance need not wait."""
    await session.execute(
        update(Lease)
        .where(Lease.name == WORKER, Lease.holder == holder)
        .values(holder="", expires_at=now - LEASE_LIFE)
    )

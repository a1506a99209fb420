"""Queries of small facts that survive a restart, and of the worker lease."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.insert import insert_new
from bot.storage.tables import KeptValue, Lease

WORKER = "worker"
LEASE_LIFE = timedelta(seconds=9)


async def get(session: AsyncSession, name: str) -> dict[str, Any] | None:
    """The kept value, or None."""
    row = await session.get(KeptValue, name)
    return row.value if row else None


async def put(session: AsyncSession, name: str, value: dict[str, Any], *, now: datetime) -> None:
    """Keep `value` under `name`, in place of an older one."""
    await session.merge(KeptValue(name=name, value=value, kept_at=now))


async def keep_once(
    session: AsyncSession, name: str, value: dict[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Keep `value` unless something is kept under `name` already; what is kept now."""
    await insert_new(session, KeptValue, {"name": name, "value": value, "kept_at": now})
    row = await session.get(KeptValue, name, populate_existing=True)
    assert row is not None  # noqa: S101 - inserted above if it was missing
    return row.value


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


async def release_lease(session: AsyncSession, holder: str, *, now: datetime) -> None:
    """Give the worker role back, so that another instance need not wait."""
    await session.execute(
        update(Lease)
        .where(Lease.name == WORKER, Lease.holder == holder)
        .values(holder="", expires_at=now - LEASE_LIFE)
    )

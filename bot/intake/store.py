"""Writing updates down, all that wait in one transaction: a burst costs one commit, not a thousand.

Whoever brought an update learns when it is on disk; only then may Telegram be told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from bot.runtime import Runtime, Wake
from bot.storage import updates
from bot.storage.updates import RawUpdate

_log = logging.getLogger(__name__)

_MOST = 100  # in one transaction; none lasts long then

Brought = tuple[RawUpdate, asyncio.Future[None]]


async def store(rt: Runtime, raw: Sequence[RawUpdate]) -> int:
    """Commit these updates and let them be handled; how many were new."""
    bot_id, now = rt.config.telegram.bot_id, rt.now()
    new = await rt.write_at_once(
        lambda session: updates.store(session, raw, bot_id=bot_id, now=now)
    )
    rt.fault("stored")
    rt.signals.wake(Wake.INBOX)
    return new


class GroupedStore:
    """What comes while one transaction is being committed is the next one."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._waiting: list[Brought] = []
        self._writing: asyncio.Task[None] | None = None

    async def put(self, update: RawUpdate) -> None:
        """Return when the update is on disk; raises what its transaction failed with."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((update, stored))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await stored

    async def _write(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                await self._write_one(group)
        finally:
            self._writing = None

    async def _write_one(self, group: Sequence[Brought]) -> None:
        failed: Exception | None = None
        try:
            await store(self._rt, [update for update, _ in group])
        except Exception as error:
            _log.exception("updates_not_stored")
            failed = error
        for _, stored in group:
            if stored.done():  # its request was given up
                continue
            if failed is None:
                stored.set_result(None)
            else:
                stored.set_exception(failed)

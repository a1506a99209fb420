"""Asking Telegram for updates: stored and committed before the offset moves, so a crash loses none.

A webhook would be in the way: one that is left over is removed before the first answer.
"""

from __future__ import annotations

import asyncio
import logging

from bot.delivery.failures import Answer, BotApi, TransportError
from bot.intake.conflicts import Conflicts
from bot.intake.hearing import Hearing
from bot.intake.raw import ALLOWED_UPDATES, raw_update
from bot.intake.store import store
from bot.intake.subscription import remove_webhook
from bot.runtime import Runtime
from bot.storage.updates import RawUpdate

_log = logging.getLogger(__name__)

_BATCH = 100
_CONFLICT = 409
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0


class Poller:
    """One poller for one bot token. The offset lives in memory: rows tell what came before."""

    def __init__(self, rt: Runtime, telegram: BotApi) -> None:
        self._rt = rt
        self._telegram = telegram
        self._offset: int | None = None
        self._pause = 0.0
        self._hearing = Hearing(rt)
        self._conflicts = Conflicts(rt)
        self._has_heard = False

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until told to stop; what has come by then is stored."""
        stopped = asyncio.create_task(stop.wait())
        while not stop.is_set():
            asking = asyncio.create_task(self._ask_carefully())
            try:
                await asyncio.wait({asking, stopped}, return_when=asyncio.FIRST_COMPLETED)
                raw = asking.result() if asking.done() else []
            finally:
                asking.cancel()  # a question that is given up has confirmed nothing new
            await self._store_carefully(raw)
        await stopped

    async def do_one(self) -> int:
        """Ask once, store what came, and only then move the offset; how many updates were new."""
        return await self._store(await self._ask())

    async def _ask_carefully(self) -> list[RawUpdate]:
        try:
            return await self._ask()
        except TransportError as error:
            _log.warning("poll_failed", extra={"reason": str(error.trouble)})
        except Exception:
            _log.exception("poll_failed")
        await self._back_off()
        return []

    async def _store_carefully(self, raw: list[RawUpdate]) -> None:
        try:
            await self._store(raw)
        except Exception:
            # Most likely the database: the offset has not moved, so nothing is lost.
            _log.exception("updates_not_stored")
            await self._back_off()

    async def _ask(self) -> list[RawUpdate]:
        seconds = self._rt.config.telegram.poll_seconds
        question: dict[str, object] = {
            "timeout": seconds,
            "limit": _BATCH,
            "allowed_updates": list(ALLOWED_UPDATES),
            "offset": self._offset,
        }
        read_timeout = seconds + self._rt.config.telegram.read_timeout_seconds
        asked_at = self._rt.now()
        answer = await self._telegram.call("getUpdates", question, read_timeout=read_timeout)
        batch = answer.body.get("result") if answer.body else None
        if answer.status != 200 or not isinstance(batch, list):
            await self._refused(answer)
            return []
        self._pause, self._has_heard = 0.0, True
        await self._conflicts.answered()
        await self._hearing.note(asked_at)
        return [raw_update(update) for update in batch]

    async def _refused(self, answer: Answer) -> None:
        _log.warning("poll_refused", extra={"status": answer.status})
        if answer.status == _CONFLICT:
            reason = str(answer.body.get("description")) if answer.body else ""
            if "webhook" in reason and not self._has_heard:
                # Left over from before. One that is set later is another program's.
                await remove_webhook(self._telegram, self._rt)
            else:
                await self._conflicts.refused()
        await self._back_off()

    async def _store(self, raw: list[RawUpdate]) -> int:
        if not raw:
            return 0
        self._rt.fault("fetched")
        new = await store(self._rt, raw)
        self._offset = max(update.update_id for update in raw) + 1
        return new

    async def _back_off(self) -> None:
        self._pause = min(max(_FIRST_PAUSE_SECONDS, self._pause * 2), _LONGEST_PAUSE_SECONDS)
        await asyncio.sleep(self._pause)

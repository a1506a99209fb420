"""Asking Telegram for updates: stored and committed before the offset moves, so a crash loses none.

Nothing is understood here but an update's id and the chat it belongs to.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from bot.delivery.failures import BotApi, TransportError
from bot.intake.hearing import Hearing
from bot.runtime import Runtime, Wake
from bot.storage import updates
from bot.storage.updates import RawUpdate

_log = logging.getLogger(__name__)

_ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
_BATCH = 100
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
            "allowed_updates": _ALLOWED,
            "offset": self._offset,
        }
        read_timeout = seconds + self._rt.config.telegram.read_timeout_seconds
        asked_at = self._rt.now()
        answer = await self._telegram.call("getUpdates", question, read_timeout=read_timeout)
        batch = answer.body.get("result") if answer.body else None
        if answer.status != 200 or not isinstance(batch, list):
            _log.warning("poll_refused", extra={"status": answer.status})
            await self._back_off()
            return []
        self._pause = 0.0
        await self._hearing.note(asked_at)
        return [raw_update(update) for update in batch]

    async def _store(self, raw: list[RawUpdate]) -> int:
        if not raw:
            return 0
        self._rt.fault("fetched")
        async with self._rt.write() as session:
            new = await updates.store(
                session, raw, bot_id=self._rt.config.telegram.bot_id, now=self._rt.now()
            )
        self._rt.fault("stored")
        self._offset = max(update.update_id for update in raw) + 1
        self._rt.signals.wake(Wake.INBOX)
        return new

    async def _back_off(self) -> None:
        self._pause = min(max(_FIRST_PAUSE_SECONDS, self._pause * 2), _LONGEST_PAUSE_SECONDS)
        await asyncio.sleep(self._pause)


def raw_update(update: Mapping[str, Any]) -> RawUpdate:
    """An update with the key of what must stay in order: its chat, else its sender."""
    # ASCII, because half a character, which Telegram may pass on, fits into no database.
    body = json.dumps(update, separators=(",", ":"))
    return RawUpdate(int(update["update_id"]), _chat_key(update), body)


def _chat_key(update: Mapping[str, Any]) -> int:
    """The chat's id, else the sender's, else 0; never fails, whatever the update looks like."""
    for content in update.values():
        if not isinstance(content, dict):
            continue
        message = content.get("message")
        in_message = message.get("chat") if isinstance(message, dict) else None
        for place in (content.get("chat"), in_message, content.get("from")):
            key = place.get("id") if isinstance(place, dict) else None
            if isinstance(key, int):
                return key
    return 0

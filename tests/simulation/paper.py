"""Telegram without a network: it takes every message, unless the chat has blocked the bot."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.delivery.failures import Answer, Flight
from bot.delivery.transport import AiohttpRequest
from bot.delivery.wire import Upload

_FORBIDDEN = {
    "ok": False,
    "error_code": 403,
    "description": "Forbidden: bot was blocked by the user",
}


class Paper(AiohttpRequest):
    """What is called is handed to `take`, which says whether the chat takes it."""

    def __init__(self, token: str, take: Callable[[int, int, str], bool]) -> None:
        super().__init__(token)
        self._take = take
        self._numbers = itertools.count(1)

    async def call(
        self,
        method: str,
        payload: Mapping[str, object] | bytes,
        *,
        files: Mapping[str, Upload] | None = None,
        read_timeout: float,
        flight: Flight | None = None,
        whole: bool = True,
    ) -> Answer:
        """Telegram's answer to this call."""
        given: Mapping[str, Any] = json.loads(payload) if isinstance(payload, bytes) else payload
        if not method.startswith("send"):
            return Answer(200, {"ok": True, "result": True})
        number = next(self._numbers)
        text = str(given.get("text") or given.get("caption") or "")
        if not self._take(int(given["chat_id"]), number, text):
            return Answer(403, _FORBIDDEN)
        return Answer(200, {"ok": True, "result": {"message_id": number}})

"""Telegram tells us: a route for its webhook, which says "received" when the update is on disk.

`bot.app` serves it; where Telegram is told to send is in `subscription`.
"""

from __future__ import annotations

import hmac
import logging

from aiohttp import hdrs, web

from bot.intake.raw import NoUpdate, update_in
from bot.intake.store import GroupedStore
from bot.runtime import Runtime
from bot.web.server import body_of

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_RETRY_SECONDS = 5

_log = logging.getLogger(__name__)


class Webhook:
    """The route of one bot; whoever does not know `secret` is not listened to."""

    def __init__(self, rt: Runtime, secret: str) -> None:
        self._store = GroupedStore(rt)
        self._secret = secret.encode()

    def route(self) -> web.RouteDef:
        """The one route."""
        return web.post(PATH, self._take, expect_handler=self._expect)

    async def _expect(self, request: web.Request) -> None:
        """Somebody asks before sending a body."""
        self._check_secret(request)
        if request.transport is not None:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    async def _take(self, request: web.Request) -> web.Response:
        self._check_secret(request)
        try:
            update = update_in(await body_of(request))
        except NoUpdate:
            # Telegram's have a number, always: this one was damaged on its way, or is not from
            # there. It cannot be stored, and told "received" it would be lost.
            _log.warning("no_update_in_webhook", extra={"bytes": request.content_length})
            return web.Response(status=400)
        try:
            await self._store.put(update)
        except Exception:
            # Whatever it was, it is not on disk; the store has logged it.
            return web.Response(status=503, headers={hdrs.RETRY_AFTER: str(_RETRY_SECONDS)})
        return web.Response()

    def _check_secret(self, request: web.Request) -> None:
        """403 unless it is right. Bytes: a letter beyond ASCII would be an error of ours, and
        time must not tell how much was right."""
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), self._secret):
            raise web.HTTPForbidden

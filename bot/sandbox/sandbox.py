"""The sandbox as one object: the Python door plus the server that can be started and stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.control import Control
from bot.sandbox.deliveries import deliver_by_webhook
from bot.sandbox.door import Door
from bot.sandbox.page_server import PageServer
from bot.sandbox.press.server import PressServer
from bot.sandbox.requests import LARGEST_BODY

# Long polls and event streams never end by themselves: stopping does not wait for them.
_SHUTDOWN_SECONDS = 0.1


class Sandbox(Door):
    """A local Telegram on one HTTP port; `url` is known once it is started."""

    url: str = ""
    _runner: web.AppRunner | None = None
    _deliveries: asyncio.Task[None] | None = None

    async def start(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Serve until `stop`; port 0 takes any free one. OSError if the port is in use."""
        press = PressServer(self.press_site)
        application = web.Application(
            client_max_size=LARGEST_BODY, middlewares=[press.by_host, _same_origin]
        )
        application.add_routes(PageServer(self).routes())
        application.add_routes(Control(self).routes())
        application.add_routes(press.routes())
        application.add_routes(self.api.routes())
        # A client that hangs up must not leave its long poll behind.
        self._runner = web.AppRunner(
            application,
            handler_cancellation=True,
            access_log=None,
            shutdown_timeout=_SHUTDOWN_SECONDS,
        )
        await self._runner.setup()
        try:
            site = web.TCPSite(self._runner, host, port)
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._deliveries = asyncio.create_task(deliver_by_webhook(self.world, self.api))

    async def stop(self) -> None:
        """End every connection and delivery."""
        if self._deliveries:
            self._deliveries.cancel()
            await asyncio.gather(self._deliveries, return_exceptions=True)
            self._deliveries = None
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> "Sandbox":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


@web.middleware
async def _same_origin(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """No other web page open in the browser may act here."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        return web.json_response({"ok": False, "description": "wrong origin"}, status=403)
    return await handler(request)

"""The press over HTTP: by its hosts, and below /press/ for browsers, which cannot find those."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.press.site import PressSite

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PressServer:
    """Serves the press."""

    def __init__(
        self, site: PressSite, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._site = site
        self._pause = pause

    def routes(self) -> list[web.AbstractRouteDef]:
        """What to serve under the sandbox's own name."""
        return [
            web.get("/sandbox/articles", self._articles),
            web.get("/press/{host}/{target:.*}", self._shown),
        ]

    @web.middleware
    async def by_host(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """A middleware: who names one of the papers' hosts gets that paper and nothing else."""
        host = request.host.partition(":")[0].lower()
        if host not in self._site.hosts:
            return await handler(request)
        if request.method not in ("GET", "HEAD"):
            return web.Response(status=405, headers={"Allow": "GET, HEAD"})
        return await self._answered(host, request.path_qs)

    async def _articles(self, _: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": True, "result": self._site.as_json()})

    async def _shown(self, request: web.Request) -> web.StreamResponse:
        host = request.match_info["host"]
        if host not in self._site.hosts:
            return web.Response(status=404, text="not found")
        root = f"/press/{host}"
        return await self._answered(host, request.path_qs.removeprefix(root), root=root)

    async def _answered(self, host: str, target: str, *, root: str = "") -> web.StreamResponse:
        answer = self._site.answer(host, target, home=f"{root}/")
        await self._pause(answer.seconds)
        # The page must not run as part of the sandbox's own, and is another one tomorrow.
        headers = {"Cache-Control": "no-store", "Content-Security-Policy": "sandbox"}
        if answer.location:
            leads_to = urlsplit(answer.location)
            shown = f"/press/{leads_to.netloc}{leads_to.path}"
            headers["Location"] = shown if root else answer.location
        return web.Response(
            status=answer.status, text=answer.body, content_type="text/html", headers=headers
        )

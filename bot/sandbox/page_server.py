"""What the page needs besides the control API: its own files, chats' files, the event stream."""

import asyncio
import json
from importlib import resources
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.asked import Asked
from bot.sandbox.door import Door
from bot.sandbox.errors import ControlError

_HEARTBEAT_SECONDS = 15.0
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".png": "image/png",
}


class PageServer:
    """Serves one door's page."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def routes(self) -> list[web.AbstractRouteDef]:
        """What to serve."""
        return [
            web.get("/", _to_page),
            web.get("/sandbox", _to_page),
            web.get("/sandbox/", _index),
            web.get("/sandbox/page/{name}", _asset),
            web.get("/sandbox/stream", self._stream),
            web.get("/sandbox/files/{file_id}", self._file),
            web.get("/sandbox/samples/{name}", self._sample),
        ]

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            file = self._door.file(request.match_info["file_id"])
        except ControlError as error:
            return _missing(error)
        return _download(file.name, file.content, content_type=file.mime_type)

    async def _sample(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        try:
            content = self._door.sample(name)
        except ControlError as error:
            return _missing(error)
        return _download(name, content, content_type="application/octet-stream")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        feed = self._door.world.feed
        try:
            asked = Asked(dict(request.query))
            since = asked.maybe_integer("since")
            bot_id = self._door.bot(asked.maybe_integer("bot_id")).id if feed.revision else 0
        except ControlError:
            since, bot_id = feed.revision, 0
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        seen = feed.revision if since is None else since
        while True:
            changes = feed.since(seen)
            if changes is None:
                # Too far behind, or of another life of the sandbox: the page loads it anew.
                changes = [{"revision": feed.revision, "kind": "reset"}]
            seen = feed.revision
            shown = [c for c in changes if c.get("bot_id") in (None, bot_id) or not bot_id]
            text = "".join(f"data: {json.dumps(change)}\n\n" for change in shown)
            await response.write((text or ": \n\n").encode())
            try:
                await asyncio.wait_for(feed.wait_beyond(seen), _HEARTBEAT_SECONDS)
            except TimeoutError:
                pass  # the next round writes a comment that keeps the connection


def _missing(error: ControlError) -> web.Response:
    return web.json_response({"ok": False, "description": str(error)}, status=404)


def _download(name: str, content: bytes, *, content_type: str) -> web.Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    # An uploaded page must not run as part of this one.
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox"}
    return web.Response(body=content, content_type=content_type, headers=headers)


async def _to_page(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/sandbox/")


async def _index(_: web.Request) -> web.StreamResponse:
    return _page_file("index.html")


async def _asset(request: web.Request) -> web.StreamResponse:
    return _page_file(request.match_info["name"])


def _page_file(name: str) -> web.StreamResponse:
    """A file of the page, read each time it is asked for."""
    asset = resources.files("bot.sandbox") / "page" / name
    if "/" in name or "\\" in name or ".." in name or not asset.is_file():
        return web.Response(status=404, text="not found")
    kind = _TYPES.get(name[name.rfind(".") :], "application/octet-stream")
    return web.Response(
        body=asset.read_bytes(),
        content_type=kind,
        charset="utf-8" if kind.startswith("text/") else None,
        headers={"Cache-Control": "no-store"},
    )

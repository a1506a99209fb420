"""Listening for HTTP, with bounds against those who are slow or come in crowds.

aiohttp would wait for ever for half a header. What the routes do stands with those who give them.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from aiohttp import web
from aiohttp.typedefs import Handler

HEADER_SECONDS = 10.0
BODY_SECONDS = 15.0
LARGEST_BODY = 1024 * 1024
CONNECTIONS_PER_ADDRESS = 200  # far more than Telegram opens, also through a proxy of ours
_STOP_SECONDS = 5.0

_log = logging.getLogger(__name__)
# aiohttp's own complaints are about what strangers send, and quote it.
_unheard = logging.getLogger("bot.web.strangers")
_unheard.disabled = True


class BoundedConnection(asyncio.Protocol):
    """One connection, handed to aiohttp; closed when a request's header takes too long to come."""

    def __init__(self, inner: asyncio.Protocol, open_by_address: Counter[str]) -> None:
        self._inner = inner
        self._open = open_by_address
        self._address = ""
        self._transport: asyncio.Transport | None = None
        self._too_slow: asyncio.TimerHandle | None = None
        self._at_work = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let aiohttp have it, unless its address has too many of them."""
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self._address = str(peer[0]) if peer else ""
        self._open[self._address] += 1
        self._inner.connection_made(transport)
        if self._open[self._address] > CONNECTIONS_PER_ADDRESS:
            self._transport.abort()
        else:
            self._expect_header()

    def data_received(self, data: bytes) -> None:
        """A piece of a request: the first one begins the time that its header has."""
        if not self._at_work:
            self._expect_header()
        self._inner.data_received(data)

    def begin(self) -> None:
        """The header is complete."""
        self._at_work = True
        self._forget_header()

    def end(self) -> None:
        """The request is answered."""
        self._at_work = False

    def _expect_header(self) -> None:
        if self._too_slow is None and self._transport is not None:
            loop = asyncio.get_running_loop()
            self._too_slow = loop.call_later(HEADER_SECONDS, self._transport.abort)

    def _forget_header(self) -> None:
        if self._too_slow is not None:
            self._too_slow.cancel()
            self._too_slow = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone, by whoever's will."""
        self._forget_header()
        self._open[self._address] -= 1
        if self._open[self._address] <= 0:
            del self._open[self._address]
        self._inner.connection_lost(exc)

    def eof_received(self) -> bool | None:
        """The other side sends nothing more."""
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        """The other side does not read."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """It reads again."""
        self._inner.resume_writing()


@web.middleware
async def _bounded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell the connection that a header has come, and the log what nobody expected."""
    transport = request.transport
    connection = transport.get_protocol() if transport is not None else None
    if not isinstance(connection, BoundedConnection):  # it is gone already
        return web.Response(status=400)
    connection.begin()
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        _log.exception("request_failed")
        return web.Response(status=500)
    finally:
        connection.end()


async def body_of(request: web.Request) -> bytes:
    """The whole body; HTTPRequestTimeout if it is slow, HTTPRequestEntityTooLarge if it is long."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(LARGEST_BODY)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


@asynccontextmanager
async def listening(
    routes: Sequence[web.RouteDef], *, host: str, port: int
) -> AsyncIterator[tuple[str, int]]:
    """Serve these routes until the block ends; the address. OSError if it cannot be had.

    Several instances of one machine share a port where the system can do that.
    """
    application = web.Application(middlewares=[_bounded], client_max_size=LARGEST_BODY)
    application.add_routes(routes)
    runner = web.AppRunner(
        application,
        access_log=None,
        logger=_unheard,
        lingering_time=0,  # what nobody wants to read is not waited for
        keepalive_timeout=75,
        shutdown_timeout=_STOP_SECONDS,
    )
    await runner.setup()
    try:
        server = await asyncio.get_running_loop().create_server(
            _connections(cast(Callable[[], Any], runner.server)),
            host,
            port,
            reuse_port=hasattr(socket, "SO_REUSEPORT") or None,
        )
        try:
            yield server.sockets[0].getsockname()[:2]
        finally:
            await _close(server)
    finally:
        await runner.cleanup()


async def _close(server: asyncio.Server) -> None:
    """Take no more connections; those that were just taken first reach whoever will end them, or
    asyncio would forget them, and who is at the other end would wait in vain."""
    for listener in server.sockets:
        asyncio.get_running_loop().remove_reader(listener)
    await asyncio.sleep(0)
    server.close()


def _connections(inner: Callable[[], asyncio.Protocol]) -> Callable[[], BoundedConnection]:
    open_by_address: Counter[str] = Counter()
    return lambda: BoundedConnection(inner(), open_by_address)

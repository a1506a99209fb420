"""A small SOCKS5 proxy for tests: with or without login, and with the faults that matter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

SUCCEEDED, NOT_ALLOWED, HOST_UNREACHABLE = 0, 2, 4
_NO_LOGIN, _WITH_LOGIN, _NO_WAY = 0, 2, 255
Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class SocksServer:
    """Forwards every connection to `target`, whatever was asked for; `asked` says what was."""

    target: int
    login: tuple[str, str] | None = None
    reply: int = SUCCEEDED
    instead: Play | None = None  # played once the connection is granted, in place of forwarding
    asked: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from the greeting to the end."""
        try:
            if await self._greet(reader, writer) and await self._connect(reader, writer):
                await (self.instead or self._forward)(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        _, count = await reader.readexactly(2)
        offered = await reader.readexactly(count)
        method = _WITH_LOGIN if self.login else _NO_LOGIN
        writer.write(bytes([5, method if method in offered else _NO_WAY]))
        if method not in offered:
            return False
        if self.login is None:
            return True
        await reader.readexactly(1)
        given = (await _word(reader), await _word(reader))
        writer.write(bytes([1, 0 if given == self.login else 1]))
        return given == self.login

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        *_, kind = await reader.readexactly(4)
        host = await _word(reader) if kind == 3 else ".".join(map(str, await reader.readexactly(4)))
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append(f"{host}:{port}")
        writer.write(bytes([5, self.reply, 0, 1, 0, 0, 0, 0, 0, 0]))
        return self.reply == SUCCEEDED

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))
        finally:
            there_writer.close()


async def _word(reader: asyncio.StreamReader) -> str:
    (length,) = await reader.readexactly(1)
    return (await reader.readexactly(length)).decode()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        sink.write(data)
        await sink.drain()
    sink.close()


@asynccontextmanager
async def socks_server(server: SocksServer) -> AsyncIterator[SocksServer]:
    """The proxy, listening on `port`."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        await server.serve(reader, writer)

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

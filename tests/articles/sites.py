"""Servers on loopback that play web sites, good and evil, and say what they were asked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.articles.policy import Endpoint, FetchPolicy, Resolver, only

Play = Callable[[str, asyncio.StreamWriter], Awaitable[None]]
HOST = "bao.example.vn"
LINK = f"http://{HOST}/tin/canary-1.html"
PAGE = "<html><title>Tập huấn chuyển đổi số</title></html>".encode()


@dataclass
class Site:
    """One server: `asked` holds the path of every request, `heads` all of each."""

    endpoint: Endpoint
    asked: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    connections: int = 0


def answer(body: bytes = PAGE, *, status: int = 200, **headers: str) -> bytes:
    """An answer in bytes; `content_type=""` leaves the type out."""
    given = {
        "content_type": "text/html; charset=utf-8",
        "content_length": str(len(body)),
        **headers,
    }
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items() if value]
    return "\r\n".join([f"HTTP/1.1 {status} X", *lines, "", ""]).encode() + body


def moved(location: str, *, status: int = 302) -> bytes:
    """An answer that names another place."""
    return answer(b"", status=status, location=location)


def saying(*pieces: bytes) -> Play:
    """Says the same to everybody."""

    async def play(_path: str, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return play


def by_path(answers: dict[str, bytes]) -> Play:
    """Says what belongs to the path, or that there is nothing."""

    async def play(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answers.get(path, answer(b"", status=404)))
        await writer.drain()

    return play


@asynccontextmanager
async def site(
    play: Play,
    *,
    address: str = "127.0.0.1",
    tls: ssl.SSLContext | None = None,
    is_blunt: bool = False,
) -> AsyncIterator[Site]:
    """A server that lets `play` answer one request a connection; a blunt one before it is asked."""
    served: Site

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.connections += 1
        try:
            if is_blunt:
                await play("", writer)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            served.heads.append(head)
            served.asked.append(head.split(" ")[1])
            await play(served.asked[-1], writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the last one at the end of the test
        finally:
            writer.close()

    server = await asyncio.start_server(serve, address, 0, ssl=tls)
    served = Site(Endpoint(address, server.sockets[0].getsockname()[1]))
    try:
        yield served
    finally:
        server.close()


def at(*sites: Site, **changes: object) -> FetchPolicy:
    """A policy that knows `bao.example.vn`, `bao2.example.vn` … at these servers, in no hurry."""
    names = [HOST, *(HOST.replace("bao", f"bao{number}") for number in range(2, len(sites) + 1))]
    places = {name: each.endpoint for name, each in zip(names, sites, strict=True)}
    return replace(only(places), pause_per_host=0, **changes)  # type: ignore[arg-type]


def everything_at(*endpoints: Endpoint) -> Resolver:
    """Answers so for whatever name is asked."""

    async def resolve(_host: str, _port: int) -> tuple[Endpoint, ...]:
        return endpoints

    return resolve

"""Connections to public addresses only: every name's answers, every socket and every peer is asked
of the policy, so that literals, redirects and names that change their answers come to nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler

from bot.articles.policy import Endpoint, FetchPolicy


class AddressRefused(OSError):
    """The policy admits no connection to where this leads."""

    def __init__(self) -> None:
        super().__init__("address refused")


class GuardedConnector(aiohttp.TCPConnector):
    """A pool for the pages of one policy, used without a proxy. It keeps no connection, so that
    every page's address is judged anew."""

    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = policy
        self._lookup = _GuardedLookup(policy)
        super().__init__(
            limit=policy.at_once,
            limit_per_host=policy.at_once_per_host,
            force_close=True,
            use_dns_cache=False,
            resolver=self._lookup,
            socket_factory=self._socket,
        )

    async def close(self, *, abort_ssl: bool = False) -> None:
        """Close it and what looks names up."""
        await super().close(abort_ssl=abort_ssl)
        await self._lookup.close()

    def _socket(self, address: aiohttp.AddrInfoType) -> socket.socket:
        """Called with the real address right before every connect, of literals too."""
        family, kind, protocol, _, place = address
        self._check(place)
        return socket.socket(family, kind, protocol)

    async def _wrap_create_connection(
        self, *args: Any, **settings: Any
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        """Should a connection ever come about in another way, no request is written to it."""
        transport, protocol = await super()._wrap_create_connection(*args, **settings)
        try:
            self._check(transport.get_extra_info("peername"))
        except AddressRefused:
            transport.abort()
            raise
        return transport, protocol

    def _check(self, place: Sequence[Any] | None) -> None:
        if place is None or not self._policy.admits(Endpoint(place[0], place[1])):
            raise AddressRefused


class _GuardedLookup(AbstractResolver):
    """Names to addresses, of which none may be refused: a mixed answer is no honest one."""

    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = policy
        self._resolve = policy.resolver or self._by_system
        # Of its own, so that names nobody answers for hold up nothing else of the program; many,
        # because a lookup goes on for a while after its page was given up.
        self._threads = ThreadPoolExecutor(4 * policy.at_once, thread_name_prefix="page-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """All addresses of a name; AddressRefused if one must not be reached."""
        endpoints = await self._resolve(host, port)
        if not endpoints:
            raise OSError("no address")
        if not all(map(self._policy.admits, endpoints)):
            raise AddressRefused
        return [
            ResolveResult(
                hostname=host,
                host=endpoint.address,
                port=endpoint.port,
                family=socket.AF_INET6 if ":" in endpoint.address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for endpoint in endpoints
        ]

    async def _by_system(self, host: str, port: int) -> Sequence[Endpoint]:
        ask = partial(
            socket.getaddrinfo,
            host.encode("ascii"),  # given a text, Python would encode it by older rules
            port,
            type=socket.SOCK_STREAM,
            flags=socket.AI_ADDRCONFIG,
        )
        answers = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        return [Endpoint(str(place[0]), int(place[1])) for *_, place in answers]

    async def close(self) -> None:
        """Give the threads up; what is being looked up is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

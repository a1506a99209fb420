"""Whose turn it is when many pages are to be fetched: few at once, fewer of one host, and with a
pause between them. What waits for its host takes no place from the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.articles.policy import FetchPolicy


@dataclass(slots=True)
class _Host:
    """What is known of one host while somebody wants it or it has its pause."""

    places: asyncio.Semaphore
    # Held from the wait for the pause to the start, so that two starts never share a pause.
    door: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    wanted: int = 0


class HostTurns:
    """Turns by the numbers of a policy. `seconds` only ever go on; `sleep` lets some pass."""

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        seconds: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._policy = policy
        self._seconds = seconds
        self._sleep = sleep
        self._places = asyncio.Semaphore(policy.at_once)
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for this host's turn, and keep it for as long as the block lasts."""
        known = self._known(host)
        known.wanted += 1
        try:
            async with known.places:
                async with known.door:
                    await self._pause(known)
                    await self._places.acquire()
                    known.free_at = self._seconds() + self._policy.pause_per_host
                try:
                    yield
                finally:
                    self._places.release()
        finally:
            known.wanted -= 1

    async def _pause(self, known: _Host) -> None:
        while (left := known.free_at - self._seconds()) > 0:
            await self._sleep(left)

    def _known(self, host: str) -> _Host:
        if host not in self._hosts:
            now = self._seconds()
            self._hosts = {
                name: known
                for name, known in self._hosts.items()
                if known.wanted or known.free_at > now
            }
            self._hosts[host] = _Host(asyncio.Semaphore(self._policy.at_once_per_host))
        return self._hosts[host]

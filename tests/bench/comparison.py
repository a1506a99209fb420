"""Every client at its best number in flight, round by round against the same server."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from tests.bench.client import Round
from tests.bench.machine import Void
from tests.bench.processes import Bench, Failed, Process
from tests.bench.stores import Store

IN_FLIGHT = (8, 32, 64)
PROVEN = 2.0  # times the bare loop the server must be able to serve
_WARM_UP = 100
_FEWEST = 200
_MOST_SECONDS = 120.0  # then a round has failed


@dataclass(frozen=True, slots=True)
class Client:
    """Who is measured: name, function, how many messages try a number in flight, the database."""

    name: str
    where: str
    probe: int
    store: str | None = None


RAW = Client("raw sockets", "raw:run", 4_000)
BARE = Client("bare aiohttp loop", "peers:bare", 2_000)
SQLITE = Client("Dondoc on SQLite", "ours:run", 2_000, store="SQLite")
POSTGRES = Client("Dondoc on PostgreSQL", "ours:run", 2_000, store="PostgreSQL")
AIOGRAM = Client("aiogram", "peers:aiogram", 1_000)
TELEGRAM = Client("python-telegram-bot", "peers:telegram", 300)
LIMITED = Client("python-telegram-bot with AIORateLimiter", "peers:telegram_limited", 300)
CLIENTS = (RAW, BARE, SQLITE, POSTGRES, AIOGRAM, TELEGRAM, LIMITED)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is sent: a round ends after so many messages, or would last about so long."""

    messages: int
    seconds: float
    rounds: int

    def of_round(self, rate: float) -> int:
        """How many messages a client of this speed sends in a round."""
        possible = int(rate * self.seconds) // 100 * 100
        return max(_FEWEST, min(self.messages, possible))


@dataclass(slots=True)
class Figures:
    """What was measured of one client."""

    client: Client
    in_flight: int
    messages: int
    rates: list[float] = field(default_factory=list)
    peak_mb: float = 0.0

    @property
    def median(self) -> float:
        """Messages a second."""
        return statistics.median(self.rates)

    def ratio(self, to: Figures) -> float:
        """The median of the rounds' ratios: a slow minute of the machine slows both."""
        return statistics.median(
            one / other for one, other in zip(self.rates, to.rates, strict=True)
        )


class Comparison:
    """The clients' processes with what they share."""

    def __init__(self, stores: dict[str, Store], size: Size, say: Callable[[str], None]) -> None:
        self._stores = stores
        self._size = size
        self._say = say
        self._processes: dict[Client, Process] = {}

    async def run(self, bench: Bench) -> dict[Client, Figures]:
        """Probe, then measure in turn; every second round backwards, so that nobody is favoured."""
        async with AsyncExitStack() as stack:
            for client in CLIENTS:
                process = bench.client(client.name, client.where)
                self._processes[client] = await stack.enter_async_context(process)
            found = {client: await self._probe(client) for client in CLIENTS}
            for number in range(self._size.rounds):
                self._say(f"round {number + 1} of {self._size.rounds}")
                for figures in list(found.values())[:: 1 if number % 2 == 0 else -1]:
                    told = await self._round(figures.client, figures.in_flight, figures.messages)
                    figures.rates.append(figures.messages / told["seconds"])
                    figures.peak_mb = told["peak_mb"]
        return found

    async def _probe(self, client: Client) -> Figures:
        self._say(f"trying {client.name} with {', '.join(map(str, IN_FLIGHT))} in flight")
        await self._round(client, IN_FLIGHT[0], _WARM_UP)
        rates: dict[int, float] = {}
        for in_flight in IN_FLIGHT:
            try:
                told = await self._round(client, in_flight, client.probe)
            except Failed as why:  # then it is not its best number
                self._say(f"{why} ({in_flight} in flight)")
            else:
                rates[in_flight] = client.probe / told["seconds"]
        if not rates:
            raise Failed(f"{client.name} could not send at all")
        best = max(rates, key=rates.__getitem__)
        return Figures(client, best, self._size.of_round(rates[best]))

    async def _round(self, client: Client, in_flight: int, messages: int) -> dict[str, float]:
        process = self._processes[client]
        if client.store is None:
            return await process.run(Round(messages, in_flight, _MOST_SECONDS))
        async with self._stores[client.store].filled(messages) as url:
            return await process.run(Round(messages, in_flight, _MOST_SECONDS, url))


def prove(found: dict[Client, Figures]) -> float:
    """How many times the bare loop the server can serve; Void if that is not enough."""
    ratio = found[RAW].ratio(found[BARE])
    if ratio < PROVEN:
        raise Void(
            f"raw sockets were only {ratio:.2f} times as fast as the bare loop, {PROVEN:g} are "
            "needed: the server, not the clients, may have been measured"
        )
    return ratio

"""Taking updates in beside python-telegram-bot's own webhook: stored, answered, and how soon.

Rates say what a person sees; processor time for an update says the same on a machine that has
other work, and is what the ratios in the table are of.
"""

from __future__ import annotations

import statistics
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from tests.bench.client import Round
from tests.bench.machine import Void
from tests.bench.processes import Bench
from tests.bench.stores import Store

_CONNECTIONS = 40  # as many as Telegram opens
_MOST_SECONDS = 180.0
_PROVEN = 2.0
STORED, ANSWERED, SOON_MS = 2.0, 1.0, 150.0


@dataclass(slots=True)
class Receiver:
    """Who takes updates in, how many in a round, and what was measured."""

    name: str
    where: str
    presses: int
    store: str | None = None
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)  # µs of processor time for an update
    p99: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Updates a second."""
        return statistics.median(self.rates)

    @property
    def cost(self) -> float:
        """Microseconds of this process for an update."""
        return statistics.median(self.costs)

    def line(self) -> str:
        """One row of the table."""
        p99 = statistics.median(self.p99)
        return f"{self.name:<58} {self.rate:>9,.0f} {self.cost:>10,.0f} {p99:>9,.0f}"


def _receivers(scale: float) -> dict[str, Receiver]:
    def of(name: str, where: str, presses: int, store: str | None = None) -> Receiver:
        return Receiver(name, f"receivers:{where}", max(100, int(presses * scale)), store)

    ptb = "python-telegram-bot's own webhook"
    found = [
        of("sockets only (what can be brought)", "bare", 8_000),
        of(f"{ptb}, empty handler", "telegram_empty", 4_000),
        of("Dondoc, on disk (SQLite)", "stored", 8_000, "SQLite"),
        of("Dondoc, on disk (PostgreSQL)", "stored", 8_000, "PostgreSQL"),
        of(f"{ptb}, answers only", "telegram_answers", 1_000),
        of(f"{ptb}, answers only, 8 at once", "telegram_answers_many", 1_000),
        of("Dondoc, acknowledged and answered (SQLite)", "acknowledged", 1_000, "SQLite"),
        of("Dondoc, acknowledged and answered (PostgreSQL)", "acknowledged", 1_000, "PostgreSQL"),
        of("Dondoc, 50 taps a second (SQLite)", "tapped", 500, "SQLite"),
        of("Dondoc, 50 taps a second (PostgreSQL)", "tapped", 500, "PostgreSQL"),
    ]
    return {f"{receiver.where}{receiver.store or ''}": receiver for receiver in found}


async def intake(
    bench: Bench, stores: dict[str, Store], rounds: int, say: Callable[[str], None],
    *, scale: float = 1.0,
) -> AsyncIterator[str]:  # fmt: skip
    """The table, and the targets with what came of them."""
    receivers = _receivers(scale)
    for number in range(rounds):
        say(f"intake, round {number + 1} of {rounds}")
        for receiver in list(receivers.values())[:: 1 if number % 2 == 0 else -1]:
            await _measure(bench, stores, receiver)
    yield f"{'receiver':<58} {'updates/s':>9} {'µs each':>10} {'p99 ms':>9}"
    for receiver in receivers.values():
        yield receiver.line()
    _prove(receivers)
    for line in _targets(receivers):
        yield line


async def _measure(bench: Bench, stores: dict[str, Store], receiver: Receiver) -> None:
    work = Round(receiver.presses, _CONNECTIONS, _MOST_SECONDS)
    async with bench.client(receiver.name, receiver.where) as process:
        if receiver.store is None:
            told = await process.run(work)
        else:
            async with stores[receiver.store].filled(receiver.presses) as url:
                told = await process.run(Round(receiver.presses, _CONNECTIONS, _MOST_SECONDS, url))
    receiver.rates.append(receiver.presses / told["seconds"])
    receiver.costs.append(told["cpu_us"])
    receiver.p99.append(told["p99"])


def _prove(receivers: dict[str, Receiver]) -> None:
    """Void unless more can be brought than anybody takes."""
    floor = receivers["receivers:bare"].cost
    fastest = min(receiver.cost for key, receiver in receivers.items() if "bare" not in key)
    if fastest < _PROVEN * floor:
        raise Void("sockets only were hardly faster than a receiver: the bringer was measured")


def _targets(receivers: dict[str, Receiver]) -> list[str]:
    peer = receivers["receivers:telegram_empty"]
    answering = min(
        (receivers[f"receivers:telegram_answers{more}"] for more in ("", "_many")),
        key=lambda receiver: receiver.cost,
    )
    lines = ["", "Targets (ratios of processor time):"]
    for store in ("SQLite", "PostgreSQL"):
        ratio = peer.cost / receivers[f"receivers:stored{store}"].cost
        lines.append(_target(f"on disk, {store}: {ratio:.2f} x", ratio, STORED))
        ratio = answering.cost / receivers[f"receivers:acknowledged{store}"].cost
        lines.append(_target(f"acknowledged, {store}: {ratio:.2f} x", ratio, ANSWERED))
        p99 = statistics.median(receivers[f"receivers:tapped{store}"].p99)
        met = "met    " if p99 < SOON_MS else "NOT MET"
        lines.append(f"  {met}  50 taps a second, {store}: p99 {p99:.0f} ms, below {SOON_MS:.0f}")
    return lines


def _target(what: str, found: float, wanted: float) -> str:
    met = "met    " if found >= wanted else "NOT MET"
    return f"  {met}  {what}, at least {wanted:g}"

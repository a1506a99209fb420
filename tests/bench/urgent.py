"""An answer that is asked for while 90 messages of a broadcast wait at 30 a second."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.client import Round
from tests.bench.comparison import LIMITED
from tests.bench.peers import BROADCAST, URGENT_AFTER_SECONDS
from tests.bench.processes import Bench
from tests.bench.stores import Store

_SECONDS = 60.0


async def urgent(
    bench: Bench, stores: dict[str, Store], in_flight: int, say: Callable[[str], None]
) -> list[str]:
    """A line for every sender: which place the answer got, and after how long it was sent."""
    say("an answer during a broadcast")
    milliseconds = 1000 * URGENT_AFTER_SECONDS
    lines = [
        f"An answer asked for {milliseconds:.0f} ms after {BROADCAST} broadcast messages, 30/s:"
    ]
    for name, store in stores.items():
        async with (
            store.filled(BROADCAST) as url,
            bench.client(f"Dondoc on {name}, urgent", "ours:urgent") as ours,
        ):
            told = await ours.run(Round(BROADCAST, 8, _SECONDS, url))
        lines.append(_line(f"Dondoc on {name}", told))
    peer = LIMITED.name
    async with bench.client(peer, "peers:telegram_urgent") as theirs:
        told = await theirs.run(Round(BROADCAST + 1, in_flight, _SECONDS))
    lines.append(_line(peer, told))
    return lines


def _line(name: str, told: dict[str, float]) -> str:
    place, seconds = told["position"], told["seconds"]
    return f"  {name:<42} place {place:3.0f} of {BROADCAST + 1}, {seconds:6.3f} s"

"""How our sender's memory grows with the number of recipients: a process of its own for each."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.client import Round
from tests.bench.processes import Bench
from tests.bench.stores import Store

FEW = 1_000
MANY = 100_000
_SECONDS = {FEW: 60.0, MANY: 1800.0}


async def peaks(
    bench: Bench,
    stores: dict[str, Store],
    recipients: int,
    in_flight: int,
    say: Callable[[str], None],
) -> dict[str, tuple[float, float]]:
    """Resident MB before and at the peak of one sending, by database."""
    found = {}
    for name, store in stores.items():
        say(f"memory for {recipients:,} recipients on {name}")
        async with (
            store.filled(recipients) as url,
            bench.client(f"Dondoc on {name}, {recipients:,} recipients", "ours:run") as ours,
        ):
            told = await ours.run(Round(recipients, in_flight, _SECONDS[recipients], url))
        found[name] = told["before_mb"], told["peak_mb"]
    return found

"""`python -m tests.bench`: start-up, sending and taking in beside peers, memory.

Exit code 0: measured, whether the targets are met or not. 1: a client failed. 2: the run is void.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from tests.bench.comparison import POSTGRES, SQLITE, TELEGRAM, Comparison, Size, prove
from tests.bench.due import due
from tests.bench.intake import intake
from tests.bench.limits import limits
from tests.bench.links import links
from tests.bench.machine import Void, fsync_ms
from tests.bench.memory import FEW, MANY, peaks
from tests.bench.processes import Bench, Failed, bench
from tests.bench.start_up import start_up
from tests.bench.stores import Store, stores
from tests.bench.table import growth_target, memory_target, speed_targets, table
from tests.bench.taps import taps
from tests.bench.urgent import urgent

AtWork = Callable[[dict[str, Store], Path, Callable[[str], None]], AsyncIterator[str]]
_QUICK = Size(messages=1_000, seconds=1, rounds=3)


def options() -> argparse.Namespace:
    """What may be chosen."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    add = parser.add_argument
    add("--messages", type=int, default=10_000, help="a round, at most (%(default)s)")
    add("--seconds", type=float, default=4, help="a round: who is slow sends less (%(default)s)")
    add("--rounds", type=int, default=5, help="of every client (%(default)s)")
    add("--quick", action="store_true", help="small rounds, three of them: a look only")
    add("--memory", action="store_true", help=f"also memory for {MANY:,} recipients: takes long")
    add("--intake", action="store_true", help="only: taking updates in")
    add("--taps", action="store_true", help="only: confirming while a broadcast runs")
    add("--limits", action="store_true", help="only: the whole bot under Telegram's limits")
    add("--links", action="store_true", help="only: two thousand links pasted within a minute")
    add("--due", action="store_true", help="only: finding what is due in a million assignments")
    return parser.parse_args()


def say(line: str) -> None:
    """What is being done, for whoever waits."""
    print(f"… {line}", file=sys.stderr, flush=True)


async def measure(size: Size, by_name: dict[str, Store], local: Bench, *, many: bool) -> None:
    """All that is sent to the stand-in server, with its tables."""
    found = await Comparison(by_name, size, say).run(local)
    proof = prove(found)
    print("\n".join(table(found)))
    print(f"The server is proven: raw sockets reach {proof:.2f} x the bare loop.\n")
    print("\n".join(await urgent(local, by_name, found[TELEGRAM].in_flight, say)))
    print("\nTargets:")
    print("\n".join(speed_targets(found)))
    for client in (SQLITE, POSTGRES):
        print(memory_target(client.name, found[client].peak_mb))
    in_flight = found[SQLITE].in_flight
    of_few = await peaks(local, by_name, FEW, in_flight, say)
    for name, (before, peak) in of_few.items():
        what = f"{name}, {FEW:,} recipients, {before:.0f} {peak - before:+.0f} MB"
        print(memory_target(what, peak))
    if many:
        for name, (_, peak) in (await peaks(local, by_name, MANY, in_flight, say)).items():
            what = f"{name}, {MANY:,} recipients, {peak:.0f} MB at most"
            print(growth_target(what, peak / of_few[name][1]))


async def run(size: Size, directory: Path, *, many: bool) -> None:
    """The databases and the server, and what is measured with them."""
    print(f"disk: {fsync_ms(directory):.2f} ms to make 4 KB durable\n")
    async with bench() as local:
        with stores(directory) as by_name:
            await measure(size, by_name, local, many=many)


async def taking_in(rounds: int, directory: Path, *, scale: float) -> None:
    """Updates by webhook."""
    async with bench() as local:
        with stores(directory) as by_name:
            async for line in intake(local, by_name, rounds, say, scale=scale):
                print(line, flush=True)


async def at_work(measured: AtWork, directory: Path) -> None:
    """The whole bot against the sandbox."""
    with stores(directory) as by_name:
        async for line in measured(by_name, directory, say):
            print(line, flush=True)


def _chosen(chosen: argparse.Namespace) -> list[AtWork]:
    """What is measured instead of all the rest."""
    by_name = {"limits": limits, "taps": taps, "links": links, "due": due}
    return [measured for name, measured in by_name.items() if getattr(chosen, name)]


def main() -> int:
    """The exit code."""
    chosen = options()
    size = _QUICK if chosen.quick else Size(chosen.messages, chosen.seconds, chosen.rounds)
    try:
        with tempfile.TemporaryDirectory(prefix="dondoc-bench-") as directory:
            if alone := _chosen(chosen):
                asyncio.run(at_work(alone[0], Path(directory)))
                return 0
            if chosen.intake:
                scale = 0.3 if chosen.quick else 1.0
                asyncio.run(taking_in(size.rounds, Path(directory), scale=scale))
                return 0
            print(start_up(size.rounds))
            asyncio.run(run(size, Path(directory), many=chosen.memory))
            (more := Path(directory) / "intake").mkdir()
            asyncio.run(taking_in(size.rounds, more, scale=0.3 if chosen.quick else 1.0))
    except Void as why:
        print(f"This run is void: {why}.", file=sys.stderr)
        return 2
    except Failed as why:
        print(f"This run failed: {why}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

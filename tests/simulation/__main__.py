"""`python -m tests.simulation`: the simulated year; `make simulate`.

Exit code 0: nothing was missed, doubled, or sent in quiet time. 1: something was.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.storage import schema
from tests.simulation import report
from tests.simulation.course import whole_year
from tests.simulation.on_paper import on_paper
from tests.simulation.on_sandbox import on_sandbox
from tests.simulation.run import live
from tests.simulation.year import ZONE, Size

FULL = Size(units=300, directives=120, tasks=4)
SMALL = Size(units=30, directives=24, tasks=4, grain=timedelta(hours=1), parts=(3, 3, 4, 5, 6))


def options() -> argparse.Namespace:
    """What may be chosen."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    add = parser.add_argument
    add("--seed", type=int, default=1, help="another one is another year (%(default)s)")
    add("--year", type=int, default=2026, help="with its Tết (%(default)s)")
    add("--units", type=int, default=FULL.units, help="without a network (%(default)s)")
    add("--directives", type=int, default=FULL.directives, help="(%(default)s)")
    add("--small-units", type=int, default=SMALL.units, help="against the sandbox (%(default)s)")
    add("--small-directives", type=int, default=SMALL.directives, help="(%(default)s)")
    add("--only", choices=("paper", "sandbox"), help="one of the two")
    return parser.parse_args()


def say(line: str) -> None:
    """What is being done, for whoever waits."""
    print(f"… {line}", file=sys.stderr, flush=True)


async def run(chosen: argparse.Namespace, directory: Path) -> bool:
    """Whether all went well."""
    course = whole_year(chosen.year, ZONE)
    full = Size(chosen.units, chosen.directives, FULL.tasks)
    small = replace(SMALL, units=chosen.small_units, directives=chosen.small_directives)
    well = True
    for name, ground, size in (("paper", on_paper, full), ("sandbox", on_sandbox, small)):
        if chosen.only not in (None, name):
            continue
        url = f"sqlite:///{directory / name}.db"
        await schema.upgrade(url)
        async with ground(url, course) as where:
            verdict, took = await live(where, course, size, chosen.seed, say)
        title = f"On {name}: {size.units} units, {size.directives} directives, seed {chosen.seed}"
        for line in report.lines(title, verdict, took):
            print(line, flush=True)
        well = well and not report.is_broken(verdict)
    return well


def main() -> int:
    """The exit code."""
    chosen = options()
    logging.disable(
        logging.ERROR
    )  # of updates lost in outages, and ticks that a busy machine skips
    memory = Path("/dev/shm")  # noqa: S108 - no disk is waited for: nothing of it has to survive
    place = memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="dondoc-simulation-", dir=place) as directory:
        return 0 if asyncio.run(run(chosen, Path(directory))) else 1


if __name__ == "__main__":
    sys.exit(main())

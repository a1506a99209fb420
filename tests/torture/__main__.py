"""`python -m tests.torture`: kill the bot while it sends and while people press and write, provoke
faults, count what arrived and what was done.

Exit code 0: every promise held. 1: one did not, or a bot could not run; the report says which and
how to repeat it. 2: the time was over before everything was done.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.bench.stores import Store, stores
from tests.torture.children import Failed, children
from tests.torture.ground import Broken, Grounds
from tests.torture.plan import DATABASES, FAULTS, NOT_THERE, Trial, trials
from tests.torture.report import Report

_QUICK_KILLS = 48


def options() -> argparse.Namespace:
    """What may be chosen."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    add = parser.add_argument
    add("--kills", type=int, default=1_000, help="of sending, on both databases (%(default)s)")
    add("--intake-kills", type=int, default=1_500, help="while people act, on both (%(default)s)")
    add("--seed", type=int, help="of a run that is to be repeated; otherwise by chance")
    add("--minutes", type=float, default=60, help="begin nothing new after that (%(default)s)")
    add("--quick", action="store_true", help=f"{_QUICK_KILLS} kills: a look only")
    add("--only", help="a part of the names of the points or faults that are wanted")
    add("--database", choices=DATABASES, help="on this one only")
    return parser.parse_args()


def say(line: str) -> None:
    """What is being done, for whoever waits."""
    print(f"… {line}", file=sys.stderr, flush=True)


class Run:
    """One run with its choices."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self.seed: int = chosen.seed if chosen.seed is not None else random.randrange(10**6)
        self.kills: int = _QUICK_KILLS if chosen.quick else chosen.kills
        self.intake_kills: int = _QUICK_KILLS if chosen.quick else chosen.intake_kills
        self.databases = [chosen.database] if chosen.database else list(DATABASES)
        self.only: str | None = chosen.only
        self.report = Report()
        self.begun = time.monotonic()
        self._end: float = self.begun + 60 * chosen.minutes

    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self._end

    async def on(self, name: str, store: Store, directory: Path) -> None:
        """Everything on one database, one thing after the other."""
        async with children() as forked:
            grounds = Grounds(name, store, forked, directory)
            for trial in trials(name, self.kills, self.intake_kills, self.only):
                if self.is_over():
                    return
                await self._try(grounds, trial)

    async def _try(self, grounds: Grounds, trial: Trial) -> None:
        begun = time.monotonic()
        chance = random.Random(f"{self.seed} {grounds.name} {trial.name}")
        try:
            figures = await trial.run(grounds, chance, self.is_over)
            outcome = f"{figures.kills} kills, {figures.messages or figures.updates} messages"
        except Broken as error:
            figures, outcome = error.figures, "BROKEN"
            self.report.broken.append(self._told(grounds.name, trial, str(error)))
        except Exception as error:  # noqa: BLE001 - told, and the rest is still worth a look
            figures, outcome = None, "FAILED"
            why = str(error) if isinstance(error, Failed) else traceback.format_exc()
            self.report.broken.append(self._told(grounds.name, trial, why))
        if figures is not None:
            self.report.figures[grounds.name, trial.name] = figures
        say(f"{grounds.name}: {trial.name}: {outcome} in {time.monotonic() - begun:.0f} s")

    def _told(self, database: str, trial: Trial, what: str) -> str:
        again = (
            f"python -m tests.torture --seed {self.seed} --kills {self.kills} "
            f"--intake-kills {self.intake_kills} --database {database} --only {trial.name}"
        )
        return f"{database}, {trial.name}:\n  {what}\n  again: {again}"

    async def whole(self, by_name: dict[str, Store], directory: Path) -> None:
        """Both databases side by side."""
        tracks = (self.on(name, by_name[name], directory) for name in self.databases)
        await asyncio.gather(*tracks)


def conclude(run: Run, tell: Callable[[str], None]) -> int:
    """Tell what was found; the exit code."""
    for line in run.report.lines():
        tell(line)
    tell("")
    for fault in FAULTS:
        if fault.not_yet and not (run.only and run.only in fault.name):
            tell(f"not run: {fault.name}: {fault.not_yet}")
    for name, why in NOT_THERE.items():
        tell(f"not run: {name}: {why}")
    for sentence in run.report.broken:
        tell(f"\nBROKEN on {sentence}")
    seconds = time.monotonic() - run.begun
    kills = run.report.total().kills
    tell(f"\n{kills:,} kills in {seconds / 60:.1f} minutes, seed {run.seed}")
    if run.report.broken:
        return 1
    if run.is_over():
        tell("The time was over before everything was done.")
        return 2
    return 0


def main() -> int:
    """The exit code."""
    run = Run(options())
    print(f"seed {run.seed}", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="dondoc-torture-") as directory,
        stores(Path(directory)) as by_name,
    ):
        asyncio.run(run.whole(by_name, Path(directory)))
    return conclude(run, print)


if __name__ == "__main__":
    sys.exit(main())

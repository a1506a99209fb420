"""A fault of the outbound side: its number in the table of faults, and the trial that provokes it.

The numbers are kept from the design, so that they mean the same in every report; numbers that are
missing belong to other parts, such as the intake, which other tests prove.
"""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.sandbox import Limits
from tests.torture.ground import Ground, Grounds
from tests.torture.invariants import Figures

Run = Callable[[Ground], Awaitable[Figures]]


@dataclass(frozen=True, slots=True)
class Fault:
    """`only` names the database it is about, if it is about one. With `not_yet`, the reason why the
    product cannot stand it, it runs only when asked for by name: a report never calls it passed."""

    run: Run
    recipients: int = 24
    limits: Limits | None = None
    only: str | None = None
    not_yet: str | None = None
    times: int = 1  # each with a directive of its own

    @property
    def name(self) -> str:
        """The function's, without its first word."""
        return self.run.__name__.removeprefix("fault_")

    @property
    def number(self) -> int:
        """Its place in the table."""
        found = re.match(r"\d+", self.name)
        assert found
        return int(found[0])

    def is_about(self, database: str) -> bool:
        """Whether it can happen there."""
        return self.only in (None, database)

    async def tried(self, grounds: Grounds, chance: random.Random) -> Figures:
        """Its trials; Broken by the first that does not end as promised."""
        total = Figures()
        for _ in range(self.times):
            async with grounds.open(self.recipients, chance, limits=self.limits) as ground:
                total.add(await self.run(ground))
        return total

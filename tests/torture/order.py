"""What the driver asks of one life of the bot; it travels as a line of JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

IN_COMMIT = "in_commit"
# All but this one are fault points of the product, in the order of one message's way.
POINTS = ("claimed", "in_flight", "answered", "before_commit", IN_COMMIT, "committed")
IN_HANDLED = "in_handled"
# The same of one update's way in.
INTAKE_POINTS = ("fetched", "stored", "handling", "before_handled", IN_HANDLED, "handled")
AT_START = "at_start"
AT_RANDOM = "at_random"
MOMENTS = (AT_START, AT_RANDOM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One life: where it works, how it is to die, and what is unusual about its world.

    `dies_at` is one of `POINTS` or `INTAKE_POINTS`, at its `passes`-th pass, or one of `MOMENTS`.
    `delay` is counted in seconds from where that commit begins, the process begins, or the loops
    run.
    """

    database: str
    api: str
    log: str
    dies_at: str | None = None
    passes: int = 1
    delay: float = 0.0
    ends_when_all_is_final: bool = True
    keeps_lease: bool = False  # waits for the role as in life instead of taking it at once
    paced: bool = False  # at Telegram's pace
    read_timeout: float = 20.0
    clock_ahead: float = 0.0
    commit_seconds: float = 0.0  # a slow database
    telegram: dict[str, Any] = field(default_factory=dict)  # settings of that section

    def line(self) -> str:
        """As it travels."""
        return json.dumps(asdict(self)) + "\n"


def read(line: str) -> Order:
    """As it was sent."""
    return Order(**json.loads(line))

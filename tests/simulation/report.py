"""The report of a year as text."""

from __future__ import annotations

from collections.abc import Iterator

from tests.simulation.oracle import Verdict
from tests.simulation.run import Took

NEVER = (
    "doubled",
    "missed",
    "in quiet time",
    "after the end",
    "unwarranted",
    "two in one slot",
    "more than the day's most",
)
"""Each of these must be zero."""

_SHOWN = 5  # faults of a kind


def lines(title: str, verdict: Verdict, took: Took) -> Iterator[str]:
    """The table, and what is wrong."""
    counts = verdict.counts
    yield f"{title}: {took.seconds:.0f} s, of the processor {took.busy:.0f} s"
    for what, name in _NAMES.items():
        yield f"  {name:<44} {counts[what]:>9,}"
    messages = counts["messages"]
    yield f"  {'messages':<44} {messages:>9,}"
    if messages:
        yield f"  {'steps merged into a message':<44} {counts['named'] / messages:>9.2f}"
    for kind in NEVER:
        yield f"  {kind + ' (must be 0)':<44} {len(verdict.faults[kind]):>9,}"
    for kind in NEVER:
        for sentence in verdict.faults[kind][:_SHOWN]:
            yield f"    {kind}: {sentence}"


_NAMES = {
    "given": "directives given to units",
    "acts": "things people did",
    "planned": "steps planned",
    "sent": "sent in time",
    "late": "sent late (the bot was away, or it was quiet)",
    "held": "held back by the day's most",
    "finished": "not sent: finished before",
    "stale": "not sent: stale",
    "skipped": "not sent: skipped by staff",
    "nobody": "not sent: nobody could be reached",
    "gone": "not sent: who was to get it had gone",
}


def is_broken(verdict: Verdict) -> bool:
    """Whether something is not zero that must be."""
    return any(verdict.faults[kind] for kind in NEVER)

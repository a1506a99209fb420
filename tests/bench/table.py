"""The figures as plain text: the table, and the targets with what came of them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.comparison import AIOGRAM, BARE, POSTGRES, SQLITE, TELEGRAM, Client, Figures
from tests.bench.memory import FEW

MOST_MB = 120.0
MOST_GROWTH = 1.3
_TARGETS = ((BARE, 0.5), (AIOGRAM, 1.5), (TELEGRAM, 8.0))


def table(found: dict[Client, Figures]) -> Iterator[str]:
    """A line a client, beside the bare loop."""
    yield (
        f"{'client':<39} {'in flight':>9} {'a round':>8} {'messages/s':>11} {'(min–max)':>15} "
        f"{'x bare':>7} {'peak MB':>8}"
    )
    for client, figures in found.items():
        span = f"({min(figures.rates):,.0f}–{max(figures.rates):,.0f})"
        yield (
            f"{client.name:<39} {figures.in_flight:>9} {figures.messages:>8,} "
            f"{figures.median:>11,.0f} {span:>15} {figures.ratio(found[BARE]):>7.2f} "
            f"{figures.peak_mb:>8.0f}"
        )


def speed_targets(found: dict[Client, Figures]) -> Iterator[str]:
    """What is asked of our sender beside its peers, on both databases."""
    for ours in (SQLITE, POSTGRES):
        for peer, wanted in _TARGETS:
            ratio = found[ours].ratio(found[peer])
            yield _target(
                f"{ours.name}: {ratio:.2f} x {peer.name}, at least {wanted:g}", ratio >= wanted
            )


def memory_target(what: str, peak_mb: float) -> str:
    """What is asked of our sender's memory."""
    return _target(f"{what}: {peak_mb:.0f} MB at most, {MOST_MB:.0f} allowed", peak_mb <= MOST_MB)


def growth_target(what: str, ratio: float) -> str:
    """What is asked of our sender's memory for very many beside that for a few."""
    line = f"{what}: {ratio:.2f} x that for {FEW:,}, {MOST_GROWTH:g} allowed"
    return _target(line, ratio <= MOST_GROWTH)


def _target(line: str, met: bool) -> str:
    return f"  {'met    ' if met else 'NOT MET'}  {line}"

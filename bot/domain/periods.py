"""The periods of work that comes again: their keys, and which of them lists show; pure.

On which day of a period its work is due is `scheduler.recurrence`; what people call it is
`bot.texts.periods`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.states import Every

_LETTERS = {"W": Every.WEEK, "Q": Every.QUARTER}
_MARKS = {Every.WEEK: "W", Every.MONTH: "", Every.QUARTER: "Q"}
LONGEST_MONTH = 31
DAYS_BEFORE = 2 * LONGEST_MONTH  # so far a quarter's day may lie before its last month
# Of one task on a card: the newest period and so many of those before it that are not done.
MOST_BEFORE = 2


@dataclass(frozen=True, slots=True)
class Period:
    """A week as ISO 8601 counts them, a month or a quarter: 12 of 2026, for one."""

    every: Every
    number: int
    year: int

    @property
    def key(self) -> str:
        """As it is kept: `2026-02`, `2026-W03`, `2026-Q1`; of one kind the later one is greater."""
        width = 1 if self.every is Every.QUARTER else 2
        return f"{self.year}-{_MARKS[self.every]}{self.number:0{width}}"


def read_key(key: str) -> Period:
    """The period that is kept as this."""
    year, _, number = key.partition("-")
    every = _LETTERS.get(number[0], Every.MONTH)
    return Period(every, int(number.lstrip("WQ")), int(year))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """On which day of every period work is due: of a week from Monday on, of a month, or of a
    quarter's last month; its earlier months' days are counted back from there, 31 to a month."""

    every: Every
    day: int


@dataclass(frozen=True, slots=True)
class Shown:
    """Which periods of a task a list names, and how many more are still open."""

    periods: frozenset[str]
    left_open: int


def shown(is_open: Mapping[str, bool]) -> Shown:
    """Of a unit's work on one task, whose periods are open or not: the newest one, whatever became
    of it, and of those before it the oldest that are still open, so that a list stays short however
    many periods there were."""
    newest = max(is_open)
    waiting = sorted(period for period in is_open if is_open[period] and period != newest)
    return Shown(frozenset({newest, *waiting[:MOST_BEFORE]}), left_open=len(waiting[MOST_BEFORE:]))

"""How days and hours are written in Vietnamese, in letters and by people typing.

Shapes are pieces of patterns without groups; `read_day` and `read_hour` read what they matched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Final

_YEAR: Final = r"(?:19|20)\d\d"
# 15/01/2023 · 15/1 · 15/01 năm 2023 · 15/1/23
SLASHED: Final = (
    rf"\d{{1,2}}\s?/\s?\d{{1,2}}(?:\s?/\s?{_YEAR}|/\d{{2}}|\s*n[aă]m\s*{_YEAR})?"
    r"(?!\s?/\s?\d|\d)"
)
# 5.1.2023 · 08-01-2023
DOTTED: Final = rf"\d{{1,2}}\.\d{{1,2}}\.{_YEAR}(?!\d)"
DASHED: Final = rf"\d{{1,2}}-\d{{1,2}}-{_YEAR}(?!\d)"
# 18 tháng 01 năm 2023 · 18 tháng 1 · 18 tháng 01/2023
IN_WORDS: Final = (
    rf"\d{{1,2}}\s*th[aá]ng\s*\d{{1,2}}(?:\s*,?\s*n[aă]m\s*{_YEAR}|\s?/\s?{_YEAR})?(?!\d)"
)
DAY_SHAPE: Final = rf"(?<![\d/])(?:{SLASHED}|{DOTTED}|{DASHED}|{IN_WORDS})"

# 00 after the hour, unless it is the day of a date: "17h 20/1", "17h 20 tháng 1"
_MINUTES: Final = r"(?:\s?\d{2}(?![\d/]|[.-]\d|\s+th[aá]ng))"
# 17h00 · 17h · 7h 00 · 17g00 · 16 giờ 00 phút · 11h30' · 17:00
HOUR_SHAPE: Final = (
    rf"(?<![\d/:])\d{{1,2}}"
    rf"(?:\s?(?:gi[oờ]|h(?![a-z])){_MINUTES}?(?:\s?ph[uú]t|\s?['’])?|g(?:\d{{2}})?(?!\w)|:\d{{2}}(?!\d))"
)

# Monday is 0, as in `date.weekday`; the names without accents and without "thứ".
WEEKDAYS: Final = {
    **dict.fromkeys(("hai", "2"), 0),
    **dict.fromkeys(("ba", "3"), 1),
    **dict.fromkeys(("tu", "4"), 2),
    **dict.fromkeys(("nam", "5"), 3),
    **dict.fromkeys(("sau", "6"), 4),
    **dict.fromkeys(("bay", "7"), 5),
    **dict.fromkeys(("chu nhat", "cn"), 6),
}

_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day as written, which may lack its year or not exist."""

    day: int
    month: int
    year: int | None = None

    def in_year(self, year: int) -> date | None:
        """The day in that year; None if there is none such (31/02)."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None

    def on_or_after(self, first: date) -> date | None:
        """With its own year, else the first such day not before `first`; None if none exists."""
        if self.year is not None:
            return self.in_year(self.year)
        passed = (self.month, self.day) < (first.month, first.day)
        return self.in_year(first.year + 1 if passed else first.year)

    def nearest(self, today: date) -> date | None:
        """With its own year, else the such day nearest to `today`; None if none exists."""
        if self.year is not None:
            return self.in_year(self.year)
        around = (self.in_year(today.year + shift) for shift in (0, -1, 1))
        return min(filter(None, around), key=lambda day: abs(day - today), default=None)


def read_day(piece: str) -> WrittenDay:
    """What a match of DAY_SHAPE says; a year of two digits is of this century."""
    numbers = [int(number) for number in _NUMBERS.findall(piece)]
    if len(numbers) < 3:
        return WrittenDay(numbers[0], numbers[1])
    year = numbers[2]
    return WrittenDay(numbers[0], numbers[1], year + 2000 if year < 100 else year)


def read_hour(piece: str) -> tuple[time, int] | None:
    """What a match of HOUR_SHAPE says, and 1 if it is 24h, the start of the next day; or None."""
    numbers = [int(number) for number in _NUMBERS.findall(piece)]
    hour, minute = numbers[0], numbers[1] if len(numbers) > 1 else 0
    if (hour, minute) == (24, 0):
        return time(0), 1
    if hour > 23 or minute > 59:
        return None
    return time(hour, minute), 0

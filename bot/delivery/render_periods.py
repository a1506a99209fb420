"""Work that comes again, in words: which period it is of, and how often it comes; pure."""

from __future__ import annotations

from datetime import date

from bot.delivery.render import Writer
from bot.domain.periods import read_key
from bot.domain.states import Every

_SHORTEST_MONTH = 28
_LONGEST_MONTH = 31
_A_MONDAY = date(2024, 1, 1)
_EARLIER = {-1: "second_month", -2: "first_month"}  # of a quarter


def period_name(key: str, write: Writer) -> str:
    """`tháng 02/2026`."""
    period = read_key(key)
    return write.texts(f"period.{period.every}", number=period.number_shown, year=period.year)


def title_of(title: str, period: str, write: Writer) -> str:
    """`Báo cáo tháng – tháng 02/2026`; of what does not recur the title alone."""
    return f"{title} – {period_name(period, write)}" if period else title


def often(every: Every, day: int, write: Writer) -> str:
    """`hằng tháng vào ngày 15`; a month may have fewer days."""
    months_before, in_month = divmod(day - 1, _LONGEST_MONTH)
    shown = day_name(every, in_month + 1, write)
    if months_before:
        return write.texts(f"recurrence.quarter_{_EARLIER[months_before]}", day=shown)
    key = f"recurrence.{every}"
    if every is not Every.WEEK and day > _SHORTEST_MONTH:
        key += "_last" if day == _LONGEST_MONTH else "_or_last"
    return write.texts(key, day=shown)


def day_name(every: Every, day: int, write: Writer) -> str:
    """The weekday's name, or the day of the month."""
    return write.moments.weekday(_A_MONDAY.replace(day=day)) if every is Every.WEEK else str(day)

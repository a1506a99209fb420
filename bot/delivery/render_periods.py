"""How often work comes again, in words; pure."""

from __future__ import annotations

from datetime import date

from bot.delivery.render import Writer
from bot.domain.periods import LONGEST_MONTH
from bot.domain.states import Every

_SHORTEST_MONTH = 28
_A_MONDAY = date(2024, 1, 1)
_EARLIER = {-1: "recurrence.quarter_second_month", -2: "recurrence.quarter_first_month"}


def often(every: Every, day: int, write: Writer) -> str:
    """`hằng tháng vào ngày 15`; a month may have fewer days."""
    months_before, in_month = divmod(day - 1, LONGEST_MONTH)
    shown = day_name(every, in_month + 1, write)
    if months_before:
        return write.texts(_EARLIER[months_before], day=shown)
    key = f"recurrence.{every}"
    if every is not Every.WEEK and day > _SHORTEST_MONTH:
        key += "_last" if day == LONGEST_MONTH else "_or_last"
    return write.texts(key, day=shown)


def day_name(every: Every, day: int, write: Writer) -> str:
    """The weekday's name, or the day of the month."""
    return write.moments.weekday(_A_MONDAY.replace(day=day)) if every is Every.WEEK else str(day)

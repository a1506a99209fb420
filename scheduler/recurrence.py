"""When the next draft is made from a template that recurs, and which period it is of; pure.

The day is one of the week, counted from Monday, or one of the month; of a quarter it is one of its
last month. A month that has fewer days has it on its last one. On a day off the draft is not made:
it is made on the morning of the next working day, never before, for until its day has come nobody
knows what a period holds. Days that fall into the same days off, as at Tết, are one.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.states import Every
from scheduler.calendar import WorkingCalendar

LAST_DAY = {Every.WEEK: 7, Every.MONTH: 31, Every.QUARTER: 31}
_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3}


@dataclass(frozen=True, slots=True)
class Period:
    """The week, month or quarter that a draft is about: 12 of 2026, for one."""

    every: Every
    number: int
    year: int


def next_at(every: Every, day: int, *, after: datetime, calendar: WorkingCalendar) -> datetime:
    """The first moment after this one at which a draft is to be made, in UTC."""
    on = latest_day(every, day, until=calendar.local_date(after))
    while (moment := calendar.next_working_moment(calendar.at(on, time.min))) <= after:
        on = _following(every, day, on)
    return moment


def latest_day(every: Every, day: int, *, until: date) -> date:
    """The last such day that is not after `until`, day off or not."""
    if every is Every.WEEK:
        return until - timedelta(days=(until.isoweekday() - day) % 7)
    last_month = -(-until.month // _MONTHS[every]) * _MONTHS[every]
    found = _in_month(until.year, last_month, day)
    return found if found <= until else _in_month(until.year, last_month - _MONTHS[every], day)


def _following(every: Every, day: int, on: date) -> date:
    if every is Every.WEEK:
        return on + timedelta(weeks=1)
    return _in_month(on.year, on.month + _MONTHS[every], day)


def _in_month(year: int, month: int, day: int) -> date:
    """The month's day, or its last one; months outside of 1 to 12 are of other years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, months.monthrange(year, month)[1]))


def period_of(every: Every, day: date) -> Period:
    """The period in which this day lies; weeks are counted as ISO 8601 does."""
    if every is Every.WEEK:
        year, week, _ = day.isocalendar()
        return Period(every, week, year)
    number = -(-day.month // _MONTHS[every])
    return Period(every, number, day.year)

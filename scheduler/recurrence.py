"""When what recurs comes again, and which period it is of; pure.

A template's next draft: the day is one of the week, counted from Monday, or one of the month; of a
quarter it is one of its last month. A month that has fewer days has it on its last one. On a day
off the draft is not made: it is made on the morning of the next working day, never before, for
until its day has come nobody knows what a period holds. Days that fall into the same days off, as
at Tết, are one.

A task's next deadline is on such a day too, day off or not: it is the letter's.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.periods import LONGEST_MONTH, Period, Rhythm
from bot.domain.states import Every
from scheduler.calendar import WorkingCalendar

LAST_DAY = {Every.WEEK: 7, Every.MONTH: LONGEST_MONTH, Every.QUARTER: LONGEST_MONTH}
_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3}


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


# --- deadlines that come again -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opening:
    """The next period of a task: its deadline, and when it is opened, in UTC."""

    period: Period
    deadline_at: datetime
    opens_at: datetime


def rhythm_of(every: Every, deadline: datetime, calendar: WorkingCalendar) -> Rhythm:
    """That whose periods all have their deadline on such a day as this one."""
    day = calendar.due_date(deadline)
    if every is Every.WEEK:
        return Rhythm(every, day.isoweekday())
    return Rhythm(every, day.day - LONGEST_MONTH * (-day.month % _MONTHS[every]))


def period_at(rhythm: Rhythm, deadline: datetime, calendar: WorkingCalendar) -> Period:
    """The period whose day is nearest to this deadline: it may be moved by a few days."""
    day = calendar.due_date(deadline)
    here = period_of(rhythm.every, day)
    around = (shifted(here, -1), here, shifted(here, 1))
    return min(around, key=lambda period: abs(day_in(period, rhythm.day) - day))


def shifted(period: Period, by: int) -> Period:
    """The period that comes so many later."""
    if period.every is Every.WEEK:
        monday = date.fromisocalendar(period.year, period.number, 1)
        return period_of(period.every, monday + timedelta(weeks=by))
    in_a_year = 12 // _MONTHS[period.every]
    count = period.year * in_a_year + period.number - 1 + by
    return Period(period.every, count % in_a_year + 1, count // in_a_year)


def day_in(period: Period, day: int) -> date:
    """The day of this period, day off or not."""
    if period.every is Every.WEEK:
        return date.fromisocalendar(period.year, period.number, day)
    months_before, in_month = divmod(day - 1, LONGEST_MONTH)
    last_month = period.number * _MONTHS[period.every]
    return _in_month(period.year, last_month + months_before, in_month + 1)


def opening_after(
    period: Period, rhythm: Rhythm, *, deadline: datetime, calendar: WorkingCalendar
) -> Opening:
    """What comes after this period, whose `deadline` gives the time of day.

    It opens on the working morning after the day that this one has, whoever moved its deadline. One
    whose own day comes before that, as at Tết, is due on that first working day.
    """
    following = shifted(period, 1)
    day = day_in(period, rhythm.day)
    first = calendar.add_working_days(day, 1)
    due = max(day_in(following, rhythm.day), first)
    local = deadline.astimezone(calendar.zone)
    days_later = local.date() - calendar.due_date(deadline)  # midnight is of the day that ends
    return Opening(
        following,
        deadline_at=calendar.at(due + days_later, local.time()),
        opens_at=calendar.next_working_moment(calendar.at(day + timedelta(days=1), time.min)),
    )


def opening_ahead(
    period: Period,
    rhythm: Rhythm,
    *,
    deadline: datetime,
    calendar: WorkingCalendar,
    now: datetime,
) -> Opening:
    """The first that comes after this period and whose deadline is ahead."""
    found = opening_after(period, rhythm, deadline=deadline, calendar=calendar)
    while found.deadline_at <= now:
        found = opening_after(found.period, rhythm, deadline=deadline, calendar=calendar)
    return found

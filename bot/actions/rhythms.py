"""How often a task's deadline comes again, in what letters and people write; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.periods import DAYS_BEFORE, LONGEST_MONTH, Rhythm
from bot.domain.states import Every
from bot.letters.deadline import Deadline, DeadlineKind, DeadlineOperator
from scheduler.calendar import WorkingCalendar
from scheduler.recurrence import LAST_DAY, opening_ahead, period_at, rhythm_of

_FIRST_DAY = {Every.WEEK: 1, Every.MONTH: 1, Every.QUARTER: 1 - DAYS_BEFORE}
_LAST_MONTH = 3  # of a quarter


def in_letter(deadline: Deadline) -> Rhythm | None:
    """The rhythm of a deadline as it was read; None for what does not come again, or not on one day
    of a week, a month or a quarter."""
    written = deadline.rhythm
    if written is None or deadline.due is None:
        return None
    match deadline.kind, written.days, written.weekday:
        case DeadlineKind.WEEKLY, _, int(weekday):
            rhythm = Rhythm(Every.WEEK, weekday)
        case DeadlineKind.MONTHLY, (day,), _:
            rhythm = Rhythm(Every.MONTH, day)
        case DeadlineKind.QUARTERLY, (day,), _:
            months_before = _LAST_MONTH - (written.month_of_quarter or _LAST_MONTH)
            rhythm = Rhythm(Every.QUARTER, day - LONGEST_MONTH * months_before)
        case _:
            return None
    is_strict = deadline.op is DeadlineOperator.BEFORE and deadline.hour is None
    return _day_before(rhythm) if is_strict else rhythm


def _day_before(rhythm: Rhythm) -> Rhythm:
    """The last day before the one that is named."""
    is_first = rhythm.day == _FIRST_DAY[rhythm.every]
    return replace(rhythm, day=LAST_DAY[rhythm.every] if is_first else rhythm.day - 1)


def first_ahead(
    rhythm: Rhythm, moment: datetime, *, calendar: WorkingCalendar, now: datetime
) -> datetime:
    """The first deadline of this rhythm that is ahead, from this one on."""
    if moment > now:
        return moment
    period = period_at(rhythm, moment, calendar)
    return opening_ahead(period, rhythm, deadline=moment, calendar=calendar, now=now).deadline_at


def typed(text: str, *, calendar: WorkingCalendar, now: datetime) -> tuple[datetime, Rhythm] | None:
    """The first deadline and the rhythm, if somebody typed one: `trước ngày 20 hằng tháng`."""
    from bot.letters.deadlines import find_deadlines  # heavy: only when letters are read

    for found in find_deadlines(text, issued_on=calendar.local_date(now), calendar=calendar):
        rhythm = in_letter(found)
        if rhythm is not None and found.due is not None:
            return first_ahead(rhythm, found.due, calendar=calendar, now=now), rhythm
    return None


def offered(deadline: datetime, *, calendar: WorkingCalendar) -> tuple[Rhythm, ...]:
    """The rhythms in which such a deadline may come again; of the last day of a short month it is
    not known whether the day is meant, or the end."""
    rhythms = [rhythm_of(every, deadline, calendar) for every in Every]
    day = calendar.due_date(deadline)
    if (day + timedelta(days=1)).month != day.month:
        rhythms.insert(2, Rhythm(Every.MONTH, LAST_DAY[Every.MONTH]))
    return tuple(dict.fromkeys(rhythms))

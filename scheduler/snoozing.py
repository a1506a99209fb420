"""When a recipient may be reminded again who asked to be reminded later: pure functions of the
deadlines, the calendar and now.

What a put-off reminder is about, and how often it may be, is decided in `bot.actions.snoozing`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from enum import StrEnum

from scheduler.calendar import WorkingCalendar

MOST_TIMES = 2  # for one piece of work, deadline and chat
_PREFIX = "again-"
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


class Later(StrEnum):
    """The moments that are offered."""

    HOUR = "hour"
    AFTERNOON = "afternoon"
    MORNING = "morning"  # of the next working day
    TWO_DAYS = "two_days"  # working days, of what is overdue only


def step_name(times: int) -> str:
    """The step that stands for being reminded again, the first time or the second."""
    return f"{_PREFIX}{times}"


def is_last(step: str) -> bool:
    """Whether what was put off as this step cannot be put off once more."""
    return step == step_name(MOST_TIMES)


def offered(
    deadlines: Collection[datetime], *, now: datetime, calendar: WorkingCalendar, slot: time
) -> list[tuple[Later, datetime]]:
    """Moments in working time until which a message about these deadlines may be put off, before
    the nearest one that is ahead; none twice."""
    found: dict[datetime, Later] = {}
    for later, moment in _moments(deadlines, now=now, calendar=calendar, slot=slot):
        if _is_between(moment, deadlines, now=now, calendar=calendar):
            found.setdefault(moment, later)
    return [(later, moment) for moment, later in found.items()]


def is_allowed(
    moment: datetime,
    deadlines: Collection[datetime],
    *,
    now: datetime,
    calendar: WorkingCalendar,
    slot: time,
) -> bool:
    """Whether what was offered before, or somebody made up, still keeps to the bounds."""
    latest = max(at for _, at in _moments(deadlines, now=now, calendar=calendar, slot=slot))
    return moment <= latest and _is_between(moment, deadlines, now=now, calendar=calendar)


def _is_between(
    moment: datetime, deadlines: Collection[datetime], *, now: datetime, calendar: WorkingCalendar
) -> bool:
    ahead = [deadline for deadline in deadlines if deadline > now]
    return (
        now < moment
        and all(moment < deadline for deadline in ahead)
        and calendar.is_working_moment(moment)
    )


def _moments(
    deadlines: Collection[datetime], *, now: datetime, calendar: WorkingCalendar, slot: time
) -> list[tuple[Later, datetime]]:
    morning = _morning(now, 0, calendar=calendar, slot=slot)
    if all(deadline <= now for deadline in deadlines):
        two_days = _morning(now, 1, calendar=calendar, slot=slot)
        return [(Later.MORNING, morning), (Later.TWO_DAYS, two_days)]
    today = calendar.local_date(now)
    afternoon = calendar.at(today, max(begin for begin, _ in calendar.working_hours))
    return [
        (Later.HOUR, _full_minute(now + _HOUR)),
        (Later.AFTERNOON, afternoon),
        (Later.MORNING, morning),
    ]


def _morning(now: datetime, days: int, *, calendar: WorkingCalendar, slot: time) -> datetime:
    """The slot of the next working day, or so many working days after it."""
    day = calendar.add_working_days(calendar.local_date(now), days + 1)
    return calendar.next_working_moment(calendar.at(day, slot))


def _full_minute(moment: datetime) -> datetime:
    """The moment itself or the next full minute, as people are told it."""
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + _MINUTE

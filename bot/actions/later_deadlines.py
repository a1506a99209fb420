"""Rules of later deadlines: which one may be wished, which are offered, and what a correction
leaves of one that was granted; pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import InvalidInput, NotFound
from scheduler.calendar import WorkingCalendar

QUICK_DAYS = (2, 3, 5)
END_OF_MONTH = 99


def check_wish(wished_at: datetime, *, deadline_at: datetime, now: datetime) -> None:
    """InvalidInput for a moment that is no later deadline."""
    if wished_at <= now:
        raise InvalidInput("deadline.past")
    if wished_at <= deadline_at:
        raise InvalidInput("extension.not_later")


def quick(
    code: int, *, deadline_at: datetime, now: datetime, calendar: WorkingCalendar
) -> datetime:
    """What a button stands for: so many working days after the deadline, or after today if that is
    past; or the last working day of that month. NotFound for a button we did not make."""
    start = calendar.due_date(max(deadline_at, now))
    if code == END_OF_MONTH:
        first_of_next = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        return calendar.end_of_work(calendar.last_working_day_before(first_of_next))
    if code not in QUICK_DAYS:
        raise NotFound("refused.gone")
    return calendar.end_of_work(calendar.add_working_days(start, code))


def offered(
    *, deadline_at: datetime, now: datetime, calendar: WorkingCalendar
) -> list[tuple[int, datetime]]:
    """The codes of the buttons with their moments, those that are later deadlines."""
    found = []
    for code in (*QUICK_DAYS, END_OF_MONTH):
        moment = quick(code, deadline_at=deadline_at, now=now, calendar=calendar)
        if moment > max(deadline_at, now):
            found.append((code, moment))
    return found

"""Days on which the office works or rests against the rule of the week, with the reason; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.calendar import WorkingCalendar, holiday_names, is_weekend

LOOKS_AHEAD = 60  # days


@dataclass(frozen=True, slots=True)
class UnusualDay:
    """A day off within the week, a weekend's day that is worked, or one that staff declared."""

    day: date
    works: bool
    holiday: str | None  # its name, if it is the reason
    note: str | None  # what staff declared it with; None if they did not


def unusual_days(
    calendar: WorkingCalendar, *, today: date, notes: Mapping[date, str], language: str
) -> list[UnusualDay]:
    """Those of the next days, and whatever staff declared beyond them. `notes` are of all days that
    staff declared."""
    ahead = (today + timedelta(days=count) for count in range(LOOKS_AHEAD))
    days = sorted({*ahead, *(day for day in notes if day >= today)})
    return [
        _told(calendar, day, notes.get(day), language)
        for day in days
        if day in notes or calendar.is_working_day(day) is is_weekend(calendar.country, day)
    ]


def _told(calendar: WorkingCalendar, day: date, note: str | None, language: str) -> UnusualDay:
    works = calendar.is_working_day(day)
    names = holiday_names(calendar.country, day.year, language)
    return UnusualDay(day, works, None if works else names.get(day), note)

"""When the next digest is told; pure. What it says, and to whom it goes, is not decided here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduler.calendar import WorkingCalendar

_LATE = timedelta(hours=1)


def is_late(due: datetime, *, now: datetime) -> bool:
    """Whether a digest that is told now was due so long ago that it has to say so."""
    return now - due > _LATE


@dataclass(frozen=True, slots=True)
class DigestTime:
    """A time of day, of every working day or, with `weekday` (Monday is 1), of one in a week.

    A day off gives it to the next working day; days that fall into the same days off are one. A
    time at which nobody is disturbed gives way to when work begins again that day, or ends.
    """

    at: time
    weekday: int | None = None

    def next(self, *, after: datetime, calendar: WorkingCalendar) -> datetime:
        """The first such moment later than `after`, in UTC."""
        day = self._latest_day(calendar.local_date(after))
        while (moment := self._moment(day, calendar)) <= after:
            day += self._apart
        return moment

    def last(self, *, before: datetime, calendar: WorkingCalendar) -> datetime:
        """The last such moment earlier than `before`, in UTC."""
        day = self._latest_day(calendar.local_date(before))
        while (moment := self._moment(day, calendar)) >= before:
            day -= self._apart
        return moment

    @property
    def _apart(self) -> timedelta:
        return timedelta(days=1 if self.weekday is None else 7)

    def _latest_day(self, until: date) -> date:
        if self.weekday is None:
            return until
        return until - timedelta(days=(until.isoweekday() - self.weekday) % 7)

    def _moment(self, day: date, calendar: WorkingCalendar) -> datetime:
        if not calendar.is_working_day(day):
            day = calendar.add_working_days(day, 1)
        moment = calendar.at(day, self.at)
        if not calendar.is_quiet(moment):
            return moment
        later = calendar.next_working_moment(moment)
        if calendar.local_date(later) == day:
            return later
        return calendar.previous_working_moment(moment)

"""Working time of the office: days off, working hours, quiet hours, in the office's own zone.

Pure: moments go in and come out aware and in UTC, nothing here asks for the time. Public holidays
come from the `holidays` package and are overridden by the table that staff edit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise, takewhile
from types import MappingProxyType
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

SEED_OVERRIDES: Final[Mapping[str, Mapping[date, bool]]] = {
    # The government moved the working day on 25/12/2025, too late for the package to know.
    "VN": {date(2026, 1, 2): False, date(2026, 1, 10): True},
}
"""By country: days the package has wrong (True = working); staff's own table goes before them."""

_SATURDAY_SUNDAY: Final = frozenset({5, 6})
_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_ANY_YEAR: Final = 2026


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When people work and when they may be written to. Hours are meant by the wall clock.

    `country` None knows weekends only. `overrides` win over everything else (True = working).
    Equal `quiet_from` and `quiet_until` mean no quiet hours. ValueError when the quiet hours leave
    no working time.
    """

    zone: ZoneInfo
    working_hours: tuple[tuple[time, time], ...] = (
        (time(7, 30), time(11, 30)),
        (time(13), time(17)),
    )
    quiet_from: time = time(19)
    quiet_until: time = time(7)
    country: str | None = "VN"
    overrides: Mapping[date, bool] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "working_hours", tuple(sorted(self.working_hours)))
        object.__setattr__(self, "overrides", MappingProxyType(dict(self.overrides)))
        if not any(self._is_working_time(start) for start in self._starts()):
            raise ValueError("the quiet hours leave no working time")

    # --- days ------------------------------------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on this day."""
        override = self.overrides.get(day)
        if override is None and self.country:
            override = SEED_OVERRIDES.get(self.country, {}).get(day)
        if override is not None:
            return override
        year = _public_days(self.country, day.year)
        if day.weekday() in year.weekend:
            return day in year.swapped_in
        return day not in year.holidays

    def add_working_days(self, day: date, count: int) -> date:
        """The working day `count` working days after `day` (before it when negative).

        `day` itself is not counted; with `count` 0 it is returned as it is, day off or not.
        """
        step = _DAY if count > 0 else -_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def last_working_day_before(self, day: date) -> date:
        """The working day before `day`, never `day` itself."""
        return self.add_working_days(day, -1)

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days come after `first` up to and including `last`.

        This is the number of "còn 03 ngày làm việc"; negative when `last` is past.
        """
        if last < first:
            return -self.working_days_between(last, first)
        days = (first + timedelta(days=count) for count in range(1, (last - first).days + 1))
        return sum(self.is_working_day(day) for day in days)

    # --- moments ---------------------------------------------------------------------------------

    def at(self, day: date, clock: time) -> datetime:
        """The moment, in UTC, when clocks of the zone show this time on this day.

        A time that clocks skip is the moment they jump; one they show twice is the first of both.
        """
        wall = datetime.combine(day, clock.replace(tzinfo=None, fold=0))
        moment = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) == wall:
            return moment
        before = wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        return _offset_change(self.zone, before, moment)

    def end_of_work(self, day: date) -> datetime:
        """When work ends on this day, in UTC; also for a day off: a deadline may fall on one."""
        return self.at(day, max(end for _, end in self.working_hours))

    def local_date(self, moment: datetime) -> date:
        """The day people of the zone write at this moment."""
        return moment.astimezone(self.zone).date()

    def due_date(self, deadline: datetime) -> date:
        """The last day people have: a deadline at midnight belongs to the day that ends."""
        return self.local_date(deadline - datetime.resolution)

    def is_quiet(self, moment: datetime) -> bool:
        """Whether nobody is to be disturbed: quiet hours, breaks between hours of work, days off.

        The first moment of such a span is quiet, the moment it ends is not.
        """
        local = moment.astimezone(self.zone)
        return self._is_quiet_time(local.time()) or not self.is_working_day(local.date())

    def is_working_moment(self, moment: datetime) -> bool:
        """Whether people are at work: a working day, within working hours, outside quiet hours."""
        local = moment.astimezone(self.zone)
        return self._is_working_time(local.time()) and self.is_working_day(local.date())

    def next_working_moment(self, moment: datetime) -> datetime:
        """The moment itself in working time, else when work next begins, in UTC."""
        if self.is_working_moment(moment):
            return moment.astimezone(UTC)
        day = self.local_date(moment)
        while True:
            begins = [begin for begin in self._moments(day, self._starts()) if begin > moment]
            if begins:
                return min(begins)
            day = self.add_working_days(day, 1)

    def previous_working_moment(self, moment: datetime) -> datetime:
        """The moment itself in working time, else the last minute of work before it, in UTC."""
        if self.is_working_moment(moment):
            return moment.astimezone(UTC)
        day = self.local_date(moment)
        while True:
            ends = self._moments(day, self._ends(), shift=-_MINUTE)
            if past := [end for end in ends if end < moment]:
                return max(past)
            day = self.add_working_days(day, -1)

    def working_time_left(self, moment: datetime) -> timedelta:
        """How long people are still at work on the day of this moment, breaks left out."""
        day = self.local_date(moment)
        of_the_day = takewhile(lambda span: self.local_date(span[0]) == day, self._work(moment))
        return sum((end - begins for begins, end in of_the_day), start=timedelta())

    def add_working_time(self, moment: datetime, span: timedelta) -> datetime:
        """The moment, in UTC, at which so much working time has passed since."""
        work, left = self._work(moment), span
        begins, end = next(work)
        while end - begins < left:
            left -= end - begins
            begins, end = next(work)
        return begins + left

    def _work(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """When people are at work from this moment on, from when to when."""
        begins = self.next_working_moment(moment)
        while True:
            ends = [self.at(self.local_date(begins), clock) for clock in self._ends()]
            end = min(end for end in ends if end > begins)
            yield begins, end
            begins = self.next_working_moment(end)

    # --- within a day ----------------------------------------------------------------------------

    def _starts(self) -> list[time]:
        """Times at which work may begin."""
        return [*(start for start, _ in self.working_hours), self.quiet_until]

    def _ends(self) -> list[time]:
        """Times at which work may end."""
        return [*(end for _, end in self.working_hours), self.quiet_from]

    def _moments(
        self, day: date, times: Iterable[time], *, shift: timedelta = timedelta()
    ) -> list[datetime]:
        """Those of the day's times, shifted, at which people are at work."""
        shifted = (self.at(day, clock) + shift for clock in times)
        return [moment for moment in shifted if self.is_working_moment(moment)]

    def _is_working_time(self, clock: time) -> bool:
        in_hours = any(start <= clock < end for start, end in self.working_hours)
        return in_hours and not self._is_quiet_hour(clock)

    def _is_quiet_time(self, clock: time) -> bool:
        spans = self.working_hours
        in_break = any(end <= clock < start for (_, end), (start, _) in pairwise(spans))
        return in_break or self._is_quiet_hour(clock)

    def _is_quiet_hour(self, clock: time) -> bool:
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= clock < self.quiet_until
        return clock >= self.quiet_from or clock < self.quiet_until


class _PublicDays(NamedTuple):
    """What a country says about the days of one year."""

    weekend: frozenset[int]
    holidays: frozenset[date]
    swapped_in: frozenset[date]  # days of a weekend worked in exchange for another day


@cache
def _public_days(country: str | None, year: int) -> _PublicDays:
    if country is None:
        return _PublicDays(_SATURDAY_SUNDAY, frozenset(), frozenset())
    import holidays  # here, because commands that need no calendar must start fast

    # A Saturday worked for a day off across the turn of the year stands in the other year's list.
    years = range(max(MINYEAR, year - 1), min(MAXYEAR, year + 1) + 1)
    days = holidays.country_holidays(country, years=years)
    return _PublicDays(
        weekend=frozenset(days.weekend),
        holidays=frozenset(day for day in days if day.year == year),
        swapped_in=frozenset(day for day in days.weekend_workdays if day.year == year),
    )


def is_known_country(country: str) -> bool:
    """Whether this country's public holidays are known."""
    if country in SEED_OVERRIDES:  # what comes with the settings is not looked up
        return True
    try:
        _public_days(country, _ANY_YEAR)
    except NotImplementedError:
        return False
    return True


def is_weekend(country: str | None, day: date) -> bool:
    """Whether the day is one of the week on which the country rests, worked or not."""
    return day.weekday() in _public_days(country, day.year).weekend


@cache
def holiday_names(country: str | None, year: int, language: str) -> Mapping[date, str]:
    """What the country's days off of a year are called, in a language if its names are known."""
    if country is None:
        return {}
    import holidays

    days = holidays.country_holidays(country, years=year, language=_LANGUAGES.get(language))
    return {day: name for day, name in days.items() if day.year == year}


_LANGUAGES: Final[Mapping[str, str]] = {"vi": "vi", "en": "en_US"}


def _offset_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first moment, to the second, with the offset that the zone has at `after`; in UTC."""
    offset = after.astimezone(zone).utcoffset()
    seconds = range(int(before.timestamp()), int(after.timestamp()) + 1)
    changed = bisect_left(
        seconds, True, key=lambda second: datetime.fromtimestamp(second, zone).utcoffset() == offset
    )
    return datetime.fromtimestamp(seconds[0] + changed, UTC)

"""True time, which only goes forward; what the bot's clock shows meanwhile, and when it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.calendar import WorkingCalendar

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outage:
    """From then to then, in true time, nothing of the bot runs."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Jump:
    """At a true moment the machine's clock moves by so much."""

    at: datetime
    by: timedelta


@dataclass(frozen=True, slots=True)
class Course:
    """How a year goes. Moments of plans are the clock's; what comes before what is true time."""

    begins: datetime
    ends: datetime
    outages: tuple[Outage, ...] = ()
    jumps: tuple[Jump, ...] = ()

    def shown(self, true: datetime) -> datetime:
        """What the clock shows at a true moment."""
        return sum((jump.by for jump in self.jumps if jump.at <= true), timedelta()) + true

    def first(self, clock: datetime, *, since: datetime) -> datetime:
        """The first true moment from `since` on at which the clock shows this or later."""
        marks = [since, *(jump.at for jump in self.jumps if jump.at > since), NEVER]
        for number, start in enumerate(marks[:-1]):
            offset = self.shown(start) - start
            if start + offset >= clock:
                return start
            true = clock - offset
            end = marks[number + 1]
            if end == NEVER or true < end:
                return true
        raise AssertionError("time goes on for ever")

    def outage_at(self, true: datetime) -> Outage | None:
        """The outage that a true moment falls into, if it does."""
        return next((each for each in self.outages if each.begins <= true < each.ends), None)

    def ready(self, true: datetime, *, calendar: WorkingCalendar | None) -> datetime:
        """The first true moment from then on at which the bot runs and, with a calendar, people
        may be disturbed."""
        while True:
            if outage := self.outage_at(true):
                true = outage.ends
                continue
            if calendar is None or not calendar.is_quiet(self.shown(true)):
                return true
            true = self.first(calendar.next_working_moment(self.shown(true)), since=true)

    def marks(self) -> list[datetime]:
        """The true moments at which the bot comes back, or finds another time."""
        found = [*(each.ends for each in self.outages), *(jump.at for jump in self.jumps)]
        return sorted(found)


def whole_year(year: int, zone: ZoneInfo) -> Course:
    """Three outages and two jumps: a working day lost, four days, half an hour around the slot;
    three hours ahead in May, and back again in September, in the middle of a day."""

    def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)

    return Course(
        at(1, 2, 6),
        at(12, 31, 20),
        outages=(
            Outage(at(3, 3, 6), at(3, 3, 16, 20)),
            Outage(at(6, 12, 15), at(6, 16, 9, 40)),
            Outage(at(10, 20, 7, 50), at(10, 20, 8, 20)),
        ),
        jumps=(
            Jump(at(5, 12, 6, 30), timedelta(hours=3)),
            Jump(at(9, 8, 10, 30), -timedelta(hours=3)),
        ),
    )


def six_weeks(year: int, zone: ZoneInfo) -> Course:
    """Before and after Tết, with an outage and both jumps."""

    def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)

    return Course(
        at(2, 2, 6),
        at(3, 16, 20),
        outages=(Outage(at(3, 3, 6), at(3, 3, 16, 20)),),
        jumps=(
            Jump(at(2, 10, 6, 30), timedelta(hours=3)),
            Jump(at(3, 10, 10, 30), -timedelta(hours=3)),
        ),
    )

"""What a deadline in a letter says: its kind, how it bounds the work, what must be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum


class DeadlineKind(StrEnum):
    """What was written."""

    DATE = "date"
    RANGE_END = "range_end"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    RELATIVE = "relative"  # so many days after something
    EVENT = "event"  # when something happens, whose day the letter does not tell
    IMMEDIATE = "immediate"
    QUOTA = "quota"  # so many pieces in every week
    INVALID = "invalid"


class DeadlineOperator(StrEnum):
    """How the day bounds the work."""

    BEFORE = "before"  # trước: strictly, so the work is aimed at the last working day before it
    BY = "by"  # chậm nhất, muộn nhất, trong ngày: until the end of that day's work
    UNTIL = "until"  # đến hết: until midnight


class DeadlineWarning(StrEnum):
    """What a person should look at before confirming."""

    DAY_OFF = "day_off"
    WEEKDAY_MISMATCH = "weekday_mismatch"
    YEAR_INFERRED = "year_inferred"
    BEFORE_ISSUE_DATE = "before_issue_date"
    NO_SUCH_DATE = "no_such_date"
    NO_SUCH_TIME = "no_such_time"
    CONFIRM = "confirm"  # read by meaning more than by its words


class PeriodUnit(StrEnum):
    """What a period counts."""

    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working_day"
    WEEK = "week"
    MONTH = "month"


class Since:
    """Where a period begins that the letter itself fixes; else `Period.since` quotes the event."""

    RECEIVED = "received"
    ISSUED = "issued"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a recurring deadline falls, as far as it is written.

    `weekday` is 1 for Monday; `month_of_quarter` 1 to 3; `days` are days of the month.
    """

    days: tuple[int, ...] = ()
    weekday: int | None = None
    month: int | None = None
    month_of_quarter: int | None = None
    times: tuple[time, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """So many days, or hours, since something."""

    count: int
    unit: PeriodUnit
    since: str = Since.RECEIVED


@dataclass(frozen=True, slots=True)
class Quota:
    """At least so many of something, in every week, month …, or once."""

    least: int
    of: str
    per: str | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline as read: reminders aim at `due`, lateness counts from `late_from` (both UTC).

    `quote` are its words, `span` where they stand in the normalised text. Of what recurs, `due` is
    the first time. `suggested` is a moment that only a person can turn into a deadline.
    """

    kind: DeadlineKind
    op: DeadlineOperator
    span: tuple[int, int]
    quote: str = ""
    day: date | None = None
    starts_on: date | None = None  # of a range
    hour: time | None = None
    due: datetime | None = None
    late_from: datetime | None = None
    rhythm: Rhythm | None = None
    period: Period | None = None
    quota: Quota | None = None
    event: str | None = None
    suggested: datetime | None = None
    report_to: str | None = None
    warnings: tuple[DeadlineWarning, ...] = ()

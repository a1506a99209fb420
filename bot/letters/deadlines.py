"""Deadlines written in a letter, each with the words it was read from. Nothing here is active:
a person confirms what was found. What people type is read by `typed_dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from bot.domain.folding import unaccent
from bot.letters.dates import DAY_SHAPE, HOUR_SHAPE, WEEKDAYS, WrittenDay, read_day, read_hour
from bot.letters.references import mask_references
from scheduler.calendar import WorkingCalendar


class DeadlineKind(StrEnum):
    """What was written; kinds that recur or wait for an event are not read yet."""

    DATE = "date"
    RANGE_END = "range_end"
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


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline as read: reminders aim at `due`, lateness counts from `late_from` (both UTC)."""

    kind: DeadlineKind
    op: DeadlineOperator
    quote: str
    day: date | None = None
    starts_on: date | None = None  # of a range
    hour: time | None = None
    due: datetime | None = None
    late_from: datetime | None = None
    warnings: tuple[DeadlineWarning, ...] = ()


# trước · chậm nhất trước · trước thời điểm
_BEFORE: Final = r"(?:(?:chậm|muộn)\s+nhất\s+(?:là\s+)?)?trước(?:\s+thời\s+điểm)?"
# đến hết · hết · chậm nhất đến hết
_UNTIL: Final = r"(?:(?:chậm|muộn)\s+nhất\s+(?:là\s+)?)?(?:đến\s+)?hết"
# chậm nhất (là, vào, trong) · hạn cuối (cùng): · thời hạn hoàn thành là · không quá · trong (ngày)
_BY: Final = (
    r"(?:chậm|muộn)\s+nhất(?:\s+(?:là|vào|đến))?(?:\s+trong)?"
    r"|hạn\s+(?:cuối(?:\s+cùng)?|chót)(?:\s+là)?\s*:?"
    r"|(?:thời\s+)?hạn(?:\s+(?:hoàn\s+thành|nộp|gửi|báo\s+cáo))+(?:\s+là)?\s*:?"
    r"|không\s+(?:(?:muộn|chậm)\s+hơn|quá)"
    r"|trong(?=\s+ngày\s)"
)
_WEEKDAY: Final = r"(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật)"
# 17h00 chiều thứ Sáu, (ngày 13/01/2023)
_WHEN: Final = (
    rf"(?:(?:vào\s+)?(?:lúc\s+)?(?P<hour>{HOUR_SHAPE})\s*,?\s*)?"
    rf"(?:(?P<half>sáng|trưa|chiều|tối)\s*,?\s*)?"
    rf"(?:(?P<weekday>{_WEEKDAY})\s*,?\s*)?"
    rf"\(?(?:ngày\s+)?(?P<day>{DAY_SHAPE})"
)
# từ ngày 10/01/2023, từ ngày 10 (đến hết ngày 20/01/2023)
_FROM: Final = rf"(?:từ\s+(?:ngày\s+)?(?P<start>{DAY_SHAPE}|\d{{1,2}})\s+)?"
_DEADLINE = re.compile(
    rf"(?<!\w){_FROM}(?:(?P<until>{_UNTIL})|(?P<before>{_BEFORE})|(?P<by>{_BY}))\s+{_WHEN}",
    re.IGNORECASE,
)

CONTEXT: Final = 120  # characters around a day that say what it is for
# "trước ngày 15/6 hằng năm", "định kỳ trước ngày 15/6": another kind, not read yet
_RECURS_AFTER = re.compile(r"[^.;]*?h[ằà]ng\s+(?:ngày|tuần|tháng|quý|năm)", re.IGNORECASE)
_RECURS_BEFORE = re.compile(r"định\s+kỳ[^.;]*$", re.IGNORECASE)
# "văn bản ban hành trước ngày 01/7/2014": tells which ones, asks for nothing
_TELLS_WHICH = re.compile(
    r"(?:ban\s+hành|ký|sinh|thành\s+lập|cấp|tuyển\s+dụng|hiệu\s+lực)\s+$", re.IGNORECASE
)
# "diễn ra từ ngày 10/01 đến hết ngày 12/01/2023"
_TAKES_PLACE = re.compile(
    r"(?:diễn\s+ra|khai\s+mạc|giai\s+đoạn|hiệu\s+lực|được\s+nghỉ|nghỉ\s+Tết)[^.;]{0,40}$",
    re.IGNORECASE,
)


def find_deadlines(
    text: str, *, issued_on: date, calendar: WorkingCalendar
) -> tuple[Deadline, ...]:
    """The deadlines on fixed days in `text`; for a letter whose day is blank give the import day.

    Days of documents it names, of events, and recurring days are not among them.
    """
    return tuple(_read(mask_references(text), issued_on=issued_on, calendar=calendar))


def _read(text: str, *, issued_on: date, calendar: WorkingCalendar) -> Iterator[Deadline]:
    for match in _DEADLINE.finditer(text):
        written = read_day(match["day"])
        day = written.on_or_after(issued_on)
        if _is_no_deadline(match, written=written, past=day is not None and day < issued_on):
            continue
        op = _operator(match)
        quote = " ".join(match[0].split())
        hour = _hour(match)
        if day is None or hour is None:
            wrong = DeadlineWarning.NO_SUCH_DATE if day is None else DeadlineWarning.NO_SUCH_TIME
            yield Deadline(DeadlineKind.INVALID, op, quote, warnings=(wrong,))
            continue
        at, days_later = hour
        due, late_from = _moments(op, day, at=at, days_later=days_later, calendar=calendar)
        start = _start(match, end=day)
        yield Deadline(
            kind=DeadlineKind.RANGE_END if start else DeadlineKind.DATE,
            op=op,
            quote=quote,
            day=day,
            starts_on=start,
            hour=at,
            due=due,
            late_from=late_from,
            warnings=tuple(
                _warnings(
                    match,
                    day,
                    written=written,
                    issued_on=issued_on,
                    off=not calendar.is_working_day(day),
                )
            ),
        )


def _is_no_deadline(match: re.Match[str], *, written: WrittenDay, past: bool) -> bool:
    before = match.string[max(0, match.start() - CONTEXT) : match.start()]
    after = match.string[match.end() : match.end() + CONTEXT]
    if written.year is None and (_RECURS_AFTER.match(after) or _RECURS_BEFORE.search(before)):
        return True
    if past and _TELLS_WHICH.search(before):
        return True
    return bool(_TAKES_PLACE.search(before)) and not match["before"]


def _operator(match: re.Match[str]) -> DeadlineOperator:
    if match["until"]:
        return DeadlineOperator.UNTIL
    return DeadlineOperator.BEFORE if match["before"] else DeadlineOperator.BY


def _hour(match: re.Match[str]) -> tuple[time | None, int] | None:
    """The hour and the days to add for 24h; (None, 0) if none is written; None if it is no hour."""
    if not match["hour"]:
        return None, 0
    hour = read_hour(match["hour"])
    if hour and match["half"] and match["half"].lower() in ("chiều", "tối") and hour[0].hour < 12:
        return hour[0].replace(hour=hour[0].hour + 12), hour[1]
    return hour


def _start(match: re.Match[str], *, end: date) -> date | None:
    """Where a range begins; what its start leaves out is as in its end."""
    if not match["start"] or not match["until"]:
        return None
    if match["start"].isdecimal():
        return WrittenDay(int(match["start"]), end.month, end.year).in_year(end.year)
    written = read_day(match["start"])
    if written.year is not None:
        return written.in_year(written.year)
    later_in_year = (written.month, written.day) > (end.month, end.day)
    return written.in_year(end.year - 1 if later_in_year else end.year)


def _moments(
    op: DeadlineOperator,
    day: date,
    *,
    at: time | None,
    days_later: int,
    calendar: WorkingCalendar,
) -> tuple[datetime, datetime]:
    """What reminders aim at, and from when work is late."""
    if at is not None:
        exact = calendar.at(day + timedelta(days=days_later), at)
        return exact, exact
    if op is DeadlineOperator.UNTIL:
        midnight = calendar.at(day + timedelta(days=1), time(0))
        return midnight, midnight
    end = calendar.end_of_work(day)
    if op is DeadlineOperator.BEFORE:
        return calendar.end_of_work(calendar.last_working_day_before(day)), end
    return end, end


def _warnings(
    match: re.Match[str], day: date, *, written: WrittenDay, issued_on: date, off: bool
) -> Iterator[DeadlineWarning]:
    if written.year is None:
        yield DeadlineWarning.YEAR_INFERRED
    if day < issued_on:
        yield DeadlineWarning.BEFORE_ISSUE_DATE
    if (
        match["weekday"]
        and WEEKDAYS[unaccent(match["weekday"]).removeprefix("thu").strip()] != day.weekday()
    ):
        yield DeadlineWarning.WEEKDAY_MISMATCH
    if off:
        yield DeadlineWarning.DAY_OFF

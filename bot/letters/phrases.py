"""Pieces of sentences that all deadlines are made of, and the moments they stand for.

Patterns are written with plain spaces; `phrase` lets them stand for any run of white space, also
none, as files lose spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.domain.folding import unaccent
from bot.letters.dates import HOUR_SHAPE, WEEKDAYS, read_hour
from bot.letters.deadline import DeadlineOperator
from scheduler.calendar import WorkingCalendar

# trước · chậm nhất trước · trước thời điểm
BEFORE: Final = r"(?:(?:chậm|muộn) nhất (?:là )?)?trước(?: thời điểm)?"
# đến hết · hết · chậm nhất đến hết
UNTIL: Final = r"(?:(?:chậm|muộn) nhất (?:là )?)?(?:đến )?(?<!\w)(?:đến )?hết"
# chậm nhất (là, vào, trong) · hạn cuối (cùng): · thời hạn hoàn thành là · không quá · trong (ngày)
BY: Final = (
    r"(?:chậm|muộn) nhất(?: (?:là|vào|đến))?(?: vào)?(?: trong)?"
    r"|(?<!\w)hạn (?:cuối(?: cùng)?|chót)(?: là)? ?:?"
    r"|(?<!\w)(?:thời )?hạn(?: (?:hoàn thành|nộp|gửi|báo cáo))+(?: là)? ?:?"
    r"|(?<!\w)(?:thời )?hạn (?:đến|là) ?:?"
    r"|(?<!\w)không (?:(?:muộn|chậm) hơn|quá)"
    r"|(?<!\w)hoàn thành(?= (?:vào |trong )?ngày \d)(?: vào| trong)?"
    r"|(?<!\w)(?:gửi|nộp) (?:vào|trong)(?= ngày \d)"
    r"|(?<!\w)(?:thời )?hạn(?! (?:dùng|sử dụng|hợp đồng|bảo hành|hiệu lực|chế|mức))"
    r"[^.;:\n\d]{1,40}:(?: đến(?! hết))?"
    r"|(?<!\w)(?:xong |hoàn thành )?trong(?= ngày )"
)
OPERATOR: Final = rf"(?:(?P<until>{UNTIL})|(?P<before>{BEFORE})|(?P<by>{BY}))"
WEEKDAY: Final = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)"
HOUR: Final = rf"(?:(?:vào )?(?:lúc )?(?P<hour>{HOUR_SHAPE}) ?,? ?)"
HALF: Final = r"(?:(?P<half>sáng|trưa|chiều|tối) ?,? ?)"
EVERY: Final = r"(?:h[ằà]ng|mỗi)"
CONTEXT: Final = 120  # characters around a deadline that say what it is for


@dataclass(frozen=True, slots=True)
class Frame:
    """What words in a letter are relative to."""

    issued_on: date
    calendar: WorkingCalendar


def phrase(pattern: str) -> re.Pattern[str]:
    """The pattern with spaces that stand for any white space, in whatever case."""
    return re.compile(re.sub(r"(?<!\\) ", r"\\s*", pattern), re.IGNORECASE)


def operator_of(match: re.Match[str]) -> DeadlineOperator:
    """Which of the operators' names matched; nothing is `by`."""
    groups = match.groupdict()
    if groups.get("until"):
        return DeadlineOperator.UNTIL
    return DeadlineOperator.BEFORE if groups.get("before") else DeadlineOperator.BY


def hour_of(match: re.Match[str]) -> tuple[time | None, int] | None:
    """The hour and the days to add for 24h; (None, 0) if none is written; None if it is no hour."""
    groups = match.groupdict()
    if not groups.get("hour"):
        return None, 0
    hour = read_hour(groups["hour"])
    afternoon = (groups.get("half") or "").lower() in ("chiều", "tối")
    if hour and afternoon and hour[0].hour < 12:
        return hour[0].replace(hour=hour[0].hour + 12), hour[1]
    return hour


def weekday_of(words: str) -> int:
    """1 for Monday, of `thứ Hai`, `thứ 2`, `chủ nhật`."""
    name = re.sub(r"\s+", " ", unaccent(words)).removeprefix("thu").strip()
    name = "chu nhat" if name.startswith("chu") else name
    return WEEKDAYS[name] + 1


def moments(
    op: DeadlineOperator,
    day: date,
    calendar: WorkingCalendar,
    *,
    at: time | None = None,
    days_later: int = 0,
) -> tuple[datetime, datetime]:
    """What reminders aim at, and from when work is late; both UTC.

    A day is the end of its work. "trước ngày" aims at the working day before, and is late from the
    end of the day named: offices often still take what comes on it.
    """
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


def quoted(words: str) -> str:
    """The words on one line."""
    return " ".join(words.split())


def in_month(year: int, month: int, day: int) -> date | None:
    """The day of that month, where months count on over the year's end; None if there is none."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    try:
        return date(year, month, day)
    except ValueError:
        return None


def first_from(days: Iterable[date | None], first: date) -> date | None:
    """The earliest of the days that is not before `first`."""
    return min((day for day in days if day is not None and day >= first), default=None)

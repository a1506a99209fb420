"""Days and hours as people type them in a dialogue: with or without accents, or in English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.folding import unaccent
from bot.errors import InvalidInput
from bot.letters.dates import DAY_SHAPE, HOUR_SHAPE, WEEKDAYS, WrittenDay, read_day, read_hour
from scheduler.calendar import WorkingCalendar

MAX_TYPED: Final = 100  # characters: longer texts are no dates
JUST_PASSED: Final = timedelta(days=60)  # a day without year this near behind us is a slip

ENGLISH_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPACES = re.compile(r"\s+")
_PUNCTUATION = re.compile(r"[,;()]")
_EDGES = " ,.;:!-"

# 17h20, 17:00, 5pm, 5:30 pm; 5h chieu, 7 gio toi: the part of the day only right behind the hour
_HOUR = re.compile(
    rf"(?P<twelve>\b\d{{1,2}}(?::\d{{2}})?) ?(?P<noon>[ap]m)\b"
    rf"|(?P<hour>{HOUR_SHAPE})(?: ?(?P<half>sang|trua|chieu|toi)\b)?"
)
# Words that change nothing: "trước 17h ngày 20/1", "hạn cuối giờ thứ sáu", "by friday at 17:00"
_FILLER = re.compile(
    r"\b(?:truoc|luc|vao|den|han(?: cuoi| chot)?|la|cham nhat|muon nhat"
    r"|cuoi (?:gio|ngay|buoi)(?: chieu)?|before|by|at|on)\b"
)
# "đến hết ngày 20/1", "hết thứ sáu": until midnight, as in letters
_UNTIL_MIDNIGHT = re.compile(r"\bhet\b")
# The line of a letter: "Yên Bái, ngày 06 tháng 01 năm 2023"
_DATELINE = re.compile(r"^(?:\D{1,60} )?ngay (?=\d)")
_ISO = re.compile(r"(?P<year>(?:19|20)\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})")


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a typed day is relative to, and the hour typed with it."""

    now: datetime
    at: time | None
    days_later: int  # 1 for 24h, the start of the next day
    calendar: WorkingCalendar

    @property
    def today(self) -> date:
        return self.calendar.local_date(self.now)

    def moment(self, day: date) -> datetime:
        """The hour typed on that day, else the end of its work; UTC."""
        if self.at is None:
            return self.calendar.end_of_work(day)
        return self.calendar.at(day + timedelta(days=self.days_later), self.at)


def read_typed_deadline(text: str, *, now: datetime, calendar: WorkingCalendar) -> datetime:
    """The moment from which work is late, in UTC; without an hour the end of work on that day.

    Raises InvalidInput for what is no day, a day that does not exist, another weekday than the one
    typed with it, or a moment not after `now`.
    """
    words, at, days_later = _take_hour(_tidy(text))
    words = _SPACES.sub(" ", _FILLER.sub(" ", words)).strip(_EDGES)
    frame = _Frame(now, at, days_later, calendar)
    if words or at is not None:
        for shape, read in _DAY_FORMS:
            if match := shape.fullmatch(words):
                day = read(match, frame)
                return _checked(day, match.groupdict().get("dated"), text, frame=frame)
    raise InvalidInput("deadline.not_understood", typed=_shown(text))


def _checked(day: date | None, weekday: str | None, text: str, *, frame: _Frame) -> datetime:
    """The moment on that day, if it exists, falls on the weekday typed with it and is ahead."""
    if day is None:
        raise InvalidInput("deadline.no_such_date", typed=_shown(text))
    if weekday and _weekday_number(weekday) != day.weekday():
        raise InvalidInput("deadline.weekday_mismatch", typed=_shown(text))
    moment = frame.moment(day)
    if moment <= frame.now:
        raise InvalidInput("deadline.in_the_past", typed=_shown(text))
    return moment


def read_typed_date(text: str, *, now: datetime, zone: ZoneInfo) -> date:
    """A letter's own day as typed; without a year it is the nearest such day.

    Raises InvalidInput for what is no day or a day that does not exist.
    """
    today = now.astimezone(zone).date()
    words = _DATELINE.sub("", _tidy(text))
    if words in ("hom nay", "nay", "today"):
        return today
    if words in ("hom qua", "yesterday"):
        return today - timedelta(days=1)
    if iso := _ISO.fullmatch(words):
        day = _iso_day(iso)
    elif re.fullmatch(DAY_SHAPE, words):
        day = read_day(words).nearest(today)
    else:
        raise InvalidInput("date.not_understood", typed=_shown(text))
    if day is None:
        raise InvalidInput("date.no_such_date", typed=_shown(text))
    return day


@dataclass(frozen=True, slots=True)
class TypedDays:
    """A day, or all from the first to the last, and what was written behind."""

    first: date
    last: date
    note: str


_TYPED_DAY = r"(?:(?:19|20)\d\d-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}(?:/\d{4})?|\d{1,2}\.\d{1,2}\.\d{4})"
_TYPED_DAYS = re.compile(
    rf"\s*(?:(?:từ|from)\s+)?(?:ngày\s+)?(?P<first>{_TYPED_DAY})"
    rf"(?:\s*(?:-|–|đến|to)\s*(?:ngày\s+)?(?P<last>{_TYPED_DAY}))?"
    r"(?![\w/])[\s,;:–-]*(?P<note>.*)",
    re.DOTALL | re.IGNORECASE,
)


def read_typed_days(text: str, *, now: datetime, zone: ZoneInfo) -> TypedDays:
    """`10/10/2026 Làm bù`, `16/2 - 20/2 Nghỉ bão`; without a year they are the nearest such days.

    Raises InvalidInput for what does not begin with a day, or a day that does not exist.
    """
    match = _TYPED_DAYS.match(unicodedata.normalize("NFC", text))
    if match is None:
        raise InvalidInput("days.not_understood", typed=_shown(text))
    first = read_typed_date(match["first"], now=now, zone=zone)
    last = read_typed_date(match["last"], now=now, zone=zone) if match["last"] else first
    return TypedDays(first, last, _SPACES.sub(" ", match["note"]).strip())


def _tidy(text: str) -> str:
    """Without accents, commas and brackets, on one line; empty if it is too long to be a day."""
    if len(text) > MAX_TYPED:
        return ""
    return _SPACES.sub(" ", _PUNCTUATION.sub(" ", unaccent(text))).strip(_EDGES)


def _shown(text: str) -> str:
    """What was typed, short enough for a sentence about it."""
    shown = _SPACES.sub(" ", text).strip()
    return shown if len(shown) <= 40 else f"{shown[:39]}…"


def _take_hour(typed: str) -> tuple[str, time | None, int]:
    """The words without the hour, the hour, and the days to add to the day (1 for 24h).

    An hour that does not exist stays among the words, where no shape of a day allows for it.
    """
    match = _HOUR.search(typed)
    hour = _typed_hour(match) if match else None
    if match is not None and hour is not None:
        return f"{typed[: match.start()]} {typed[match.end() :]}", *hour
    until = _UNTIL_MIDNIGHT.search(typed)
    if until is not None:
        return f"{typed[: until.start()]} {typed[until.end() :]}", time(0), 1
    return typed, None, 0


def _typed_hour(match: re.Match[str]) -> tuple[time, int] | None:
    """5 chieu and 5 pm are 17:00, 1 trua is 13:00, 12 am is 0:00."""
    read = read_hour(match["twelve"] or match["hour"])
    half = match["noon"] or match["half"]
    if read is None or half is None or read[0].hour > 12:
        return read
    hour = read[0].hour
    if hour == 12:
        hour = 0 if half == "am" else 12
    elif half in ("pm", "chieu", "toi") or (half == "trua" and hour < 3):
        hour += 12
    return read[0].replace(hour=hour), read[1]


def _iso_day(match: re.Match[str]) -> date | None:
    return WrittenDay(int(match["day"]), int(match["month"])).in_year(int(match["year"]))


def _written(match: re.Match[str], frame: _Frame) -> date | None:
    """20/1, 20/01/2027; one just passed stays as it is and is refused, not put off a year."""
    written = read_day(match["day"])
    nearest = written.nearest(frame.today)
    if nearest and timedelta(0) < frame.today - nearest < JUST_PASSED:
        return nearest
    return written.on_or_after(frame.today)


def _working_days(match: re.Match[str], frame: _Frame) -> date:
    return frame.calendar.add_working_days(frame.today, int(match["count"]))


def _days(match: re.Match[str], frame: _Frame) -> date:
    """A period that ends on a day off ends on the next working day."""
    weeks = match["unit"] in ("tuan", "week", "weeks")
    day = frame.today + timedelta(days=int(match["count"]) * (7 if weeks else 1))
    return day if frame.calendar.is_working_day(day) else frame.calendar.add_working_days(day, 1)


def _end_of_month(match: re.Match[str], frame: _Frame) -> date:
    """The last working day of this or the next month."""
    first_of_next = (frame.today.replace(day=1) + timedelta(days=31)).replace(day=1)
    if match["next"] or match["after"]:
        first_of_next = (first_of_next + timedelta(days=31)).replace(day=1)
    return frame.calendar.last_working_day_before(first_of_next)


def _weekday(match: re.Match[str], frame: _Frame) -> date:
    week = match["week"] or match["english_week"]
    return _coming(_weekday_number(match["weekday"]), frame, week=week)


def _weekday_number(name: str) -> int:
    """Of `thu sau`, `t6`, `chu nhat`, `friday`: Monday is 0."""
    vietnamese = WEEKDAYS.get(re.sub(r"^(?:thu |t(?=\d))", "", name))
    return ENGLISH_WEEKDAYS.index(name[:3]) if vietnamese is None else vietnamese


def _coming(weekday: int, frame: _Frame, *, week: str | None) -> date:
    """The next such day whose hour is still ahead, or that of this or the next calendar week."""
    monday = frame.today - timedelta(days=frame.today.weekday())
    if week in ("tuan sau", "tuan toi", "next"):
        return monday + timedelta(days=7 + weekday)
    if week in ("tuan nay", "nay", "this"):
        return monday + timedelta(days=weekday)
    day = frame.today + timedelta(days=(weekday - frame.today.weekday()) % 7)
    return day if frame.moment(day) > frame.now else day + timedelta(days=7)


_WEEKDAY: Final = (
    r"(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7]|chu nhat|cn|mon(?:day)?|tue(?:sday)?"
    r"|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
_IN: Final = r"(?:(?:sau|trong|in|within) )?"
_COUNT: Final = r"(?P<count>[1-9]\d{0,2}|0[1-9])"
_AHEAD: Final = r"(?: nua| toi)?"

# What remains when the hour and the filler are gone; the first shape that fits is read.
_DAY_FORMS: Final[
    tuple[tuple[re.Pattern[str], Callable[[re.Match[str], _Frame], date | None]], ...]
] = (
    # an hour alone · hôm nay · today
    (re.compile(r"|hom nay|today"), lambda _, frame: frame.today),
    # mai · ngày mai · tomorrow
    (
        re.compile(r"(?:ngay )?mai|tomorrow"),
        lambda _, frame: frame.today + timedelta(days=1),
    ),
    # ngày kia · ngày mốt · day after tomorrow
    (
        re.compile(r"ngay kia|ngay mot|(?:the )?day after tomorrow"),
        lambda _, frame: frame.today + timedelta(days=2),
    ),
    # 2027-01-20
    (_ISO, lambda match, _: _iso_day(match)),
    # 20/1 · ngày 20/01/2027 · 20 tháng 1 · thứ Tư, ngày 20/01/2027
    (re.compile(rf"(?:(?P<dated>{_WEEKDAY}) )?(?:ngay )?(?P<day>{DAY_SHAPE})"), _written),
    # 3 ngày làm việc nữa · sau 3 ngày làm việc · in 3 working days
    (
        re.compile(rf"{_IN}{_COUNT} (?:ngay lam viec|(?:working|business) days?){_AHEAD}"),
        _working_days,
    ),
    # 5 ngày · 2 tuần nữa · in 5 days
    (
        re.compile(rf"{_IN}{_COUNT} (?P<unit>ngay|tuan|days?|weeks?){_AHEAD}"),
        _days,
    ),
    # cuối tháng · cuối tháng này · cuối tháng sau · end of month · end of next month
    (
        re.compile(
            r"cuoi thang(?: nay|(?P<after> sau| toi))?|end of (?:the |this |(?P<next>next ))?month"
        ),
        _end_of_month,
    ),
    # thứ sáu · thứ 6 · t6 · chủ nhật · thứ sáu tuần sau · friday · next friday
    (
        re.compile(
            rf"(?:ngay )?(?:(?P<english_week>next|this) )?(?P<weekday>{_WEEKDAY})"
            r"(?: (?P<week>tuan sau|tuan toi|tuan nay|nay|toi))?"
        ),
        _weekday,
    ),
)

"""Days and hours as pages write them, for people and for machines; pure.

Whether such a day is that of the publication is judged in `page_dates`. A letter's days, which may
lack their year and have no zone, are read by `bot.letters.dates`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

LONGEST_LINE: Final = 400
MOST_MOMENTS: Final = 5

_MONTH_WORDS: Final = {
    **{word: number for number, word in enumerate(
        ("mot", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi"), 1)},
    "gieng": 1, "muoi mot": 11, "muoi hai": 12, "chap": 12,
}  # fmt: skip
# The beginnings of English and French names, as foreign editions have them.
_NAMED_MONTHS: Final = {
    "jan": 1, "feb": 2, "fev": 2, "mar": 3, "apr": 4, "avr": 4, "may": 5, "mai": 5, "jun": 6,
    "juin": 6, "jul": 7, "juil": 7, "aug": 8, "aou": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_WEEKDAYS: Final = {
    "hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5,
    "2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5, "chu nhat": 6, "cn": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5,
    "sunday": 6,
}  # fmt: skip

_YEAR: Final = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_WORDS: Final = "|".join(sorted(_MONTH_WORDS, key=len, reverse=True))
_NAMES: Final = rf"(?P<name>{'|'.join(sorted(_NAMED_MONTHS, key=len, reverse=True))})[a-z]{{0,6}}"
# "03/04/2019/TT-BTC" is a paper, "1.2.2023.4" an address.
_NO_CODE: Final = r"(?![/.-]\d|/[a-z])"
_DAYS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\d/.:-])(?P<year>(?:19|20)\d\d)(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)"
        r"(?P<day>\d{1,2})(?![\d/-])",
        rf"(?<![\d/.:-])(?P<day>\d{{1,2}})\s?(?P<mark>[-/.])\s?(?P<month>\d{{1,2}})\s?(?P=mark)\s?"
        rf"{_YEAR}{_NO_CODE}",
        rf"(?<![\d/.:])(?P<day>\d{{1,2}})\s?[-,/]?\s?thang\s?"
        rf"(?:(?P<month>\d{{1,2}})|(?P<word>{_WORDS}))"
        rf"\s?(?:,|-|/)?\s?(?:nam\s?)?{_YEAR}",
        # a year of two digits, which may be a day
        r"(?<![\d/.:-])(?P<day>\d{1,2})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<year>\d\d)"
        rf"(?!\d){_NO_CODE}",
        rf"(?<![\d/.:])(?P<day>\d{{1,2}})[\s/-]t(?:h|hg)?\.?\s?(?P<month>\d{{1,2}})(?:,\s?|[\s/-])"
        rf"{_YEAR}",
        rf"\bthang\s(?:(?P<word>{_WORDS})|(?P<month>\d{{1,2}}))\s(?P<day>\d{{1,2}}),?\s{_YEAR}",
        rf"\b{_NAMES}\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s{_YEAR}",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s/-]{_NAMES}\.?,?[\s/-]{_YEAR}",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)年(?P<month>\d{1,2})月(?P<day>\d{1,2})日",
    )
)  # fmt: skip
_CLOCK: Final = (
    r"(?<![\d:/.])(?P<hour>\d{1,2})(?:\s?:\s?(?P<minute>\d{2})(?:\s?:\s?(?P<second>\d{2})"
    r"(?:\.\d{1,9})?)?'?|\s?(?:h|g|gio)(?![a-z])\s?(?:(?P<minutes>\d{2}(?![\d/.])"
    r"|\d(?=\s?phut))(?:\s?(?:phut|p|'))?)?)(?!\d)(?:\s?(?P<half>sa|ch|am|pm|a\.m|p\.m|sang|chieu|toi)\b\.?)?"
)
_ZONE: Final = (
    r"(?:(?:gmt|utc)\s?|(?<=\d)\s?(?=[+-]\d\d:?\d\d))(?P<sign>[+-])\s?(?P<hours>\d{1,2})"
    r"(?::?(?P<rest>\d{2}))?(?!\d)"
)
_WEEKDAY: Final = (
    r"\b(?:thu\s(?P<weekday>hai|ba|tu|nam|sau|bay|[2-7])|t(?P<short>[2-7])"
    r"|(?P<named>chu nhat|cn|monday|tuesday|wednesday|thursday|friday|saturday|sunday))\b"
)
_PIECES: Final = (
    rf"(?:(?P<clock>{_CLOCK})|(?P<zone>{_ZONE})|(?P<day_name>{_WEEKDAY})"
    r"|(?P<filler>[\s,;:|¦•·()\[\]\u2013\u2014-]+|\b(?:ngay|luc|vao|hoi|at|on|time)\b"
    r"|(?<=\d)t(?=\d)))"
)
_PIECE_BEFORE: Final = re.compile(_PIECES + r"$")
_PIECE_AFTER: Final = re.compile(_PIECES)
_MOST_PIECES: Final = 12
_AROUND: Final = 90  # characters beside a day in which its hour may stand


@dataclass(frozen=True, slots=True)
class Moment:
    """A day as written, perhaps with its hour; `start` and `end` span all that belongs to it."""

    day: date
    clock: time | None = None
    offset: timedelta | None = None
    """From UTC, where the page says it."""
    is_clear: bool = True
    """False when another day may be meant: 1/6/2023 1:36 PM, a weekday that does not fit."""
    has_weekday: bool = False
    start: int = 0
    end: int = 0

    def at(self, zone: tzinfo) -> datetime | None:
        """The moment in UTC, by its own zone or else by the given one; None without an hour."""
        if self.clock is None:
            return None
        own = timezone(self.offset) if self.offset is not None else zone
        return datetime.combine(self.day, self.clock, own).astimezone(UTC)

    def day_in(self, zone: tzinfo) -> date:
        """The day of the given zone."""
        at = self.at(zone)
        return at.astimezone(zone).date() if at else self.day


def moments(line: str) -> tuple[Moment, ...]:
    """The first days of a line that was made bare by `folding.unaccent`, in their order.

    A bare year, a month, a day without a year are none.
    """
    line = line[:LONGEST_LINE]
    found = (_with_surroundings(line, match) for match in _day_matches(line))
    return tuple(moment for moment in found if moment)


def _day_matches(line: str) -> list[re.Match[str]]:
    every = sorted(
        (match for pattern in _DAYS for match in pattern.finditer(line)),
        key=lambda match: (match.start(), -match.end()),
    )
    kept: list[re.Match[str]] = []
    for match in every:
        if not kept or match.start() >= kept[-1].end():
            kept.append(match)
    return kept[:MOST_MOMENTS]


@dataclass(slots=True)
class _Around:
    """What stands beside a day and belongs to it."""

    start: int
    end: int
    clock: time | None = None
    half: str | None = None
    offset: timedelta | None = None
    weekday: int | None = None

    def take(self, piece: re.Match[str], start: int, end: int) -> None:
        """The nearest of each kind counts."""
        if piece["filler"]:
            if piece["filler"].isalpha():
                self.start = min(self.start, start)
            return
        self.start, self.end = min(self.start, start), max(self.end, end)
        if piece["clock"] and self.clock is None:
            self.clock, self.half = _clock(piece), piece["half"]
        elif piece["zone"] and self.offset is None:
            self.offset = offset_of(piece["sign"], piece["hours"], piece["rest"])
        elif piece["day_name"] and self.weekday is None:
            self.weekday = _WEEKDAYS[piece["weekday"] or piece["short"] or piece["named"]]


def _with_surroundings(line: str, match: re.Match[str]) -> Moment | None:
    """The day with the weekday, the hour and the zone that stand around it."""
    around = _Around(match.start(), match.end())
    at = match.end()
    for _ in range(_MOST_PIECES):
        piece = _PIECE_AFTER.match(line, at, min(len(line), match.end() + _AROUND))
        if piece is None:
            break
        around.take(piece, *piece.span())
        at = piece.end()
    first = max(0, match.start() - _AROUND)
    head = line[first : match.start()]
    for _ in range(_MOST_PIECES):
        piece = _PIECE_BEFORE.search(head)
        if piece is None:
            break
        around.take(piece, first + piece.start(), first + piece.end())
        head = head[: piece.start()]
    read = _day(match, around)
    if read is None:
        return None
    day, is_clear = read
    offset = around.offset if around.clock is not None else None
    has_weekday = around.weekday is not None
    return Moment(day, around.clock, offset, is_clear, has_weekday, around.start, around.end)


def _clock(piece: re.Match[str]) -> time | None:
    hour, minute = int(piece["hour"]), int(piece["minute"] or piece["minutes"] or 0)
    half = (piece["half"] or "").replace(".", "")
    if half in ("ch", "pm", "chieu", "toi") and hour < 12:
        hour += 12
    elif half in ("sa", "am", "sang") and hour == 12:
        hour = 0
    second = int(piece["second"] or 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def offset_of(sign: str, hours: str, rest: str | None) -> timedelta | None:
    span = timedelta(hours=int(hours), minutes=int(rest or 0))
    if span > timedelta(hours=14):
        return None
    return -span if sign == "-" else span


def _day(match: re.Match[str], around: _Around) -> tuple[date, bool] | None:
    """The day, and whether no other can be meant; None if there is none such.

    Here the day comes first. Programs set to English write the month first, and only a weekday or
    a number over twelve gives them away.
    """
    groups = match.groupdict()
    year, day = int(groups["year"]), int(groups["day"])
    if year < 100:
        usual = date_of(2000 + year, int(groups["month"]), day)
        return (usual, _fits(usual, around)) if usual else None
    if name := groups.get("name"):
        return _checked(date_of(year, _NAMED_MONTHS[name], day), around)
    if word := groups.get("word"):
        return _checked(date_of(year, _MONTH_WORDS[word], day), around)
    month = int(groups["month"])
    usual = date_of(year, month, day)
    if groups.get("mark") != "/" or match.start("year") < match.start("day"):
        return _checked(usual, around)
    english = date_of(year, day, month)
    if english is not None and _fits(english, around) and not _fits(usual, around):
        return english, True
    if usual is None:
        return (english, True) if english else None
    is_padded = groups["day"].startswith("0") or groups["month"].startswith("0")
    is_english = around.half in ("am", "pm") and not is_padded and english not in (None, usual)
    if is_english and not _fits(usual, around):
        return usual, False
    return _checked(usual, around)


def _fits(day: date | None, around: _Around) -> bool:
    return day is not None and around.weekday is not None and day.weekday() == around.weekday


def _checked(day: date | None, around: _Around) -> tuple[date, bool] | None:
    if day is None:
        return None
    return day, around.weekday is None or _fits(day, around)


def date_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_NAMED_MONTH: Final = r"(?:jan|fe[bv]|mar|a[pv]r|ma[iy]|jui?[nl]|a[uo]|sep|oct|nov|dec)[a-z]{0,6}"
SOME_DAY: Final = re.compile(
    r"(?:^|\D)\d{1,2}\s?(?:[-/.]|thang|thg?\.?)\s?\d{1,2}(?:\s?(?:[-/.,]|nam)\s?|\s)(?:19|20)\d\d(?!\d)"
    r"|(?:^|[^\d/.-])\d{1,2}([-/.])\d{1,2}\1\d\d(?![\d/.-])"
    r"|(?:19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}|(?:19|20)\d\d年\d{1,2}月\d{1,2}日"
    r"|\bthang (?:\d{1,2}|[a-z]{2,5}(?: [a-z]{3})?),? \d{1,2},? (?:19|20)\d\d"
    r"|\d{1,2},? thang [a-z]{2,5}(?: [a-z]{3})?,? (?:nam )?(?:19|20)\d\d"
    rf"|\b{_NAMED_MONTH}\.? \d{{1,2}},? (?:19|20)\d\d"
    rf"|\d{{1,2}}[ -]{_NAMED_MONTH}\.?,?[ -](?:19|20)\d\d"
)
"""What may be a day, at a glance and in a line made bare: `moments` reads it."""

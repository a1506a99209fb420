"""Deadlines on days that the letter names: `trước 17h00 ngày 20/01/2023`, `trong tháng 01`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Final

from bot.letters.dates import DAY_SHAPE, HOUR_SHAPE, WrittenDay, read_day
from bot.letters.deadline import Deadline, DeadlineKind, DeadlineOperator, DeadlineWarning
from bot.letters.narrative import (
    begins_or_hands_in,
    begins_with_work,
    clause_before,
    goes_on,
    in_brackets,
    is_account,
    is_announced,
    is_due,
    is_quoted,
    is_work,
    lacks,
    lasts,
    opens_account,
    takes_place,
    tells_state,
    tells_which,
)
from bot.letters.phrases import (
    BEFORE,
    CONTEXT,
    EVERY,
    HALF,
    HOUR,
    OPERATOR,
    WEEKDAY,
    Frame,
    hour_of,
    in_month,
    moments,
    operator_of,
    phrase,
    weekday_of,
)

# 17h00 chiều thứ Sáu, (ngày 13/01/2023)
_WHEN: Final = (
    rf"{HOUR}?{HALF}?(?:(?:ngày )?(?P<weekday>{WEEKDAY}) ?,? ?|(?:ngày )?hôm nay ?,? ?)?"
    rf"\(?(?:(?:của )?ngày )?(?P<day>{DAY_SHAPE})"
)
_SINCE: Final = r"(?:(?<!\w)|(?=từ ngày \d))từ"  # also where it is glued to the word before
# từ ngày 10/01/2023, từ ngày 10 (đến hết ngày 20/01/2023)
_FROM: Final = rf"(?:{_SINCE} (?:ngày )?(?P<start>{DAY_SHAPE}|\d{{1,2}}) ?,? )?"
_DEADLINE = phrase(rf"{_FROM}{OPERATOR} {_WHEN}")
# từ ngày 10/01 đến ngày 20/01/2023 · từ 10 - 15/01/2023
_RANGE = phrase(
    rf"{_SINCE} (?:{HOUR_SHAPE} )?(?:ngày )?(?P<start>{DAY_SHAPE}|\d{{1,2}}|nay) ?(?:-|đến|tới)"
    rf" (?P<until>hết )?{HOUR}?(?:ngày )?(?P<day>{DAY_SHAPE})"
)
# trước ngày 15/01 và ngày 15/02/2023
_ALSO = phrase(rf" ?(?:,|và) (?:ngày )?(?P<day>{DAY_SHAPE})")
# gửi trong sáng thứ Hai (09/01)
_HALF_DAY = phrase(
    rf"(?P<by>(?:gửi|nộp|báo cáo|hoàn thành)[^.;:\n]{{0,80}}?(?:trong|vào)) (?P<half>sáng|chiều) "
    rf"(?P<weekday>{WEEKDAY}) ?,? \(?(?:ngày )?(?P<day>{DAY_SHAPE})"
)
# trong tháng 01 · trong quý I/2023
_WITHIN = phrase(
    rf"(?<!\w)(?P<op>{BEFORE}|(?:xong |hoàn thành )?trong|(?:đến )?hết) (?:cuối )?"
    r"(?:tháng (?P<month>\d{1,2})(?!\d| ?/ ?\d\d?(?!\d))|quý (?P<quarter>IV|I{1,3}|[1-4]))(?!\w)"
    r"(?:(?: ?/ ?| năm )(?P<year>(?:19|20)\d\d))?"
)
# "trước ngày 15/6 hằng năm", "định kỳ trước ngày 15/6": of another kind
_RECURS_AFTER = phrase(rf"[^.;]*?{EVERY} (?:ngày|tuần|tháng|quý|năm)")
_RECURS_BEFORE = phrase(r"định kỳ[^.;]*$")
# An operator that an account of what was has too: "hoàn thành ngày 12/5", "trong ngày 12/5"
_WEAK = phrase(r"(?:xong |hoàn thành |gửi |nộp )?(?:vào |trong )?")
# One that nothing but a deadline has
_FIRM = phrase(r"(?:chậm|muộn) nhất|(?:thời )?hạn|không|(?:xong|hoàn thành)")
_FIRM_SPAN = phrase(r"xong|hoàn thành|(?:(?:chậm|muộn) nhất (?:là )?)?trước")
_FAR: Final = timedelta(days=300)
_QUARTERS: Final = {"I": 1, "II": 2, "III": 3, "IV": 4}


def read_fixed(text: str, frame: Frame) -> Iterator[Deadline]:
    """The deadlines on days in `text`, in which other documents are blanked out."""
    taken: list[tuple[int, int]] = []
    for shape in (_RANGE, _DEADLINE, _HALF_DAY):
        for match in shape.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            found = _read(match, frame)
            taken.append(match.span())
            if found is not None:
                yield found
                yield from _more(match, found, frame)
    for match in _WITHIN.finditer(text):
        if found := _read_span(match, frame):
            yield found


def _more(match: re.Match[str], first: Deadline, frame: Frame) -> Iterator[Deadline]:
    """Further days behind the first, bound as it is."""
    also = _ALSO.match(match.string, match.end())
    while also is not None and first.kind is DeadlineKind.DATE:
        written = read_day(also["day"])
        day = written.on_or_after(frame.issued_on)
        if day is None:
            return
        due, late_from = moments(first.op, day, frame.calendar, at=first.hour)
        yield Deadline(
            DeadlineKind.DATE, first.op, also.span("day"), day=day, hour=first.hour, due=due,
            late_from=late_from, warnings=tuple(_warnings(also, day, written, frame)),
        )  # fmt: skip
        also = _ALSO.match(match.string, also.end())


def _read(match: re.Match[str], frame: Frame) -> Deadline | None:
    written = read_day(match["day"])
    day = written.on_or_after(frame.issued_on)
    if _is_no_deadline(match, written, day, frame):
        return None
    is_range = match.re is _RANGE
    op = DeadlineOperator.UNTIL if is_range else operator_of(match)
    hour = (time(12), 0) if match.re is _HALF_DAY and match["half"] == "sáng" else hour_of(match)
    if day is None or hour is None:
        wrong = DeadlineWarning.NO_SUCH_DATE if day is None else DeadlineWarning.NO_SUCH_TIME
        return Deadline(DeadlineKind.INVALID, op, span=match.span(), warnings=(wrong,))
    at, days_later = hour
    due, late_from = moments(op, day, frame.calendar, at=at, days_later=days_later)
    start = frame.issued_on if _from_now(match) else _start(match, end=day)
    return Deadline(
        kind=DeadlineKind.RANGE_END if start else DeadlineKind.DATE,
        op=op,
        span=match.span(),
        day=day,
        starts_on=start,
        hour=at,
        due=due,
        late_from=late_from,
        warnings=tuple(_warnings(match, day, written, frame)),
    )


def _is_no_deadline(
    match: re.Match[str], written: WrittenDay, day: date | None, frame: Frame
) -> bool:
    text, start, end = match.string, *match.span()
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    if written.year is None and (_RECURS_AFTER.match(after) or _RECURS_BEFORE.search(before)):
        return True
    groups = match.groupdict()
    if match.re is _RANGE and (in_brackets(text, start) or not _is_of_work(match, day, frame)):
        return True
    if not (_from_now(match) or is_work(text, start, end)) or goes_on(text, end):
        return True
    opens = not clause_before(text, start).strip()
    if (groups.get("until") or opens) and tells_state(text, end):
        return True
    if day is not None and _has_passed(_last_day(match, day), written.year, frame):
        weak = match.re is _RANGE or (groups.get("by") and _WEAK.fullmatch(groups["by"]))
        if weak or groups.get("until") or is_account(text, start, end) or not is_due(text, start):
            return True
    if is_announced(text, start) or is_quoted(text, start) or lacks(text, start):
        return True
    bound = groups.get("before") or _FIRM.match(groups.get("by") or "")
    return takes_place(text, start) and not bound


def _last_day(match: re.Match[str], day: date) -> date:
    """The last day there is before the day's end, or before the day itself."""
    groups = match.groupdict()
    is_before = groups.get("before") and not groups.get("hour")
    return day - timedelta(days=1) if is_before else day


def _has_passed(day: date, year: int | None, frame: Frame) -> bool:
    """Also a day without a year that was not long ago: hardly anything is asked for next year."""
    return day < frame.issued_on or (year is None and day - frame.issued_on > _FAR)


def _is_of_work(match: re.Match[str], day: date | None, frame: Frame) -> bool:
    """Whether days from one to another are those of work to come."""
    start = frame.issued_on if _from_now(match) or day is None else _start(match, end=day)
    to_come = start is not None and start >= frame.issued_on
    return to_come and (_from_now(match) or lasts(match.string, match.start()))


def _from_now(match: re.Match[str]) -> bool:
    return (match.groupdict().get("start") or "").lower() == "nay"


def _start(match: re.Match[str], *, end: date) -> date | None:
    """Where a range begins; what its start leaves out is as in its end."""
    groups = match.groupdict()
    start = groups.get("start")
    if not start or not (match.re is _RANGE or groups.get("until")):
        return None
    if start.isdecimal():
        return WrittenDay(int(start), end.month, end.year).in_year(end.year)
    written = read_day(start)
    if written.year is not None:
        return written.in_year(written.year)
    later_in_year = (written.month, written.day) > (end.month, end.day)
    return written.in_year(end.year - 1 if later_in_year else end.year)


def _warnings(
    match: re.Match[str], day: date, written: WrittenDay, frame: Frame
) -> Iterator[DeadlineWarning]:
    weekday = match.groupdict().get("weekday")
    if written.year is None:
        yield DeadlineWarning.YEAR_INFERRED
    if day < frame.issued_on:
        yield DeadlineWarning.BEFORE_ISSUE_DATE
    if weekday and weekday_of(weekday) != day.isoweekday():
        yield DeadlineWarning.WEEKDAY_MISMATCH
    if not frame.calendar.is_working_day(day):
        yield DeadlineWarning.DAY_OFF


def _read_span(match: re.Match[str], frame: Frame) -> Deadline | None:
    """A month or quarter: its last day, or the day before it for `trước`."""
    at = match.start()
    told = tells_which(match.string, at) or is_announced(match.string, at)
    told = told or (takes_place(match.string, at) and not begins_with_work(match.string, at))
    is_asked = is_work if _FIRM_SPAN.match(match["op"]) else begins_or_hands_in
    if told or not is_asked(match.string, *match.span()):
        return None
    months = 3 if match["quarter"] else 1
    quarter = _QUARTERS.get((match["quarter"] or "").upper()) or int(match["quarter"] or 0)
    first_month = 3 * quarter - 2 if quarter else int(match["month"])
    if not 1 <= first_month <= 12:
        return None
    year = int(match["year"]) if match["year"] else frame.issued_on.year
    following = in_month(year, first_month + months, 1)
    if not match["year"] and following and following <= frame.issued_on:
        year += 1
        following = in_month(year, first_month + months, 1)
    first = in_month(year, first_month, 1)
    if first is None or following is None:
        return None
    last = following - timedelta(days=1)
    year_written = year if match["year"] else None
    if _has_passed(last, year_written, frame) or opens_account(match.string, *match.span()):
        return None
    word = match["op"].lower()
    op = DeadlineOperator.BEFORE if "trước" in word else DeadlineOperator.BY
    if "hết" in word:
        op = DeadlineOperator.UNTIL
    day = first if op is DeadlineOperator.BEFORE else last
    due, late_from = moments(op, day, frame.calendar)
    warnings = () if match["year"] else (DeadlineWarning.YEAR_INFERRED,)
    return Deadline(
        DeadlineKind.DATE, op, span=match.span(), day=day, due=due,
        late_from=late_from, warnings=warnings,
    )  # fmt: skip

"""Deadlines that come again: `trước ngày 20 hằng tháng`, `thứ Sáu hằng tuần`, `tháng cuối quý`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from typing import Final

from bot.letters.dates import DAY_SHAPE, HOUR_SHAPE, read_day, read_hour
from bot.letters.deadline import (
    Deadline,
    DeadlineKind,
    DeadlineOperator,
    DeadlineWarning,
    Rhythm,
)
from bot.letters.narrative import is_reported, is_work, takes_place
from bot.letters.phrases import (
    EVERY,
    HOUR,
    OPERATOR,
    WEEKDAY,
    Frame,
    first_from,
    hour_of,
    in_month,
    moments,
    operator_of,
    phrase,
    weekday_of,
)

_OPERATOR: Final = rf"(?:{OPERATOR} )?"
# trước ngày 15/6 và … ngày 15/12 hằng năm; "hằng năm" holds for those joined by "và"
_YEARLY_DAY = phrase(rf"{OPERATOR} {HOUR}?(?:ngày )?(?P<day>{DAY_SHAPE})")
_EVERY_YEAR = phrase(rf"(?<!\w){EVERY} năm(?! 20)")
# báo cáo 6 tháng trước ngày 15/6 · báo cáo năm (trước ngày 15/12)
_YEARS_REPORT = phrase(
    r"(?:báo cáo|và|,|;) (?:định kỳ )?(?:0?6 tháng|sáu tháng|0?9 tháng|chín tháng|năm)(?: đầu năm)?"
    r" (?:gửi |\()?$"
)
# trước ngày 25 của tháng cuối quý · ngày 10 tháng đầu của quý sau
_QUARTERLY = phrase(
    rf"{_OPERATOR}{HOUR}?(?:ngày )(?P<day>\d{{1,2}}) (?:của )?tháng "
    r"(?P<which>đầu|thứ hai|giữa|cuối)"
    r"(?: (?:của|mỗi|hằng|hàng))* quý(?: (?:sau|tiếp theo|kế tiếp))?"
)
# trước ngày 05, 15, 25 hàng tháng · ngày 20 mỗi tháng
_MONTHLY = phrase(
    rf"{_OPERATOR}{HOUR}?(?:(?:các )?ngày )"
    rf"(?P<days>\d{{1,2}}(?: ?(?:,|và|;) ?(?:ngày )?\d{{1,2}})*) (?:của )?"
    rf"(?:{EVERY} tháng|tháng (?:sau|kế tiếp|tiếp theo))"
)
# hằng tháng, trước ngày 20 · định kỳ hằng tháng vào ngày 25
_MONTHLY_FIRST = phrase(
    rf"(?<!\w){EVERY} tháng ?,? ?(?:\(|gửi |báo cáo |gửi báo cáo |vào )?{_OPERATOR}"
    r"(?:vào )?ngày (?P<days>\d{1,2})(?! ?[/.-] ?\d|\d| tháng \d)"
)
# ngày cuối (cùng của) tháng
_MONTH_END = phrase(
    rf"{_OPERATOR}ngày (?:làm việc )?cuối(?: cùng)?(?: của)? (?:{EVERY} )?tháng"
    r"(?! (?:thứ|này|trước|sau|đầu|cuối|\d))"
)
# trước 15h00 thứ Năm hằng tuần · vào thứ Sáu hằng tuần
_WEEKLY = phrase(
    rf"{_OPERATOR}(?:vào )?{HOUR}?(?:(?:ngày|sáng|chiều) )?(?P<weekday>{WEEKDAY}) ?,? "
    rf"(?:của )?{EVERY} tuần"
)
# hằng tuần, vào (trước 16h) thứ Sáu
_WEEKLY_FIRST = phrase(
    rf"(?<!\w){EVERY} tuần ?,? ?(?:\(|gửi |báo cáo |gửi báo cáo |vào )*{_OPERATOR}(?:vào )?{HOUR}?"
    rf"(?:ngày )?(?P<weekday>{WEEKDAY})"
)
# trước 7h00 và 16h hằng ngày
_DAILY = phrase(
    rf"{OPERATOR} (?P<times>{HOUR_SHAPE}(?: ?(?:,|và) ?(?:trước )?{HOUR_SHAPE})*)"
    r"(?: (?P<half>sáng|trưa|chiều|tối))? ?,? "
    rf"(?:của )?{EVERY} ngày"
)
_DAILY_FIRST = phrase(
    rf"(?<!\w){EVERY} ngày ?,? ?(?:\(|gửi |báo cáo |gửi báo cáo |vào )*{OPERATOR} "
    rf"(?P<times>{HOUR_SHAPE}(?: ?(?:,|và) ?{HOUR_SHAPE})*)"
)
# Without a day: "báo cáo định kỳ hằng tháng"
_ONLY_EVERY = phrase(
    rf"(?<!\w)(?:(?:báo cáo|gửi|tổng hợp)[^.;\n]{{0,40}}? định kỳ ?,? ?{EVERY} "
    rf"(?P<after>tuần|tháng|quý|năm)|định kỳ ?,? ?(?:{EVERY} )(?P<first>tuần|tháng|quý|năm),?"
    r" (?:gửi |tổng hợp )?báo cáo)"
)
_HOURS = re.compile(HOUR_SHAPE, re.IGNORECASE)
_MONTHS_OF_QUARTER: Final = {"đầu": 1, "thứ hai": 2, "giữa": 2, "cuối": 3}
_KINDS: Final = {
    "tuần": DeadlineKind.WEEKLY,
    "tháng": DeadlineKind.MONTHLY,
    "quý": DeadlineKind.QUARTERLY,
    "năm": DeadlineKind.YEARLY,
}


def read_recurring(text: str, frame: Frame) -> Iterator[Deadline]:
    """The recurring deadlines in `text`, in which other documents are blanked out."""
    taken: list[tuple[int, int]] = []
    kinds: set[DeadlineKind] = set()
    for shape, read in _SHAPES:
        for match in shape.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            found = read(match, frame)
            if found is None or (shape is _ONLY_EVERY and found.kind in kinds):
                continue
            if not _is_work(match):
                continue
            taken.append(match.span())
            kinds.add(found.kind)
            yield found


def _is_work(match: re.Match[str]) -> bool:
    """Whether something is to be done by then; without a limit it must be to hand in something."""
    if not _is_bound(match):
        return is_reported(match.string, *match.span())
    return is_work(match.string, *match.span()) and not takes_place(match.string, match.start())


def _is_bound(match: re.Match[str]) -> bool:
    """Whether a word sets a limit; else the day may be that of a meeting or a broadcast."""
    groups = match.groupdict()
    return any(groups.get(name) for name in ("until", "before", "by"))


def _yearly(match: re.Match[str], frame: Frame) -> Deadline | None:
    sentence = re.split(r"[.;\n](?!\d)", match.string[match.end() :], maxsplit=1)[0]
    written = read_day(match["day"])
    every_year = _EVERY_YEAR.search(sentence) or _YEARS_REPORT.search(
        match.string, max(0, match.start() - 30), match.start()
    )
    if written.year is not None or not every_year:
        return None
    year = frame.issued_on.year
    day = first_from((written.in_year(year + shift) for shift in range(5)), frame.issued_on)
    rhythm = Rhythm(days=(written.day,), month=written.month)
    return _recurs(match, DeadlineKind.YEARLY, rhythm, day, frame)


def _quarterly(match: re.Match[str], frame: Frame) -> Deadline | None:
    number = int(match["day"])
    month = _MONTHS_OF_QUARTER[" ".join(match["which"].lower().split())]
    first = 3 * ((frame.issued_on.month - 1) // 3) + month
    days = (in_month(frame.issued_on.year, first + 3 * shift, number) for shift in range(5))
    rhythm = Rhythm(days=(number,), month_of_quarter=month)
    day = first_from(days, frame.issued_on)
    return _recurs(match, DeadlineKind.QUARTERLY, rhythm, day, frame)


def _monthly(match: re.Match[str], frame: Frame) -> Deadline | None:
    numbers = tuple(int(number) for number in re.findall(r"\d+", match["days"]))
    if not all(1 <= number <= 31 for number in numbers):
        return None
    start = frame.issued_on
    days = (in_month(start.year, start.month + shift, n) for shift in range(3) for n in numbers)
    rhythm = Rhythm(days=numbers)
    return _recurs(match, DeadlineKind.MONTHLY, rhythm, first_from(days, start), frame)


def _month_end(match: re.Match[str], frame: Frame) -> Deadline | None:
    following = in_month(frame.issued_on.year, frame.issued_on.month + 1, 1)
    day = following and following - timedelta(days=1)
    return _recurs(match, DeadlineKind.MONTHLY, Rhythm(days=(31,)), day, frame)


def _weekly(match: re.Match[str], frame: Frame) -> Deadline | None:
    weekday = weekday_of(match["weekday"])
    ahead = (weekday - frame.issued_on.isoweekday()) % 7
    day = frame.issued_on + timedelta(days=ahead)
    return _recurs(match, DeadlineKind.WEEKLY, Rhythm(weekday=weekday), day, frame)


def _daily(match: re.Match[str], frame: Frame) -> Deadline | None:
    hours = [read_hour(words) for words in _HOURS.findall(match["times"])]
    times = tuple(hour[0] for hour in hours if hour)
    day = frame.calendar.add_working_days(frame.issued_on, 1)
    due = frame.calendar.at(day, times[0]) if times else None
    return Deadline(
        DeadlineKind.DAILY, operator_of(match), span=match.span(), due=due,
        late_from=due, rhythm=Rhythm(times=times), warnings=(DeadlineWarning.CONFIRM,),
    )  # fmt: skip


def _only_every(match: re.Match[str], frame: Frame) -> Deadline | None:
    kind = _KINDS[(match["after"] or match["first"]).lower()]
    del frame  # it has no day
    return Deadline(
        kind, DeadlineOperator.BY, span=match.span(), rhythm=Rhythm(),
        warnings=(DeadlineWarning.CONFIRM,),
    )  # fmt: skip


def _recurs(
    match: re.Match[str], kind: DeadlineKind, rhythm: Rhythm, day: date | None, frame: Frame
) -> Deadline | None:
    """With the moments of its first time."""
    hour = hour_of(match)
    if day is None or hour is None:
        return None
    op = operator_of(match)
    due, late_from = moments(op, day, frame.calendar, at=hour[0], days_later=hour[1])
    times: tuple[time, ...] = (hour[0],) if hour[0] else ()
    return Deadline(
        kind, op, span=match.span(), day=day, hour=hour[0], due=due,
        late_from=late_from, rhythm=Rhythm(rhythm.days, rhythm.weekday, rhythm.month,
                                           rhythm.month_of_quarter, times),
    )  # fmt: skip


_Read = Callable[[re.Match[str], Frame], Deadline | None]
_SHAPES: Final[tuple[tuple[re.Pattern[str], _Read], ...]] = (
    (_QUARTERLY, _quarterly),
    (_MONTHLY, _monthly),
    (_MONTHLY_FIRST, _monthly),
    (_MONTH_END, _month_end),
    (_WEEKLY, _weekly),
    (_WEEKLY_FIRST, _weekly),
    (_DAILY, _daily),
    (_DAILY_FIRST, _daily),
    (_YEARLY_DAY, _yearly),
    (_ONLY_EVERY, _only_every),
)

"""Deadlines without a day of their own: periods, events, at once, and so many in every week."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from bot.letters.deadline import (
    Deadline,
    DeadlineKind,
    DeadlineOperator,
    DeadlineWarning,
    Period,
    PeriodUnit,
    Quota,
    Since,
)
from bot.letters.narrative import (
    clause_after,
    clause_before,
    is_before_tet,
    is_of_merit,
    is_told,
    is_work,
    takes_place,
)
from bot.letters.phrases import EVERY, Frame, in_month, operator_of, phrase, quoted
from bot.letters.told_days import is_of_case
from scheduler.calendar import WorkingCalendar

_UNITS: Final = {
    "giờ làm việc": PeriodUnit.HOUR,
    "giờ": PeriodUnit.HOUR,
    "ngày làm việc": PeriodUnit.WORKING_DAY,
    "ngày": PeriodUnit.DAY,
    "tuần": PeriodUnit.WEEK,
    "tháng": PeriodUnit.MONTH,
}
_UNIT: Final = "|".join(_UNITS)
# Of what the time limit is, where it is one for work: "thời hạn trả lời:"
_OF_DUE: Final = (
    r" (?:nộp|gửi|trả lời|báo cáo|hoàn thành|thực hiện|góp ý|đăng ký|phản hồi|xử lý)"
    r"[^.;:\d\n]{0,25}:"
)
# trong thời hạn 05 ngày làm việc kể từ ngày nhận được văn bản · chậm nhất sau 02 ngày
_PERIOD = phrase(
    rf"(?:(?P<by>(?<!\w)(?:trong )?thời hạn(?: là| ?:|{_OF_DUE})?"
    r"|(?<!\w)trong(?: vòng| khoảng| thời gian)?"
    r"|(?:chậm|muộn) nhất(?: là)?(?: trong(?: vòng)?| sau)?|(?<!\w)không quá|(?<!\w)sau) )"
    rf"(?P<count>\d{{1,3}})(?: \([^)]{{1,12}}\))? (?P<unit>{_UNIT})(?!\w)"
    r"(?P<since>(?: ?,? )(?:kể từ|tính từ|từ|sau)(?: (?:ngày|khi|thời điểm|lúc))?"
    r" [^.;,()\n]{2,80})?"
)
_BEFORE_EVENT = phrase(
    r"(?:chậm|muộn) nhất (?:là )?(?P<count>\d{1,3}) (?P<unit>ngày làm việc|ngày|giờ) trước(?: khi)?"
    r" (?P<event>[^.;,()\n]{3,80})"
)
_RECEIVED = phrase(r"nhận")
_ISSUED = phrase(r"(?:ký|ban hành)(?: văn bản| công văn)?")
_AFTER_EVENT = phrase(r"(?:ngay )?sau khi kết thúc (?P<event>[A-ZĐ][^.;,()\n]{1,60}?) ?,? $")
_PASSED = phrase(
    r"(?:(?<!\w)(?:quá|chậm|sau đó|được)[^.;,]{0,12}"
    r"|(?:đã|cách ly|gia hạn|nghỉ|kéo dài|diễn ra|(?<!\()qua)[^.;,]{0,30}) $"
)
# What goes on so long, what somebody may do so long
_LASTING = phrase(
    r"(?<!\w)(?:niêm yết|công khai|lưu giữ|lưu trữ|bảo hành|bảo quản|cách ly)[^.;]{0,40}$"
)
_MAY = phrase(r"[^.;]{0,80}(?:có quyền|khiếu nại|khởi kiện|không có ý kiến)")
# What comes up again and again: "kể từ khi phát hiện ổ dịch", "khi nhận đủ hồ sơ"
_EACH_TIME = phrase(
    r"(?:phát hiện|xảy ra|phát sinh|tiếp nhận|nhận (?:được |đủ )*(?:hồ sơ|đơn|báo cáo|phản ánh"
    r"|yêu cầu|kiến nghị|đề nghị|tin báo)|có (?:yêu cầu|sự cố|dịch|kết quả)|niêm yết|nghiệm thu"
    r"|có thông báo)"
)
# "khi phát hiện ca bệnh phải báo cáo trong vòng 24 giờ"
_WHEN_SO = phrase(
    r"(?<!\w)(?:khi|nếu|trường hợp)(?: có)? (?:phát hiện|xảy ra|phát sinh|gặp|có)(?!\w)[^.;]*$"
)
# What happens once
_ONCE = phrase(r"\d|kết thúc|hoàn thành|khai mạc|bế mạc|công bố")
# "trong vòng 24 giờ qua", "trong vòng 24 giờ tới"
_OF_TIME = phrase(r" (?:qua|tới|gần đây|gần nhất|trước|sau)(?!\w)")

# What bounds nothing unless it says since when.
_LOOSE = phrase(r"trong(?: khoảng| thời gian)?|không quá")

_TET = phrase(
    r"trước (?:dịp |kỳ nghỉ |khi nghỉ |ngày nghỉ )?"
    r"(?P<event>(?:nghỉ )?Tết(?: Nguyên đán| cổ truyền)?)"
    r"(?: (?:Giáp|Ất|Bính|Đinh|Mậu|Kỷ|Canh|Tân|Nhâm|Quý)"
    r" (?:Tý|Sửu|Dần|Mão|Thìn|Tỵ|Ngọ|Mùi|Thân|Dậu|Tuất|Hợi))?(?: (?:năm )?(?P<year>20\d\d))?"
)
_EVENT = phrase(
    r"(?P<before>trước) (?:thời điểm |khi |ngày |giờ )*"
    r"(?P<event>(?:khai mạc|diễn ra|bế mạc) [^.;,()\n]{3,80})"
)
# What is received is the letter itself; "ngay khi nhận được phản ánh" is a condition.
_AT_ONCE = phrase(
    r"(?<!\w)ngay (?:sau )?khi (?:nhận|tiếp nhận)(?: được)? (?:(?:văn bản|công văn|công điện"
    r"|chỉ thị|kế hoạch|thông báo|hướng dẫn|quyết định|phiếu chuyển|nội dung)(?: này"
    r"|(?= ?(?:[,.;:)]|$|của))(?! của))|(?= ?[,.;:)]))"
)
_QUOTA_OF: Final = (
    r"(?:tin ?,? bài(?: viết)?|tin bài|tin|bài viết|bài|phóng sự|chuyên mục|chuyên đề|bản tin|lượt"
    r"|chương trình|tác phẩm|video|buổi|lần|đường dẫn)"
)
_QUOTA = phrase(
    rf"(?:(?:(?P<first>{EVERY} ?(?:ngày|tuần|tháng|quý|năm))[^.;\n]{{0,60}}?)?"
    rf"(?:(?:tối thiểu|ít nhất|không dưới|từ)(?: là)? (?P<least>\d{{1,3}})(?: ?- ?\d{{1,3}})?"
    rf"|(?<![\w/.,])(?P<count>\d{{1,3}})(?= {_QUOTA_OF} ?/ ?(?:ngày|tuần|tháng|quý|năm)(?!\w))"
    rf"|(?(first)(?P<each>\d{{1,3}})|(?!)))"
    rf" (?P<of>{_QUOTA_OF})(?: (?!mỗi|một|trong)[^\W\d_]+(?= ?/)| (?!mỗi|một|trong)[^\W\d_]+"
    rf" [^\W\d_]+(?= ?/))?(?: ?/ ?| (?:mỗi|một|trong|trên|hằng|hàng)(?: một)? )?"
    r"(?P<per>ngày|tuần|tháng|quý|năm)?)"
    # Behind a stroke also where the next word is glued to it.
    r"(?:(?!\w)|(?<=/ngày)|(?<=/tuần)|(?<=/tháng)|(?<=/quý)|(?<=/năm))"
)
_PUBLISHED = phrase(r"(?:tin|bài|phóng sự|tác phẩm|chuyên mục|chuyên đề|video)")
# Broadcasts and the like count where something is told to the public.
_PUBLISHES = phrase(r"(?<!\w)(?:phát|tuyên truyền|đăng|thông báo|tiếp âm|cảnh báo|truyền thông)")
_IN_CONTEST = phrase(r" (?:dự thi|tham gia|tham dự)")
_PER: Final = {"ngày": "day", "tuần": "week", "tháng": "month", "quý": "quarter", "năm": "year"}


def read_periods(text: str, frame: Frame) -> Iterator[Deadline]:
    """The deadlines of these kinds in `text`, in which other documents are blanked out."""
    taken: list[tuple[int, int]] = []
    for match in _BEFORE_EVENT.finditer(text):
        if not is_work(text, *match.span()):
            continue
        taken.append(match.span())
        event = quoted(f"{match['count']} {match['unit']} trước {match['event']}")
        yield _confirmed(match, DeadlineKind.EVENT, DeadlineOperator.BEFORE, event=event)
    for match in _PERIOD.finditer(text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        if period := _period(match):
            yield _relative(match, period)
    for match in _TET.finditer(text):
        if is_before_tet(text, match.start()):
            yield _before_tet(match, frame)
    for match in _EVENT.finditer(text):
        if not is_work(text, *match.span()):
            continue
        event = quoted(match["event"])
        yield _confirmed(match, DeadlineKind.EVENT, operator_of(match), event=event)
    for match in _AT_ONCE.finditer(text):
        yield Deadline(DeadlineKind.IMMEDIATE, DeadlineOperator.BY, span=match.span())
    yield from _quotas(text)


def period_end(period: Period, since: datetime, calendar: WorkingCalendar) -> datetime:
    """When the period is over that begins at `since`, in UTC: the first day is not counted.

    One that ends on a day off ends on the next working day, as the Civil Code counts periods; days
    end with the office's work.
    """
    if period.unit is PeriodUnit.HOUR:
        return since + timedelta(hours=period.count)
    day = calendar.local_date(since)
    if period.unit is PeriodUnit.WORKING_DAY:
        return calendar.end_of_work(calendar.add_working_days(day, period.count))
    if period.unit is PeriodUnit.MONTH:
        last = _months_later(day, period.count)
    else:
        weeks = period.unit is PeriodUnit.WEEK
        last = day + timedelta(days=period.count * (7 if weeks else 1))
    if not calendar.is_working_day(last):
        last = calendar.add_working_days(last, 1)
    return calendar.end_of_work(last)


def _months_later(day: date, count: int) -> date:
    """The same day of a later month, or that month's last."""
    for number in range(day.day, 27, -1):
        if found := in_month(day.year, day.month + count, number):
            return found
    return in_month(day.year, day.month + count, min(day.day, 28)) or day


def _period(match: re.Match[str]) -> tuple[Period, bool] | None:
    """The period, and whether a person must say when it begins; None for what asks for nothing."""
    before = match.string[max(0, match.start() - 80) : match.start()]
    count = int(match["count"])
    words = match["by"].lower()
    since = quoted(match["since"] or "")
    ended = _AFTER_EVENT.search(before)
    if not ended and takes_place(match.string, match.start()):
        return None
    if _LASTING.search(before) or _MAY.match(match.string, match.end()) or _EACH_TIME.search(since):
        return None
    if count == 0 or _PASSED.search(before) or _OF_TIME.match(match.string, match.end()):
        return None
    # "sau 3 ngày" tells a story; "trong 5 năm", "trong 6 tháng đầu năm" and "không quá 2 ngày" too.
    unit = _unit_of(match["unit"])
    tells = words == "sau" or (not since and (_LOOSE.fullmatch(words) or unit is PeriodUnit.MONTH))
    if tells and not ended:
        return None
    if ended:
        return Period(count, unit, f"{quoted(ended['event'])} kết thúc"), True
    if not since and _WHEN_SO.search(before):
        return None
    if not since or _RECEIVED.search(since):
        return Period(count, unit, Since.RECEIVED), not since
    if _ISSUED.search(since):
        return Period(count, unit, Since.ISSUED), False
    # Since anything else it may run anew from every case.
    if unit is PeriodUnit.HOUR or not _ONCE.search(since):
        return None
    if is_of_case(match.string, match.start()):
        return None
    return Period(count, unit, since.lstrip(" ,")), True


def _unit_of(words: str) -> PeriodUnit:
    """By its name, whose spaces may be lost."""
    bare = "".join(words.lower().split())
    return next(unit for name, unit in _UNITS.items() if name.replace(" ", "") == bare)


def _relative(match: re.Match[str], found: tuple[Period, bool]) -> Deadline:
    period, unsure = found
    return Deadline(
        DeadlineKind.RELATIVE, DeadlineOperator.BY, span=match.span(),
        period=period, warnings=(DeadlineWarning.CONFIRM,) if unsure else (),
    )  # fmt: skip


def _confirmed(
    match: re.Match[str], kind: DeadlineKind, op: DeadlineOperator, *, event: str
) -> Deadline:
    return Deadline(
        kind, op, span=match.span(), event=event,
        warnings=(DeadlineWarning.CONFIRM,),
    )  # fmt: skip


def _before_tet(match: re.Match[str], frame: Frame) -> Deadline:
    year = int(match["year"]) if match["year"] else frame.issued_on.year
    last = _last_day_before_tet(year, frame.calendar)
    if not match["year"] and last is not None and last < frame.issued_on:
        year += 1
        last = _last_day_before_tet(year, frame.calendar)
    return Deadline(
        DeadlineKind.EVENT, DeadlineOperator.BEFORE, span=match.span(),
        event=f"Tết Nguyên đán {year}",
        suggested=frame.calendar.end_of_work(last) if last else None,
        warnings=(DeadlineWarning.CONFIRM,),
    )  # fmt: skip


def _last_day_before_tet(year: int, calendar: WorkingCalendar) -> date | None:
    """The working day before the only long holiday between mid January and the end of February."""
    day = date(year, 1, 15)
    for shift in range(45):
        first = day + timedelta(days=shift)
        if all(not calendar.is_working_day(first + timedelta(days=more)) for more in range(5)):
            return calendar.last_working_day_before(first)
    return None


def _quotas(text: str) -> Iterator[Deadline]:
    for match in _QUOTA.finditer(text):
        every = (match["per"] or match["first"] or "").lower()
        per = next((per for word, per in _PER.items() if every.endswith(word)), None)
        if not _PUBLISHED.match(match["of"]):
            before = clause_before(text, match.start())
            if per is None or not _PUBLISHES.search(f"{before} {clause_after(text, match.end())}"):
                continue
        if _IN_CONTEST.match(text, match.end()):
            continue
        if is_told(text, match.start()) or is_of_merit(text, *match.span()):
            continue
        quota = Quota(
            int(match["least"] or match["count"] or match["each"]), quoted(match["of"]), per
        )
        yield Deadline(
            DeadlineKind.QUOTA, DeadlineOperator.BY, span=match.span(),
            quota=quota,
        )  # fmt: skip

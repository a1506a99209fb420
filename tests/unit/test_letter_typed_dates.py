"""Days and hours as staff type them; it is Thursday 14 January 2027, 10:00 in Vietnam."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import InvalidInput
from bot.letters.typed_dates import read_typed_date, read_typed_days, read_typed_deadline
from scheduler.calendar import WorkingCalendar

VIETNAM = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))
NOW = datetime(2027, 1, 14, 3, 0, tzinfo=UTC)


def read(text, *, now=NOW):
    moment = read_typed_deadline(text, now=now, calendar=VIETNAM)
    assert moment.utcoffset() == timedelta(0)
    return moment.astimezone(VIETNAM.zone).strftime("%d/%m/%Y %H:%M")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20/1", "20/01/2027 17:00"),
        ("20/01/2027", "20/01/2027 17:00"),
        ("20.1.2027", "20/01/2027 17:00"),
        ("20-01-2027", "20/01/2027 17:00"),
        ("2027-01-20", "20/01/2027 17:00"),
        ("20/1/27", "20/01/2027 17:00"),
        ("ngày 20 tháng 01 năm 2027", "20/01/2027 17:00"),
        ("trước ngày 20/01/2027", "20/01/2027 17:00"),
        ("17h 20/1", "20/01/2027 17:00"),
        ("17h00 ngày 20/01/2027", "20/01/2027 17:00"),
        ("8h30 20 tháng 1", "20/01/2027 08:30"),
        ("20/1, 17:30.", "20/01/2027 17:30"),
        ("16 giờ 15 phút ngày 20/1", "20/01/2027 16:15"),
        ("17h00, thứ Tư, ngày 20/01/2027", "20/01/2027 17:00"),
        ("14/1", "14/01/2027 17:00"),
        ("05/01/2028", "05/01/2028 17:00"),
        ("24h 20/1", "21/01/2027 00:00"),
        ("hết ngày 20/1", "21/01/2027 00:00"),
        ("đến hết thứ sáu", "16/01/2027 00:00"),
        ("thứ sáu 17h", "15/01/2027 17:00"),
        ("thứ 6", "15/01/2027 17:00"),
        ("t6", "15/01/2027 17:00"),
        ("thu sau", "15/01/2027 17:00"),
        ("THỨ SÁU TỚI", "15/01/2027 17:00"),
        ("thứ sáu tuần sau", "22/01/2027 17:00"),
        ("chủ nhật", "17/01/2027 17:00"),
        ("thứ tư", "20/01/2027 17:00"),
        ("thứ năm 16h", "14/01/2027 16:00"),
        ("thứ năm 9h", "21/01/2027 09:00"),
        ("3 ngày làm việc nữa", "19/01/2027 17:00"),
        ("03 ngày làm việc", "19/01/2027 17:00"),
        ("3 ngay lam viec", "19/01/2027 17:00"),
        ("5 ngày", "19/01/2027 17:00"),
        ("2 ngày", "18/01/2027 17:00"),
        ("2 tuần nữa lúc 9h", "28/01/2027 09:00"),
        ("cuối tháng", "29/01/2027 17:00"),
        ("cuoi thang sau", "26/02/2027 17:00"),
        ("mai", "15/01/2027 17:00"),
        ("ngày mai 8h", "15/01/2027 08:00"),
        ("5h chiều mai", "15/01/2027 17:00"),
        ("hôm nay 16h", "14/01/2027 16:00"),
        ("hom nay", "14/01/2027 17:00"),
        ("16h", "14/01/2027 16:00"),
        ("cuối giờ thứ sáu", "15/01/2027 17:00"),
        ("friday 17:00", "15/01/2027 17:00"),
        ("by 5pm on Friday", "15/01/2027 17:00"),
        ("12 am tomorrow", "15/01/2027 00:00"),
        ("next friday", "22/01/2027 17:00"),
        ("in 3 working days", "19/01/2027 17:00"),
        ("5 days", "19/01/2027 17:00"),
        ("tomorrow", "15/01/2027 17:00"),
        ("end of next month", "26/02/2027 17:00"),
    ],
)
def test_read_typed_deadline(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "deadline.not_understood"),
        ("abc", "deadline.not_understood"),
        ("3", "deadline.not_understood"),
        ("sáng mai", "deadline.not_understood"),
        ("thứ 8", "deadline.not_understood"),
        ("25h 20/1", "deadline.not_understood"),
        ("17h 18h", "deadline.not_understood"),
        ("2 giờ nữa", "deadline.not_understood"),
        ("0 ngày", "deadline.not_understood"),
        ("20/1/3000", "deadline.not_understood"),
        ("20/1 " * 30, "deadline.not_understood"),
        ("31/2", "deadline.no_such_date"),
        ("29/2", "deadline.no_such_date"),
        ("2027-13-01", "deadline.no_such_date"),
        ("0/1", "deadline.no_such_date"),
        ("thứ năm 20/1", "deadline.weekday_mismatch"),
        ("14/1 9h", "deadline.in_the_past"),
        ("hôm nay 10h", "deadline.in_the_past"),
        ("13/1", "deadline.in_the_past"),
        ("20/12", "deadline.in_the_past"),
        ("20/01/2026", "deadline.in_the_past"),
        ("thứ hai này", "deadline.in_the_past"),
    ],
)
def test_read_typed_deadline_refused(text, key):
    with pytest.raises(InvalidInput) as refused:
        read(text)
    assert refused.value.key == key


def test_read_typed_deadline_refusal_quotes_what_was_typed():
    with pytest.raises(InvalidInput) as refused:
        read(" 31/2 ")
    assert refused.value.parameters == {"typed": "31/2"}


def test_read_typed_deadline_year_left_out_is_the_coming_one():
    assert read("5/1", now=datetime(2027, 11, 20, tzinfo=UTC)) == "05/01/2028 17:00"


def test_read_typed_deadline_counts_from_the_local_day():
    after_midnight_in_vietnam = datetime(2027, 1, 13, 18, 0, tzinfo=UTC)
    assert read("hôm nay", now=after_midnight_in_vietnam) == "14/01/2027 17:00"


WORDS = (
    *("trước", "hết", "ngày", "17h", "24h", "5pm", "chiều", "20/1", "31/12/2099", "2027-02-30"),
    *("3", "999", "thứ", "sáu", "tuần", "sau", "mai", "cuối", "tháng", ","),
    *("in", "working", "days", "next", "friday"),
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_read_typed_deadline_any_words_give_a_moment_ahead_or_a_sentence(words):
    try:
        moment = read_typed_deadline(" ".join(words), now=NOW, calendar=VIETNAM)
    except InvalidInput:
        return
    assert moment > NOW


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("06/01/2023", date(2023, 1, 6)),
        ("6.1.2023", date(2023, 1, 6)),
        ("06-01-2023", date(2023, 1, 6)),
        ("2023-01-06", date(2023, 1, 6)),
        ("ngày 06 tháng 01 năm 2023", date(2023, 1, 6)),
        ("Yên Bái, ngày 06 tháng 01 năm 2023", date(2023, 1, 6)),
        ("hôm nay", date(2027, 1, 14)),
        ("hom qua", date(2027, 1, 13)),
        ("today", date(2027, 1, 14)),
        ("15/1", date(2027, 1, 15)),
        ("31/12", date(2026, 12, 31)),
    ],
)
def test_read_typed_date(text, expected):
    assert read_typed_date(text, now=NOW, zone=VIETNAM.zone) == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "date.not_understood"),
        ("2023", "date.not_understood"),
        ("ngày tháng 01 năm 2023", "date.not_understood"),
        ("06/01/2023 " * 20, "date.not_understood"),
        ("31/02/2023", "date.no_such_date"),
        ("30/2", "date.no_such_date"),
    ],
)
def test_read_typed_date_refused(text, key):
    with pytest.raises(InvalidInput) as refused:
        read_typed_date(text, now=NOW, zone=VIETNAM.zone)
    assert refused.value.key == key


# --- days of the office, with a reason -----------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first", "last", "note"),
    [
        (
            "10/10/2026 Làm bù ngày 02/10",
            date(2026, 10, 10),
            date(2026, 10, 10),
            "Làm bù ngày 02/10",
        ),
        ("ngày 9.10.2026: Nghỉ", date(2026, 10, 9), date(2026, 10, 9), "Nghỉ"),
        ("2026-10-09", date(2026, 10, 9), date(2026, 10, 9), ""),
        ("16/02/2027-20/02/2027 Bão", date(2027, 2, 16), date(2027, 2, 20), "Bão"),
        (
            "từ ngày 30/12 đến ngày 2/1,  Tết\ndương",
            date(2026, 12, 30),
            date(2027, 1, 2),
            "Tết dương",
        ),
        ("9/10/2026 - Nghỉ", date(2026, 10, 9), date(2026, 10, 9), "Nghỉ"),
        ("2/1 Nghỉ", date(2027, 1, 2), date(2027, 1, 2), "Nghỉ"),  # the nearest one
    ],
)
def test_a_day_or_a_span_is_read_with_what_stands_behind(
    typed: str, first: date, last: date, note: str
):
    read = read_typed_days(typed, now=datetime(2026, 11, 6, 5, tzinfo=UTC), zone=VIETNAM.zone)
    assert (read.first, read.last, read.note) == (first, last, note)


@pytest.mark.parametrize(
    "typed", ["", "nghỉ 9/10", "9/10/26/1", "12/345", "9.10 Nghỉ", "9/10a", "thứ Sáu"]
)
def test_what_does_not_begin_with_a_day_is_none(typed: str):
    with pytest.raises(InvalidInput):
        read_typed_days(typed, now=datetime(2026, 10, 6, 5, tzinfo=UTC), zone=VIETNAM.zone)

"""Days and hours in lines, and what is none."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.page_moments import moments
from bot.articles.page_stamps import read_stamp, stamp_of_address
from bot.domain.folding import unaccent

DAY = date(2023, 1, 6)


@pytest.mark.parametrize(
    "line",
    [
        "06/01/2023", "6/1/2023", "06-01-2023", "06.01.2023", "06 / 01 / 2023", "2023-01-06",
        "ngày 6 tháng 01 năm 2023", "06 Tháng 1, 2023", "6 Tháng Một, 2023", "Tháng Một 6, 2023",
        "6 tháng Giêng năm 2023", "06 Th1, 2023", "January 6, 2023", "6 Jan 2023", "06-Jan-2023",
        "2023/01/06",
    ],
)  # fmt: skip
def test_one_day_in_many_forms(line: str):
    (found,) = moments(unaccent(line))
    assert (found.day, found.is_clear, found.clock) == (DAY, True, None)


@pytest.mark.parametrize(
    ("line", "clock"),
    [
        ("06/01/2023 8:05", time(8, 5)),
        ("08:05 | 06/01/2023", time(8, 5)),
        ("08:05:31 06/01/2023", time(8, 5, 31)),
        ("06/01/2023 - 20h05", time(20, 5)),
        ("20h ngày 06/01/2023", time(20)),
        ("20 giờ 5 phút, ngày 06/01/2023", time(20, 5)),
        ("17g00 06/01/2023", time(17)),
        ("14:25' - 06/01/2023", time(14, 25)),
        ("06/01/2023 1:36:31 PM", time(13, 36, 31)),
        ("06/01/2023 1:36 CH", time(13, 36)),
        ("06/01/2023 13:36 CH", time(13, 36)),
        ("06/01/2023 12:36 CH", time(12, 36)),
        ("06/01/2023 12:36 SA", time(0, 36)),
        ("06/01/2023 12:36 AM", time(0, 36)),
        ("06/01/2023 25:00", None),
    ],
)
def test_hours(line: str, clock: time | None):
    (found,) = moments(unaccent(line))
    assert (found.day, found.clock) == (DAY, clock)


@pytest.mark.parametrize(
    "line",
    [
        "năm 2019", "tháng 01/2023", "12/2022", "31/02/2023", "Thông tư 03/04/2019/TT-BTC", "06/01",
        "1.2.2023.4", "0900.000.222", "phiên bản 10.1.20231", "2023", "15/13/2023",
    ],
)  # fmt: skip
def test_what_is_no_day(line: str):
    assert moments(unaccent(line)) == ()


@pytest.mark.parametrize(
    ("text", "clock", "offset"),
    [
        ("2023-01-06", None, None),
        ("2023-01-06T08:05", time(8, 5), None),
        ("2023-01-06T08:05:31.123+07:00", time(8, 5, 31), timedelta(hours=7)),
        ("2023-01-06T08:05:31+0700", time(8, 5, 31), timedelta(hours=7)),
        ("2023-01-06T08:05:31Z", time(8, 5, 31), timedelta(0)),
        ("Fri, 06 Jan 2023 08:05:00 +0700", time(8, 5), timedelta(hours=7)),
        ("06/01/2023 08:05 (GMT+7)", time(8, 5), timedelta(hours=7)),
        ("1672967100", time(1, 5), timedelta(0)),
        ("1672967100000", time(1, 5), timedelta(0)),
    ],
)
def test_stamps(text: str, clock: time | None, offset: timedelta | None):
    found = read_stamp(text)
    assert found is not None
    assert (found.day, found.clock, found.offset) == (DAY, clock, offset)


@pytest.mark.parametrize("text", ["", "2023", "2023-01", "2023-13-01", "đã đăng", "99", "1" * 20])
def test_what_is_no_stamp(text: str):
    assert read_stamp(text) is None


@given(
    st.text(alphabet="0123456789/:.-| thangnmgiocuSACHPM,()+GUTZ", max_size=120)
    | st.text(max_size=120)
)
def test_no_line_breaks_the_reading(line: str):
    for found in (*moments(unaccent(line)), read_stamp(line)):
        if found is not None:
            assert 1900 <= found.day.year < 2100
            assert found.start <= found.end


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://baovankhe.vn/hoi-nghi-20230106080512345.htm", date(2023, 1, 6)),
        ("https://baovankhe.vn/2023/01/06/hoi-nghi/", date(2023, 1, 6)),
        ("https://baovankhe.vn/2023/1/6/hoi-nghi/", date(2023, 1, 6)),
        ("https://baovankhe.vn/le-hoi-20230106.htm", None),  # perhaps when it happens
        ("https://baovankhe.vn/hoi-nghi-20231406080512345.htm", None),
        ("https://baovankhe.vn/2023/02/31/hoi-nghi/", None),
        ("https://baovankhe.vn/hoi-nghi-305919.html", None),
    ],
)
def test_days_of_addresses(url: str, day: date | None):
    found = stamp_of_address(url)
    assert (found.day if found else None) == day


@pytest.mark.parametrize(
    "line",
    ["6 mars 2023", "2023年1月6日", "06/Tháng 01/2023", "6 janvier 2023", "6-Jan-2023"],
)
def test_days_of_foreign_editions(line: str):
    [found] = moments(unaccent(line))
    assert found.day == (date(2023, 3, 6) if "mars" in line else date(2023, 1, 6))


@pytest.mark.parametrize(
    ("line", "hour"),
    [
        ("2 giờ 15 phút chiều 6/1/2023", 14),
        ("8 giờ 15 sáng 6/1/2023", 8),
        ("7h15 tối 6/1/2023", 19),
    ],
)
def test_parts_of_the_day(line: str, hour: int):
    [found] = moments(unaccent(line))
    assert found.clock is not None
    assert (found.clock.hour, found.clock.minute) == (hour, 15)

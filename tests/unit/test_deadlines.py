"""Deadlines found in sentences of letters; the letter is of Friday 6 January 2023.

The days off around Tết are 20 to 26 January 2023.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.letters.deadlines import DeadlineKind, find_deadlines
from scheduler.calendar import WorkingCalendar

VIETNAM = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))
ISSUED_ON = date(2023, 1, 6)


def find(text, *, issued_on=ISSUED_ON):
    return find_deadlines(text, issued_on=issued_on, calendar=VIETNAM)


def local(moment):
    return moment and moment.astimezone(VIETNAM.zone).strftime("%Y-%m-%dT%H:%M")


def summary(deadline):
    return (
        deadline.op.value,
        str(deadline.day),
        local(deadline.due),
        [warning.value for warning in deadline.warnings],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kết quả thực hiện gửi về Sở Thông tin và Truyền thông trước ngày 15/01/2023.",
            [("before", "2023-01-15", "2023-01-13T17:00", ["day_off"])],
        ),
        (
            "Đề nghị các đơn vị hoàn thành trước 17h00 ngày 20/01/2023.",
            [("before", "2023-01-20", "2023-01-20T17:00", ["day_off"])],
        ),
        (
            "Chậm nhất là ngày 18 tháng 01 năm 2023, các đơn vị gửi đường dẫn tin, bài.",
            [("by", "2023-01-18", "2023-01-18T17:00", [])],
        ),
        (
            "Gửi báo cáo về Sở trước 16 giờ 00 phút, thứ Sáu, ngày 13/01/2023.",
            [("before", "2023-01-13", "2023-01-13T16:00", [])],
        ),
        (
            "Gửi báo cáo trước 11h30' thứ Năm, ngày 13/01/2023.",
            [("before", "2023-01-13", "2023-01-13T11:30", ["weekday_mismatch"])],
        ),
        (
            "Đề nghị báo cáo nhanh trước ngày 10/02 (gửi qua email: ttbcxb@example.gov.vn).",
            [("before", "2023-02-10", "2023-02-09T17:00", ["year_inferred"])],
        ),
        (
            "Hoàn thành trước ngày\n31/01/2023 theo Chương trình hành động số 56-\nCTr/TU.",
            [("before", "2023-01-31", "2023-01-30T17:00", [])],
        ),
        (
            "Đề nghị gửi danh sách trước ngày 5.1.2023 hoặc muộn nhất là 08-01-2023.",
            [
                ("before", "2023-01-05", "2023-01-04T17:00", ["before_issue_date"]),
                ("by", "2023-01-08", "2023-01-08T17:00", ["day_off"]),
            ],
        ),
        (
            "Phòng Văn hoá và Thông tin báo cáo UBND huyện trước ngày 12/01, "
            "báo cáo Sở trước ngày 15/01/2023.",
            [
                ("before", "2023-01-12", "2023-01-11T17:00", ["year_inferred"]),
                ("before", "2023-01-15", "2023-01-13T17:00", ["day_off"]),
            ],
        ),
        (
            "Thời hạn hoàn thành: 27/01/2023.",
            [("by", "2023-01-27", "2023-01-27T17:00", [])],
        ),
        ("Hạn cuối: 17g00 ngày 9/1/2023", [("by", "2023-01-09", "2023-01-09T17:00", [])]),
        ("xong trong ngày 10/01/2023", [("by", "2023-01-10", "2023-01-10T17:00", [])]),
        ("đến hết ngày 31/3/2023", [("until", "2023-03-31", "2023-04-01T00:00", [])]),
        (
            "chậm nhất trước 7h 00 ngày 10/01",
            [("before", "2023-01-10", "2023-01-10T07:00", ["year_inferred"])],
        ),
        ("trước 24h00 ngày 10/01/2023", [("before", "2023-01-10", "2023-01-11T00:00", [])]),
        (
            "trước 5 giờ chiều thứ Hai (09/01/2023)",
            [("before", "2023-01-09", "2023-01-09T17:00", [])],
        ),
        ("trước 30/6", [("before", "2023-06-30", "2023-06-29T17:00", ["year_inferred"])]),
        (
            "TRƯỚC NGÀY 10 THÁNG 01",
            [("before", "2023-01-10", "2023-01-09T17:00", ["year_inferred"])],
        ),
        ("trước ngày 05/01", [("before", "2024-01-05", "2024-01-04T17:00", ["year_inferred"])]),
        (
            "hoàn thành trước chủ nhật, ngày 15/01/2023",
            [("before", "2023-01-15", "2023-01-13T17:00", ["day_off"])],
        ),
    ],
)
def test_find_deadlines_on_a_day(text, expected):
    found = find(text)
    assert [summary(deadline) for deadline in found] == expected
    assert {deadline.kind for deadline in found} == {DeadlineKind.DATE}


def test_find_deadlines_range():
    text = "Đợt cao điểm tuyên truyền từ ngày 10/01/2023 đến hết ngày 20/01/2023."
    (deadline,) = find(text)
    assert deadline.kind is DeadlineKind.RANGE_END
    assert deadline.starts_on == date(2023, 1, 10)
    assert summary(deadline) == ("until", "2023-01-20", "2023-01-21T00:00", ["day_off"])
    assert deadline.quote == "từ ngày 10/01/2023 đến hết ngày 20/01/2023"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("từ ngày 10 đến hết ngày 18/01/2023", date(2023, 1, 10), date(2023, 1, 18)),
        ("từ 20/12 đến hết ngày 10/01/2024", date(2023, 12, 20), date(2024, 1, 10)),
        ("từ ngày 10/01 đến hết ngày 15/02", date(2023, 1, 10), date(2023, 2, 15)),
    ],
)
def test_find_deadlines_range_start_takes_the_rest_from_its_end(text, start, end):
    (deadline,) = find(text)
    assert (deadline.starts_on, deadline.day) == (start, end)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("Báo cáo trước ngày 31/02/2023.", "no_such_date"),
        ("Báo cáo trước ngày 29/02.", "no_such_date"),
        ("Báo cáo chậm nhất 25h00 ngày 10/01/2023.", "no_such_time"),
    ],
)
def test_find_deadlines_invalid(text, warning):
    (deadline,) = find(text)
    assert deadline.kind is DeadlineKind.INVALID
    assert [found.value for found in deadline.warnings] == [warning]
    assert (deadline.day, deadline.due, deadline.late_from) == (None, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "Thực hiện Công văn số 1068/CV-BTGTU ngày 05/01/2023 của Ban Tuyên giáo Tỉnh ủy về việc "
        "tuyên truyền kết quả thực hiện Chương trình hành động số 56-CTr/TU.",
        "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ;",
        "Theo Công văn số 5104/BTTTT-PTTH&TTĐT và Văn bản số 4578 /VP-VX ngày 29/12/2020.",
        "Tuyên truyền kỷ niệm 93 năm Ngày thành lập Đảng (03/02/1930 - 03/02/2023).",
        "Quyết định này có hiệu lực kể từ ngày 01/02/2023 và thay thế Quyết định số "
        "12/2019/QĐ-UBND ngày 03/4/2019.",
        "Báo cáo kết quả về Sở trước ngày 20 hằng tháng.",
        "Các cơ quan báo chí báo cáo trước ngày 05, 15, 25 hàng tháng.",
        "Báo cáo 6 tháng gửi trước ngày 15/6 và báo cáo năm gửi trước ngày 15/12 hằng năm.",
        "Định kỳ gửi báo cáo trước ngày 15/6.",
        "Mỗi trang thông tin điện tử đăng tối thiểu 03 tin, bài/tuần.",
        "Hội nghị diễn ra từ ngày 10/01 đến hết ngày 12/01/2023.",
        "Rà soát các văn bản ban hành trước ngày 01/7/2014.",
        "Công điện số 02/CĐ-UBND: yêu cầu báo cáo trước 7h\u00a000 và 16h hằng ngày.",
        "Hoàn thành trước Tết Nguyên đán Quý Mão 2023; trực 24/7.",
        "theo Công văn trước số 15/UBND-VX ngày 10/01/2023",
        "",
    ],
)
def test_find_deadlines_none(text):
    assert find(text) == ()


def test_find_deadlines_before_a_day_is_late_from_the_end_of_that_day():
    (deadline,) = find("trước ngày 31/01/2023")
    assert deadline.due == datetime(2023, 1, 30, 10, 0, tzinfo=UTC)
    assert deadline.late_from == datetime(2023, 1, 31, 10, 0, tzinfo=UTC)
    assert deadline.hour is None


def test_find_deadlines_before_an_hour_is_late_from_that_hour():
    (deadline,) = find("trước 11g30 ngày 31/01/2023")
    assert deadline.hour == time(11, 30)
    assert deadline.due == deadline.late_from == datetime(2023, 1, 31, 4, 30, tzinfo=UTC)


def test_find_deadlines_quotes_the_words():
    (deadline,) = find("Đề nghị báo cáo Chậm nhất  là\nngày 18/01/2023, qua thư điện tử.")
    assert deadline.quote == "Chậm nhất là ngày 18/01/2023"


WORDS = (
    *("trước", "chậm", "nhất", "đến", "hết", "từ", "ngày", "thứ", "Hai", "tháng", "năm", "2023"),
    *("hằng", "Công", "văn", "số", "1/A-B", ".", ";", "(", ",", "5", "17h00", "24h", "30/2"),
    "31/12/2099",
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=20))
def test_find_deadlines_any_words_are_read_or_passed(words):
    for deadline in find(" ".join(words)):
        assert (deadline.due is None) == (deadline.kind is DeadlineKind.INVALID)
        assert deadline.due is None or deadline.due <= deadline.late_from

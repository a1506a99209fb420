"""Amounts in what units write of their work; times, dates and numbers of documents are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.quantities import Quantity, read_quantity


@pytest.mark.parametrize(
    ("text", "amount", "measure"),
    [
        ("phát thanh 17h00, 03 lượt", 3, "lượt"),
        ("Phát thanh lúc 17 giờ 30: 2 lượt", 2, "lượt"),
        ("17h 3 lượt", 3, "lượt"),
        ("07:30-08:00: 2 lần phát", 2, "lần phát"),
        ("02 bản tin", 2, "bản tin"),
        ("treo 5 băng rôn", 5, "băng rôn"),
        ("treo 05 (năm) băng rôn", 5, "băng rôn"),
        ("Băng rôn: 5", 5, "Băng rôn"),
        ("1.200 lượt xem", 1200, "lượt xem"),
        ("12.500.000 lượt nghe", 12_500_000, "lượt nghe"),
        ("phat 3 luot", 3, "luot"),
        ("3lượt", 3, "lượt"),
        ("ngày 17/10/2026 phát 3 lượt", 3, "lượt"),
        ("Tháng 10 năm 2026: 4 buổi phát thanh", 4, "buổi phát thanh"),
        ("NV2: đã treo 5 pa nô, 2 khẩu hiệu", 5, "pa nô"),
        ("Công văn số 12/UBND: 3 tin bài", 3, "tin bài"),
        ("5\u00a0ba\u0306ng ro\u0302n", 5, "băng rôn"),  # as some keyboards write it
    ],
)
def test_amounts_with_their_measure(text: str, amount: int, measure: str):
    assert read_quantity(text) == Quantity(amount, measure)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "đã phát thanh xong",
        "phát lúc 17h00, 15 phút",
        "ngày 5/10",
        "Công văn số 12 bài tuyên truyền",
        "tháng 10 bài",
        "Nội dung 2 tin",
        "NV3 bài",
        "nhiệm vụ 3 lượt",
        "100% hộ",
        "03/05 xã",
        "2-3 lượt",
        "0 bài",
        "5 bãi giữ xe",  # who types marks means the word with its own
        "5 Bài-ca",
        "1234567890 lượt",  # no column holds it
        "30 giây",
        "ba lượt",
    ],
)
def test_what_is_no_amount(text: str):
    assert read_quantity(text) is None


@given(st.text(alphabet="0123456789 .,/:-()hg%lượtbàin\n") | st.text())
def test_reading_never_fails_and_finds_what_a_column_holds(text: str):
    found = read_quantity(text)
    assert found is None or (0 < found.amount < 10**9 and found.measure)

"""Units and directives found by what people type."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.domain.searching import search, search_directives


@dataclass(frozen=True)
class Unit:
    code: str
    name: str


UNITS = [
    Unit("YB", "Báo Yên Bái"),
    Unit("PTYB", "Đài Phát thanh Yên Bái"),
    Unit("VHTT", "Phòng Văn hóa và Thông tin"),
    Unit("A", "Ánh Dương"),
]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("", ["A", "YB", "PTYB", "VHTT"]),
        ("yen bai", ["YB", "PTYB"]),
        ("BÁI đài", ["PTYB"]),
        ("văn hoá", ["VHTT"]),
        ("yb", ["YB"]),  # a code is meant, although it stands in another one too
        ("ptyb", ["PTYB"]),
        ("hà nội", []),
    ],
)
def test_search(words, codes):
    assert [unit.code for unit in search(words, UNITS)] == codes


@dataclass(frozen=True)
class Directive:
    id: int
    number: str | None
    symbol: str | None
    subject: str
    issuer: str | None = "Sở Thông tin và Truyền thông"
    is_open: bool = True


DIRECTIVES = [
    Directive(1, "12", "STTTT-TTBCXB", "V/v tuyên truyền chuyển đổi số", is_open=False),
    Directive(2, "05", "KH-UBND", "Kế hoạch ngày 12 tháng 5", "UBND tỉnh"),
    Directive(3, "120", "STTTT", "Báo cáo quý IV năm 2026"),
    Directive(4, None, None, "Phòng, chống bão số 12"),
    Directive(5, "5", "CV-BTGTU", "Đợt sinh hoạt chính trị", "Ban Tuyên giáo", is_open=False),
    Directive(6, "12", "STTTT-CNTT", "V/v chuyển đổi số"),
]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("12", [6, 1, 4, 2]),  # by number, of which the open one first; then who speaks of it
        ("012", [6, 1, 4, 2]),
        ("số 12", [6, 1, 4, 2]),
        ("12/STTTT", [6, 1]),
        ("12/STTTT-TTBCXB", [1]),
        ("5", [2, 5]),
        ("05/KH-UBND", [2]),
        ("1", []),
        ("btgtu", [5]),
        ("ubnd tinh", [2]),
        ("CHUYEN doi so", [6, 1]),
        ("chuyển đổi số 12", [6, 1]),
        ("so thong tin", [6, 4, 3, 1]),
        ("dot", [5]),
        ("tuy truy", [1]),  # the beginnings of words, for "yen" is in many
        ("yen", []),
        ("2026", [3]),
        ("-/-", []),
        ("", []),
        ("hà nội", []),
    ],
)
def test_search_directives(words, ids):
    assert [each.id for each in search_directives(words, DIRECTIVES)] == ids


def test_a_number_of_nought_alone_is_found():
    assert search_directives("0", [Directive(1, "0", "STTTT", "Thử")])
    assert not search_directives("00", [Directive(1, "10", "STTTT", "Thử")])

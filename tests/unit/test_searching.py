"""Units found by what people type."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.domain.searching import search


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

"""Vietnamese text in its many spellings becomes one; lists come in the order people expect."""

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.folding import fold, normalise, sort_key, unaccent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Văn  ho\u0301a\u00a0và\tThông tin", "Văn hóa và Thông tin"),
        ("điện\u00adtử \u200btổng\ufeff hợp", "điệntử tổng hợp"),
        ("56\u2013CTr/TU, 5\u22126, a\u2010b\u2014c", "56-CTr/TU, 5-6, a-b-c"),
        ("\u00d0ảng, \u0110ảng", "Đảng, Đảng"),
        (" một \r\n  hai\rba\u2028bốn ", "một\nhai\nba\nbốn"),
        ("", ""),
    ],
)
def test_normalise(text, expected):
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Văn hoá", "Văn hóa"),
        ("HOẢ TỐC", "Hỏa tốc"),
        ("Uỷ ban", "ủy ban"),
        ("Phòng VHTT các huyện, thị xã, thành phố;", "phòng VHTT các huyện thị xã - thành phố"),
        ("\u00d0ài", "Đài"),
        ("PTTH&TTĐT", "ptth ttdt"),
        ("Nguyễn Thị Hồng", unicodedata.normalize("NFD", "nguyễn thị hồng")),
    ],
)
def test_fold_equal_names(one, other):
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("Phòng A", "Phòng B"), ("tổ 1", "tổ 11"), ("văn hóa", "vănhóa")]
)
def test_fold_different_names(one, other):
    assert fold(one) != fold(other)


def test_unaccent_keeps_punctuation():
    assert unaccent("17h00, Thứ Sáu 5/1") == "17h00, thu sau 5/1"


def test_unaccent_leaves_no_mark_of_any_script():
    marks = "\u0301\u0328\u05b0\u064e\u0e38\u3099"
    bare = unaccent(" ".join(f"a{mark}" for mark in marks) + " đ क्य")
    assert not any(map(unicodedata.combining, bare))
    assert bare.startswith("a a a a a a d ")


@settings(deadline=None)
@given(st.text())
def test_normalise_and_fold_twice_change_nothing(text):
    assert normalise(normalise(text)) == normalise(text)
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)
@given(st.text(alphabet="aăâáàảãạấầeêếoôơớuưđdyỳ HOÁ"))
def test_fold_ignores_the_form_of_the_text(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert len(unaccent(text)) == len(normalise(text))


@pytest.mark.parametrize(
    "ordered",
    [
        [
            "An Bình",
            "Ăn",
            "Âu Lâu",
            "Dài",
            "Đài",
            "Em",
            "Êm",
            "Ong",
            "Ông",
            "Ơn",
            "Ủy ban",
            "Ưu",
            "Y",
        ],
        ["ba", "bà", "bả", "bã", "bá", "bạ", "bác"],
        ["Tổ 2", "Tổ 10", "Tổ dân phố", "Tổng"],
        ["Trung tâm", "Trung tâm A", "Trung Tâm B"],
        ["Sở", "Sở Tư pháp", "Sơn", "Website"],
    ],
)
def test_sort_key_vietnamese_order(ordered):
    shuffled = ordered[:]
    random.Random(7).shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == ordered
    decomposed = [unicodedata.normalize("NFD", name) for name in shuffled]
    assert [
        unicodedata.normalize("NFC", name) for name in sorted(decomposed, key=sort_key)
    ] == ordered


@settings(deadline=None)
@given(st.lists(st.text()))
def test_sort_key_is_comparable_for_any_text(texts):
    assert len(sorted(texts, key=sort_key)) == len(texts)

"""Long texts in parts: nothing lost, nothing too long, no letter torn apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.splitting import MOST_UNITS, length, shortened, split

# Letters of one, two and four bytes, such as letters and signs from outside the first plane.
PIECES = st.sampled_from(["a", "ệ", "Đ", "ề", "👍", "🇻🇳", "𝒳", "𠀋", " ", "  ", "\n", "\n\n", "\t"])
texts = st.lists(PIECES | st.characters(exclude_categories=["Cs"]), max_size=300).map("".join)
limits = st.integers(2, 60)  # 2: one letter beyond the first plane


@given(texts, limits)
def test_split_loses_only_white_space_at_the_cuts(text: str, limit: int):
    rest = text
    for part in split(text, limit=limit):
        rest = rest.lstrip()
        assert rest.startswith(part)
        rest = rest[len(part) :]
    assert rest.strip() == ""


@given(texts, limits)
def test_split_makes_no_part_longer_than_telegram_counts(text: str, limit: int):
    assert all(length(part) <= limit for part in split(text, limit=limit))


@given(texts, limits)
def test_split_makes_no_empty_part(text: str, limit: int):
    parts = split(text, limit=limit)
    assert all(part.strip() for part in parts)
    assert bool(parts) == bool(text.strip())


@given(st.lists(st.sampled_from("👍𝒳𠀋"), min_size=1, max_size=60).map("".join), limits)
def test_split_never_tears_a_letter_of_two_units(text: str, limit: int):
    parts = split(text, limit=limit)
    assert "".join(parts) == text
    for part in parts:
        part.encode("utf-8")  # half a pair could not be written


@given(texts)
def test_split_leaves_a_text_that_fits_alone(text: str):
    assert split(text) == ((text.strip(),) if text.strip() else ())


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("một hai ba", 7, ("một hai", "ba")),
        ("một\nhai ba bốn", 9, ("một\nhai", "ba bốn")),
        ("mở đầu\n\nđoạn hai dài", 10, ("mở đầu", "đoạn hai", "dài")),
        ("abcdefghij", 4, ("abcd", "efgh", "ij")),
        ("👍👍👍", 3, ("👍", "👍", "👍")),  # 3 units hold one and a half
        ("   \n ", 5, ()),
    ],
    ids=["word", "line or word", "paragraph", "no place", "half a pair", "blank"],
)
def test_split_cuts_at_the_best_place(text: str, limit: int, parts: tuple[str, ...]):
    assert split(text, limit=limit) == parts


def test_split_prefers_a_paragraph_to_a_later_word():
    text = "a" * 30 + "\n\n" + "b" * 10 + " " + "c" * 30
    assert split(text, limit=50)[0] == "a" * 30


def test_split_prefers_a_full_part_to_an_early_border():
    text = "a\n\n" + "b" * 60
    assert split(text, limit=50)[0] == "a\n\n" + "b" * 47


@pytest.mark.parametrize(("text", "units"), [("", 0), ("ệ", 1), ("👍", 2), ("🇻🇳", 4), ("a\n", 2)])
def test_length_counts_as_telegram_does(text: str, units: int):
    assert length(text) == units


def test_split_uses_telegrams_limit():
    parts = split("từ " * 5000)
    assert MOST_UNITS == 4096
    assert [length(part) for part in parts[:-1]] == [4094] * (len(parts) - 1)


def test_a_title_is_cut_at_a_word_and_one_long_word_anywhere():
    title = "Tuyên truyền về kỷ niệm 50 năm Ngày giải phóng"
    assert shortened(title, most=len(title)) == title
    assert shortened(title, most=40) == "Tuyên truyền về kỷ niệm 50 năm Ngày…"
    assert shortened("Sở, ban, ngành; đơn vị", most=16) == "Sở, ban, ngành…"
    assert shortened("a" * 50, most=10) == "a" * 9 + "…"


@given(texts, st.integers(2, 60))
def test_a_shortened_title_is_a_beginning_no_longer_than_asked(text: str, most: int):
    short = shortened(text, most=most)
    assert len(short) <= most
    assert text.startswith(short.removesuffix("…") if short != text else text)

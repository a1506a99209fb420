"""Where long texts are cut, by examples; that nothing is lost is asked beside Telegram's parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.splitting import (
    MOST_UNITS,
    fits,
    length,
    shortened,
    shortened_name,
    split,
    visible_length,
)

URL = "https://yenbai.gov.vn/tin"


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("một hai ba", 7, ("một hai", "ba")),
        ("một\nhai ba bốn", 9, ("một\nhai", "ba bốn")),
        ("mở đầu\n\nđoạn hai dài", 10, ("mở đầu", "đoạn hai", "dài")),
        ("Câu một. Câu hai còn dài", 15, ("Câu một.", "Câu hai còn dài")),
        ("abcdefghij", 4, ("abcd", "efgh", "ij")),
        ("👍👍👍", 3, ("👍", "👍", "👍")),  # 3 units hold one and a half
        ("a\u0323b\u0323c\u0323", 5, ("a\u0323b\u0323", "c\u0323")),
        ("a" + "\u0323" * 6, 4, ("a" + "\u0323" * 3, "\u0323" * 3)),
        (f"xem {URL} nhé", 27, ("xem", f"{URL}", "nhé")),
        (f"xem {URL} nhé", 10, ("xem https:", "//yenbai.g", "ov.vn/tin", "nhé")),
        ("   \n ", 5, ()),
        ("", 5, ()),
    ],
    ids=[
        "word", "line or word", "paragraph", "sentence", "no place", "half a pair", "signs",
        "a sign that is too long", "an address", "one that is too long", "blank", "empty",
    ],
)  # fmt: skip
def test_split_cuts_at_the_best_place(text: str, limit: int, parts: tuple[str, ...]):
    assert split(text, limit=limit) == parts


@pytest.mark.parametrize(
    ("html", "limit", "parts"),
    [
        ("<b>một <i>hai</i> ba</b>", 7, ("<b>một <i>hai</i></b>", "<b>ba</b>")),
        ("<b>một <i>hai ba</i></b>", 7, ("<b>một <i>hai</i></b>", "<b><i>ba</i></b>")),
        ("một <code>hai ba</code>", 7, ("một", "<code>hai ba</code>")),
        ("một <code>hai ba</code>", 5, ("một", "<code>hai</code>", "<code>ba</code>")),
        ("a b <code>c.\nd</code> e f", 10, ("a b <code>c.\nd</code> e", "f")),
        ("xem <a href='u'>tin bài</a>", 10, ("xem", "<a href='u'>tin bài</a>")),
        ("&lt;&lt;&amp;&quot; &gt;", 4, ('&lt;&lt;&amp;"', "&gt;")),
        (
            '<pre><code class="language-x">a\nb</code></pre>',
            1,
            (
                '<pre><code class="language-x">a</code></pre>',
                '<pre><code class="language-x">b</code></pre>',
            ),
        ),
        ("<blockquote expandable>a b</blockquote>", 2, ("<blockquote expandable>a</blockquote>",
                                                        "<blockquote expandable>b</blockquote>")),
        ("một <b> </b><i></i>hai", 3, ("một", "hai")),
        ("<b>một</i> hai", 3, ("<b>một</b>", "<b>hai</b>")),
        ("R&D 3 < 5", 3, ("R&amp;D", "3 &lt;", "5")),
    ],
    ids=[
        "inside two", "between two", "before code", "code that is too long",
        "no border in code", "before a link",
        "escapes count once", "a language", "attributes", "blank", "halves", "no markup",
    ],
)  # fmt: skip
def test_split_closes_and_opens_what_is_marked(html: str, limit: int, parts: tuple[str, ...]):
    assert split(html, limit=limit) == parts


def test_split_prefers_a_paragraph_to_a_later_word():
    text = "a" * 30 + "\n\n" + "b" * 10 + " " + "c" * 30
    assert split(text, limit=50)[0] == "a" * 30


def test_split_prefers_a_full_part_to_an_early_border():
    text = "a\n\n" + "b" * 60
    assert split(text, limit=50)[0] == "a\n\n" + "b" * 47


@pytest.mark.parametrize(("text", "units"), [("", 0), ("ệ", 1), ("👍", 2), ("🇻🇳", 4), ("a\n", 2)])
def test_length_counts_as_telegram_does(text: str, units: int):
    assert length(text) == units


def test_markup_takes_no_room():
    html = '<a href="https://yenbai.gov.vn">&lt;👍&gt;</a>'
    assert visible_length(html) == 4
    assert fits(html, limit=4)
    assert not fits(html, limit=3)


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


@given(st.text(max_size=300), st.integers(2, 60))
def test_a_shortened_title_is_a_beginning_no_longer_than_asked(text: str, most: int):
    short = shortened(text, most=most)
    assert len(short) <= most
    assert text.startswith(short.removesuffix("…") if short != text else text)


def test_names_that_differ_at_the_end_stay_apart_on_buttons():
    of_one_kind = ("Văn Yên", "Trấn Yên", "Mù Cang Chải")
    names = [f"Trung tâm Truyền thông và Văn hóa huyện {place}" for place in of_one_kind]
    for most in (12, 20, 25, 40):
        shown = [shortened_name(name, most=most) for name in names]
        assert len(set(shown)) == len(names)
        assert max(map(len, shown)) <= most
    assert shortened_name(names[0], most=40) == "Trung tâm Truyền thông và… huyện Văn Yên"
    assert shortened_name(names[0], most=20) == "Trung tâm… Văn Yên"
    assert shortened_name(names[0], most=12) == "… Văn Yên"
    assert shortened_name(names[0], most=len(names[0])) == names[0]
    assert shortened_name("a" * 50, most=10) == shortened("a" * 50, most=10)


@given(text=st.text(max_size=80), most=st.integers(min_value=8, max_value=60))
def test_a_shortened_name_is_no_longer_than_asked(text: str, most: int):
    assert len(shortened_name(text, most=most)) <= most

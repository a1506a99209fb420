"""Short titles of tasks end where a person would end them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.letters.parser import parse_letter
from bot.letters.titles import MAX_TITLE, suggest_short_title
from tests.unit.test_letter_parser import SEED


def test_suggest_short_title_seed():
    assert [suggest_short_title(task.text) for task in parse_letter(SEED).tasks] == [
        "Đẩy mạnh tuyên truyền về tổ chức thành công Hội nghị Báo công",
        "Tăng cường viết tin, bài khuyến khích xây dựng các bài viết, phân tích, phỏng vấn, "
        "bình luận... với nội dung mới mẻ",
        "Tuyên truyền ghi nhận những kết quả đạt được của các cơ quan, đơn vị, địa phương trong "
        "việc triển khai Chương trình…",
        "Tuyên truyền đấu tranh, phản bác thông tin",
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Gửi danh mục về Sở./.", "Gửi danh mục về Sở"),
        ("Nêu gương người tốt, việc tốt;", "Nêu gương người tốt, việc tốt"),
        ("Báo cáo kết quả. Gửi trước ngày 15/01.", "Báo cáo kết quả"),
        ("Đối với các cơ quan báo chí:\n- Đăng bài;\n- Đăng ảnh.", "Đối với các cơ quan báo chí"),
        ("Lập danh mục\nchuyên trang", "Lập danh mục"),
        ("", ""),
    ],
)
def test_suggest_short_title(text, title):
    assert suggest_short_title(text) == title


def test_suggest_short_title_long_clause_ends_with_a_whole_word():
    title = suggest_short_title("tuyên truyền " * 30)
    assert title.endswith((" truyền…", " tuyên…"))
    assert len(title) <= MAX_TITLE


def test_suggest_short_title_word_that_fits_exactly_is_kept():
    text = "a" * 60 + " " + "b" * 59
    assert suggest_short_title(text) == text
    assert suggest_short_title("a" * 60 + " " + "b" * 58 + " c") == f"{'a' * 60} {'b' * 58}…"


@settings(deadline=None)
@given(st.text(alphabet="ab ,.;:\n-Đ", max_size=400))
def test_suggest_short_title_any_text(text):
    title = suggest_short_title(text)
    assert len(title) <= MAX_TITLE
    whole_words = re.escape(title.removesuffix("…")) + r"(?!\w)"
    assert re.search(whole_words, " ".join(text.split()))

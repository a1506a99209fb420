"""Which task a message is likelier about."""

from __future__ import annotations

import pytest

from bot.domain.likelihood import likelihood

TASKS = {
    "traffic": (
        "Tuyên truyền an toàn giao thông",
        "Đăng tin, bài về an toàn giao thông đường bộ, đường thủy nội địa",
    ),
    "digital": ("Tuyên truyền chuyển đổi số", "Phổ biến kỹ năng số cho tổ công nghệ số cộng đồng"),
    "flood": ("Tuyên truyền phòng chống thiên tai", "Thông tin về mưa lũ, sạt lở đất"),
}


@pytest.mark.parametrize(
    ("words", "task"),
    [
        ("bài về chuyển đổi số ở xã", "digital"),
        ("bai ve chuyen doi so", "digital"),
        ("https://a.vn/tin/ra-quan-bao-dam-an-toan-giao-thong.aspx", "traffic"),
        ("Cảnh báo sạt lở đất sau mưa lũ", "flood"),
        ("tổ công nghệ số cộng đồng ra mắt", "digital"),
        ("AN TOÀN GIAO THÔNG", "traffic"),
    ],
)
def test_the_task_that_shares_the_words_is_the_likeliest(words: str, task: str):
    scores = {
        name: likelihood(words, title=title, text=text) for name, (title, text) in TASKS.items()
    }
    assert max(scores, key=lambda name: scores[name]) == task
    assert list(scores.values()).count(scores[task]) == 1


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Kính gửi Sở, báo cáo kết quả thực hiện nội dung tuyên truyền",
        "https://www.baoyenbai.com.vn/11/305919/bai.aspx",
        "05/10/2026 17 2",
    ],
)
def test_words_that_stand_everywhere_tell_nothing(words: str):
    for title, text in TASKS.values():
        assert likelihood(words, title=title, text=text) == 0


def test_a_title_tells_more_than_the_text():
    in_title = likelihood("sạt lở", title="Sạt lở", text="")
    assert in_title > likelihood("sạt lở", title="", text="Sạt lở") > 0

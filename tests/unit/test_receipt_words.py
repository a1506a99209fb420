"""Words by which people say that they have received something."""

import pytest

from bot.domain.receipt_words import say_received


@pytest.mark.parametrize(
    "text",
    [
        "Đã nhận",
        "đã nhận ạ.",
        "Dạ đã nhận được công văn rồi ạ",
        "Vâng ạ",
        "ok anh",
        "OK!",
        "Rõ",
        "Đơn vị đã nhận",
        "Em nhận được rồi ạ, cảm ơn anh",
        "Noted, thanks",
    ],
)
def test_such_words_say_only_that(text: str):
    assert say_received(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Đã nhận tiền",
        "Chưa nhận được",
        "Đã nhận được chưa anh?",
        "ok mai em nộp",
        "rồi ạ",
        "đã xong",
        "cảm ơn",
        "Đã nhận, nhưng thiếu phụ lục",
        "3",
    ],
)
def test_words_that_say_more_or_something_else_do_not(text: str):
    assert not say_received(text)

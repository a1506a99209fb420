"""Words by which people say that they have received something."""

import pytest

from bot.domain.receipt_words import are_courtesy, say_received


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
        "Đã nhận và sẽ thực hiện ạ",
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


@pytest.mark.parametrize("text", ["Cảm ơn anh ạ", "Dạ em cảm ơn anh chị nhiều", "ok", "Thanks!"])
def test_thanks_are_courtesy(text: str):
    assert are_courtesy(text)


@pytest.mark.parametrize("text", ["Cảm ơn, còn phụ lục?", "Cảm ơn anh, mai em nộp", "Vì sao?"])
def test_what_asks_or_tells_more_is_no_courtesy(text: str):
    assert not are_courtesy(text)

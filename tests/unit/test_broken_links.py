"""What was meant as a link and is none."""

import pytest

from bot.articles.broken_links import broken_links


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("NV1 http//phuongmau.gov.vn/bai-1", ["http//phuongmau.gov.vn/bai-1"]),
        ("http:/a.vn/1", ["http:/a.vn/1"]),
        ("Bài: https;//a.vn/1.", ["https;//a.vn/1"]),
        ("HTTPS:\\\\a.vn\\1", ["HTTPS:\\\\a.vn\\1"]),
        ("htp:/a.vn/1 ttp//b.vn", ["htp:/a.vn/1", "ttp//b.vn"]),
        ("https:// phuongmau", ["https:// phuongmau"]),
        ("xem ://a.vn", ["://a.vn"]),
        ("www.phuongmau", ["www.phuongmau"]),
        ("www,phuongmau.gov.vn", ["www,phuongmau.gov.vn"]),
        ("ww.phuongmau.vn", ["ww.phuongmau.vn"]),
        ("http//a.vn/1 http//a.vn/1", ["http//a.vn/1"]),
        ("https//a.vn/1 và https://b.vn/2", ["https//a.vn/1"]),
    ],
)
def test_a_mistyped_link_is_found_as_it_was_written(text: str, broken: list[str]):
    assert broken_links(text) == tuple(broken)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "W",
        "https://a.vn/1 www.b.vn",
        "www. a.vn/1",  # found as a link
        "https:// a.vn/1",
        "https://web.archive.org/web/2020/http//a.vn",
        "htp://a.vn/1",  # refused as a link
        "https://",
        "Trang dùng http/2 và http/https.",
        "v.v./. TP.HCM/VP, phát thanh 17h00/03 lượt",
        "Báo baoyenbai.com.vn đã đăng",
    ],
)
def test_links_and_other_words_are_none(text: str):
    assert broken_links(text) == ()

"""Pages made to hurt who reads them: nothing is raised, nothing grows, nothing takes for ever.

What takes the square of a page's length takes hours for two megabytes: the time limit of a test is
the measure, no clock is.
"""

from __future__ import annotations

import tracemalloc
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.metadata import MOST_BYTES
from bot.articles.page import LONGEST_NAME, LONGEST_TEXT, LONGEST_TITLE, Page
from bot.articles.page_markup import DEEPEST, MOST_BLOCKS, MOST_TAGS, read_markup
from tests.articles.pages import NOW, article, read

SIZE = MOST_BYTES
DATA = b'<script type="application/ld+json">'
H1 = b"<h1>Hoi nghi trien khai nhiem vu</h1>"


def filled(piece: bytes, before: bytes = b"") -> bytes:
    return (before + piece * (SIZE // len(piece)))[:SIZE]


ATTACKS = {
    "nested": filled(b"<b>"),
    "nested blocks": filled(b"<div>"),
    "nested, closed by others": b"<b>" * 300_000 + b"</i>" * 300_000,
    "closing tags": filled(b"</i>", b"<b>" * 480),
    "open tags": filled(b"<a"),
    "open tags with a space": filled(b"<a "),
    "angles": filled(b"<"),
    "comments": filled(b"<!--"),
    "sections": filled(b"<![CDATA["),
    "attribute": filled(b"x", b'<a b="'),
    "attributes": b"<a " + b"".join(b"a%d=1 " % at for at in range(200_000)),
    "class": filled(b"relat-", b'<div class="'),
    "title": filled(b"x | ", b"<title>"),
    "title of marks": filled(b"- ", b"<title>a "),
    "heading": filled(b"x ", b"<h1>"),
    "headings": filled(b"<h1>abc def ghi</h1>"),
    "second headings": filled(b"<h2>aaa bbb ccc ddd eee fff</h2>", b"<title>abc def ghi</title>"),
    "paragraphs": filled(b"<p>x"),
    "lines": filled(b"a<br>", b"<p>"),
    "cells": filled(b"<table><tr><td>"),
    "links": filled(b"<a href=x>abc def ghi jkl mno</a>"),
    "spans": filled(b"<span>a</span>"),
    "metas": filled(b'<meta name=pubdate content="2023-01-01">'),
    "times": filled(b"<time datetime=2023-01-01></time>", H1),
    "days": filled(b"1/1/", H1 + b"<p>"),
    "many days": filled(b"<p>1/1/2020 ", H1),
    "separators": filled(b"<p>" + b"(|-:" * 90 + b" 1/1/2020 " + b"|- :" * 3, H1),
    "digits": filled(b"0", H1 + b"<p>"),
    "spaces": filled(b" ", b"<p>a"),
    "entities": filled(b"&amp;", b"<h1>"),
    "marks": filled("\u0301\u0323".encode(), b"<h1>a"),
    "marks as entities": filled(b"&#769;&#803;", b"<h1>a"),
    "marks between elements": filled(b"<i>&#769;</i><i>&#803;</i>", b"<h1>a"),
    "data nested": filled(b"[", DATA),
    "data nested, short": DATA + b"[" * 100_000 + b"</script>",
    "data of objects": filled(b'{"a":', DATA),
    "data of strings": filled(b'\\"', DATA + b'{"@type":"Article","headline":"'),
    "broken data": filled(b'"headline":"\\"', DATA + b'"@type":"Article"'),
    "data of numbers": filled(b"1", DATA),
    "data by the thousand": filled(DATA + b'{"@type":"Article"}</script>'),
    "zeros": bytes(SIZE),
    "bytes": b"\xff" * SIZE,
    "old font": filled(b"b\xb8o ", b"<p>"),
    "soft hyphens": filled(b"\xc2\xad", b"<h1>a"),
    "charset": filled(b"charset=", b"<meta "),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_read_like_any_page(name: str):
    assert_bounded(read(ATTACKS[name], content_type=None))


def test_memory_is_bounded():
    for name in ("nested", "paragraphs", "data nested"):
        tracemalloc.start()
        read(ATTACKS[name], content_type=None)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 40 * SIZE, name


def test_what_stands_before_an_attack_is_read():
    page = read(article().encode() + b"<b>" * 600_000)
    assert page.title is not None
    assert page.text


def test_limits_of_what_is_kept():
    assert len(read_markup("<p>x" * (2 * MOST_BLOCKS)).blocks) == MOST_BLOCKS
    assert len(read_markup("<div></div>" * MOST_TAGS).parents) <= MOST_TAGS
    assert read_markup("<div>" * (DEEPEST + 1) + "word").blocks == []


def assert_bounded(page: Page) -> None:
    assert len(page.title or "") <= LONGEST_TITLE
    assert len(page.site or "") <= LONGEST_NAME
    assert len(page.author or "") <= LONGEST_NAME
    assert len(page.text) <= LONGEST_TEXT
    assert page.fingerprint is None or -(2**63) <= page.fingerprint < 2**63
    for words in (page.title, page.site, page.author):
        assert words is None or (words and "\n" not in words and "\x1f" not in words)
    assert "\x1f" not in page.text
    if page.published is not None:
        assert page.published.day.year >= 1995
        limit: datetime = NOW + timedelta(days=2)
        assert page.published.day <= limit.date()


PIECES = st.sampled_from(
    [
        b"<h1>", b"</h1>", b"<title>", b"</title>", b"<p>", b"<div class='date related'>", b"<br>",
        b"</div>", b"<time datetime='2023-01-06'>", b"<a href='/'>", b"</a>", b"'>", b"<header>",
        b"<meta property='og:title' content='", DATA, b'{"@type":"NewsArticle","headline":"a"}',
        b"</script>", b"<table><tr><td>", "Ngày đăng: ".encode(), b"06/01/2023 ", b"<body>", b"<",
        b"1/6/2023 1:36 PM", "Thứ Sáu, ".encode(), b" | ", b" - ", "Báo Vân Khê".encode(),
        b"&nbsp;", b"&#x301;", b"<link rel=canonical href='", b"<input type=password>", b"\x00",
        "Tác giả: Lê Ước".encode(), b"\xb8\xb9", b"<base href='//'>", b"<svg><title>",
    ]
)  # fmt: skip


@given(
    st.binary(max_size=2_000) | st.lists(PIECES | st.binary(max_size=8), max_size=60).map(b"".join),
    st.none() | st.text(max_size=40) | st.sampled_from(["text/html; charset=utf-16", "text/html"]),
    st.sampled_from(
        ["https://a.vn/b", "https://a.vn/", "", "http://[", "x", "https://a.vn/404?b=%FF"]
    ),
)
def test_whatever_comes_is_read(body: bytes, content_type: str | None, url: str):
    assert_bounded(read(body, content_type=content_type, url=url))

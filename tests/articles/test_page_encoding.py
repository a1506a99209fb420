"""Pages in every encoding that Vietnamese sites have used, and under wrong names."""

from __future__ import annotations

import unicodedata

import pytest

from bot.domain.encodings import _TCVN3_LETTERS
from tests.articles.pages import PARAGRAPH, TITLE, article, read
from tests.unit.test_letter_text import cp1258

_TO_TCVN3 = str.maketrans({chr(new): chr(old) for old, new in _TCVN3_LETTERS.items()})


def tcvn3(text: str) -> str:
    """As somebody typed it for a .VnTime font; a font of its own drew the capitals with tones."""
    return unicodedata.normalize("NFC", text).translate(_TO_TCVN3)


PAGE = article("<div>Ngày đăng: 06/01/2023</div>")
DECLARED = '<meta http-equiv="Content-Type" content="text/html; charset={}">'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (PAGE.encode(), "text/html; charset=utf-8"),
        (PAGE.encode(), None),
        (PAGE.encode(), "text/html; charset=windows-1258"),
        (article(head=DECLARED.format("iso-8859-1")).encode(), "text/html"),
        (PAGE.encode("utf-8-sig"), "text/html; charset=windows-1252"),
        (unicodedata.normalize("NFD", PAGE).encode(), None),
        (PAGE.encode("utf-16"), "text/html; charset=utf-8"),
        (PAGE.encode("utf-16-le"), "text/html; charset=utf-16"),
        (PAGE.encode("utf-16-be"), None),
        (cp1258(PAGE), "text/html; charset=windows-1258"),
        (cp1258(article(head=DECLARED.format("windows-1258"))), "text/html"),
        (cp1258(PAGE), None),
        (cp1258(PAGE), "text/html; charset=utf-8"),
        (cp1258(PAGE), "text/html; charset=iso-8859-1"),
        (PAGE.encode(), "text/html; charset=unicode_escape"),
        (PAGE.encode(), "text/html; charset=x-unknown"),
        (PAGE.encode("ascii", "xmlcharrefreplace"), None),
        (tcvn3(PAGE).encode("latin-1"), None),
        (tcvn3(PAGE).encode("latin-1"), "text/html; charset=windows-1252"),
        (tcvn3(PAGE).encode("latin-1"), "text/html; charset=windows-1258"),
        (tcvn3(PAGE).encode(), "text/html; charset=utf-8"),
        (tcvn3(PAGE).encode("ascii", "xmlcharrefreplace"), None),
    ],
)
def test_every_encoding_is_read(body: bytes, content_type: str | None):
    page = read(body, content_type=content_type)
    assert page.title == TITLE
    assert PARAGRAPH in page.text


def test_old_letters_within_a_page_in_unicode():
    old = f"<font face='.VnTime'><p>{tcvn3(PARAGRAPH)}</p></font>" * 3
    page = read(
        f"<title>{TITLE} - Báo Vân Khê</title><h1>{tcvn3(TITLE)}</h1>{old}<p>Người đăng: Lê Ước"
    )
    assert page.title == TITLE
    assert PARAGRAPH in page.text
    assert page.author == "Lê Ước"


def test_a_letter_cut_in_two_makes_no_other_encoding():
    body = PAGE.encode().replace("đăng".encode(), b"\xc4")
    assert read(body, content_type=None).title == TITLE
    assert read(PAGE.encode()[:-3] + "ế".encode()[:2], content_type=None).title == TITLE


def test_heaps_of_marks_are_put_in_order_in_linear_time():
    body = ("<h1>a" + "\u0301\u0323" * 500_000).encode()
    assert len(read(body).title or "") < 50

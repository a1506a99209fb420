"""Text files in every encoding people have, and files that are no text."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import InvalidInput
from bot.letters.text import MAX_BYTES, accept, decode

SENTENCE = "Đề nghị các cơ quan báo chí đẩy mạnh tuyên truyền; Ủy ban nhân dân tỉnh Yên Bái."
SHAPE_MARKS = "\u0302\u0306\u031b"

# Old .VnTime text as such files hold it: letters drawn over Latin signs, none of Unicode's own.
TCVN3 = (
    "KÝnh göi: C¸c c¬ quan b¸o chÝ ®Þa ph­¬ng. §Ò nghÞ c¸c ®¬n vÞ ®Èy m¹nh tuyªn truyÒn kÕt qu¶ "
    "thùc hiÖn nhiÖm vô chÝnh trÞ n¨m 2022 vµ göi b¸o c¸o vÒ Së Th«ng tin vµ TruyÒn th«ng tr­íc "
    "ngµy 15/01/2023 ®Ó tæng hîp, b¸o c¸o Uû ban nh©n d©n tØnh theo quy ®Þnh hiÖn hµnh. "
    "C¸c c¬ quan, ®¬n vÞ phèi hîp chÆt chÏ trong qu¸ tr×nh thùc hiÖn."
)


def cp1258(text):
    """The text as Windows wrote it: letters with their shape, tones as signs of their own."""
    decomposed = unicodedata.normalize("NFD", text)
    for mark in SHAPE_MARKS:
        for base in "aeouAEOU":
            # The dot below comes before the shape in NFD: put it behind.
            decomposed = decomposed.replace(f"{base}\u0323{mark}", f"{base}{mark}\u0323")
            shaped = unicodedata.normalize("NFC", base + mark)
            decomposed = decomposed.replace(base + mark, shaped)
    return decomposed.encode("cp1258")


@pytest.mark.parametrize(
    "data",
    [
        SENTENCE.encode(),
        b"\xef\xbb\xbf" + SENTENCE.encode(),
        unicodedata.normalize("NFD", SENTENCE).encode(),
        SENTENCE.encode("utf-16"),
        SENTENCE.encode("utf-16-le"),
        SENTENCE.encode("utf-16-be"),
        cp1258(SENTENCE),
    ],
    ids=["utf-8", "BOM", "NFD", "utf-16", "utf-16-le", "utf-16-be", "cp1258"],
)
def test_decode_known_encodings(data):
    assert decode(data) == SENTENCE


def test_decode_line_ends():
    assert decode(b"a\r\nb\rc\n") == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "letter.empty"),
        (b"\xef\xbb\xbf \r\n\t", "letter.empty"),
        (b"x" * (MAX_BYTES + 1), "letter.too_large"),
        (b"PK\x03\x04" + bytes(50), "letter.form_not_supported"),
        (b"%PDF-1.7\n", "letter.form_not_supported"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "letter.form_not_supported"),
        (b"{\\rtf1\\ansi", "letter.form_not_supported"),
        (bytes(range(256)), "letter.not_text"),
        (b"text \x00 text and more text to be read", "letter.not_text"),
        (b"\xff\xfe\x00", "letter.not_text"),
        (TCVN3.encode("latin-1"), "letter.old_font"),
        (TCVN3.encode(), "letter.old_font"),
    ],
)
def test_decode_refused(data, key):
    with pytest.raises(InvalidInput) as refused:
        decode(data)
    assert refused.value.key == key


def test_decode_refused_form_is_named():
    with pytest.raises(InvalidInput) as refused:
        decode(b"%PDF-1.7\n")
    assert refused.value.parameters == {"form": ".pdf"}


def test_accept_foreign_text_is_no_old_font():
    french = "Les élèves ont été informés à l'école que la fête aurait lieu. « Très bien » " * 5
    assert accept(french) == french


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_decode_any_bytes_give_text_or_a_sentence(data):
    try:
        text = decode(data)
    except InvalidInput:
        return
    assert text == unicodedata.normalize("NFC", text)
    assert text.strip()

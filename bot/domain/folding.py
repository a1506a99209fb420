"""Vietnamese text made comparable: clean, folded for matching, ordered for lists.

The folded forms are for comparing only; what people read is always the original.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t"
INVISIBLE = "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
LINE_ENDS = "\r\u000b\u000c\u0085\u2028\u2029"
HYPHENS = "\u2010-\u2015\u2212\ufe63\uff0d"
LOOKALIKES: Final = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ"})

LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
SHAPE_MARKS: Final = "\u0302\u0306\u031b"  # circumflex, breve, horn: they make another letter
TONE_MARKS: Final = (
    "\u0300\u0309\u0303\u0301\u0323"  # huyền hỏi ngã sắc nặng, the dictionary's order
)

_LINE_END = re.compile(f"\r\n|[{LINE_ENDS}]")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SPACE = re.compile(f"[ {SPACES}]+")
_AROUND_LINE_END = re.compile(r" ?\n ?")
_HYPHEN = re.compile(f"[{HYPHENS}]")
_MARK = re.compile("[\u0300-\u036f]+")
_NOT_WORD = re.compile(r"[\W_]+")
_PIECE = re.compile(r"\d+|.", re.DOTALL)

SortKey = tuple[tuple[tuple[int, int], ...], tuple[int, ...]]


def normalise(text: str) -> str:
    """The same text in one form: NFC, plain spaces and hyphens, `\\n`, nothing invisible.

    Lines stay lines; runs of spaces become one and the ends of each line are trimmed.
    """
    text = _LINE_END.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = unicodedata.normalize("NFC", text).translate(LOOKALIKES)
    text = _HYPHEN.sub("-", text)
    text = _SPACE.sub(" ", text)
    return _AROUND_LINE_END.sub("\n", text).strip(" ")


def one_line(text: str) -> str:
    """A name as it is kept: in one form, without line ends, runs of spaces, control characters."""
    return " ".join(_CONTROL.sub(" ", normalise(text)).split())


def unaccent(text: str) -> str:
    """Lower case without marks (đ becomes d), punctuation kept: `Hạn 5/1` is `han 5/1`."""
    decomposed = unicodedata.normalize("NFD", normalise(text).lower())
    bare = _MARK.sub("", decomposed).replace("đ", "d")
    if not bare.isascii():  # other scripts have marks of their own
        bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return bare


def fold(text: str) -> str:
    """The key for matching names: words without marks, case or punctuation, one space between.

    `Văn hoá` equals `Văn hóa`; `Thị xã, thành phố;` equals `thị xã thành phố`.
    """
    return _NOT_WORD.sub(" ", unaccent(text)).strip()


def sort_key(text: str) -> SortKey:
    """Vietnamese order: letters first (a ă â b c d đ …), then tones; numbers by their value."""
    decomposed = unicodedata.normalize("NFD", _NOT_WORD.sub(" ", normalise(text).lower()))
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    base = ""
    for piece in _PIECE.findall(decomposed):
        if piece in TONE_MARKS and tones:
            tones[-1] = TONE_MARKS.index(piece) + 1
        elif piece in SHAPE_MARKS and letters:
            letters[-1] = _rank(unicodedata.normalize("NFC", base + piece))
        elif not unicodedata.combining(piece[0]):
            base = piece
            letters.append(_rank(piece))
            tones.append(0)
    return tuple(letters), tuple(tones)


def _rank(piece: str) -> tuple[int, int]:
    """Spaces before numbers, numbers before letters, foreign letters last."""
    if piece == " ":
        return 0, 0
    if piece.isdecimal():
        return 1, int(piece[:18])
    if piece in LETTERS:
        return 2, LETTERS.index(piece)
    return 3, ord(piece[0])

"""How old and new Vietnamese texts are stored as bytes, and how to tell; pure.

What a letter or a page does with bytes it cannot read is decided where they are read.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import Final

TCVN3_SHARE: Final = 0.08
TCVN3_VISIBLE: Final = 200  # characters: below that a share says little

_VIETNAMESE: Final = re.compile("[\u1ea0-\u1ef9]")
_TCVN3: Final = re.compile("[\u00a1-\u00bf]")
# One letter each, by TCVN 5712:1993 (VN3). The capitals with a tone were another font's small ones.
_TCVN3_LETTERS: Final = str.maketrans(
    "\u00a1\u00a2\u00a3\u00a4\u00a5\u00a6\u00a7\u00a8\u00a9\u00aa\u00ab\u00ac\u00ad\u00ae"
    "\u00b5\u00b6\u00b7\u00b8\u00b9\u00bb\u00bc\u00bd\u00be"
    "\u00c6\u00c7\u00c8\u00c9\u00ca\u00cb\u00cc\u00ce\u00cf"
    "\u00d0\u00d1\u00d2\u00d3\u00d4\u00d5\u00d6\u00d7\u00d8\u00dc\u00dd\u00de\u00df"
    "\u00e1\u00e2\u00e3\u00e4\u00e5\u00e6\u00e7\u00e8\u00e9\u00ea\u00eb\u00ec\u00ed\u00ee\u00ef"
    "\u00f1\u00f2\u00f3\u00f4\u00f5\u00f6\u00f7\u00f8\u00f9\u00fa\u00fb\u00fc\u00fd\u00fe",
    "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
)


def marked_encoding(data: bytes) -> str | None:
    """The encoding that the bytes show at once: by the mark at the start or UTF-16's zero bytes."""
    if data.startswith(BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    # Half of a Vietnamese text is ASCII, whose other byte is zero in UTF-16.
    if data[1::2].count(0) > len(data) / 8:
        return "utf-16-le"
    if data[0::2].count(0) > len(data) / 8:
        return "utf-16-be"
    return None


def is_tcvn3(text: str, *, fewest: int = TCVN3_VISIBLE) -> bool:
    """Old .VnTime text: many letters drawn over ¡ to ¿, and none of those Unicode has for them.

    A text of fewer than `fewest` visible characters is not judged.
    """
    visible = sum(not letter.isspace() for letter in text)
    if visible < fewest or _VIETNAMESE.search(text):
        return False
    return len(_TCVN3.findall(text)) > TCVN3_SHARE * visible


def from_tcvn3(text: str) -> str:
    """The letters that a .VnTime font draws for this text; capitals drawn by another font are
    not told apart."""
    return text.translate(_TCVN3_LETTERS)

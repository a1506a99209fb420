"""Words by which people say that they have received something and ask nothing; pure. That such
words are no receipt, only the button is, is not decided here."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.folding import fold

_RECEIVED: Final = re.compile(
    r"(?:(?:vang|da|em|chung em|toi|don vi|xa|phuong) )*"
    r"(?:da nhan(?: duoc)?|nhan duoc|nhan|da ro|ro|ok|oke|okay|okie|vang|da|received|noted|got it)"
    r"(?: (?:van ban|cong van|chi dao|thong bao|tin))?"
    r"(?: (?:roi|a|anh|chi|em|nhe|nha|sep|dong chi|cam on|thanks))*"
)


def say_received(text: str) -> bool:
    """Whether a text says no more than that: "Đã nhận ạ", "ok anh", "rõ"."""
    return _RECEIVED.fullmatch(fold(text)) is not None

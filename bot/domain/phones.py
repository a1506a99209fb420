"""Telephone numbers made comparable, however people write them; pure. Only for comparing: what
people read is the number as it was written."""

from __future__ import annotations

import re
from typing import Final

_COUNTRY: Final = "84"
_FROM_ABROAD: Final = "00"
_BETWEEN: Final = re.compile(r"[\s.()/-]+")
_ATE_ZERO: Final = re.compile(r"[35789][0-9]{8}|2[0-9]{9}")
_SHORTEST, _LONGEST = 9, 15  # digits with the country's; the longest is E.164's


def phone_key(text: str) -> str | None:
    """The digits of a number with its country's, as Telegram gives them; None if it is no number.

    Without a country it is a Vietnamese one: `0912 345 678`, `+84 912 345 678`, `(84)912.345.678`
    and `912345678` (a table has eaten the zero) are all `84912345678`.
    """
    digits = _BETWEEN.sub("", text)
    abroad = digits.startswith(("+", _FROM_ABROAD))
    digits = digits.removeprefix("+")
    if not digits.isascii() or not digits.isdecimal():
        return None
    digits = digits.removeprefix(_FROM_ABROAD) if abroad else _with_country(digits)
    digits = _without_trunk_zero(digits)
    return digits if _SHORTEST <= len(digits) <= _LONGEST else None


def _with_country(digits: str) -> str:
    if digits.startswith("0"):
        return _COUNTRY + digits[1:]
    # Nine digits are a number without its zero; "84…" of nine digits too.
    if digits.startswith(_COUNTRY) and len(digits) > 9:
        return digits
    return _COUNTRY + digits if len(digits) == 9 else digits


def _without_trunk_zero(digits: str) -> str:
    """`+84 (0) 912…` is written too."""
    trunk = _COUNTRY + "0"
    return _COUNTRY + digits.removeprefix(trunk) if digits.startswith(trunk) else digits


def with_its_zero(text: str) -> str:
    """A Vietnamese number whose first zero a spreadsheet took for nothing, with it again: a mobile
    one has nine digits without it, one of a landline ten."""
    return f"0{text}" if _ATE_ZERO.fullmatch(text) else text


def is_phone(text: str) -> bool:
    """Whether it may be read as a number to call: offices write extensions and names beside it."""
    return any(letter.isdigit() for letter in text)

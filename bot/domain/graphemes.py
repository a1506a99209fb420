"""Where one written sign ends and the next begins, by a small and careful rule of our own.

Where scripts are hard (Indic conjuncts, emoji in sequences) it rather keeps signs together that
could be parted than parts one; Unicode's full rules, as a library has them, are its judge in tests.
"""

from __future__ import annotations

import unicodedata

_ZERO_WIDTH_JOINER = "\u200d"
# Continue a sign without being marks: joiners, halfwidth voicing, skin colours, tags of flags, the
# vowels that Thai and Lao write apart.
_CONTINUING = frozenset(
    "\u200c\u200d\uff9e\uff9f\u0e33\u0eb3"
    + "".join(map(chr, (*range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080))))
)
# Belong to what comes after them.
_PREPENDED = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e"
    "\U000110bd\U000110cd\U000111c2\U000111c3\U0001193f\U00011941\U00011a3a\U00011d46\U00011f02"
    + "".join(map(chr, range(0x11A84, 0x11A8A)))
)
# Of Korean syllables.
_FIRST_PIECES = (("\u1100", "\u115f"), ("\ua960", "\ua97f"))
_LATER_PIECES = (("\u1160", "\u11ff"), ("\ud7b0", "\ud7ff"))
_VIRAMA = 9  # the combining class of what joins two consonants into one sign


def begins_at(text: str, place: int) -> bool:
    """Whether a sign begins at this place, so that the text may be cut before it."""
    if not 0 < place < len(text):
        return True
    before, after = text[place - 1], text[place]
    if _continues(after) or before + after == "\r\n":
        return False
    if before == _ZERO_WIDTH_JOINER or before in _PREPENDED or _is_joined(text, place):
        return False
    if _is_flag_letter(before) and _is_flag_letter(after):
        return _flag_letters_before(text, place) % 2 == 0
    return not (_is_korean(before) and _is_korean(after) and _makes_syllable(before, after))


def last_border(text: str, place: int, *, after: int = 0) -> int:
    """The last place where a sign begins, not beyond this one; `after` if there is none later."""
    while place > after and not begins_at(text, place):
        place -= 1
    return place


def _continues(sign: str) -> bool:
    return sign in _CONTINUING or unicodedata.category(sign)[0] == "M"


def _is_joined(text: str, place: int) -> bool:
    """Whether the consonant at this place is joined to the one before."""
    while place > 0 and _continues(text[place - 1]):
        place -= 1
        if unicodedata.combining(text[place]) == _VIRAMA:
            return True
    return False


def _is_flag_letter(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def _flag_letters_before(text: str, place: int) -> int:
    first = place
    while first > 0 and _is_flag_letter(text[first - 1]):
        first -= 1
    return place - first


def _is_korean(sign: str) -> bool:
    return (
        "\uac00" <= sign <= "\ud7a3" or _is_in(sign, _FIRST_PIECES) or _is_in(sign, _LATER_PIECES)
    )


def _makes_syllable(before: str, after: str) -> bool:
    return _is_in(before, _FIRST_PIECES) or _is_in(after, _LATER_PIECES)


def _is_in(sign: str, ranges: tuple[tuple[str, str], ...]) -> bool:
    return any(first <= sign <= last for first, last in ranges)

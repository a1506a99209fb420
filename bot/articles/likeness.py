"""How much of two texts is the same words, told from 64 characters kept of each; pure.

Which texts are compared, and from what likeness on somebody is told, is not decided here.
"""

from __future__ import annotations

from hashlib import blake2b, sha256
from typing import Final

from bot.domain.folding import fold

BINS: Final = 64
FEWEST_WORDS: Final = 30
"""Shorter texts have no fingerprint: what they share says little."""
_TOGETHER: Final = 3  # words that count as one piece
_ODD: Final = 0x9E3779B97F4A7C15  # mixes the distance into what an empty bin borrows


def text_hash(text: str) -> str | None:
    """SHA-256 (hex) of the text's words, whatever their case, marks and spaces; None without."""
    folded = fold(text)
    return sha256(folded.encode()).hexdigest() if folded else None


def fingerprint(text: str) -> str | None:
    """64 hexadecimal digits for `similarity`; None for fewer than FEWEST_WORDS words.

    Each run of three words is hashed into one of 64 bins; a bin keeps four bits of its smallest
    hash ("one-permutation b-bit minwise hashing"). An empty bin borrows from the next full one.
    """
    words = fold(text).split()
    if len(words) < FEWEST_WORDS:
        return None
    smallest: list[int | None] = [None] * BINS
    for at in range(len(words) - _TOGETHER + 1):
        piece = " ".join(words[at : at + _TOGETHER])
        hashed = int.from_bytes(blake2b(piece.encode(), digest_size=8).digest(), "big")
        place, value = hashed % BINS, hashed // BINS
        known = smallest[place]
        if known is None or value < known:
            smallest[place] = value
    return "".join(f"{_digit(smallest, place):x}" for place in range(BINS))


def _digit(smallest: list[int | None], place: int) -> int:
    for distance in range(BINS):
        value = smallest[(place + distance) % BINS]
        if value is not None:
            return ((value + distance * _ODD) >> 7) & 0xF
    raise AssertionError("a text of words fills a bin")


def similarity(one: str, other: str) -> float:
    """The share of three-word runs that two texts have in common, estimated from `fingerprint`s.

    0.0 to 1.0, give or take 0.07; unrelated texts are near 0, a copy with a new lead near 0.8.
    """
    if len(one) != BINS or len(other) != BINS:
        raise ValueError("not two fingerprints")
    equal = sum(mine == theirs for mine, theirs in zip(one, other, strict=True)) / BINS
    by_chance = 1 / 16
    return max(0.0, (equal - by_chance) / (1 - by_chance))

"""What is kept of a text, so that it can be compared with others without being kept; pure.

What is told by comparing is in `bot.domain.likeness`.
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


def fingerprint(text: str) -> int | None:
    """64 bits, as a signed number (BIGINT); None for fewer than FEWEST_WORDS.

    Each run of three words is hashed into one of 64 bins, and of the smallest hash of a bin one
    bit is kept: one-permutation minwise hashing. An empty bin borrows from the next full one.
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
    bits = sum(_bit(smallest, place) << place for place in range(BINS))
    return bits - (1 << BINS) if bits >> (BINS - 1) else bits


def _bit(smallest: list[int | None], place: int) -> int:
    for distance in range(BINS):
        value = smallest[(place + distance) % BINS]
        if value is not None:
            return (value * (1 + distance * _ODD) >> 40) & 1
    raise AssertionError("a text of words fills a bin")

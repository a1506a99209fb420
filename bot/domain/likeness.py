"""Whether two titles or two texts are the same words; pure.

Which articles are compared, and what follows, is in `same_articles`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

from bot.domain.folding import fold

FEWEST_WORDS: Final = 4
SHORTEST: Final = 15
"""Characters. Shorter titles are given again and again."""
MOST_DIFFERENT: Final = 12
"""Of the 64 bits of two fingerprints of almost the same text."""
_BITS: Final = 0xFFFF_FFFF_FFFF_FFFF

# What stands above many pages: names of sites and of sections, and programmes of which only the
# day differs, so that two stations' evening news are not taken for one.
_GENERIC: Final = re.compile(
    r"(?:xem )?(?:chi tiet|danh sach|chuyen muc|chuyen trang)"
    r"(?: (?:tin tuc|tin|bai viet|bai|su kien|noi dung))*"
    r"|(?:(?:tin tuc|su kien|bai viet|hoat dong|thong bao|van ban|noi bat|moi nhat|trong tinh"
    r"|trong nuoc|quoc te|trang chu)(?: |$))+"
    r"|(?:trang chu )?(?:trang|cong) thong tin dien tu(?: \w+){0,6}"
    r"|(?:chuong trinh|ban tin|thoi su|truyen hinh|phat thanh)[a-z ]* \d[\d ]*"
)


def title_key_of(title: str) -> str | None:
    """SHA-256 (hex) of the title's words, the same whatever their case, marks and punctuation.

    None for a title that is too short, or too common, to tell one article from another.
    """
    folded = fold(title)
    if len(folded) < SHORTEST or len(folded.split()) < FEWEST_WORDS or _GENERIC.fullmatch(folded):
        return None
    return sha256(folded.encode()).hexdigest()


def similar(one: int, other: int) -> bool:
    """Whether two texts are almost the same, by their fingerprints: 64 bits each, of which the more
    are equal the more alike the texts are. Signed or not is all one."""
    return ((one ^ other) & _BITS).bit_count() <= MOST_DIFFERENT


# Of so many parts of two fingerprints that are similar, one differs by a single bit at most: were
# it two bits in each of them, these would be more than may differ.
_PARTS: Final = MOST_DIFFERENT // 2 + 1
_CUTS: Final = tuple(64 * part // _PARTS for part in range(_PARTS + 1))


class Fingerprints:
    """Many fingerprints, of which those similar to one are found without looking at all."""

    def __init__(self, them: Iterable[int]) -> None:
        self._having: dict[tuple[int, int], list[int]] = defaultdict(list)
        for each in set(them):
            for part, bits, _ in _parts(each):
                self._having[part, bits].append(each)

    def similar_to(self, one: int) -> set[int]:
        """Those that are similar, itself among them if it is there."""
        found: set[int] = set()
        for part, bits, width in _parts(one):
            for wanted in (bits, *(bits ^ (1 << place) for place in range(width))):
                for other in self._having.get((part, wanted), ()):
                    if ((one ^ other) & _BITS).bit_count() <= MOST_DIFFERENT:
                        found.add(other)
        return found


def _parts(fingerprint: int) -> Iterator[tuple[int, int, int]]:
    """Each part's number, bits, and how many these are."""
    for part in range(_PARTS):
        width = _CUTS[part + 1] - _CUTS[part]
        yield part, (fingerprint >> _CUTS[part]) & ((1 << width) - 1), width

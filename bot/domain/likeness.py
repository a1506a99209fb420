"""Whether two titles or two texts are the same words; pure.

Which articles are compared, and what follows, is in `same_articles`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from bot.domain.folding import fold

FEWEST_WORDS: Final = 4
SHORTEST: Final = 15
"""Characters. Shorter titles are given again and again."""
MOST_DIFFERENT: Final = 14
"""Of the 64 bits of two fingerprints of almost the same text. Of two texts that share nothing half
differ, and so few once in 300,000 pairs; a copy of which a tenth is new differs in no more."""
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


def similar_to(one: int, others: Iterable[tuple[int, int]]) -> set[int]:
    """Of numbered fingerprints the numbers of those `similar` to one.

    Thousands are compared with thousands: a call for each pair would take most of the time.
    """
    return {
        number for number, other in others if ((one ^ other) & _BITS).bit_count() <= MOST_DIFFERENT
    }

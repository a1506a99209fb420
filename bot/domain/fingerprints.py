"""Finding similar fingerprints among thousands for thousands, without comparing each with each;
pure. What similar means is said in `likeness`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from bot.domain.likeness import MOST_DIFFERENT, similar_to

# Of so many parts of two fingerprints that are similar, one differs by a single bit at most: were
# it two bits in each of them, these would be more than may differ.
_PARTS: Final = MOST_DIFFERENT // 2 + 1
_CUTS: Final = tuple(64 * part // _PARTS for part in range(_PARTS + 1))


class Fingerprints:
    """Many of them, by the bits of their parts."""

    def __init__(self, them: Iterable[int]) -> None:
        self._having: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for each in set(them):
            for part, bits, _ in _parts(each):
                self._having[part, bits].append((each, each))

    def similar_to(self, one: int) -> set[int]:
        """Those that are similar to one, itself among them if it is there."""
        candidates: list[tuple[int, int]] = []
        for part, bits, width in _parts(one):
            candidates += self._having.get((part, bits), ())
            for place in range(width):
                candidates += self._having.get((part, bits ^ (1 << place)), ())
        return similar_to(one, candidates)


def _parts(fingerprint: int) -> Iterator[tuple[int, int, int]]:
    """Each part's number, bits, and how many these are."""
    for part in range(_PARTS):
        width = _CUTS[part + 1] - _CUTS[part]
        yield part, (fingerprint >> _CUTS[part]) & ((1 << width) - 1), width

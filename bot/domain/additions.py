"""How an answer to one unit is worded for all of a directive's, without who asked; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.folding import normalise
from bot.domain.splitting import MOST_UNITS, length, shortened

LONGEST_ASKED = 300
LONGEST_ANSWER = 1500
ON_CARD = 3  # the newest; of the others it says how many there are
_INSTEAD = "…"
# In UTF-16 units, beside the words: of a message, and of each addition in it.
_OF_MESSAGE, _OF_EACH = 500, 120


@dataclass(frozen=True, slots=True)
class Words:
    """A question and its answer."""

    asked: str
    answer: str

    @property
    def are_usable(self) -> bool:
        """Whether there is an answer, and not too much of it."""
        return 2 <= len(self.answer) <= LONGEST_ANSWER


def proposed(asked: str, answer: str, *, names: Collection[str]) -> Words:
    """What was said to one unit, without these names of who asked."""
    asked = " ".join(without(normalise(asked), names).split())
    return Words(shortened(asked, most=LONGEST_ASKED), without(normalise(answer), names).strip())


def typed(text: str, *, asked: str, names: Collection[str]) -> Words:
    """The words that somebody typed: an answer; or the question in the first line, then the
    answer."""
    first, _, rest = text.strip().partition("\n")
    return (
        proposed(first, rest, names=names) if rest.strip() else proposed(asked, first, names=names)
    )


def without(text: str, names: Collection[str]) -> str:
    """The text with something else in the place of these names, longest first."""
    for name in sorted(filter(None, map(normalise, names)), key=len, reverse=True):
        pattern = r"\s+".join(map(re.escape, name.split()))
        text = re.sub(rf"(?<!\w){pattern}(?!\w)", _INSTEAD, text, flags=re.IGNORECASE)
    return text


def pages(words: Sequence[Words]) -> Iterator[range]:
    """The places of those that have room together in one message."""
    first, taken = 0, _OF_MESSAGE
    for place, each in enumerate(words):
        size = length(each.asked) + length(each.answer) + _OF_EACH
        if place > first and taken + size > MOST_UNITS:
            yield range(first, place)
            first, taken = place, _OF_MESSAGE
        taken += size
    if first < len(words):
        yield range(first, len(words))

"""Finding units by what people type: parts of a name without diacritics, or a code; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from bot.domain.folding import fold, sort_key


class Named(Protocol):
    """What has a code and a name."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


Found = TypeVar("Found", bound=Named)


def search(words: str, among: Iterable[Found]) -> list[Found]:
    """Those whose name or code holds all of the words; one whose code it is alone. Without words
    all, in the order of their names."""
    wanted = fold(words).split()
    everything = list(among)
    exact = [each for each in everything if wanted and each.code.casefold() == words.casefold()]
    return exact or in_order([each for each in everything if _holds(each, wanted)])


def _holds(each: Named, wanted: Sequence[str]) -> bool:
    if not wanted:
        return True
    text = f"{fold(each.name)} {fold(each.code)}"
    return all(word in text for word in wanted)


def in_order(those: Iterable[Found]) -> list[Found]:
    """By their names as a Vietnamese dictionary has them."""
    return sorted(those, key=lambda each: (sort_key(each.name), each.code))

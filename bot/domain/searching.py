"""Finding units and directives by what people type: parts of a name without diacritics, or a code;
pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from bot.domain import folding
from bot.domain.folding import SortKey, fold


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


def holds(text: str, words: str) -> bool:
    """Whether a text holds all of the words, however either is accented."""
    folded = _folded(text)
    return all(word in folded for word in fold(words).split())


def _holds(each: Named, wanted: Sequence[str]) -> bool:
    if not wanted:
        return True
    text = f"{_folded(each.name)} {_folded(each.code)}"
    return all(word in text for word in wanted)


# Thousands of names are looked through at every page that is turned.
@lru_cache(maxsize=20_000)
def _folded(text: str) -> str:
    return fold(text)


@lru_cache(maxsize=20_000)
def _sort_key(text: str) -> SortKey:
    return folding.sort_key(text)


def in_order(those: Iterable[Found]) -> list[Found]:
    """By their names as a Vietnamese dictionary has them."""
    return sorted(those, key=lambda each: (_sort_key(each.name), each.code))

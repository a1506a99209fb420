"""Finding units and directives by what people type of them, with or without diacritics; pure."""

from __future__ import annotations

import re
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


class Identified(Protocol):
    """What a directive is known by."""

    @property
    def id(self) -> int: ...

    @property
    def issuer(self) -> str | None: ...

    @property
    def number(self) -> str | None: ...

    @property
    def symbol(self) -> str | None: ...

    @property
    def subject(self) -> str: ...

    @property
    def is_open(self) -> bool: ...


Known = TypeVar("Known", bound=Identified)
_SAID_OF_NUMBERS = re.compile(r"\bso (?=\d)")  # "số 12" is 12


def search_directives(words: str, among: Iterable[Known]) -> list[Known]:
    """Those whose number, symbol, issuer and subject hold words that begin like all of these, and
    the very numbers: first whose own number was typed (5 is 05), then the open ones, the newest."""
    wanted = _SAID_OF_NUMBERS.sub("", fold(words)).split()
    numbers = {_plain(word) for word in wanted if word.isdecimal()}
    parts = [word for word in wanted if not word.isdecimal()]
    if not wanted:
        return []
    found = [each for each in among if _tells(each, numbers, parts)]

    def place(each: Known) -> tuple[bool, bool, int]:
        return _plain(each.number or "") not in numbers, not each.is_open, -each.id

    return sorted(found, key=place)


def _tells(each: Identified, numbers: set[str], parts: Sequence[str]) -> bool:
    told = f"{each.number or ''} {each.symbol or ''} {each.issuer or ''} {each.subject}"
    text, its_numbers = _told(told)
    return numbers <= its_numbers and all(f" {part}" in text for part in parts)


@lru_cache(maxsize=20_000)
def _told(text: str) -> tuple[str, frozenset[str]]:
    """Its words, each with a space before it, and its numbers."""
    folded = fold(text)
    return f" {folded}", frozenset(_plain(word) for word in folded.split() if word.isdecimal())


def _plain(number: str) -> str:
    return number.lstrip("0") or number

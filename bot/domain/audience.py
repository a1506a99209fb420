"""Which registered group a letter's addressee line means. A line that is not surely a group is only
suggested: staff tick it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.folding import fold

_SURE_ENOUGH_TO_SUGGEST = 0.6


@dataclass(frozen=True, slots=True)
class GroupNames:
    """A group with every way in which letters name it."""

    group_id: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The group a line means; `sure` when the folded names are equal."""

    line: str
    group_id: int | None
    sure: bool


def match_lines(lines: Sequence[str], groups: Iterable[GroupNames]) -> tuple[Match, ...]:
    """One match per addressee line, in the letter's order."""
    known = tuple(groups)
    return tuple(_match(line, known) for line in lines)


# "Các …" and "30 …" say how many are meant, not who.
_HOW_MANY = re.compile(r"^(?:cac|\d+)\s+")


def _key(name: str) -> str:
    return _HOW_MANY.sub("", fold(name))


def _match(line: str, groups: tuple[GroupNames, ...]) -> Match:
    wanted = _key(line)
    best_score, best_group = 0.0, None
    for group in groups:
        for name in group.names:
            folded = _key(name)
            if folded == wanted:
                return Match(line, group.group_id, sure=True)
            score = _likeness(set(wanted.split()), set(folded.split()))
            if score > best_score:
                best_score, best_group = score, group.group_id
    if best_score < _SURE_ENOUGH_TO_SUGGEST:
        best_group = None
    return Match(line, best_group, sure=False)


def _likeness(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


_COUNTED = re.compile(r"^\s*(\d{1,4})\s+[^\W\d_]")


def said_count(line: str) -> int | None:
    """How many a line says there are: 30 in "30 cơ quan báo chí"; None where it does not say."""
    found = _COUNTED.match(line)
    return int(found[1]) if found else None

"""For which task the links of a message are, where its words say so; pure.

What becomes of links whose task nobody named is not said here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.articles.urls import find_links

_AND: Final = r"(?:[,;+&–-]|và\b|va\b|and\b)"
# What may follow a number of several. A word would make it a count ("NV2, 05 bài"), more digits a
# day, an hour or an amount.
_ENDS: Final = rf"\b(?=\s*(?:https?:|www\.|{_AND}|[^\w\s]|$))(?![./:]\d)"
# "NV2 …", "nội dung 2: …", "task 2 …" before or after the link; "NV 1, 2 và 3" names several.
_NAMED: Final = re.compile(
    r"(?:^|\s)(?:nv|nội dung|noi dung|nhiệm vụ|nhiem vu|task)\s*(\d{1,2})\b"
    rf"((?:\s*{_AND}\s*\d{{1,2}}{_ENDS})*)",
    re.IGNORECASE,
)
# "2. …" before the link. "02 bài: …" and "2.000 bản …" are counts.
_BEGINS: Final = re.compile(r"\s*(\d{1,2})[.:)](?!\d)")
# The numbers of a list, each before its line or its link.
_LISTED: Final = re.compile(
    r"(?:^\s*|\s)(\d{1,2})[.:)/](?!\d)\s*(?=https?:|www\.)|^\s*(\d{1,2})[.:)/](?!\d)",
    re.IGNORECASE | re.MULTILINE,
)
_DIGITS: Final = re.compile(r"\d+")

_WHOLE_CELL: Final = re.compile(r"\s*0?(\d{1,2})\s*")

ForTask = tuple[int | None, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Mention:
    """Where a text names tasks, and which."""

    start: int
    numbers: frozenset[int]


def links_by_task(text: str, hidden: Sequence[str] = ()) -> tuple[ForTask, ...]:
    """The links of a text, and those `hidden` behind its words, with the number of the task that
    they are for; None if that is not clear.

    Where one task is named all are for it. Where several are, links follow the task they are for.
    """
    everything = find_links(text, hidden)
    mentions = _mentions(text)
    numbers = tasks_named(text)
    if len(numbers) < 2:
        return ((next(iter(numbers), None), everything),)
    starts = [mention.start for mention in mentions]
    ends = [*starts[1:], len(text)]
    parts = [find_links(text[start:end]) for start, end in zip(starts, ends, strict=True)]
    of_several = any(len(mention.numbers) > 1 for mention in mentions)
    if of_several or hidden or find_links(text[: starts[0]]) or not all(parts):
        return ((None, everything),)
    found_for: dict[int, tuple[str, ...]] = {}
    for mention, links in zip(mentions, parts, strict=True):
        (number,) = mention.numbers
        found_for[number] = (*found_for.get(number, ()), *links)
    return tuple(found_for.items())


def tasks_named(text: str) -> frozenset[int]:
    """The numbers of the tasks that a text names."""
    return frozenset(number for mention in _mentions(text) for number in mention.numbers)


def task_named(text: str) -> int | None:
    """The number of the one task that a text names; None for none, and for several."""
    numbers = tasks_named(text)
    return next(iter(numbers)) if len(numbers) == 1 else None


def task_of_cell(cell: str) -> int | None:
    """The same of a cell in a column of tasks, where a number may stand alone."""
    alone = _WHOLE_CELL.fullmatch(cell)
    return int(alone[1]) if alone else task_named(cell)


def _mentions(text: str) -> list[_Mention]:
    """Where a text names tasks, in its order. The number it begins with is a task's, unless words
    name one or the numbers are those of a list, which count links and not tasks."""
    found = [
        _Mention(each.start(), frozenset(map(int, _DIGITS.findall(each[1] + each[2]))))
        for each in _NAMED.finditer(text)
    ]
    begins = _BEGINS.match(text)
    if found or begins is None:
        return found
    listed = {int(each[1] or each[2]) for each in _LISTED.finditer(text)}
    return [_Mention(0, frozenset({int(begins[1])}))] if len(listed) < 2 else []

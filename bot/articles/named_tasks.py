"""For which task the links of a message are, where its words say so; pure.

What becomes of links whose task nobody named is not said here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.articles.urls import find_links

# "NV2 …", "nội dung 2: …", "task 2 …" before or after the link, "2. …" before it. "02 bài: …" and
# "2.000 bản …" are counts.
_TASK_NUMBER: Final = re.compile(
    r"(?:^|\s)(?:nv|nội dung|noi dung|nhiệm vụ|nhiem vu|task)\s*(\d{1,2})\b"
    r"|^\s*(\d{1,2})[.:)](?!\d)",
    re.IGNORECASE,
)

_WHOLE_CELL: Final = re.compile(r"\s*0?(\d{1,2})\s*")

ForTask = tuple[int | None, tuple[str, ...]]


def links_by_task(text: str, hidden: Sequence[str] = ()) -> tuple[ForTask, ...]:
    """The links of a text, and those `hidden` behind its words, with the number of the task that
    they are for; None if that is not clear.

    Where one task is named all are for it. Where several are, links follow the task they are for.
    """
    everything = find_links(text, hidden)
    named = list(_TASK_NUMBER.finditer(text))
    numbers = list(map(_number, named))
    if len(set(numbers)) < 2:
        return ((numbers[0] if numbers else None, everything),)
    starts = [found.start() for found in named]
    ends = [*starts[1:], len(text)]
    parts = [find_links(text[start:end]) for start, end in zip(starts, ends, strict=True)]
    if hidden or find_links(text[: starts[0]]) or not all(parts):
        return ((None, everything),)
    found_for: dict[int, tuple[str, ...]] = {}
    for number, links in zip(numbers, parts, strict=True):
        found_for[number] = (*found_for.get(number, ()), *links)
    return tuple(found_for.items())


def tasks_named(text: str) -> frozenset[int]:
    """The numbers of the tasks that a text names."""
    return frozenset(map(_number, _TASK_NUMBER.finditer(text)))


def task_named(text: str) -> int | None:
    """The number of the one task that a text names; None for none, and for several."""
    numbers = tasks_named(text)
    return next(iter(numbers)) if len(numbers) == 1 else None


def task_of_cell(cell: str) -> int | None:
    """The same of a cell in a column of tasks, where a number may stand alone."""
    alone = _WHOLE_CELL.fullmatch(cell)
    return int(alone[1]) if alone else task_named(cell)


def _number(found: re.Match[str]) -> int:
    return int(found[1] or found[2])

"""Lines put together again that a page or a program broke, each paragraph with its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from bot.letters.markers import NAMED, starts_item
from bot.letters.spans import Piece, pieces

# The end of a sentence or of an item: what follows on a new line is a new paragraph.
COMPLETE = re.compile(r"[.;:!?…][”\"')]?$")
# No paragraph ends so: "trước ngày" above "01/3/2026"
_OPEN = re.compile(
    r"(?:,| (?:ngày|tháng|số|trước|từ|đến|và|của|các|những|về|cho|với|tại|theo|hoặc|ông|bà))$"
)
# "2" · "- 2 -" · "Trang 2/5"
_PAGE = re.compile(r"(?:- ?)?\d{1,3}(?: ?-)?|[Tt]rang \d{1,3}(?: ?/ ?\d{1,3})?")
_PAGE_LINES: Final = 10  # a page has more; the numbers in a table stand closer
_HEADLINE: Final = 8  # characters: capitals this short are the rest of a line
WRAPPED_WIDTH: Final = 160  # characters: lines longer than this are whole paragraphs


def join_paragraphs(lines: Sequence[str]) -> list[Piece]:
    """Put wrapped lines together again; items start a paragraph of their own."""
    width = max(map(len, lines), default=0)
    filled = width if _are_wrapped(lines) else 0
    paragraphs: list[Piece] = []
    last, gap = "", False
    for line in pieces(lines):
        if not line.text:
            gap = True
            continue
        if paragraphs and _continues(last, line.text, gap=gap, width=width, filled=filled):
            broken_code = last.endswith("-") and not last.endswith(" -")
            paragraphs[-1] = paragraphs[-1].joined(line, by="" if broken_code else " ")
        else:
            paragraphs.append(line)
        last, gap = line.text, False
    return paragraphs


def without_page_marks(lines: Sequence[str]) -> list[str]:
    """Numbers of pages, and the same line above two of them, made blank; the others keep places."""
    alone = [index for index, line in enumerate(lines) if _PAGE.fullmatch(line)]
    numbers = {index for index in alone if not "".join(lines[index + 1 : index + 2])}
    above = Counter(lines[index - 1] for index in numbers if index)
    marks = _counted_pages(lines, alone)
    for index in numbers:
        last = lines[index - 1] if index else ""
        marks |= {index} if not last else {index, index - 1} if above[last] > 1 else set()
    return ["" if index in marks else line for index, line in enumerate(lines)]


def _counted_pages(lines: Sequence[str], alone: Sequence[int]) -> set[int]:
    """Numbers that count on with a page's lines between them: "1" … "2"."""
    counts = [(index, int("".join(filter(str.isdecimal, lines[index])) or 0)) for index in alone]
    return {
        index
        for (first, number), (second, following) in pairwise(counts)
        if following == number + 1 and second - first > _PAGE_LINES
        for index in (first, second)
    }


def _are_wrapped(lines: Sequence[str]) -> bool:
    """Whether a sentence goes on from one line to the next."""
    return any(
        last and line[:1].islower() and not COMPLETE.search(last) for last, line in pairwise(lines)
    )


def _continues(last: str, line: str, *, gap: bool, width: int, filled: int) -> bool:
    """Whether the line goes on with the last one; `filled` is how long lines are when full."""
    if starts_item(line):
        return False
    if gap and (_OPEN.search(last) or (line[0].islower() and last.endswith(";"))):
        return True
    if COMPLETE.search(last):
        if NAMED.match(line):
            return False
        fills_its_line = 0 < filled <= WRAPPED_WIDTH and len(last) > 0.9 * filled
        return fills_its_line and not gap and not last.endswith((":", "./."))
    if gap or (line[0].isupper() and len(last) < 0.6 * min(width, WRAPPED_WIDTH)):
        return line[0].islower() or bool(_OPEN.search(last))
    return last.isupper() == line.isupper() or len(line) < _HEADLINE

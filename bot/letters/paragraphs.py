"""Lines put together again that a page or a program broke, each paragraph with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.letters.markers import NAMED, starts_item
from bot.letters.spans import Piece, pieces

# The end of a sentence or of an item: what follows on a new line is a new paragraph.
COMPLETE = re.compile(r"[.;:!?…][”\"')]?$")
# No paragraph ends so: "trước ngày" above "01/3/2026"
_OPEN = re.compile(
    r"(?:,| (?:ngày|tháng|số|trước|từ|đến|và|của|các|những|về|cho|với|tại|theo|hoặc|ông|bà))$"
)
_HEADLINE: Final = 8  # characters: capitals this short are the rest of a line
WRAPPED_WIDTH: Final = 160  # characters: lines longer than this are whole paragraphs


def join_paragraphs(lines: Sequence[str]) -> list[Piece]:
    """Put wrapped lines together again; items start a paragraph of their own."""
    width = max(map(len, lines), default=0)
    paragraphs: list[Piece] = []
    last, gap = "", False
    for line in pieces(lines):
        if not line.text:
            gap = True
            continue
        if paragraphs and _continues(last, line.text, gap=gap, width=width):
            broken_code = last.endswith("-") and not last.endswith(" -")
            paragraphs[-1] = paragraphs[-1].joined(line, by="" if broken_code else " ")
        else:
            paragraphs.append(line)
        last, gap = line.text, False
    return paragraphs


def _continues(last: str, line: str, *, gap: bool, width: int) -> bool:
    if starts_item(line):
        return False
    if gap and (_OPEN.search(last) or (line[0].islower() and last.endswith(";"))):
        return True
    if COMPLETE.search(last):
        if NAMED.match(line):
            return False
        fills_its_line = width <= WRAPPED_WIDTH and len(last) > 0.9 * width
        return fills_its_line and not gap and not last.endswith((":", "./."))
    if gap or (line[0].isupper() and len(last) < 0.6 * min(width, WRAPPED_WIDTH)):
        return line[0].islower()
    return last.isupper() == line.isupper() or len(line) < _HEADLINE

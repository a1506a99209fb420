"""Two columns that stand side by side in a plain text, divided by spaces, set one below the other.

The head of a letter and its foot are such columns; readers of files set theirs apart themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.letters.document import Line, Origin

# Not the blank that waits for a number or a day: "Số:      /KH-UBND", "ngày      tháng 02"
_GAP = re.compile(
    r"(?<=\S)(?<!ngày)(?<!tháng)(?<!năm)(?<!Số)(?<!Số:)(?: {4,}|\t+ *)(?=\S)(?!/|tháng|năm)"
)
# A mark and its item with a tab between them: "1.   Sở Y tế", "Kính gửi:   Sở Y tế"
_MARK = re.compile(r"(?!Nơi ?nhận).{0,12}[.):/]|\W*\w?\W*|S?TT")
# Where the head is over, and where the foot begins.
_BEGINS = re.compile(r"Kính ?g[ửở]i|Nơi ?nhận", re.IGNORECASE)
_FURTHEST: Final = 3  # rows of one column between two of both
_INDENT: Final = 20  # spaces: a line that begins this far in is of the right column
_FEWEST: Final = 2  # rows with both columns, below which there are none
_LONGEST: Final = 60  # characters of a cell: longer ones are of running text


@dataclass(frozen=True, slots=True)
class _Row:
    line: Line
    left: str
    right: str

    @property
    def is_pair(self) -> bool:
        return bool(self.left and self.right)


def set_apart(lines: Sequence[Line]) -> list[Line]:
    """The lines with every block of two columns taken apart, each half with its line's number."""
    rows = [_row(line) for line in lines]
    apart: list[Line] = []
    start = 0
    while start < len(rows):
        end = _block_end(rows, start)
        if end > start:
            apart += _halves(rows[start:end])
        else:
            apart.append(lines[start])
        start = max(end, start + 1)
    return apart


def _row(line: Line) -> _Row:
    text = line.text.expandtabs(8).rstrip()
    cells = _GAP.split(text.strip())
    is_other = line.origin is not Origin.TEXT or len(cells) > 2 or max(map(len, cells)) > _LONGEST
    if is_other or (len(cells) == 2 and _MARK.fullmatch(cells[0])):
        return _Row(line, text, "")
    if len(cells) == 2:
        return _Row(line, cells[0], cells[1])
    indented = len(text) - len(text.lstrip()) >= _INDENT
    return _Row(line, "", cells[0]) if indented else _Row(line, cells[0], "")


def _block_end(rows: Sequence[_Row], start: int) -> int:
    """Behind the last row with both columns that hangs together with this one; `start` if none."""
    if not rows[start].is_pair:
        return start
    pairs, end, between = 0, start, 0
    for index in range(start, len(rows)):
        row = rows[index]
        if between > _FURTHEST or (index > start and _BEGINS.match(row.left)):
            break
        if row.is_pair:
            pairs, end, between = pairs + 1, index + 1, 0
        elif row.left:
            between += 1
    return end if pairs >= _FEWEST else start


def _halves(rows: Sequence[_Row]) -> list[Line]:
    """The right column, then the left one, whose last words may go on below the block."""
    return [
        replace(row.line, text=cell)
        for cells in ([(row, row.right) for row in rows], [(row, row.left) for row in rows])
        for row, cell in cells
        if cell
    ]

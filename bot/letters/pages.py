"""Signs scattered over a page to lines in reading order; columns are read one after the other.

Pure geometry: nothing here knows what a letter is, but for the lines that stand across columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

_SPACE: Final = 0.16  # of a sign's height: a gap this wide parts words
_GAP: Final = 0.9  # of a line's height: a gap this wide may part columns
_WIDE_GAP: Final = 2.0  # one that parts them even on a single line
_SAME_LINE: Final = 0.35
_PARAGRAPH: Final = 1.4  # of the usual distance of lines
# What opens the text below the head, and is never part of a column beside it.
_ACROSS = re.compile(r"^(?:Kính ?g[ửở]i|Kính ?mời|Căn ?cứ|Thực ?hiện)\b", re.IGNORECASE)
# A mark before an item stands off from its text, but never in a column of its own.
_MARK = re.compile(r"[-+*•●▪–]|\(?\d{1,2}(?:\.\d{1,2})*[.)/]|[a-zđ][.)]|[IVX]{1,4}[.)]")
_PAGE_NUMBER = re.compile(r"\W*\d{1,3}\W*")


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign, or a short text, between x0 and x1 on the base line y (upwards)."""

    text: str
    x0: float
    x1: float
    y: float
    size: float


@dataclass(slots=True)
class _Segment:
    text: str
    x0: float
    x1: float


@dataclass(slots=True)
class _Row:
    segments: list[_Segment]
    y: float
    size: float

    @property
    def text(self) -> str:
        return " ".join(segment.text for segment in self.segments)


def page_lines(signs: Sequence[Sign]) -> list[str]:
    """The lines of a page in reading order; an empty one where paragraphs stand apart."""
    rows = _without_page_numbers(_rows(signs))
    steps = [upper.y - lower.y for upper, lower in pairwise(rows)]
    usual = median(steps) if steps else 0.0
    lines: list[str] = []
    last: _Row | None = None
    for block, gutter in _blocks(rows):
        if last is not None and last.y - block[0].y > _PARAGRAPH * usual:
            lines.append("")
        lines += [block[0].text] if gutter is None else _columns(block, gutter, usual)
        last = block[-1]
    return lines


def _without_page_numbers(rows: list[_Row]) -> list[_Row]:
    first = 1 if rows and _PAGE_NUMBER.fullmatch(rows[0].text) else 0
    last = -1 if rows and _PAGE_NUMBER.fullmatch(rows[-1].text) else None
    return rows[first:last]


def _rows(signs: Sequence[Sign]) -> list[_Row]:
    """Signs on one base line, from the top; files may hold them in any order."""
    rows: list[list[Sign]] = []
    for sign in sorted(signs, key=lambda sign: -sign.y):
        near = _SAME_LINE * sign.size
        if rows and rows[-1][0].y - sign.y <= near:
            rows[-1].append(sign)
        else:
            rows.append([sign])
    found = []
    for row in rows:
        size = median(sign.size for sign in row)
        if segments := list(_segments(row, size)):
            found.append(_Row(segments, row[0].y, size))
    return found


def _segments(row: list[Sign], size: float) -> Iterator[_Segment]:
    marks = [sign for sign in row if unicodedata.combining(sign.text[0])]
    current: _Segment | None = None
    spaced = False
    for sign in sorted((s for s in row if s not in marks), key=lambda sign: sign.x0):
        if sign.text.isspace():
            spaced = True
            continue
        text = sign.text + "".join(mark.text for mark in marks if _over(mark, sign))
        is_apart = current is None or sign.x0 - current.x1 > _GAP * size
        if current is None or (is_apart and not _MARK.fullmatch(current.text)):
            if current is not None:
                yield current
            current = _Segment(text, sign.x0, sign.x1)
        else:
            gap = spaced or sign.x0 - current.x1 > _SPACE * size
            current.text += f" {text}" if gap else text
            current.x1 = max(current.x1, sign.x1)
        spaced = False
    if current is not None:
        yield current


def _over(mark: Sign, sign: Sign) -> bool:
    """Whether an accent of its own stands over this sign."""
    return sign.x0 <= (mark.x0 + mark.x1) / 2 < sign.x1


def _blocks(rows: list[_Row]) -> Iterator[tuple[list[_Row], float | None]]:
    """Rows that stand beside each other in two columns, with the line between; all others alone."""
    index = 0
    while index < len(rows):
        end, gutter = _columns_from(rows, index)
        yield rows[index:end], gutter
        index = end


def _columns_from(rows: list[_Row], start: int) -> tuple[int, float | None]:
    """Where two columns that begin in this row end, and what parts them; else just the row."""
    low = min(segment.x0 for row in rows for segment in row.segments)
    high = max(segment.x1 for row in rows for segment in row.segments)
    strips = [(low, high)]  # what no row so far has covered
    found: tuple[int, float | None] = (start + 1, None)
    for end in range(start, len(rows)):
        if end > start and _ACROSS.match(rows[end].text):
            break
        strips = [
            strip
            for free in strips
            for strip in _uncovered(free, rows[end])
            if strip[1] - strip[0] >= _GAP * rows[end].size
        ]
        if not strips:
            break
        block = rows[start : end + 1]
        best = max(
            (strip for strip in strips if _parts(strip, block)),
            key=lambda strip: strip[1] - strip[0],
            default=None,
        )
        if best is not None:
            found = end + 1, (best[0] + best[1]) / 2
    return found


def _uncovered(free: tuple[float, float], row: _Row) -> Iterator[tuple[float, float]]:
    left, right = free
    for segment in row.segments:
        if segment.x0 > left:
            yield left, min(segment.x0, right)
        left = max(left, segment.x1)
    if left < right:
        yield left, right


def _parts(strip: tuple[float, float], block: list[_Row]) -> bool:
    """Whether text stands on both sides, in more than one row or far apart."""
    sides = [
        (any(s.x1 <= strip[0] for s in row.segments), any(s.x0 >= strip[1] for s in row.segments))
        for row in block
    ]
    left, right = (any(side) for side in zip(*sides, strict=True))
    is_wide = strip[1] - strip[0] > _WIDE_GAP * block[0].size
    return left and right and (is_wide or sum(all(side) for side in sides) > 1)


def _columns(block: list[_Row], gutter: float, usual: float) -> list[str]:
    """The left column, then the right one."""
    lines: list[str] = []
    for is_left in (True, False):
        last: float | None = None
        for row in block:
            words = [s.text for s in row.segments if (s.x0 < gutter) is is_left]
            if not words:
                continue
            if last is not None and last - row.y > 2 * _PARAGRAPH * usual:
                lines.append("")
            lines.append(" ".join(words))
            last = row.y
        lines.append("")
    return lines

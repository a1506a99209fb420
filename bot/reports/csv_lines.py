"""CSV that spreadsheets open as it is meant: in their letters, and with no cell for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Final

from bot.reports.sheet import printable

BYTE_ORDER_MARK: Final = "\ufeff"
"""In front of the file: without it Excel takes the letters for those of another code page."""
# Also in full width, which some programs take for the same, and behind what nobody sees.
_BEGINS_A_FORMULA: Final = re.compile(
    r"[\s\u00ad\u034f\u061c\u200b-\u200f\u2060-\u2064\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]"
)


def csv_line(cells: Iterable[str]) -> str:
    """A line of CSV with its end; what could be taken for a formula gets an apostrophe, control
    characters are left out."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(_safe(cell) for cell in cells)
    return line.getvalue()


def _safe(cell: str) -> str:
    text = printable(cell)
    is_formula = _BEGINS_A_FORMULA.match(cell) or _BEGINS_A_FORMULA.match(text)
    return f"'{text}" if is_formula else text

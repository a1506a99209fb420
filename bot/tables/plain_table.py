"""Rows of texts as a file that people open in a spreadsheet, .xlsx or .csv, and send back.

Every cell is a text, whatever it looks like: a formula in a name is never run, a zero in front of a
code never lost.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.reports.sheet import safe_text

# A spreadsheet runs what begins so; with a quote in front it does not. `reading` takes it away.
_RUNS: Final = re.compile(r"'*[=+\-@\t\r]")
_WIDEST: Final = 60
_AS_TEXT: Final = "@"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet; the first row holds the headings."""

    title: str
    rows: Sequence[Sequence[str]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as an .xlsx file."""
    from openpyxl import Workbook  # heavy: only when a file is asked for
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    bold = Font(bold=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        page.freeze_panes = "A2"
        for column, width in enumerate(_widths(sheet.rows), start=1):
            page.column_dimensions[get_column_letter(column)].width = width
        for number, row in enumerate(sheet.rows):
            cells = []
            for text in row:
                cell = WriteOnlyCell(page, value=safe_text(text) or None)
                if text:
                    cell.data_type = "s"
                cell.number_format = _AS_TEXT
                if number == 0:
                    cell.font = bold
                cells.append(cell)
            page.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    widths: list[int] = []
    for row in rows:
        widths += [8] * (len(row) - len(widths))
        for column, text in enumerate(row):
            widths[column] = min(_WIDEST, max(widths[column], len(text) + 2))
    return widths


def separated(rows: Sequence[Sequence[str]]) -> bytes:
    """The rows as a .csv file in UTF-8, with the mark that lets Excel know."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerows([[f"'{text}" if _RUNS.match(text) else text for text in row] for row in rows])
    return file.getvalue().encode("utf-8-sig")

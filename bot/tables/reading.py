"""A file with a table, .xlsx or .csv, as rows of cells. What its columns mean is not said here.

Run as a program it reads one file in a process of its own, within limits that a bomb cannot pass:
see `child`.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from bot.actions.unit_headings import Cell, Row, has_headings, rows_as_json
from bot.errors import BotError, InvalidInput

FORMS: Final = ("xlsx", "csv")
OTHER_FORMS: Final = ("xls", "xlsm", "xlsb", "ods", "tsv", "numbers")  # tables too, but not read
MAX_BYTES: Final = 10 * 1024 * 1024
MAX_ROWS: Final = 10_000
_MAX_COLUMNS: Final = 60
_MAX_LETTERS: Final = 8_000_000  # in all cells together
_MAX_MEMBERS: Final = 1_000
_MAX_UNPACKED: Final = 50 * 1024 * 1024
_MAX_RATIO: Final = 100
_DELIMITERS: Final = (",", ";", "\t")
_KEPT_FROM_RUNNING: Final = re.compile(r"'+[=+\-@\t\r]")
ZIP: Final = b"PK"
_OLE: Final = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx behind a password
_MEMORY: Final = 512 * 1024 * 1024
_CPU_SECONDS: Final = 20


def read_rows(content: bytes, *, name: str) -> list[Row]:
    """All rows of the file, empty ones too; InvalidInput if it holds no table.

    `name` is what the file is called: what is in it must be what its name says.
    """
    is_workbook = content.startswith(ZIP)
    if ending_of(content, name=name) != ("xlsx" if is_workbook else "csv"):
        raise InvalidInput("table.mislabelled")
    rows = _workbook(content) if is_workbook else _separated(content)
    check_size(rows)
    return rows


def ending_of(content: bytes, *, name: str) -> str:
    """How the file's name ends; InvalidInput for a file that is none to read, whatever its name."""
    if len(content) > MAX_BYTES:
        raise InvalidInput("table.too_large", most=MAX_BYTES // 1024 // 1024)
    if not content.strip():
        raise InvalidInput("table.empty")
    if content.startswith(_OLE):
        raise InvalidInput("table.old_or_protected")
    return name.lower().rpartition(".")[2]


def check_size(rows: Sequence[Row]) -> None:
    """InvalidInput for more than anybody has typed."""
    if len(rows) > MAX_ROWS:
        raise InvalidInput("table.too_many_rows", most=MAX_ROWS)
    if sum(len(cell) for row in rows for cell in row if isinstance(cell, str)) > _MAX_LETTERS:
        raise InvalidInput("table.too_much")


def _separated(content: bytes) -> list[Row]:
    readings = separated_readings(content)
    # Groups stand apart by semicolons too: only the headings tell which one parts the columns.
    found = (rows for rows in readings if has_headings(rows))
    return next(found, max(readings, key=widest))


def widest(rows: Sequence[Row]) -> int:
    """How many columns the rows have."""
    return max(map(len, rows), default=0)


def decoded(content: bytes) -> str:
    """A text file's text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("table.not_utf8") from None
    if "\0" in text:
        raise InvalidInput("table.mislabelled")
    return text


def separated_readings(content: bytes) -> list[list[Row]]:
    """The rows of a .csv file, by each of the signs that may part its columns."""
    text = decoded(content)
    readings: list[list[Row]] = []
    for delimiter in _DELIMITERS:
        try:
            lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            readings.append(_trimmed(tuple(map(_unquoted, line)) for line in lines))
        except csv.Error:
            raise InvalidInput("table.broken") from None
    return readings


def _unquoted(cell: str) -> str:
    """Without the quote that keeps a spreadsheet from running the cell (see `plain_table`)."""
    return cell[1:] if _KEPT_FROM_RUNNING.match(cell) else cell


def _workbook(content: bytes) -> list[Row]:
    (_, rows), *_ = workbook_sheets(content, most=1)
    return rows


def workbook_sheets(content: bytes, *, most: int) -> list[tuple[str, list[Row]]]:
    """The names of the first sheets, and their rows; of formulas the values that Excel computed
    last."""
    import openpyxl
    from defusedxml import DefusedXmlException
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _look_inside(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations, which are not read
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheets = [(sheet.title, _rows_of(sheet)) for sheet in book.worksheets[:most]]
            book.close()
            if not sheets:
                raise InvalidInput("table.broken")
    except (
        zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, DefusedXmlException,
        LookupError, AttributeError, TypeError, ValueError, EOFError, OSError, RuntimeError,
    ):  # fmt: skip
        # What openpyxl raises for a damaged workbook depends on where the damage is.
        raise InvalidInput("table.broken") from None
    return sheets


def _rows_of(sheet: Any) -> list[Row]:
    sheet.reset_dimensions()  # some programs write wrong ones
    found = sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 1, max_col=_MAX_COLUMNS)
    return _trimmed(tuple(_cell(value) for value in row) for row in found)


def _look_inside(content: bytes) -> None:
    """InvalidInput for what would unpack to more than any list of units, or holds macros."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        members = packed.infolist()
        unpacked = sum(member.file_size for member in members)
        if len(members) > _MAX_MEMBERS or unpacked > min(_MAX_UNPACKED, _MAX_RATIO * len(content)):
            raise InvalidInput("table.bomb")
        types = packed.read("[Content_Types].xml")
    if b"macroEnabled" in types:
        raise InvalidInput("table.macros")


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else None
    if isinstance(value, date):
        return value
    if isinstance(value, time | timedelta):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\0", "")  # no database keeps it


def _trimmed(rows: Iterable[Row]) -> list[Row]:
    """Rows without the empty cells at their end: many programs write hundreds."""
    kept = []
    for row in rows:
        end = len(row)
        while end and isinstance(row[end - 1], str) and not str(row[end - 1]).strip():
            end -= 1
        kept.append(row[: min(end, _MAX_COLUMNS)])
    while kept and not kept[-1]:
        kept.pop()
    return kept


# --- a process of its own -------------------------------------------------------------------------


def _answer() -> dict[str, Any]:
    try:
        return {"rows": rows_as_json(read_rows(sys.stdin.buffer.read(), name=sys.argv[1]))}
    except BotError as error:
        return {"refused": error.key, "parameters": error.parameters}
    except (MemoryError, RecursionError):
        return {"refused": "table.bomb", "parameters": {}}


def limit() -> None:
    """Whatever the file holds, this process takes no more than that, and writes nothing."""
    import resource  # not on every system that can import this module

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit()
    json.dump(_answer(), sys.stdout)

"""A file with a table, .xlsx or .csv, as rows of texts. What the columns mean is not said here."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from datetime import date, time, timedelta
from pathlib import Path
from xml.etree.ElementTree import ParseError

from bot.actions.unit_table import Cell, Row, has_headings
from bot.commands.console import Fault

MAX_BYTES = 10 * 1024 * 1024
_MAX_UNPACKED_BYTES = 100 * 1024 * 1024
_MAX_ROWS = 20_000
_MAX_COLUMNS = 100
_DELIMITERS = (",", ";", "\t")
_OLE = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx behind a password


def read_table(file: Path) -> list[Row]:
    """All rows of the file, empty ones too; Fault in a sentence if it holds no table."""
    content = _content(file)
    if not content.strip():
        raise Fault(f"{file}: the file is empty")
    if content.startswith(b"PK"):
        rows = _workbook(file, content)
    elif content.startswith(_OLE):
        raise Fault(f"{file}: an old or protected workbook; save it as .xlsx without a password")
    else:
        rows = _separated(file, content)
    if len(rows) > _MAX_ROWS:
        raise Fault(f"{file}: there are more than {_MAX_ROWS} rows; import it in parts")
    return rows


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise Fault(f"{file}: there is no such file") from None
    except IsADirectoryError:
        raise Fault(f"{file}: this is a directory; name the table's file") from None
    except OSError as error:
        raise Fault(f"{file}: cannot be read ({error.strerror})") from None
    if len(content) > MAX_BYTES:
        raise Fault(f"{file}: the file is larger than {MAX_BYTES // 1024 // 1024} MB")
    return content


def _separated(file: Path, content: bytes) -> list[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Fault(
            f"{file}: the text is not in UTF-8; in Excel save it as CSV UTF-8, or as .xlsx"
        ) from None
    if "\0" in text:
        raise Fault(f"{file}: this is neither .xlsx nor .csv")
    readings: list[list[Row]] = []
    for delimiter in _DELIMITERS:
        try:
            lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            readings.append([tuple(line) for line in lines])
        except csv.Error as error:
            raise Fault(f"{file}: cannot be read as .csv ({error})") from None
    # Groups stand apart by semicolons too: only the headings tell which one parts the columns.
    return next((rows for rows in readings if has_headings(rows)), readings[0])


def _workbook(file: Path, content: bytes) -> list[Row]:
    """The first sheet's rows; of formulas the values that Excel computed last."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > _MAX_UNPACKED_BYTES:
            raise Fault(f"{file}: the workbook is too large")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations, which are not read
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write wrong ones
            found = sheet.iter_rows(values_only=True, max_row=_MAX_ROWS + 1, max_col=_MAX_COLUMNS)
            rows = [tuple(_cell(value) for value in row) for row in found]
            book.close()
    except (
        zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, LookupError,
        AttributeError, TypeError, ValueError, EOFError, OSError, RuntimeError,
    ):  # fmt: skip
        # What openpyxl raises for a damaged workbook depends on where the damage is.
        raise Fault(f"{file}: cannot be read as an Excel workbook; save it as .xlsx") from None
    return rows


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, date | time | timedelta):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

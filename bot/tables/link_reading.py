"""A file with links, .xlsx, .csv or .txt, as the rows that hold some: of every sheet, also links
that stand behind words. What becomes of them is not said here.

Run as a program it reads one file in a process of its own, within limits that a bomb cannot pass:
see `child`.
"""

from __future__ import annotations

import io
import json
import posixpath
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.actions.link_rows import LinkRow, as_json, link_rows
from bot.actions.unit_headings import Row
from bot.errors import BotError, InvalidInput
from bot.tables.reading import (
    ZIP,
    check_size,
    decoded,
    ending_of,
    limit,
    separated_readings,
    widest,
    workbook_sheets,
)

FORMS: Final = ("xlsx", "csv", "txt")
_SHEETS: Final = 20
_SHEET_FILE: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def read_links(content: bytes, *, name: str) -> list[LinkRow]:
    """The rows with links; InvalidInput if the file is no such table.

    `name` is what the file is called: what is in it must be what its name says.
    """
    said = ending_of(content, name=name)
    if content.startswith(ZIP) != (said == "xlsx"):
        raise InvalidInput("links.mislabelled")
    if said == "xlsx":
        return _of_workbook(content)
    if content.startswith(_UTF16):  # as Notepad calls it, "Unicode"
        content = _from_utf16(content)
    rows = _separated(content) if said == "csv" else _lines(decoded(content))
    check_size(rows)
    return link_rows("", _words(rows))


def _from_utf16(content: bytes) -> bytes:
    try:
        return content.decode("utf-16").encode()
    except UnicodeDecodeError:
        raise InvalidInput("table.not_utf8") from None


def _lines(text: str) -> list[Row]:
    return [(line,) for line in text.splitlines()]


def _separated(content: bytes) -> list[Row]:
    """By the sign that lets a column be named; else by the one that makes most columns."""
    readings = separated_readings(content)
    named = [rows for rows in readings if widest(rows) > 1 and _names_columns(rows)]
    return next(iter(named), max(readings, key=widest))


def _names_columns(rows: Sequence[Row]) -> bool:
    return any(row.task or row.unit for row in link_rows("", _words(rows)))


def _words(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    return [tuple(cell if isinstance(cell, str) else "" for cell in row) for row in rows]


# --- workbooks -----------------------------------------------------------------------------------


def _of_workbook(content: bytes) -> list[LinkRow]:
    sheets = workbook_sheets(content, most=_SHEETS)
    check_size([row for _, rows in sheets for row in rows])
    hidden = _behind_words(content)
    several = sum(bool(rows) for _, rows in sheets) > 1
    found = []
    for number, (title, rows) in enumerate(sheets):
        behind = hidden[number] if number < len(hidden) else {}
        whole = [(*row, *behind.get(place, ())) for place, row in enumerate(_words(rows), start=1)]
        found += link_rows(title if several else "", whole)
    return found


def _behind_words(content: bytes) -> list[dict[int, list[str]]]:
    """The links behind the words of cells, by row, for each sheet in its order."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return [_of_sheet(packed, name) for name in _sheet_files(packed)]


def _sheet_files(packed: zipfile.ZipFile) -> list[str]:
    """The sheets' files in the order in which the workbook has them."""
    targets = _relations(packed, "xl/workbook.xml")
    found = []
    for element in _elements(packed, "xl/workbook.xml", "sheet"):
        target = targets.get(element.get(_RELATION, ""), "")
        name = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        if _SHEET_FILE.fullmatch(name):
            found.append(name)
    return found


def _of_sheet(packed: zipfile.ZipFile, name: str) -> dict[int, list[str]]:
    targets = _relations(packed, name)
    found: dict[int, list[str]] = {}
    for element in _elements(packed, name, "hyperlink"):
        cell = _CELL.match(element.get("ref", ""))
        target = targets.get(element.get(_RELATION, ""))
        if cell and target:
            found.setdefault(int(cell[2]), []).append(target)
    return found


def _relations(packed: zipfile.ZipFile, name: str) -> dict[str, str]:
    folder, _, file = name.rpartition("/")
    where = f"{folder}/_rels/{file}.rels"
    if where not in packed.namelist():
        return {}
    elements = _elements(packed, where, "Relationship")
    return {each.get("Id", ""): each.get("Target", "") for each in elements}


def _elements(packed: zipfile.ZipFile, name: str, tag: str) -> Iterator[Any]:
    """The elements of this name; what was read before is let go."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    try:
        with packed.open(name) as file:
            for _, element in iterparse(file, events=("end",)):
                if element.tag.rpartition("}")[2] == tag:
                    yield element
                elif element.tag.rpartition("}")[2] == "row":
                    element.clear()
    except (ParseError, DefusedXmlException, KeyError, zipfile.BadZipFile):
        raise InvalidInput("table.broken") from None


# --- a process of its own -------------------------------------------------------------------------


def _answer() -> dict[str, Any]:
    try:
        return {"rows": as_json(read_links(sys.stdin.buffer.read(), name=sys.argv[1]))}
    except BotError as error:
        return {"refused": error.key, "parameters": error.parameters}
    except (MemoryError, RecursionError):
        return {"refused": "table.bomb", "parameters": {}}


if __name__ == "__main__":
    limit()
    json.dump(_answer(), sys.stdout)

"""A table of units as people keep it: its headings found, its rows read, every fault named; pure.

How a file becomes rows of texts is not said here, nor what becomes of the units (`registry`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.domain.folding import fold, normalise

Cell = str | None  # None: something that is no text, such as a date
Row = tuple[Cell, ...]


class Column(StrEnum):
    """What a table of units may tell; code and name it must."""

    CODE = "code"
    NAME = "name"
    GROUPS = "groups"
    PHONE = "phone"


class Wrong(StrEnum):
    """What can be wrong with a table or one of its cells."""

    NO_HEADINGS = "no_headings"
    NO_UNITS = "no_units"
    TWO_COLUMNS = "two_columns"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_TEXT = "not_text"
    UNREADABLE = "unreadable"
    FORMULA_ERROR = "formula_error"
    NO_WORD = "no_word"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, by row (from 1) and heading as the table has them."""

    wrong: Wrong
    row: int | None = None
    column: Column | None = None
    heading: str = ""
    detail: str = ""


class UnusableTable(Exception):
    """The table cannot be taken; `faults` are all that were found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit as the table tells it; None where the table has no such column."""

    code: str
    name: str
    groups: tuple[str, ...] | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class UnitTable:
    """What a table tells, and the headings of what is not used."""

    units: tuple[ListedUnit, ...]
    ignored: tuple[str, ...]


_HEADINGS: Final = {
    Column.CODE: "ma|ma don vi|ma dv|ma so|ma co quan|ky hieu|code|unit code|id",
    Column.NAME: "ten|ten don vi|ten dv|ten co quan|ten co quan don vi|don vi|co quan|"
    "co quan don vi|name|unit name|unit",
    Column.GROUPS: "nhom|cac nhom|nhom don vi|thuoc nhom|ten nhom|khoi|groups|group",
    Column.PHONE: "dien thoai|so dien thoai|dien thoai lien he|dt|sdt|so dt|dtdd|phone|"
    "phone number|telephone|tel|mobile",
}
_COLUMNS: Final = {word: column for column, all_ in _HEADINGS.items() for word in all_.split("|")}
_HEADINGS_WITHIN = 20  # rows: above them stand the office's name and a title
_LONGEST: Final = {Column.CODE: 64, Column.NAME: 300, Column.GROUPS: 300, Column.PHONE: 64}
_NEEDED: Final = (Column.CODE, Column.NAME)
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_BETWEEN_GROUPS = re.compile(r"[;|\n]")
_FORMULA_ERROR = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")


@dataclass(slots=True)
class _Headings:
    """Where each column stands: `row` counts from 0, as the places do."""

    row: int
    places: dict[Column, int] = field(default_factory=dict)
    words: dict[Column, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    repeated: list[tuple[Column, str]] = field(default_factory=list)


def has_headings(rows: Sequence[Row]) -> bool:
    """Whether a row near the top names at least code and name."""
    return _find_headings(rows) is not None


def read_units(rows: Sequence[Row]) -> UnitTable:
    """The units of a table; UnusableTable with every fault if there is one."""
    headings = _find_headings(rows)
    if headings is None:
        raise UnusableTable([Fault(Wrong.NO_HEADINGS)])
    reader = _Reader(headings)
    for number, row in enumerate(rows[headings.row + 1 :], start=headings.row + 2):
        if any(cell is None or cell.strip() for cell in row):
            reader.read(number, row)
    if not reader.faults and not reader.units:
        reader.faults.append(Fault(Wrong.NO_UNITS))
    if reader.faults:
        raise UnusableTable(reader.faults)
    return UnitTable(tuple(reader.units), tuple(headings.ignored))


def _find_headings(rows: Sequence[Row]) -> _Headings | None:
    for index, row in enumerate(rows[:_HEADINGS_WITHIN]):
        found = _Headings(index)
        for place, cell in enumerate(row):
            word = _one_line(cell or "")
            column = _COLUMNS.get(fold(word)) or _COLUMNS.get(fold(_IN_BRACKETS.sub("", word)))
            if column is None:
                found.ignored += [word] if word else []
            elif column in found.places:
                found.repeated.append((column, word))
            else:
                found.places[column], found.words[column] = place, word
        if all(column in found.places for column in _NEEDED):
            return found
    return None


class _Reader:
    """Collects units and faults, row by row."""

    def __init__(self, headings: _Headings) -> None:
        self.units: list[ListedUnit] = []
        self._headings = headings
        self._rows_of_codes: dict[str, int] = {}
        self.faults = [
            Fault(Wrong.TWO_COLUMNS, headings.row + 1, column, word)
            for column, word in headings.repeated
        ]

    def read(self, number: int, row: Row) -> None:
        """Take one row; it has at least one cell with something in it."""
        code = self._word(number, row, Column.CODE)
        first = self._rows_of_codes.setdefault(code_key(code), number)
        if code and first != number:
            self._blame(Wrong.REPEATED, number, Column.CODE, str(first))
        name = self._word(number, row, Column.NAME)
        phone = groups = None
        if Column.PHONE in self._headings.places:
            phone = self._word(number, row, Column.PHONE)
        if Column.GROUPS in self._headings.places:
            groups = self._groups(number, row)
        self.units.append(ListedUnit(code, name, groups, phone))

    def _groups(self, number: int, row: Row) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for part in _BETWEEN_GROUPS.split(self._cell(number, row, Column.GROUPS) or ""):
            if name := self._checked(_one_line(part), number, Column.GROUPS):
                found.setdefault(fold(name), name)
        return tuple(found.values())

    def _word(self, number: int, row: Row, column: Column) -> str:
        cell = self._cell(number, row, column)
        word = _one_line(cell or "")
        if column in _NEEDED and cell is not None and not word:
            self._blame(Wrong.EMPTY, number, column)
        return self._checked(word, number, column)

    def _cell(self, number: int, row: Row, column: Column) -> Cell:
        place = self._headings.places[column]
        cell = row[place] if place < len(row) else ""
        if cell is None:
            self._blame(Wrong.NOT_TEXT, number, column)
        return cell

    def _checked(self, word: str, number: int, column: Column) -> str:
        if len(word) > _LONGEST[column]:
            self._blame(Wrong.TOO_LONG, number, column, str(_LONGEST[column]))
        elif any(unicodedata.category(letter) in ("Cc", "Cs") for letter in word):
            self._blame(Wrong.UNREADABLE, number, column)
        elif _FORMULA_ERROR.fullmatch(word):
            self._blame(Wrong.FORMULA_ERROR, number, column, word)
        elif word and not fold(word):
            self._blame(Wrong.NO_WORD, number, column, word)
        return word

    def _blame(self, wrong: Wrong, number: int, column: Column, detail: str = "") -> None:
        self.faults.append(Fault(wrong, number, column, self._headings.words[column], detail))


def _one_line(text: str) -> str:
    return " ".join(normalise(text).split())


def code_key(code: str) -> str:
    """Two codes that differ only in case are one."""
    return code.casefold()

"""A table of units as people keep it: its rows read, every fault named by row and column; pure.

What its columns mean is found by `unit_headings`; how a file becomes rows is not said here, nor
what becomes of the units (`registry`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from bot.actions.unit_headings import (
    NEEDED,
    Cell,
    Column,
    Headings,
    Row,
    guess_headings,
    repeated,
)
from bot.articles.sites import Site, read_sites
from bot.domain.folding import fold, normalise
from bot.domain.phones import is_phone, phone_key, with_its_zero
from bot.domain.states import ContactRole
from bot.errors import InvalidInput


class Wrong(StrEnum):
    """What can be wrong with a table or one of its cells."""

    NO_HEADINGS = "no_headings"
    NO_COLUMN = "no_column"
    NO_UNITS = "no_units"
    TWO_COLUMNS = "two_columns"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_TEXT = "not_text"
    UNREADABLE = "unreadable"
    FORMULA_ERROR = "formula_error"
    NO_WORD = "no_word"
    REPEATED = "repeated"
    NO_SITE = "no_site"
    NO_PHONE = "no_phone"
    NO_ROLE = "no_role"
    UNEQUAL = "unequal"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, by row (from 1) and heading as the table has them."""

    wrong: Wrong
    row: int | None = None
    column: Column | None = None
    heading: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ListedContact:
    """Somebody the table names for a unit, with what `phone_key` makes of the number."""

    phone: str
    name: str
    title: str
    role: ContactRole


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit as the table tells it; None where the table has no such column."""

    code: str
    name: str
    groups: tuple[str, ...] | None = None
    phone: str | None = None
    sites: tuple[Site, ...] | None = None
    note: str | None = None
    contacts: tuple[ListedContact, ...] | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class UnitTable:
    """What a table tells: the units of the rows without a fault, and every fault there is."""

    headings: Headings | None
    units: tuple[ListedUnit, ...]
    faults: tuple[Fault, ...]
    without_phone: int = 0  # people named without a number to know them by: nothing of them is kept
    zeros: int = 0  # numbers that were read with the zero they had lost

    @property
    def ignored(self) -> tuple[str, ...]:
        """The headings of what is not used."""
        if self.headings is None:
            return ()
        pairs = zip(self.headings.words, self.headings.columns, strict=True)
        return tuple(word for word, column in pairs if word and column is Column.IGNORED)


_LONGEST: Final = {
    Column.CODE: 64,
    Column.NAME: 300,
    Column.GROUPS: 300,
    Column.PHONE: 64,
    Column.SITES: 4000,
    Column.NOTE: 2000,
    Column.CONTACT_NAME: 200,
    Column.CONTACT_TITLE: 200,
    Column.CONTACT_PHONE: 64,
    Column.CONTACT_ROLE: 64,
    Column.ATTRIBUTE: 1000,
}
_LONGEST_DETAIL: Final = 80
_WITH_WORDS: Final = frozenset({Column.CODE, Column.NAME, Column.GROUPS})
_ROLES: Final = {
    "": ContactRole.CONTACT,
    "dau moi": ContactRole.CONTACT,
    "can bo dau moi": ContactRole.CONTACT,
    "contact": ContactRole.CONTACT,
    "lanh dao": ContactRole.LEADER,
    "lanh dao don vi": ContactRole.LEADER,
    "leader": ContactRole.LEADER,
}
_BETWEEN = re.compile(r"[;|\n]")
_FORMULA_ERROR = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")


def read_units(rows: Sequence[Row], headings: Headings | None = None) -> UnitTable:
    """The units of a table; `headings` as they were corrected, else as they are guessed."""
    headings = headings or guess_headings(rows)
    if headings is None:
        return UnitTable(None, (), (Fault(Wrong.NO_HEADINGS),))
    if headings.lacks() == list(NEEDED) and not has_any(headings):
        return UnitTable(headings, (), (Fault(Wrong.NO_HEADINGS),))
    reader = _Reader(headings)
    if not headings.lacks():
        for number, row in enumerate(rows[headings.row + 1 :], start=headings.row + 2):
            if any(not isinstance(cell, str) or cell.strip() for cell in row):
                reader.read(number, row)
        if not reader.faults and not reader.units:
            reader.faults.append(Fault(Wrong.NO_UNITS))
    return UnitTable(
        headings,
        tuple(reader.units),
        tuple(reader.faults),
        without_phone=reader.without_phone,
        zeros=reader.zeros,
    )


def has_any(headings: Headings) -> bool:
    """Whether at least one column is taken for something that a unit has."""
    return bool(set(headings.columns) - {Column.ATTRIBUTE, Column.IGNORED})


class _Reader:
    """Collects units and faults, row by row."""

    def __init__(self, headings: Headings) -> None:
        self.units: list[ListedUnit] = []
        self.without_phone = 0
        self.zeros = 0
        self._headings = headings
        self._attributes = headings.attributes()
        self._rows_of_codes: dict[str, int] = {}
        row = headings.row + 1
        self.faults = [Fault(Wrong.NO_COLUMN, row, column) for column in headings.lacks()]
        self.faults += [
            Fault(Wrong.TWO_COLUMNS, row, headings.columns[place], headings.words[place])
            for place in repeated(headings)
        ]

    def read(self, number: int, row: Row) -> None:
        """Take one row; it has at least one cell with something in it."""
        before = len(self.faults)
        code = self._word(number, row, Column.CODE)
        first = self._rows_of_codes.setdefault(code_key(code), number)
        if code and first != number:
            self._blame(Wrong.REPEATED, number, Column.CODE, str(first))
        unit = ListedUnit(
            code=code,
            name=self._word(number, row, Column.NAME),
            phone=self._phone(number, row) if self._has(Column.PHONE) else None,
            groups=self._groups(number, row) if self._has(Column.GROUPS) else None,
            sites=self._sites(number, row) if self._has(Column.SITES) else None,
            note=self._note(number, row) if self._has(Column.NOTE) else None,
            contacts=self._contacts(number, row),
            attributes=tuple(
                (heading, self._attribute(number, row, place, heading))
                for place, heading in self._attributes
            ),
            row=number,
        )
        if len(self.faults) == before:
            self.units.append(unit)

    def _has(self, column: Column) -> bool:
        return self._headings.place(column) is not None

    def _phone(self, number: int, row: Row) -> str:
        phone = self._word(number, row, Column.PHONE)
        if phone and not is_phone(phone):
            self._blame(Wrong.NO_PHONE, number, Column.PHONE, phone)
        return self._with_its_zero(phone)

    def _with_its_zero(self, phone: str) -> str:
        whole = with_its_zero(phone)
        self.zeros += whole != phone
        return whole

    def _groups(self, number: int, row: Row) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for part in _BETWEEN.split(self._text(number, row, Column.GROUPS)):
            if name := self._checked(_one_line(part), number, Column.GROUPS):
                found.setdefault(fold(name), name)
        return tuple(found.values())

    def _sites(self, number: int, row: Row) -> tuple[Site, ...]:
        text = self._text(number, row, Column.SITES)
        try:
            return read_sites(self._checked(normalise(text), number, Column.SITES))
        except InvalidInput as error:
            self._blame(Wrong.NO_SITE, number, Column.SITES, str(error.parameters["site"]))
            return ()

    def _note(self, number: int, row: Row) -> str:
        return self._checked(normalise(self._text(number, row, Column.NOTE)), number, Column.NOTE)

    def _contacts(self, number: int, row: Row) -> tuple[ListedContact, ...] | None:
        """People stand in the cells of a row one after the other, parted by `;`. Without a column
        of numbers nobody can be kept."""
        phones = self._parts(number, row, Column.CONTACT_PHONE)
        names = self._parts(number, row, Column.CONTACT_NAME)
        titles = self._parts(number, row, Column.CONTACT_TITLE)
        roles = self._parts(number, row, Column.CONTACT_ROLE)
        count = max(len(phones), len(names))
        for column, parts in ((Column.CONTACT_TITLE, titles), (Column.CONTACT_ROLE, roles)):
            if len(parts) > max(count, 1):
                self._blame(Wrong.UNEQUAL, number, column, str(count))
        found: dict[str, ListedContact] = {}
        for phone, name, title, role in zip(
            *(_padded(parts, count) for parts in (phones, names, titles, roles)), strict=True
        ):
            key = phone_key(self._with_its_zero(phone))
            if phone and key is None:
                self._blame(Wrong.NO_PHONE, number, Column.CONTACT_PHONE, phone)
            if fold(role) not in _ROLES:
                self._blame(Wrong.NO_ROLE, number, Column.CONTACT_ROLE, role)
            elif key is not None:
                found[key] = ListedContact(key, name, title, _ROLES[fold(role)])
            self.without_phone += bool(name and not phone)
        return tuple(found.values()) if self._has(Column.CONTACT_PHONE) else None

    def _parts(self, number: int, row: Row, column: Column) -> list[str]:
        if not self._has(column):
            return []
        parts = [_one_line(part) for part in _BETWEEN.split(self._text(number, row, column))]
        while parts and not parts[-1]:
            parts.pop()
        return [self._checked(part, number, column) for part in parts]

    def _attribute(self, number: int, row: Row, place: int, heading: str) -> str:
        cell = row[place] if place < len(row) else ""
        if cell is None:
            self._blame(Wrong.NOT_TEXT, number, Column.ATTRIBUTE, heading=heading)
        text = f"{cell:%d/%m/%Y}" if isinstance(cell, date) else normalise(cell or "")
        return self._checked(text, number, Column.ATTRIBUTE, heading=heading)

    def _word(self, number: int, row: Row, column: Column) -> str:
        cell = self._cell(row, column)
        word = _one_line(self._text(number, row, column))
        if column in NEEDED and isinstance(cell, str) and not word:
            self._blame(Wrong.EMPTY, number, column)
        return self._checked(word, number, column)

    def _text(self, number: int, row: Row, column: Column) -> str:
        cell = self._cell(row, column)
        if isinstance(cell, str):
            return cell
        self._blame(Wrong.NOT_TEXT, number, column)
        return ""

    def _cell(self, row: Row, column: Column) -> Cell:
        place = self._headings.place(column)
        return row[place] if place is not None and place < len(row) else ""

    def _checked(self, word: str, number: int, column: Column, *, heading: str = "") -> str:
        """The word; nothing in place of a faulty one, so that a cell has one fault."""
        if len(word) > _LONGEST[column]:
            self._blame(Wrong.TOO_LONG, number, column, str(_LONGEST[column]), heading=heading)
        elif any(unicodedata.category(each) in ("Cc", "Cs") and each != "\n" for each in word):
            self._blame(Wrong.UNREADABLE, number, column, heading=heading)
        elif _FORMULA_ERROR.fullmatch(word):
            self._blame(Wrong.FORMULA_ERROR, number, column, word, heading=heading)
        elif column in _WITH_WORDS and word and not fold(word):
            self._blame(Wrong.NO_WORD, number, column, word)
        else:
            return word
        return ""

    def _blame(
        self, wrong: Wrong, number: int, column: Column, detail: str = "", *, heading: str = ""
    ) -> None:
        heading = heading or self._headings.word(column)
        self.faults.append(Fault(wrong, number, column, heading, detail[:_LONGEST_DETAIL]))


def _padded(parts: Sequence[str], count: int) -> list[str]:
    return [*parts, *[""] * count][:count]


def code_key(code: str) -> str:
    """Two codes that differ only in case are one."""
    return code.casefold()


def _one_line(text: str) -> str:
    """Without line ends and runs of spaces; a control character stays, to be blamed."""
    return " ".join(normalise(text).split())

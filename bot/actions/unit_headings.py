"""What the columns of a table of units mean: guessed by headings, corrected by people; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from bot.domain.folding import fold, one_line

Cell = str | date | None  # None: what is neither a text nor a day, such as a time
Row = tuple[Cell, ...]


class Column(StrEnum):
    """What a column of a table of units tells; code and name there must be."""

    CODE = "code"
    NAME = "name"
    GROUPS = "groups"
    PHONE = "phone"
    SITES = "sites"
    NOTE = "note"
    CONTACT_NAME = "contact_name"
    CONTACT_TITLE = "contact_title"
    CONTACT_PHONE = "contact_phone"
    CONTACT_ROLE = "contact_role"
    ATTRIBUTE = "attribute"  # the office's own, kept under its heading
    IGNORED = "ignored"


SEVERAL: Final = frozenset({Column.ATTRIBUTE, Column.IGNORED})  # may head more than one column
NEEDED: Final = (Column.CODE, Column.NAME)
_LONGEST: Final = 100  # letters of a heading; what is longer is none
_WITHIN: Final = 20  # rows: above the headings stand the office's name and a title
_HEADINGS: Final = {
    Column.CODE: "ma|ma don vi|ma dv|ma so|ma co quan|ky hieu|code|unit code|id",
    Column.NAME: "ten|ten don vi|ten dv|ten co quan|ten co quan don vi|don vi|co quan|"
    "co quan don vi|name|unit name|unit",
    Column.GROUPS: "nhom|cac nhom|nhom don vi|thuoc nhom|ten nhom|khoi|groups|group",
    Column.PHONE: "dien thoai|so dien thoai|dien thoai lien he|dien thoai don vi|"
    "dien thoai co quan|dt|sdt|so dt|phone|phone number|telephone|tel",
    Column.SITES: "trang|trang web|trang tin|trang thong tin dien tu|cong thong tin dien tu|"
    "cong trang thong tin dien tu|website|web|ten mien|sites|site|web sites",
    Column.NOTE: "ghi chu|note|notes",
    Column.CONTACT_NAME: "nguoi dau moi|dau moi|ho ten dau moi|ho va ten dau moi|can bo dau moi|"
    "ten dau moi|nguoi lien he|can bo phu trach|ho ten|ho va ten|contact|contact name",
    Column.CONTACT_TITLE: "chuc vu|chuc danh|chuc vu dau moi|title|contact title",
    Column.CONTACT_PHONE: "di dong|so di dong|dien thoai di dong|dt di dong|dtdd|di dong dau moi|"
    "so dien thoai dau moi|dien thoai dau moi|sdt dau moi|mobile|mobile phone|contact phone",
    Column.CONTACT_ROLE: "vai tro|vai tro dau moi|role|contact role",
    Column.IGNORED: "stt|so tt|so thu tu|tt|no",
}
_COLUMNS: Final = {word: column for column, all_ in _HEADINGS.items() for word in all_.split("|")}
_IN_BRACKETS = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Headings:
    """What stands in the row of headings and what each column is taken for; `row` counts from 0,
    as the places do."""

    row: int
    words: tuple[str, ...]
    columns: tuple[Column, ...]

    def place(self, column: Column) -> int | None:
        """Where a column stands, if there is one."""
        return self.columns.index(column) if column in self.columns else None

    def word(self, column: Column) -> str:
        """How a column is headed."""
        place = self.place(column)
        return self.words[place] if place is not None else ""

    def attributes(self) -> list[tuple[int, str]]:
        """Where the office's own columns stand, and their headings."""
        kept = zip(self.columns, self.words, strict=True)
        return [(at, word) for at, (column, word) in enumerate(kept) if column is Column.ATTRIBUTE]

    def with_column(self, place: int, column: Column) -> Headings:
        """The column at this place taken for something else; what was taken for that before is
        left out."""
        columns = [
            Column.IGNORED if each is column and column not in SEVERAL else each
            for each in self.columns
        ]
        columns[place] = column
        return replace(self, columns=tuple(columns))

    def lacks(self) -> list[Column]:
        """The needed columns that nothing is taken for."""
        return [column for column in NEEDED if column not in self.columns]

    def as_json(self) -> dict[str, Any]:
        """As JSON holds it; `headings_of` turns it back."""
        return {"row": self.row, "words": list(self.words), "columns": list(self.columns)}


def headings_of(kept: Mapping[str, Any]) -> Headings:
    """What `as_json` made, back as headings."""
    columns = tuple(Column(column) for column in kept["columns"])
    return Headings(int(kept["row"]), tuple(kept["words"]), columns)


def has_headings(rows: Sequence[Row]) -> bool:
    """Whether a row near the top names at least code and name."""
    return any(not _guess(index, row).lacks() for index, row in enumerate(rows[:_WITHIN]))


def guess_headings(rows: Sequence[Row]) -> Headings | None:
    """The first row that names code and name; else the one that looks most like headings, to be
    corrected; None for a table of empty rows."""
    guesses = [_guess(index, row) for index, row in enumerate(rows[:_WITHIN])]
    for each in guesses:
        if not each.lacks():
            return each
    likely = [each for each in guesses if any(each.words)]
    return max(likely, key=_likelihood, default=None)


def _likelihood(headings: Headings) -> tuple[int, int, int]:
    known = sum(column not in SEVERAL for column in headings.columns)
    return known, sum(map(bool, headings.words)), -headings.row


def _guess(index: int, row: Row) -> Headings:
    words, columns = [], []
    for cell in row:
        word = one_line(cell) if isinstance(cell, str) else ""
        column = _meaning(word) if word else Column.IGNORED
        words.append(word)
        columns.append(column)
    return Headings(index, tuple(words), tuple(columns))


def _meaning(word: str) -> Column:
    for form in (word, _IN_BRACKETS.sub("", word)):
        if column := _COLUMNS.get(fold(form)):
            return column
    return Column.ATTRIBUTE if fold(word) and len(word) <= _LONGEST else Column.IGNORED


def choose(headings: Headings, chosen: Iterable[tuple[Column, str]]) -> tuple[Headings, list[str]]:
    """The columns people name by their headings taken for what they say; and the headings that the
    table has not."""
    unknown = []
    for column, word in chosen:
        places = [at for at, each in enumerate(headings.words) if each and fold(each) == fold(word)]
        if places:
            headings = headings.with_column(places[0], column)
        else:
            unknown.append(word)
    return headings, unknown


def repeated(headings: Headings) -> list[int]:
    """The places of columns that tell what an earlier one tells already."""
    seen: set[tuple[Column, str]] = set()
    found = []
    for place, (column, word) in enumerate(zip(headings.columns, headings.words, strict=True)):
        if column is Column.IGNORED:
            continue
        key = (column, fold(word) if column is Column.ATTRIBUTE else "")
        if key in seen:
            found.append(place)
        seen.add(key)
    return found


def rows_as_json(rows: Iterable[Row]) -> list[list[Any]]:
    """Rows as JSON holds them, between processes and in the database; `rows_of` turns them back."""
    return [
        [{"day": cell.isoformat()} if isinstance(cell, date) else cell for cell in row]
        for row in rows
    ]


def rows_of(kept: Iterable[Iterable[Any]]) -> list[Row]:
    """What `rows_as_json` made, back as rows."""
    return [
        tuple(date.fromisoformat(cell["day"]) if isinstance(cell, dict) else cell for cell in row)
        for row in kept
    ]

"""What a table of links says, row by row: the links, and where there are columns for it the task
and the unit that they are for; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from bot.articles.named_tasks import task_of_cell
from bot.articles.urls import find_links
from bot.domain.folding import fold, one_line

_WITHIN: Final = 20  # rows: above the headings stand the office's name and a title
_LONGEST_CELL: Final = 200  # of a cell that names something
_HEADINGS: Final = {
    "link": "link|links|duong link|lien ket|duong dan|url|dia chi|dia chi bai viet|link bai|"
    "link bai viet|duong dan bai viet|duong dan tin bai|link tin bai",
    "task": "nv|nhiem vu|so nv|so nhiem vu|nhiem vu so|nv so|noi dung so|task",
    "unit": "don vi|ma don vi|ma dv|ten don vi|co quan|unit|unit code",
}


class Column(StrEnum):
    """A column that tells something; all others may hold links too."""

    LINK = "link"
    TASK = "task"
    UNIT = "unit"


_MEANINGS: Final = {
    word: Column(column) for column, words in _HEADINGS.items() for word in words.split("|")
}


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A row with links, or with something that is none where a link should stand; `row` counts
    from 1, `sheet` is named where there are several."""

    sheet: str
    row: int
    links: tuple[str, ...]
    task: str = ""
    unit: str = ""


def link_rows(sheet: str, rows: Sequence[Sequence[str]]) -> list[LinkRow]:
    """The rows of a sheet that say something."""
    heading, columns = _headings(rows)
    found = []
    for number, row in enumerate(rows):
        if number == heading:
            continue
        links = find_links("\n".join(row))
        cells = {column: _cell(row, place) for place, column in columns.items()}
        task, unit = cells.get(Column.TASK, ""), cells.get(Column.UNIT, "")
        is_below = heading is not None and number > heading
        if links or (is_below and _lacks_link(cells)):
            found.append(LinkRow(sheet, number + 1, links, task, unit))
    return found


def _lacks_link(cells: Mapping[Column, str]) -> bool:
    """Whether a link was to stand in a row that has none: something else is there, or nothing and
    yet a task is named. A row of sums names none."""
    link = cells.get(Column.LINK)
    if link is None:
        return False
    return bool(link) or task_of_cell(cells.get(Column.TASK, "")) is not None


def _headings(rows: Sequence[Sequence[str]]) -> tuple[int | None, dict[int, Column]]:
    """Which row holds the headings, and what its columns mean."""
    for number, row in enumerate(rows[:_WITHIN]):
        columns = {
            place: meaning
            for place, cell in enumerate(row)
            if (meaning := _MEANINGS.get(fold(cell[:_LONGEST_CELL]))) is not None
        }
        if columns and not find_links("\n".join(row)):
            return number, columns
    return None, {}


def _cell(row: Sequence[str], place: int) -> str:
    return one_line(row[place])[:_LONGEST_CELL] if place < len(row) else ""


def as_json(rows: Iterable[LinkRow]) -> list[dict[str, Any]]:
    """Rows as JSON holds them between processes; `from_json` turns them back."""
    return [asdict(row) for row in rows]


def from_json(kept: Iterable[Mapping[str, Any]]) -> list[LinkRow]:
    """What `as_json` made, back as rows."""
    return [LinkRow(**{**row, "links": tuple(row["links"])}) for row in kept]

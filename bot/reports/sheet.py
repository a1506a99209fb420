"""A sheet as an office prints it, A4 landscape: its page, its styles, and what makes a value safe
in a cell. What stands on it is the reports' own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

TEXT_LIMIT: Final = 32_767  # Excel's, in UTF-16 code units
LINK_LIMIT: Final = 2_079  # Excel's, for one address
LINKS_PER_SHEET: Final = 65_530  # Excel's
DATE_FORMAT: Final = "dd/mm/yyyy hh:mm"
DAY_FORMAT: Final = "dd/mm/yyyy"

_FONT = "Times New Roman"
_LINE_POINTS = 16.5  # the height of one line at 12 points
_MOST_LINES = 4  # what stands above a frozen head must leave room for the table
_A4 = 9
_UNWRITABLE = re.compile(  # control characters, halves of pairs, what turns text around
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_PLAIN_HOST = re.compile(r"[^\s\"<>\\^`{|}@]+")  # "@" could make one site look like another
_LOOKS_LIKE_A_FORMULA = tuple("=+-@")
_URL_SAFE = "/:;=&+$,!~*'()?%-._"


class Style(StrEnum):
    """How a cell looks; the words are the styles' names in the file."""

    OFFICE = "Dondoc office"
    TITLE = "Dondoc title"
    REMARK = "Dondoc remark"
    LINE = "Dondoc line"
    HEAD = "Dondoc head"
    TEXT = "Dondoc text"
    CENTRE = "Dondoc centre"
    LINK = "Dondoc link"
    TOTAL = "Dondoc total"
    BAND = "Dondoc band"


@dataclass(frozen=True, slots=True)
class Link:
    """An address as it was sent: a hyperlink where Excel can take it as one, else text."""

    url: str


Value = str | int | date | Link | None  # a datetime is a date


# --- values --------------------------------------------------------------------------------------


def printable(text: str) -> str:
    """The text without control characters and the like."""
    return _UNWRITABLE.sub("", text)


def safe_text(text: str) -> str:
    """The text without what a cell cannot hold, cut to Excel's limit."""
    encoded = printable(text).encode("utf-16-le")
    if len(encoded) > 2 * TEXT_LIMIT:
        return encoded[: 2 * (TEXT_LIMIT - 1)].decode("utf-16-le", errors="ignore") + "…"
    return encoded.decode("utf-16-le")


def link_target(url: str) -> str | None:
    """The address for a hyperlink, percent-encoded; None unless it is a plain web address."""
    try:
        parts = urlsplit(safe_text(url))
        known = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:  # brackets or a port that are none
        return None
    if not known or not _PLAIN_HOST.fullmatch(parts.netloc):
        return None
    path, query, fragment = (quote(part, safe=_URL_SAFE) for part in parts[2:])
    target = urlunsplit((parts.scheme, parts.netloc, path, query, fragment))
    return target if len(target) <= LINK_LIMIT else None


# --- paper ---------------------------------------------------------------------------------------


class Sheet:
    """One sheet, written from the top down; `row` is the last row that was written."""

    def __init__(
        self, worksheet: Worksheet, widths: Sequence[float], zone: ZoneInfo, page: str
    ) -> None:
        self.row = 0
        self._worksheet = worksheet
        self._widths = widths
        self._zone = zone
        self._links = 0
        self._looks: dict[tuple[Style, str, bool], StyleArray] = {}
        _set_page(worksheet, widths, footer=page)

    def halves(self, left: str, right: str, *, split: int) -> None:
        """Two texts side by side; the left one takes `split` columns."""
        self.row += 1
        self._block(left, Style.OFFICE, first=1, last=split)
        self._block(right, Style.OFFICE, first=split + 1, last=len(self._widths))

    def line(self, text: str, style: Style = Style.LINE) -> None:
        """A text over the whole width."""
        self.row += 1
        self._block(text, style, first=1, last=len(self._widths))

    def heads(self, *rows: Sequence[str]) -> None:
        """The table's head; it stays in sight and comes again on every printed page."""
        first = self.row + 1
        for values in rows:
            self.cells(values, style=Style.HEAD)
            self._worksheet.row_dimensions[self.row].height = 2 * _LINE_POINTS
        self._worksheet.print_title_rows = f"{first}:{self.row}"
        self._worksheet.freeze_panes = f"C{self.row + 1}"  # number and unit stay in sight too

    def cells(self, values: Sequence[Value], *, style: Style | None = None) -> None:
        """One row of the table."""
        self.row += 1
        for column, value in enumerate(values, start=1):
            self._put(column, value, style)

    def band(self, text: str) -> None:
        """A row of the table that is one cell: the name of what follows."""
        self.row += 1
        for column in range(1, len(self._widths) + 1):
            self._put(column, text if column == 1 else "", Style.BAND)
        self.merge(self.row, 1, self.row, len(self._widths))

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Make one cell of a rectangle; the first one's value and looks stay."""
        self._worksheet.merge_cells(
            start_row=top, start_column=left, end_row=bottom, end_column=right
        )

    def _block(self, text: str, style: Style, *, first: int, last: int) -> None:
        self._put(first, text, style)
        self.merge(self.row, first, self.row, last)
        # Excel fits the height of a row to its text by itself, but not where cells are merged.
        lines = math.ceil(1.1 * len(text) / sum(self._widths[first - 1 : last])) or 1
        dimension = self._worksheet.row_dimensions[self.row]
        wanted = _LINE_POINTS * min(lines, _MOST_LINES) + (6 if style is Style.TITLE else 0)
        dimension.height = max(dimension.height or 0, wanted)

    def _put(self, column: int, value: Value, style: Style | None) -> None:
        cell = cast("Cell", self._worksheet.cell(self.row, column))
        if isinstance(value, Link):
            target = link_target(value.url) if self._links < LINKS_PER_SHEET else None
            self._put_text(cell, value.url, Style.LINK if target else Style.TEXT)
            if target:
                cell.hyperlink = target
                self._links += 1
        elif isinstance(value, str):
            self._put_text(cell, value, style or Style.TEXT)
        elif isinstance(value, datetime):
            # Excel knows no zones: the office's own is what people read.
            cell.value = value.astimezone(self._zone).replace(tzinfo=None, microsecond=0)
            self._look(cell, style or Style.CENTRE, DATE_FORMAT)
        else:
            cell.value = value
            is_day = isinstance(value, date)
            self._look(cell, style or Style.CENTRE, DAY_FORMAT if is_day else "General")

    def _put_text(self, cell: Cell, text: str, style: Style) -> None:
        kept = safe_text(text)
        if kept:
            cell.value = kept
            cell.data_type = "s"  # openpyxl would make a formula of "=…", an error of "#N/A"
        # Excel keeps what looks like a formula as text when it is edited.
        self._look(cell, style, quoted=kept.startswith(_LOOKS_LIKE_A_FORMULA))

    def _look(
        self, cell: Cell, style: Style, number_format: str = "General", *, quoted: bool = False
    ) -> None:
        """How the cell looks; of thousands that look alike the first is asked."""
        key = (style, number_format, quoted)
        if key not in self._looks:
            cell.style = style
            cell.number_format = number_format
            cell.quotePrefix = quoted
            self._looks[key] = _inner(cell)._style
        else:  # as openpyxl copies the looks of a cell itself
            _inner(cell)._style = copy(self._looks[key])


def _inner(cell: Cell) -> Any:
    """The cell with what its type does not tell of."""
    return cell


def _set_page(worksheet: Worksheet, widths: Sequence[float], *, footer: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.header_footer import HeaderFooterItem
    from openpyxl.worksheet.properties import PageSetupProperties

    for column, width in enumerate(widths, start=1):
        worksheet.column_dimensions[get_column_letter(column)].width = width
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = _A4
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 0  # as many pages as it takes
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.print_options.horizontalCentered = True
    worksheet.page_margins.left = worksheet.page_margins.right = 0.5
    worksheet.HeaderFooter.oddFooter = HeaderFooterItem()
    worksheet.HeaderFooter.oddFooter.center.text = footer


def add_styles(workbook: Workbook) -> None:
    """Make every style known to the file."""
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side

    thin = Side(style="thin")
    grid, bare = Border(left=thin, right=thin, top=thin, bottom=thin), Border()
    plain, bold = Font(name=_FONT, size=12), Font(name=_FONT, size=12, bold=True)
    looks = {
        Style.OFFICE: (bold, "center", bare),
        Style.TITLE: (Font(name=_FONT, size=14, bold=True), "center", bare),
        Style.REMARK: (Font(name=_FONT, size=12, italic=True), "center", bare),
        Style.LINE: (plain, "left", bare),
        Style.HEAD: (bold, "center", grid),
        Style.TEXT: (plain, "left", grid),
        Style.CENTRE: (plain, "center", grid),
        Style.LINK: (Font(name=_FONT, size=12, color="0563C1", underline="single"), "left", grid),
        Style.TOTAL: (bold, "center", grid),
        Style.BAND: (bold, "left", grid),
    }
    for style, (font, horizontal, border) in looks.items():
        alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=True)
        workbook.add_named_style(
            NamedStyle(name=style.value, font=font, alignment=alignment, border=border)
        )

"""A directive's state as the XLSX an office prints and sends upward: three sheets, A4 landscape.

Only layout, and what makes a value safe in a cell. Every number comes from `numbers`; every word
from the catalogues.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from bot.domain.assignments import FINISHED
from bot.domain.directives import number_and_symbol
from bot.domain.reach import Reach
from bot.domain.states import ArticleState, AssignmentState, Door, Part, ReceiptState
from bot.reports.numbers import Column, DirectiveNumbers, UnitState
from bot.storage.articles import ArticleLine
from bot.storage.assignments import TaskState
from bot.texts import Texts
from bot.texts.moments import Moments
from bot.texts.periods import numbered, with_period

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

TEXT_LIMIT: Final = 32_767  # Excel's, in UTF-16 code units
LINK_LIMIT: Final = 2_079  # Excel's, for one address
LINKS_PER_SHEET: Final = 65_530  # Excel's
DATE_FORMAT: Final = "dd/mm/yyyy hh:mm"

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
_NOT_ASKED = (AssignmentState.NOT_APPLICABLE, AssignmentState.CANCELLED)
_NOTES = {
    Reach.NOBODY: "report.note_nobody",
    Reach.WAITING: "report.note_waiting",
    Reach.UNCERTAIN: "report.note_uncertain",
    Reach.FAILED: "report.note_failed",
}
_ARTICLE_COLUMNS = (
    "report.column_position",
    "report.column_unit",
    "report.column_task_title",
    "report.column_link",
    "report.column_submitted_at",
    "report.column_timing",
    "report.column_submitted_by",
)
_OPEN_COLUMNS = (
    "report.column_position",
    "report.column_unit",
    "report.column_task_title",
    "report.column_deadline",
    "report.column_state",
    "report.column_submitted",
    "report.column_acknowledged",
    "report.column_chased",
)


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


@dataclass(frozen=True, slots=True)
class Link:
    """An address as it was sent: a hyperlink where Excel can take it as one, else text."""

    url: str


Value = str | int | datetime | Link | None


def directive_workbook(
    numbers: DirectiveNumbers,
    articles: Sequence[ArticleLine],
    *,
    texts: Texts,
    zone: ZoneInfo,
    office: str,
) -> bytes:
    """The file of a directive: who received, what was submitted, what is missing."""
    from openpyxl import Workbook  # heavy: only when a report is asked for

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.creator = safe_text(office)
    workbook.properties.created = numbers.at.astimezone(UTC).replace(tzinfo=None)
    _add_styles(workbook)
    paper = _Paper(workbook, numbers, numbers.columns(), Moments(texts, zone), office)
    _summary(paper)
    _articles(paper, articles)
    _open_tasks(paper)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


# --- values --------------------------------------------------------------------------------------


def safe_text(text: str) -> str:
    """The text without what a cell cannot hold, cut to Excel's limit."""
    encoded = _UNWRITABLE.sub("", text).encode("utf-16-le")
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


# --- the sheets ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Paper:
    """What every sheet is written from."""

    workbook: Workbook
    numbers: DirectiveNumbers
    columns: tuple[Column, ...]
    moments: Moments
    office: str

    @property
    def texts(self) -> Texts:
        return self.moments.texts

    def sheet(self, title: str, *, widths: Sequence[float]) -> _Sheet:
        worksheet: Worksheet = self.workbook.create_sheet(self.texts(title))
        return _Sheet(worksheet, widths, self.moments.zone, self.texts("report.page"))


def _summary(paper: _Paper) -> None:
    numbers, texts, columns = paper.numbers, paper.texts, paper.columns
    widths = (6, 28, 20, 20, *(9, 16) * len(columns), 9, 26, 22)
    sheet = paper.sheet("report.sheet_summary", widths=widths)
    sheet.halves(paper.office.upper(), texts("report.nation"), split=3)
    sheet.halves("", texts("report.motto"), split=3)
    sheet.line(texts("report.title_summary"), Style.TITLE)
    sheet.line(texts("report.annex", office=paper.office), Style.REMARK)
    _identity(sheet, paper)
    work = numbers.work
    sentence = texts(
        "report.work",
        done=work.done_on_time + work.done_late,
        on_time=work.done_on_time,
        late=work.done_late,
        open=work.open_in_time + work.open_overdue,
        in_time=work.open_in_time,
        overdue=work.open_overdue,
    )
    sheet.line(sentence)
    _as_of(sheet, paper)
    _summary_heads(sheet, paper)
    for position, unit in enumerate(numbers.units, start=1):
        sheet.cells(_summary_row(position, unit, paper))
    sheet.cells(_totals(paper), style=Style.TOTAL)
    sheet.row += 1
    for task in numbers.tasks:
        sheet.line(texts("report.task_legend", position=task.position, title=task.short_title))


def _summary_heads(sheet: _Sheet, paper: _Paper) -> None:
    """Two rows: a task's column heads stand under its number and deadline."""
    texts, columns = paper.texts, paper.columns
    before = [
        texts("report.column_position"),
        texts("report.column_unit"),
        texts("report.column_acknowledged_at"),
        texts("report.column_acknowledged_by"),
    ]
    pair = [texts("report.column_articles"), texts("report.column_state")]
    after = [texts("report.column_all_articles"), texts("report.column_chased")]
    after.append(texts("report.column_note"))
    above = [head for column in columns for head in (_task_head(column, paper), "")]
    sheet.heads([*before, *above, *after], [""] * 4 + pair * len(columns) + [""] * 3)
    top, bottom, last = sheet.row - 1, sheet.row, 4 + 2 * len(columns)
    for column in range(5, last, 2):
        sheet.merge(top, column, top, column + 1)
    for column in (1, 2, 3, 4, last + 1, last + 2, last + 3):
        sheet.merge(top, column, bottom, column)


def _task_head(column: Column, paper: _Paper) -> str:
    position = numbered(column.position, column.period, paper.texts)
    if column.deadline_at is None:
        return paper.texts("report.column_task_no_deadline", position=position)
    deadline = paper.moments.short(column.deadline_at)
    return paper.texts("report.column_task", position=position, deadline=deadline)


def _summary_row(position: int, unit: UnitState, paper: _Paper) -> list[Value]:
    texts = paper.texts
    row: list[Value] = [position, unit.unit_name]
    receipt = unit.receipt
    if receipt is None:
        row += [texts("report.not_acknowledged"), ""]
    else:
        name = receipt.person_name
        row += [
            receipt.at,
            texts("report.by_phone", name=name) if receipt.door is Door.STAFF else name,
        ]
    for column in paper.columns:
        task = next(filter(column.holds, unit.tasks), None)
        row += [task.articles, _state(task, paper)] if task else ["", ""]
    return [*row, unit.articles, _chased(unit, paper), _note(unit, texts)]


def _chased(unit: UnitState, paper: _Paper) -> str:
    """How often the unit was reminded by hand, when last and by whom."""
    if (last := unit.chased) is None:
        return ""
    at = paper.moments.short(last.at)
    return paper.texts("report.chased", count=last.times, at=at, by=last.by)


def _note(unit: UnitState, texts: Texts) -> str:
    """What else is to be known of how the unit got and confirmed it."""
    if unit.state is ReceiptState.CANNOT:
        return texts("report.note_cannot")
    if unit.acknowledged:
        return texts("report.note_late") if unit.standing.is_late else ""
    if unit.standing.given:
        return texts("report.note_partly")
    note = _NOTES.get(unit.reach)
    return texts(note) if note else ""


def _totals(paper: _Paper) -> list[Value]:
    numbers, texts = paper.numbers, paper.texts
    acknowledged = texts(
        "report.units_acknowledged", part=numbers.acknowledged, whole=len(numbers.units)
    )
    row: list[Value] = ["", texts("report.total"), acknowledged, ""]
    for column in paper.columns:
        given = [task for unit in numbers.units for task in unit.tasks if column.holds(task)]
        asked = [task for task in given if task.state not in _NOT_ASKED]
        done = sum(task.state in FINISHED for task in asked)
        row.append(sum(task.articles for task in given))
        row.append(texts("report.tasks_done", part=done, whole=len(asked)))
    return [*row, numbers.articles, "", ""]


def _articles(paper: _Paper, articles: Iterable[ArticleLine]) -> None:
    texts = paper.texts
    sheet = paper.sheet("report.sheet_articles", widths=(7, 30, 38, 55, 20, 16, 22))
    sheet.line(texts("report.title_articles"), Style.TITLE)
    _identity(sheet, paper)
    _as_of(sheet, paper)
    sheet.heads([texts(key) for key in _ARTICLE_COLUMNS])
    position = 0
    for position, article in enumerate(articles, start=1):
        sheet.cells(
            [
                position,
                article.unit_name,
                _titled(article.task_position, article.task_title, article.period, texts),
                Link(article.url),
                article.submitted_at,
                texts(_timing_key(article)),
                article.person_name,
            ]
        )
    if not position:
        sheet.line(texts("report.no_articles"))


def _titled(position: int, title: str, period: str, texts: Texts) -> str:
    return f"{position}. {with_period(title, period, texts)}"


def _open_tasks(paper: _Paper) -> None:
    numbers, texts = paper.numbers, paper.texts
    sheet = paper.sheet("report.sheet_open", widths=(7, 34, 60, 20, 18, 15, 16, 26))
    sheet.line(texts("report.title_open"), Style.TITLE)
    _identity(sheet, paper)
    _as_of(sheet, paper)
    sheet.heads([texts(key) for key in _OPEN_COLUMNS])
    open_tasks = [
        (unit, task) for unit in numbers.units for task in unit.tasks if task.state not in FINISHED
    ]
    for position, (unit, task) in enumerate(open_tasks, start=1):
        seen = "report.acknowledged_yes" if unit.acknowledged else "report.acknowledged_no"
        sheet.cells(
            [
                position,
                unit.unit_name,
                _titled(task.position, task.short_title, task.period, texts),
                task.deadline_at or texts("report.state_open_no_deadline"),
                _state(task, paper),
                f"{task.articles}/{task.expected}",
                texts(seen),
                _chased(unit, paper),
            ]
        )
    if not open_tasks:
        sheet.line(texts("report.nothing_open"))


def _identity(sheet: _Sheet, paper: _Paper) -> None:
    directive, texts = paper.numbers.directive, paper.texts
    number = number_and_symbol(directive.number or texts("report.number_missing"), directive.symbol)
    day = directive.issued_on
    written = paper.moments.day(day) if day else texts("report.day_missing")
    sheet.line(texts("report.identity", number=number, day=written))
    sheet.line(texts("report.subject", subject=directive.subject))


def _as_of(sheet: _Sheet, paper: _Paper) -> None:
    """The sheet's moment, and the one place where it names its zone."""
    at, moments = paper.numbers.at, paper.moments
    sentence = paper.texts(
        "report.as_of", at=moments.short(at), zone=moments.zone.key, offset=moments.zone_name(at)
    )
    sheet.line(sentence, Style.REMARK)


def _state(task: TaskState, paper: _Paper) -> str:
    state = paper.texts(_state_key(task, now=paper.numbers.at))
    if task.part is Part.COOPERATE:
        state += f" ({paper.texts('part.cooperate')})"
    if task.extended_from is not None and task.deadline_at is not None:
        moment = paper.moments.short(task.deadline_at)
        state += f" ({paper.texts('report.extended', moment=moment)})"
    return state


def _state_key(task: TaskState, *, now: datetime) -> str:
    if task.is_watched and task.state is AssignmentState.NOT_APPLICABLE:
        return "report.state_watched"
    if task.state is AssignmentState.NOT_APPLICABLE:
        return "report.state_not_applicable"
    if task.state is AssignmentState.CANCELLED:
        return "report.state_cancelled"
    deadline = task.deadline_at
    if task.state in FINISHED:
        if deadline is None:
            return "report.state_done"
        late = task.submitted_at is not None and task.submitted_at > deadline
        return "report.state_done_late" if late else "report.state_done_on_time"
    if deadline is None:
        return "report.state_open_no_deadline"
    return "report.state_open_overdue" if now > deadline else "report.state_open_in_time"


def _timing_key(article: ArticleLine) -> str:
    if article.state is ArticleState.RETURNED:
        return "report.article_returned"
    if article.state is ArticleState.WITHDRAWN:
        return "report.article_withdrawn"
    if article.deadline_at is None:
        return "report.article_no_deadline"
    late = article.submitted_at > article.deadline_at
    return "report.article_late" if late else "report.article_on_time"


# --- paper ---------------------------------------------------------------------------------------


class _Sheet:
    """One sheet, written from the top down; `row` is the last row that was written."""

    def __init__(
        self, worksheet: Worksheet, widths: Sequence[float], zone: ZoneInfo, page: str
    ) -> None:
        self.row = 0
        self._worksheet = worksheet
        self._widths = widths
        self._zone = zone
        self._links = 0
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
            cell.style = Style.LINK if target else Style.TEXT
            _put_text(cell, value.url)
            if target:
                cell.hyperlink = target
                self._links += 1
        elif isinstance(value, str):
            cell.style = style or Style.TEXT
            _put_text(cell, value)
        else:
            cell.style = style or Style.CENTRE
            if isinstance(value, datetime):
                # Excel knows no zones: the office's own is what people read.
                cell.value = value.astimezone(self._zone).replace(tzinfo=None, microsecond=0)
                cell.number_format = DATE_FORMAT
            else:
                cell.value = value


def _put_text(cell: Cell, text: str) -> None:
    cell.value = safe_text(text) or None
    if cell.value is not None:
        cell.data_type = "s"  # openpyxl would make a formula of "=…", an error of "#N/A"
        cell.quotePrefix = text[:1] in _LOOKS_LIKE_A_FORMULA  # so Excel keeps it when edited


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


def _add_styles(workbook: Workbook) -> None:
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
    }
    for style, (font, horizontal, border) in looks.items():
        alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=True)
        workbook.add_named_style(
            NamedStyle(name=style.value, font=font, alignment=alignment, border=border)
        )

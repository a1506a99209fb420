"""A directive's state as the XLSX an office prints and sends upward: three sheets, A4 landscape.

Only which cell says what. Every number comes from `numbers`, every word from the catalogues, how it
looks from `sheet`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.assignments import FINISHED
from bot.domain.directives import number_and_symbol
from bot.domain.reach import Reach
from bot.domain.states import ArticleState, AssignmentState, Door, Part, ReceiptState
from bot.reports.numbers import Column, DirectiveNumbers, UnitState
from bot.reports.sheet import Link, Sheet, Style, Value, add_styles, safe_text
from bot.storage.articles import ArticleLine
from bot.storage.assignments import TaskState
from bot.texts import Texts
from bot.texts.moments import Moments
from bot.texts.periods import numbered, with_period

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

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
    add_styles(workbook)
    paper = _Paper(workbook, numbers, numbers.columns(), Moments(texts, zone), office)
    _summary(paper)
    _articles(paper, articles)
    _open_tasks(paper)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


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

    def sheet(self, title: str, *, widths: Sequence[float]) -> Sheet:
        worksheet: Worksheet = self.workbook.create_sheet(self.texts(title))
        return Sheet(worksheet, widths, self.moments.zone, self.texts("report.page"))


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


def _summary_heads(sheet: Sheet, paper: _Paper) -> None:
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


def _identity(sheet: Sheet, paper: _Paper) -> None:
    directive, texts = paper.numbers.directive, paper.texts
    number = number_and_symbol(directive.number or texts("report.number_missing"), directive.symbol)
    day = directive.issued_on
    written = paper.moments.day(day) if day else texts("report.day_missing")
    sheet.line(texts("report.identity", number=number, day=written))
    sheet.line(texts("report.subject", subject=directive.subject))


def _as_of(sheet: Sheet, paper: _Paper) -> None:
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

"""The sheet "Theo nhiệm vụ": every task by group, then every unit by task."""

from __future__ import annotations

from bot.domain.article_numbers import ArticleClass, TaskProgress
from bot.reports.numbers import Column, UnitState
from bot.reports.paper import Paper, titled
from bot.reports.sheet import Sheet, Style, Value
from bot.reports.task_words import state_of
from bot.storage.assignments import TaskState
from bot.texts.periods import numbered

_FIRST_WIDTHS = (6, 40, 20, 10, 12, 12, 12, 12, 12, 12)
_WIDTH = 20


def write(paper: Paper) -> None:
    """Write it."""
    wider = max(0, 2 + len(paper.columns) - len(_FIRST_WIDTHS), len(paper.report.grouped))
    sheet = paper.sheet("report.sheet_tasks", widths=(*_FIRST_WIDTHS, *(_WIDTH,) * wider))
    paper.head(sheet, "report.title_tasks")
    _by_group(sheet, paper)
    sheet.line("")
    sheet.line(paper.texts("report.title_matrix"), Style.TITLE)
    _by_unit(sheet, paper)


def _by_group(sheet: Sheet, paper: Paper) -> None:
    texts, report = paper.texts, paper.report
    keys = (
        "report.column_position",
        "report.column_task_title",
        "report.column_deadline",
        "report.column_units",
        "report.column_enough",
        "report.column_enough_accepted",
        "report.column_finished",
        "report.column_expected",
        "report.column_all_articles",
        "report.column_doubtful",
    )
    names = [
        texts("report.no_group") if each.name is None else each.name for each in report.grouped
    ]
    sheet.heads([*(texts(key) for key in keys), *names])
    found = report.articles.with_doubts(paper.numbers.progress())
    for position, (column, progress) in enumerate(zip(paper.columns, found, strict=True), start=1):
        sheet.cells(_task_row(position, column, progress, paper))
    counted = report.articles
    sums = [counted.of_units(group.addressee_ids).total for group in report.grouped]
    expected = sum(progress.expected for progress in found)
    whole = counted.total
    total: list[Value] = ["", texts("report.total"), *("",) * 5, expected]
    sheet.cells([*total, whole.total, whole.doubtful, *sums], style=Style.TOTAL)


def _task_row(position: int, column: Column, progress: TaskProgress, paper: Paper) -> list[Value]:
    texts = paper.texts
    by_group = [
        paper.report.articles.of_task(column.task_id, column.period, group.addressee_ids).total
        for group in paper.report.grouped
    ]
    return [
        position,
        titled(column.position, column.title, column.period, texts),
        column.deadline_at or texts("report.state_open_no_deadline"),
        progress.units,
        progress.enough if progress.asks_articles else "",
        progress.accepted,
        progress.finished,
        progress.expected,
        sum(by_group),
        progress.doubtful,
        *by_group,
    ]


def _by_unit(sheet: Sheet, paper: Paper) -> None:
    """The matrix: how many of how many, in which state, and what became of them."""
    texts = paper.texts
    heads = [texts("report.column_position"), texts("report.column_unit")]
    sheet.cells(
        [*heads, *(_task_head(column, paper) for column in paper.columns)], style=Style.HEAD
    )
    for position, unit in enumerate(paper.numbers.units, start=1):
        tasks = {(task.task_id, task.period): task for task in unit.tasks}
        found = [tasks.get((column.task_id, column.period)) for column in paper.columns]
        cells = [_cell(task, unit, paper) if task else "" for task in found]
        sheet.cells([position, unit.unit_name, *cells])


def _task_head(column: Column, paper: Paper) -> str:
    position = numbered(column.position, column.period, paper.texts)
    if column.deadline_at is None:
        return paper.texts("report.column_task_no_deadline", position=position)
    deadline = paper.moments.short(column.deadline_at)
    return paper.texts("report.column_task", position=position, deadline=deadline)


def _cell(task: TaskState, unit: UnitState, paper: Paper) -> str:
    state = state_of(task, paper.moments, now=paper.numbers.at, came_up=unit.came_up(task))
    cell = f"{task.articles}/{task.expected}\n{state}"
    found = paper.report.articles.of_work(task.addressee_id, task.task_id, task.period)
    if not found.total:
        return cell
    accepted = paper.texts("report.accepted", count=found.classes[ArticleClass.ACCEPTED])
    doubtful = paper.texts("report.doubtful", count=found.doubtful) if found.doubtful else ""
    return "\n".join(filter(None, (cell, accepted, doubtful)))

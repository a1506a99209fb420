"""The sheet "Chưa thực hiện": what is still open, and how often the unit was reminded of it."""

from __future__ import annotations

from bot.domain.assignments import FINISHED
from bot.reports.numbers import UnitState
from bot.reports.paper import Paper, titled
from bot.reports.sheet import Value
from bot.reports.task_words import state_of
from bot.storage.assignments import TaskState

_COLUMNS = (
    "report.column_position",
    "report.column_unit",
    "report.column_task_title",
    "report.column_deadline",
    "report.column_state",
    "report.column_submitted",
    "report.column_acknowledged",
    "report.column_reminded",
    "report.column_reminded_at",
    "report.column_chased",
)
_WIDTHS = (7, 34, 56, 20, 18, 12, 12, 10, 20, 26)


def write(paper: Paper) -> None:
    """Write it."""
    texts = paper.texts
    sheet = paper.sheet("report.sheet_open", widths=_WIDTHS)
    paper.head(sheet, "report.title_open")
    sheet.heads([texts(key) for key in _COLUMNS])
    open_tasks = [
        (unit, task)
        for unit in paper.numbers.units
        for task in unit.tasks
        if task.state not in FINISHED
    ]
    for position, (unit, task) in enumerate(open_tasks, start=1):
        sheet.cells(_row(position, unit, task, paper))
    if not open_tasks:
        sheet.line(texts("report.nothing_open"))


def _row(position: int, unit: UnitState, task: TaskState, paper: Paper) -> list[Value]:
    texts = paper.texts
    reminded = paper.report.reminded.get(task.assignment_id)
    seen = "report.acknowledged_yes" if unit.acknowledged else "report.acknowledged_no"
    return [
        position,
        unit.unit_name,
        titled(task.position, task.short_title, task.period, texts),
        task.deadline_at or texts("report.state_open_no_deadline"),
        state_of(task, paper.moments, now=paper.numbers.at),
        texts("report.part_of", part=task.articles, whole=task.expected),
        texts(seen),
        reminded.times if reminded else 0,
        reminded.last_at if reminded else "",
        paper.chased(unit),
    ]

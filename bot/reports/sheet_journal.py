"""The sheet "Nhật ký": what was sent to the units and what came back, in the order of time."""

from __future__ import annotations

from bot.reports.article_rows import reason_of
from bot.reports.paper import Paper
from bot.reports.sheet import Style, Value
from bot.storage.journal import JournalKind, JournalLine
from bot.texts.periods import numbered

_COLUMNS = (
    "report.column_position",
    "report.column_unit",
    "report.column_at",
    "report.column_happened",
    "report.column_who",
    "report.column_task_number",
    "report.column_details",
)
_WIDTHS = (8, 34, 20, 30, 30, 14, 60)


def write(paper: Paper) -> None:
    """Write it."""
    texts, report = paper.texts, paper.report
    sheet = paper.sheet("report.sheet_journal", widths=_WIDTHS)
    paper.head(sheet, "report.title_journal")
    if report.is_cut:
        sheet.line(texts("report.journal_cut", count=len(report.journal)), Style.REMARK)
    sheet.heads([texts(key) for key in _COLUMNS])
    for position, line in enumerate(report.journal, start=1):
        sheet.cells(_row(position, line, paper))
    if not report.journal:
        sheet.line(texts("report.no_journal"))


def _row(position: int, line: JournalLine, paper: Paper) -> list[Value]:
    texts = paper.texts
    task = "" if line.position is None else numbered(line.position, line.period, texts)
    return [
        position,
        paper.report.unit_names.get(line.addressee_id, ""),
        line.at,
        texts(f"report.journal_{line.kind}"),
        line.who,
        task,
        _details(line, paper),
    ]


def _details(line: JournalLine, paper: Paper) -> str:
    texts = paper.texts
    if line.kind is JournalKind.RETURNED:
        return reason_of(line.reason_key, line.what, texts)
    if line.kind is JournalKind.ERASED:
        return ""
    if line.version is not None and line.version > 1:
        return texts("report.journal_version", version=line.version)
    return line.what

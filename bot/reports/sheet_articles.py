"""The sheet "Chi tiết": every article with its link."""

from __future__ import annotations

from bot.reports.article_rows import COLUMNS, rows
from bot.reports.paper import Paper
from bot.reports.sheet import Link

_WIDTHS = (7, 28, 34, 40, 16, 22, 44, 13, 20, 18, 44)


def write(paper: Paper) -> None:
    """Write it."""
    texts = paper.texts
    sheet = paper.sheet("report.sheet_articles", widths=_WIDTHS)
    paper.head(sheet, "report.title_articles")
    sheet.heads([texts(key) for key in COLUMNS])
    for row in rows(paper.report.articles.articles, paper.moments):
        sheet.cells(
            [
                row.position,
                row.unit,
                row.task,
                row.title,
                row.genre,
                row.place,
                Link(row.url),
                row.published_on,
                row.submitted_at,
                row.state,
                row.note,
            ]
        )
    if not paper.report.articles.articles:
        sheet.line(texts("report.no_articles"))

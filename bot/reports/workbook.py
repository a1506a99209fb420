"""A directive's report as the XLSX an office prints and sends upward: five sheets, A4 landscape.

Only in which order. Every number comes from `numbers` and `article_report`, every word from the
catalogues, how it looks from `sheet`, which cell says what from the sheets' own modules.
"""

from __future__ import annotations

import io
from datetime import UTC
from zoneinfo import ZoneInfo

from bot.reports import sheet_articles, sheet_journal, sheet_open, sheet_summary, sheet_tasks
from bot.reports.directive_report import DirectiveReport
from bot.reports.paper import Letterhead, Paper
from bot.reports.sheet import add_styles, safe_text
from bot.texts import Texts
from bot.texts.moments import Moments


def directive_workbook(
    report: DirectiveReport, *, texts: Texts, zone: ZoneInfo, letterhead: Letterhead
) -> bytes:
    """The file: who received, what was submitted, what is missing, what went to and fro. Slow for
    thousands of rows: to be made beside the event loop."""
    from openpyxl import Workbook  # heavy: only when a report is asked for

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.creator = safe_text(letterhead.office)
    workbook.properties.created = report.numbers.at.astimezone(UTC).replace(tzinfo=None)
    add_styles(workbook)
    moments = Moments(texts, zone)
    paper = Paper(workbook, report, report.numbers.columns(), moments, letterhead)
    sheet_summary.write(paper)
    sheet_articles.write(paper)
    sheet_tasks.write(paper)
    sheet_open.write(paper)
    sheet_journal.write(paper)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()

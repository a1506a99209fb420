"""A directive's articles as CSV: the columns of the sheet "Chi tiết" for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.reports.article_report import ReportedArticle
from bot.reports.article_rows import COLUMNS, rows
from bot.reports.csv_lines import BYTE_ORDER_MARK, csv_line
from bot.texts import Texts
from bot.texts.moments import Moments


def articles_csv(
    articles: Iterable[ReportedArticle], *, texts: Texts, zone: ZoneInfo, at: datetime
) -> bytes:
    """The file, in UTF-8; the head of the moments names their zone as it is `at` that time."""
    moments = Moments(texts, zone)
    return "".join((BYTE_ORDER_MARK, *_lines(articles, moments, at=at))).encode()


def _lines(articles: Iterable[ReportedArticle], moments: Moments, *, at: datetime) -> Iterator[str]:
    texts = moments.texts
    zone = moments.zone_name(at)
    heads = {key: texts(key) for key in COLUMNS}
    heads["report.column_submitted_at"] += f" ({zone})"
    yield csv_line(heads.values())
    for row in rows(articles, moments):
        submitted_at = row.submitted_at.astimezone(moments.zone)
        yield csv_line(
            (
                str(row.position),
                row.unit,
                row.task,
                row.title,
                row.genre,
                row.place,
                row.url,
                moments.day(row.published_on) if row.published_on else "",
                f"{submitted_at:%d/%m/%Y %H:%M:%S}",
                row.state,
                row.note,
            )
        )

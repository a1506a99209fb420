"""The list of articles, a row each, as the workbook's sheet and the CSV both have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bot.articles.finding_words import in_words
from bot.domain.articles import EvidenceKind
from bot.domain.site_owners import host_of
from bot.reports.article_report import ReportedArticle
from bot.reports.paper import titled
from bot.storage.article_lines import ArticleLine
from bot.texts import Texts
from bot.texts.moments import Moments

COLUMNS = (
    "report.column_position",
    "report.column_unit",
    "report.column_task_title",
    "report.column_title",
    "report.column_genre",
    "report.column_place",
    "report.column_link",
    "report.column_published_on",
    "report.column_submitted_at",
    "report.column_state",
    "report.column_note",
)
_BETWEEN = "; "


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """What the columns hold, in their order."""

    position: int
    unit: str
    task: str
    title: str
    genre: str
    place: str
    url: str
    published_on: date | None
    submitted_at: datetime
    state: str
    note: str


def rows(articles: Iterable[ReportedArticle], moments: Moments) -> Iterator[ArticleRow]:
    """A row for every article, whatever became of it."""
    texts = moments.texts
    for position, each in enumerate(articles, start=1):
        line = each.line
        yield ArticleRow(
            position=position,
            unit=line.unit_name,
            task=titled(line.task_position, line.task_title, line.period, texts),
            title=_title(line, texts),
            genre=texts(f"report.genre_{each.counted.genre}"),
            place=line.site or host_of(line.url_key) if line.kind is EvidenceKind.LINK else "",
            url=line.url,
            published_on=line.published_on,
            submitted_at=line.submitted_at,
            state=texts(f"report.article_{each.counted.became}"),
            note=_BETWEEN.join(_notes(each, moments)),
        )


def _title(line: ArticleLine, texts: Texts) -> str:
    """What a person called it comes before what its page does."""
    if line.kind is EvidenceKind.QUANTITY:
        return quantity(line.amount, line.measure or line.note, texts)
    return line.given_title or line.page_title or line.file_name or line.note


def quantity(amount: int | None, measure: str, texts: Texts) -> str:
    """`30 lượt xe tuyên truyền`"""
    return measure if amount is None else texts("report.quantity", amount=amount, measure=measure)


def _notes(each: ReportedArticle, moments: Moments) -> Iterator[str]:
    """What advises against counting it, as whoever reviews it reads that; then what was said."""
    line, texts = each.line, moments.texts
    for doubt in each.doubts:
        yield in_words(doubt, moments)
    if line.by_office:
        yield texts("report.note_by_office")
    if reason := reason_of(line.reason_key, line.reason, texts):
        yield texts("report.note_returned", reason=reason)
    if line.note and line.note != _title(line, texts):
        yield line.note


def reason_of(key: str | None, words: str | None, texts: Texts) -> str:
    """Why something was returned: one of the list, or what was typed."""
    return texts(f"article.reason_{key}") if key else words or ""

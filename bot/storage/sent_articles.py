"""Reading articles with all that they are compared by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Row, Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.article_facts import PageFacts, SentArticle, TaskName
from bot.domain.directives import number_and_symbol
from bot.domain.states import ArticleState
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import Addressee, Article, Assignment, Directive, Page, Task

_ARTICLES = cast(Table, Article.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article as read, with what only its own findings need."""

    article: SentArticle
    state: ArticleState
    decided_at: datetime | None
    deadline_at: datetime | None
    issued_at: datetime
    issued_on: date | None
    page_id: int | None


async def known(session: AsyncSession, article_ids: Collection[int]) -> dict[int, Known]:
    """Each of these articles that exists, by its id."""
    if not article_ids:
        return {}
    rows = await session.execute(_BY_ID, {"ids": numbers(article_ids)})
    return {row.article_id: _read(row) for row in rows}


# Column by column: letters and texts of pages are long, and nothing here asks for them.
_BY_ID = (
    select(
        Article.id.label("article_id"),
        Article.assignment_id,
        Article.kind,
        Article.url,
        Article.url_key,
        Article.given_title,
        Article.state,
        Article.submitted_at,
        Article.decided_at,
        Article.page_id,
        Assignment.deadline_at,
        Assignment.period,
        Task.position,
        Addressee.unit_id,
        Addressee.unit_name,
        Addressee.directive_id,
        Directive.number,
        Directive.symbol,
        Directive.issued_at,
        Directive.issued_on,
        Page.state.label("page_state"),
        Page.kind.label("page_kind"),
        Page.final_url,
        Page.final_key,
        Page.canonical_key,
        Page.title,
        Page.title_key,
        Page.published_on,
        Page.published_at,
        Page.published_is_sure,
        Page.text_hash,
        Page.fingerprint,
        Page.checked_at,
        Page.dead_at,
    )
    .join(Assignment, Assignment.id == Article.assignment_id)
    .join(Task, Task.id == Assignment.task_id)
    .join(Addressee, Addressee.id == Assignment.addressee_id)
    .join(Directive, Directive.id == Addressee.directive_id)
    .outerjoin(Page, Page.id == Article.page_id)
    .where(is_one_of(_ARTICLES.c.id, "ids"))
)


def _read(row: Row[*tuple[Any, ...]]) -> Known:
    return Known(
        article=SentArticle(
            article_id=row.article_id,
            assignment_id=row.assignment_id,
            unit_id=row.unit_id,
            unit_name=row.unit_name,
            task=TaskName(
                directive_id=row.directive_id,
                position=row.position,
                period=row.period,
                directive=number_and_symbol(row.number, row.symbol) or "",
            ),
            kind=row.kind,
            url_key=row.url_key,
            url=row.url,
            submitted_at=row.submitted_at,
            given_title=row.given_title,
            page=_page(row) if row.page_id is not None else None,
        ),
        state=row.state,
        decided_at=row.decided_at,
        deadline_at=row.deadline_at,
        issued_at=row.issued_at,
        issued_on=row.issued_on,
        page_id=row.page_id,
    )


def _page(row: Row[*tuple[Any, ...]]) -> PageFacts:
    return PageFacts(
        state=row.page_state,
        kind=row.page_kind,
        final_key=row.final_key,
        final_url=row.final_url,
        canonical_key=row.canonical_key,
        title=row.title,
        title_key=row.title_key,
        published_on=row.published_on,
        published_at=row.published_at,
        published_is_sure=row.published_is_sure,
        text_hash=row.text_hash,
        fingerprint=row.fingerprint,
        checked_at=row.checked_at,
        dead_at=row.dead_at,
    )

"""Reading articles as reports list them: each with its page, its task and what was said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain.articles import EvidenceKind, ReviewKind
from bot.domain.rights import Scope
from bot.domain.states import ArticleState
from bot.storage.assignments import COUNTED
from bot.storage.directives import within
from bot.storage.tables import (
    Addressee,
    Article,
    Assignment,
    Page,
    Person,
    ReviewDecision,
    Task,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLine:
    """An article as a report lists it. `reason_key` and `reason` are of the office's last word, if
    the article was returned; `period` is of the task, if it recurs."""

    article_id: int
    addressee_id: int
    unit_name: str
    task_id: int
    task_position: int
    task_title: str
    is_asked: bool = True  # its task is still one of the directive's
    period: str = ""
    deadline_at: datetime | None = None
    kind: EvidenceKind = EvidenceKind.LINK
    url: str = ""
    url_key: str = ""
    file_name: str = ""
    note: str = ""
    amount: int | None = None
    measure: str = ""
    given_title: str | None = None
    by_office: bool = False
    state: ArticleState
    person_name: str
    submitted_at: datetime
    page_title: str | None = None
    site: str | None = None
    published_on: date | None = None
    reason_key: str | None = None
    reason: str | None = None


async def of_directive(
    session: AsyncSession, directive_id: int, *, scope: Scope | None = None
) -> list[ArticleLine]:
    """Every article of a directive, or of its units within somebody's limits, by addressee, task
    and time."""
    rows = await session.execute(_lines(directive_id, scope))
    return [_line(row) for row in rows]


async def counted_ids(session: AsyncSession, directive_id: int) -> set[int]:
    """The articles of all units of a directive that were neither returned nor withdrawn."""
    rows = await session.scalars(
        select(Article.id)
        .join(Assignment, Assignment.id == Article.assignment_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .where(Addressee.directive_id == directive_id, Article.state.in_(COUNTED))
    )
    return set(rows)


def _lines(directive_id: int, scope: Scope | None) -> Select[*tuple[Any, ...]]:
    """Column by column: texts of letters and pages are long, and no report needs them."""
    newest = (
        select(func.max(ReviewDecision.id).label("id"))
        .where(ReviewDecision.article_id.is_not(None), ReviewDecision.kind == ReviewKind.RETURNED)
        .join(Assignment, Assignment.id == ReviewDecision.assignment_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .where(Addressee.directive_id == directive_id)
        .group_by(ReviewDecision.article_id)
        .subquery()
    )
    returned = aliased(ReviewDecision)
    last = (
        select(returned.article_id, returned.reason_key, returned.reason)
        .join(newest, newest.c.id == returned.id)
        .subquery()
    )
    return (
        select(
            Article.id.label("article_id"),
            Assignment.addressee_id,
            Addressee.unit_name,
            Assignment.task_id,
            Task.position,
            Task.short_title,
            Task.removed_in,
            Assignment.period,
            Assignment.deadline_at,
            Article.kind,
            Article.url,
            Article.url_key,
            Article.file_name,
            Article.note,
            Article.amount,
            Article.measure,
            Article.given_title,
            Article.by_office,
            Article.state,
            Person.name.label("person_name"),
            Article.submitted_at,
            Page.title.label("page_title"),
            Page.site,
            Page.published_on,
            last.c.reason_key,
            last.c.reason,
        )
        .join(Assignment, Assignment.id == Article.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Person, Person.id == Article.person_id)
        .outerjoin(Page, Page.id == Article.page_id)
        .outerjoin(last, last.c.article_id == Article.id)
        .where(Addressee.directive_id == directive_id, within(scope))
        .order_by(Addressee.id, Task.position, Article.id)
    )


def _line(row: Row[*tuple[Any, ...]]) -> ArticleLine:
    is_returned = row.state is ArticleState.RETURNED
    return ArticleLine(
        article_id=row.article_id,
        addressee_id=row.addressee_id,
        unit_name=row.unit_name,
        task_id=row.task_id,
        task_position=row.position,
        task_title=row.short_title,
        is_asked=row.removed_in is None,
        period=row.period,
        deadline_at=row.deadline_at,
        kind=row.kind,
        url=row.url,
        url_key=row.url_key,
        file_name=row.file_name,
        note=row.note,
        amount=row.amount,
        measure=row.measure,
        given_title=row.given_title,
        by_office=row.by_office,
        state=row.state,
        person_name=row.person_name,
        submitted_at=row.submitted_at,
        page_title=row.page_title,
        site=row.site,
        published_on=row.published_on,
        reason_key=row.reason_key if is_returned else None,
        reason=row.reason if is_returned else None,
    )

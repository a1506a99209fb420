"""Queries of what waits for the office's review: articles, and work that was reported done of which
no article waits; counted, and listed oldest first. One of it is read by `article_review`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.article_review import ENTRY_KINDS, Entry, EntryKind
from bot.domain.assignments import REVIEWED
from bot.domain.rights import Scope
from bot.domain.states import ArticleState, AssignmentState
from bot.storage.directives import within
from bot.storage.tables import Addressee, Article, Assignment, Directive, Task


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of all that waits: within somebody's limits, of one directive or of all."""

    scope: Scope | None
    directive_id: int | None = None


def _of(wanted: Wanted) -> ColumnElement[bool]:
    """Whether work is asked of one of these, by a directive that goes on."""
    of_directive = true() if wanted.directive_id is None else Directive.id == wanted.directive_id
    return and_(
        of_directive, within(wanted.scope), Directive.closed_at.is_(None), Task.removed_in.is_(None)
    )


def _articles(wanted: Wanted) -> Select[int, int, datetime]:
    return (
        select(
            literal(ENTRY_KINDS.index(EntryKind.ARTICLE)).label("kind"),
            Article.id.label("id"),
            Article.submitted_at.label("at"),
        )
        .join(Assignment, Assignment.id == Article.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(
            Article.state == ArticleState.RECORDED,
            Assignment.state.in_(REVIEWED),
            _of(wanted),
        )
    )


def _work(wanted: Wanted) -> Select[int, int, datetime | None]:
    """Work that the unit is done with, and of which no article waits."""
    undecided = exists().where(
        Article.assignment_id == Assignment.id, Article.state == ArticleState.RECORDED
    )
    return (
        select(
            literal(ENTRY_KINDS.index(EntryKind.WORK)).label("kind"),
            Assignment.id.label("id"),
            Assignment.submitted_at.label("at"),
        )
        .join(Task, Task.id == Assignment.task_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(Assignment.state == AssignmentState.SUBMITTED, ~undecided, _of(wanted))
    )


def _waiting(wanted: Wanted) -> CompoundSelect[int, int, datetime]:
    return union_all(_articles(wanted), _work(wanted))


async def count(session: AsyncSession, wanted: Wanted) -> int:
    """How much waits for the office's word."""
    found = await session.scalar(select(func.count()).select_from(_waiting(wanted).subquery()))
    return found or 0


async def waiting(session: AsyncSession, wanted: Wanted, *, offset: int, limit: int) -> list[Entry]:
    """Some of it, oldest first."""
    found = _waiting(wanted).subquery()
    rows = await session.execute(
        select(found.c.kind, found.c.id)
        .order_by(found.c.at, found.c.kind, found.c.id)
        .offset(offset)
        .limit(limit)
    )
    return [Entry(ENTRY_KINDS[kind], row_id) for kind, row_id in rows]


async def beside(
    session: AsyncSession, wanted: Wanted, entry: Entry, *, at: datetime
) -> tuple[Entry | None, Entry | None]:
    """What waits before and after this one, which itself need not wait; `at` is since when."""
    found = _waiting(wanted).subquery()
    kind, row_id = entry.numbers
    order = (found.c.at, found.c.kind, found.c.id)
    same_time = found.c.at == at
    is_before = or_(
        found.c.at < at,
        and_(same_time, found.c.kind < kind),
        and_(same_time, found.c.kind == kind, found.c.id < row_id),
    )
    is_itself = and_(found.c.kind == kind, found.c.id == row_id)
    sides: list[Entry | None] = []
    for where, ordering in (
        (is_before, [column.desc() for column in order]),
        (~is_before, list(order)),
    ):
        row = (
            await session.execute(
                select(found.c.kind, found.c.id)
                .where(where, ~is_itself)
                .order_by(*ordering)
                .limit(1)
            )
        ).first()
        sides.append(Entry(ENTRY_KINDS[row[0]], row[1]) if row else None)
    return sides[0], sides[1]


async def oldest(session: AsyncSession, wanted: Wanted, *, limit: int) -> list[int]:
    """Some of the articles that wait, oldest first."""
    found = _articles(wanted).subquery()
    rows = await session.scalars(select(found.c.id).order_by(found.c.at, found.c.id).limit(limit))
    return list(rows)

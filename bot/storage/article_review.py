"""Queries of what the office reviews: articles, and work that was reported done; what was said of
it, and whom nobody has told yet. What waits for its word is listed by `waiting_articles`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.article_review import Entry, EntryKind
from bot.domain.articles import ReviewKind
from bot.domain.states import ArticleState, AssignmentState
from bot.storage.assignments import COUNTED
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import (
    Addressee,
    Article,
    Assignment,
    Directive,
    Event,
    Page,
    PageCheck,
    Person,
    ReviewDecision,
    Task,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to review with its surroundings; `article` None: the work as a whole."""

    article: Article | None
    assignment: Assignment
    task: Task
    addressee: Addressee
    directive: Directive
    page: Page | None = None
    by: Person | None = None  # who sent the article

    @property
    def entry(self) -> Entry:
        """What it is, by its row."""
        if self.article is None:
            return Entry(EntryKind.WORK, self.assignment.id)
        return Entry(EntryKind.ARTICLE, self.article.id)


# --- one thing, or some --------------------------------------------------------------------------


async def articles(session: AsyncSession, ids: Collection[int]) -> dict[int, Subject]:
    """These articles by id, as the database has them now."""
    rows = await session.execute(
        select(Article, Assignment, Task, Addressee, Directive, Page, Person)
        .join(Assignment, Assignment.id == Article.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .join(Person, Person.id == Article.person_id)
        .outerjoin(Page, Page.id == Article.page_id)
        .where(is_one_of(Article.__table__.c.id, "ids"))
        .order_by(Article.id)
        .execution_options(populate_existing=True),
        {"ids": numbers(ids)},
    )
    return {row[0].id: Subject(*row) for row in rows}


async def work(session: AsyncSession, ids: Collection[int]) -> dict[int, Subject]:
    """These assignments by id, as the database has them now."""
    rows = await session.execute(
        select(Assignment, Task, Addressee, Directive)
        .join(Task, Task.id == Assignment.task_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(is_one_of(Assignment.__table__.c.id, "ids"))
        .order_by(Assignment.id)
        .execution_options(populate_existing=True),
        {"ids": numbers(ids)},
    )
    return {row[0].id: Subject(None, *row) for row in rows}


async def subject(session: AsyncSession, entry: Entry) -> Subject | None:
    """One of either."""
    load = articles if entry.kind is EntryKind.ARTICLE else work
    return (await load(session, [entry.id])).get(entry.id)


async def lock_work(session: AsyncSession, assignment_ids: Collection[int]) -> None:
    """Whoever submits for this work or decides on it does so after whoever was first."""
    await session.execute(
        select(Assignment.id)
        .where(is_one_of(Assignment.__table__.c.id, "ids"))
        .order_by(Assignment.id)
        .with_for_update(),
        {"ids": numbers(assignment_ids)},
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many articles of some work count, how many of these are accepted, how many wait."""

    counted: int
    accepted: int
    undecided: int


async def counts(session: AsyncSession, assignment_id: int) -> Counts:
    """Of one piece of work."""
    rows = await session.execute(
        select(Article.state, func.count())
        .where(Article.assignment_id == assignment_id, Article.state.in_(COUNTED))
        .group_by(Article.state)
    )
    found = dict(rows.all())
    accepted = found.get(ArticleState.ACCEPTED, 0)
    undecided = found.get(ArticleState.RECORDED, 0)
    return Counts(accepted + undecided, accepted, undecided)


async def enough_since(
    session: AsyncSession, assignment_id: int, *, expected: int
) -> datetime | None:
    """When as many articles as are expected had been sent, of those that count; None: there are
    fewer."""
    found: datetime | None = await session.scalar(
        select(Article.submitted_at)
        .where(Article.assignment_id == assignment_id, Article.state.in_(COUNTED))
        .order_by(Article.submitted_at, Article.id)
        .offset(max(0, expected - 1))
        .limit(1)
    )
    return found


async def reported(
    session: AsyncSession, assignment_id: int, *, directive_id: int
) -> tuple[datetime, int | None] | None:
    """When, and in which chat, the unit last said that it has done this; None if it never has. Only
    the record of events knows it."""
    row = (
        await session.execute(
            select(Event.at, Event.chat_id)
            .where(
                Event.directive_id == directive_id,
                Event.action == "reported_done",
                Event.object_kind == "assignment",
                Event.object_id == assignment_id,
            )
            .order_by(Event.id.desc())
            .limit(1)
        )
    ).first()
    return (row[0], row[1]) if row else None


async def changed_pages(
    session: AsyncSession, article_ids: Collection[int], *, since: datetime
) -> set[int]:
    """Those of these articles whose page does not read as it did then: what the newest look found
    differs from the newest one before, or there was none."""
    last = (
        select(func.max(PageCheck.id))
        .where(PageCheck.page_id == Page.id, PageCheck.at <= since)
        .correlate(Page)
        .scalar_subquery()
    )
    is_same = and_(
        PageCheck.title.is_not_distinct_from(Page.title),
        PageCheck.text_hash.is_not_distinct_from(Page.text_hash),
        PageCheck.state.is_not_distinct_from(Page.state),
    )
    rows = await session.scalars(
        select(Article.id)
        .join(Page, Page.id == Article.page_id)
        .outerjoin(PageCheck, PageCheck.id == last)
        .where(
            is_one_of(Article.__table__.c.id, "ids"),
            Page.checked_at > since,
            or_(PageCheck.id.is_(None), ~is_same),
        ),
        {"ids": numbers(article_ids)},
    )
    return set(rows)


# --- what was said -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """A decision, and who took it."""

    decision: ReviewDecision
    by: str


async def history(session: AsyncSession, entry: Entry) -> list[Said]:
    """All that was said of it, oldest first."""
    if entry.kind is EntryKind.ARTICLE:
        of_it = ReviewDecision.article_id == entry.id
    else:
        of_it = and_(ReviewDecision.assignment_id == entry.id, ReviewDecision.article_id.is_(None))
    rows = await session.execute(
        select(ReviewDecision, Person.name)
        .join(Person, Person.id == ReviewDecision.person_id)
        .where(of_it)
        .order_by(ReviewDecision.id)
    )
    return [Said(decision, by) for decision, by in rows]


async def last_of_articles(
    session: AsyncSession, article_ids: Collection[int]
) -> dict[int, ReviewDecision]:
    """What was said last of each of these, of those of which anything was."""
    newest = (
        select(func.max(ReviewDecision.id))
        .where(is_one_of(ReviewDecision.__table__.c.article_id, "ids"))
        .group_by(ReviewDecision.article_id)
    )
    rows = await session.scalars(
        select(ReviewDecision).where(ReviewDecision.id.in_(newest)),
        {"ids": numbers(article_ids)},
    )
    return {row.article_id: row for row in rows if row.article_id is not None}


async def other_returns(
    session: AsyncSession, assignment_id: int, *, since: datetime, besides: int
) -> bool:
    """Whether anything of this work was returned since, besides by this decision."""
    found = await session.scalar(
        select(ReviewDecision.id)
        .where(
            ReviewDecision.assignment_id == assignment_id,
            ReviewDecision.kind == ReviewKind.RETURNED,
            ReviewDecision.at >= since,
            ReviewDecision.id != besides,
        )
        .limit(1)
    )
    return found is not None


async def decision(session: AsyncSession, decision_id: int) -> ReviewDecision | None:
    """One by id."""
    return await session.get(ReviewDecision, decision_id)


async def states_of(session: AsyncSession, directive_id: int) -> set[AssignmentState]:
    """In which states the work is that the directive asks for."""
    rows = await session.scalars(
        select(Assignment.state)
        .distinct()
        .join(Task, Task.id == Assignment.task_id)
        .where(Task.directive_id == directive_id, Task.removed_in.is_(None))
    )
    return set(rows)


# --- whom to tell --------------------------------------------------------------------------------


async def any_to_tell(session: AsyncSession, *, now: datetime) -> bool:
    """Whether somebody is to be told of a decision now."""
    found = await session.scalar(select(Article.id).where(Article.tell_due_at <= now).limit(1))
    return found is not None


async def to_tell(session: AsyncSession, *, limit: int) -> Sequence[Article]:
    """Articles of which somebody is to be told, now or soon, those that wait longest; locked until
    the transaction ends."""
    longest = (
        select(Article.id)
        .where(Article.tell_due_at.is_not(None))
        .order_by(Article.tell_due_at, Article.id)
        .limit(limit)
    )
    rows = await session.scalars(
        select(Article)
        .where(Article.id.in_(longest), Article.tell_due_at.is_not(None))  # still, once locked
        .order_by(Article.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.all()

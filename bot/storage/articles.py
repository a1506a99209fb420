"""Queries of articles and of submissions that wait for their task."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.articles import EvidenceKind
from bot.domain.states import ArticleState
from bot.storage.assignments import COUNTED
from bot.storage.insert import insert_new
from bot.storage.tables import (
    Article,
    Assignment,
    Submission,
    Task,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """Evidence as it is recorded: a link with its page, or what has none."""

    assignment_id: int
    person_id: int
    url_key: str
    kind: EvidenceKind = EvidenceKind.LINK
    url: str = ""
    page_id: int | None = None
    file_id: str | None = None
    file_name: str = ""
    album: str | None = None
    note: str = ""
    amount: int | None = None
    measure: str = ""
    chat_id: int | None = None
    message_id: int | None = None
    by_office: bool = False
    replaces_id: int | None = None


async def add(session: AsyncSession, article: NewArticle, *, now: datetime) -> int | None:
    """Record evidence for an assignment; its id, or None when the assignment has it already."""
    row = asdict(article) | {"state": ArticleState.RECORDED, "submitted_at": now}
    return await insert_new(session, Article, row)


async def same_link(
    session: AsyncSession, *, addressee_id: int, url_key: str
) -> Row[Article, Task, str] | None:
    """The article of this addressee with an equal key, its task, and the period."""
    rows = await session.execute(
        select(Article, Task, Assignment.period)
        .join(Assignment, Assignment.id == Article.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(
            Assignment.addressee_id == addressee_id,
            Article.url_key == url_key,
            Article.state.in_(COUNTED),
        )
        .order_by(Article.id)
        .limit(1)
    )
    return rows.one_or_none()


async def count(session: AsyncSession, *, assignment_id: int) -> int:
    """How many articles of the assignment count."""
    number = await session.scalar(
        select(func.count())
        .select_from(Article)
        .where(Article.assignment_id == assignment_id, Article.state.in_(COUNTED))
    )
    return number or 0


async def add_submission(
    session: AsyncSession,
    *,
    person_id: int,
    chat_id: int,
    message_id: int,
    links: Sequence[str],
    now: datetime,
) -> int:
    """Keep links whose task must still be chosen; the submission's id."""
    submission = Submission(
        person_id=person_id,
        chat_id=chat_id,
        message_id=message_id,
        links=list(links),
        received_at=now,
    )
    session.add(submission)
    await session.flush()
    return submission.id


async def take_submission(
    session: AsyncSession, submission_id: int, *, person_id: int, now: datetime
) -> Submission | None:
    """The person's submission, from now on placed; None when it was, or is not theirs."""
    taken: Submission | None = await session.scalar(
        update(Submission)
        .where(
            Submission.id == submission_id,
            Submission.person_id == person_id,
            Submission.placed_at.is_(None),
        )
        .values(placed_at=now)
        .returning(Submission)
    )
    return taken


async def keys_sent(
    session: AsyncSession, url_keys: Collection[str], *, person_id: int
) -> set[str]:
    """Those of these links that the person has sent for anything."""
    rows = await session.scalars(
        select(Article.url_key).where(Article.url_key.in_(url_keys), Article.person_id == person_id)
    )
    return set(rows)


async def links_of_message(session: AsyncSession, *, chat_id: int, message_id: int) -> list[str]:
    """The links of a message whose task must still be chosen, or was."""
    rows = await session.scalars(
        select(Submission.links).where(
            Submission.chat_id == chat_id, Submission.message_id == message_id
        )
    )
    return [link for links in rows for link in links]

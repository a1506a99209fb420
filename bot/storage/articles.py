"""Queries of articles. What waits for its task is in `submissions`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.articles import EvidenceKind
from bot.domain.states import ArticleState
from bot.storage.assignments import COUNTED
from bot.storage.insert import insert_new_ones
from bot.storage.tables import (
    Article,
    Assignment,
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


async def add_all(
    session: AsyncSession, found: Sequence[NewArticle], *, now: datetime
) -> dict[str, int]:
    """Record evidence for an assignment; the ids of what it did not have, by key."""
    rows = [asdict(each) | _as_recorded(now) for each in found]
    new = await insert_new_ones(session, Article, rows, key=("url_key", "id"))
    return dict(new)


def _as_recorded(now: datetime) -> dict[str, Any]:
    return {"state": ArticleState.RECORDED, "submitted_at": now}


async def with_keys(
    session: AsyncSession, assignment_id: int, url_keys: Collection[str]
) -> list[Article]:
    """What an assignment has of these keys, whatever became of it."""
    found = await session.scalars(
        select(Article)
        .where(Article.assignment_id == assignment_id, Article.url_key.in_(url_keys))
        .order_by(Article.id)
    )
    return list(found)


def record_again(article: Article, sent: NewArticle, *, now: datetime) -> None:
    """What was returned or withdrawn is sent once more: it counts anew, as who sent it now says."""
    for name, value in asdict(sent).items():
        setattr(article, name, value)
    article.state, article.submitted_at = ArticleState.RECORDED, now
    article.decided_at = article.decided_by = article.tell_due_at = None


async def same(
    session: AsyncSession, *, addressee_ids: Collection[int], url_keys: Collection[str]
) -> list[Row[Article, Task, str]]:
    """What these addressees have of these keys that counts, each with its task and period; what
    was sent first comes first."""
    rows = await session.execute(
        select(Article, Task, Assignment.period)
        .join(Assignment, Assignment.id == Article.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(
            Assignment.addressee_id.in_(addressee_ids),
            Article.url_key.in_(url_keys),
            Article.state.in_(COUNTED),
        )
        .order_by(Article.id)
    )
    return list(rows)


async def count(session: AsyncSession, *, assignment_id: int) -> int:
    """How many articles of the assignment count."""
    number = await session.scalar(
        select(func.count())
        .select_from(Article)
        .where(Article.assignment_id == assignment_id, Article.state.in_(COUNTED))
    )
    return number or 0


async def keys_sent(
    session: AsyncSession, url_keys: Collection[str], *, person_id: int
) -> set[str]:
    """Those of these links that the person has sent for anything."""
    rows = await session.scalars(
        select(Article.url_key).where(Article.url_key.in_(url_keys), Article.person_id == person_id)
    )
    return set(rows)


async def of_message(session: AsyncSession, *, chat_id: int, message_id: int) -> list[Article]:
    """What a message brought."""
    found = await session.scalars(
        select(Article)
        .where(Article.chat_id == chat_id, Article.message_id == message_id)
        .order_by(Article.id)
    )
    return list(found)


@dataclass(frozen=True, slots=True)
class LinkOfMessage:
    """A link that a message brought, and the number of the task for which it was recorded."""

    article_id: int
    addressee_id: int
    position: int


async def links_of_message(
    session: AsyncSession, *, chat_id: int, message_id: int
) -> list[LinkOfMessage]:
    """The links that a message brought and nobody has withdrawn."""
    found = await session.execute(
        select(Article.id, Assignment.addressee_id, Task.position)
        .join(Assignment, Assignment.id == Article.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(
            Article.chat_id == chat_id,
            Article.message_id == message_id,
            Article.kind == EvidenceKind.LINK,
            Article.state != ArticleState.WITHDRAWN,
        )
        .order_by(Article.id)
    )
    return [LinkOfMessage(*row) for row in found]
